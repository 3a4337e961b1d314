//! Feeds: positions without holes, because the row of a feed is locked until its writer commits.

use crate::db::records::{self, BANK};
use crate::db::transactions;
use crate::db::{signed, unsigned};
use crate::error::ServerError;
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_domain::feeds::{FeedId, feeds_of};
use lq_domain::record::Record;
use lq_protocol::sync::{FeedEntry, FeedPage};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The channel on which writers tell all processes of news; the payload is `feed|head`.
pub(crate) const CHANNEL: &str = "langqiao_feeds";

/// Most bytes of records in one page, so that one answer stays small whatever the records hold.
const PAGE_BYTES: u64 = 8 * 1024 * 1024;

/// About what a transaction weighs in a page.
const ROW_BYTES: i64 = 120;

/// The branch whose tables hold a feed.
fn branch_of(feed: &FeedId) -> Uuid {
    match feed {
        FeedId::Bank => BANK,
        FeedId::Branch(branch) | FeedId::Portfolio(branch, _) | FeedId::Restricted(branch, _) => branch.0,
    }
}

/// What becomes of a record in a feed: its feature, its id, and when it has left if it is not there afterwards.
type News = (Feature, Uuid, Option<Timestamp>);

/// Tells every feed that has or had one of the records, which were so and are so now.
pub(crate) async fn publish<'r>(
    connection: &mut PgConnection,
    records: impl Iterator<Item = (Option<&'r Record>, &'r Record)>,
) -> Result<(), ServerError> {
    let mut told: BTreeMap<FeedId, Vec<News>> = BTreeMap::new();
    for (before, after) in records {
        let now: BTreeSet<FeedId> = feeds_of(after).into_iter().collect();
        for feed in before.map(feeds_of).unwrap_or_default() {
            if !now.contains(&feed) {
                told.entry(feed).or_default().push((after.entity, after.id, Some(after.updated_at)));
            }
        }
        for feed in now {
            told.entry(feed).or_default().push((after.entity, after.id, None));
        }
    }
    told.values_mut().for_each(keep_last);
    let mut heads = Vec::with_capacity(told.len());
    // In the order of the map: two writers never wait for each other.
    for (feed, news) in &told {
        let head = number(connection, feed, news).await?;
        heads.push(format!("{feed}|{head}"));
    }
    // Apart from the tables: where they are spread over several machines, those who listen are connected to none of these.
    sqlx::query("SELECT pg_notify($1, news) FROM unnest($2::text[]) AS n (news)")
        .bind(CHANNEL)
        .bind(heads)
        .execute(connection)
        .await?;
    Ok(())
}

/// Of several things that become of a record at once, the last counts.
fn keep_last(news: &mut Vec<News>) {
    let mut seen = BTreeSet::new();
    news.reverse();
    news.retain(|(entity, id, _)| seen.insert((*entity, *id)));
    news.reverse();
}

/// Adds to a feed; its newest position.
async fn number(connection: &mut PgConnection, feed: &FeedId, news: &[News]) -> Result<i64, ServerError> {
    let head = sqlx::query_scalar(
        "WITH moved AS (
           INSERT INTO feeds AS f (branch_id, feed, head) VALUES ($1, $2, $3)
           ON CONFLICT (branch_id, feed) DO UPDATE SET head = f.head + $3
           RETURNING head
         ), entry AS (
           INSERT INTO feed_entries (branch_id, feed, entity, record_id, position, present, left_at)
           SELECT $1, $2, n.entity, n.record_id, moved.head - $3 + n.place, n.left_at IS NULL, n.left_at
             FROM moved,
                  unnest($4::text[], $5::uuid[], $6::bigint[]) WITH ORDINALITY
                    AS n (entity, record_id, left_at, place)
           ON CONFLICT (branch_id, feed, entity, record_id) DO UPDATE
              SET position = excluded.position,
                  present = excluded.present,
                  left_at = excluded.left_at
         )
         SELECT head FROM moved",
    )
    .bind(branch_of(feed))
    .bind(feed.to_string())
    .bind(i64::try_from(news.len()).unwrap_or(i64::MAX))
    .bind(news.iter().map(|(entity, ..)| entity.as_str()).collect::<Vec<_>>())
    .bind(news.iter().map(|(_, id, _)| *id).collect::<Vec<_>>())
    .bind(news.iter().map(|(.., left)| left.map(|left| left.0)).collect::<Vec<_>>())
    .fetch_one(connection)
    .await?;
    Ok(head)
}

/// The newest position of a feed; 0 before its first entry.
pub(crate) async fn head(connection: &mut PgConnection, feed: &FeedId) -> Result<u64, ServerError> {
    let head: Option<i64> = sqlx::query_scalar("SELECT head FROM feeds WHERE branch_id = $1 AND feed = $2")
        .bind(branch_of(feed))
        .bind(feed.to_string())
        .fetch_optional(connection)
        .await?;
    Ok(u64::try_from(head.unwrap_or_default()).unwrap_or_default())
}

/// Forgets what left a feed before an instant. Devices that have not heard of it take the feed anew. How many entries went.
pub(crate) async fn forget(connection: &mut PgConnection, before: Timestamp) -> Result<u64, ServerError> {
    // Feed by feed in their order, as writers take them.
    let feeds: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT DISTINCT branch_id, feed FROM feed_entries WHERE NOT present AND left_at < $1 ORDER BY branch_id, feed",
    )
    .bind(before.0)
    .fetch_all(&mut *connection)
    .await?;
    let mut gone = 0;
    for (branch, feed) in feeds {
        let done = sqlx::query(
            "WITH locked AS (
               SELECT FROM feeds WHERE branch_id = $1 AND feed = $2 FOR UPDATE
             ), dropped AS (
               DELETE FROM feed_entries e
                USING locked
                WHERE e.branch_id = $1 AND e.feed = $2 AND NOT e.present AND e.left_at < $3
               RETURNING e.position
             ), moved AS (
               UPDATE feeds SET horizon = greatest(horizon, (SELECT max(position) FROM dropped))
                WHERE branch_id = $1 AND feed = $2 AND EXISTS (SELECT FROM dropped)
             )
             SELECT FROM dropped",
        )
        .bind(branch)
        .bind(&feed)
        .bind(before.0)
        .fetch_all(&mut *connection)
        .await?;
        gone += u64::try_from(done.len()).unwrap_or_default();
    }
    Ok(gone)
}

/// The newest position of a feed, and the last that it has forgotten something of.
async fn bounds(connection: &mut PgConnection, feed: &FeedId) -> Result<(u64, u64), ServerError> {
    let row = sqlx::query("SELECT head, horizon FROM feeds WHERE branch_id = $1 AND feed = $2")
        .bind(branch_of(feed))
        .bind(feed.to_string())
        .fetch_optional(connection)
        .await?;
    row.map_or(Ok((0, 0)), |row| Ok((unsigned(&row, "head")?, unsigned(&row, "horizon")?)))
}

/// What changed in a feed after a position, at most `limit` entries. `anew` is the head at which the asker began to read it.
pub(crate) async fn page(
    connection: &mut PgConnection,
    feed: &FeedId,
    (after, anew): (u64, u64),
    (limit, entities): (u32, &[Feature]),
) -> Result<FeedPage, ServerError> {
    // Read before the entries: whatever is committed up to this head, the second query sees.
    let (head, horizon) = bounds(connection, feed).await?;
    // Who has nothing has nothing to let go of.
    let resync = after > 0 && after.max(anew) < horizon;
    // A position that the feed has not reached comes from before a restore.
    let after = if after > head || resync { 0 } else { after };
    if after == head {
        return Ok(FeedPage { feed: feed.clone(), entries: Vec::new(), next: head, head, resync });
    }
    let rows = sqlx::query(
        "SELECT e.position, e.entity, e.record_id, e.present,
                r.revision, r.fields, r.stamps, r.created_at, r.updated_at,
                (coalesce(pg_column_size(r.fields) + pg_column_size(r.stamps), 0)
                 + CASE WHEN e.entity = 'transactions' THEN coalesce((r.fields ->> 'count')::bigint, 0) * $5 ELSE 0 END
                )::bigint AS bytes
           FROM feed_entries e
           LEFT JOIN records r
             ON e.present
            AND r.branch_id = e.branch_id
            AND r.entity = e.entity
            AND r.record_id = e.record_id
          WHERE e.branch_id = $1
            AND e.feed = $2
            AND e.position > $3
            AND e.entity = ANY($6)
          ORDER BY e.position
          LIMIT $4",
    )
    .bind(branch_of(feed))
    .bind(feed.to_string())
    .bind(signed(after))
    .bind(i64::from(limit))
    .bind(ROW_BYTES)
    .bind(entities.iter().map(|entity| entity.as_str()).collect::<Vec<_>>())
    .fetch_all(&mut *connection)
    .await?;
    let mut entries = Vec::with_capacity(rows.len());
    let mut bytes = 0;
    for row in &rows {
        bytes += unsigned(row, "bytes")?;
        if bytes > PAGE_BYTES && !entries.is_empty() {
            break;
        }
        entries.push(entry(row)?);
    }
    let mut blocks: Vec<&mut Record> = entries
        .iter_mut()
        .filter(|entry| entry.entity == Feature::Transactions)
        .filter_map(|entry| entry.record.as_mut())
        .collect();
    if !blocks.is_empty() {
        transactions::fill(connection, branch_of(feed), &mut blocks).await?;
    }
    let last = entries.last().map_or(after, |entry| entry.position);
    let whole = entries.len() == rows.len() && rows.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    let next = if whole { last.max(head) } else { last };
    Ok(FeedPage { feed: feed.clone(), entries, next, head: head.max(last), resync })
}

fn entry(row: &PgRow) -> Result<FeedEntry, ServerError> {
    let entity = Feature::parse(row.try_get("entity")?)
        .ok_or(ServerError::Row { table: "feed_entries", column: "entity" })?;
    let there = row.try_get::<bool, _>("present")? && row.try_get::<Option<i64>, _>("revision")?.is_some();
    Ok(FeedEntry {
        position: unsigned(row, "position")?,
        entity,
        record_id: row.try_get("record_id")?,
        record: if there { Some(records::read(row)?) } else { None },
    })
}
