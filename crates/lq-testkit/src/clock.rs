//! A clock that moves only when told.

use lq_domain::clock::{Clock, Timestamp};
/// The machine's clock, for a demonstration that people watch.
pub use lq_machine::SystemClock;
use std::sync::atomic::{AtomicI64, Ordering};

/// 2026-11-24 10:00 in China: the present of the sample branch.
pub const PRESENT: Timestamp = Timestamp(1_795_485_600_000);

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows this instant.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Moves the clock on; back when negative.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Default for FixedClock {
    fn default() -> Self {
        Self::at(PRESENT)
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}
