//! Time and randomness as arguments. Nothing in the house asks the machine for either, except the two binaries.

use chrono::{NaiveDate, TimeZone};
use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The instant `millis` later (earlier when negative).
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The first instant of a day in China.
    #[must_use]
    pub fn of_china_day(day: NaiveDate) -> Self {
        Self(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis() - CHINA_OFFSET_MILLIS)
    }

    /// The calendar day of this instant in China (UTC+8, no summer time since 1991).
    #[must_use]
    pub fn china_day(self) -> NaiveDate {
        let shifted = self.0.saturating_add(CHINA_OFFSET_MILLIS);
        chrono::Utc.timestamp_millis_opt(shifted).single().map_or(NaiveDate::MIN, |at| at.date_naive())
    }
}

/// How far China's clocks are ahead of UTC, in milliseconds.
pub const CHINA_OFFSET_MILLIS: i64 = 8 * 3_600_000;

/// Where the present comes from.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Today in China.
    fn today(&self) -> NaiveDate {
        self.now().china_day()
    }
}

/// Where unpredictable bytes come from: the operating system in the product, a seeded generator in tests.
pub trait Random: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// A hybrid logical clock reading: orders edits of different devices even when their clocks disagree a little.
///
/// Compared by wall time, then counter, then device, so that two devices never tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// Wall time of the device, or of the newest stamp it has seen, whichever is later.
    pub wall: Timestamp,
    /// Counts edits within one millisecond.
    pub counter: u32,
    /// The device that made the edit.
    pub device: crate::ids::DeviceId,
}

impl Stamp {
    /// The next stamp of `device` after `last`, given the present `now`.
    #[must_use]
    pub fn next(last: Option<Stamp>, now: Timestamp, device: crate::ids::DeviceId) -> Stamp {
        match last {
            Some(last) if last.wall >= now => match last.counter.checked_add(1) {
                Some(counter) => Stamp { wall: last.wall, counter, device },
                // A damaged or hostile counter must not begin anew within its millisecond.
                None => Stamp { wall: last.wall.plus_millis(1), counter: 0, device },
            },
            _ => Stamp { wall: now, counter: 0, device },
        }
    }

    /// This stamp with its wall time no later than `limit`: a device whose clock runs ahead gains nothing by it.
    #[must_use]
    pub fn clamped(self, limit: Timestamp) -> Stamp {
        Stamp { wall: self.wall.min(limit), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::DeviceId;
    use uuid::Uuid;

    #[test]
    fn the_next_stamp_is_later_also_after_the_last_counter() {
        let device = DeviceId(Uuid::nil());
        let last = Stamp { wall: Timestamp(7), counter: u32::MAX, device };
        let next = Stamp::next(Some(last), Timestamp(7), device);
        assert_eq!((next.wall, next.counter), (Timestamp(8), 0));
    }
}
