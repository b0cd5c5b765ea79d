//! What is printed: tables of text, every number with its unit, and beside it how many times ours it is.

use std::fs;
use std::thread::available_parallelism;

use crate::candidate::Candidate;
use crate::lambda::Outcome;
use crate::measure::{Service, Spread, Start};

/// What a number counts.
#[derive(Clone, Copy)]
enum Unit {
    Bytes,
    Instructions,
    Nanoseconds,
    Kibibytes,
}

/// Says on what, and how, all that follows was measured.
pub fn circumstances(runs: usize, has_system_roots: bool) -> Outcome<()> {
    let cpu = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpu.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split(": ").nth(1));
    println!(
        "{}, {} cores, {}. CPU and memory: medians of {runs} starts, in turns.",
        model.unwrap_or("an unknown CPU"),
        available_parallelism()?,
        std::env::consts::ARCH,
    );
    if !has_system_roots {
        println!(
            "There are no certificates of the system here, so nobody spends time reading them."
        );
    }
    Ok(())
}

/// One function, beside all others that do the same.
pub fn in_detail(function: &str, candidates: &[Candidate], services: &[Service]) {
    let names = candidates.iter().map(|candidate| candidate.name.clone());
    heading(function, names);
    let row = |name: &str, unit, number: &dyn Fn(&Service) -> Option<u64>| {
        let numbers: Vec<_> = services.iter().map(number).collect();
        let ours = numbers.first().copied().flatten();
        cells(name, numbers.iter().map(|one| compared(*one, ours, unit)));
    };
    let spread = |name: &str, spread: &dyn Fn(&Service) -> Spread| {
        row(name, Unit::Nanoseconds, &|one| Some(spread(one).median));
        let ranges = services.iter().map(|one| range(spread(one)));
        cells("    lowest to highest", ranges);
    };
    row("binary", Unit::Bytes, &|one| {
        one.start.size.map(|size| size[0])
    });
    row("binary in a zip", Unit::Bytes, &|one| {
        one.start.size.map(|size| size[1])
    });
    println!("  instructions, from exec");
    row(
        "  to the first request, table refuses",
        Unit::Instructions,
        &|one| one.start.alone,
    );
    row(
        "  to the first request, over TLS",
        Unit::Instructions,
        &|one| one.start.connected,
    );
    row(
        "  to the first answer, over TLS",
        Unit::Instructions,
        &|one| one.first,
    );
    println!("  instructions");
    row("  of the first call over TLS", Unit::Instructions, &|one| {
        Some(one.first?.saturating_sub(one.start.alone?))
    });
    row("  of a warm request", Unit::Instructions, &|one| one.warm);
    println!("  CPU, from exec, over TLS");
    spread("  to the first request", &|one| one.start.cpu);
    spread("  to the first answer", &|one| one.first_cpu);
    println!("  CPU");
    spread("  of a warm request", &|one| one.warm_cpu);
    println!("  peak memory");
    row("  at the first request", Unit::Kibibytes, &|one| {
        Some(one.start.memory.median)
    });
    row("  after 1 000 requests", Unit::Kibibytes, &|one| {
        Some(one.memory)
    });
}

/// What each function costs until it asks for its first request.
pub fn starts(starts: &[(String, Start)]) {
    let columns = [
        "binary",
        "in a zip",
        "instr., refused",
        "instr., over TLS",
        "CPU, over TLS",
        "peak memory",
    ];
    heading("until the first request", columns.map(str::to_owned));
    for (function, start) in starts {
        let [whole, zipped] = start.size.map_or([None; 2], |size| size.map(Some));
        let numbers = [
            said(whole, Unit::Bytes),
            said(zipped, Unit::Bytes),
            said(start.alone, Unit::Instructions),
            said(start.connected, Unit::Instructions),
            said(Some(start.cpu.median), Unit::Nanoseconds),
            said(Some(start.memory.median), Unit::Kibibytes),
        ];
        cells(function, numbers);
    }
}

fn heading(title: &str, columns: impl IntoIterator<Item = String>) {
    println!();
    print!("{title:<38}");
    for column in columns {
        print!("{column:>20}");
    }
    println!();
}

fn cells(name: &str, numbers: impl IntoIterator<Item = String>) {
    print!("  {name:<36}");
    for number in numbers {
        print!("{number:>20}");
    }
    println!();
}

/// A number, and how many times ours it is.
fn compared(number: Option<u64>, ours: Option<u64>, unit: Unit) -> String {
    match number.zip(ours) {
        Some((number, ours)) if number != ours && ours > 0 => {
            let times = fraction(number, ours, 1);
            format!("{} ({times}×)", said(Some(number), unit))
        }
        _ => said(number, unit),
    }
}

fn range(Spread { low, high, .. }: Spread) -> String {
    let [low, high] = [low, high].map(|time| fraction(time, 1_000_000, 2));
    format!("{low} to {high} ms")
}

/// A number with its unit.
fn said(number: Option<u64>, unit: Unit) -> String {
    let Some(number) = number else {
        return "–".to_owned();
    };
    match unit {
        Unit::Bytes => format!("{} MB", fraction(number, 1_000_000, 2)),
        Unit::Instructions => format!("{} M", fraction(number, 1_000_000, 3)),
        Unit::Nanoseconds => format!("{} ms", fraction(number, 1_000_000, 2)),
        Unit::Kibibytes => format!("{} MiB", fraction(number, 1_024, 1)),
    }
}

fn fraction(number: u64, of: u64, digits: usize) -> String {
    #[allow(clippy::cast_precision_loss, reason = "a ratio of numbers below 2^52")]
    let ratio = number as f64 / of as f64;
    format!("{ratio:.digits$}")
}
