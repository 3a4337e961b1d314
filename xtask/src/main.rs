//! House tasks: `cargo xtask <task>`. Each says in its last line how it went and fails with a non-zero code.
#![expect(clippy::print_stdout, reason = "printing is this program's work")]

use std::process::ExitCode;

mod arrows;
mod bench;
mod bindings;
mod demo;
mod deps;
mod display;
mod features;
mod fuzz;
mod keep;
mod kill;
mod load;
mod locales;
mod repo;
mod rows;
mod run;
mod setup;
mod sim;
mod suite;
mod threats;
mod wording;

use repo::{Repo, Verdict};
use run::Runner;

const USAGE: &str = "\
cargo xtask demo [--record FOLDER]   install what is missing, build, and show Langqiao on a sample branch
cargo xtask test [STEP...]           install what is missing and run every test (or only these steps)
cargo xtask bench [NAME]             measure, in a release build
cargo xtask load [--registered N] [--connected N] [--pushes-per-second N] [--minutes M]
                                     many devices at one server, in a release build
cargo xtask sim --seeds N | --seed S | --planted
                                     machines, server and a bad network, from a seed; replay one; find planted bugs
cargo xtask kill [--runs N] [--seed S] [--deed write|import|sync|backup|restore|password|rekey] | --planted | --full DEED
                                     kill whoever works on a store, at any moment; find planted bugs; fill its disk
cargo xtask fuzz TARGET|all [--runs N] [--seconds N] [--seed S] [--replay FILE] | --list
                                     random bytes for every parser, guided by coverage; try one found input again
cargo xtask keep NAME                keep what this release writes, for the tests of every later one
cargo xtask setup [--demo]           only install what is missing

cargo xtask arrows                   who may depend on whom, in Rust and on the screen's side
cargo xtask features                 feature names are the same words in every layer
cargo xtask wording                  words files: same keys, all used, none missing
cargo xtask bindings [--write]       ui/src/ipc/bindings.ts is what the contract says
cargo xtask rows                     docs/features.md with the tests that prove each row
cargo xtask threats                  docs/threat-model.md names tests that exist
cargo xtask deps                     licences and sources of foreign code";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some(code) = fuzz::stand_in(&words) {
        return code;
    }
    let (task, rest) = match words.split_first() {
        Some((task, rest)) => (task.as_str(), rest),
        None => ("help", &[] as &[String]),
    };
    match perform(task, rest) {
        Ok(line) => {
            // What a task started may have said it already.
            if !line.is_empty() {
                println!("{line}");
            }
            ExitCode::SUCCESS
        }
        Err(line) => {
            println!("{task}: {line}");
            ExitCode::FAILURE
        }
    }
}

/// Runs one task. Both sides carry the line to end with.
fn perform(task: &str, rest: &[String]) -> Result<String, String> {
    let repo = Repo::find()?;
    let flag = |name: &str| rest.iter().any(|word| word == name);
    match task {
        "setup" => {
            let needs = if flag("--demo") { setup::Needs::Demo } else { setup::Needs::Test };
            setup::setup(&repo, &Runner::new()?, needs)
        }
        "test" => suite::test(&repo, &Runner::new()?, rest),
        "demo" => demo::demo(&repo, &Runner::new()?, rest),
        "bench" => bench::bench(&repo, &Runner::new()?, rest),
        "fuzz" => fuzz::fuzz(&repo, &Runner::new()?, rest),
        "keep" => keep::keep(&repo, &Runner::new()?, rest),
        "kill" => kill::kill(&repo, &Runner::new()?, rest),
        "load" => load::load(&repo, &Runner::new()?, rest),
        "sim" => sim::sim(&repo, &Runner::new()?, rest),
        "arrows" => settle(task, arrows::check(&repo)?),
        "features" => settle(task, features::check(&repo)?),
        "wording" => settle(task, wording::check(&repo)?),
        "bindings" => settle(task, bindings::check(&repo, flag("--write"))?),
        "rows" => {
            print!("{}", rows::listing(&repo)?);
            settle(task, rows::check(&repo)?)
        }
        "threats" => settle(task, threats::check(&repo)?),
        "deps" => settle(task, deps::check(&repo)?),
        "help" | "--help" | "-h" => Ok(USAGE.to_owned()),
        _ => Err(format!("no such task\n\n{USAGE}")),
    }
}

/// Prints a check's problems and turns it into the task's last line.
fn settle(task: &str, verdict: Verdict) -> Result<String, String> {
    for problem in &verdict.problems {
        println!("  {problem}");
    }
    match verdict.problems.len() {
        0 => Ok(format!("{task}: {}", verdict.summary)),
        1 => Err("1 problem".to_owned()),
        many => Err(format!("{many} problems")),
    }
}
