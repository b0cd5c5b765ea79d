//! `cargo run`: the whole system on this machine, until Ctrl-C.

use std::io::{self, ErrorKind, Write};
use std::net::{AddrParseError, IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::{self, ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};
use store::Bucket;
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
    #[arg(long, default_value = "127.0.0.1", value_parser = address)]
    host: IpAddr,
    /// Folder for everything that is kept between runs
    #[arg(long, value_name = "DIR", default_value = ".ventanilla")]
    data: PathBuf,
    /// Keep nothing
    #[arg(long, conflicts_with = "data")]
    ephemeral: bool,
    /// Begin anew: delete the folder's tickets and files, and put its time back
    #[arg(long, conflicts_with = "ephemeral")]
    reset: bool,
}

/// Reads an address; `localhost` is one.
fn address(text: &str) -> Result<IpAddr, AddrParseError> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    text.parse()
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
                reset,
                command: _,
            } = arguments;
            let data = if ephemeral {
                Data::Ephemeral
            } else if reset {
                Data::Reset(data)
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
    let mut stops = Stops::new()?;
    let stand = Stand::start(options).await?;
    welcome(&stand)?;
    stops.next().await;
    eprintln!("Stopping; once more to stop at once.");
    tokio::select! {
        stopped = stand.shutdown() => stopped,
        // Nothing acknowledged is lost: the data survives a killed process.
        code = stops.next() => process::exit(code),
    }
}

/// What asks the program to stop: Ctrl-C, and on Unix a signal to terminate.
struct Stops {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Stops {
    fn new() -> Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?,
        })
    }

    /// Waits for the next; gives the exit code of a program that it ends.
    async fn next(&mut self) -> i32 {
        #[cfg(unix)]
        let terminated = self.terminate.recv();
        #[cfg(not(unix))]
        let terminated = std::future::pending::<Option<()>>();
        tokio::select! {
            _ = tokio::signal::ctrl_c() => 130,
            _ = terminated => 143,
        }
    }
}

/// Says where everything is, and how to try it. The log of requests follows on the same stream.
fn welcome(stand: &Stand) -> Result<()> {
    let url = stand.url();
    let data = stand.folder().map_or_else(
        || "nothing is kept".into(),
        |folder| folder.display().to_string(),
    );
    let time = stand.moved().map_or_else(String::new, |moved| {
        format!("\n  time   {moved}; --reset puts it back, and deletes the data")
    });
    let text = format!(
        r#"
Ventanilla is open at {url}

  API    {url}/v2/openapi.json
  data   {data}{time}

A token, and a ticket opened with it:

  TOKEN=$(curl -s {url}/dev/token -d '{{"tenant":"acme","sub":"cus_123","roles":["customer"]}}' | cut -d'"' -f4)
  curl {url}/v2/support-tickets -H "Authorization: Bearer $TOKEN" \
       -d '{{"title":"API returns 502","description":"Since this morning.","category":"technical"}}'

Ctrl-C closes.

"#
    );
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_an_address_or_localhost() {
        assert_eq!(address("localhost"), Ok(Ipv4Addr::LOCALHOST.into()));
        assert_eq!(address("::1").map(|host| host.is_loopback()), Ok(true));
        assert!(address("example.org").is_err());
    }
}
