//! Imports that are not all in: held back from the server, and taken back without a trace when they end before they are.

use super::{added_by, close_gaps, forget};
use crate::error::StoreError;
use crate::facts;
use crate::outbox;
use crate::records;
use crate::tx::WriteTx;
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_domain::ids::ImportId;
use lq_domain::record::FieldChanges;
use sqlx::sqlite::SqlitePool;
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

impl WriteTx<'_> {
    /// Notes that an import begins. Its parts may be written in several transactions: until [`WriteTx::finish_import`] nothing
    /// of it is sent, and a store that is opened anew takes it back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_import(&mut self, id: ImportId, name: &str, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO imports (import_id, name, at, counts, running) VALUES (?1, ?2, ?3, '{}', 1)",
        )
        .bind(id.0)
        .bind(name)
        .bind(at.0)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Takes an import back that will not be finished.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_back_import(&mut self, id: ImportId) -> Result<(), StoreError> {
        let forgotten = take_back(self.connection(), id).await?;
        self.identity.sequence = self.identity.sequence.saturating_sub(forgotten);
        self.close_gaps().await?;
        self.touched.extend([Feature::Customers, Feature::Imports]);
        Ok(())
    }
}

/// The number of the first waiting change that must not be sent yet.
pub(crate) async fn held_back(connection: &mut SqliteConnection) -> Result<Option<u64>, StoreError> {
    let running: Vec<Uuid> = sqlx::query_scalar("SELECT import_id FROM imports WHERE running = 1")
        .fetch_all(&mut *connection)
        .await?;
    let mut first: Option<u64> = None;
    for import in running {
        let sequence: Option<i64> =
            sqlx::query_scalar("SELECT min(sequence) FROM changes WHERE grp = ?1 AND state = 0")
                .bind(import)
                .fetch_one(&mut *connection)
                .await?;
        let sequence = sequence.and_then(|sequence| u64::try_from(sequence).ok());
        first = first.into_iter().chain(sequence).min();
    }
    Ok(first)
}

/// Takes back what was running when the store was last closed, or cut off.
pub(crate) async fn take_back_all(writer: &SqlitePool) -> Result<(), StoreError> {
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    let running: Vec<Uuid> =
        sqlx::query_scalar("SELECT import_id FROM imports WHERE running = 1").fetch_all(&mut *tx).await?;
    if running.is_empty() {
        return Ok(());
    }
    let mut sequence = facts::sequence(&mut *tx).await?;
    for import in running {
        sequence = sequence.saturating_sub(take_back(&mut tx, ImportId(import)).await?);
    }
    close_gaps(&mut tx, sequence).await?;
    facts::set_sequence(&mut *tx, sequence).await?;
    Ok(tx.commit().await?)
}

/// Undoes an import of which nothing was sent; how many waiting changes went with it. What somebody saved on top of it
/// stays: a customer that was changed meanwhile, and a field that no longer has the import's value.
async fn take_back(connection: &mut SqliteConnection, import: ImportId) -> Result<u64, StoreError> {
    let mut forgotten = set_back(&mut *connection, import).await?;
    let added = added_by(&mut *connection, import).await?;
    let gone: Vec<_> = added.into_iter().filter(|customer| !customer.changed).collect();
    forgotten += forget(&mut *connection, &gone).await?;
    sqlx::query("UPDATE customers SET import_id = NULL WHERE import_id = ?1")
        .bind(import.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM imports WHERE import_id = ?1").bind(import.0).execute(connection).await?;
    Ok(forgotten)
}

async fn set_back(connection: &mut SqliteConnection, import: ImportId) -> Result<u64, StoreError> {
    let rows = sqlx::query(
        "SELECT change_row, record_id, fields FROM changes JOIN customers ON customer_id = record_id
          WHERE grp = ?1 AND import_id IS NOT ?1 AND state = 0 ORDER BY change_row DESC",
    )
    .bind(import.0)
    .fetch_all(&mut *connection)
    .await?;
    for row in &rows {
        let fields: FieldChanges = serde_json::from_str(row.try_get("fields")?)
            .map_err(|_| StoreError::Row { table: "changes", column: "fields" })?;
        sqlx::query("DELETE FROM changes WHERE change_row = ?1")
            .bind(row.try_get::<i64, _>("change_row")?)
            .execute(&mut *connection)
            .await?;
        let id: Uuid = row.try_get("record_id")?;
        rebase(&mut *connection, id, &fields).await?;
        set_customer_back(&mut *connection, id, &fields).await?;
    }
    Ok(rows.len() as u64)
}

/// What somebody saved on top of the import began from a value that now never was: it began from the one before.
async fn rebase(
    connection: &mut SqliteConnection,
    id: Uuid,
    undone: &FieldChanges,
) -> Result<(), StoreError> {
    let bad = || StoreError::Row { table: "changes", column: "fields" };
    let rows = sqlx::query("SELECT change_row, fields FROM changes WHERE record_id = ?1 AND state = 0")
        .bind(id)
        .fetch_all(&mut *connection)
        .await?;
    for row in &rows {
        let mut fields: FieldChanges = serde_json::from_str(row.try_get("fields")?).map_err(|_| bad())?;
        for (field, change) in undone {
            if let Some(later) = fields.get_mut(field).filter(|later| later.base == change.new) {
                later.base.clone_from(&change.base);
            }
        }
        sqlx::query("UPDATE changes SET fields = ?2 WHERE change_row = ?1")
            .bind(row.try_get::<i64, _>("change_row")?)
            .bind(serde_json::to_string(&fields).map_err(|_| bad())?)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn set_customer_back(
    connection: &mut SqliteConnection,
    id: Uuid,
    fields: &FieldChanges,
) -> Result<(), StoreError> {
    let Some(known) = records::load(&mut *connection, Feature::Customers, id).await? else {
        return Ok(());
    };
    let mut stored = known.stored.clone();
    for (field, change) in fields {
        if stored.shown.get(field) == change.new.as_deref() {
            stored.shown.set(field, change.base.clone());
        }
    }
    let waits: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM changes WHERE record_id = ?1 AND state = 0 LIMIT 1")
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
    // With nothing left on top of it, the customer is as the server has it.
    if waits.is_none()
        && let Some(base) = stored.base.take()
    {
        stored.shown = base;
    }
    let mark = outbox::mark(&mut *connection, id).await?;
    records::save(connection, Some(&known), stored, mark).await?;
    Ok(())
}
