//! The machine's clock, randomness and limits: asked here, and nowhere else.

use lq_domain::clock::{Clock, Random, Timestamp};
use ring::rand::{SecureRandom as _, SystemRandom};

/// The machine's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the program is where time comes from")]
    fn now(&self) -> Timestamp {
        Timestamp(chrono::Utc::now().timestamp_millis())
    }
}

/// The operating system's randomness.
pub(crate) struct OsRandom(pub(crate) SystemRandom);

impl Random for OsRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // A token made of anything less would be worse than waiting.
        while self.0.fill(bytes).is_err() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}

/// Allows this process as many open files as it may have, and says how many; 0 where there is no such limit. Every device that listens
/// is one, and service managers begin with 1,024.
pub(crate) fn allow_files() -> u64 {
    #[cfg(unix)]
    return rlimit::increase_nofile_limit(u64::MAX).unwrap_or_default();
    #[cfg(not(unix))]
    0
}
