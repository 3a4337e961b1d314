//! Changes that wait to be sent, and what became of those that were.

use crate::apply;
use crate::error::StoreError;
use crate::imports::unfinished::held_back;
use crate::open::Store;
use crate::records;
use crate::tx::{NewChange, WriteTx};
use lq_domain::clock::{Stamp, Timestamp};
use lq_domain::customers::query::SyncMark;
use lq_domain::feature::Feature;
use lq_domain::ids::{ChangeId, DeviceId, ImportId, UserId, new_uuid};
use lq_domain::record::{Conflict, DELETED, FieldChanges, Record};
use lq_protocol::SCHEMA;
use lq_protocol::change::{Change, ChangeResult, Channel, Outcome};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeMap;
use uuid::Uuid;

const QUEUED: i64 = 0;
const SETTLED: i64 = 1;
const CONFLICT: i64 = 2;
const REFUSED: i64 = 3;
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

#[derive(serde::Serialize, serde::Deserialize)]
struct Said {
    result: ChangeResult,
    theirs: Option<Record>,
}

/// What the server said of a change.
pub(crate) fn said(json: &str) -> Result<ChangeResult, StoreError> {
    serde_json::from_str::<Said>(json).map(|said| said.result).map_err(|_| bad("result"))
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
    base_revision: u64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO changes (change_id, sequence, entity, record_id, base_revision, fields, wall, counter, device,
                              actor, channel, reason, grp, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0)",
    )
    .bind(line.id.0)
    .bind(number(line.sequence))
    .bind(change.entity.as_str())
    .bind(line.record_id)
    .bind(number(base_revision))
    .bind(fields_text(line.fields)?)
    .bind(line.stamp.wall.0)
    .bind(i64::from(line.stamp.counter))
    .bind(line.stamp.device.0)
    .bind(change.actor.0)
    .bind(channel_text(change.channel))
    .bind(&change.reason)
    .bind(change.group)
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
                                  channel, reason, result, state, grp";

fn bad(column: &'static str) -> StoreError {
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

    /// Takes the server's outcomes of changes that were sent.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is taken then.
    pub async fn settle(&self, outcomes: &[Outcome]) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let records: Vec<(Feature, &Record)> = outcomes
            .iter()
            .filter_map(|outcome| outcome.record.as_ref().map(|record| (record.entity, record)))
            .collect();
        apply::answered(&mut tx, &records).await?;
        let settled = settle_changes(&mut tx, outcomes).await?;
        let mut canonicals = Vec::new();
        let mut without = Vec::new();
        for outcome in outcomes {
            // A repeated answer finds the change settled.
            let Some((state, entity, record)) = settled.get(&outcome.change) else { continue };
            match &outcome.record {
                Some(canonical) => canonicals.push(canonical),
                None => without.push((*state, *entity, *record)),
            }
        }
        apply::put_many(&mut tx, &canonicals, false).await?;
        for (state, entity, record) in without {
            if state == SETTLED {
                // It was taken, and its author may not see it any more.
                apply::answered_with_none(&mut tx, entity, record).await?;
            }
            remark(&mut tx, entity, record).await?;
        }
        tx.touched.insert(Feature::Sync);
        tx.commit().await
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

/// Whether a conflict asks about anything that the change still says. Of a change that its author has settled, and that is sent
/// once more after a restore, the server may remember the old question.
async fn still_asks(
    tx: &mut WriteTx<'_>,
    change: ChangeId,
    conflicts: &[Conflict],
) -> Result<bool, StoreError> {
    let fields: Option<String> = sqlx::query_scalar("SELECT fields FROM changes WHERE change_id = ?1")
        .bind(change.0)
        .fetch_optional(tx.connection())
        .await?;
    let Some(fields) = fields else { return Ok(false) };
    let fields: FieldChanges = serde_json::from_str(&fields).map_err(|_| bad("fields"))?;
    Ok(conflicts.iter().any(|conflict| conflict.field == DELETED || fields.contains_key(&conflict.field)))
}

/// Notes the outcomes of changes that waited for one; those changes, with their new state and their record.
async fn settle_changes(
    tx: &mut WriteTx<'_>,
    outcomes: &[Outcome],
) -> Result<BTreeMap<ChangeId, (i64, Feature, Uuid)>, StoreError> {
    let mut lines = Vec::with_capacity(outcomes.len());
    for outcome in outcomes {
        let state = match &outcome.result {
            ChangeResult::Applied | ChangeResult::Merged { .. } => SETTLED,
            ChangeResult::Conflict { conflicts } if !still_asks(tx, outcome.change, conflicts).await? => {
                SETTLED
            }
            ChangeResult::Conflict { .. } => CONFLICT,
            ChangeResult::Refused { .. } => REFUSED,
        };
        let said = (state != SETTLED)
            .then(|| {
                serde_json::to_string(&Said {
                    result: outcome.result.clone(),
                    theirs: outcome.record.clone(),
                })
                .ok()
            })
            .flatten();
        lines.push(json!([outcome.change.0.simple().to_string(), state, said]));
    }
    let rows = sqlx::query(
        "UPDATE changes SET state = told.value ->> 1, result = told.value ->> 2
           FROM json_each(?1) AS told
          WHERE change_id = unhex(told.value ->> 0) AND state IN (0, 5)
         RETURNING change_id, state, entity, record_id",
    )
    .bind(Value::Array(lines).to_string())
    .fetch_all(tx.connection())
    .await?;
    let mut settled = BTreeMap::new();
    for row in rows {
        let entity = Feature::parse(row.try_get("entity")?).ok_or_else(|| bad("entity"))?;
        tx.touched.insert(entity);
        settled.insert(
            ChangeId(row.try_get("change_id")?),
            (row.try_get("state")?, entity, row.try_get("record_id")?),
        );
    }
    Ok(settled)
}

/// Lets go of what the server said of a record that has left this device, in the changes that wait for their author's choice. Of a
/// deleted record it stays: its author may bring it back.
pub(crate) async fn forget_theirs(connection: &mut SqliteConnection, record: Uuid) -> Result<(), StoreError> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT change_id, result FROM changes WHERE record_id = ?1 AND state IN (2, 3) AND result IS NOT NULL",
    )
    .bind(record)
    .fetch_all(&mut *connection)
    .await?;
    for (change, result) in rows {
        let mut said: Said = serde_json::from_str(&result).map_err(|_| bad("result"))?;
        if said.theirs.as_ref().is_some_and(Record::deleted) {
            continue;
        }
        said.theirs = None;
        if let ChangeResult::Conflict { conflicts } = &mut said.result {
            conflicts.iter_mut().for_each(|conflict| conflict.theirs = None);
        }
        sqlx::query("UPDATE changes SET result = ?2 WHERE change_id = ?1")
            .bind(change)
            .bind(serde_json::to_string(&said).map_err(|_| bad("result"))?)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Marks a record anew after its changes moved on.
pub(crate) async fn remark(tx: &mut WriteTx<'_>, entity: Feature, record: Uuid) -> Result<(), StoreError> {
    let mark = mark(tx.connection(), record).await?;
    match records::load(tx.connection(), entity, record).await? {
        Some(known) => {
            records::save(tx.connection(), Some(&known), known.stored.clone(), mark).await?;
            Ok(())
        }
        // It has left this device: what was settled about it leaves, too.
        None => tx.remove_record(entity, record).await,
    }
}

impl WriteTx<'_> {
    /// An open change: one that waits for a choice, or was refused.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it was settled meanwhile.
    pub async fn open_change(&mut self, id: ChangeId) -> Result<Queued, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM changes WHERE change_id = ?1 AND state IN (2, 3)");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.0).fetch_optional(self.connection()).await?;
        read(&row.ok_or(StoreError::NotFound)?)
    }

    /// Closes an open change: its author has chosen, or lets it go. It stays in the history, and is never sent again but for
    /// what the server had taken of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn close_change(&mut self, id: ChangeId) -> Result<(), StoreError> {
        let row = sqlx::query(
            "UPDATE changes SET state = 1, result = CASE state WHEN 2 THEN result END,
                                sequence = CASE state WHEN 2 THEN sequence END
              WHERE change_id = ?1 AND state IN (2, 3)
             RETURNING entity, record_id, base_revision",
        )
        .bind(id.0)
        .fetch_optional(self.connection())
        .await?
        .ok_or(StoreError::NotFound)?;
        let entity = Feature::parse(row.try_get("entity")?).ok_or_else(|| bad("entity"))?;
        let record: Uuid = row.try_get("record_id")?;
        self.touched.extend([entity, Feature::Sync]);
        let known = records::load(self.connection(), entity, record).await?;
        match known.and_then(|known| known.stored.base) {
            // What the change had laid over the server's record goes with it.
            Some(base) => apply::put(self, &base).await,
            None => remark(self, entity, record).await,
        }
    }

    /// Whether changes of a record wait to be sent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn waits(&mut self, record: Uuid) -> Result<bool, StoreError> {
        let one: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM changes WHERE record_id = ?1 AND state = 0 LIMIT 1")
                .bind(record)
                .fetch_optional(self.connection())
                .await?;
        Ok(one.is_some())
    }

    /// Forgets a record that the server never took and its author gave up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_record(&mut self, entity: Feature, record: Uuid) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM changes WHERE record_id = ?1")
            .bind(record)
            .execute(self.connection())
            .await?;
        self.remove_record(entity, record).await?;
        self.touched.insert(entity);
        Ok(())
    }
}
