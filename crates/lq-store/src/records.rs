//! Records as rows, for all features alike: the shown values in the feature's table, the server's state beside them.

use crate::accounts;
use crate::customers::rows;
use crate::error::StoreError;
use crate::open::Store;
use crate::transactions;
use lq_domain::clock::Timestamp;
use lq_domain::customers::query::SyncMark;
use lq_domain::feature::Feature;
use lq_domain::record::{DELETED, Record};
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use uuid::Uuid;

/// A record with what the store knows about it.
#[derive(Debug, Clone)]
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
        Feature::Users => Some("users"),
        Feature::Branches => Some("branches"),
        _ => None,
    }
}

pub(crate) async fn load(
    connection: &mut SqliteConnection,
    entity: Feature,
    id: Uuid,
) -> Result<Option<Stored>, StoreError> {
    if entity == Feature::Customers {
        return rows::load(connection, id).await;
    }
    let Some(table) = small_table(entity) else { return Ok(None) };
    let sql = format!(
        "SELECT revision, deleted, fields, base, created_at, updated_at FROM {table} WHERE record_id = ?1"
    );
    let row = sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    let mut shown = Record::new(entity, id, Timestamp(row.try_get(4)?));
    shown.updated_at = Timestamp(row.try_get(5)?);
    shown.revision = u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default();
    shown.fields =
        serde_json::from_str(row.try_get(2)?).map_err(|_| StoreError::Row { table, column: "fields" })?;
    shown.set(DELETED, row.try_get(1)?);
    let base = read_base(row.try_get(3)?, table)?;
    Ok(Some(Stored { shown, base }))
}

pub(crate) fn read_base(base: Option<String>, table: &'static str) -> Result<Option<Record>, StoreError> {
    base.map(|json| serde_json::from_str(&json).map_err(|_| StoreError::Row { table, column: "base" }))
        .transpose()
}

pub(crate) fn base_text(base: Option<&Record>) -> Option<String> {
    base.and_then(|base| serde_json::to_string(base).ok())
}

/// Writes a record as the user sees it, with the server's state when it differs.
pub(crate) async fn save(
    connection: &mut SqliteConnection,
    stored: &Stored,
    mark: SyncMark,
) -> Result<(), StoreError> {
    let shown = &stored.shown;
    if shown.entity == Feature::Customers {
        return rows::save(connection, stored, mark).await;
    }
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
        .bind(mark_number(mark))
        .bind(base_text(stored.base.as_ref()))
        .bind(shown.created_at.0)
        .bind(shown.updated_at.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes every trace of a record's values except its unsent changes.
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
        .execute(connection)
        .await?;
    Ok(())
}

impl Store {
    /// A record as the user sees it, be it deleted or not; none when it is not on this device.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record(&self, entity: Feature, id: Uuid) -> Result<Option<Record>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        Ok(load(&mut connection, entity, id).await?.map(|stored| stored.shown))
    }
}
