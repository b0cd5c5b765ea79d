//! Who is measured: an executable, how it is started, and what it is asked.

use std::cell::Cell;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use crate::dynamodb::DynamoDb;
use crate::lambda::{Outcome, callgrind, environment};

/// An executable that serves a function.
pub struct Candidate {
    /// What the table calls it.
    pub name: String,
    /// The executable.
    pub path: PathBuf,
    /// Whether it is a program of its own: its size and its instructions say something. A launcher's do not.
    pub is_binary: bool,
    /// Whether what it writes to standard error is shown.
    pub may_complain: bool,
    /// Where callgrind's profiles go.
    pub profiles: Option<PathBuf>,
    environment: Vec<(&'static str, String)>,
    url: String,
    refusing_url: String,
}

impl Candidate {
    /// The function as it is deployed.
    pub fn ours(function: &str, binary: PathBuf, dynamodb: &DynamoDb) -> Outcome<Self> {
        let trusted = dynamodb.amazon_roots();
        Self::new("ventanilla", function, binary, dynamodb, &trusted)
    }

    /// The same handler, built the default way.
    pub fn the_default_way(function: &str, binary: &Path, dynamodb: &DynamoDb) -> Outcome<Self> {
        let trusted = dynamodb.system_roots();
        Self::new(
            "the default way",
            function,
            binary.to_owned(),
            dynamodb,
            &trusted,
        )
    }

    /// All executables of a folder that are `LANGUAGE-FUNCTION`.
    pub fn twins(function: &str, folder: &Path, dynamodb: &DynamoDb) -> Outcome<Vec<Self>> {
        let entries = fs::read_dir(folder).map_err(|why| format!("{}: {why}", folder.display()))?;
        let mut twins = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let language = file
                .strip_suffix(function)
                .and_then(|rest| rest.strip_suffix('-'));
            if let Some(language) = language {
                let trusted = dynamodb.system_roots();
                let path = path.clone();
                twins.push(Self::new(language, function, path, dynamodb, &trusted)?);
            }
        }
        twins.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(twins)
    }

    /// Nobody is given another engine or other authorities than everybody; each has a variable of its own for them, and
    /// trusts besides what it trusts on AWS.
    fn new(
        name: &str,
        function: &str,
        path: PathBuf,
        dynamodb: &DynamoDb,
        trusted: &Path,
    ) -> Outcome<Self> {
        let trusted = trusted.display().to_string();
        let mut environment = environment(function).to_vec();
        environment.extend([
            ("_HANDLER", function.to_owned()),
            ("VENTANILLA_TABLE", dynamodb.table().to_owned()),
            ("VENTANILLA_BUCKET", "ventanilla".to_owned()),
            ("AWS_CA_BUNDLE", trusted.clone()),
            ("SSL_CERT_FILE", trusted),
            ("NODE_EXTRA_CA_CERTS", dynamodb.root().display().to_string()),
        ]);
        Ok(Self {
            name: name.to_owned(),
            is_binary: is_binary(&path),
            may_complain: false,
            profiles: None,
            path,
            environment,
            url: dynamodb.url(),
            refusing_url: dynamodb.refusing_url()?,
        })
    }

    /// How it is started, with the engine's TLS at the end of its connections.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.env_clear();
        self.prepare(&mut command, &self.url);
        command.stderr(if self.may_complain {
            Stdio::inherit()
        } else {
            Stdio::null()
        });
        command
    }

    /// The same, counted. `what` is the name of its profile.
    pub fn counted(&self, what: &str) -> Command {
        self.counted_at(&self.url, what)
    }

    /// The same, counted, where the engine refuses every connection.
    pub fn counted_alone(&self) -> Command {
        self.counted_at(&self.refusing_url, "refused")
    }

    fn counted_at(&self, engine: &str, what: &str) -> Command {
        let file = self.path.file_name().unwrap_or_default();
        let file = format!("{}.{what}", file.to_string_lossy());
        let profile = self.profiles.as_ref().map(|folder| folder.join(file));
        let mut command = callgrind(&self.path, profile.as_deref());
        self.prepare(&mut command, engine);
        command.stderr(Stdio::piped());
        command
    }

    fn prepare(&self, command: &mut Command, engine: &str) {
        command
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env("VENTANILLA_DYNAMODB_ENDPOINT", engine)
            .env("AWS_ENDPOINT_URL_DYNAMODB", engine)
            .stdout(Stdio::null());
    }
}

/// Whether it begins like an ELF file.
fn is_binary(path: &Path) -> bool {
    let mut start = [0; 4];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == *b"\x7fELF"
}

/// What a function is asked: its sample event, about a ticket that is there.
pub struct Event {
    text: String,
    is_write: bool,
    sent: Cell<u32>,
}

impl Event {
    /// Of a function that is measured in detail.
    pub fn of(function: &str, ticket: &str) -> Self {
        let is_write = function == "create-ticket";
        let sample = if is_write {
            include_str!("../../../infra/events/create-ticket.json")
        } else {
            include_str!("../../../infra/events/get-ticket.json")
        };
        Self {
            text: sample.replace("tkt_01a2087dec80700080005eed00000001", ticket),
            is_write,
            sent: Cell::new(0),
        }
    }

    /// The next one. No key comes twice: a repetition would cost less.
    pub fn next(&self) -> String {
        self.sent.set(self.sent.get() + 1);
        let key = format!("{:08}-40d5-43e8-bc93-6894a57f9324", self.sent.get());
        let sample = "8e03978e-40d5-43e8-bc93-6894a57f9324";
        self.text.replace(sample, &key)
    }

    /// Makes sure that an answer is what was asked for, whole.
    pub fn check(&self, answer: &str) -> Outcome<()> {
        let read: Value = serde_json::from_str(answer)?;
        let body: Value = serde_json::from_str(read["body"].as_str().unwrap_or("null"))?;
        let as_expected = if self.is_write {
            read["statusCode"] == 201 && body["data"]["status"] == "open"
        } else {
            let entries = body["data"]["threads"].as_array().map(Vec::len);
            read["statusCode"] == 200 && entries == Some(10)
        };
        as_expected
            .then_some(())
            .ok_or_else(|| format!("this is no answer: {answer}").into())
    }
}
