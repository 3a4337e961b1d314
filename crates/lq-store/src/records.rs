//! Records as rows, for all features alike: the shown values in the feature's table, the server's state beside them.

use crate::accounts;
use crate::customers::rows;
use crate::error::StoreError;
use crate::open::Store;
use crate::settle;
use crate::transactions;
use lq_domain::clock::Timestamp;
use lq_domain::customers::query::SyncMark;
use lq_domain::feature::Feature;
use lq_domain::record::{DELETED, Record};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A record with what the store knows about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    /// As the user sees it.
    pub(crate) shown: Record,
    /// As the server has it, while changes wait on top; the shown one otherwise.
    pub(crate) base: Option<Record>,
}

impl Stored {
    /// What the server has.
    pub(crate) fn canonical(&self) -> &Record {
        self.base.as_ref().unwrap_or(&self.shown)
    }
}

/// A record's row as it stands.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// The number of the row.
    pub(crate) row: i64,
    pub(crate) mark: SyncMark,
    pub(crate) stored: Stored,
}

/// A record to be written.
#[derive(Debug)]
pub(crate) struct Save<'a> {
    /// Its row, if there is one.
    pub(crate) known: Option<&'a Known>,
    /// What is to stand there.
    pub(crate) stored: Stored,
    pub(crate) mark: SyncMark,
}

impl Save<'_> {
    /// Whether the row says anything else than it shall.
    fn differs(&self) -> bool {
        self.known.is_none_or(|known| known.mark != self.mark || known.stored != self.stored)
    }
}

pub(crate) const fn mark_number(mark: SyncMark) -> i64 {
    match mark {
        SyncMark::Synced => 0,
        SyncMark::Pending => 1,
        SyncMark::Conflict => 2,
        SyncMark::Refused => 3,
    }
}

pub(crate) const fn mark_of(number: i64) -> SyncMark {
    match number {
        1 => SyncMark::Pending,
        2 => SyncMark::Conflict,
        3 => SyncMark::Refused,
        _ => SyncMark::Synced,
    }
}

/// The table of a feature with few rows.
pub(crate) const fn small_table(entity: Feature) -> Option<&'static str> {
    match entity {
        Feature::Tags => Some("tags"),
        Feature::Cases => Some("cases"),
        Feature::Users => Some("users"),
        Feature::Branches => Some("branches"),
        _ => None,
    }
}

/// Records as they stand, of those ids that are there.
pub(crate) async fn load_many(
    connection: &mut SqliteConnection,
    entity: Feature,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Known>, StoreError> {
    if entity == Feature::Customers {
        return rows::load(connection, ids).await;
    }
    let Some(table) = small_table(entity) else { return Ok(BTreeMap::new()) };
    let sql = format!(
        "SELECT {SMALL_COLUMNS} FROM {table}
          WHERE record_id IN (SELECT unhex(value) FROM json_each(?1))"
    );
    let found = sqlx::query(AssertSqlSafe(sql)).bind(id_list(ids)).fetch_all(connection).await?;
    found.iter().map(|row| read_small(row, entity, table)).collect()
}

/// What [`read_small`] reads.
pub(crate) const SMALL_COLUMNS: &str =
    "rowid, sync_mark, record_id, revision, deleted, fields, base, created_at, updated_at";

pub(crate) fn read_small(
    row: &SqliteRow,
    entity: Feature,
    table: &'static str,
) -> Result<(Uuid, Known), StoreError> {
    let id = row.try_get("record_id")?;
    let mut shown = Record::new(entity, id, Timestamp(row.try_get("created_at")?));
    shown.updated_at = Timestamp(row.try_get("updated_at")?);
    shown.revision = u64::try_from(row.try_get::<i64, _>("revision")?).unwrap_or_default();
    shown.fields = serde_json::from_str(row.try_get("fields")?)
        .map_err(|_| StoreError::Row { table, column: "fields" })?;
    shown.set(DELETED, row.try_get("deleted")?);
    let base = read_base(row.try_get("base")?, table)?;
    let mark = mark_of(row.try_get("sync_mark")?);
    Ok((id, Known { row: row.try_get("rowid")?, mark, stored: Stored { shown, base } }))
}

/// A record as it stands, if it is there.
pub(crate) async fn load(
    connection: &mut SqliteConnection,
    entity: Feature,
    id: Uuid,
) -> Result<Option<Known>, StoreError> {
    Ok(load_many(connection, entity, &[id]).await?.remove(&id))
}

/// Ids as a statement takes many: `(SELECT unhex(value) FROM json_each(?1))`.
pub(crate) fn id_list(ids: &[Uuid]) -> String {
    Value::Array(ids.iter().map(|id| json!(id.simple().to_string())).collect()).to_string()
}

pub(crate) fn read_base(base: Option<String>, table: &'static str) -> Result<Option<Record>, StoreError> {
    base.map(|json| serde_json::from_str(&json).map_err(|_| StoreError::Row { table, column: "base" }))
        .transpose()
}

pub(crate) fn base_text(base: Option<&Record>) -> Option<String> {
    base.and_then(|base| serde_json::to_string(base).ok())
}

/// Writes records as the user sees them, with the server's state where it differs. Whether anything was to be written.
pub(crate) async fn save_many(
    connection: &mut SqliteConnection,
    saves: &[Save<'_>],
) -> Result<bool, StoreError> {
    let (customers, others): (Vec<&Save<'_>>, Vec<&Save<'_>>) = saves
        .iter()
        .filter(|save| save.differs())
        .partition(|save| save.stored.shown.entity == Feature::Customers);
    rows::save(connection, &customers).await?;
    for save in &others {
        save_small(connection, save).await?;
    }
    Ok(!customers.is_empty() || !others.is_empty())
}

/// As [`save_many`], of one.
pub(crate) async fn save(
    connection: &mut SqliteConnection,
    known: Option<&Known>,
    stored: Stored,
    mark: SyncMark,
) -> Result<bool, StoreError> {
    save_many(connection, &[Save { known, stored, mark }]).await
}

async fn save_small(connection: &mut SqliteConnection, save: &Save<'_>) -> Result<(), StoreError> {
    let shown = &save.stored.shown;
    let Some(table) = small_table(shown.entity) else { return Ok(()) };
    let mut fields = shown.fields.clone();
    fields.remove(DELETED);
    let sql = format!(
        "INSERT INTO {table} (record_id, revision, deleted, fields, sync_mark, base, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (record_id) DO UPDATE SET
           revision = excluded.revision, deleted = excluded.deleted, fields = excluded.fields,
           sync_mark = excluded.sync_mark, base = excluded.base, updated_at = excluded.updated_at"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(shown.id)
        .bind(i64::try_from(shown.revision).unwrap_or(i64::MAX))
        .bind(shown.get(DELETED))
        .bind(serde_json::to_string(&fields).map_err(|_| StoreError::Row { table, column: "fields" })?)
        .bind(mark_number(save.mark))
        .bind(base_text(save.stored.base.as_ref()))
        .bind(shown.created_at.0)
        .bind(shown.updated_at.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes every trace of a record's values except its unsent changes. Called by [`WriteTx::remove_record`](crate::tx::WriteTx).
pub(crate) async fn remove(
    connection: &mut SqliteConnection,
    entity: Feature,
    id: Uuid,
) -> Result<(), StoreError> {
    match entity {
        Feature::Customers => rows::remove(connection, id).await?,
        Feature::Accounts => accounts::remove(connection, id).await?,
        Feature::Transactions => transactions::remove(connection, id).await?,
        _ => {
            if let Some(table) = small_table(entity) {
                let sql = format!("DELETE FROM {table} WHERE record_id = ?1");
                sqlx::query(AssertSqlSafe(sql)).bind(id).execute(&mut *connection).await?;
            }
        }
    }
    sqlx::query("DELETE FROM changes WHERE record_id = ?1 AND state IN (1, 4)")
        .bind(id)
        .execute(&mut *connection)
        .await?;
    settle::forget_theirs(connection, id).await
}

impl Store {
    /// A record as the user sees it, be it deleted or not; none when it is not on this device.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record(&self, entity: Feature, id: Uuid) -> Result<Option<Record>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        Ok(load(&mut connection, entity, id).await?.map(|known| known.stored.shown))
    }
}
