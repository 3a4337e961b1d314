//! What is printed.

use crate::device::Seen;
use crate::ears::Streams;
use crate::{Failure, Wanted};
use lq_tests::measure::{self, Figure, millis, percentile};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Longest time to a push's answer for 95 of 100, in milliseconds: what is promised.
const PUSH: f64 = 200.0;
/// The same from one device's change to the other's screen. An event is only a part of that way.
const CHANGE: f64 = 500.0;
/// How much memory may grow from the middle of the load to its end.
const FLAT: f64 = 1.1;

/// What a run saw.
pub(crate) struct Told<'r> {
    /// The pushes.
    pub(crate) seen: Seen,
    /// Pushes without an answer a minute after the last was due.
    pub(crate) unanswered: usize,
    /// From each push's answer to the event on the other device.
    pub(crate) waits: Vec<Duration>,
    /// Pushes of which the other device did not hear.
    pub(crate) unheard: usize,
    /// How long the load lasted.
    pub(crate) took: Duration,
    /// The event streams.
    pub(crate) streams: &'r Streams,
    /// The server's memory, in MB: idle, all connected, middle, end.
    pub(crate) memory: [f64; 4],
}

/// Prints all figures; fails when a limit is not kept.
pub(crate) fn print(wanted: Wanted, told: &Told<'_>) -> Result<(), Failure> {
    let pushes: Vec<f64> = told.seen.latencies.iter().copied().map(millis).collect();
    let waits: Vec<f64> = told.waits.iter().copied().map(millis).collect();
    if pushes.is_empty() || waits.is_empty() {
        return Err("nothing was pushed, or nothing heard".into());
    }
    let limit = |name: &str, ours, unit, goal| Figure {
        name: name.to_owned(),
        ours,
        unit,
        against: None,
        goal: Some(goal),
    };
    let info = |name: &str, ours, unit| Figure::told(name.to_owned(), ours, unit);
    let count = |of: &std::sync::atomic::AtomicU64| of.load(Ordering::Relaxed) as f64;
    let errors: u64 = told.seen.errors.values().sum();
    let [idle, start, middle, end] = told.memory;
    let figures = [
        info("pushes answered", pushes.len() as f64, ""),
        info("pushes answered per second", pushes.len() as f64 / told.took.as_secs_f64(), ""),
        info("push, p50", percentile(pushes.clone(), 50), "ms"),
        limit("push, p95", percentile(pushes.clone(), 95), "ms", PUSH),
        info("push, p99", percentile(pushes, 99), "ms"),
        limit("pushes not answered", told.unanswered as f64, "", 0.0),
        limit("pushes that failed and were made again", errors as f64, "", 0.0),
        info("events delivered", count(&told.streams.events), ""),
        info("push answered to event heard, p50", percentile(waits.clone(), 50), "ms"),
        limit("push answered to event heard, p95", percentile(waits, 95), "ms", CHANGE),
        limit("pushes of which the other device did not hear", told.unheard as f64, "", 0.0),
        limit("event streams that ended", count(&told.streams.ended), "", 0.0),
        info("event streams refused at first", count(&told.streams.refused), ""),
        info("memory of the server, idle", idle, "MB"),
        info("memory, all connected", start, "MB"),
        info("memory, middle", middle, "MB"),
        Figure {
            name: "memory, end".to_owned(),
            ours: end,
            unit: "MB",
            against: Some(("middle".to_owned(), middle)),
            goal: Some(FLAT),
        },
    ];
    let title = format!(
        "{} registered, {} connected, {} pushes/s for {} min",
        wanted.registered, wanted.connected, wanted.pushes_per_second, wanted.minutes
    );
    measure::print(&title, &figures);
    for (word, times) in &told.seen.errors {
        println!("error {word}: {times}");
    }
    let missed: Vec<&str> =
        figures.iter().filter(|figure| !figure.met()).map(|figure| figure.name.as_str()).collect();
    if missed.is_empty() {
        println!("\nload: every limit kept");
        return Ok(());
    }
    Err(format!("limits not kept: {}", missed.join("; ")).into())
}
