//! What the server said of changes that were sent, and what their author made of it.

use crate::apply;
use crate::error::StoreError;
use crate::open::Store;
use crate::outbox::{COLUMNS, CONFLICT, Queued, REFUSED, SETTLED, bad, mark, read};
use crate::records;
use crate::tx::WriteTx;
use lq_domain::feature::Feature;
use lq_domain::ids::ChangeId;
use lq_domain::record::{Conflict, DELETED, FieldChanges, Record};
use lq_protocol::change::{ChangeResult, Outcome};
use serde_json::{Value, json};
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the server said of a change, as its row keeps it.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct Said {
    pub(crate) result: ChangeResult,
    pub(crate) theirs: Option<Record>,
}

/// What the server said of a change.
pub(crate) fn said(json: &str) -> Result<ChangeResult, StoreError> {
    serde_json::from_str::<Said>(json).map(|said| said.result).map_err(|_| bad("result"))
}

impl Store {
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

/// Lets go of what the server said of a record that has left this device, and of what stood there before, in the changes that wait for
/// their author's choice: only what he wrote himself stays. Of a deleted record all of it stays: its author may bring it back.
pub(crate) async fn forget_theirs(connection: &mut SqliteConnection, record: Uuid) -> Result<(), StoreError> {
    let rows: Vec<(Uuid, String, String)> = sqlx::query_as(
        "SELECT change_id, result, fields FROM changes WHERE record_id = ?1 AND state IN (2, 3) AND result IS NOT NULL",
    )
    .bind(record)
    .fetch_all(&mut *connection)
    .await?;
    for (change, result, fields) in rows {
        let mut said: Said = serde_json::from_str(&result).map_err(|_| bad("result"))?;
        if said.theirs.as_ref().is_some_and(Record::deleted) {
            continue;
        }
        said.theirs = None;
        let mut fields: FieldChanges = serde_json::from_str(&fields).map_err(|_| bad("fields"))?;
        match &mut said.result {
            ChangeResult::Conflict { conflicts } => {
                for conflict in conflicts {
                    (conflict.base, conflict.theirs) = (None, None);
                    // Of the others the server has taken what they say, and is told it again should it forget it.
                    fields.entry(conflict.field.clone()).and_modify(|asked| asked.base = None);
                }
            }
            _ => fields.values_mut().for_each(|refused| refused.base = None),
        }
        sqlx::query("UPDATE changes SET result = ?2, fields = ?3 WHERE change_id = ?1")
            .bind(change)
            .bind(serde_json::to_string(&said).map_err(|_| bad("result"))?)
            .bind(serde_json::to_string(&fields).map_err(|_| bad("fields"))?)
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
