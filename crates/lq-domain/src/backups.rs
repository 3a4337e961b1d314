//! When a device is backed up, when it is late, and which backups have had their time.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

const HOUR_MILLIS: i64 = 60 * 60 * 1000;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;
/// How long a backup may be due before it counts as missed. The user hears of it well within a day.
const GRACE_MILLIS: i64 = HOUR_MILLIS;
/// How long after a failed attempt the next one is made.
const RETRY_MILLIS: i64 = 15 * 60 * 1000;

/// Fewest and most backups that can be kept.
pub const KEEP: std::ops::RangeInclusive<u32> = 1..=60;

/// How often the device is backed up by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Only when asked to.
    Off,
    /// A day after the one before.
    Daily,
    /// Seven days after the one before.
    Weekly,
}

/// What is known of the backups of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How often there shall be one.
    pub every: Every,
    /// When the last good one was made.
    pub last: Option<Timestamp>,
    /// When an attempt failed after it.
    pub failed: Option<Timestamp>,
    /// Since when the store could have been backed up.
    pub since: Timestamp,
}

impl Standing {
    /// When the next backup is to be made.
    #[must_use]
    pub fn due(self) -> Option<Timestamp> {
        let days = match self.every {
            Every::Off => return None,
            Every::Daily => 1,
            Every::Weekly => 7,
        };
        Some(self.last.unwrap_or(self.since).plus_millis(days * DAY_MILLIS))
    }

    /// Whether to make one now: it is due, and the last attempt did not fail just before. A clock that was set back behind the
    /// last backup makes none due.
    #[must_use]
    pub fn is_due(self, now: Timestamp) -> bool {
        let rested = self.failed.is_none_or(|failed| now < failed || now >= failed.plus_millis(RETRY_MILLIS));
        rested && self.due().is_some_and(|due| now >= due)
    }

    /// Whether the user has to be told that a backup is missing.
    #[must_use]
    pub fn is_missed(self, now: Timestamp) -> bool {
        self.due().is_some_and(|due| now >= due.plus_millis(GRACE_MILLIS))
    }
}

/// Which of the backups made at these times are beyond the number to keep; the newest stay.
#[must_use]
pub fn surplus(made_at: &[Timestamp], keep: u32) -> Vec<usize> {
    let mut order: Vec<usize> = (0..made_at.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(made_at[*index]));
    order.split_off(order.len().min(keep.max(*KEEP.start()) as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp(1_795_492_800_000);

    fn standing(every: Every) -> Standing {
        Standing { every, last: None, failed: None, since: NOON }
    }

    #[test]
    fn s7_3_a_backup_is_due_a_day_or_a_week_after_the_last_one_and_never_without_a_schedule() {
        let day = NOON.plus_millis(DAY_MILLIS);
        assert_eq!(standing(Every::Daily).due(), Some(day));
        assert!(!standing(Every::Daily).is_due(day.plus_millis(-1)) && standing(Every::Daily).is_due(day));
        let weekly = Standing { last: Some(day), ..standing(Every::Weekly) };
        assert_eq!(weekly.due(), Some(NOON.plus_millis(8 * DAY_MILLIS)));
        assert_eq!(standing(Every::Off).due(), None);
        assert!(!standing(Every::Off).is_missed(NOON.plus_millis(400 * DAY_MILLIS)));
    }

    #[test]
    fn s7_3_a_missed_backup_is_told_within_a_day() {
        let daily = standing(Every::Daily);
        let due = NOON.plus_millis(DAY_MILLIS);
        assert!(!daily.is_missed(due), "it may just be made");
        assert!(daily.is_missed(due.plus_millis(DAY_MILLIS)));
        let made = Standing { last: Some(due), ..daily };
        assert!(!made.is_missed(due.plus_millis(DAY_MILLIS)));
    }

    #[test]
    fn a_failed_attempt_is_repeated_after_a_while_and_not_at_once() {
        let due = NOON.plus_millis(DAY_MILLIS);
        let failed = Standing { failed: Some(due), ..standing(Every::Daily) };
        assert!(!failed.is_due(due.plus_millis(1)));
        assert!(failed.is_due(due.plus_millis(RETRY_MILLIS)));
    }

    #[test]
    fn s7_3_the_newest_stay_whatever_their_order_and_one_stays_always() {
        let at = |days: i64| NOON.plus_millis(days * DAY_MILLIS);
        assert_eq!(surplus(&[at(1), at(4), at(2), at(3)], 2), [2, 0]);
        assert_eq!(surplus(&[at(1), at(2)], 5), [] as [usize; 0]);
        assert_eq!(surplus(&[at(1), at(2)], 0), [0]);
    }
}
