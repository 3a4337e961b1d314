//! The beginning of a store that was made of a backup: it numbers its changes anew, and takes from the store in whose place
//! it comes what must not be lost.

use super::rows;
use crate::apply;
use crate::audits::Audit;
use crate::error::StoreError;
use crate::facts::{self, Membership};
use crate::open::Store;
use crate::outbox;
use crate::records::{self, Stored};
use crate::settle;
use crate::tx::WriteTx;
use futures_util::TryStreamExt as _;
use futures_util::future::BoxFuture;
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments as _, AssertSqlSafe, Row as _};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The columns of a change but its number.
const CHANGE: &str =
    "change_id, entity, record_id, base_revision, fields, wall, counter, device, actor, channel, reason,
                      grp, state, result, seen";
/// Tables that tell of this machine and go with it, and their columns.
const MACHINE: [(&str, &str, usize); 2] =
    [("backup_keys", "salt, key, kdf, wrapped, at", 5), ("backups", "at, what, path, bytes, error", 5)];

impl Store {
    /// Begins the life of a store that was just made of a backup, in place of `live`, when that still opens. The user's own
    /// changes, how they stand, the session and the audit are taken from `live`; without a server there is nobody but the
    /// backup to say how things are, and changes made since are not taken. How many changes were.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is begun then.
    pub fn begin_anew<'a>(&'a self, live: Option<&'a Store>) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(self.begin(live))
    }

    async fn begin(&self, live: Option<&Store>) -> Result<u64, StoreError> {
        let mut tx = self.write().await?;
        let mut taken = 0;
        match live {
            Some(live) => {
                let joined = take_facts(&mut tx, live).await?;
                take_audits(&mut tx, live).await?;
                for (table, columns, count) in MACHINE {
                    take_rows(&mut tx, live, (table, columns, count, "true")).await?;
                }
                if joined {
                    taken = take_changes(&mut tx, live).await?;
                }
            }
            None => forget_session(&mut tx).await?,
        }
        outbox::take_incarnation(&mut tx).await?;
        tx.touched.extend(Feature::ALL);
        tx.commit().await?;
        Ok(taken)
    }
}

/// A refresh token works once: the one of a backup was used long ago, and showing it again would look like theft.
async fn forget_session(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    let membership: Option<Membership> = facts::get(tx.connection(), facts::MEMBERSHIP).await?;
    let Some(membership) = membership else { return Ok(()) };
    let membership = Membership { refresh_token: String::new(), ..membership };
    facts::set(tx.connection(), facts::MEMBERSHIP, &membership).await
}

/// Takes who works here and the session; whether there is a server.
async fn take_facts(tx: &mut WriteTx<'_>, live: &Store) -> Result<bool, StoreError> {
    let before: Option<Membership> = facts::get(tx.connection(), facts::MEMBERSHIP).await?;
    let membership = live.membership().await?;
    if let Some(membership) = &membership {
        // Which life of the server's database the content is of: a newer one makes the engine compare.
        let epoch = before.and_then(|before| before.epoch);
        let membership = Membership { epoch, ..membership.clone() };
        facts::set(tx.connection(), facts::MEMBERSHIP, &membership).await?;
    }
    if let Some(owner) = live.owner().await? {
        facts::set(tx.connection(), facts::OWNER, &owner).await?;
    }
    if let Some(at) = facts::get::<Timestamp>(&live.readers, facts::LAST_SIGN_IN).await? {
        facts::set(tx.connection(), facts::LAST_SIGN_IN, &at).await?;
    }
    // No stamp may come twice.
    tx.identity.stamp = tx.identity.stamp.max(live.identity().await.stamp);
    Ok(membership.is_some())
}

/// Nobody gets rid of an entry by going back to before it.
async fn take_audits(tx: &mut WriteTx<'_>, live: &Store) -> Result<(), StoreError> {
    let known: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT hash FROM audits").fetch_all(tx.connection()).await?;
    let known: BTreeSet<Vec<u8>> = known.into_iter().collect();
    let mut rows = sqlx::query(
        "SELECT at, actor, device, action, record_id, detail, hash FROM audits ORDER BY audit_row",
    )
    .fetch(&live.readers);
    while let Some(row) = rows.try_next().await? {
        if known.contains(&row.try_get::<Vec<u8>, _>(6)?) {
            continue;
        }
        tx.audit(&Audit {
            at: Timestamp(row.try_get(0)?),
            actor: row.try_get::<Uuid, _>(1)?.into(),
            device: row.try_get::<Uuid, _>(2)?.into(),
            action: row.try_get(3)?,
            record: row.try_get(4)?,
            detail: row.try_get(5)?,
        })
        .await?;
    }
    Ok(())
}

/// Copies rows that are not there yet.
async fn take_rows(
    tx: &mut WriteTx<'_>,
    live: &Store,
    (table, columns, count, which): (&str, &str, usize, &str),
) -> Result<(), StoreError> {
    let places: Vec<String> = (1..=count).map(|place| format!("?{place}")).collect();
    let into =
        format!("INSERT INTO {table} ({columns}) VALUES ({}) ON CONFLICT DO NOTHING", places.join(", "));
    let sql = format!("SELECT {columns} FROM {table} WHERE {which} ORDER BY rowid");
    let mut found = sqlx::query(AssertSqlSafe(sql)).fetch(&live.readers);
    while let Some(row) = found.try_next().await? {
        let mut values = SqliteArguments::default();
        for index in 0..count {
            rows::copy(&row, index, &mut values)?;
        }
        sqlx::query_with(AssertSqlSafe(into.clone()), values).execute(tx.connection()).await?;
    }
    Ok(())
}

/// Takes the user's own changes, in the order in which they were made, and how they stand.
async fn take_changes(tx: &mut WriteTx<'_>, live: &Store) -> Result<u64, StoreError> {
    let imports = ("imports", "import_id, name, at, counts, undone_at", 5, "running = 0");
    take_rows(tx, live, imports).await?;
    // Behind all numbers that the backup has given; they are given anew at the end.
    let behind = i64::try_from(tx.identity.sequence).unwrap_or(i64::MAX / 2);
    let sql = format!("SELECT sequence, {CHANGE} FROM changes WHERE state <> ?1 ORDER BY change_row");
    let mut rows = sqlx::query(AssertSqlSafe(sql)).bind(outbox::ELSEWHERE).fetch(&live.readers);
    let mut records: BTreeMap<Uuid, Feature> = BTreeMap::new();
    let mut taken = 0;
    while let Some(row) = rows.try_next().await? {
        let sequence: Option<i64> = row.try_get(0)?;
        let sequence = sequence.map(|sequence| sequence.saturating_add(behind));
        if take_change(tx, &row, sequence).await? {
            taken += 1;
            let entity = Feature::parse(row.try_get("entity")?)
                .ok_or(StoreError::Row { table: "changes", column: "entity" })?;
            records.insert(row.try_get("record_id")?, entity);
        }
    }
    for (id, entity) in records {
        take_record(tx, live, entity, id).await?;
    }
    Ok(taken)
}

/// Whether anything about the change was new.
async fn take_change(
    tx: &mut WriteTx<'_>,
    row: &SqliteRow,
    sequence: Option<i64>,
) -> Result<bool, StoreError> {
    let columns = CHANGE.split(',').count();
    let places: Vec<String> = (2..columns + 2).map(|place| format!("?{place}")).collect();
    let sql = format!(
        "INSERT INTO changes (sequence, {CHANGE}) VALUES (?1, {})
         ON CONFLICT (change_id) DO UPDATE SET
           sequence = excluded.sequence, fields = excluded.fields, state = excluded.state, result = excluded.result
         WHERE changes.state <> excluded.state OR changes.fields <> excluded.fields
            OR changes.result IS NOT excluded.result",
        places.join(", ")
    );
    let mut values = SqliteArguments::default();
    values.add(sequence).map_err(|error| StoreError::Database(sqlx::Error::Encode(error)))?;
    for index in 1..=columns {
        rows::copy(row, index, &mut values)?;
    }
    let done = sqlx::query_with(AssertSqlSafe(sql), values).execute(tx.connection()).await?;
    Ok(done.rows_affected() > 0)
}

/// Takes a record that the user had changed: as the server had it, with what still waits on top. What others changed
/// meanwhile comes from the server.
async fn take_record(
    tx: &mut WriteTx<'_>,
    live: &Store,
    entity: Feature,
    id: Uuid,
) -> Result<(), StoreError> {
    let known = records::load(&mut *live.readers.acquire().await?, entity, id).await?;
    let Some(known) = known else { return settle::remark(tx, entity, id).await };
    let had = known.stored;
    if had.canonical().revision == 0 {
        let mark = outbox::mark(tx.connection(), id).await?;
        let there = records::load(tx.connection(), entity, id).await?;
        let stored = Stored { shown: had.shown, base: None };
        records::save(tx.connection(), there.as_ref(), stored, mark).await?;
    } else {
        apply::put(tx, had.canonical()).await?;
    }
    if entity == Feature::Customers {
        let import: Option<Option<Uuid>> =
            sqlx::query_scalar("SELECT import_id FROM customers WHERE customer_id = ?1")
                .bind(id)
                .fetch_optional(&live.readers)
                .await?;
        sqlx::query("UPDATE customers SET import_id = coalesce(?2, import_id) WHERE customer_id = ?1")
            .bind(id)
            .bind(import.flatten())
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}
