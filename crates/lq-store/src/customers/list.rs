//! Windows of lists: any page of any query in a few milliseconds.
//!
//! The beginning of a list comes straight from its index. For what lies deeper, the row numbers of the whole list are
//! read once, in order, and kept until something changes: a page is then a slice of them, however deep.

use super::filter::{Bound, conditions, order};
use super::rows;
use crate::error::StoreError;
use crate::open::Store;
use crate::records::mark_of;
use chrono::NaiveDate;
use lq_domain::clock::Timestamp;
use lq_domain::customers::Field;
use lq_domain::customers::query::{CustomerQuery, SyncMark};
use lq_domain::ids::CustomerId;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// One customer in a list.
#[derive(Debug, Clone)]
pub struct Row {
    /// The customer.
    pub id: CustomerId,
    /// Canonical values of the wanted fields.
    pub values: BTreeMap<Field, String>,
    /// How it stands with the server.
    pub sync: SyncMark,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A window of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// How many the whole list has.
    pub total: u32,
    /// The window's rows.
    pub rows: Vec<Row>,
}

/// Lists kept at a time: the one on the screen, the one before, and one for an export.
const KEPT: usize = 4;

type Key = (CustomerQuery, NaiveDate);

/// Row numbers of recent lists, in their order.
#[derive(Debug, Default)]
pub(crate) struct ListCache {
    lists: Mutex<Lists>,
}

#[derive(Debug, Default)]
struct Lists {
    /// Counts the changes of the data; a list read before a change is not kept after it.
    version: u64,
    kept: HashMap<Key, Arc<Vec<i64>>>,
    totals: HashMap<Key, u32>,
}

impl ListCache {
    fn lists(&self) -> std::sync::MutexGuard<'_, Lists> {
        // A panic elsewhere leaves the lists whole: every change of them is one assignment.
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets all lists: something changed.
    pub(crate) fn forget(&self) {
        let mut lists = self.lists();
        lists.version += 1;
        lists.kept.clear();
        lists.totals.clear();
    }
}

impl Store {
    /// A window of a list.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn page(
        &self,
        query: &CustomerQuery,
        columns: &[Field],
        offset: u32,
        limit: u32,
        today: NaiveDate,
    ) -> Result<Page, StoreError> {
        let key = (query.clone(), today);
        let kept = self.lists.lists().kept.get(&key).cloned();
        // Deep windows, and lists whose order is not an index, come from the list of row numbers.
        if kept.is_none() && offset < DIRECT && query.text.is_empty() && query.filters.is_empty() {
            let total = self.total(&key).await?;
            let rows = self.direct(query, columns, offset, limit, today).await?;
            return Ok(Page { total, rows });
        }
        let list = match kept {
            Some(list) => list,
            None => self.list(&key).await?,
        };
        let from = (offset as usize).min(list.len());
        let to = (from + limit as usize).min(list.len());
        let rows = self.rows_at(&list[from..to], columns).await?;
        Ok(Page { total: u32::try_from(list.len()).unwrap_or(u32::MAX), rows })
    }

    /// The ids of a whole list, in its order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ids(&self, query: &CustomerQuery, today: NaiveDate) -> Result<Vec<CustomerId>, StoreError> {
        let conditions = conditions(query, today);
        let sql = format!(
            "SELECT customer_id FROM customers WHERE {} ORDER BY {}",
            conditions.sql,
            order(query.sort)
        );
        let rows: Vec<uuid::Uuid> = sqlx::query_scalar_with(AssertSqlSafe(sql), arguments(conditions.bound)?)
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.into_iter().map(CustomerId).collect())
    }

    /// Rows by their ids, in the order of the ids; those that are gone are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rows(&self, ids: &[CustomerId], columns: &[Field]) -> Result<Vec<Row>, StoreError> {
        let list: Vec<String> = ids.iter().map(|id| id.0.simple().to_string()).collect();
        let sql = format!(
            "SELECT {} FROM json_each(?1) JOIN customers ON customer_id = unhex(json_each.value)
              WHERE deleted IS NULL ORDER BY json_each.key",
            columns_sql(columns)
        );
        let list = serde_json::to_string(&list).unwrap_or_default();
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(list).fetch_all(&self.readers).await?;
        rows.iter().map(|row| read(row, columns)).collect()
    }

    async fn total(&self, key: &Key) -> Result<u32, StoreError> {
        let (known, version) = {
            let lists = self.lists.lists();
            (lists.totals.get(key).copied(), lists.version)
        };
        if let Some(total) = known {
            return Ok(total);
        }
        let total: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM customers INDEXED BY customers_by_created_at WHERE deleted IS NULL",
        )
        .fetch_one(&self.readers)
        .await?;
        let total = u32::try_from(total).unwrap_or(u32::MAX);
        let mut lists = self.lists.lists();
        if lists.version == version {
            lists.totals.insert(key.clone(), total);
        }
        Ok(total)
    }

    async fn direct(
        &self,
        query: &CustomerQuery,
        columns: &[Field],
        offset: u32,
        limit: u32,
        today: NaiveDate,
    ) -> Result<Vec<Row>, StoreError> {
        let conditions = conditions(query, today);
        let sql = format!(
            "SELECT {} FROM customers WHERE {} ORDER BY {} LIMIT {limit} OFFSET {offset}",
            columns_sql(columns),
            conditions.sql,
            order(query.sort)
        );
        let rows = sqlx::query_with(AssertSqlSafe(sql), arguments(conditions.bound)?)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(|row| read(row, columns)).collect()
    }

    async fn list(&self, key: &Key) -> Result<Arc<Vec<i64>>, StoreError> {
        let version = self.lists.lists().version;
        let conditions = conditions(&key.0, key.1);
        let sql = format!(
            "SELECT customer_row FROM customers WHERE {} ORDER BY {}",
            conditions.sql,
            order(key.0.sort)
        );
        let rows: Vec<i64> = sqlx::query_scalar_with(AssertSqlSafe(sql), arguments(conditions.bound)?)
            .fetch_all(&self.readers)
            .await?;
        let rows = Arc::new(rows);
        let mut lists = self.lists.lists();
        if lists.version == version {
            if lists.kept.len() >= KEPT {
                lists.kept.clear();
            }
            lists.kept.insert(key.clone(), rows.clone());
        }
        Ok(rows)
    }

    async fn rows_at(&self, numbers: &[i64], columns: &[Field]) -> Result<Vec<Row>, StoreError> {
        let sql = format!(
            "SELECT {} FROM json_each(?1) JOIN customers ON customer_row = json_each.value ORDER BY json_each.key",
            columns_sql(columns)
        );
        let list = serde_json::to_string(numbers).unwrap_or_default();
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(list).fetch_all(&self.readers).await?;
        rows.iter().map(|row| read(row, columns)).collect()
    }
}

/// How far down a list is read without the row numbers of the whole.
const DIRECT: u32 = 1_000;

fn columns_sql(columns: &[Field]) -> String {
    let mut sql = "customer_id, sync_mark, created_at, updated_at".to_owned();
    for field in columns {
        sql.push_str(", ");
        sql.push_str(field.as_str());
    }
    sql
}

pub(super) fn arguments(bound: Vec<Bound>) -> Result<SqliteArguments, StoreError> {
    use sqlx::Arguments as _;
    let mut arguments = SqliteArguments::default();
    for value in bound {
        let added = match value {
            Bound::Text(text) => arguments.add(text),
            Bound::Number(number) => arguments.add(number),
            Bound::Bytes(bytes) => arguments.add(bytes),
        };
        added.map_err(|error| StoreError::Database(sqlx::Error::Encode(error)))?;
    }
    Ok(arguments)
}

fn read(row: &SqliteRow, columns: &[Field]) -> Result<Row, StoreError> {
    let mut values = BTreeMap::new();
    for &field in columns {
        if let Some(value) = rows::value(row, field)? {
            values.insert(field, value);
        }
    }
    Ok(Row {
        id: CustomerId(row.try_get("customer_id")?),
        values,
        sync: mark_of(row.try_get("sync_mark")?),
        created_at: Timestamp(row.try_get("created_at")?),
        updated_at: Timestamp(row.try_get("updated_at")?),
    })
}
