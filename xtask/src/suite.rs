//! Every test and check, in the order in which a mistake shows soonest.

use crate::repo::{Repo, Verdict};
use crate::run::{Runner, cargo, exists, output, program};
use crate::setup::{Needs, setup};
use crate::{arrows, bindings, deps, display, features, rows, threats, wording};
use std::process::Command;
use std::time::{Duration, Instant};

/// What a step gives back: nothing, or why it failed.
type Done = Result<(), String>;

struct Step {
    name: &'static str,
    /// Steps of one group all run; the next group only when all of them passed.
    group: u8,
    run: fn(&Repo, &Runner) -> Done,
}

/// The steps. Those of the first groups cost seconds. Clippy and the build are asked for the same targets, so that build
/// scripts and macros are made once; the tests run what the build made.
const STEPS: &[Step] = &[
    Step { name: "setup", group: 0, run: |repo, runner| setup(repo, runner, Needs::Test).map(drop) },
    Step {
        name: "format",
        group: 1,
        run: |repo, runner| runner.run(cargo_in(repo).args(["fmt", "--all", "--check"])),
    },
    Step { name: "arrows", group: 1, run: |repo, _| settle(arrows::check(repo)?) },
    Step { name: "features", group: 1, run: |repo, _| settle(features::check(repo)?) },
    Step { name: "wording", group: 1, run: |repo, _| settle(wording::check(repo)?) },
    Step { name: "rows", group: 1, run: |repo, _| settle(rows::check(repo)?) },
    Step { name: "threats", group: 1, run: |repo, _| settle(threats::check(repo)?) },
    Step { name: "deps", group: 1, run: foreign },
    Step { name: "ui-types", group: 1, run: |repo, runner| runner.run(npm(repo).args(["run", "typecheck"])) },
    Step { name: "ui-lint", group: 1, run: |repo, runner| runner.run(npm(repo).args(["run", "lint"])) },
    Step { name: "ui-tests", group: 1, run: |repo, runner| runner.run(npm(repo).args(["run", "test"])) },
    // The shell takes the built screens in, so they come before it.
    Step { name: "ui-build", group: 1, run: |repo, runner| runner.run(npm(repo).args(["run", "build"])) },
    Step { name: "clippy", group: 2, run: clippy },
    Step { name: "build", group: 2, run: build },
    Step { name: "bindings", group: 3, run: |repo, _| settle(bindings::check(repo, false)?) },
    Step { name: "rust-tests", group: 3, run: rust_tests },
    Step { name: "screen-tests", group: 3, run: screen_tests },
    Step { name: "window-tests", group: 3, run: window_tests },
];

/// How a step went.
struct Outcome {
    name: &'static str,
    took: Duration,
    done: Done,
}

/// Runs every step, or those named.
pub(crate) fn test(repo: &Repo, runner: &Runner, only: &[String]) -> Result<String, String> {
    if let Some(unknown) = only.iter().find(|word| STEPS.iter().all(|step| step.name != **word)) {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        return Err(format!("no step {unknown}; there are: {}", names.join(", ")));
    }
    let began = Instant::now();
    let mut results: Vec<Outcome> = Vec::new();
    let chosen: Vec<&Step> =
        STEPS.iter().filter(|step| only.is_empty() || only.iter().any(|word| word == step.name)).collect();
    for group in chosen.chunk_by(|a, b| a.group == b.group) {
        for step in group {
            println!("\n=== {} ===", step.name);
            let started = Instant::now();
            let done = (step.run)(repo, runner);
            let took = started.elapsed();
            match &done {
                Ok(()) => println!("--- {}: passed in {} ---", step.name, spell(took)),
                Err(reason) => println!("--- {}: FAILED in {}: {reason} ---", step.name, spell(took)),
            }
            results.push(Outcome { name: step.name, took, done });
            if runner.is_interrupted() {
                return Err("interrupted".to_owned());
            }
        }
        if results.iter().any(|result| result.done.is_err()) {
            break;
        }
    }
    summarise(&results, chosen.len(), began.elapsed())
}

/// Prints the table and gives the last line.
fn summarise(results: &[Outcome], chosen: usize, took: Duration) -> Result<String, String> {
    println!("\n=== summary ===");
    for result in results {
        let word = if result.done.is_ok() { "passed" } else { "FAILED" };
        println!("{:<14}{word:<8}{:>12}", result.name, spell(result.took));
    }
    let failed: Vec<&str> =
        results.iter().filter(|result| result.done.is_err()).map(|result| result.name).collect();
    let left = chosen - results.len();
    if failed.is_empty() {
        return Ok(format!("test: all {chosen} steps passed in {}", spell(took)));
    }
    let after = if left == 0 { String::new() } else { format!("; {left} steps not run") };
    Err(format!("failed: {}{after}, after {}", failed.join(", "), spell(took)))
}

fn spell(took: Duration) -> String {
    match took.as_secs() {
        0..60 => format!("{:.1} s", took.as_secs_f64()),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// Prints a check's problems; any is a failure.
fn settle(verdict: Verdict) -> Done {
    for problem in &verdict.problems {
        println!("  {problem}");
    }
    match verdict.problems.len() {
        0 => {
            println!("{}", verdict.summary);
            Ok(())
        }
        many => Err(format!("{many} problems")),
    }
}

fn cargo_in(repo: &Repo) -> Command {
    cargo(&repo.path(""))
}

/// npm in the folder of the screens.
pub(crate) fn npm(repo: &Repo) -> Command {
    let mut command = program("npm");
    command.current_dir(repo.path("ui"));
    command
}

/// A program that cargo built.
pub(crate) fn built(repo: &Repo, profile: &str, name: &str) -> Result<String, String> {
    let text = output(cargo_in(repo).args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: serde_json::Value =
        serde_json::from_str(&text).map_err(|e| format!("cargo metadata: {e}"))?;
    let target = metadata["target_directory"].as_str().ok_or("cargo metadata: no target_directory")?;
    let path =
        std::path::Path::new(target).join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if path.is_file() {
        Ok(path.to_string_lossy().into_owned())
    } else {
        Err(format!("{} was not built", path.display()))
    }
}

fn clippy(repo: &Repo, runner: &Runner) -> Done {
    runner.run(cargo_in(repo).args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn build(repo: &Repo, runner: &Runner) -> Done {
    runner.run(cargo_in(repo).args(["build", "--workspace", "--all-targets"]))
}

/// Foreign code: by cargo-deny where it is installed, by our own reading of the same deny.toml where it is not; then what
/// npm knows about the packages that are shipped.
fn foreign(repo: &Repo, runner: &Runner) -> Done {
    if exists("cargo-deny") {
        runner.run(cargo_in(repo).args(["deny", "check", "licenses", "bans", "sources"]))?;
    }
    settle(deps::check(repo)?)?;
    deps::audit(repo)
}

/// Tests of the crates. The window's tests want the screen for themselves and come later, when cargo-nextest can part
/// the two; `cargo test` runs them here, so there is a screen in either case.
fn rust_tests(repo: &Repo, runner: &Runner) -> Done {
    let mut command = display::virtual_screen(&cargo_name());
    command.current_dir(repo.path(""));
    if exists("cargo-nextest") {
        runner.run(command.args([
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "-E",
            "not binary(window)",
        ]))?;
        runner.run(cargo_in(repo).args(["test", "--workspace", "--doc", "--quiet"]))
    } else {
        runner.run(command.args(["test", "--workspace", "--no-fail-fast"]))
    }
}

/// Tests through the built application, one after the other.
fn window_tests(repo: &Repo, runner: &Runner) -> Done {
    if !exists("cargo-nextest") {
        println!("ran among the rust tests");
        return Ok(());
    }
    let mut command = display::virtual_screen(&cargo_name());
    command.current_dir(repo.path(""));
    let words =
        ["nextest", "run", "--workspace", "--no-fail-fast", "--test-threads", "1", "--no-tests", "pass"];
    runner.run(command.args(words).args(["-E", "binary(window)"]))
}

/// Screens in a real browser, over the built files of the step before.
fn screen_tests(repo: &Repo, runner: &Runner) -> Done {
    let mut command = npm(repo);
    if let Some(chromium) = crate::setup::chromium() {
        command.env("CHROMIUM", chromium);
    }
    runner.run(command.args(["exec", "--", "vitest", "run", "--config", "../tests/e2e/vitest.config.ts"]))
}

fn cargo_name() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(name: &'static str, done: Done) -> Outcome {
        Outcome { name, took: Duration::from_millis(1500), done }
    }

    #[test]
    fn the_last_line_says_whether_all_passed() {
        let good = summarise(&[result("a", Ok(())), result("b", Ok(()))], 2, Duration::from_secs(61));
        assert_eq!(good.unwrap(), "test: all 2 steps passed in 1 min 1 s");
        let bad =
            summarise(&[result("a", Ok(())), result("b", Err("x".to_owned()))], 5, Duration::from_secs(3));
        assert_eq!(bad.unwrap_err(), "failed: b; 3 steps not run, after 3.0 s");
    }

    #[test]
    fn steps_of_a_group_stand_together_and_names_are_unique() {
        assert!(STEPS.is_sorted_by_key(|step| step.group));
        let names: std::collections::BTreeSet<&str> = STEPS.iter().map(|step| step.name).collect();
        assert_eq!(names.len(), STEPS.len());
    }

    #[test]
    fn a_check_with_a_problem_fails_its_step() {
        let verdict = |problems| Verdict { problems, summary: String::new() };
        assert!(settle(verdict(Vec::new())).is_ok());
        assert!(settle(verdict(vec!["x".to_owned()])).is_err());
    }
}
