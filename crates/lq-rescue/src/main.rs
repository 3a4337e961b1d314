//! Rescues what a device has not sent, when its user's password is lost: on a machine without a network, with the bank's private
//! recovery key and a copy of the user's folder (docs/adr/0019-recovery-key.md).

mod error;
mod rescue;

use clap::{Parser, Subcommand};
use error::RescueError;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Opens a device's store with the bank's recovery key. Run it where there is no network, on a copy of the user's folder.
#[derive(Parser)]
#[command(name = "lq-rescue", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a recovery key: writes the private half to a new file, prints the public half for `lq-server recovery-set`.
    Keygen {
        /// The file of the private half; it must not be there yet.
        file: PathBuf,
    },
    /// Print the public half of a private key, and the fingerprint that devices show.
    Show {
        /// The file of the private half.
        key: PathBuf,
    },
    /// Write what a store has not sent as JSON lines. The folder is not changed.
    Changes {
        /// The file of the private half.
        #[arg(long)]
        key: PathBuf,
        /// The user's folder, which holds vault.json.
        #[arg(long)]
        store: PathBuf,
        /// The file to write; it must not be there yet.
        #[arg(long)]
        out: PathBuf,
    },
    /// Give the store in the folder a new password, from LQ_PASSWORD or as a line from standard input.
    Password {
        /// The file of the private half.
        #[arg(long)]
        key: PathBuf,
        /// The user's folder, which holds vault.json.
        #[arg(long)]
        store: PathBuf,
    },
}

async fn run(command: Command) -> Result<(), RescueError> {
    match command {
        Command::Keygen { file } => rescue::keygen(&file),
        Command::Show { key } => rescue::show(&key),
        Command::Changes { key, store, out } => rescue::changes(&key, &store, &out).await,
        Command::Password { key, store } => rescue::password(&key, &store).await,
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(code = error.code().as_str(), %error, "ended");
            ExitCode::FAILURE
        }
    }
}
