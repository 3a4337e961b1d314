//! Random bytes for every parser of what comes from outside, guided by the branches that they reach.
//!
//! libFuzzer is linked in by a cargo feature of a package that has nothing else, and only our own crates are instrumented:
//! this program stands in for rustc and adds the flags. So nothing foreign is built twice, and no nightly compiler is needed.

use crate::repo::Repo;
use crate::run::{Runner, cargo, program};
use crate::setup::{Needs, setup};
use crate::suite::built;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = "lq-fuzz";
/// Tells this program that cargo calls it instead of rustc.
const STANDS_IN: &str = "LQ_FUZZ_RUSTC";
/// Tells the fuzzing program its target.
const TARGET: &str = "LQ_FUZZ";
/// Seconds after which an input counts as one that hangs.
const HANG_SECONDS: u32 = 10;
/// Memory, in MiB, that no input may take.
const MEMORY_MIB: u32 = 2_048;
/// Counters and comparisons of every branch, which libFuzzer reads.
const FLAGS: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

const MESSAGES: &str = "crates/lq-protocol/tests/golden";
const TABLES: &str = "../shared/data/badinput/csv-spectrum/csvs";
const STRINGS: &str = "../shared/data/badinput/blns.json";

/// Name, largest input in bytes, where the first inputs are: a folder of files, or a JSON list of texts.
const TARGETS: &[(&str, u32, &str)] = &[
    ("messages", 4_096, MESSAGES),
    ("merge", 512, ""),
    ("feeds", 256, STRINGS),
    ("form", 512, STRINGS),
    ("pinyin", 256, STRINGS),
    ("divisions", 128, STRINGS),
    ("events", 1_024, MESSAGES),
    ("address", 256, STRINGS),
    ("search", 512, STRINGS),
    ("vault", 1_024, MESSAGES),
    ("backup", 4_096, ""),
    ("csv", 4_096, TABLES),
    ("xlsx", 4_096, ""),
    ("exported", 512, STRINGS),
    ("bodies", 2_048, MESSAGES),
    ("deliveries", 4_096, TABLES),
    ("told", 256, STRINGS),
];

/// Does what cargo wants from rustc, when cargo started this program as such.
pub(crate) fn stand_in(words: &[String]) -> Option<std::process::ExitCode> {
    std::env::var_os(STANDS_IN)?;
    let (rustc, rest) = words.split_first()?;
    let ours = rest.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1].starts_with("lq_"));
    let mut command = Command::new(rustc);
    command.args(rest).args(FLAGS.iter().filter(|_| ours));
    let done = command.status().ok()?;
    Some(if done.success() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE })
}

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Order<'a> {
    target: &'a str,
    /// Inputs; 0 goes on until it is stopped.
    runs: u64,
    seconds: u64,
    seed: u64,
    /// An input to try once.
    replay: Option<&'a str>,
}

/// Fuzzes a target, or all of them one after the other.
pub(crate) fn fuzz(repo: &Repo, runner: &Runner, words: &[String]) -> Result<String, String> {
    let names = || TARGETS.iter().map(|(name, ..)| *name).collect::<Vec<_>>().join(" ");
    if words.iter().any(|word| word == "--list") {
        return Ok(names());
    }
    let order = read(words)?;
    let chosen: Vec<_> =
        TARGETS.iter().filter(|(name, ..)| order.target == "all" || order.target == *name).collect();
    if chosen.is_empty() {
        return Err(format!("no such target: {}. There are: all {}", order.target, names()));
    }
    setup(repo, runner, Needs::Test)?;
    let program = build(repo, runner)?;
    for (name, largest, first) in &chosen {
        run(repo, runner, &program, (name, *largest, first), &order)?;
    }
    Ok(format!("fuzz: {} of {} targets, nothing found", chosen.len(), TARGETS.len()))
}

fn read(words: &[String]) -> Result<Order<'_>, String> {
    let value = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        Some(words.get(at + 1).map_or("", String::as_str))
    };
    let number = |name: &str, otherwise: u64| match value(name) {
        None => Ok(otherwise),
        Some(text) => text.parse().map_err(|_| format!("{name} needs a number")),
    };
    let target =
        words.first().filter(|word| !word.starts_with('-')).ok_or("which target? --list shows them")?;
    let runs = number("--runs", 0)?;
    Ok(Order {
        target,
        runs,
        seconds: number("--seconds", if runs == 0 { 60 } else { 0 })?,
        seed: number("--seed", 1)?,
        replay: value("--replay"),
    })
}

/// Builds the fuzzing program beside the others: same profile, same foreign crates, ours once more with counters.
fn build(repo: &Repo, runner: &Runner) -> Result<String, String> {
    let me = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut command = cargo(&repo.path(""));
    command.args(["build", "--workspace", "--bin", PROGRAM, "--features", "lq-fuzz/fuzz"]);
    runner.run(command.env("RUSTC_WORKSPACE_WRAPPER", me).env(STANDS_IN, "1"))?;
    built(repo, "debug", PROGRAM)
}

fn run(
    repo: &Repo,
    runner: &Runner,
    built: &str,
    (name, largest, first): (&str, u32, &str),
    order: &Order<'_>,
) -> Result<(), String> {
    let folder = |path: String| {
        let folder = repo.path(&path);
        fs::create_dir_all(&folder).map_err(|e| format!("{path}: {e}"))?;
        Ok::<_, String>(folder)
    };
    let found = folder("artifacts/fuzz".to_owned())?;
    let mut command = program(built);
    command.env(TARGET, name).current_dir(repo.path(""));
    command.arg(format!("-timeout={HANG_SECONDS}")).arg(format!("-rss_limit_mb={MEMORY_MIB}"));
    command.arg(format!("-artifact_prefix={}/{name}-", found.display()));
    if let Some(input) = order.replay {
        return runner.run(command.arg(input));
    }
    let kept = folder(format!("target/fuzz/{name}"))?;
    let seeds = folder(format!("target/fuzz/{name}-seeds"))?;
    plant(&repo.path(first), &seeds, first.is_empty())?;
    command.arg(format!("-max_len={largest}")).arg(format!("-seed={}", order.seed));
    command.args(["-print_final_stats=1", "-verbosity=0", "-len_control=20"]);
    if order.runs > 0 {
        command.arg(format!("-runs={}", order.runs));
    }
    if order.seconds > 0 {
        command.arg(format!("-max_total_time={}", order.seconds));
    }
    println!("fuzz {name}");
    runner.run(command.arg(kept).arg(seeds))
}

/// Lays out the first inputs. Where the data is not at hand, fuzzing begins with nothing.
fn plant(from: &Path, to: &Path, nothing: bool) -> Result<(), String> {
    if nothing {
        return Ok(());
    }
    let write = |name: String, bytes: &[u8]| {
        let place: PathBuf = to.join(name);
        fs::write(&place, bytes).map_err(|e| format!("{}: {e}", place.display()))
    };
    if let Ok(entries) = fs::read_dir(from) {
        for entry in entries.flatten() {
            if let Ok(bytes) = fs::read(entry.path()) {
                write(entry.file_name().to_string_lossy().into_owned(), &bytes)?;
            }
        }
    } else if let Ok(bytes) = fs::read(from) {
        let texts: Vec<String> =
            serde_json::from_slice(&bytes).map_err(|e| format!("{}: {e}", from.display()))?;
        for (index, text) in texts.iter().enumerate() {
            write(index.to_string(), text.as_bytes())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_of_the_program_is_listed_here() {
        let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fuzz/main.rs");
        let text = fs::read_to_string(place).unwrap();
        let there: Vec<&str> = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("(\"")?.split_once('"').map(|(name, _)| name))
            .collect();
        assert_eq!(there, TARGETS.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
    }

    #[test]
    fn an_order_without_a_number_of_runs_lasts_a_minute() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let order = words("csv --runs 5000 --seed 7");
        let expected = Order { target: "csv", runs: 5_000, seconds: 0, seed: 7, replay: None };
        assert_eq!(read(&order).unwrap(), expected);
        assert_eq!(read(&words("all")).unwrap().seconds, 60);
        assert!(read(&words("csv --runs many")).is_err());
        assert!(read(&words("--runs 5")).is_err());
    }
}
