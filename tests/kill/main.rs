//! Kills: a program that opens an encrypted store as the product does and works on it is killed at any moment, again and again, and
//! what it had called done must be there, and nothing half-done. `cargo xtask kill` runs it.
#![expect(clippy::print_stdout, reason = "printing is this program's work")]
#![cfg_attr(not(unix), expect(unused, reason = "SIGKILL and the database of its own need Unix"))]

#[cfg(unix)]
mod bank;
#[cfg(unix)]
mod deed;
#[cfg(unix)]
mod deeds;
#[cfg(unix)]
mod desk;
#[cfg(unix)]
mod found;
#[cfg(unix)]
mod full;
#[cfg(unix)]
mod hunt;
#[cfg(unix)]
mod look;
#[cfg(unix)]
mod plant;
#[cfg(unix)]
mod prey;
#[cfg(unix)]
mod run;
#[cfg(unix)]
mod said;
#[cfg(unix)]
mod worker;

use std::process::ExitCode;

/// What keeps the kills from being a test. What they find is no failure but a result.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    #[cfg(unix)]
    let done = {
        let mut words = std::env::args();
        // The first is the program's own name.
        words.next();
        run::run(&words.collect::<Vec<String>>())
    };
    #[cfg(not(unix))]
    let done: Result<bool, Failure> = Err("only on Unix".into());
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("kill: {error}");
            ExitCode::FAILURE
        }
    }
}
