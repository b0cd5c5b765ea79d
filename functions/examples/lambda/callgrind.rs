//! Instructions: valgrind's callgrind counts those of all threads, and finds the same number in every run but for what
//! waits and random keys make of it. It has no SHA extensions, so hashing is overstated; the kernel's are not in it.

use std::path::Path;
use std::process::Output;

use tokio::process::Command;

use super::Outcome;

/// The command that runs this binary and counts, and writes down in which functions if it is told where. Nothing of the
/// environment but the way to valgrind is handed on.
pub fn callgrind(binary: &Path, profile: Option<&Path>) -> Command {
    let profile = profile.unwrap_or(Path::new("/dev/null"));
    let mut command = Command::new("valgrind");
    command
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(binary)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// What was counted, as valgrind says when the process has ended.
pub fn collected(output: &Output) -> Outcome<u64> {
    let told = String::from_utf8_lossy(&output.stderr);
    let collected = told
        .lines()
        .find_map(|line| line.split("Collected :").nth(1));
    let collected = collected.ok_or_else(|| format!("valgrind says nothing: {told}"))?;
    Ok(collected.trim().parse()?)
}
