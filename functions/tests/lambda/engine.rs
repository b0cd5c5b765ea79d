//! Engines that fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;

/// An engine that is asked once while a function starts, and falls silent on the next request.
pub struct Silent {
    pub url: String,
    /// Told when a request has come that will have no answer.
    pub asked: Arc<Notify>,
}

impl Silent {
    pub async fn start() -> Self {
        let asked = Arc::<Notify>::default();
        let (told, opened) = (Arc::clone(&asked), Arc::new(AtomicBool::new(false)));
        let url = serve(Router::new().fallback(async move || {
            if opened.swap(true, Ordering::Relaxed) {
                told.notify_one();
                std::future::pending::<()>().await;
            }
            (StatusCode::BAD_REQUEST, "{}")
        }))
        .await;
        Self { url, asked }
    }
}

/// An engine that answers everything with these bytes.
pub async fn always(status: StatusCode, body: &'static str) -> String {
    serve(Router::new().fallback(async move || (status, body).into_response())).await
}

/// An engine that answers what a function asks while it starts, and then every second request, with these bytes; before
/// each of those, with the beginning of an answer.
pub async fn at_second_try(status: StatusCode, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        for whole in std::iter::once(true).chain([false, true].into_iter().cycle()) {
            let (mut client, _) = listener.accept().await?;
            let mut request = Vec::new();
            while !request.ends_with(b"}") {
                client.read_buf(&mut request).await?;
            }
            let (status, length) = if whole {
                (status, body.len())
            } else {
                (StatusCode::OK, body.len() + 1)
            };
            let answer = format!(
                "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            );
            client.write_all(answer.as_bytes()).await?;
            client.shutdown().await?;
        }
        std::io::Result::Ok(())
    });
    url
}

async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(axum::serve(listener, app).into_future());
    url
}

/// A port that is taken, but refuses every connection until it is opened.
pub struct ClosedPort {
    pub url: String,
    socket: TcpSocket,
}

impl ClosedPort {
    pub fn take() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        let any = "127.0.0.1:0".parse().expect("an address");
        socket.bind(any).expect("a port");
        let url = format!("http://{}", socket.local_addr().expect("an address"));
        Self { url, socket }
    }

    /// From now on, the engine at this address answers.
    pub fn open(self, engine: &str) {
        let engine = engine.trim_start_matches("http://").to_owned();
        let listener = self.socket.listen(16).expect("a listener");
        tokio::spawn(async move {
            while let Ok((mut from, _)) = listener.accept().await {
                let engine = engine.clone();
                tokio::spawn(async move {
                    let mut to = TcpStream::connect(engine).await?;
                    copy_bidirectional(&mut from, &mut to).await
                });
            }
        });
    }
}
