//! The machine's clock and randomness.

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
        // A key made of anything less would be worse than waiting.
        while self.0.fill(bytes).is_err() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}
