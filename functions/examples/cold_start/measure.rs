//! How each number comes about.
//!
//! * **CPU** is a process's CPU clock (`clock_getcpuclockid`), in user and kernel, all threads, those that have ended as
//!   well (`/proc/…/schedstat` forgets them), read when the process asks for a request or gives an answer. A launcher is in
//!   it up to the `exec` that makes it the program. It is the median of many starts; for a request, of ten times a
//!   hundred, after the first thousand, so that whoever compiles while running has done so.
//! * **Instructions** are callgrind's, in user mode, from `exec` until the process waits for a request, in one run each. For
//!   a request it is the difference between a run of 1 100 and one of 100, by a thousand. What callgrind slows
//!   down is not counted, so a launcher has none: what it launches would be another process to valgrind.
//! * **Memory** is the most that was resident (`VmHWM`).

use std::fs;
use std::io::Write;
#[cfg(target_os = "linux")]
use std::time::Duration;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use nix::unistd::Pid;
use tokio::process::Command;

use crate::candidate::{Candidate, Event};
use crate::lambda::{Instance, Outcome, collected};

/// Requests before those whose CPU counts.
const WARM_UP: u32 = 1_000;
/// Times that everybody is given a batch of requests.
const BATCHES: u32 = 10;
/// Requests in one of them.
const BATCH: u32 = 100;
/// Requests of the shorter and of the longer of two counted runs.
const COUNTED: [u32; 2] = [100, 1_100];

/// A number that was measured many times.
#[derive(Clone, Copy)]
pub struct Spread {
    pub low: u64,
    pub median: u64,
    pub high: u64,
}

/// What a process costs until it asks for its first request.
pub struct Start {
    /// Bytes of the binary, and of the binary in a zip.
    pub size: Option<[u64; 2]>,
    /// Instructions, where the table's engine refuses every connection.
    pub alone: Option<u64>,
    /// Instructions, with a connection over TLS, if it opens one by then.
    pub connected: Option<u64>,
    /// Nanoseconds, with a connection.
    pub cpu: Spread,
    /// KiB.
    pub memory: Spread,
}

/// What it costs to serve.
pub struct Service {
    pub start: Start,
    /// Instructions up to the first answer.
    pub first: Option<u64>,
    /// Nanoseconds up to the first answer.
    pub first_cpu: Spread,
    /// Instructions of a request.
    pub warm: Option<u64>,
    /// Nanoseconds of a request.
    pub warm_cpu: Spread,
    /// KiB, after a thousand requests.
    pub memory: u64,
}

impl Spread {
    fn of(mut numbers: Vec<u64>) -> Self {
        numbers.sort_unstable();
        let at = |place: usize| numbers.get(place).copied().unwrap_or_default();
        Self {
            low: at(0),
            median: at(numbers.len() / 2),
            high: at(numbers.len().saturating_sub(1)),
        }
    }
}

/// What a function costs until it asks for its first request.
pub async fn start(candidate: &Candidate, runs: usize) -> Outcome<Start> {
    let mut starts = Starts::default();
    for _ in 0..runs {
        starts.again(candidate).await?;
    }
    starts.and_the_rest(candidate).await
}

/// Everything about everybody, in turns.
pub async fn all(candidates: &[Candidate], event: &Event, runs: usize) -> Outcome<Vec<Service>> {
    let mut starts: Vec<_> = candidates.iter().map(|_| Starts::default()).collect();
    let mut answers = vec![Vec::new(); candidates.len()];
    for _ in 0..runs {
        for (place, candidate) in candidates.iter().enumerate() {
            let mut instance = starts[place].again(candidate).await?;
            event.check(&instance.call(&event.next()).await?)?;
            answers[place].push(cpu(&instance)?);
        }
    }
    let mut services = Vec::new();
    let warm = warm(candidates, event).await?;
    for (((candidate, starts), answers), (warm_cpu, memory)) in
        candidates.iter().zip(starts).zip(answers).zip(warm)
    {
        let [fewer, more] = COUNTED;
        let short = serving(candidate, fewer, event).await?;
        let long = serving(candidate, more, event).await?;
        services.push(Service {
            start: starts.and_the_rest(candidate).await?,
            first: serving(candidate, 1, event).await?,
            first_cpu: Spread::of(answers),
            warm: long
                .zip(short)
                .map(|(long, short)| (long - short) / u64::from(more - fewer)),
            warm_cpu,
            memory,
        });
    }
    Ok(services)
}

/// A candidate's starts, one after the other.
#[derive(Default)]
struct Starts {
    cpu: Vec<u64>,
    memory: Vec<u64>,
}

impl Starts {
    /// Starts it once more. What is returned waits for its first request.
    async fn again(&mut self, candidate: &Candidate) -> Outcome<Instance> {
        let mut instance = Instance::start(candidate.command()).await?;
        instance.idle().await?;
        self.cpu.push(cpu(&instance)?);
        self.memory.push(peak_memory(instance.pid())?);
        Ok(instance)
    }

    /// Adds what takes no more than one run.
    async fn and_the_rest(self, candidate: &Candidate) -> Outcome<Start> {
        let mut start = Start {
            size: None,
            alone: None,
            connected: None,
            cpu: Spread::of(self.cpu),
            memory: Spread::of(self.memory),
        };
        if candidate.is_binary {
            start.size = Some(sizes(candidate)?);
            start.alone = Some(starting(candidate.counted_alone()).await?);
            start.connected = Some(starting(candidate.counted("connected")).await?);
        }
        Ok(start)
    }
}

/// CPU of a warm request, and the memory after a thousand of them.
async fn warm(candidates: &[Candidate], event: &Event) -> Outcome<Vec<(Spread, u64)>> {
    let mut instances = Vec::new();
    for candidate in candidates {
        let mut instance = Instance::start(candidate.command()).await?;
        serve(&mut instance, WARM_UP, event).await?;
        let memory = peak_memory(instance.pid())?;
        instances.push((instance, memory, Vec::new()));
    }
    for _ in 0..BATCHES {
        for (instance, _, batches) in &mut instances {
            let before = cpu(instance)?;
            serve(instance, BATCH, event).await?;
            batches.push((cpu(instance)? - before) / u64::from(BATCH));
        }
    }
    let spreads = instances.into_iter();
    Ok(spreads
        .map(|(_, memory, batches)| (Spread::of(batches), memory))
        .collect())
}

/// Instructions until it asks for its first request.
async fn starting(counted: Command) -> Outcome<u64> {
    let mut instance = Instance::start(counted).await?;
    instance.idle().await?;
    collected(&instance.stop().await?)
}

/// Instructions of so many requests and all before them.
async fn serving(candidate: &Candidate, requests: u32, event: &Event) -> Outcome<Option<u64>> {
    if !candidate.is_binary {
        return Ok(None);
    }
    let mut instance = Instance::start(candidate.counted(&requests.to_string())).await?;
    serve(&mut instance, requests, event).await?;
    collected(&instance.stop().await?).map(Some)
}

/// Gives it so many requests, and waits until it asks for one more.
async fn serve(instance: &mut Instance, requests: u32, event: &Event) -> Outcome<()> {
    for _ in 0..requests {
        event.check(&instance.call(&event.next()).await?)?;
    }
    instance.idle().await
}

/// Nanoseconds on a CPU, so far.
#[cfg(target_os = "linux")]
fn cpu(instance: &Instance) -> Outcome<u64> {
    let spent = nix::time::ClockId::pid_cpu_clock_id(instance.pid())?.now()?;
    Ok(u64::try_from(Duration::from(spent).as_nanos())?)
}

/// So that it compiles with everything else.
#[cfg(not(target_os = "linux"))]
fn cpu(_: &Instance) -> Outcome<u64> {
    Err("only Linux tells what another process has used".into())
}

/// The most memory that was resident, in KiB.
fn peak_memory(pid: Pid) -> Outcome<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.ok_or("the kernel says nothing of its memory")?;
    Ok(peak.trim().trim_end_matches(" kB").parse()?)
}

/// Bytes of a binary as it is, and deflated as well as a zip can.
fn sizes(candidate: &Candidate) -> Outcome<[u64; 2]> {
    let binary = fs::read(&candidate.path)?;
    let mut zip = DeflateEncoder::new(Vec::new(), Compression::best());
    zip.write_all(&binary)?;
    Ok([binary.len().try_into()?, zip.finish()?.len().try_into()?])
}
