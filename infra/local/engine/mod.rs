//! DynamoDB on one machine: dynoxide, over a SQLite file or in memory, in this process.
//!
//! The functions reach it with the real SDK, as they reach AWS; but what the SDK would send to a port is handed to the
//! engine's thread (`connector.rs`). The engine checks no signature and asks no caller for a name, so there is no port that
//! another user of the machine, or a page in a browser, could reach. A test that puts a proxy between functions and engine
//! opens one.
//!
//! SQLite runs in WAL mode with its default `synchronous=FULL`: a write is on disk before it is acknowledged, so neither a
//! killed process nor a power cut loses it.

mod connector;
mod operations;

use std::fmt;
use std::fs::{self, File};
use std::mem;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use aws_sdk_dynamodb::types::AttributeValue;
use dynoxide::Database;
use jiff::Timestamp;
use serde_json::{Value, json};
use store::Table;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::folder::{Folder, private_file, remove_database};
use crate::table::TableDefinition;
use connector::{Call, Calls, Connector};

/// DynamoDB deletes expired items within days; once an hour is ample.
const TTL_SWEEP: Duration = Duration::from_hours(1);

/// A running engine. Dropping it stops it too, without waiting.
pub(crate) struct Engine {
    database: Database,
    connector: Connector,
    threads: Vec<JoinHandle<()>>,
    /// Until it is dropped, what has expired is deleted every hour.
    _expires: mpsc::Sender<()>,
    /// The ports that were opened.
    ports: Mutex<JoinSet<()>>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine that forgets everything, with the table in it.
    pub(crate) async fn in_memory(table: &str, definition: &TableDefinition) -> Result<Self> {
        let engine = Self::start(Database::memory()?)?;
        definition
            .create(engine.table(table).client(), table)
            .await?;
        Ok(engine)
    }

    /// The engine over a folder's table, which is made if there is none.
    pub(crate) async fn in_folder(
        folder: &Folder,
        table: &str,
        definition: &TableDefinition,
    ) -> Result<Self> {
        let file = folder.table();
        if !file.exists() {
            make(&file, table, definition)
                .await
                .with_context(|| format!("cannot make {}", file.display()))?;
        }
        let database = open(&file)?;
        let agreed = stored(&database, table).and_then(|stored| definition.agrees_with(&stored));
        agreed.with_context(|| format!("cannot use {}", file.display()))?;
        Self::start(database)
    }

    /// One of its tables, reached without a port.
    pub(crate) fn table(&self, name: &str) -> Table {
        Table::in_process(self.connector.clone(), name)
    }

    /// Opens a port on this machine's loopback address, and says where. Who reaches it can read and change everything: it is
    /// for tests and measurements.
    pub(crate) async fn open_port(&self) -> Result<String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("cannot open a port for the engine")?;
        let url = format!("http://{}", listener.local_addr()?);
        let serving = dynoxide::server::serve_on(listener, self.database.clone());
        self.ports.lock().await.spawn(serving);
        Ok(url)
    }

    /// Lets the call under way finish, and closes the file.
    pub(crate) async fn close(mut self) -> Result<()> {
        self.connector.close();
        self.ports.get_mut().shutdown().await;
        let threads = mem::take(&mut self.threads);
        // With the engine go its handle to the database and what keeps the other thread waiting.
        drop(self);
        for thread in threads {
            let ended = tokio::task::spawn_blocking(|| thread.join()).await?;
            ended.map_err(|_| anyhow!("a thread of the engine panicked"))?;
        }
        Ok(())
    }

    /// Calls are answered on a thread of their own: each holds the database's one lock and waits for the disk, and the
    /// gateway's threads must not wait with it. When the threads have ended, every handle to the file is closed.
    fn start(database: Database) -> Result<Self> {
        let (connector, calls) = Connector::new();
        let (expires, stopped) = mpsc::channel();
        let named = |name: &str| thread::Builder::new().name(name.into());
        let (answering, expiring) = (database.clone(), database.clone());
        let threads = vec![
            named("dynamodb").spawn(move || answer(&answering, calls))?,
            named("dynamodb-ttl").spawn(move || expire_hourly(&expiring, &stopped))?,
        ];
        Ok(Self {
            database,
            connector,
            threads,
            _expires: expires,
            ports: Mutex::default(),
        })
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Clones of the connector, in clients of the SDK, may outlive the engine; its thread ends with this one.
        self.connector.close();
    }
}

/// Answers one call after the other, until there are no more.
fn answer(database: &Database, calls: Calls) {
    for call in calls.filter(Call::is_awaited) {
        let (operation, body) = (call.operation(), call.body());
        let answer = operations::answer(database, operation, body);
        call.reply(answer);
    }
}

/// A table is made in a draft that gets its name when it is complete: dynoxide creates a table and its indexes in
/// several steps, and a process killed between two of them would leave a table that is there and does not work.
async fn make(file: &Path, table: &str, definition: &TableDefinition) -> Result<()> {
    let draft = file.with_extension("draft");
    remove_database(&draft)?;
    // SQLite fills an empty file, and gives its rights to those it keeps beside it.
    private_file(&draft)?;
    let engine = Engine::start(open(&draft)?)?;
    definition
        .create(engine.table(table).client(), table)
        .await?;
    engine.close().await?;
    fs::rename(&draft, file)?;
    if let Some(folder) = file.parent() {
        File::open(folder).and_then(|folder| folder.sync_all())?;
    }
    Ok(())
}

fn open(file: &Path) -> Result<Database> {
    let path = file
        .to_str()
        .with_context(|| format!("{} is not valid UTF-8", file.display()))?;
    Database::new(path).with_context(|| format!("cannot open {path}"))
}

/// The definition of a stored table. Not by `DescribeTable`: dynoxide then counts every item of every index.
fn stored(database: &Database, table: &str) -> Result<TableDefinition> {
    let metadata = database
        .get_table_metadata(table)?
        .with_context(|| format!("it has no table {table}"))?;
    let json = |text: &str| {
        serde_json::from_str::<Value>(text).context("its definition of the table is not readable")
    };
    Ok(serde_json::from_value(json!({
        "AttributeDefinitions": json(&metadata.attribute_definitions)?,
        "KeySchema": json(&metadata.key_schema)?,
        "GlobalSecondaryIndexes": json(metadata.gsi_definitions.as_deref().unwrap_or("[]"))?,
    }))?)
}

/// Deletes what has expired by a time that was moved ahead of the machine's, which is the one the engine itself goes by.
/// Only the engine does this, here as on AWS; no function can look through the table.
pub(crate) async fn expire(table: &Table, now: Timestamp) -> Result<()> {
    let client = table.client();
    let mut expired = client
        .scan()
        .table_name(table.name())
        .projection_expression("pk, sk")
        .filter_expression("expiresAt <= :now")
        .expression_attribute_values(":now", AttributeValue::N(now.as_second().to_string()))
        .into_paginator()
        .items()
        .send();
    while let Some(key) = expired.next().await {
        let delete = client.delete_item().table_name(table.name());
        delete.set_key(Some(key?)).send().await?;
    }
    Ok(())
}

/// Deletes what has expired at once, and then every hour until it is told to stop. Calls go first between two pages of it.
fn expire_hourly(database: &Database, stopped: &mpsc::Receiver<()>) {
    loop {
        if let Err(error) = database.sweep_ttl() {
            eprintln!("expired items could not be deleted: {error}");
        }
        match stopped.recv_timeout(TTL_SWEEP) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
