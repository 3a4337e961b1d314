//! The log of rounds with the server.

use crate::error::StoreError;
use crate::open::Store;
use lq_domain::clock::Timestamp;
use lq_protocol::error::ErrorCode;
use sqlx::{Connection as _, Row};

/// One round with the server.
#[derive(Debug, Clone)]
pub struct Round {
    /// When it began.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u32,
    /// Changes sent.
    pub pushed: u32,
    /// Records received.
    pub pulled: u32,
    /// Why it failed.
    pub error: Option<ErrorCode>,
}

/// Rounds kept.
const KEPT: i64 = 200;

impl Store {
    /// Notes a round.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_round(&self, round: &Round) -> Result<(), StoreError> {
        let mut writer = self.writer().await?;
        // Together: each would wait for the disk by itself.
        let mut tx = writer.begin().await?;
        sqlx::query("INSERT INTO rounds (at, took_ms, pushed, pulled, error) VALUES (?1, ?2, ?3, ?4, ?5)")
            .bind(round.at.0)
            .bind(i64::from(round.took_ms))
            .bind(i64::from(round.pushed))
            .bind(i64::from(round.pulled))
            .bind(round.error.map(ErrorCode::as_str))
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM rounds WHERE round_row <= (SELECT max(round_row) FROM rounds) - ?1")
            .bind(KEPT)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// The last rounds, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rounds(&self) -> Result<Vec<Round>, StoreError> {
        let rows =
            sqlx::query("SELECT at, took_ms, pushed, pulled, error FROM rounds ORDER BY round_row DESC")
                .fetch_all(&self.readers)
                .await?;
        let number = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        rows.iter()
            .map(|row| {
                Ok(Round {
                    at: Timestamp(row.try_get(0)?),
                    took_ms: number(row.try_get(1)?),
                    pushed: number(row.try_get(2)?),
                    pulled: number(row.try_get(3)?),
                    error: row.try_get::<Option<&str>, _>(4)?.and_then(ErrorCode::parse),
                })
            })
            .collect()
    }

    /// The end of the last round that succeeded.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_success(&self) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = sqlx::query_scalar("SELECT max(at + took_ms) FROM rounds WHERE error IS NULL")
            .fetch_one(&self.readers)
            .await?;
        Ok(at.map(Timestamp))
    }
}
