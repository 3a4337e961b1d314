//! Measurements, in the build that users get.

use crate::display;
use crate::repo::Repo;
use crate::run::{Runner, cargo};
use crate::setup::{Needs, setup};
use crate::suite::{built, npm};

/// Builds for release and measures; with names only those. The examples hold the empty window that ours is compared with.
pub(crate) fn bench(repo: &Repo, runner: &Runner, words: &[String]) -> Result<String, String> {
    setup(repo, runner, Needs::Test)?;
    runner.run(npm(repo).args(["run", "build"]))?;
    runner.run(cargo(&repo.path("")).args(["build", "--release", "--workspace", "--bins", "--examples"]))?;
    let mut command = display::virtual_screen(&built(repo, "release", "lq-bench")?);
    runner.run(command.current_dir(repo.path("")).args(words))?;
    Ok("bench: done".to_owned())
}
