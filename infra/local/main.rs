//! `cargo run`: the whole system on this machine, until Ctrl-C.

use std::io::{self, ErrorKind, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::{self, ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};
use store::Bucket;
use tokio::signal::unix::{SignalKind, signal};
use ventanilla::{Data, Options, Stand, demo};

/// A support-ticket system, whole, on this machine.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Port to listen on; 0 for any that is free
    #[arg(long, default_value_t = 9000)]
    port: u16,
    /// Port of the bucket, where files are put and fetched; 0 for any that is free
    #[arg(long, default_value_t = 0)]
    bucket_port: u16,
    /// Address to listen on, a loopback address
    #[arg(long, default_value_t = Ipv4Addr::LOCALHOST.into())]
    host: IpAddr,
    /// Folder for everything that is kept between runs
    #[arg(long, value_name = "DIR", default_value = ".ventanilla")]
    data: PathBuf,
    /// Keep nothing
    #[arg(long, conflicts_with = "data")]
    ephemeral: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Play the life of a ticket against a stand that keeps nothing, and show every request and answer
    Demo,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if nobody_reads(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // For a person: what and why, and never a backtrace.
            eprintln!("ventanilla: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whoever was reading has seen enough: `cargo run -- demo | head`.
fn nobody_reads(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

async fn run(arguments: Arguments) -> Result<()> {
    let dynamodb_endpoint = std::env::var("VENTANILLA_DYNAMODB_ENDPOINT").ok();
    match arguments.command {
        Some(Command::Demo) => {
            demo::play(Options {
                dynamodb_endpoint,
                ..Options::default()
            })
            .await
        }
        None => {
            let Arguments {
                host,
                port,
                bucket_port,
                data,
                ephemeral,
                ..
            } = arguments;
            let data = if ephemeral {
                Data::Ephemeral
            } else {
                Data::Folder(data)
            };
            let other_bucket = std::env::var_os("VENTANILLA_S3_ENDPOINT").is_some();
            serve(Options {
                bucket: other_bucket.then(Bucket::from_env).transpose()?,
                host,
                port,
                bucket_port,
                data,
                dynamodb_endpoint,
                runs_schedules: true,
                ..Options::default()
            })
            .await
        }
    }
}

async fn serve(options: Options) -> Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let stand = Stand::start(options).await?;
    welcome(&stand)?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    eprintln!("Stopping; once more to stop at once.");
    tokio::select! {
        stopped = stand.shutdown() => stopped,
        // Nothing acknowledged is lost: the data survives a killed process.
        _ = interrupt.recv() => process::exit(130),
        _ = terminate.recv() => process::exit(143),
    }
}

/// Says where everything is, and gives the keys to try it. The log of requests follows on the same stream.
fn welcome(stand: &Stand) -> Result<()> {
    let url = stand.url();
    let data = stand.folder().map_or_else(
        || "nothing is kept".into(),
        |folder| folder.display().to_string(),
    );
    let customer = stand.token("acme", "cus_123", &["customer"])?;
    let agent = stand.token("acme", "ana", &["agent"])?;
    let text = format!(
        r#"
Ventanilla is open at {url}

  API    {url}/v2/openapi.json
  data   {data}

Two tokens of the tenant acme, good for a day (any other: POST {url}/dev/token):

  AGENT={agent}

  CUSTOMER={customer}

Open a ticket as the customer:

  curl {url}/v2/support-tickets -H 'Authorization: Bearer {customer}' -H 'Content-Type: application/json' -d '{{"title":"API returns 502","description":"Since this morning, every call answers 502.","category":"technical"}}'

Ctrl-C closes.

"#
    );
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
