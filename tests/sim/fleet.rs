//! Many seeds: one bank per processor, each working through seeds of its own.

use crate::Failure;
use crate::plant::Plant;
use crate::seed;
use crate::world::World;
use std::fmt;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Seeds after which a planted bug counts as missed.
pub(crate) const HUNT: u64 = 400;

/// A seed that found something.
#[derive(Debug)]
pub(crate) struct Bad {
    pub(crate) seed: u64,
    pub(crate) notes: Vec<String>,
}

/// What many seeds found.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) seeds: u64,
    pub(crate) lost: u64,
    pub(crate) doubled: u64,
    pub(crate) differing: u64,
    pub(crate) bad: Vec<Bad>,
    took: Duration,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let speed = self.seeds as f64 / self.took.as_secs_f64().max(0.001);
        write!(
            f,
            "sim: {} seeds, {} lost, {} doubled, {} differing ({speed:.1} seeds/s)",
            self.seeds, self.lost, self.doubled, self.differing
        )
    }
}

/// One thread for everything, so that the order of what happens follows from the seed.
pub(crate) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// Runs seeds on all processors.
pub(crate) fn run(from: u64, count: u64) -> Result<Summary, Failure> {
    let began = Instant::now();
    let next = AtomicU64::new(from);
    let summary = Mutex::new(Summary::default());
    let workers = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..workers).map(|_| scope.spawn(|| work(&next, from + count, &summary))).collect();
        for thread in threads {
            thread.join().map_err(|_| "a worker panicked")??;
        }
        Ok::<(), Failure>(())
    })?;
    let mut summary = summary.into_inner().unwrap_or_else(PoisonError::into_inner);
    summary.took = began.elapsed();
    summary.bad.sort_by_key(|bad| bad.seed);
    Ok(summary)
}

fn work(next: &AtomicU64, end: u64, summary: &Mutex<Summary>) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let mut world = World::open(None).await?;
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end {
                return Ok(());
            }
            let found = seed::run(&mut world, seed, false)
                .await
                .map_err(|error| format!("seed {seed}: {error}"))?
                .found;
            let mut summary = summary.lock().unwrap_or_else(PoisonError::into_inner);
            summary.seeds += 1;
            summary.lost += found.lost;
            summary.doubled += found.doubled;
            summary.differing += found.differing;
            if found.any() {
                summary.bad.push(Bad { seed, notes: found.notes });
            }
        }
    })
}

/// Runs seeds over a bank with a planted bug until one finds it.
pub(crate) fn hunt(plant: Plant, most: u64) -> Result<Option<Bad>, Failure> {
    runtime()?.block_on(async {
        let mut world = World::open(Some(plant)).await?;
        for seed in 1..=most {
            let found = seed::run(&mut world, seed, false).await?.found;
            if found.any() {
                return Ok(Some(Bad { seed, notes: found.notes }));
            }
        }
        Ok(None)
    })
}
