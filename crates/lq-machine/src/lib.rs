//! What a program takes from the machine and hands to the house as arguments: the present, and unpredictable bytes.

use lq_domain::clock::{Clock, Random, Timestamp};
use ring::rand::SecureRandom as _;

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the programs are where the present comes from")]
        let now = std::time::SystemTime::now();
        let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The operating system's source of unpredictable bytes.
#[derive(Debug, Clone)]
pub struct SystemRandom(ring::rand::SystemRandom);

impl Default for SystemRandom {
    fn default() -> Self {
        Self(ring::rand::SystemRandom::new())
    }
}

impl Random for SystemRandom {
    /// Ends the program when the system gives none.
    fn fill(&self, bytes: &mut [u8]) {
        if self.0.fill(bytes).is_err() {
            // Keys made without it could be guessed: there is nothing safe left to do.
            tracing::error!("the system gives no unpredictable bytes");
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_present_is_after_this_was_written_and_bytes_differ() {
        assert!(SystemClock.now() > Timestamp(1_700_000_000_000));
        let (mut one, mut other) = ([0u8; 32], [0u8; 32]);
        let random = SystemRandom::default();
        random.fill(&mut one);
        random.fill(&mut other);
        assert_ne!(one, other);
    }
}
