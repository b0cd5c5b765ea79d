//! How a connection is made.

use std::io;
use std::sync::Arc;

use aws_sdk_dynamodb::error::ConnectorError;
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use super::failed;
use super::origin::Origin;
use super::pool::Connection;

/// With TLS or without: behind a pointer, so that hyper is compiled once.
trait Stream: Read + Write + Send + Unpin {}

impl<S: Read + Write + Send + Unpin> Stream for S {}

/// Connects to the first of the host's addresses that answers.
pub(super) async fn open(
    origin: &Origin,
    tls: Option<&Arc<ClientConfig>>,
) -> Result<Connection, ConnectorError> {
    let stream: Box<dyn Stream> = match (origin.is_secure, tls) {
        (false, _) => Box::new(TokioIo::new(connect(origin).await.map_err(lost)?)),
        (true, Some(config)) => {
            let name = ServerName::try_from(origin.host.clone())
                .map_err(|error| ConnectorError::user(error.into()))?;
            let stream = connect(origin).await.map_err(lost)?;
            let handshake = TlsConnector::from(Arc::clone(config)).connect(name, stream);
            Box::new(TokioIo::new(handshake.await.map_err(lost)?))
        }
        (true, None) => {
            return Err(ConnectorError::user("https, where only http is".into()));
        }
    };
    let (sender, connection) = http1::handshake(stream).await.map_err(failed)?;
    // It ends with its sender, or with the other side. What goes wrong is told to whoever waits for an answer.
    tokio::spawn(connection);
    Ok(sender)
}

async fn connect(origin: &Origin) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((origin.host.as_str(), origin.port)).await?;
    // A request is one write; nothing more would come to be sent with it.
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn lost(error: io::Error) -> ConnectorError {
    ConnectorError::io(error.into())
}
