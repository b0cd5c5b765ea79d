//! An account with everything the template deploys: the table, the bucket, and a process of every function that is
//! called.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use tokio::sync::OnceCell;
use ventanilla::{IssuerKey, Options, Stand};

use crate::answer::Answer;
use crate::event::Event;
use crate::host::Process;

macro_rules! binaries {
    ($($name:literal)*) => { [$(($name, env!(concat!("CARGO_BIN_EXE_", $name)))),*] };
}

/// Every function's name and binary.
pub const BINARIES: [(&str, &str); 36] = binaries!(
    "check-deadlines" "claim-ticket" "create-ticket" "create-upload" "delete-calendar" "delete-sla-policy"
    "delete-ticket" "delete-upload" "download-attachment" "escalate-ticket" "explain-sla" "get-calendar"
    "get-me" "get-settings" "get-sla-policy" "get-ticket" "list-calendars" "list-sla-policies" "list-thread" "list-tickets"
    "list-uploads" "mark-seen" "not-found" "openapi" "patch-settings" "post-message" "post-note" "put-calendar" "put-settings"
    "put-sla-policy" "record-scan" "recount-tickets" "report-sla" "restore-ticket" "simulate-sla-policy" "update-ticket"
);

/// The functions that the template gives no table.
pub const WITHOUT_TABLE: [&str; 2] = ["not-found", "openapi"];

/// The functions that the template gives the bucket.
pub const WITH_BUCKET: [&str; 8] = [
    "check-deadlines",
    "create-ticket",
    "create-upload",
    "delete-upload",
    "download-attachment",
    "post-message",
    "post-note",
    "record-scan",
];

/// A table in a running engine, and a bucket.
pub struct Account {
    pub stand: Stand,
    processes: BTreeMap<&'static str, OnceCell<Process>>,
}

impl Account {
    /// A table and a bucket, and every function cold.
    pub async fn open() -> Self {
        let processes = BINARIES.map(|(function, _)| (function, OnceCell::new()));
        Self {
            stand: stand().await,
            processes: processes.into(),
        }
    }

    /// A function's answer to an event.
    pub async fn ask(&self, function: &str, event: Event) -> Answer {
        answer(self.process(function).await, event).await
    }

    /// A warm process of a function.
    pub async fn process(&self, function: &str) -> &Process {
        let start = async || {
            let environment = deployed(function, &self.stand).await;
            start(function, &environment).await
        };
        self.processes[function].get_or_init(start).await
    }

    /// Lets table and bucket go.
    pub async fn close(self) {
        self.stand.shutdown().await.expect("the stand stops");
    }
}

/// A stand for its bucket and its table, made of the template; in the engine at `VENTANILLA_DYNAMODB_ENDPOINT`, if that is set.
pub async fn stand() -> Stand {
    // A key pair takes long to find, and here nobody needs its tokens.
    static KEY: OnceLock<IssuerKey> = OnceLock::new();
    edge::quiet();
    let key = KEY.get_or_init(|| IssuerKey::generate().expect("a key pair"));
    let options = Options {
        dynamodb_endpoint: std::env::var("VENTANILLA_DYNAMODB_ENDPOINT").ok(),
        key: Some(key.clone()),
        ..Options::default()
    };
    Stand::start(options).await.expect("the stand starts")
}

/// What Lambda and the template put into a function's environment, and the way to an engine that is not AWS's.
pub fn environment(function: &str, engine: &str, table: &str) -> Vec<(&'static str, String)> {
    let mut environment = vec![
        ("AWS_LAMBDA_FUNCTION_NAME", function.to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "ventanilla".to_owned()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "test".to_owned()),
        ("AWS_REGION", "eu-west-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
    ];
    if !WITHOUT_TABLE.contains(&function) {
        environment.extend([
            ("VENTANILLA_TABLE", table.to_owned()),
            ("VENTANILLA_DYNAMODB_ENDPOINT", engine.to_owned()),
        ]);
    }
    if WITH_BUCKET.contains(&function) {
        environment.extend([
            ("VENTANILLA_BUCKET", "a-bucket".to_owned()),
            ("VENTANILLA_SCANS", "off".to_owned()),
        ]);
    }
    environment
}

/// The same, with the way to a stand's table and bucket.
pub async fn deployed(function: &str, stand: &Stand) -> Vec<(&'static str, String)> {
    let engine = stand.open_dynamodb().await.expect("a port");
    let mut environment = environment(function, engine, stand.table().name());
    let objects = stand.objects().expect("the stand has its own bucket");
    if WITH_BUCKET.contains(&function) {
        let to_bucket = [
            ("AWS_ACCESS_KEY_ID", objects.key().id.clone()),
            ("AWS_SECRET_ACCESS_KEY", objects.key().secret.clone()),
            ("VENTANILLA_BUCKET", stand.bucket().name().to_owned()),
            ("VENTANILLA_S3_ENDPOINT", objects.url().to_owned()),
        ];
        environment.retain(|(name, _)| to_bucket.iter().all(|(other, _)| name != other));
        environment.extend(to_bucket);
    }
    environment
}

/// A process of a function, as it finds the world when it starts.
pub async fn start(function: &str, environment: &[(&'static str, String)]) -> Process {
    let (_, binary) = BINARIES
        .into_iter()
        .find(|(name, _)| *name == function)
        .expect("a function");
    Process::start(binary, environment).await
}

/// A process's answer to an event.
pub async fn answer(process: &Process, event: Event) -> Answer {
    let outcome = process.invoke(&event.0).await;
    Answer::of(outcome.unwrap_or_else(|failure| panic!("{failure:?}: {:#}", event.0)))
}
