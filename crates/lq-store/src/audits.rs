//! The audit of what was looked at and taken out: append-only, each entry chained to the one before by a hash.

use crate::error::StoreError;
use crate::open::Store;
use crate::tx::WriteTx;
use lq_domain::clock::Timestamp;
use lq_domain::ids::{DeviceId, UserId};
use sqlx::Row;
use uuid::Uuid;

/// An entry of the audit.
#[derive(Debug, Clone)]
pub struct Audit {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: UserId,
    /// Where.
    pub device: DeviceId,
    /// What was done, for example `customers_reveal`.
    pub action: String,
    /// To which record.
    pub record: Option<Uuid>,
    /// What exactly, as JSON; never a value of a customer.
    pub detail: String,
}

fn hash(before: &[u8], entry: &Audit) -> Vec<u8> {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    let text = serde_json::json!([
        entry.at,
        entry.actor,
        entry.device,
        entry.action,
        entry.record.map(|record| record.to_string()),
        entry.detail
    ]);
    context.update(before);
    context.update(text.to_string().as_bytes());
    context.finish().as_ref().to_vec()
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
            let entry = Audit {
                at: Timestamp(row.try_get(0)?),
                actor: UserId(row.try_get(1)?),
                device: DeviceId(row.try_get(2)?),
                action: row.try_get(3)?,
                record: row.try_get(4)?,
                detail: row.try_get(5)?,
            };
            before = hash(&before, &entry);
            holds &= before == row.try_get::<Vec<u8>, _>(6)?;
            entries.push(entry);
        }
        Ok((entries, holds))
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
        .bind(hash(&before.unwrap_or_default(), entry))
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
