//! The audit of what was looked at and taken out: append-only, each entry chained to the one before by a hash.

use crate::error::StoreError;
use crate::facts;
use crate::open::Store;
use crate::tx::WriteTx;
use lq_domain::clock::Timestamp;
use lq_domain::ids::{DeviceId, UserId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

pub use lq_protocol::audit::Audit;

/// How far the server has the audit.
const SENT: &str = "audits_sent";

/// Entries that the server does not have yet.
#[derive(Debug, Clone)]
pub struct Unsent {
    /// The row of the last one.
    pub to: i64,
    /// The hash before the first.
    pub before: Vec<u8>,
    /// The entries, oldest first.
    pub entries: Vec<Audit>,
    /// The hash of the last one.
    pub last: Vec<u8>,
}

fn read(row: &SqliteRow) -> Result<Audit, StoreError> {
    Ok(Audit {
        at: Timestamp(row.try_get(0)?),
        actor: UserId(row.try_get(1)?),
        device: DeviceId(row.try_get(2)?),
        action: row.try_get(3)?,
        record: row.try_get(4)?,
        detail: row.try_get(5)?,
    })
}

impl Store {
    /// Adds an entry.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit(&self, entry: &Audit) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        tx.audit(entry).await?;
        tx.commit().await
    }

    /// All entries, oldest first, and whether the chain holds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audits(&self) -> Result<(Vec<Audit>, bool), StoreError> {
        let rows = sqlx::query(
            "SELECT at, actor, device, action, record_id, detail, hash FROM audits ORDER BY audit_row",
        )
        .fetch_all(&self.readers)
        .await?;
        let (mut entries, mut before, mut holds) = (Vec::with_capacity(rows.len()), Vec::new(), true);
        for row in rows {
            let entry = read(&row)?;
            before = entry.hash(&before);
            holds &= before == row.try_get::<Vec<u8>, _>(6)?;
            entries.push(entry);
        }
        Ok((entries, holds))
    }

    /// The oldest entries that the server does not have yet; nothing when it has all.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unsent_audits(&self, limit: u32) -> Result<Option<Unsent>, StoreError> {
        let sent: i64 = facts::get(&self.readers, SENT).await?.unwrap_or_default();
        let rows = sqlx::query(
            "SELECT at, actor, device, action, record_id, detail, hash, audit_row FROM audits
              WHERE audit_row > ?1 ORDER BY audit_row LIMIT ?2",
        )
        .bind(sent)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        let Some(end) = rows.last() else { return Ok(None) };
        let before: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT hash FROM audits WHERE audit_row <= ?1 ORDER BY audit_row DESC LIMIT 1",
        )
        .bind(sent)
        .fetch_optional(&self.readers)
        .await?;
        Ok(Some(Unsent {
            to: end.try_get(7)?,
            before: before.unwrap_or_default(),
            last: end.try_get(6)?,
            entries: rows.iter().map(read).collect::<Result<_, _>>()?,
        }))
    }

    /// Notes that the server has the audit up to a row.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audits_sent(&self, to: i64) -> Result<(), StoreError> {
        facts::set(&mut *self.writer().await?, SENT, &to).await
    }
}

impl WriteTx<'_> {
    /// The device that writes.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.identity.device
    }

    /// Adds an entry that lands with the write, or not at all.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit(&mut self, entry: &Audit) -> Result<(), StoreError> {
        let before: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT hash FROM audits ORDER BY audit_row DESC LIMIT 1")
                .fetch_optional(self.connection())
                .await?;
        sqlx::query(
            "INSERT INTO audits (at, actor, device, action, record_id, detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .bind(entry.at.0)
        .bind(entry.actor.0)
        .bind(entry.device.0)
        .bind(&entry.action)
        .bind(entry.record)
        .bind(&entry.detail)
        .bind(entry.hash(&before.unwrap_or_default()))
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
