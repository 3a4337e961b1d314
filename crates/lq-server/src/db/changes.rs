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
use std::collections::HashMap;
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

/// What a device's numbering had when some of its changes came.
#[derive(Debug)]
pub(crate) struct Numbered {
    last: u64,
    known: HashMap<u64, ChangeId>,
}

impl Numbered {
    /// Where a change stands; one that is the next is taken.
    pub(crate) fn place(&mut self, change: &Change) -> Place {
        match self.known.get(&change.sequence) {
            Some(known) if *known == change.id => Place::Taken,
            Some(_) => Place::Rewound,
            None if change.sequence == self.last + 1 => {
                self.last += 1;
                self.known.insert(change.sequence, change.id);
                Place::Next
            }
            None if change.sequence <= self.last => Place::Rewound,
            None => Place::Gap,
        }
    }
}

/// Looks changes up in the numbering.
pub(crate) async fn numbered(
    connection: &mut PgConnection,
    by: Numbering,
    changes: &[Change],
) -> Result<Numbered, ServerError> {
    let last: i64 = sqlx::query_scalar(
        "SELECT greatest(0,
                  (SELECT max(sequence) FROM pushes WHERE branch_id = $3 AND device_id = $1 AND incarnation = $2),
                  (SELECT max(sequence) FROM pushes WHERE branch_id = $4 AND device_id = $1 AND incarnation = $2))",
    )
    .bind(by.device.0)
    .bind(by.incarnation)
    .bind(by.ledger)
    .bind(BANK)
    .fetch_one(&mut *connection)
    .await?;
    let known: Vec<(i64, Uuid)> = sqlx::query_as(
        "SELECT sequence, change_id FROM pushes
          WHERE branch_id IN ($4, $5) AND device_id = $1 AND incarnation = $2 AND sequence = ANY($3)",
    )
    .bind(by.device.0)
    .bind(by.incarnation)
    .bind(changes.iter().map(|change| signed(change.sequence)).collect::<Vec<_>>())
    .bind(by.ledger)
    .bind(BANK)
    .fetch_all(connection)
    .await?;
    let number = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(Numbered {
        last: number(last),
        known: known.into_iter().map(|(sequence, id)| (number(sequence), ChangeId(id))).collect(),
    })
}

/// A change that was settled.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    /// The branch whose tables hold it.
    pub(crate) ledger: Uuid,
    pub(crate) result: ChangeResult,
}

/// The first outcomes of those changes that were settled before.
pub(crate) async fn results(
    connection: &mut PgConnection,
    ledger: Uuid,
    changes: &[Change],
    user: UserId,
) -> Result<HashMap<ChangeId, Settled>, ServerError> {
    let rows = sqlx::query(
        "SELECT branch_id, change_id, result, user_id FROM changes WHERE branch_id = ANY($2) AND change_id = ANY($1)",
    )
    .bind(changes.iter().map(|change| change.id.0).collect::<Vec<_>>())
    .bind([ledger, BANK])
    .fetch_all(connection)
    .await?;
    let mut settled = HashMap::with_capacity(rows.len());
    for row in rows {
        if row.try_get::<Uuid, _>("user_id")? != user.0 {
            // Ids are random: somebody tries out another user's.
            return Err(lq_protocol::error::ErrorCode::SequenceRewound.into());
        }
        let result = row.try_get::<Json<ChangeResult>, _>("result")?.0;
        let id = ChangeId(row.try_get("change_id")?);
        settled.insert(id, Settled { ledger: row.try_get("branch_id")?, result });
    }
    Ok(settled)
}

/// Remembers changes with their outcomes.
pub(crate) async fn remember(
    connection: &mut PgConnection,
    by: &Author,
    now: Timestamp,
    settled: &[(Change, ChangeResult)],
) -> Result<(), ServerError> {
    if settled.is_empty() {
        return Ok(());
    }
    let (mut fields, mut results) = (Vec::new(), Vec::new());
    for (change, result) in settled {
        fields.push(serde_json::to_string(&change.fields).map_err(|_| ServerError::Crypto)?);
        results.push(serde_json::to_string(result).map_err(|_| ServerError::Crypto)?);
    }
    let changes = || settled.iter().map(|(change, _)| change);
    sqlx::query(
        "INSERT INTO changes (change_id, user_id, device_id, entity, record_id, fields, made_at, settled_at, channel,
                              reason, result, branch_id)
         SELECT n.change_id, $2, $3, n.entity, n.record_id, n.fields::jsonb, n.made_at, $8, n.channel, n.reason,
                n.result::jsonb, $12
           FROM unnest($1::uuid[], $4::text[], $5::uuid[], $6::text[], $7::bigint[], $9::text[], $10::text[], $11::text[])
             AS n (change_id, entity, record_id, fields, made_at, channel, reason, result)",
    )
    .bind(changes().map(|change| change.id.0).collect::<Vec<_>>())
    .bind(by.actor.user.0)
    .bind(by.device.0)
    .bind(changes().map(|change| change.entity.as_str()).collect::<Vec<_>>())
    .bind(changes().map(|change| change.record_id).collect::<Vec<_>>())
    .bind(fields)
    .bind(changes().map(|change| change.made_at.wall.0).collect::<Vec<_>>())
    .bind(now.0)
    .bind(changes().map(|change| channel_word(change.channel)).collect::<Vec<_>>())
    .bind(changes().map(|change| change.reason.as_deref()).collect::<Vec<_>>())
    .bind(results)
    .bind(by.ledger)
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes the numbers under which changes came, each in the branch whose tables hold it.
pub(crate) async fn number(
    connection: &mut PgConnection,
    by: Numbering,
    numbers: &[(Uuid, u64, ChangeId)],
) -> Result<(), ServerError> {
    if numbers.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO pushes (branch_id, device_id, incarnation, sequence, change_id)
         SELECT n.branch_id, $2, $3, n.sequence, n.change_id
           FROM unnest($1::uuid[], $4::bigint[], $5::uuid[]) AS n (branch_id, sequence, change_id)",
    )
    .bind(numbers.iter().map(|(ledger, ..)| *ledger).collect::<Vec<_>>())
    .bind(by.device.0)
    .bind(by.incarnation)
    .bind(numbers.iter().map(|(_, sequence, _)| signed(*sequence)).collect::<Vec<_>>())
    .bind(numbers.iter().map(|(.., id)| id.0).collect::<Vec<_>>())
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
