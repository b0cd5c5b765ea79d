//! What a function costs to start and to run, beside the same handler built the default way and beside its twins in other
//! languages. The README's figures are what this prints.
//!
//! ```sh
//! (cd functions && cargo lambda build --release)     # or cargo build --release -p functions --bins
//! cargo build --release --manifest-path tests/cold/default/Cargo.toml --target-dir target/default
//! tests/cold/twins/install.sh target/twins
//! cargo run -p functions --example cold_start -- \
//!     --default-way target/default/release/get-ticket-default --twins target/twins
//! ```
//!
//! Each part can be left out; `cargo run -p functions --example cold_start -- get-ticket` measures one binary of
//! `target/lambda`, beside nothing. Linux only; instructions need valgrind.
//!
//! Everything a process talks to runs here: a Runtime API, and the engine of the stand behind TLS, with the certificates
//! of an authority made for this run (`dynamodb`, `authority`). The template's table is in it, and a ticket with ten
//! entries. Who is compared is started in turns, so that whatever else this machine does meets them all. How each
//! number comes about is told in `measure`.

mod authority;
mod candidate;
mod dynamodb;
#[path = "../lambda/mod.rs"]
mod lambda;
mod measure;
mod report;

use std::path::PathBuf;

use clap::Parser;

use candidate::{Candidate, Event};
use dynamodb::DynamoDb;
use lambda::Outcome;

/// Functions that are measured in detail: by what they read, and by what they write.
const IN_DETAIL: [&str; 2] = ["get-ticket", "create-ticket"];

/// What a function costs to start and to run.
#[derive(Parser)]
struct Options {
    /// The folder with the functions' binaries, as cargo or `cargo lambda` fills it
    #[arg(long, default_value = "target/lambda")]
    binaries: PathBuf,
    /// A folder with `LANGUAGE-FUNCTION`, executables that do the same
    #[arg(long)]
    twins: Option<PathBuf>,
    /// `get-ticket`, built the default way
    #[arg(long)]
    default_way: Option<PathBuf>,
    /// Times that everybody is started
    #[arg(long, default_value_t = 31)]
    runs: usize,
    /// A folder for callgrind's profiles: of binaries that were built with symbols, `callgrind_annotate` tells which
    /// functions the instructions are in
    #[arg(long)]
    profiles: Option<PathBuf>,
    /// Show what is written to standard error
    #[arg(long)]
    verbose: bool,
    /// Which functions; else all whose binaries are there
    functions: Vec<String>,
}

impl Options {
    /// Where a function's binary is.
    fn binary(&self, function: &str) -> PathBuf {
        let path = self.binaries.join(function);
        if path.is_dir() {
            path.join("bootstrap")
        } else {
            path
        }
    }

    fn apply(&self, candidate: &mut Candidate) {
        candidate.may_complain = self.verbose;
        candidate.profiles.clone_from(&self.profiles);
    }
}

#[tokio::main]
async fn main() -> Outcome<()> {
    edge::quiet();
    let options = Options::parse();
    let functions = functions(&options)?;
    let dynamodb = DynamoDb::start().await?;
    report::circumstances(options.runs, dynamodb.has_system_roots())?;
    for function in IN_DETAIL {
        if functions.iter().any(|name| name == function) {
            in_detail(function, &options, &dynamodb).await?;
        }
    }
    let mut starts = Vec::new();
    for function in functions {
        let mut ours = Candidate::ours(&function, options.binary(&function), &dynamodb)?;
        options.apply(&mut ours);
        starts.push((function, measure::start(&ours, options.runs).await?));
    }
    report::starts(&starts);
    dynamodb.shutdown().await
}

/// The functions that were asked for, or those whose binaries are there.
fn functions(options: &Options) -> Outcome<Vec<String>> {
    let mut names = options.functions.clone();
    if names.is_empty() {
        let all = functions::contents().into_iter();
        names.extend(all.map(|function| function.name.to_owned()));
        names.retain(|name| options.binary(name).exists());
        names.sort_unstable();
    }
    let folder = options.binaries.display();
    if names.is_empty() {
        return Err(format!(
            "{folder} has no binaries; cargo lambda build --release, in functions/"
        )
        .into());
    }
    let missing = names.iter().find(|name| !options.binary(name).exists());
    missing.map_or(Ok(names.clone()), |name| {
        Err(format!("{folder} has no {name}").into())
    })
}

/// Measures a function beside all others that do the same, and prints it.
async fn in_detail(function: &str, options: &Options, dynamodb: &DynamoDb) -> Outcome<()> {
    let mut candidates = vec![Candidate::ours(
        function,
        options.binary(function),
        dynamodb,
    )?];
    if let (Some(binary), "get-ticket") = (&options.default_way, function) {
        candidates.push(Candidate::the_default_way(function, binary, dynamodb)?);
    }
    if let Some(folder) = &options.twins {
        candidates.extend(Candidate::twins(function, folder, dynamodb)?);
    }
    for candidate in &mut candidates {
        options.apply(candidate);
    }
    let event = Event::of(function, dynamodb.ticket());
    let figures = measure::all(&candidates, &event, options.runs).await?;
    report::in_detail(function, &candidates, &figures);
    Ok(())
}
