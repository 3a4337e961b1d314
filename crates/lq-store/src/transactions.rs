//! The journal on this device: blocks as the server tells them, and questions about their rows.

use crate::error::StoreError;
use crate::open::Store;
use crate::tx::WriteTx;
use chrono::{Days, NaiveDate};
use lq_domain::accounts::{CUSTOMER, Moves};
use lq_domain::clock::{CHINA_OFFSET_MILLIS, Timestamp};
use lq_domain::feature::Feature;
use lq_domain::ids::{AccountId, CustomerId};
use lq_domain::record::Record;
use lq_domain::transactions::{Block, Direction, Transaction, TransactionQuery, VALUATION};
use lq_domain::values::Money;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};
use std::collections::HashMap;
use std::fmt::Write as _;
use uuid::Uuid;

const DAY_MILLIS: i64 = 24 * 3_600_000;

/// Takes blocks as the server has them; an older answer that was overtaken changes nothing.
pub(crate) async fn take(tx: &mut WriteTx<'_>, records: &[&Record]) -> Result<(), StoreError> {
    if records.is_empty() {
        return Ok(());
    }
    let mut blocks = Vec::with_capacity(records.len());
    let mut booked = HashMap::with_capacity(records.len());
    for record in records {
        let block = Block(record);
        let customer = record.get(CUSTOMER).and_then(CustomerId::parse);
        let (Some(account), Some(customer)) = (block.account(), customer) else { continue };
        let rows = block.rows().map_err(|_| StoreError::Row { table: "transactions", column: "rows" })?;
        blocks.push(json!([
            record.id.simple().to_string(),
            record.revision,
            account.0.simple().to_string(),
            customer.0.simple().to_string()
        ]));
        booked.insert(record.id, rows);
    }
    let taken = take_blocks(tx.connection(), &Value::Array(blocks).to_string()).await?;
    let mut rows = String::from("[");
    for (id, number) in taken {
        for (place, transaction) in (0_u64..).zip(booked.get(&id).into_iter().flatten()) {
            let row = serde_json::to_string(&(number, place, transaction))
                .map_err(|_| StoreError::Row { table: "transactions", column: "rows" })?;
            rows.extend([if rows.len() > 1 { "," } else { "" }, &row]);
        }
    }
    rows.push(']');
    sqlx::query(
        // Kept as text: each reference to a value of `json_each` writes it out once more.
        "WITH told AS MATERIALIZED (SELECT value AS cells FROM json_each(?1))
         INSERT INTO transactions (block_row, place, reference, at, amount, purpose, counterparty, merchant)
         SELECT cells ->> 0, cells ->> 1, cells ->> '$[2][0]', cells ->> '$[2][1]', cells ->> '$[2][2]', cells ->> '$[2][3]',
                cells ->> '$[2][4]', cells ->> '$[2][5]'
           FROM told",
    )
    .bind(rows)
    .execute(tx.connection())
    .await?;
    tx.touched.insert(Feature::Transactions);
    Ok(())
}

/// Takes blocks, and empties them; those that are not newer here, each with the number of its row.
async fn take_blocks(
    connection: &mut SqliteConnection,
    blocks: &str,
) -> Result<Vec<(Uuid, i64)>, StoreError> {
    sqlx::query(
        "INSERT INTO transaction_blocks (block_id, revision, account_id, customer_id)
         SELECT unhex(value ->> 0), value ->> 1, unhex(value ->> 2), unhex(value ->> 3) FROM json_each(?1) WHERE true
         ON CONFLICT (block_id) DO UPDATE SET
           revision = excluded.revision, account_id = excluded.account_id, customer_id = excluded.customer_id
         WHERE excluded.revision >= transaction_blocks.revision",
    )
    .bind(blocks)
    .execute(&mut *connection)
    .await?;
    // Of a block that is newer here than what came, the revisions differ.
    let taken: Vec<(Uuid, i64)> = sqlx::query_as(
        "SELECT block_id, block_row FROM json_each(?1) JOIN transaction_blocks
             ON block_id = unhex(value ->> 0) AND revision = value ->> 1",
    )
    .bind(blocks)
    .fetch_all(&mut *connection)
    .await?;
    let numbers = Value::Array(taken.iter().map(|(_, number)| json!(number)).collect());
    sqlx::query("DELETE FROM transactions WHERE block_row IN (SELECT value FROM json_each(?1))")
        .bind(numbers.to_string())
        .execute(connection)
        .await?;
    Ok(taken)
}

/// Removes a block with its rows.
pub(crate) async fn remove(connection: &mut SqliteConnection, id: Uuid) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM transaction_blocks WHERE block_id = ?1").bind(id).execute(connection).await?;
    Ok(())
}

/// A transaction with its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The account.
    pub account: AccountId,
    /// What was booked.
    pub transaction: Transaction,
}

/// What came and went in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turnover {
    /// ISO 4217 code.
    pub currency: String,
    /// How many transactions.
    pub count: u32,
    /// What came.
    pub came: Money,
    /// What went; negative, or nothing.
    pub went: Money,
}

/// The transactions of a customer, before anything narrows them.
const FROM: &str = "FROM transaction_blocks b JOIN transactions t USING (block_row)";

/// The conditions of a query, with what is bound beginning at `?2`; `?1` is the customer.
fn conditions(query: &TransactionQuery) -> (String, Vec<Bound>) {
    let mut sql = "b.customer_id = ?1".to_owned();
    let mut bound = Vec::new();
    let mut and = |condition: &str, value: Bound| {
        bound.push(value);
        let _ = write!(sql, " AND {}", condition.replace('?', &format!("?{}", bound.len() + 1)));
    };
    if let Some(account) = query.account {
        and("b.account_id = ?", Bound::Bytes(account.0.as_bytes().to_vec()));
    }
    if let Some(from) = query.begins() {
        and("t.at >= ?", Bound::Number(from.0));
    }
    if let Some(to) = query.ends() {
        and("t.at < ?", Bound::Number(to.0));
    }
    if let Some(least) = query.least {
        and("abs(t.amount) >= ?", Bound::Number(least.minor().abs()));
    }
    let text = query.text.trim();
    if !text.is_empty() {
        and(
            "instr(lower(t.purpose || char(10) || coalesce(t.counterparty, '') || char(10) || t.reference), lower(?)) > 0",
            Bound::Text(text.to_owned()),
        );
    }
    match query.direction {
        Some(Direction::In) => sql.push_str(" AND t.amount > 0"),
        Some(Direction::Out) => sql.push_str(" AND t.amount < 0"),
        None => {}
    }
    (sql, bound)
}

enum Bound {
    Text(String),
    Number(i64),
    Bytes(Vec<u8>),
}

macro_rules! bind {
    ($sql:expr, $query:expr, $bound:expr) => {{
        let mut asked = sqlx::query(AssertSqlSafe($sql)).bind($query.customer.0);
        for value in $bound {
            asked = match value {
                Bound::Text(text) => asked.bind(text),
                Bound::Number(number) => asked.bind(number),
                Bound::Bytes(bytes) => asked.bind(bytes),
            };
        }
        asked
    }};
}

impl Store {
    /// What a list of transactions shows, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn transactions(
        &self,
        query: &TransactionQuery,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<Booked>, StoreError> {
        let (condition, bound) = conditions(query);
        let sql = format!(
            "SELECT b.account_id, t.reference, t.at, t.amount, t.purpose, t.counterparty, t.merchant {FROM}
              WHERE {condition} ORDER BY t.at DESC, t.block_row DESC, t.place DESC LIMIT {limit} OFFSET {offset}"
        );
        let rows = bind!(sql, query, bound).fetch_all(&self.readers).await?;
        rows.iter()
            .map(|row| {
                let bad = |column| StoreError::Row { table: "transactions", column };
                let merchant: Option<i64> = row.try_get("merchant")?;
                let transaction = Transaction {
                    reference: row.try_get("reference")?,
                    at: Timestamp(row.try_get("at")?),
                    amount: Money::from_minor(row.try_get("amount")?).map_err(|_| bad("amount"))?,
                    purpose: row.try_get("purpose")?,
                    counterparty: row.try_get("counterparty")?,
                    merchant: merchant.map(u16::try_from).transpose().map_err(|_| bad("merchant"))?,
                };
                Ok(Booked { account: AccountId(row.try_get("account_id")?), transaction })
            })
            .collect()
    }

    /// How many transactions a query has, and what came and went, by currency. A valuation moves a balance, and is nobody's payment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn turnover(&self, query: &TransactionQuery) -> Result<Vec<Turnover>, StoreError> {
        let (condition, bound) = conditions(query);
        let sql = format!(
            "SELECT coalesce(a.currency, 'CNY') AS currency, count(*) AS count,
                    sum(CASE WHEN t.amount > 0 AND t.purpose <> '{VALUATION}' THEN t.amount ELSE 0 END) AS came,
                    sum(CASE WHEN t.amount < 0 AND t.purpose <> '{VALUATION}' THEN t.amount ELSE 0 END) AS went
               {FROM} LEFT JOIN accounts a ON a.account_id = b.account_id
              WHERE {condition} GROUP BY 1 ORDER BY 1"
        );
        let rows = bind!(sql, query, bound).fetch_all(&self.readers).await?;
        rows.iter()
            .map(|row| {
                let money = |column| -> Result<Money, StoreError> {
                    Money::from_minor(row.try_get(column)?)
                        .map_err(|_| StoreError::Row { table: "transactions", column: "amount" })
                };
                Ok(Turnover {
                    currency: row.try_get("currency")?,
                    count: u32::try_from(row.try_get::<i64, _>("count")?).unwrap_or(u32::MAX),
                    came: money("came")?,
                    went: money("went")?,
                })
            })
            .collect()
    }

    /// What moved on a customer's accounts from a day on, summed by account and day in China.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn moves(&self, customer: CustomerId, from: NaiveDate) -> Result<Moves, StoreError> {
        let sql = format!(
            "SELECT b.account_id, (t.at + {CHINA_OFFSET_MILLIS}) / {DAY_MILLIS} AS day, sum(t.amount) AS amount {FROM}
              WHERE b.customer_id = ?1 AND t.at >= ?2 GROUP BY 1, 2"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(customer.0)
            .bind(Timestamp::of_china_day(from).0)
            .fetch_all(&self.readers)
            .await?;
        let mut moves = Moves::new();
        for row in &rows {
            let day: i64 = row.try_get("day")?;
            let day = NaiveDate::default()
                .checked_add_days(Days::new(u64::try_from(day).unwrap_or_default()))
                .ok_or(StoreError::Row { table: "transactions", column: "at" })?;
            moves
                .entry(AccountId(row.try_get("account_id")?))
                .or_default()
                .insert(day, row.try_get("amount")?);
        }
        Ok(moves)
    }
}
