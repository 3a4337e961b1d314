//! What comes from the server: records, removals, cursors.

use crate::accounts;
use crate::customers::rows;
use crate::error::StoreError;
use crate::facts;
use crate::open::Store;
use crate::outbox::{self, Open};
use crate::records::{self, Known, Save, Stored};
use crate::transactions;
use crate::tx::WriteTx;
use lq_domain::customers::query::SyncMark;
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::ids::new_uuid;
use lq_domain::record::{DELETED, FieldChange, FieldChanges, Record};
use lq_protocol::sync::{Cursor, FeedPage};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What the answers to this device's own changes bring counts as a feed of its own, until everything has been read: a record that no
/// other feed has told of by then is one that the user may not see any more, or whose removal the server has forgotten.
const ANSWERS: &str = "answers";
/// Says that something has left of which bytes still lie in the files.
pub(crate) const SCRUB_DUE: &str = "scrub_due";
/// How long the emptying of the log waits for readers, in milliseconds; whoever wants to save waits with it.
const READERS_MILLIS: u32 = 2_000;

/// Whether a feature's records come from the server alone, so that nothing of the user's lies on top of them.
const fn is_journal(entity: Feature) -> bool {
    matches!(entity, Feature::Accounts | Feature::Transactions)
}

/// Takes a record as the server has it. The user's waiting changes stay on top.
pub(crate) async fn put(tx: &mut WriteTx<'_>, canonical: &Record) -> Result<(), StoreError> {
    put_many(tx, &[canonical], false).await
}

/// Takes records as the server has them; of one that comes twice the newest state. The user's waiting changes stay on top. Of
/// those that are `heard`, what somebody else changed is kept for the history.
pub(crate) async fn put_many(
    tx: &mut WriteTx<'_>,
    canonicals: &[&Record],
    heard: bool,
) -> Result<(), StoreError> {
    let mut newest: BTreeMap<Feature, BTreeMap<Uuid, &Record>> = BTreeMap::new();
    for canonical in canonicals {
        let place = newest.entry(canonical.entity).or_default().entry(canonical.id).or_insert(canonical);
        if place.revision <= canonical.revision {
            *place = canonical;
        }
    }
    for (entity, canonicals) in newest {
        let ids: Vec<Uuid> = canonicals.keys().copied().collect();
        let known = records::load_many(tx.connection(), entity, &ids).await?;
        let open = outbox::open(tx.connection(), &ids).await?;
        if heard {
            note_elsewhere(tx, &known, &canonicals).await?;
        }
        let saves: Vec<Save<'_>> = canonicals
            .iter()
            .filter_map(|(id, canonical)| merged(known.get(id), canonical, open.get(id)))
            .collect();
        if records::save_many(tx.connection(), &saves).await? {
            tx.touched.insert(entity);
        }
    }
    Ok(())
}

/// What is to stand on the device, if anything: the server's record with the user's waiting changes on top.
fn merged<'k>(known: Option<&'k Known>, canonical: &Record, open: Option<&Open>) -> Option<Save<'k>> {
    let mark = open.map_or(SyncMark::Synced, |open| open.mark);
    let waiting = open.map_or(&[] as &[FieldChanges], |open| &open.waiting);
    if let Some(known) = known
        && known.stored.canonical().revision > canonical.revision
    {
        // An older answer that was overtaken.
        return Some(Save { known: Some(known), stored: known.stored.clone(), mark });
    }
    let mut shown = canonical.clone();
    shown.stamps.clear();
    // A row keeps the time at which it was made here.
    shown.created_at = known.map_or(shown.created_at, |known| known.stored.shown.created_at);
    let base = (!waiting.is_empty()).then(|| shown.clone());
    for (field, change) in waiting.iter().flatten() {
        shown.set(field, change.new.clone());
    }
    let stored = if shown.deleted() && waiting.is_empty() {
        // The server told its author; nobody shows a deleted record, and what is not shown is not kept. A deleted customer stays
        // while its deletion can be taken back, that is until the next page of the feed says so.
        let mut shown = known?.stored.shown.clone();
        // The server has it: it is not one that waits to be sent.
        shown.revision = canonical.revision;
        shown.set(DELETED, Some("1".to_owned()));
        Stored { shown, base: None }
    } else {
        Stored { shown, base }
    };
    Some(Save { known, stored, mark })
}

/// Keeps what somebody else changed, for the records' history.
async fn note_elsewhere(
    tx: &mut WriteTx<'_>,
    known: &BTreeMap<Uuid, Known>,
    canonicals: &BTreeMap<Uuid, &Record>,
) -> Result<(), StoreError> {
    let mut lines = Vec::new();
    for (id, after) in canonicals {
        let Some(before) = known.get(id).map(|known| known.stored.canonical()) else { continue };
        let changed = changed_elsewhere(before, after);
        if changed.is_empty() {
            continue;
        }
        let id = new_uuid(tx.store.clock.now(), tx.store.random.as_ref());
        let newest = changed.keys().filter_map(|name| after.stamps.get(name)).max();
        let fields = serde_json::to_string(&changed)
            .map_err(|_| StoreError::Row { table: "changes", column: "fields" })?;
        lines.push(json!([
            id.simple().to_string(),
            after.entity.as_str(),
            after.id.simple().to_string(),
            before.revision,
            fields,
            newest.map_or(after.updated_at.0, |stamp| stamp.wall.0),
            newest.map(|stamp| stamp.device.0.simple().to_string()),
        ]));
    }
    if lines.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO changes (change_id, entity, record_id, base_revision, fields, wall, counter, device, channel, state)
         SELECT unhex(value ->> 0), value ->> 1, unhex(value ->> 2), value ->> 3, value ->> 4, value ->> 5, 0,
                unhex(value ->> 6), 'form', ?2
           FROM json_each(?1)",
    )
    .bind(Value::Array(lines).to_string())
    .bind(outbox::ELSEWHERE)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// In what a newer state of a record that was known differs.
fn changed_elsewhere(before: &Record, after: &Record) -> FieldChanges {
    if before.revision >= after.revision || before.revision == 0 {
        return FieldChanges::new();
    }
    let names: BTreeSet<&String> = before.fields.keys().chain(after.fields.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(name) != after.get(name))
        .map(|name| {
            let change = FieldChange {
                base: before.get(name).map(str::to_owned),
                new: after.get(name).map(str::to_owned),
            };
            (name.clone(), change)
        })
        .collect()
}

impl Store {
    /// Where the device stands in the feeds it follows.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cursors(&self) -> Result<Vec<Cursor>, StoreError> {
        let rows = sqlx::query("SELECT feed, after, anew FROM feeds").fetch_all(&self.readers).await?;
        rows.iter().map(read_cursor).collect()
    }

    /// Whether something has left the device of which bytes still lie in its files.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_scrub_due(&self) -> Result<bool, StoreError> {
        Ok(facts::get::<bool>(&self.readers, SCRUB_DUE).await? == Some(true))
    }

    /// Overwrites what has left the device where it still lies in the files: in the search index, which marks what is deleted and keeps
    /// it until its parts are merged, and in the log of writes.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while somebody reads what was there before, such as a backup; it stays due then.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        let mut writer = self.writer().await?;
        let optimize = "INSERT INTO customers_search (customers_search) VALUES ('optimize')";
        sqlx::query(optimize).execute(&mut *writer).await?;
        if !empty_log(&mut writer).await? {
            return Err(StoreError::InUse);
        }
        facts::set(&mut *writer, SCRUB_DUE, &false).await
    }

    /// Whether answers have come since everything was read.
    pub(crate) async fn has_answers(&self) -> Result<bool, StoreError> {
        let any: Option<i64> = sqlx::query_scalar("SELECT 1 FROM memberships WHERE feed = ?1 LIMIT 1")
            .bind(ANSWERS)
            .fetch_optional(&self.readers)
            .await?;
        Ok(any.is_some())
    }

    /// How many customers the device holds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn held(&self) -> Result<u64, StoreError> {
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM customers").fetch_one(&self.readers).await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// How far the device is in all feeds: entries had, entries there are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn feed_progress(&self) -> Result<(u64, u64), StoreError> {
        let row = sqlx::query("SELECT coalesce(sum(after), 0), coalesce(sum(head), 0) FROM feeds")
            .fetch_one(&self.readers)
            .await?;
        let number = |value: i64| u64::try_from(value).unwrap_or_default();
        Ok((number(row.try_get(0)?), number(row.try_get(1)?)))
    }

    /// Takes one page of a feed with its cursor, or nothing of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn apply(&self, page: &FeedPage) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let feed = page.feed.to_string();
        if page.resync {
            // What this device has by the feed counts only as far as it is told of again.
            sqlx::query("UPDATE memberships SET stale = 1 WHERE feed = ?1")
                .bind(&feed)
                .execute(tx.connection())
                .await?;
        }
        let put_entries: Vec<(Feature, &Record)> =
            page.entries.iter().filter_map(|entry| Some((entry.entity, entry.record.as_ref()?))).collect();
        join(&mut tx, &feed, &put_entries).await?;
        let records: Vec<&Record> = put_entries.iter().map(|(_, record)| *record).collect();
        let fresh = rows::unknown(tx.connection(), &records).await?;
        rows::insert_many(tx.connection(), fresh.iter().copied(), None, SyncMark::Synced).await?;
        if !fresh.is_empty() {
            tx.touched.insert(Feature::Customers);
        }
        let of = |entity: Feature| -> Vec<&Record> {
            records.iter().copied().filter(|record| record.entity == entity).collect()
        };
        accounts::take(&mut tx, &of(Feature::Accounts)).await?;
        transactions::take(&mut tx, &of(Feature::Transactions)).await?;
        let fresh: BTreeSet<Uuid> = fresh.iter().map(|record| record.id).collect();
        let mut heard = Vec::new();
        for entry in &page.entries {
            match &entry.record {
                Some(record) if fresh.contains(&record.id) || is_journal(record.entity) => {}
                Some(record) => heard.push(record),
                None => {
                    // In the order of the feed: what came before may be of the same record.
                    put_many(&mut tx, &std::mem::take(&mut heard), true).await?;
                    leave(&mut tx, &feed, entry.entity, entry.record_id).await?;
                }
            }
        }
        put_many(&mut tx, &heard, true).await?;
        if page.next >= page.head {
            drop_stale(&mut tx, &feed).await?;
        }
        set_cursor(&mut tx, page).await?;
        tx.commit().await
    }

    /// Drops the feeds that the user follows no more, with every record that came from no other feed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unsubscribe_from_others(&self, subscriptions: &[FeedId]) -> Result<(), StoreError> {
        let kept: BTreeSet<String> = subscriptions.iter().map(FeedId::to_string).collect();
        let feeds: Vec<String> =
            sqlx::query_scalar("SELECT feed FROM feeds").fetch_all(&self.readers).await?;
        let lost: Vec<String> = feeds.into_iter().filter(|feed| !kept.contains(feed)).collect();
        if lost.is_empty() {
            return Ok(());
        }
        let mut tx = self.write().await?;
        for feed in lost {
            let rows = sqlx::query("SELECT entity, record_id FROM memberships WHERE feed = ?1")
                .bind(&feed)
                .fetch_all(tx.connection())
                .await?;
            for row in rows {
                let entity = Feature::parse(row.try_get(0)?)
                    .ok_or(StoreError::Row { table: "memberships", column: "entity" })?;
                leave(&mut tx, &feed, entity, row.try_get(1)?).await?;
            }
            sqlx::query("DELETE FROM feeds WHERE feed = ?1").bind(&feed).execute(tx.connection()).await?;
        }
        tx.commit().await
    }
}

/// Brings the log of writes into the file and cuts it to nothing; whether nobody was reading in it.
async fn empty_log(writer: &mut SqliteConnection) -> Result<bool, StoreError> {
    let waits: u32 = sqlx::query_scalar("PRAGMA busy_timeout").fetch_one(&mut *writer).await?;
    let wait = |millis: u32| sqlx::AssertSqlSafe(format!("PRAGMA busy_timeout = {millis}"));
    sqlx::query(wait(READERS_MILLIS)).execute(&mut *writer).await?;
    let busy = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *writer).await;
    sqlx::query(wait(waits)).execute(&mut *writer).await?;
    let busy: i64 = busy?;
    Ok(busy == 0)
}

fn read_cursor(row: &SqliteRow) -> Result<Cursor, StoreError> {
    let feed = FeedId::try_from(row.try_get::<String, _>("feed")?)
        .map_err(|_| StoreError::Row { table: "feeds", column: "feed" })?;
    let position = |column: &str| -> Result<u64, StoreError> {
        Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or_default())
    };
    Ok(Cursor { feed, after: position("after")?, anew: position("anew")? })
}

/// Notes how far a feed was read with a page of it.
async fn set_cursor(tx: &mut WriteTx<'_>, page: &FeedPage) -> Result<(), StoreError> {
    let feed = page.feed.to_string();
    let before = sqlx::query("SELECT feed, after, anew FROM feeds WHERE feed = ?1")
        .bind(&feed)
        .fetch_optional(tx.connection())
        .await?;
    let cursor = Cursor::with(before.as_ref().map(read_cursor).transpose()?.as_ref(), page);
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    sqlx::query(
        "INSERT INTO feeds (feed, after, head, anew) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (feed) DO UPDATE SET after = excluded.after, head = excluded.head, anew = excluded.anew",
    )
    .bind(&feed)
    .bind(number(cursor.after))
    .bind(number(page.head))
    .bind(number(cursor.anew))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Notes that records came from a feed.
async fn join(tx: &mut WriteTx<'_>, feed: &str, records: &[(Feature, &Record)]) -> Result<(), StoreError> {
    let rows: Vec<serde_json::Value> = records
        .iter()
        .map(|(entity, record)| serde_json::json!([entity.as_str(), record.id.simple().to_string()]))
        .collect();
    sqlx::query(
        "INSERT INTO memberships (feed, entity, record_id)
         SELECT ?1, value ->> 0, unhex(value ->> 1) FROM json_each(?2) WHERE true
         ON CONFLICT (feed, entity, record_id) DO UPDATE SET stale = 0 WHERE stale = 1",
    )
    .bind(feed)
    .bind(serde_json::Value::Array(rows).to_string())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Notes that records came with answers to changes.
pub(crate) async fn answered(tx: &mut WriteTx<'_>, records: &[(Feature, &Record)]) -> Result<(), StoreError> {
    join(tx, ANSWERS, records).await
}

/// Notes that a change was taken whose record did not come with the answer.
pub(crate) async fn answered_with_none(
    tx: &mut WriteTx<'_>,
    entity: Feature,
    id: Uuid,
) -> Result<(), StoreError> {
    sqlx::query("INSERT OR IGNORE INTO memberships (feed, entity, record_id) VALUES (?1, ?2, ?3)")
        .bind(ANSWERS)
        .bind(entity.as_str())
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Lets go of what came with answers and by no feed, now that all of them have been read. Whether there was any.
pub(crate) async fn drop_answers(tx: &mut WriteTx<'_>) -> Result<bool, StoreError> {
    sqlx::query(
        "DELETE FROM memberships AS a
          WHERE a.feed = ?1
            AND EXISTS (SELECT 1 FROM memberships AS f
                         WHERE f.record_id = a.record_id AND f.entity = a.entity AND f.feed <> ?1)",
    )
    .bind(ANSWERS)
    .execute(tx.connection())
    .await?;
    let rows = sqlx::query("SELECT entity, record_id FROM memberships WHERE feed = ?1")
        .bind(ANSWERS)
        .fetch_all(tx.connection())
        .await?;
    for row in &rows {
        let entity = Feature::parse(row.try_get(0)?)
            .ok_or(StoreError::Row { table: "memberships", column: "entity" })?;
        leave(tx, ANSWERS, entity, row.try_get(1)?).await?;
    }
    Ok(!rows.is_empty())
}

/// Lets go of what a feed that was read anew has not told of.
async fn drop_stale(tx: &mut WriteTx<'_>, feed: &str) -> Result<(), StoreError> {
    let rows = sqlx::query("SELECT entity, record_id FROM memberships WHERE feed = ?1 AND stale = 1")
        .bind(feed)
        .fetch_all(tx.connection())
        .await?;
    for row in rows {
        let entity = Feature::parse(row.try_get(0)?)
            .ok_or(StoreError::Row { table: "memberships", column: "entity" })?;
        leave(tx, feed, entity, row.try_get(1)?).await?;
    }
    Ok(())
}

async fn leave(tx: &mut WriteTx<'_>, feed: &str, entity: Feature, id: Uuid) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM memberships WHERE feed = ?1 AND entity = ?2 AND record_id = ?3")
        .bind(feed)
        .bind(entity.as_str())
        .bind(id)
        .execute(tx.connection())
        .await?;
    // Ids of two features may be alike: whoever makes a record chooses its id.
    let elsewhere = "SELECT 1 FROM memberships WHERE record_id = ?1 AND entity = ?2 LIMIT 1";
    let elsewhere: Option<i64> =
        sqlx::query_scalar(elsewhere).bind(id).bind(entity.as_str()).fetch_optional(tx.connection()).await?;
    tx.touched.insert(entity);
    if elsewhere.is_some() { Ok(()) } else { tx.remove_record(entity, id).await }
}
