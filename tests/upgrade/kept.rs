//! What was kept of a release: a user's folder, the server's database, and what both held.

use lq_domain::clock::Clock as _;
use lq_domain::customers::Field;
use lq_domain::customers::query::CustomerQuery;
use lq_domain::transactions::TransactionQuery;
use lq_store::Store;
use lq_testkit::clock::FixedClock;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::collections::BTreeMap;

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

pub(crate) const LOGIN: &str = "wangfang";
pub(crate) const PASSWORD: &str = "Langqiao-2026-desk";
/// Files of what is kept.
pub(crate) const STORE: &str = "store.db";
pub(crate) const VAULT: &str = "vault.json";
pub(crate) const DATABASE: &str = "server.sql.zst";
pub(crate) const HELD: &str = "held.json";
/// More than anything here has.
const ALL: u32 = 500;

/// What a device and a server held.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    pub(crate) device: Device,
    /// Rows by table.
    pub(crate) server: BTreeMap<String, i64>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Device {
    pub(crate) customers: Vec<Customer>,
    pub(crate) pending: u32,
    pub(crate) conflicts: u32,
    pub(crate) tags: usize,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Customer {
    /// Name, mobile, tags and notes.
    pub(crate) values: Vec<Option<String>>,
    pub(crate) accounts: usize,
    pub(crate) transactions: usize,
    pub(crate) changes: usize,
}

/// What a store holds.
pub(crate) async fn device(store: &Store) -> Result<Device, Failure> {
    let fields = [Field::Name, Field::Mobile, Field::Tags, Field::Notes];
    let today = FixedClock::default().today();
    let page = store.page(&CustomerQuery::default(), &fields, 0, ALL, today).await?;
    let mut customers = Vec::new();
    for row in page.rows {
        customers.push(Customer {
            values: fields.iter().map(|field| row.values.get(field).cloned()).collect(),
            accounts: store.accounts(row.id).await?.len(),
            transactions: store.transactions(&TransactionQuery::of(row.id), 0, ALL).await?.len(),
            changes: store.history(row.id.0, ALL).await?.len(),
        });
    }
    customers.sort();
    let counts = store.counts().await?;
    let tags = store.tags().await?.len();
    Ok(Device { customers, pending: counts.pending, conflicts: counts.conflicts, tags })
}

/// Rows of each of a server's tables.
pub(crate) async fn rows(url: &str) -> Result<BTreeMap<String, i64>, Failure> {
    let mut connection = PgConnection::connect(url).await?;
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
            .fetch_all(&mut connection)
            .await?;
    let mut rows = BTreeMap::new();
    for table in tables.into_iter().filter(|table| table != "_sqlx_migrations") {
        let sql = format!("SELECT count(*) FROM {table}");
        let count = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await?;
        rows.insert(table, count);
    }
    connection.close().await?;
    Ok(rows)
}
