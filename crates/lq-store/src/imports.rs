//! Imports, and how their columns were mapped.

pub(crate) mod unfinished;

use crate::customers::rows;
use crate::error::StoreError;
use crate::open::Store;
use crate::records::base_text;
use crate::tx::WriteTx;
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_domain::ids::{ChangeId, ImportId, UserId};
use lq_domain::record::{DELETED, FieldChange, FieldChanges, Record};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use uuid::Uuid;

/// An import of the past. Its changes carry its id as their group.
#[derive(Debug, Clone)]
pub struct Import {
    /// The import.
    pub id: ImportId,
    /// The file's name.
    pub name: String,
    /// When it ran.
    pub at: Timestamp,
    /// Its counts as JSON.
    pub counts: String,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
}

/// A customer that an import brought in.
#[derive(Debug, Clone, Copy)]
pub struct Added {
    row: i64,
    /// The customer.
    pub id: Uuid,
    /// Whether the server may know it.
    pub sent: bool,
    /// Whether anything but the import changed it.
    pub changed: bool,
}

/// A change that an import made to a customer that existed.
#[derive(Debug, Clone)]
pub struct Updated {
    /// The customer.
    pub id: Uuid,
    /// What the import changed.
    pub fields: FieldChanges,
    /// The customer as it is now; none when it is gone.
    pub now: Option<Record>,
}

impl Store {
    /// All imports that are all in, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn imports(&self) -> Result<Vec<Import>, StoreError> {
        let rows = sqlx::query(
            "SELECT import_id, name, at, counts, undone_at FROM imports WHERE running = 0 ORDER BY at DESC",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Import {
                    id: ImportId(row.try_get(0)?),
                    name: row.try_get(1)?,
                    at: Timestamp(row.try_get(2)?),
                    counts: row.try_get(3)?,
                    undone_at: row.try_get::<Option<i64>, _>(4)?.map(Timestamp),
                })
            })
            .collect()
    }

    /// How the columns of a file with this header were mapped last time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mapping(&self, fingerprint: &str) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar("SELECT mapping FROM import_mappings WHERE fingerprint = ?1")
            .bind(fingerprint)
            .fetch_optional(&self.readers)
            .await?)
    }
}

impl WriteTx<'_> {
    /// Notes that an import is all in, with its counts as JSON and the mapping to remember.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn finish_import(
        &mut self,
        id: ImportId,
        counts: &str,
        fingerprint: &str,
        mapping: &str,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE imports SET counts = ?2, running = 0 WHERE import_id = ?1")
            .bind(id.0)
            .bind(counts)
            .execute(self.connection())
            .await?;
        sqlx::query(
            "INSERT INTO import_mappings (fingerprint, mapping, at) VALUES (?1, ?2, ?3)
             ON CONFLICT (fingerprint) DO UPDATE SET mapping = excluded.mapping, at = excluded.at",
        )
        .bind(fingerprint)
        .bind(mapping)
        .bind(self.store.clock.now().0)
        .execute(self.connection())
        .await?;
        self.touched.extend([Feature::Customers, Feature::Imports, Feature::Sync]);
        Ok(())
    }

    /// Notes that an import was undone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_import_undone(&mut self, id: ImportId, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE imports SET undone_at = ?1 WHERE import_id = ?2")
            .bind(at.0)
            .bind(id.0)
            .execute(self.connection())
            .await?;
        self.touched.insert(Feature::Imports);
        Ok(())
    }

    /// The customers that an import brought in and that are still there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn added_by(&mut self, import: ImportId) -> Result<Vec<Added>, StoreError> {
        added_by(self.connection(), import).await
    }

    /// The changes that an import made to customers that existed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn updated_by(&mut self, import: ImportId) -> Result<Vec<Updated>, StoreError> {
        let changes = sqlx::query(
            "SELECT record_id, fields FROM changes JOIN customers ON customer_id = record_id
              WHERE grp = ?1 AND import_id IS NOT ?1 ORDER BY change_row",
        )
        .bind(import.0)
        .fetch_all(self.connection())
        .await?;
        let mut updated = Vec::with_capacity(changes.len());
        for row in &changes {
            let id: Uuid = row.try_get(0)?;
            let fields = serde_json::from_str(row.try_get(1)?)
                .map_err(|_| StoreError::Row { table: "changes", column: "fields" })?;
            let now = self.record(Feature::Customers, id).await?.filter(|record| !record.deleted());
            updated.push(Updated { id, fields, now });
        }
        Ok(updated)
    }

    /// Forgets customers that no server has heard of, with the changes that made them.
    ///
    /// Call [`WriteTx::close_gaps`] afterwards.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_customers(&mut self, added: &[Added]) -> Result<(), StoreError> {
        let queued = forget(self.connection(), added).await?;
        self.identity.sequence = self.identity.sequence.saturating_sub(queued);
        self.touched.insert(Feature::Customers);
        Ok(())
    }

    /// Numbers what is queued anew, without holes, after some of it was forgotten.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn close_gaps(&mut self) -> Result<(), StoreError> {
        let sequence = self.identity.sequence;
        close_gaps(self.connection(), sequence).await?;
        self.touched.insert(Feature::Sync);
        Ok(())
    }

    /// Deletes customers that the server may know: the deletions go out as changes of one group.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_customers(
        &mut self,
        added: &[Added],
        actor: UserId,
        group: Uuid,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT {}, base FROM json_each(?1) JOIN customers ON customer_row = json_each.value",
            rows::record_columns()
        );
        let list = row_list(added);
        let found = sqlx::query(AssertSqlSafe(sql)).bind(&list).fetch_all(self.connection()).await?;
        let (now, random) = (self.store.clock.now(), self.store.random.clone());
        let mut bases = Vec::new();
        let mut changes = Vec::new();
        for row in &found {
            let record = rows::record(row)?;
            let (stamp, sequence) = self.next(now);
            let id = ChangeId::new(now, random.as_ref()).0.simple().to_string();
            let record_id = record.id.simple().to_string();
            let seen = record.checksum().cast_signed();
            changes.push(json!([
                id,
                sequence,
                record_id,
                record.revision,
                stamp.wall.0,
                stamp.counter,
                seen
            ]));
            let unkept = record.revision > 0 && row.try_get::<Option<&str>, _>("base")?.is_none();
            bases.push(json!([record_id, unkept.then(|| base_text(Some(&record))).flatten()]));
        }
        self.mark_deleted(bases, &list, now).await?;
        self.queue_deletions(changes, actor, group).await?;
        self.touched.insert(Feature::Customers);
        Ok(())
    }

    async fn mark_deleted(
        &mut self,
        bases: Vec<Value>,
        list: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE customers
                SET deleted = '1', sync_mark = max(sync_mark, 1), base = coalesce(base, kept.value ->> 1),
                    updated_at = ?2
               FROM json_each(?1) AS kept
              WHERE customer_id = unhex(kept.value ->> 0)",
        )
        .bind(Value::Array(bases).to_string())
        .bind(now.0)
        .execute(self.connection())
        .await?;
        for sql in [
            "DELETE FROM customers_search WHERE rowid IN (SELECT value FROM json_each(?1))",
            "DELETE FROM customer_tags WHERE customer_row IN (SELECT value FROM json_each(?1))",
        ] {
            sqlx::query(sql).bind(list).execute(self.connection()).await?;
        }
        Ok(())
    }

    async fn queue_deletions(
        &mut self,
        changes: Vec<Value>,
        actor: UserId,
        group: Uuid,
    ) -> Result<(), StoreError> {
        let deleted = FieldChange { base: None, new: Some("1".to_owned()) };
        let fields = FieldChanges::from([(DELETED.to_owned(), deleted)]);
        let fields = serde_json::to_string(&fields)
            .map_err(|_| StoreError::Row { table: "changes", column: "fields" })?;
        let device = self.identity.device;
        sqlx::query(
            "INSERT INTO changes (change_id, sequence, entity, record_id, base_revision, fields, wall, counter, device,
                                  actor, channel, grp, state, seen)
             SELECT unhex(value ->> 0), value ->> 1, 'customers', unhex(value ->> 2), value ->> 3, ?2, value ->> 4,
                    value ->> 5, ?3, ?4, 'undo', ?5, 0, value ->> 6
               FROM json_each(?1)",
        )
        .bind(Value::Array(changes).to_string())
        .bind(fields)
        .bind(device.0)
        .bind(actor.0)
        .bind(group)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

fn row_list(added: &[Added]) -> String {
    Value::from(added.iter().map(|customer| customer.row).collect::<Vec<_>>()).to_string()
}

async fn added_by(connection: &mut SqliteConnection, import: ImportId) -> Result<Vec<Added>, StoreError> {
    // In a store without a server nothing that is queued can be on its way.
    let rows = sqlx::query(
        "SELECT customer_row, customer_id,
                revision > 0 OR EXISTS (SELECT 1 FROM changes WHERE record_id = customer_id AND state IN (1, 2))
                             OR EXISTS (SELECT 1 FROM facts WHERE name = 'membership') AND sync_mark <> 3,
                EXISTS (SELECT 1 FROM changes WHERE record_id = customer_id AND grp IS NOT ?1)
           FROM customers
          WHERE import_id = ?1 AND deleted IS NULL",
    )
    .bind(import.0)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Added {
                row: row.try_get(0)?,
                id: row.try_get(1)?,
                sent: row.try_get(2)?,
                changed: row.try_get(3)?,
            })
        })
        .collect()
}

/// Forgets customers that no server has heard of, with their changes; how many of those waited.
async fn forget(connection: &mut SqliteConnection, added: &[Added]) -> Result<u64, StoreError> {
    let list = row_list(added);
    let queued = sqlx::query(
        "DELETE FROM changes WHERE state = 0 AND record_id IN
           (SELECT customer_id FROM json_each(?1) JOIN customers ON customer_row = json_each.value)",
    )
    .bind(&list)
    .execute(&mut *connection)
    .await?
    .rows_affected();
    for sql in [
        "DELETE FROM customers_search WHERE rowid IN (SELECT value FROM json_each(?1))",
        "DELETE FROM changes WHERE record_id IN
           (SELECT customer_id FROM json_each(?1) JOIN customers ON customer_row = json_each.value)",
        "DELETE FROM customers WHERE customer_row IN (SELECT value FROM json_each(?1))",
    ] {
        sqlx::query(sql).bind(&list).execute(&mut *connection).await?;
    }
    Ok(queued)
}

/// Numbers what waits anew, so that the last one has this number.
async fn close_gaps(connection: &mut SqliteConnection, sequence: u64) -> Result<(), StoreError> {
    let queued: i64 =
        sqlx::query_scalar("SELECT count(*) FROM changes INDEXED BY changes_queued WHERE state = 0")
            .fetch_one(&mut *connection)
            .await?;
    // What is queued are the last numbers given.
    let settled = i64::try_from(sequence).unwrap_or(i64::MAX) - queued;
    // Below zero first, so that no two rows share a number on the way.
    sqlx::query(
        "UPDATE changes SET sequence = - numbered.place
           FROM (SELECT change_row, ?1 + row_number() OVER (ORDER BY sequence) AS place
                   FROM changes WHERE state = 0) AS numbered
          WHERE changes.change_row = numbered.change_row",
    )
    .bind(settled)
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE changes SET sequence = - sequence WHERE state = 0").execute(&mut *connection).await?;
    Ok(())
}
