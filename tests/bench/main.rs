//! Measurements: `cargo xtask bench [store|store-million|files]`. Each figure is printed with what it is compared with, measured in
//! the same run.
#![expect(clippy::print_stdout, reason = "printing is this program's work")]

mod files;
mod measure;
mod store;

use files::Failure;
use lq_client::contract::session::CreateStore;
use lq_client::{Client, Config};
use lq_domain::clock::{Clock, Timestamp};
use lq_domain::customers::Typed;
use lq_testkit::clock::{FixedClock, PRESENT};
use lq_testkit::files::{Encoding, List};
use lq_testkit::random::SeededRandom;
use lq_testkit::sample::Sample;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const SEED: u64 = 20_261_125;
/// A large portfolio.
const MANY: u64 = 100_000;
/// Ten times that, to see what grows faster than the data.
const MILLION: u64 = 1_000_000;

/// A clock whose every reading is a millisecond later: no two changes share one, as with a real clock.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let named = std::env::args().nth(1);
    let wanted = |name: &str| named.as_deref().is_none_or(|named| named == name);
    println!("{}", measure::machine());
    let folder = tempfile::tempdir()?;
    let bench = store::Bench {
        folder: folder.path(),
        clock: Arc::new(Ticking(AtomicI64::new(PRESENT.0))),
        random: Arc::new(SeededRandom::new(SEED)),
    };
    if wanted("store") {
        store::run(&bench, &customers(MANY)).await?;
    }
    if wanted("files") {
        measure_files(folder.path()).await?;
    }
    if wanted("store-million") {
        store::run(&bench, &customers(MILLION)).await?;
    }
    Ok(())
}

fn customers(count: u64) -> Vec<Typed> {
    Sample::new(SEED, PRESENT.china_day()).customers(count).map(|customer| customer.values).collect()
}

/// Import and export, each run with a store of its own.
async fn measure_files(folder: &Path) -> Result<(), Failure> {
    let file = folder.join("list.csv");
    let sample = Sample::new(SEED, PRESENT.china_day());
    List { sample, from: 0, rows: MANY, bad: 0, encoding: Encoding::Utf8 }.write(&file)?;
    let mut clients = Vec::new();
    for run in 0..3 {
        let client = Client::new(Config {
            folder: folder.join(format!("client-{run}")),
            clock: Arc::new(FixedClock::default()),
            random: Arc::new(SeededRandom::new(run)),
            device_name: "bench".to_owned(),
            version: "bench".to_owned(),
            authority: None,
        });
        let owner = CreateStore {
            name: "bench".to_owned(),
            login: "bench".to_owned(),
            password: "Bridge-2026".to_owned(),
        };
        client.session_create(owner).await?;
        clients.push(client);
    }
    files::run(&clients, &file, folder, MANY).await
}
