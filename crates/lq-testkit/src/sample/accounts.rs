//! What the sample's customers hold, and two years of what happened on it.

use super::{Sample, SampleCustomer};
use crate::random::Seeded;
use chrono::{Datelike, Days, Months, NaiveDate};
use lq_domain::clock::Timestamp;
use lq_domain::customers::Field;
use lq_domain::values::AccountKind;
use std::fmt::Write as _;

/// How far back transactions go.
const MONTHS: u32 = 24;
/// Keeps the chance of accounts apart from that of persons.
const BRANCH: u64 = 0x5EED_ACC0;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number: 19 digits that end in their check digit.
    pub number: String,
    /// What it is.
    pub kind: AccountKind,
    /// What the product is called.
    pub product: &'static str,
    /// The day it was opened.
    pub opened: NaiveDate,
    /// The day it comes due, of accounts that do.
    pub matures: Option<NaiveDate>,
    /// Percent a year.
    pub rate: &'static str,
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
        if customer.tags.contains(&"理财客户") {
            let first = chance.between(5, 80) * 1_000_000;
            let mut wealth = self.account(customer, AccountKind::Wealth, first, &mut chance);
            let more = chance.between(1, 20) * 1_000_000;
            let day = self.today - Days::new(40 + chance.below(500));
            transactions.push(booked(&wealth.number, instant(day, 600), more, "认购"));
            wealth.balance += more;
            accounts.push(wealth);
        }
        if customer.tags.contains(&"房贷客户") {
            let owed = -chance.between(20, 200) * 1_000_000;
            accounts.push(self.account(customer, AccountKind::Loan, owed, &mut chance));
        }
        if chance.chance(30) {
            let owed = -chance.between(100, 20_000) * 100;
            accounts.push(self.account(customer, AccountKind::Card, owed, &mut chance));
        }
        transactions.sort_by_key(|transaction| transaction.at);
        for (order, transaction) in transactions.iter_mut().enumerate() {
            transaction.reference = format!("LQ{:09}{order:05}", customer.index);
        }
        (accounts, transactions)
    }

    /// What the customers hold and what happened on it, as the bank's systems deliver them: a table of accounts before the
    /// first transaction, and a table of all transactions.
    #[must_use]
    pub fn deliveries(self, customers: impl Iterator<Item = SampleCustomer>) -> (String, String) {
        let mut accounts = "账号,证件类型,证件号码,账户类型,产品名称,余额,开户日期,到期日,利率\n".to_owned();
        let mut booked = "账号,流水号,交易时间,金额,摘要,商户类别码\n".to_owned();
        for customer in customers {
            let value = |field: &Field| customer.values.get(field).cloned();
            let (kind, holder) = match (value(&Field::Uscc), value(&Field::DocumentNumber)) {
                (Some(code), _) => ("uscc", code),
                (None, number) => ("resident_id", number.unwrap_or_default()),
            };
            let (held, transactions) = self.holdings(&customer);
            for one in held {
                let matures = one.matures.map(|day| day.to_string()).unwrap_or_default();
                let (number, product, opening) = (one.number, one.product, yuan(one.opening));
                let _ = writeln!(
                    accounts,
                    "{number},{kind},{holder},{},{product},{opening},{},{matures},{}",
                    one.kind.as_str(),
                    one.opened,
                    one.rate
                );
            }
            for one in transactions {
                let at = one.at.plus_millis(lq_domain::clock::CHINA_OFFSET_MILLIS).0;
                let at = chrono::DateTime::from_timestamp_millis(at).unwrap_or_default();
                let merchant = one.merchant.map(|code| format!("{code:04}")).unwrap_or_default();
                let _ = writeln!(
                    booked,
                    "{},{},{},{},{},{merchant}",
                    one.account,
                    one.reference,
                    at.format("%Y-%m-%d %H:%M:%S"),
                    yuan(one.amount),
                    one.purpose
                );
            }
        }
        (accounts, booked)
    }

    fn account(
        self,
        customer: &SampleCustomer,
        kind: AccountKind,
        balance: i64,
        chance: &mut Seeded,
    ) -> Account {
        let opened = self.today - Months::new(MONTHS) - Days::new(chance.below(3000));
        let (product, rate, due) = match kind {
            AccountKind::Term => ("三年期大额存单", "1.90", true),
            AccountKind::Wealth => ("稳健添利固收增强", "2.65", true),
            AccountKind::Loan => ("个人住房贷款", "3.35", true),
            AccountKind::Card => ("标准信用卡金卡", "", false),
            _ => ("个人活期存款", "0.05", false),
        };
        let matures = due.then(|| self.today + Days::new(20 + chance.below(900)));
        let number = number(customer.index, kind);
        Account { number, kind, product, opened, matures, rate, opening: balance, balance }
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
                    all.push(Transaction { merchant, ..booked(&account, at, amount, purpose) });
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

/// A transaction that has no reference yet.
fn booked(account: &str, at: Timestamp, amount: i64, purpose: &'static str) -> Transaction {
    Transaction { reference: String::new(), account: account.to_owned(), at, amount, purpose, merchant: None }
}

/// Minor units as files of banks have them.
fn yuan(minor: i64) -> String {
    format!("{}{}.{:02}", if minor < 0 { "-" } else { "" }, minor.abs() / 100, minor.abs() % 100)
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
        AccountKind::Wealth => 4,
        AccountKind::Fund => 5,
        AccountKind::Insurance => 6,
        AccountKind::Card => 7,
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
