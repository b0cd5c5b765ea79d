//! A request, and what can be put into it.

use reqwest::RequestBuilder;
use serde_json::Value;

use super::Reply;

/// A request about to be sent.
pub struct Request(pub(super) RequestBuilder);

impl Request {
    pub fn json(self, body: &Value) -> Self {
        let request = self.0.header("content-type", "application/json");
        Self(request.body(body.to_string()))
    }

    /// A body as it is.
    pub fn body(self, body: impl Into<reqwest::Body>) -> Self {
        Self(self.0.body(body))
    }

    /// One more header.
    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// With an `Idempotency-Key`.
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }
}

impl IntoFuture for Request {
    type Output = Reply;
    type IntoFuture = std::pin::Pin<Box<dyn Future<Output = Reply> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Reply::of(self.0.send().await.expect("an answer")).await })
    }
}
