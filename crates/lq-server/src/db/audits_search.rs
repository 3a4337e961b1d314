//! Looking for entries of the audit.

use crate::db::{signed, unsigned};
use crate::error::ServerError;
use lq_domain::ids::BranchId;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use sqlx::{PgConnection, Row};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Entries of one answer.
const PAGE: i64 = 100;

/// What is looked for; all parts narrow the answer.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct AuditQuery {
    /// The record it was done to, for example a customer.
    pub record: Option<Uuid>,
    /// Who did it.
    pub user: Option<Uuid>,
    /// The device on which it was done.
    pub device: Option<Uuid>,
    /// What was done, for example `update` or `customers_export`.
    pub action: Option<String>,
    /// Not before this instant, UTC milliseconds.
    pub from: Option<i64>,
    /// Not after this instant, UTC milliseconds.
    pub to: Option<i64>,
    /// Goes on behind an entry: `at`, `position` and `branch` of the last one told.
    pub before_at: Option<i64>,
    /// With `before_at`.
    pub before_position: Option<u64>,
    /// With `before_at`: entries of two branches may share their time and position.
    pub before_branch: Option<Uuid>,
}

/// An entry of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditView {
    /// The branch in whose chain it stands.
    pub branch: Uuid,
    /// Its place there.
    pub position: u64,
    /// When the server noted it, UTC milliseconds.
    pub at: i64,
    /// When it was done, by the device's clock, UTC milliseconds.
    pub made_at: i64,
    /// Who did it.
    pub user: Option<Uuid>,
    /// On which device.
    pub device: Option<Uuid>,
    /// What was done.
    pub action: String,
    /// The feature of the record.
    pub entity: Option<String>,
    /// The record.
    pub record: Option<Uuid>,
    /// The change, which has the values of sensitive fields.
    pub change: Option<Uuid>,
    /// Names of fields with old and new value; of sensitive fields the name alone.
    #[schema(value_type = Object)]
    pub fields: serde_json::Value,
    /// Why.
    pub reason: Option<String>,
}

/// The newest entries that match, in these branches' chains.
pub(crate) async fn find(
    connection: &mut PgConnection,
    branches: &[BranchId],
    query: &AuditQuery,
) -> Result<Vec<AuditView>, ServerError> {
    // PostgreSQL takes no text with this character, so that asking for it would be a fault and not an answer.
    if query.action.as_ref().is_some_and(|action| action.contains('\0')) {
        return Ok(Vec::new());
    }
    let rows = sqlx::query(
        "SELECT branch_id, position, at, made_at, user_id, device_id, action, entity, record_id, change_id, fields, reason
           FROM audits
          WHERE branch_id = ANY($1)
            AND ($2::uuid IS NULL OR record_id = $2)
            AND ($3::uuid IS NULL OR user_id = $3)
            AND ($4::uuid IS NULL OR device_id = $4)
            AND ($5::text IS NULL OR action = $5)
            AND ($6::bigint IS NULL OR at >= $6)
            AND ($7::bigint IS NULL OR at <= $7)
            AND ($8::bigint IS NULL OR (at, position, branch_id) < ($8, coalesce($9, 0), coalesce($10, branch_id)))
          ORDER BY at DESC, position DESC, branch_id DESC
          LIMIT $11",
    )
    .bind(branches.iter().map(|branch| branch.0).collect::<Vec<_>>())
    .bind(query.record)
    .bind(query.user)
    .bind(query.device)
    .bind(&query.action)
    .bind(query.from)
    .bind(query.to)
    .bind(query.before_at)
    .bind(query.before_position.map(signed))
    .bind(query.before_branch)
    .bind(PAGE)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(AuditView {
                branch: row.try_get("branch_id")?,
                position: unsigned(row, "position")?,
                at: row.try_get("at")?,
                made_at: row.try_get("made_at")?,
                user: row.try_get("user_id")?,
                device: row.try_get("device_id")?,
                action: row.try_get("action")?,
                entity: row.try_get("entity")?,
                record: row.try_get("record_id")?,
                change: row.try_get("change_id")?,
                fields: row.try_get::<Json<serde_json::Value>, _>("fields")?.0,
                reason: row.try_get("reason")?,
            })
        })
        .collect()
}
