//! What the bank's other systems deliver, and that nothing of it is lost, doubled or seen by whoever may not.

use crate::Failure;
use crate::check::{Found, Truth};
use crate::seed::Seed;
use lq_domain::access::Actor;
use lq_domain::accounts::Account;
use lq_domain::feature::Feature;
use lq_domain::feeds::{feeds_of, subscriptions};
use lq_domain::ids::CustomerId;
use lq_domain::record::Record;
use lq_domain::transactions::TransactionQuery;
use lq_server::intake::{Delivery, Format, Report, take_accounts, take_transactions};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What every account was opened with, in minor units.
const OPENING: i64 = 100_000;

/// What was delivered so far.
#[derive(Debug, Default)]
pub(crate) struct Delivered {
    /// Lines of accounts, by number.
    accounts: BTreeMap<String, String>,
    /// Lines of transactions: account, reference, minor units.
    booked: Vec<(String, String, i64)>,
}

/// The number of the passport that a customer has from the beginning.
pub(crate) fn passport(order: usize) -> String {
    format!("E{order:08}")
}

impl Delivered {
    fn accounts(&self) -> String {
        let lines: Vec<&str> = self.accounts.values().map(String::as_str).collect();
        format!("number,holder_type,holder,kind,balance\n{}\n", lines.join("\n"))
    }

    fn transactions(&self) -> String {
        let line = |(account, reference, minor): &(String, String, i64)| {
            format!("{account},{reference},2026-11-01,{}.{:02}", minor / 100, minor % 100)
        };
        let lines: Vec<String> = self.booked.iter().map(line).collect();
        format!("account,reference,booked_at,amount\n{}\n", lines.join("\n"))
    }

    /// What was booked under each reference of an account.
    fn of(&self, number: &str) -> BTreeMap<&str, i64> {
        let lines = self.booked.iter().filter(|(account, ..)| account == number);
        lines.map(|(_, reference, minor)| (reference.as_str(), *minor)).collect()
    }
}

impl Seed<'_> {
    /// A system delivers accounts and transactions of some customers, with some that it delivered before.
    pub(crate) async fn deliver(&mut self) -> Result<(), Failure> {
        let customers: Vec<usize> =
            (0..self.records.len()).filter(|at| self.records[*at].0 == Feature::Customers).collect();
        if customers.is_empty() {
            return Ok(());
        }
        for _ in 0..self.dice.between(1, 3) {
            let order = self.dice.pick(&customers);
            let number = format!("6222{order:012}");
            let line = format!("{number},passport,{},current,1000.00", passport(order));
            self.delivered.accounts.insert(number.clone(), line);
            for _ in 0..self.dice.between(1, 90) {
                let reference = format!("LQ{}", self.delivered.booked.len());
                let minor = self.dice.between(1, 50_000);
                self.delivered.booked.push((number.clone(), reference, minor));
            }
        }
        let report = self.deliver_all().await?;
        self.trace
            .line(format!("delivered {}: {} taken, {} repeated", report.read, report.taken, report.repeated));
        Ok(())
    }

    /// Everything that was ever delivered, once more: after a restore of the server, systems do so.
    async fn deliver_all(&self) -> Result<Report, Failure> {
        let (accounts, booked) = (self.delivered.accounts(), self.delivered.transactions());
        let delivery = |bytes| Delivery { format: &Format::Csv, bytes, strict: false, key: None };
        take_accounts(&self.world.app, &delivery(accounts.as_bytes())).await?;
        Ok(take_transactions(&self.world.app, &delivery(booked.as_bytes())).await?)
    }

    /// Before the last check everything is delivered twice more.
    pub(crate) async fn deliver_again(&mut self, found: &mut Found) -> Result<(), Failure> {
        if self.delivered.accounts.is_empty() {
            return Ok(());
        }
        self.deliver_all().await?;
        let second = self.deliver_all().await?;
        if second.taken > 0 {
            found.doubled(format!("{} lines were taken in a second time", second.taken));
        }
        Ok(())
    }

    /// Whether the server's accounts are sums of what was delivered, each line once.
    pub(crate) async fn check_journal(&mut self, found: &mut Found) -> Result<Vec<Record>, Failure> {
        let journal = self.world.journal().await?;
        let accounts = self.world.accounts().await?;
        for record in &accounts {
            let account = Account(record);
            let delivered = self.delivered.of(account.number());
            let empty = BTreeMap::new();
            let there = journal.get(&record.id).unwrap_or(&empty);
            let sum = OPENING + delivered.values().sum::<i64>();
            if there.iter().map(|(reference, minor)| (reference.as_str(), *minor)).ne(delivered) {
                found.lost(format!("account {} has {} bookings of those delivered", record.id, there.len()));
            }
            if account.balance().minor() != sum {
                found.differing(format!("account {} is no sum of its bookings", record.id));
            }
        }
        Ok(accounts)
    }

    /// Whether a machine has the accounts and transactions of the customers whom its user may see, and no others.
    pub(crate) async fn check_accounts(
        &self,
        at: usize,
        accounts: &[Record],
        (actor, truth): (&Actor, &Truth),
        found: &mut Found,
    ) -> Result<(), Failure> {
        let store = &self.machines[at].store;
        let followed: BTreeSet<_> = subscriptions(actor).into_iter().collect();
        for id in truth.records.keys() {
            let customer = CustomerId(*id);
            let mine = |record: &&Record| Account(record).customer() == Some(customer);
            let visible = |record: &&Record| feeds_of(record).iter().any(|feed| followed.contains(feed));
            let expected: BTreeMap<Uuid, u64> =
                accounts.iter().filter(mine).filter(visible).map(|one| (one.id, one.revision)).collect();
            let here: BTreeMap<Uuid, u64> =
                store.accounts(customer).await?.into_iter().map(|one| (one.id, one.revision)).collect();
            if here != expected {
                found.differing(format!("m{at} has {} accounts of {id}, not {}", here.len(), expected.len()));
            }
            let numbers = accounts.iter().filter(mine).filter(visible).map(|one| Account(one).number());
            let booked: usize = numbers.map(|number| self.delivered.of(number).len()).sum();
            let rows = store.transactions(&TransactionQuery::of(customer), 0, u32::MAX / 2).await?;
            let references: BTreeSet<(Uuid, &str)> =
                rows.iter().map(|row| (row.account.0, row.transaction.reference.as_str())).collect();
            if references.len() != booked || rows.len() != booked {
                found.differing(format!("m{at} has {} bookings of {id}, not {booked}", rows.len()));
            }
        }
        Ok(())
    }
}
