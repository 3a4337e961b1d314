//! Changes of this store as rows: those that wait to be sent, and how each of them stands.

use crate::error::StoreError;
use crate::imports::unfinished::held_back;
use crate::open::Store;
use crate::records;
use crate::settle::Said;
use crate::tx::{NewChange, WriteTx};
use lq_domain::clock::{Stamp, Timestamp};
use lq_domain::customers::query::SyncMark;
use lq_domain::feature::Feature;
use lq_domain::ids::{ChangeId, DeviceId, ImportId, UserId, new_uuid};
use lq_domain::record::{FieldChanges, Record, Saw};
use lq_protocol::SCHEMA;
use lq_protocol::change::{Change, ChangeResult, Channel};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeMap;
use uuid::Uuid;

const QUEUED: i64 = 0;
pub(crate) const SETTLED: i64 = 1;
pub(crate) const CONFLICT: i64 = 2;
pub(crate) const REFUSED: i64 = 3;
/// Made on another device.
pub(crate) const ELSEWHERE: i64 = 4;
/// Settled, and sent once more since the server's database began a new life.
const AGAIN: i64 = 5;

/// What numbers a change.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) id: ChangeId,
    pub(crate) sequence: u64,
    pub(crate) stamp: Stamp,
    pub(crate) record_id: Uuid,
    pub(crate) fields: &'a FieldChanges,
}

/// A change with how it stands.
#[derive(Debug, Clone)]
pub struct Queued {
    /// The change.
    pub change: Change,
    /// What the server said; nothing while it waits.
    pub result: Option<ChangeResult>,
    /// The server's record when it said so.
    pub theirs: Option<Record>,
}

/// How many changes stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waiting to be sent.
    pub pending: u32,
    /// Waiting for their author's choice.
    pub conflicts: u32,
    /// Refused by the server.
    pub refused: u32,
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) fn channel_text(channel: Channel) -> &'static str {
    match channel {
        Channel::Form => "form",
        Channel::Import => "import",
        Channel::Undo => "undo",
        Channel::Settle => "settle",
        Channel::Api => "api",
    }
}

pub(crate) fn channel_of(text: &str) -> Channel {
    match text {
        "import" => Channel::Import,
        "undo" => Channel::Undo,
        "settle" => Channel::Settle,
        "api" => Channel::Api,
        _ => Channel::Form,
    }
}

fn fields_text(fields: &FieldChanges) -> Result<String, StoreError> {
    serde_json::to_string(fields).map_err(|_| StoreError::Row { table: "changes", column: "fields" })
}

pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    line: &Line<'_>,
    change: &NewChange,
    saw: Saw,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO changes (change_id, sequence, entity, record_id, base_revision, fields, wall, counter, device,
                              actor, channel, reason, grp, state, seen)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, ?14)",
    )
    .bind(line.id.0)
    .bind(number(line.sequence))
    .bind(change.entity.as_str())
    .bind(line.record_id)
    .bind(number(saw.revision))
    .bind(fields_text(line.fields)?)
    .bind(line.stamp.wall.0)
    .bind(i64::from(line.stamp.counter))
    .bind(line.stamp.device.0)
    .bind(change.actor.0)
    .bind(channel_text(change.channel))
    .bind(&change.reason)
    .bind(change.group)
    .bind(saw.checksum.map(u64::cast_signed))
    .execute(connection)
    .await?;
    Ok(())
}

/// Many first changes of one import, in one statement.
pub(crate) async fn insert_many(
    connection: &mut SqliteConnection,
    lines: &[Line<'_>],
    actor: UserId,
    import: Option<ImportId>,
) -> Result<(), StoreError> {
    let Some(device) = lines.first().map(|line| line.stamp.device) else { return Ok(()) };
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let stamp = line.stamp;
        rows.push(serde_json::json!([
            line.id.0.simple().to_string(),
            line.sequence,
            line.record_id.simple().to_string(),
            fields_text(line.fields)?,
            stamp.wall.0,
            stamp.counter,
        ]));
    }
    sqlx::query(
        "INSERT INTO changes (change_id, sequence, entity, record_id, base_revision, fields, wall, counter, device,
                              actor, channel, grp, state)
         SELECT unhex(value ->> 0), value ->> 1, 'customers', unhex(value ->> 2), 0, value ->> 3, value ->> 4,
                value ->> 5, ?2, ?3, 'import', ?4, 0
           FROM json_each(?1)",
    )
    .bind(serde_json::Value::Array(rows).to_string())
    .bind(device.0)
    .bind(actor.0)
    .bind(import.map(|import| import.0))
    .execute(connection)
    .await?;
    Ok(())
}

/// What is open about a record.
#[derive(Debug)]
pub(crate) struct Open {
    /// How it stands with the server.
    pub(crate) mark: SyncMark,
    /// What waits to be sent, in that order.
    pub(crate) waiting: Vec<FieldChanges>,
}

/// What is open about records, of those of which anything is.
pub(crate) async fn open(
    connection: &mut SqliteConnection,
    records: &[Uuid],
) -> Result<BTreeMap<Uuid, Open>, StoreError> {
    let rows = sqlx::query(
        "SELECT record_id, state, CASE state WHEN 0 THEN fields END AS fields
           FROM changes INDEXED BY changes_by_record
          WHERE record_id IN (SELECT unhex(value) FROM json_each(?1)) AND state IN (0, 2, 3)
          ORDER BY sequence",
    )
    .bind(records::id_list(records))
    .fetch_all(connection)
    .await?;
    let mut open: BTreeMap<Uuid, Open> = BTreeMap::new();
    for row in rows {
        let mark = match row.try_get("state")? {
            REFUSED => SyncMark::Refused,
            CONFLICT => SyncMark::Conflict,
            _ => SyncMark::Pending,
        };
        let place = open
            .entry(row.try_get("record_id")?)
            .or_insert_with(|| Open { mark: SyncMark::Synced, waiting: Vec::new() });
        place.mark = place.mark.max(mark);
        if let Some(fields) = row.try_get::<Option<&str>, _>("fields")? {
            place.waiting.push(serde_json::from_str(fields).map_err(|_| bad("fields"))?);
        }
    }
    Ok(open)
}

/// How a record stands with the server, by its changes.
pub(crate) async fn mark(connection: &mut SqliteConnection, record: Uuid) -> Result<SyncMark, StoreError> {
    Ok(open(connection, &[record]).await?.remove(&record).map_or(SyncMark::Synced, |open| open.mark))
}

pub(crate) const COLUMNS: &str =
    "change_id, sequence, entity, record_id, base_revision, fields, wall, counter, device, actor,
                                  channel, reason, result, state, grp, seen";

pub(crate) fn bad(column: &'static str) -> StoreError {
    StoreError::Row { table: "changes", column }
}

pub(crate) fn read(row: &SqliteRow) -> Result<Queued, StoreError> {
    let fields: &str = row.try_get("fields")?;
    let said: Option<String> = row.try_get("result")?;
    let said: Option<Said> =
        said.map(|json| serde_json::from_str(&json).map_err(|_| bad("result"))).transpose()?;
    let change = Change {
        id: ChangeId(row.try_get("change_id")?),
        sequence: row
            .try_get::<Option<i64>, _>("sequence")?
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or_default(),
        entity: Feature::parse(row.try_get("entity")?).ok_or_else(|| bad("entity"))?,
        record_id: row.try_get("record_id")?,
        base_revision: u64::try_from(row.try_get::<i64, _>("base_revision")?).unwrap_or_default(),
        seen: row.try_get::<Option<i64>, _>("seen")?.map(i64::cast_unsigned),
        fields: serde_json::from_str(fields).map_err(|_| bad("fields"))?,
        made_at: Stamp {
            wall: Timestamp(row.try_get("wall")?),
            counter: u32::try_from(row.try_get::<i64, _>("counter")?).unwrap_or_default(),
            device: DeviceId(row.try_get::<Option<Uuid>, _>("device")?.unwrap_or_default()),
        },
        actor: UserId(row.try_get::<Option<Uuid>, _>("actor")?.unwrap_or_default()),
        schema: SCHEMA,
        reason: row.try_get("reason")?,
        channel: channel_of(row.try_get("channel")?),
    };
    let (result, theirs) = said.map_or((None, None), |said| (Some(said.result), said.theirs));
    Ok(Queued { change, result, theirs })
}

/// Changes in a state, by the index of the state. It is named, and the state written out as the index has it: the
/// database would rather read every change there ever was, and says so only by being slow.
fn in_state(state: i64) -> String {
    match state {
        QUEUED => "INDEXED BY changes_queued WHERE state = 0".to_owned(),
        AGAIN => "INDEXED BY changes_again WHERE state = 5".to_owned(),
        open => format!("INDEXED BY changes_open WHERE state IN (2, 3) AND state = {open}"),
    }
}

/// Changes in a state, oldest first.
async fn list(store: &Store, state: i64, limit: u32) -> Result<Vec<Queued>, StoreError> {
    let order = if matches!(state, QUEUED | AGAIN) { "sequence" } else { "change_row" };
    let sql = format!("SELECT {COLUMNS} FROM changes {} ORDER BY {order} LIMIT ?1", in_state(state));
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(i64::from(limit)).fetch_all(&store.readers).await?;
    rows.iter().map(read).collect()
}

impl Store {
    /// The next changes to send, in order of their sequence, and the incarnation they count in. What is sent once more goes
    /// before what was never sent. What an import that is not all in has queued waits, and everything behind it, as numbers
    /// are sent without holes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outbox(&self, limit: u32) -> Result<(Uuid, Vec<Change>), StoreError> {
        // The numbering must not be taken anew between the two readings.
        let identity = self.identity().await;
        let again = list(self, AGAIN, limit).await?;
        if !again.is_empty() {
            return Ok((identity.incarnation, again.into_iter().map(|queued| queued.change).collect()));
        }
        let mut queued = list(self, QUEUED, limit).await?;
        let mut connection = self.readers.acquire().await?;
        if let Some(first) = held_back(&mut connection).await? {
            queued.retain(|queued| queued.change.sequence < first);
        }
        Ok((identity.incarnation, queued.into_iter().map(|queued| queued.change).collect()))
    }

    /// All that the server has not taken: what waits, in the order in which it is sent, what met another change, and what was
    /// refused. For whoever rescues a store.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unsettled(&self) -> Result<(Vec<Queued>, Vec<Queued>, Vec<Queued>), StoreError> {
        let mut waiting = list(self, AGAIN, u32::MAX).await?;
        waiting.extend(list(self, QUEUED, u32::MAX).await?);
        Ok((waiting, list(self, CONFLICT, u32::MAX).await?, list(self, REFUSED, u32::MAX).await?))
    }

    /// Changes that wait to be sent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pending(&self, limit: u32) -> Result<Vec<Queued>, StoreError> {
        list(self, QUEUED, limit).await
    }

    /// Changes that wait for their author's choice.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn conflicts(&self) -> Result<Vec<Queued>, StoreError> {
        list(self, CONFLICT, 1000).await
    }

    /// Changes that the server refused.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn refused(&self) -> Result<Vec<Queued>, StoreError> {
        list(self, REFUSED, 1000).await
    }

    /// How many changes stand how.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let counts = [QUEUED, CONFLICT, REFUSED]
            .map(|state| format!("(SELECT count(*) FROM changes {})", in_state(state)))
            .join(", ");
        let row =
            sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {counts}"))).fetch_one(&self.readers).await?;
        let count = |index: usize| -> Result<u32, StoreError> {
            Ok(u32::try_from(row.try_get::<i64, _>(index)?).unwrap_or(u32::MAX))
        };
        Ok(Counts { pending: count(0)?, conflicts: count(1)?, refused: count(2)? })
    }

    /// Begins a new life of the store: what was not sent is numbered anew from 1.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_incarnation(&self) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        take_incarnation(&mut tx).await?;
        tx.commit().await
    }
}

/// Begins a new life of the store within a write.
pub(crate) async fn take_incarnation(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    // Below zero first, so that no two rows share a number on the way.
    let numbered = sqlx::query(
        "UPDATE changes SET sequence = - numbered.place
           FROM (SELECT change_row,
                        row_number() OVER (ORDER BY state = 0, CASE state WHEN 0 THEN sequence ELSE change_row END) AS place
                   FROM changes WHERE state IN (0, 5)) AS numbered
          WHERE changes.change_row = numbered.change_row",
    )
    .execute(tx.connection())
    .await?;
    sqlx::query("UPDATE changes SET sequence = - sequence WHERE state IN (0, 5)")
        .execute(tx.connection())
        .await?;
    tx.identity.incarnation = new_uuid(tx.store.clock.now(), tx.store.random.as_ref());
    tx.identity.sequence = numbered.rows_affected();
    Ok(())
}
