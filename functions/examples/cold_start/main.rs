//! What a function's process does before its first request, measured.
//!
//! ```sh
//! cargo build --release -p functions --bin get-ticket
//! cargo run -p functions --example cold_start -- target/release/get-ticket
//! ```
//!
//! Starts the binary again and again against a Runtime API and a DynamoDB that both run here and only listen, and
//! reads from `/proc` what it has used when it asks for its first request: CPU time on all its threads, and the most
//! memory it has held. The connection to the table is opened by then, without TLS. Linux only.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

const RUNS: usize = 31;

fn main() -> io::Result<()> {
    let Some(binary) = std::env::args().nth(1) else {
        return Err(io::Error::other("which binary? Give its path."));
    };
    let mut cpu = Vec::with_capacity(RUNS);
    let mut memory = 0;
    for _ in 0..RUNS {
        let Started { cpu_ns, peak_kib } = start(&binary)?;
        cpu.push(cpu_ns);
        memory = memory.max(peak_kib);
    }
    cpu.sort_unstable();
    let ms = |ns: u64| format!("{}.{:01} ms", ns / 1_000_000, ns % 1_000_000 / 100_000);
    let (low, middle, high) = (ms(cpu[0]), ms(cpu[RUNS / 2]), ms(cpu[RUNS - 1]));
    println!("{binary}");
    println!(
        "  size                      {} bytes",
        fs::metadata(&binary)?.len()
    );
    println!("  CPU until first request   {middle} (median of {RUNS}; {low} to {high})");
    println!("  peak memory until then    {memory} KiB");
    Ok(())
}

struct Started {
    cpu_ns: u64,
    peak_kib: u64,
}

fn start(binary: &str) -> io::Result<Started> {
    let runtime = TcpListener::bind("127.0.0.1:0")?;
    let table = TcpListener::bind("127.0.0.1:0")?;
    let endpoint = format!("http://{}", table.local_addr()?);
    std::thread::spawn(move || answer_emptily(&table));
    let mut child = Command::new(binary)
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", runtime.local_addr()?.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "cold-start")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "log")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "log")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "none")
        .env("AWS_SECRET_ACCESS_KEY", "none")
        .env("VENTANILLA_TABLE", "ventanilla")
        .env("VENTANILLA_BUCKET", "ventanilla")
        .env("VENTANILLA_DYNAMODB_ENDPOINT", endpoint)
        .stdout(Stdio::null())
        .spawn()?;
    // The first thing a runtime says is that it wants a request. It is now waiting for one.
    let (asking, _) = runtime.accept()?;
    let mut first_line = String::new();
    BufReader::new(&asking).read_line(&mut first_line)?;
    assert!(first_line.starts_with("GET"), "{first_line}");
    let started = used_by(&child);
    child.kill()?;
    child.wait()?;
    started
}

/// A DynamoDB that has nothing.
fn answer_emptily(table: &TcpListener) {
    for stream in table.incoming().flatten() {
        std::thread::spawn(move || while answer_one(&stream).is_ok() {});
    }
}

fn answer_one(mut stream: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length])?;
    stream.write_all(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 2\r\n\r\n{}",
    )
}

fn used_by(child: &Child) -> io::Result<Started> {
    let process = format!("/proc/{}", child.id());
    let mut cpu_ns = 0;
    for task in fs::read_dir(format!("{process}/task"))? {
        let times = fs::read_to_string(task?.path().join("schedstat"))?;
        let on_cpu = times
            .split_whitespace()
            .next()
            .and_then(|ns| ns.parse::<u64>().ok());
        cpu_ns += on_cpu.unwrap_or(0);
    }
    let status = fs::read_to_string(format!("{process}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak_kib = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok());
    Ok(Started {
        cpu_ns,
        peak_kib: peak_kib.unwrap_or(0),
    })
}
