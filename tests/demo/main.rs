//! Langqiao on a sample branch: a private database, the server and the window, in one process that ends them all.

#[cfg(unix)]
mod branch;
#[cfg(unix)]
mod record;
#[cfg(unix)]
mod show;

use lq_tests::desk::Problem;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            tell(&format!("demo: {problem}"));
            ExitCode::FAILURE
        }
    }
}

/// Shows the window until it is closed, or does the main job in it and leaves pictures.
async fn run(words: Vec<String>) -> Result<(), Problem> {
    let folder = match words.as_slice() {
        [] => None,
        [word, folder] if word == "--record" => Some(PathBuf::from(folder)),
        [word] if word == "--record" => return Err("--record needs a folder".into()),
        _ => return Err("lq-demo [--record FOLDER]".into()),
    };
    tokio::select! {
        done = work(folder) => done,
        // All that was started belongs to what is dropped here.
        pressed = tokio::signal::ctrl_c() => Ok(pressed?),
    }
}

#[cfg(unix)]
async fn work(folder: Option<PathBuf>) -> Result<(), Problem> {
    let mut branch = branch::Branch::open().await?;
    match folder {
        None => show::until_closed(&branch).await,
        Some(folder) => record::main_job(&mut branch, &folder).await,
    }
}

#[cfg(not(unix))]
async fn work(_folder: Option<PathBuf>) -> Result<(), Problem> {
    Err("the private database server needs Linux or macOS".into())
}

/// Says a line on the console.
fn tell(line: &str) {
    // With nobody to read it there is nothing to do about it.
    let _ = writeln!(std::io::stdout(), "{line}");
}
