//! The simulation of the exchange: real engines over real stores, the real server over a real PostgreSQL, and between them a
//! network on which everything goes wrong that the seed says. `cargo xtask sim` runs it.
#![expect(clippy::print_stdout, reason = "printing is this program's work")]

mod check;
mod deliver;
mod fleet;
mod machine;
mod meet;
mod net;
mod plant;
mod seed;
mod steps;
#[cfg(test)]
mod tests;
mod users;
mod world;

use plant::Plant;
use std::process::ExitCode;
use world::World;

/// What keeps the simulation from being one. A bug that it finds is no failure but a result.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "lq-sim --seeds N [--from S] | --seed S | --planted";

/// What is wanted.
enum Wanted {
    Seeds { from: u64, count: u64 },
    Replay(u64),
    Planted,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some(wanted) = read(&words) else {
        println!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let done = match wanted {
        Wanted::Seeds { from, count } => seeds(from, count),
        Wanted::Replay(seed) => replay(seed),
        Wanted::Planted => planted(),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("the simulation failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read(words: &[String]) -> Option<Wanted> {
    let number = |name: &str| -> Option<u64> {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1)?.parse().ok()
    };
    if words.iter().any(|word| word == "--planted") {
        return Some(Wanted::Planted);
    }
    if let Some(seed) = number("--seed") {
        return Some(Wanted::Replay(seed));
    }
    Some(Wanted::Seeds { from: number("--from").unwrap_or(1), count: number("--seeds")? })
}

/// Runs seeds and ends with one line.
fn seeds(from: u64, count: u64) -> Result<bool, Failure> {
    let summary = fleet::run(from, count)?;
    for bad in &summary.bad {
        println!("seed {}: {}", bad.seed, bad.notes.join("; "));
    }
    println!("{summary}");
    Ok(summary.bad.is_empty())
}

/// Runs one seed twice: with its trace, and again to see whether it is the same.
fn replay(seed: u64) -> Result<bool, Failure> {
    fleet::runtime()?.block_on(async {
        let mut world = World::open(None).await?;
        let outcome = seed::run(&mut world, seed, true).await?;
        for line in &outcome.lines {
            println!("{line}");
        }
        let again = seed::run(&mut world, seed, false).await?;
        let same = outcome.trace == again.trace;
        let found = &outcome.found;
        println!(
            "seed {seed}: {} lost, {} doubled, {} differing; trace {:016x}, the second run {}",
            found.lost,
            found.doubled,
            found.differing,
            outcome.trace,
            if same { "was the same" } else { "DIFFERED" }
        );
        Ok(same && !found.any())
    })
}

/// Shows that each planted bug is found.
fn planted() -> Result<bool, Failure> {
    let mut missed = 0;
    for plant in Plant::ALL {
        match fleet::hunt(plant, fleet::HUNT)? {
            Some(caught) => println!(
                "{}: found by seed {} after {} seeds ({})",
                plant.name(),
                caught.seed,
                caught.seed,
                caught.notes.first().map_or("", String::as_str)
            ),
            None => {
                missed += 1;
                println!("{}: NOT FOUND in {} seeds", plant.name(), fleet::HUNT);
            }
        }
    }
    println!("sim: {} planted bugs, {missed} missed", Plant::ALL.len());
    Ok(missed == 0)
}
