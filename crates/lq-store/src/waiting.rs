//! Who waits for the one that writes: long work gives way to them, and only to them.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts those that wait.
#[derive(Debug, Default)]
pub(crate) struct Waiting(AtomicUsize);

/// One that waits, also when it gives up.
struct One<'a>(&'a AtomicUsize);

impl Drop for One<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Waiting {
    /// Waits for something that the one who writes holds.
    pub(crate) async fn wait<T>(&self, for_it: impl Future<Output = T>) -> T {
        self.0.fetch_add(1, Ordering::Relaxed);
        let _one = One(&self.0);
        for_it.await
    }

    /// Whether anybody waits.
    pub(crate) fn any(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}
