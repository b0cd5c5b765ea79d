//! The way from the SDK to an engine in this process: a channel where there would be a connection.

use std::sync::mpsc;

use aws_sdk_dynamodb::config::http::{HttpRequest, HttpResponse};
use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents};
use aws_sdk_dynamodb::error::ConnectorError;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use tokio::sync::oneshot;

/// What the name of an operation stands behind in its header.
const TARGET: &str = "DynamoDB_20120810.";

/// Hands the SDK's requests to the engine's thread. Clones share the engine.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    calls: mpsc::Sender<Message>,
}

/// The calls that the engine's thread has to answer, until the connector is closed.
pub(super) struct Calls(mpsc::Receiver<Message>);

enum Message {
    Call(Box<Call>),
    Close,
}

/// A request that waits for its answer.
pub(super) struct Call {
    request: HttpRequest,
    reply: oneshot::Sender<Answer>,
}

/// What an engine answers: a status, and JSON.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Connector {
    pub(super) fn new() -> (Self, Calls) {
        let (calls, received) = mpsc::channel();
        (Self { calls }, Calls(received))
    }

    /// Calls made from now on fail.
    pub(super) fn close(&self) {
        // The thread has ended already if it receives nothing.
        let _ = self.calls.send(Message::Close);
    }
}

impl Iterator for Calls {
    type Item = Call;

    fn next(&mut self) -> Option<Call> {
        match self.0.recv() {
            Ok(Message::Call(call)) => Some(*call),
            Ok(Message::Close) | Err(mpsc::RecvError) => None,
        }
    }
}

impl Call {
    /// Which operation it is, such as `GetItem`.
    pub(super) fn operation(&self) -> &str {
        let target = self.request.headers().get("x-amz-target");
        let named = target.and_then(|target| target.strip_prefix(TARGET));
        named.unwrap_or_default()
    }

    /// What it asks for, in JSON.
    pub(super) fn body(&self) -> &[u8] {
        self.request.body().bytes().unwrap_or_default()
    }

    /// Whether there is still a caller: its client may have hung up.
    pub(super) fn is_awaited(&self) -> bool {
        !self.reply.is_closed()
    }

    pub(super) fn reply(self, answer: Answer) {
        // The caller may have gone away meanwhile.
        let _ = self.reply.send(answer);
    }
}

impl HttpClient for Connector {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (reply, answer) = oneshot::channel();
        let sent = self
            .calls
            .send(Message::Call(Box::new(Call { request, reply })));
        HttpConnectorFuture::new(async move {
            let closed = || ConnectorError::user("the engine is closed".into());
            sent.map_err(|_| closed())?;
            let Answer { status, body } = answer.await.map_err(|_| closed())?;
            let status = status
                .try_into()
                .map_err(|error| ConnectorError::other(Box::new(error), None))?;
            Ok(HttpResponse::new(status, body.into()))
        })
    }
}
