//! A large branch at once: what would take devices hours to send, written into the database as the server would have written it.

use lq_domain::customers::{Customer, duplicate_keys};
use lq_domain::feeds::feeds_of;
use lq_domain::record::Record;
use sqlx::{Connection as _, PgConnection};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Records of one statement.
const BATCH: usize = 5_000;

/// Puts customers into a server's database, with their keys and their places in the feeds.
///
/// # Errors
/// What the database says.
pub async fn put_customers(url: &str, records: &[Record]) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let mut heads: BTreeMap<String, i64> = BTreeMap::new();
    for batch in records.chunks(BATCH) {
        put_batch(&mut connection, batch, &mut heads).await?;
    }
    for (feed, head) in heads {
        let branch = feed.split(':').nth(1).and_then(|id| Uuid::parse_str(id).ok()).unwrap_or_default();
        sqlx::query(
            "INSERT INTO feeds (branch_id, feed, head) VALUES ($1, $2, $3)
             ON CONFLICT (branch_id, feed) DO UPDATE SET head = excluded.head",
        )
        .bind(branch)
        .bind(feed)
        .bind(head)
        .execute(&mut connection)
        .await?;
    }
    // Only what was filled: of an empty table the planner would remember that it is empty.
    let filled = "ANALYZE records, customer_keys, feeds, feed_entries";
    sqlx::raw_sql(filled).execute(&mut connection).await?;
    connection.close().await
}

async fn put_batch(
    connection: &mut PgConnection,
    batch: &[Record],
    heads: &mut BTreeMap<String, i64>,
) -> Result<(), sqlx::Error> {
    let branch = |record: &Record| Customer(record).branch().map_or(Uuid::nil(), |branch| branch.0);
    let json = |record: &Record| serde_json::to_string(&record.fields).unwrap_or_default();
    sqlx::query(
        "INSERT INTO records (branch_id, entity, record_id, revision, fields, stamps, created_at, updated_at)
         SELECT b, 'customers', r, 1, f::jsonb, '{}', t, t FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[]) AS n (b, r, f, t)",
    )
    .bind(batch.iter().map(branch).collect::<Vec<_>>())
    .bind(batch.iter().map(|record| record.id).collect::<Vec<_>>())
    .bind(batch.iter().map(json).collect::<Vec<_>>())
    .bind(batch.iter().map(|record| record.created_at.0).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    let keys: Vec<(Uuid, &str, String, Uuid)> = batch
        .iter()
        .flat_map(|record| {
            let proofs = duplicate_keys(Customer(record)).into_iter().filter(|key| key.proof);
            proofs.map(move |key| (branch(record), key.field.as_str(), key.key, record.id))
        })
        .collect();
    sqlx::query(
        "INSERT INTO customer_keys (branch_id, field, key, customer_id)
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[])",
    )
    .bind(keys.iter().map(|(branch, ..)| *branch).collect::<Vec<_>>())
    .bind(keys.iter().map(|(_, field, ..)| *field).collect::<Vec<_>>())
    .bind(keys.iter().map(|(_, _, key, _)| key.as_str()).collect::<Vec<_>>())
    .bind(keys.iter().map(|(.., id)| *id).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    let mut entries: Vec<(Uuid, String, Uuid, i64)> = Vec::new();
    for record in batch {
        for feed in feeds_of(record) {
            let head = heads.entry(feed.to_string()).or_default();
            *head += 1;
            entries.push((branch(record), feed.to_string(), record.id, *head));
        }
    }
    sqlx::query(
        "INSERT INTO feed_entries (branch_id, feed, entity, record_id, position, present)
         SELECT b, f, 'customers', r, p, true FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[]) AS n (b, f, r, p)",
    )
    .bind(entries.iter().map(|(branch, ..)| *branch).collect::<Vec<_>>())
    .bind(entries.iter().map(|(_, feed, ..)| feed.as_str()).collect::<Vec<_>>())
    .bind(entries.iter().map(|(_, _, id, _)| *id).collect::<Vec<_>>())
    .bind(entries.iter().map(|(.., position)| *position).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Copies the journal into an empty table of the same form; how long PostgreSQL takes for that.
///
/// # Errors
/// What the database says.
pub async fn copy_transactions(url: &str) -> Result<Duration, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let bytes = out(&mut connection, "COPY transactions TO STDOUT").await?.1;
    sqlx::raw_sql("CREATE TABLE copied (LIKE transactions INCLUDING ALL)").execute(&mut connection).await?;
    let began = Instant::now();
    let mut copying = connection.copy_in_raw("COPY copied FROM STDIN").await?;
    copying.send(bytes.as_slice()).await?;
    copying.finish().await?;
    let took = began.elapsed();
    sqlx::raw_sql("DROP TABLE copied").execute(&mut connection).await?;
    connection.close().await?;
    Ok(took)
}

/// Copies customers, accounts and transactions out as CSV; how long that takes, and what comes.
///
/// # Errors
/// What the database says.
pub async fn copy_out(url: &str) -> Result<(Duration, Vec<u8>), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let (first, mut bytes) = out(
        &mut connection,
        "COPY (SELECT entity, record_id, revision, fields, created_at, updated_at FROM records
                WHERE entity IN ('customers', 'accounts')) TO STDOUT (FORMAT csv)",
    )
    .await?;
    let (second, more) = out(&mut connection, "COPY transactions TO STDOUT (FORMAT csv)").await?;
    bytes.extend(more);
    connection.close().await?;
    Ok((first + second, bytes))
}

/// How many entries a feed has up to a position.
///
/// # Errors
/// What the database says.
pub async fn entries_up_to(url: &str, feed: &str, position: u64) -> Result<u64, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM feed_entries WHERE feed = $1 AND position <= $2")
            .bind(feed)
            .bind(i64::try_from(position).unwrap_or(i64::MAX))
            .fetch_one(&mut connection)
            .await?;
    connection.close().await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

async fn out(connection: &mut PgConnection, statement: &str) -> Result<(Duration, Vec<u8>), sqlx::Error> {
    use futures_util::TryStreamExt as _;
    let began = Instant::now();
    let mut bytes = Vec::new();
    let mut stream = connection.copy_out_raw(statement).await?;
    while let Some(part) = stream.try_next().await? {
        bytes.extend_from_slice(&part);
    }
    drop(stream);
    Ok((began.elapsed(), bytes))
}
