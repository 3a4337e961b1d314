//! What a release writes is kept for the tests of later ones.

use crate::repo::Repo;
use crate::run::{Runner, cargo, program};
use crate::setup::{Needs, setup};
use crate::suite::built;

const PROGRAM: &str = "lq-keep";
const FOLDER: &str = "tests/upgrade/kept";

/// Builds, and keeps a user's folder and a server's database under a name.
pub(crate) fn keep(repo: &Repo, runner: &Runner, words: &[String]) -> Result<String, String> {
    let [name] = words else { return Err("which name?".to_owned()) };
    setup(repo, runner, Needs::Test)?;
    runner.run(cargo(&repo.path("")).args(["build", "--workspace", "--bin", PROGRAM]))?;
    let to = repo.path(FOLDER).join(name);
    runner.run(program(&built(repo, "debug", PROGRAM)?).current_dir(repo.path("")).arg(to))?;
    Ok(String::new())
}
