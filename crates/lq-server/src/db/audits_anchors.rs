//! Signed ends of the audit's chains, as the database has them.

use crate::audits::anchors::Anchor;
use crate::db::{signed, unsigned};
use crate::error::ServerError;
use lq_domain::clock::Timestamp;
use sqlx::{PgConnection, Row};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The end of a chain.
pub(crate) struct Head {
    pub(crate) branch: Uuid,
    pub(crate) position: u64,
    pub(crate) hash: Vec<u8>,
    /// Whether it stands before the last anchor, or in its place with another hash: nothing that a server does leads there.
    pub(crate) behind: bool,
}

/// One process anchors at a time, until its transaction ends.
pub(crate) async fn lock(connection: &mut PgConnection) -> Result<(), ServerError> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('langqiao_anchors', 0))")
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends of chains that are not what was anchored last.
pub(crate) async fn changed(connection: &mut PgConnection) -> Result<Vec<Head>, ServerError> {
    let rows = sqlx::query(
        "SELECT h.branch_id, h.position, h.hash, coalesce(a.position >= h.position, false) AS behind
           FROM audit_heads h
           LEFT JOIN LATERAL (SELECT position, hash FROM audit_anchors
                               WHERE branch_id = h.branch_id
                               ORDER BY position DESC
                               LIMIT 1) a ON true
          WHERE h.position > 0
            AND (a.position IS NULL OR a.position <> h.position OR a.hash <> h.hash)
          ORDER BY h.branch_id",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Head {
                branch: row.try_get("branch_id")?,
                position: unsigned(row, "position")?,
                hash: row.try_get("hash")?,
                behind: row.try_get("behind")?,
            })
        })
        .collect()
}

/// Keeps an anchor.
pub(crate) async fn insert(connection: &mut PgConnection, anchor: &Anchor) -> Result<(), ServerError> {
    sqlx::query(
        "INSERT INTO audit_anchors (branch_id, position, hash, at, key, signature) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(anchor.branch)
    .bind(signed(anchor.position))
    .bind(&anchor.hash)
    .bind(anchor.at.0)
    .bind(&anchor.key)
    .bind(&anchor.signature)
    .execute(connection)
    .await?;
    Ok(())
}

/// Every anchor of a branch.
pub(crate) async fn of_branch(
    connection: &mut PgConnection,
    branch: Uuid,
) -> Result<Vec<Anchor>, ServerError> {
    let rows = sqlx::query(
        "SELECT position, hash, at, key, signature FROM audit_anchors WHERE branch_id = $1 ORDER BY position",
    )
    .bind(branch)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Anchor {
                branch,
                position: unsigned(row, "position")?,
                hash: row.try_get("hash")?,
                at: Timestamp(row.try_get("at")?),
                key: row.try_get("key")?,
                signature: row.try_get("signature")?,
            })
        })
        .collect()
}

/// Every branch that has a chain, or had one.
pub(crate) async fn branches(connection: &mut PgConnection) -> Result<BTreeSet<Uuid>, ServerError> {
    // Steps from one branch to the next through the table's key: it would take long to read all its rows.
    let found: Vec<Uuid> = sqlx::query_scalar(
        "WITH RECURSIVE chains (branch_id) AS (
           (SELECT branch_id FROM audits ORDER BY branch_id LIMIT 1)
           UNION ALL
           SELECT (SELECT a.branch_id FROM audits a WHERE a.branch_id > c.branch_id ORDER BY a.branch_id LIMIT 1)
             FROM chains c
            WHERE c.branch_id IS NOT NULL)
         SELECT branch_id FROM chains WHERE branch_id IS NOT NULL
         UNION SELECT branch_id FROM audit_heads
         UNION SELECT branch_id FROM audit_anchors",
    )
    .fetch_all(connection)
    .await?;
    Ok(found.into_iter().collect())
}
