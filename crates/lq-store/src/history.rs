//! What happened to a record, and taking it back.

use crate::error::StoreError;
use crate::open::Store;
use crate::outbox::{COLUMNS, ELSEWHERE, Queued, read};
use lq_protocol::change::Change;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

/// One change in a record's history.
#[derive(Debug, Clone)]
pub struct Past {
    /// The change.
    pub change: Change,
    /// Whether it was made on this device.
    pub here: bool,
    /// Whether it still waits to be sent.
    pub pending: bool,
}

impl Store {
    /// The history of a record, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn history(&self, record: Uuid, limit: u32) -> Result<Vec<Past>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM changes WHERE record_id = ?1 ORDER BY wall DESC, change_row DESC LIMIT ?2"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(record)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| {
                let Queued { change, .. } = read(row)?;
                let state: i64 = row.try_get("state")?;
                Ok(Past { change, here: state != ELSEWHERE, pending: state == 0 })
            })
            .collect()
    }

    /// The changes that were saved together, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn group(&self, group: Uuid) -> Result<Vec<Change>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM changes WHERE grp = ?1 ORDER BY change_row");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(group).fetch_all(&self.readers).await?;
        rows.iter().map(|row| read(row).map(|queued| queued.change)).collect()
    }
}
