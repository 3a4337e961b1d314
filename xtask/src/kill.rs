//! Kills of whoever works on a store, at any moment.

use crate::repo::Repo;
use crate::run::{Runner, cargo, program};
use crate::setup::{Needs, setup};
use crate::suite::built;

const PROGRAM: &str = "lq-kill";
/// Where the stores lie: on a disk, whatever the folder for temporary files is made of.
const STORES: &str = "target/kill";

/// Builds and kills; the words go to the program, which says how it went in its own last line.
pub(crate) fn kill(repo: &Repo, runner: &Runner, words: &[String]) -> Result<String, String> {
    setup(repo, runner, Needs::Test)?;
    runner.run(cargo(&repo.path("")).args(["build", "--workspace", "--bin", PROGRAM]))?;
    let mut command = program(&built(repo, "debug", PROGRAM)?);
    command.current_dir(repo.path("")).args(words);
    if words.first().is_none_or(|word| word != "--full") {
        command.arg("--folder").arg(repo.path(STORES));
    }
    runner.run(&mut command)?;
    Ok(String::new())
}
