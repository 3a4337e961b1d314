//! The accounts that a delivery is about, as they become while its lines are taken.

use crate::db::transactions::Place;
use crate::db::{accounts, feeds, records, transactions};
use crate::error::ServerError;
use lq_domain::accounts::{Account, BALANCE, BRANCH, COUNT, CUSTOMER, OWNER, minor_text};
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_domain::record::{DELETED, Record};
use lq_domain::transactions::{ACCOUNT, BLOCK, NUMBER, Transaction, block_id};
use lq_domain::values::Money;
use lq_protocol::error::ErrorCode;
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};

/// Records that are written in one statement.
const BATCH: usize = 2_000;

/// An account while a delivery is taken.
#[derive(Debug)]
pub(super) struct Page {
    /// As it becomes.
    pub(super) record: Record,
    /// How many transactions it had before.
    had: u64,
    /// Whether it changes.
    pub(super) changed: bool,
}

impl Page {
    fn new(record: Record) -> Self {
        let had = Account(&record).count();
        Self { record, had, changed: false }
    }

    /// The fields of the account's blocks that are those of the account.
    fn block(&self, number: u64, now: Timestamp) -> Record {
        let id = lq_domain::ids::AccountId(self.record.id);
        let mut block = Record::new(Feature::Transactions, block_id(id, number), now);
        // Also of a deleted customer's account: what is booked on it meanwhile stays out of sight with it.
        for field in [CUSTOMER, OWNER, BRANCH, DELETED] {
            block.set(field, self.record.get(field).map(str::to_owned));
        }
        let held = Account(&self.record).count().saturating_sub(number * BLOCK).min(BLOCK);
        block.set(ACCOUNT, Some(id.to_string()));
        block.set(NUMBER, Some(number.to_string()));
        block.set(COUNT, Some(held.to_string()));
        block.revision = 1;
        block
    }

    fn new_blocks(&self, now: Timestamp) -> Vec<Record> {
        let has = Account(&self.record).count();
        (self.had / BLOCK..has.div_ceil(BLOCK))
            .filter(|_| has > self.had)
            .map(|number| self.block(number, now))
            .collect()
    }
}

/// The accounts that a delivery is about, by number.
#[derive(Debug, Default)]
pub(super) struct Book {
    pages: HashMap<String, Option<Page>>,
    /// What was changed, ready to be told.
    told: Vec<Record>,
    rows: Vec<(Place, Transaction)>,
}

impl Book {
    /// Looks up the accounts of some lines, so that [`Book::page`] knows them.
    pub(super) async fn open(
        &mut self,
        connection: &mut PgConnection,
        numbers: impl Iterator<Item = &str>,
    ) -> Result<(), ServerError> {
        let new: HashSet<&str> = numbers.filter(|number| !self.pages.contains_key(*number)).collect();
        let new: Vec<&str> = new.into_iter().collect();
        if new.is_empty() {
            return Ok(());
        }
        let found = accounts::by_number(connection, &new).await?;
        for number in new {
            self.pages.insert(number.to_owned(), None);
        }
        for record in found {
            self.pages.insert(Account(&record).number().to_owned(), Some(Page::new(record)));
        }
        Ok(())
    }

    /// The account with a number.
    pub(super) fn page(&mut self, number: &str) -> Option<&mut Page> {
        self.pages.get_mut(number).and_then(Option::as_mut)
    }

    /// Adds a new account.
    pub(super) fn add(&mut self, record: Record) {
        let number = Account(&record).number().to_owned();
        self.pages.insert(number, Some(Page { changed: true, ..Page::new(record) }));
    }

    /// Books a transaction on the account with a number.
    ///
    /// # Errors
    /// [`ErrorCode::AccountUnknown`]; [`ErrorCode::MoneyRange`] when the balance would grow beyond what is kept exactly.
    pub(super) fn book(&mut self, number: &str, transaction: Transaction) -> Result<(), ErrorCode> {
        let page = self.page(number).ok_or(ErrorCode::AccountUnknown)?;
        let account = Account(&page.record);
        let balance = Money::from_minor(account.balance().minor() + transaction.amount.minor())
            .map_err(|_| ErrorCode::MoneyRange)?;
        let position = account.count();
        let place = Place { branch: records::branch_of(&page.record), account: account.id(), position };
        page.record.set(BALANCE, minor_text(balance));
        page.record.set(COUNT, Some((position + 1).to_string()));
        page.changed = true;
        self.rows.push((place, transaction));
        Ok(())
    }

    /// Writes what was booked so far into the journal.
    pub(super) async fn post(&mut self, connection: &mut PgConnection) -> Result<(), ServerError> {
        let rows: Vec<(Place, &Transaction)> = self.rows.iter().map(|(place, row)| (*place, row)).collect();
        for batch in rows.chunks(super::CHUNK) {
            transactions::insert(connection, batch).await?;
        }
        self.rows.clear();
        Ok(())
    }

    /// Writes the accounts and their blocks.
    pub(super) async fn close(
        &mut self,
        connection: &mut PgConnection,
        now: Timestamp,
    ) -> Result<(), ServerError> {
        self.post(connection).await?;
        let pages = std::mem::take(&mut self.pages);
        let mut changed: Vec<Page> = pages.into_values().flatten().filter(|page| page.changed).collect();
        changed.sort_by_key(|page| page.record.id);
        for mut page in changed {
            page.record.revision += 1;
            page.record.updated_at = now;
            let blocks = page.new_blocks(now);
            self.told.push(page.record);
            self.told.extend(blocks);
        }
        for batch in self.told.chunks(BATCH) {
            records::save_many(connection, batch).await?;
        }
        Ok(())
    }

    /// Tells the feeds.
    pub(super) async fn publish(&self, connection: &mut PgConnection) -> Result<(), ServerError> {
        feeds::publish(connection, self.told.iter().map(|record| (None, record))).await
    }
}
