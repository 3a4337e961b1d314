//! Measurements, in the build that users get.

use crate::display;
use crate::repo::Repo;
use crate::run::{Runner, cargo, program};
use crate::setup::{Needs, setup};
use crate::suite::{built, npm};

/// The group that measures against a package of npm, and where that is installed.
const PEER: &str = "pouchdb";
const PEER_FOLDER: &str = "tests/bench/pouchdb";

/// Builds for release and measures; with names only those. The examples hold the empty window that ours is compared with.
pub(crate) fn bench(repo: &Repo, runner: &Runner, words: &[String]) -> Result<String, String> {
    setup(repo, runner, Needs::Test)?;
    if words.is_empty() || words.iter().any(|word| word == PEER) {
        let install = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
        runner.run(program("npm").current_dir(repo.path(PEER_FOLDER)).args(install))?;
    }
    runner.run(npm(repo).args(["run", "build"]))?;
    runner.run(cargo(&repo.path("")).args(["build", "--release", "--workspace", "--bins", "--examples"]))?;
    let mut command = display::virtual_screen(&built(repo, "release", "lq-bench")?);
    runner.run(command.current_dir(repo.path("")).args(words))?;
    Ok("bench: done".to_owned())
}
