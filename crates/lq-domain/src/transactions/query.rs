//! Which transactions a list shows. The store turns it into SQL.

use crate::clock::Timestamp;
use crate::ids::{AccountId, CustomerId};
use crate::values::Money;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Whether money came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It came.
    In,
    /// It went.
    Out,
}

/// Which transactions of a customer, newest first. All parts narrow the list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct TransactionQuery {
    /// The customer.
    pub customer: CustomerId,
    /// One of the customer's accounts.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// The first day, in China.
    #[serde(default)]
    #[ts(type = "string | null")]
    pub from: Option<NaiveDate>,
    /// The last day, in China.
    #[serde(default)]
    #[ts(type = "string | null")]
    pub to: Option<NaiveDate>,
    /// Whether it came or went.
    #[serde(default)]
    pub direction: Option<Direction>,
    /// The least amount, whatever its direction.
    #[serde(default)]
    pub least: Option<Money>,
    /// Part of the purpose, of the other side's name or of the reference.
    #[serde(default)]
    pub text: String,
}

// What is searched for may be a name.
impl std::fmt::Debug for TransactionQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TransactionQuery(…)")
    }
}

impl TransactionQuery {
    /// Every transaction of a customer.
    #[must_use]
    pub const fn of(customer: CustomerId) -> Self {
        Self {
            customer,
            account: None,
            from: None,
            to: None,
            direction: None,
            least: None,
            text: String::new(),
        }
    }

    /// The first instant that belongs to the days asked for.
    #[must_use]
    pub fn begins(&self) -> Option<Timestamp> {
        self.from.map(Timestamp::of_china_day)
    }

    /// The first instant after the days asked for.
    #[must_use]
    pub fn ends(&self) -> Option<Timestamp> {
        self.to.and_then(|day| day.succ_opt()).map(Timestamp::of_china_day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_asked_for_are_chinas_and_both_count() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 24);
        let query =
            TransactionQuery { from: day, to: day, ..TransactionQuery::of(CustomerId(uuid::Uuid::nil())) };
        let (begins, ends) = (query.begins().unwrap(), query.ends().unwrap());
        assert_eq!(ends.0 - begins.0, 24 * 3_600_000);
        assert_eq!((begins.china_day(), ends.plus_millis(-1).china_day()), (day.unwrap(), day.unwrap()));
    }
}
