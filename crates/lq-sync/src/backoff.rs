//! How long to wait before trying again.

use lq_domain::clock::Random;
use std::time::Duration;

/// The first wait.
const FIRST_MILLIS: u64 = 1_000;
/// The longest wait.
const LONGEST_MILLIS: u64 = 60_000;

/// The wait after so many failures in a row: it doubles up to a minute, and between half and all of it is waited, so that
/// a thousand devices do not come back in the same second.
pub(crate) fn wait(failures: u32, random: &dyn Random) -> Duration {
    let full = FIRST_MILLIS.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(LONGEST_MILLIS);
    Duration::from_millis(full / 2) + spread(Duration::from_millis(full / 2), random)
}

/// A random part of `most`.
pub(crate) fn spread(most: Duration, random: &dyn Random) -> Duration {
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    most.mul_f64(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);

    impl Random for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn the_wait_doubles_up_to_a_minute_and_is_spread() {
        assert_eq!(wait(1, &Fixed(0)), Duration::from_millis(500));
        assert_eq!(wait(1, &Fixed(255)), Duration::from_millis(1_000));
        assert_eq!(wait(4, &Fixed(255)), Duration::from_millis(8_000));
        assert_eq!(wait(1_000, &Fixed(255)), Duration::from_millis(60_000));
        assert_eq!(wait(1_000, &Fixed(0)), Duration::from_millis(30_000));
    }
}
