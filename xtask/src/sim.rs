//! The simulation of the exchange between machines and their server.

use crate::repo::Repo;
use crate::run::{Runner, cargo, program};
use crate::setup::{Needs, setup};
use crate::suite::built;
use std::path::Path;

const PROGRAM: &str = "lq-sim";
/// Where files lie in memory: the simulation's databases are thrown away, and nothing waits for a disk.
const MEMORY: &str = "/dev/shm";

/// Builds and simulates; the words go to the program, which says how it went in its own last line.
pub(crate) fn sim(repo: &Repo, runner: &Runner, words: &[String]) -> Result<String, String> {
    setup(repo, runner, Needs::Test)?;
    runner.run(cargo(&repo.path("")).args(["build", "--workspace", "--bin", PROGRAM]))?;
    let mut command = program(&built(repo, "debug", PROGRAM)?);
    if Path::new(MEMORY).is_dir() {
        command.env("TMPDIR", MEMORY);
    }
    runner.run(command.current_dir(repo.path("")).args(words))?;
    Ok(String::new())
}
