//! The ledger of changes: what makes a change take effect once, however often it is sent. That of one user lies in the tables of one
//! branch for good, or, from before there was a choice, in those of the bank.

use crate::db::records::BANK;
use crate::db::signed;
use crate::error::ServerError;
use crate::write::Author;
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

/// Who numbers a change: the branch of the user's ledger, the device, and its incarnation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbering {
    pub(crate) ledger: Uuid,
    pub(crate) device: DeviceId,
    pub(crate) incarnation: Uuid,
}

/// A change that was settled before.
#[derive(Debug)]
pub(crate) struct Settled {
    /// The branch whose tables hold it.
    pub(crate) ledger: Uuid,
    pub(crate) result: ChangeResult,
}

/// Looks a change up in the numbering.
pub(crate) async fn place(
    connection: &mut PgConnection,
    by: Numbering,
    change: &Change,
) -> Result<Place, ServerError> {
    let row = sqlx::query(
        "SELECT greatest(0,
                  (SELECT max(sequence) FROM pushes WHERE branch_id = $4 AND device_id = $1 AND incarnation = $2),
                  (SELECT max(sequence) FROM pushes WHERE branch_id = $5 AND device_id = $1 AND incarnation = $2)) AS last,
                (SELECT change_id FROM pushes
                  WHERE branch_id IN ($4, $5) AND device_id = $1 AND incarnation = $2 AND sequence = $3) AS known",
    )
    .bind(by.device.0)
    .bind(by.incarnation)
    .bind(signed(change.sequence))
    .bind(by.ledger)
    .bind(BANK)
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
    ledger: Uuid,
    change: ChangeId,
    user: UserId,
) -> Result<Option<Settled>, ServerError> {
    let sql = "SELECT branch_id, result, user_id FROM changes WHERE branch_id = ANY($2) AND change_id = $1";
    let row = sqlx::query(sql).bind(change.0).bind([ledger, BANK]).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    if row.try_get::<Uuid, _>("user_id")? != user.0 {
        // Ids are random: somebody tries out another user's.
        return Err(lq_protocol::error::ErrorCode::SequenceRewound.into());
    }
    let result = row.try_get::<Json<ChangeResult>, _>("result")?.0;
    Ok(Some(Settled { ledger: row.try_get("branch_id")?, result }))
}

/// Remembers a change with its outcome.
pub(crate) async fn remember(
    connection: &mut PgConnection,
    change: &Change,
    by: &Author,
    now: Timestamp,
    result: &ChangeResult,
) -> Result<(), ServerError> {
    sqlx::query(
        "INSERT INTO changes (change_id, user_id, device_id, entity, record_id, fields, made_at, settled_at, channel,
                              reason, result, branch_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(change.id.0)
    .bind(by.actor.user.0)
    .bind(by.device.0)
    .bind(change.entity.as_str())
    .bind(change.record_id)
    .bind(Json(&change.fields))
    .bind(change.made_at.wall.0)
    .bind(now.0)
    .bind(channel_word(change.channel))
    .bind(&change.reason)
    .bind(Json(result))
    .bind(by.ledger)
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes the number under which a change came.
pub(crate) async fn number(
    connection: &mut PgConnection,
    by: Numbering,
    change: &Change,
) -> Result<(), ServerError> {
    sqlx::query(
        "INSERT INTO pushes (branch_id, device_id, incarnation, sequence, change_id) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(by.ledger)
    .bind(by.device.0)
    .bind(by.incarnation)
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
