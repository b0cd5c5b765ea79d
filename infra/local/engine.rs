//! DynamoDB on one machine: dynoxide, over a SQLite file or in memory, served on a loopback port.
//!
//! The functions reach it as they reach AWS: with the real SDK, over HTTP. SQLite runs in WAL mode with its default
//! `synchronous=FULL`: a write is on disk before it is acknowledged, so neither a killed process nor a power cut
//! loses it.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use aws_sdk_dynamodb::types::AttributeValue;
use dynoxide::Database;
use jiff::Timestamp;
use serde_json::{Value, json};
use store::Table;
use tokio::runtime;
use tokio::sync::oneshot;

use crate::folder::{Folder, private_file, remove_database};
use crate::table::TableDefinition;

/// DynamoDB deletes expired items within days; once an hour is ample.
const TTL_SWEEP: Duration = Duration::from_hours(1);

/// A running engine. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub(crate) struct Engine {
    url: String,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<Result<()>>,
}

impl Engine {
    /// An engine that forgets everything, with the table in it.
    pub(crate) async fn in_memory(table: &str, definition: &TableDefinition) -> Result<Self> {
        let engine = Self::serve(Database::memory()?)?;
        definition
            .create(Table::local(&engine.url, table).client(), table)
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
        Self::serve(database)
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Lets the requests under way finish, and closes the file.
    pub(crate) async fn close(self) -> Result<()> {
        drop(self.stop);
        let ended = tokio::task::spawn_blocking(|| self.thread.join()).await?;
        ended.map_err(|_| anyhow!("the engine's thread panicked"))?
    }

    /// Serves a database on a thread of its own: every call holds the database's one lock and waits for the disk, and
    /// the gateway's threads must not wait with it. When the thread has ended, every handle to the file is closed.
    fn serve(database: Database) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .context("cannot open a port for the engine")?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("dynamodb".into())
            .spawn(move || {
                runtime.block_on(async {
                    let listener = tokio::net::TcpListener::from_std(listener)?;
                    tokio::spawn(forget(database.clone()));
                    let stopped = async {
                        // An error is a dropped sender: nobody uses this engine any more.
                        let _ = stopped.await;
                    };
                    dynoxide::server::serve_with_shutdown(listener, database, stopped)
                        .await
                        .map_err(|error| anyhow!(error))
                })
            })?;
        Ok(Self { url, stop, thread })
    }
}

/// A table is made in a draft that gets its name when it is complete: dynoxide creates a table and its indexes in
/// several steps, and a process killed between two of them would leave a table that is there and does not work.
async fn make(file: &Path, table: &str, definition: &TableDefinition) -> Result<()> {
    let draft = file.with_extension("draft");
    remove_database(&draft)?;
    // SQLite fills an empty file, and gives its rights to those it keeps beside it.
    private_file(&draft)?;
    let engine = Engine::serve(open(&draft)?)?;
    definition
        .create(Table::local(&engine.url, table).client(), table)
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

/// Deletes what has expired, again and again.
async fn forget(database: Database) {
    let mut hours = tokio::time::interval(TTL_SWEEP);
    loop {
        hours.tick().await;
        let database = database.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || database.sweep_ttl()).await {
            eprintln!("expired items could not be deleted: {error}");
        }
    }
}
