//! What the sample's customers hold, and two years of what happened on it.

use super::{Sample, SampleCustomer};
use crate::random::Seeded;
use chrono::{Datelike, Days, Months, NaiveDate};
use lq_domain::clock::Timestamp;
use lq_domain::customers::Field;

/// How far back transactions go.
const MONTHS: u32 = 24;
/// Keeps the chance of accounts apart from that of persons.
const BRANCH: u64 = 0x5EED_ACC0;

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// 活期: money that can be taken out at any time.
    Current,
    /// 定期: money put away until a day.
    Term,
    /// 贷款: money owed; the balance is negative.
    Loan,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number: 19 digits that end in their check digit.
    pub number: String,
    /// What it is.
    pub kind: AccountKind,
    /// The day it was opened.
    pub opened: NaiveDate,
    /// The balance before the first transaction, in minor units.
    pub opening: i64,
    /// The balance after the last one.
    pub balance: i64,
}

/// Money that came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// The bank's reference; never given twice.
    pub reference: String,
    /// The account's number.
    pub account: String,
    /// When.
    pub at: Timestamp,
    /// Minor units; negative when money went.
    pub amount: i64,
    /// What for, in a word of the field.
    pub purpose: &'static str,
    /// The kind of merchant, of a payment by card.
    pub merchant: Option<u16>,
}

impl Sample {
    /// The customer's accounts, and all that happened on them in the last two years, oldest first.
    #[must_use]
    pub fn holdings(self, customer: &SampleCustomer) -> (Vec<Account>, Vec<Transaction>) {
        let mut chance = Seeded::of_item(self.seed ^ BRANCH, customer.index);
        let mut transactions = self.current(customer, &mut chance);
        let opening = opening(&transactions, &mut chance);
        let balance = opening + transactions.iter().map(|transaction| transaction.amount).sum::<i64>();
        let mut accounts = vec![self.account(customer, AccountKind::Current, opening, &mut chance)];
        accounts[0].balance = balance;
        if chance.chance(35) {
            let saved = chance.between(1, 50) * 1_000_000;
            accounts.push(self.account(customer, AccountKind::Term, saved, &mut chance));
        }
        if customer.tags.contains(&"房贷客户") {
            let owed = -chance.between(20, 200) * 1_000_000;
            accounts.push(self.account(customer, AccountKind::Loan, owed, &mut chance));
        }
        transactions.sort_by_key(|transaction| transaction.at);
        for (order, transaction) in transactions.iter_mut().enumerate() {
            transaction.reference = format!("LQ{:09}{order:05}", customer.index);
        }
        (accounts, transactions)
    }

    fn account(
        self,
        customer: &SampleCustomer,
        kind: AccountKind,
        balance: i64,
        chance: &mut Seeded,
    ) -> Account {
        let opened = self.today - Months::new(MONTHS) - Days::new(chance.below(3000));
        Account { number: number(customer.index, kind), kind, opened, opening: balance, balance }
    }

    fn current(self, customer: &SampleCustomer, chance: &mut Seeded) -> Vec<Transaction> {
        let income: i64 =
            customer.values.get(&Field::Income).and_then(|text| text.parse().ok()).unwrap_or(120_000);
        let monthly = income * 100 / 12;
        let account = number(customer.index, AccountKind::Current);
        let mut all = Vec::new();
        for back in (1..=MONTHS).rev() {
            let first = (self.today - Months::new(back)).with_day(1).unwrap_or(self.today);
            let mut add =
                |day: u64, amount: i64, purpose: &'static str, merchant: Option<u16>, minute: u64| {
                    let at = instant(first + Days::new(day), minute);
                    all.push(Transaction {
                        reference: String::new(),
                        account: account.clone(),
                        at,
                        amount,
                        purpose,
                        merchant,
                    });
                };
            add(9, monthly, if customer.tags.contains(&"代发工资") { "代发工资" } else { "转入" }, None, 600);
            for _ in 0..chance.between(4, 14) {
                let (code, most) =
                    chance.pick(&[(5411, 400), (5812, 300), (5541, 500), (5311, 1200), (4111, 60)]);
                let amount = -(chance.between(800, most * 100)).min(monthly / 8);
                add(chance.below(28), amount, "消费", Some(code), 480 + chance.below(840));
            }
            if chance.chance(25) {
                add(chance.below(28), -monthly / 4, "转出", None, 480 + chance.below(840));
            }
        }
        all
    }
}

/// Enough to begin with that the account never falls below nothing.
fn opening(transactions: &[Transaction], chance: &mut Seeded) -> i64 {
    let mut sorted: Vec<&Transaction> = transactions.iter().collect();
    sorted.sort_by_key(|transaction| transaction.at);
    let (_, lowest) = sorted.iter().fold((0_i64, 0_i64), |(balance, lowest), transaction| {
        let balance = balance + transaction.amount;
        (balance, lowest.min(balance))
    });
    -lowest + chance.between(0, 5_000_000)
}

/// Minutes after midnight in China.
fn instant(day: NaiveDate, minute: u64) -> Timestamp {
    let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
    let minutes = i64::try_from(minute).unwrap_or_default();
    Timestamp(midnight).plus_millis((minutes - 8 * 60) * 60_000)
}

/// A number with a prefix that no bank has, its place, and the check digit of Luhn.
fn number(index: u64, kind: AccountKind) -> String {
    let kind = match kind {
        AccountKind::Current => 1,
        AccountKind::Term => 2,
        AccountKind::Loan => 3,
    };
    let first = format!("990000{kind}{index:011}");
    let sum: u32 = first
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let doubled = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
            doubled / 10 + doubled % 10
        })
        .sum();
    format!("{first}{}", (10 - sum % 10) % 10)
}
