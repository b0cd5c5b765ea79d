//! Servers that do what a test wants of them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::net::TcpSocket;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};

pub(super) const HELLO: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

/// A server on a thread of its own: it goes on while the runtime of a test stands still.
pub(super) struct Server {
    port: u16,
    opened: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
}

impl Server {
    /// Each connection is `serve`d on a thread, with its number, from 1, and closed after that.
    pub(super) fn start(serve: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let server = Self {
            port: listener.local_addr().expect("an address").port(),
            opened: Arc::default(),
            closed: Arc::default(),
        };
        let (opened, closed) = (Arc::clone(&server.opened), Arc::clone(&server.closed));
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.expect("a connection");
                let (serve, closed) = (Arc::clone(&serve), Arc::clone(&closed));
                let number = opened.fetch_add(1, SeqCst) + 1;
                thread::spawn(move || {
                    serve(stream, number);
                    closed.fetch_add(1, SeqCst);
                });
            }
        });
        server
    }

    pub(super) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}/", self.port)
    }

    pub(super) fn opened(&self) -> usize {
        self.opened.load(SeqCst)
    }

    pub(super) fn closed(&self) -> usize {
        self.closed.load(SeqCst)
    }
}

/// The next request, with its body; none when there is no other.
pub(super) fn hear(stream: &mut impl Read) -> Option<(String, Vec<u8>)> {
    // One byte at a time: what comes after the request is the next one's.
    let mut lines = BufReader::with_capacity(1, stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if lines.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let lowercase = head.to_lowercase();
    let length = lowercase.split_once("content-length: ");
    let length = length.and_then(|(_, rest)| rest.lines().next()?.parse().ok());
    let mut body = vec![0; length.unwrap_or_default()];
    lines.into_inner().read_exact(&mut body).ok()?;
    Some((head, body))
}

pub(super) fn say(stream: &mut impl Write, answer: impl AsRef<[u8]>) {
    // That nobody listens any more is what some tests want.
    let _ = stream.write_all(answer.as_ref());
}

/// Answers what it hears, until there is no more.
pub(super) fn greet(mut stream: impl Read + Write) {
    while hear(&mut stream).is_some() {
        say(&mut stream, HELLO);
    }
}

/// Where every connection is refused, as long as the socket is there: it has the port, and does not listen.
pub(super) fn nowhere() -> (TcpSocket, String) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a port");
    let address = socket.local_addr().expect("an address");
    (socket, format!("http://{address}"))
}

/// A server of `localhost` with TLS of one version, and its authority (PEM).
pub(super) fn with_tls(version: &'static SupportedProtocolVersion) -> (Server, String) {
    let key = || KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, key()).expect("an authority");
    let own_key = key();
    let own = CertificateParams::new(["localhost".to_owned()])
        .and_then(|params| params.signed_by(&own_key, &authority))
        .expect("a certificate");
    let own_key = PrivatePkcs8KeyDer::from(own_key.serialize_der());
    let config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_protocol_versions(&[version])
        .expect("a version ring has")
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], own_key.into())
        .expect("a key and its certificate");
    let config = Arc::new(config);
    let server = Server::start(move |stream, _| {
        let session = ServerConnection::new(Arc::clone(&config)).expect("a session");
        greet(StreamOwned::new(session, stream));
    });
    (server, authority.as_ref().pem())
}
