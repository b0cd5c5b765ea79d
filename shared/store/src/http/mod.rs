//! HTTP as DynamoDB and S3 speak it: version 1.1, behind TLS or, on one machine, without.
//!
//! The SDK's own client brings HTTP/2, proxies and a choice of TLS stacks. Neither service has a use for them, and every
//! process would carry them and set them up before its first request.
//!
//! | to know | read |
//! |---|---|
//! | how a request becomes an answer, and which errors are worth another try | here |
//! | who is talked to | `origin.rs` |
//! | how a connection is made | `opening.rs`, `tls.rs` |
//! | how long it is kept, and when it is used again | `pool.rs`, `reading.rs` |

mod opening;
mod origin;
mod pool;
mod reading;
#[cfg(test)]
mod tests;
pub(crate) mod tls;

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::config::http::{HttpRequest, HttpResponse};
use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents};
use aws_sdk_dynamodb::error::{BoxError, ConnectorError};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use origin::Origin;
use pool::{Lease, Pool};
use reading::Reading;

/// The SDK's way to its service. Clones share their connections.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    tls: Option<Arc<ClientConfig>>,
    pool: Arc<Pool>,
}

impl Http {
    /// For what runs on this machine: `http` only.
    pub(crate) fn plain() -> Self {
        Self {
            tls: None,
            pool: Arc::default(),
        }
    }

    /// For `https` as well, with servers that one of these authorities vouches for.
    pub(crate) fn secure(trusted: RootCertStore) -> Self {
        Self {
            tls: Some(Arc::new(tls::config(trusted))),
            pool: Arc::default(),
        }
    }
}

impl HttpClient for Http {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            http: self.clone(),
            connect_timeout: settings.connect_timeout(),
            read_timeout: settings.read_timeout(),
        })
    }
}

/// The same with the patience of one call.
#[derive(Clone, Debug)]
struct Connector {
    http: Http,
    /// Until there is a connection.
    connect_timeout: Option<Duration>,
    /// From then on, until an answer begins.
    read_timeout: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().answer(request))
    }
}

impl Connector {
    async fn answer(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let mut request = request
            .try_into_http1x()
            .map_err(|error| ConnectorError::user(error.into()))?;
        let origin = Origin::of(&mut request).map_err(ConnectorError::user)?;
        loop {
            let idle = self.http.pool.take(&origin);
            let is_fresh = idle.is_none();
            let mut connection = match idle {
                Some(connection) => connection,
                None => self.open(&origin).await?,
            };
            let sending = connection.try_send_request(request);
            match within(self.read_timeout, "answer", sending).await? {
                Ok(response) => {
                    let lease = Lease::new(&self.http.pool, origin, connection);
                    return Reading::of(response, lease);
                }
                // While it was idle, as after a freeze, the other side has gone. Nothing of the request was sent.
                Err(mut error) => match error.take_message() {
                    Some(unsent) if !is_fresh => request = unsent,
                    _ => return Err(failed(error.into_error())),
                },
            }
        }
    }

    async fn open(&self, origin: &Origin) -> Result<pool::Connection, ConnectorError> {
        let opening = opening::open(origin, self.http.tls.as_ref());
        within(self.connect_timeout, "connection", opening).await?
    }
}

async fn within<T>(
    patience: Option<Duration>,
    what: &str,
    work: impl Future<Output = T>,
) -> Result<T, ConnectorError> {
    match patience {
        None => Ok(work.await),
        Some(patience) => tokio::time::timeout(patience, work)
            .await
            .map_err(|_| ConnectorError::timeout(format!("no {what} in {patience:?}").into())),
    }
}

/// The SDK tries again what is the network's fault: all that is neither the request's nor an answer that is no HTTP.
fn failed(error: hyper::Error) -> ConnectorError {
    let kind: fn(BoxError) -> ConnectorError = if error.is_user() {
        ConnectorError::user
    } else if error.is_parse() {
        |error| ConnectorError::other(error, None)
    } else {
        ConnectorError::io
    };
    kind(error.into())
}
