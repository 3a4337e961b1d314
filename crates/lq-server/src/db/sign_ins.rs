//! Failed sign-ins. An attempt is counted before the secret is looked at, so that many at once gain nothing.

use crate::error::ServerError;
use lq_domain::clock::Timestamp;
use sqlx::{PgConnection, Row};

/// Failures until sign-in closes.
pub(crate) const FAILURES_MAX: i32 = 5;
/// How long it closes.
const LOCK_MILLIS: i64 = 10 * 60 * 1_000;
/// Failures older than this are forgotten.
const MEMORY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// How an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// Failures in a row, this attempt counted as one.
    pub(crate) failures: i32,
    /// When sign-in opens again.
    pub(crate) locked_until: Timestamp,
}

/// Counts an attempt as a failure until it is known to be none.
pub(crate) async fn count(
    connection: &mut PgConnection,
    login_hash: &[u8],
    now: Timestamp,
) -> Result<Attempt, ServerError> {
    let row = sqlx::query(
        "INSERT INTO sign_ins AS s (login_hash, failures, locked_until, last_at) VALUES ($1, 1, 0, $2)
         ON CONFLICT (login_hash) DO UPDATE
            SET failures = CASE
                  WHEN s.locked_until BETWEEN 1 AND $2 OR s.last_at < $2 - $3 THEN 1
                  ELSE least(s.failures + 1, 1000)
                END,
                locked_until = CASE
                  WHEN s.locked_until > $2 THEN s.locked_until
                  WHEN s.locked_until = 0 AND s.last_at >= $2 - $3 AND s.failures + 1 >= $4 THEN $2 + $5
                  ELSE 0
                END,
                last_at = $2
         RETURNING failures, locked_until",
    )
    .bind(login_hash)
    .bind(now.0)
    .bind(MEMORY_MILLIS)
    .bind(FAILURES_MAX)
    .bind(LOCK_MILLIS)
    .fetch_one(connection)
    .await?;
    Ok(Attempt { failures: row.try_get("failures")?, locked_until: Timestamp(row.try_get("locked_until")?) })
}

/// Forgets the failures of whoever signed in, and all that are old.
pub(crate) async fn forget(
    connection: &mut PgConnection,
    login_hash: &[u8],
    now: Timestamp,
) -> Result<(), ServerError> {
    sqlx::query("DELETE FROM sign_ins WHERE login_hash = $1 OR last_at < $2")
        .bind(login_hash)
        .bind(now.0.saturating_sub(MEMORY_MILLIS))
        .execute(connection)
        .await?;
    Ok(())
}
