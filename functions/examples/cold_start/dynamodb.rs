//! A DynamoDB as a function finds it: behind TLS, under a name, with the template's table in it. It is the stand's engine
//! with TLS before it; bytes go through as they come, HTTP/1.1 only.

use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::TlsAcceptor;
use ventanilla::{Options, Stand};

use crate::authority;
use crate::lambda::Outcome;

/// Where systems have the authorities they trust.
const SYSTEM_ROOTS: [&str; 2] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
];
/// What the store trusts on AWS (DER).
const AMAZON_ROOTS: [&[u8]; 4] = [
    include_bytes!("../../../shared/store/src/roots/amazon-root-ca-1.der"),
    include_bytes!("../../../shared/store/src/roots/amazon-root-ca-2.der"),
    include_bytes!("../../../shared/store/src/roots/amazon-root-ca-3.der"),
    include_bytes!("../../../shared/store/src/roots/amazon-root-ca-4.der"),
];
/// A text of the usual length.
const TEXT: &str = "Since this morning every call to /v1/users answers 502, from both offices and from the mobile \
                    network as well. The status page says that all is well. What can we tell our customers?";

/// The engine, and what a process needs to find and trust it.
pub struct DynamoDb {
    stand: Stand,
    port: u16,
    refusing: TcpSocket,
    ticket: String,
    certificates: TempDir,
    has_system_roots: bool,
}

impl DynamoDb {
    /// Starts it, with a ticket of ten entries.
    pub async fn start() -> Outcome<Self> {
        let stand = Stand::start(Options::default()).await?;
        let ticket = converse(&stand).await?;
        let (config, root) = authority::server()?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let engine = stand
            .open_dynamodb()
            .await?
            .trim_start_matches("http://")
            .parse()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        tokio::spawn(forward(listener, acceptor.clone(), engine));
        // Where `localhost` is this first, nobody should have to try twice.
        if let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            tokio::spawn(forward(listener, acceptor, engine));
        }
        // A port that is taken, and never listened on.
        let refusing = TcpSocket::new_v4()?;
        refusing.bind((Ipv4Addr::LOCALHOST, 0).into())?;

        let certificates = tempfile::tempdir()?;
        let system = SYSTEM_ROOTS
            .iter()
            .find_map(|path| fs::read_to_string(path).ok());
        let with = |others: &str| format!("{others}\n{root}");
        fs::write(certificates.path().join("root.pem"), &root)?;
        fs::write(
            certificates.path().join("amazon.pem"),
            with(&AMAZON_ROOTS.map(in_pem).concat()),
        )?;
        fs::write(
            certificates.path().join("system.pem"),
            with(system.as_deref().unwrap_or_default()),
        )?;
        Ok(Self {
            stand,
            port,
            refusing,
            ticket,
            certificates,
            has_system_roots: system.is_some(),
        })
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// Where every connection is refused.
    pub fn refusing_url(&self) -> Outcome<String> {
        let port = self.refusing.local_addr()?.port();
        Ok(format!("https://localhost:{port}"))
    }

    /// Its table's name.
    pub fn table(&self) -> &str {
        self.stand.table().name()
    }

    /// The id of a ticket with ten entries.
    pub fn ticket(&self) -> &str {
        &self.ticket
    }

    /// Its root (PEM).
    pub fn root(&self) -> PathBuf {
        self.certificates.path().join("root.pem")
    }

    /// Its root and Amazon's four: what the store trusts on AWS, and one more.
    pub fn amazon_roots(&self) -> PathBuf {
        self.certificates.path().join("amazon.pem")
    }

    /// Its root and the system's: what a client trusts that was told nothing, and one more.
    pub fn system_roots(&self) -> PathBuf {
        self.certificates.path().join("system.pem")
    }

    /// Whether this system has any.
    pub fn has_system_roots(&self) -> bool {
        self.has_system_roots
    }

    /// Stops it.
    pub async fn shutdown(self) -> Outcome<()> {
        Ok(self.stand.shutdown().await?)
    }
}

/// A certificate, in the only form that every client reads.
fn in_pem(der: &[u8]) -> String {
    // 48 bytes are a line of 64 characters.
    let lines: Vec<_> = der.chunks(48).map(|line| STANDARD.encode(line)).collect();
    let lines = lines.join("\n");
    format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n")
}

/// Lets bytes through to the engine, without TLS.
async fn forward(listener: TcpListener, acceptor: TlsAcceptor, engine: SocketAddr) {
    while let Ok((stream, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            stream.set_nodelay(true)?;
            let mut from = acceptor.accept(stream).await?;
            let mut to = TcpStream::connect(engine).await?;
            to.set_nodelay(true)?;
            // That a process was killed in the middle of it is no news.
            copy_bidirectional(&mut from, &mut to).await
        });
    }
}

/// Opens a ticket and talks about it until there are ten entries. Its id.
async fn converse(stand: &Stand) -> Outcome<String> {
    let opening = json!({ "title": "API returns 502", "description": TEXT, "category": "technical", "tags": ["api"] });
    let opened = say(stand, "cus_123", "customer", "", &opening).await?;
    let id = opened["data"]["_id"].as_str().ok_or("it has no id")?;
    for turn in 0..9 {
        let (who, role) = [("ana", "agent"), ("cus_123", "customer")][turn % 2];
        let message = json!({ "message": TEXT });
        say(stand, who, role, &format!("/{id}/threads"), &message).await?;
    }
    Ok(id.to_owned())
}

async fn say(stand: &Stand, who: &str, role: &str, path: &str, body: &Value) -> Outcome<Value> {
    let url = format!("{}/v2/support-tickets{path}", stand.url());
    let request = reqwest::Client::new()
        .post(url)
        .bearer_auth(stand.token("acme", who, &[role])?)
        .json(body);
    Ok(request.send().await?.error_for_status()?.json().await?)
}
