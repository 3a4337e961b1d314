//! Measurements: `cargo xtask bench [NAME...]`. Each figure is printed with what it is compared with, measured in the same run.
#![expect(clippy::print_stdout, reason = "printing is this program's work")]

mod audit;
mod exchange;
mod feeds;
mod files;
mod news;
mod pouchdb;
mod start;
mod store;
mod window;

use files::Failure;
use lq_domain::clock::{Clock, Timestamp};
use lq_domain::customers::Typed;
use lq_testkit::clock::PRESENT;
use lq_testkit::files::{Encoding, List};
use lq_testkit::random::SeededRandom;
use lq_testkit::sample::Sample;
use lq_tests::measure;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const SEED: u64 = 20_261_125;
/// A large portfolio.
const MANY: u64 = 100_000;
/// Ten times that, to see what grows faster than the data.
const MILLION: u64 = 1_000_000;
/// What is measured when nothing is named.
const USUAL: [&str; 7] = ["start", "memory", "store", "files", POUCHDB, NEWS, EXCHANGE];
/// What a large branch has booked in two years, as far as a device needs it.
const TRANSACTIONS: usize = 1_000_000;
/// The exchange with a server.
const EXCHANGE: &str = "exchange";
/// The exchange against another one.
const POUCHDB: &str = "pouchdb";
/// A portfolio that PouchDB can be given.
const PORTFOLIO: u64 = 10_000;
/// From one device's change to another's screen.
const NEWS: &str = "news";
/// A reader beside writers, which is long; `feeds=10000` writes so many entries.
const FEEDS: &str = "feeds";
/// What is measured only by name, because it lasts long.
const LONG: &str = "store-million";
/// The bank's audit, also long; `audit=100000` takes so many entries.
const AUDIT: &str = "audit";
/// Entries of the audit, unless said otherwise: a bank of thousands, for some years.
const AUDITS: u64 = 10_000_000;

/// A clock whose every reading is a millisecond later: no two changes share one, as with a real clock.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.as_slice() {
        [first, rest @ ..] if first == window::LAUNCH => Err(window::launch(rest)),
        [name] => tokio::runtime::Runtime::new()?.block_on(measure(name)),
        [] => each(&USUAL.map(str::to_owned)),
        several => each(several),
    }
}

/// Measures several groups, each in a process of its own: none finds the memory or the caches of another.
fn each(names: &[String]) -> Result<(), Failure> {
    println!("{}", measure::machine());
    for name in names {
        if !Command::new(std::env::current_exe()?).arg(name).status()?.success() {
            return Err(format!("{name} failed").into());
        }
    }
    Ok(())
}

async fn measure(name: &str) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let bench = store::Bench {
        folder,
        clock: Arc::new(Ticking(AtomicI64::new(PRESENT.0))),
        random: Arc::new(SeededRandom::new(SEED)),
    };
    let before = measure::load();
    match name {
        "start" => start::start(&start::Homes::new(folder, &list(folder)?, MANY).await?).await?,
        "memory" => start::memory(&start::Homes::new(folder, &list(folder)?, MANY).await?).await?,
        "store" => store::run(&bench, &customers(MANY)).await?,
        "files" => files::run(&list(folder)?, folder, MANY).await?,
        EXCHANGE => {
            let sample = Sample::new(SEED, PRESENT.china_day());
            let bench = exchange::Bench { folder, clock: bench.clock, random: bench.random, sample };
            exchange::run(&bench, MANY, TRANSACTIONS).await?;
        }
        POUCHDB => {
            let sample = Sample::new(SEED, PRESENT.china_day());
            let bench = exchange::Bench { folder, clock: bench.clock, random: bench.random, sample };
            pouchdb::run(&bench, PORTFOLIO).await?;
        }
        NEWS => news::run(folder).await?,
        LONG => store::run(&bench, &customers(MILLION)).await?,
        other => match (count(other, AUDIT, AUDITS), count(other, FEEDS, MILLION)) {
            (Some(entries), _) => audit::run(bench.clock, bench.random, entries).await?,
            (_, Some(entries)) => feeds::run(bench.clock, bench.random, entries).await?,
            _ => {
                let usual = USUAL.join(", ");
                return Err(format!(
                    "no such measurement; there are: {usual}, {LONG}, {AUDIT}, {FEEDS}; {AUDIT} and {FEEDS} take =ENTRIES"
                )
                .into());
            }
        },
    }
    println!("\n{name}, {}: {before} before, {} after", measure::machine(), measure::load());
    Ok(())
}

/// How many entries are asked for, if it is this group that is.
fn count(name: &str, group: &str, usual: u64) -> Option<u64> {
    match name.strip_prefix(group)? {
        "" => Some(usual),
        number => number.strip_prefix('=')?.parse().ok().filter(|entries| *entries > 0),
    }
}

fn customers(count: u64) -> Vec<Typed> {
    Sample::new(SEED, PRESENT.china_day()).customers(count).map(|customer| customer.values).collect()
}

/// A file of customers, CSV in UTF-8.
fn list(folder: &Path) -> Result<PathBuf, Failure> {
    let file = folder.join("list.csv");
    let sample = Sample::new(SEED, PRESENT.china_day());
    List { sample, from: 0, rows: MANY, bad: 0, encoding: Encoding::Utf8 }.write(&file)?;
    Ok(file)
}
