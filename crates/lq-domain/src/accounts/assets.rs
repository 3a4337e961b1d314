//! AUM (客户资产): at a point, and averaged over days (features.md X5).
//!
//! The balance at the end of a day is the balance now without the transactions booked after that day: a sum, never a
//! figure kept beside the journal that could differ from it.

use crate::ids::AccountId;
use crate::values::{AccountKind, Money};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What AUM needs to know about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The account.
    pub account: AccountId,
    /// What it is.
    pub kind: AccountKind,
    /// Whether its balance is in renminbi; other currencies do not count without a rate.
    pub currency_is_yuan: bool,
    /// What is in it now.
    pub balance: Money,
    /// The day it was opened; nothing was in it before.
    pub opened_on: Option<NaiveDate>,
}

impl Holding {
    /// Whether it counts into AUM.
    #[must_use]
    pub const fn counts(&self) -> bool {
        self.kind.is_asset() && self.currency_is_yuan
    }

    fn there_on(&self, day: NaiveDate) -> bool {
        self.opened_on.is_none_or(|opened| opened <= day)
    }
}

/// What moved on each account, summed by the day it was booked: minor units, in minus out.
pub type Moves = BTreeMap<AccountId, BTreeMap<NaiveDate, i64>>;

/// AUM at the end of each day from `from` to `to`, both included.
#[must_use]
pub fn curve(holdings: &[Holding], moves: &Moves, from: NaiveDate, to: NaiveDate) -> Vec<(NaiveDate, Money)> {
    let days: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= to).collect();
    let mut sums = vec![0_i64; days.len()];
    for holding in holdings.iter().filter(|holding| holding.counts()) {
        let booked = moves.get(&holding.account);
        let after = |day: NaiveDate| {
            booked.map_or(0, |booked| booked.range(day.succ_opt().unwrap_or(day)..).map(|(_, sum)| sum).sum())
        };
        let mut balance = holding.balance.minor() - after(to);
        for (sum, day) in sums.iter_mut().zip(&days).rev() {
            if holding.there_on(*day) {
                *sum += balance;
            }
            // Into the day before.
            balance -= booked.and_then(|booked| booked.get(day)).copied().unwrap_or_default();
        }
    }
    days.into_iter().zip(sums.into_iter().map(|sum| Money::from_minor(sum).unwrap_or(Money::ZERO))).collect()
}

/// AUM now (时点).
#[must_use]
pub fn sum_assets(holdings: &[Holding]) -> Money {
    sum(holdings.iter().filter(|holding| holding.counts()))
}

/// What is owed now in renminbi: loans and cards. Negative, or nothing.
#[must_use]
pub fn owed(holdings: &[Holding]) -> Money {
    sum(holdings.iter().filter(|holding| !holding.kind.is_asset() && holding.currency_is_yuan))
}

fn sum<'h>(holdings: impl Iterator<Item = &'h Holding>) -> Money {
    Money::from_minor(holdings.map(|holding| holding.balance.minor()).sum()).unwrap_or(Money::ZERO)
}

/// The average of AUM over the days of a curve (日均), rounded half away from nothing to a fen.
#[must_use]
pub fn average(days: &[(NaiveDate, Money)]) -> Money {
    let count = i64::try_from(days.len()).unwrap_or(i64::MAX).max(1);
    let sum: i64 = days.iter().map(|(_, assets)| assets.minor()).sum();
    let rounded = (sum.abs() + count / 2) / count * sum.signum();
    Money::from_minor(rounded).unwrap_or(Money::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn holding(id: u128, kind: AccountKind, yuan: i64) -> Holding {
        Holding {
            account: AccountId(Uuid::from_u128(id)),
            kind,
            currency_is_yuan: true,
            balance: Money::from_minor(yuan * 100).unwrap(),
            opened_on: None,
        }
    }

    fn moves(of: u128, list: &[(u32, i64)]) -> Moves {
        let days = list.iter().map(|(on, yuan)| (day(*on), yuan * 100)).collect();
        Moves::from([(AccountId(Uuid::from_u128(of)), days)])
    }

    #[test]
    fn x5_aum_at_a_point_is_the_balance_without_what_came_later() {
        let holdings = [holding(1, AccountKind::Current, 1_000), holding(2, AccountKind::Wealth, 50_000)];
        let moves = moves(1, &[(10, 300), (12, -100)]);
        let yuan = |on| curve(&holdings, &moves, day(on), day(on))[0].1.minor() / 100;
        assert_eq!(
            [yuan(9), yuan(10), yuan(11), yuan(12), yuan(20)],
            [50_800, 51_100, 51_100, 51_000, 51_000]
        );
    }

    #[test]
    fn x5_the_daily_average_equals_the_sum_by_hand() {
        let holdings = [holding(1, AccountKind::Current, 1_000)];
        let moves = moves(1, &[(2, 100), (3, 300)]);
        // 1st 600, 2nd 700, 3rd and 4th 1,000: 3,300 over four days.
        assert_eq!(average(&curve(&holdings, &moves, day(1), day(4))).canonical(), "825.00");
        // 600 + 700 + 1,000 over three days: 766.666… rounds up.
        assert_eq!(average(&curve(&holdings, &moves, day(1), day(3))).canonical(), "766.67");
    }

    #[test]
    fn x5_loans_other_currencies_and_accounts_before_their_opening_do_not_count() {
        let mut dollars = holding(2, AccountKind::Current, 7_000);
        dollars.currency_is_yuan = false;
        let mut young = holding(3, AccountKind::Term, 10_000);
        young.opened_on = Some(day(5));
        let holdings = [holding(1, AccountKind::Loan, -300_000), dollars, young];
        let assets = |on| curve(&holdings, &Moves::new(), day(on), day(on))[0].1.minor() / 100;
        assert_eq!([assets(4), assets(5)], [0, 10_000]);
        assert_eq!((sum_assets(&holdings).minor(), owed(&holdings).minor()), (1_000_000, -30_000_000));
    }
}
