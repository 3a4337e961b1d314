//! Many devices at one server, in the build that banks get.

use crate::repo::Repo;
use crate::run::{Runner, cargo, program};
use crate::setup::{Needs, setup};
use crate::suite::built;

/// Builds for release and loads the server; the words go to the program, which prints its figures.
pub(crate) fn load(repo: &Repo, runner: &Runner, words: &[String]) -> Result<String, String> {
    setup(repo, runner, Needs::Test)?;
    let build = ["build", "--release", "--workspace", "--bin", "lq-server", "--bin", "lq-load"];
    runner.run(cargo(&repo.path("")).args(build))?;
    runner.run(program(&built(repo, "release", "lq-load")?).current_dir(repo.path("")).args(words))?;
    Ok("load: done".to_owned())
}
