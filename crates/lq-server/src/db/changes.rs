//! The ledger of changes: what makes a change take effect once, however often it is sent.

use crate::db::signed;
use crate::error::ServerError;
use lq_domain::clock::Timestamp;
use lq_domain::ids::{ChangeId, DeviceId, UserId};
use lq_protocol::change::{Change, ChangeResult, Channel};
use sqlx::types::Json;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

/// Where a change stands in the numbering of its device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is the next one.
    Next,
    /// It was taken under this number.
    Taken,
    /// Another change was taken under this number.
    Rewound,
    /// A change before it is missing.
    Gap,
}

/// Looks a change up in the numbering.
pub(crate) async fn place(
    connection: &mut PgConnection,
    device: DeviceId,
    incarnation: Uuid,
    change: &Change,
) -> Result<Place, ServerError> {
    let row = sqlx::query(
        "SELECT coalesce(max(sequence), 0) AS last,
                (SELECT change_id FROM pushes WHERE device_id = $1 AND incarnation = $2 AND sequence = $3) AS known
           FROM pushes
          WHERE device_id = $1
            AND incarnation = $2",
    )
    .bind(device.0)
    .bind(incarnation)
    .bind(signed(change.sequence))
    .fetch_one(connection)
    .await?;
    let last: i64 = row.try_get("last")?;
    Ok(match row.try_get::<Option<Uuid>, _>("known")? {
        Some(known) if known == change.id.0 => Place::Taken,
        Some(_) => Place::Rewound,
        None if signed(change.sequence) == last + 1 => Place::Next,
        None if signed(change.sequence) <= last => Place::Rewound,
        None => Place::Gap,
    })
}

/// The first outcome of a change, when it was settled before.
pub(crate) async fn result(
    connection: &mut PgConnection,
    change: ChangeId,
    user: UserId,
) -> Result<Option<ChangeResult>, ServerError> {
    let row = sqlx::query("SELECT result, user_id FROM changes WHERE change_id = $1")
        .bind(change.0)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    if row.try_get::<Uuid, _>("user_id")? != user.0 {
        // Ids are random: somebody tries out another user's.
        return Err(lq_protocol::error::ErrorCode::SequenceRewound.into());
    }
    Ok(Some(row.try_get::<Json<ChangeResult>, _>("result")?.0))
}

/// Remembers a change with its outcome.
pub(crate) async fn remember(
    connection: &mut PgConnection,
    change: &Change,
    by: (UserId, Option<DeviceId>),
    now: Timestamp,
    result: &ChangeResult,
) -> Result<(), ServerError> {
    sqlx::query(
        "INSERT INTO changes (change_id, user_id, device_id, entity, record_id, fields, made_at, settled_at, channel,
                              reason, result)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(change.id.0)
    .bind(by.0.0)
    .bind(by.1.map(|device| device.0))
    .bind(change.entity.as_str())
    .bind(change.record_id)
    .bind(Json(&change.fields))
    .bind(change.made_at.wall.0)
    .bind(now.0)
    .bind(channel_word(change.channel))
    .bind(&change.reason)
    .bind(Json(result))
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes the number under which a change came.
pub(crate) async fn number(
    connection: &mut PgConnection,
    device: DeviceId,
    incarnation: Uuid,
    change: &Change,
) -> Result<(), ServerError> {
    sqlx::query("INSERT INTO pushes (device_id, incarnation, sequence, change_id) VALUES ($1, $2, $3, $4)")
        .bind(device.0)
        .bind(incarnation)
        .bind(signed(change.sequence))
        .bind(change.id.0)
        .execute(connection)
        .await?;
    Ok(())
}

const fn channel_word(channel: Channel) -> &'static str {
    match channel {
        Channel::Form => "form",
        Channel::Import => "import",
        Channel::Undo => "undo",
        Channel::Settle => "settle",
        Channel::Api => "api",
    }
}
