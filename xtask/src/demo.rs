//! Langqiao on a sample branch: a private database server, the server, and the window.

use crate::display;
use crate::repo::Repo;
use crate::run::{Runner, program};
use crate::setup::{Needs, setup};
use crate::suite::{built, npm};

const PROGRAM: &str = "lq-demo";
const FOLDER: &str = "artifacts/demo";

/// Installs, builds and shows. Without a display it does the main job under a virtual one and leaves pictures and files.
pub(crate) fn demo(repo: &Repo, runner: &Runner, words: &[String]) -> Result<String, String> {
    setup(repo, runner, Needs::Demo)?;
    runner.run(npm(repo).args(["run", "build"]))?;
    runner.run(crate::run::cargo(&repo.path("")).args(["build", "--workspace", "--bins"]))?;
    let shown = built(repo, "debug", PROGRAM)?;
    let recorded = words.iter().any(|word| word == "--record");
    if display::is_there() && !recorded {
        runner.run(program(&shown).current_dir(repo.path("")).args(words)).or_else(closed)?;
        return Ok("demo: ended, and everything it started".to_owned());
    }
    let mut command = display::virtual_screen(&shown);
    command.current_dir(repo.path("")).args(words);
    if !recorded {
        command.args(["--record", FOLDER]);
    }
    runner.run(&mut command)?;
    let folder = words.iter().skip_while(|word| *word != "--record").nth(1).map_or(FOLDER, String::as_str);
    Ok(format!("demo: pictures and files are in {folder}"))
}

/// Ctrl+C is how a demonstration ends.
fn closed(reason: String) -> Result<(), String> {
    if reason == "interrupted" { Ok(()) } else { Err(reason) }
}
