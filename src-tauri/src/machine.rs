//! What the house takes from the machine: the present, unpredictable bytes, and a name.

use lq_client::clock::{Clock, Random, Timestamp};
use ring::rand::SecureRandom;

/// The system's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the binary is where the present comes from")]
        let now = std::time::SystemTime::now();
        let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The system's source of unpredictable bytes.
pub(crate) struct SystemRandom(ring::rand::SystemRandom);

impl SystemRandom {
    pub(crate) fn new() -> Self {
        Self(ring::rand::SystemRandom::new())
    }
}

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        if self.0.fill(bytes).is_err() {
            // Keys made without it could be guessed: there is nothing safe left to do.
            tracing::error!("the system gives no unpredictable bytes");
            std::process::abort();
        }
    }
}

/// How this computer is called in the server's list of devices.
pub(crate) fn name() -> String {
    let told = ["COMPUTERNAME", "HOSTNAME"].iter().find_map(|name| std::env::var(name).ok());
    let kept = || std::fs::read_to_string("/etc/hostname").ok();
    told.or_else(kept)
        .map(|name| name.trim().chars().take(64).collect::<String>())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| std::env::consts::OS.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_present_is_after_this_was_written_and_bytes_differ() {
        assert!(SystemClock.now() > Timestamp(1_700_000_000_000));
        let (mut one, mut other) = ([0u8; 32], [0u8; 32]);
        let random = SystemRandom::new();
        random.fill(&mut one);
        random.fill(&mut other);
        assert_ne!(one, other);
    }

    #[test]
    fn a_computer_has_a_name() {
        assert!(!name().is_empty());
    }
}
