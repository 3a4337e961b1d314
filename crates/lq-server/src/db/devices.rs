//! Devices: registered by the first sign-in, locked by an administrator.

use crate::db::{signed, unsigned};
use crate::error::ServerError;
use lq_domain::clock::Timestamp;
use lq_domain::ids::{DeviceId, UserId};
use lq_protocol::devices::{DeviceView, RemovalView};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

/// How often it is noted that a device without news has asked.
const PULLED_MILLIS: i64 = 60_000;

/// A device.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) user: UserId,
    pub(crate) name: String,
    pub(crate) registered_at: Timestamp,
    pub(crate) seen_at: Timestamp,
    pub(crate) revoked_at: Option<Timestamp>,
}

fn read(row: &PgRow) -> Result<Device, ServerError> {
    Ok(Device {
        id: DeviceId(row.try_get("device_id")?),
        user: UserId(row.try_get("user_id")?),
        name: row.try_get("name")?,
        registered_at: Timestamp(row.try_get("registered_at")?),
        seen_at: Timestamp(row.try_get("seen_at")?),
        revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(Timestamp),
    })
}

/// Registers a device unless it is known; the device as it is now.
pub(crate) async fn register(
    connection: &mut PgConnection,
    id: DeviceId,
    user: UserId,
    name: &str,
    now: Timestamp,
) -> Result<Device, ServerError> {
    let row = sqlx::query(
        "INSERT INTO devices (device_id, user_id, name, registered_at, seen_at) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (device_id) DO UPDATE SET seen_at = excluded.seen_at
         RETURNING device_id, user_id, name, registered_at, seen_at, revoked_at",
    )
    .bind(id.0)
    .bind(user.0)
    .bind(name)
    .bind(now.0)
    .fetch_one(connection)
    .await?;
    read(&row)
}

/// Whose device it is; nobody's when it is none of ours, as for what an administrator wrote.
pub(crate) async fn user_of(
    connection: &mut PgConnection,
    id: DeviceId,
) -> Result<Option<UserId>, ServerError> {
    let user: Option<uuid::Uuid> = sqlx::query_scalar("SELECT user_id FROM devices WHERE device_id = $1")
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    Ok(user.map(UserId))
}

/// Lets one push of a device run at a time; the device as it is now.
pub(crate) async fn lock(connection: &mut PgConnection, id: DeviceId) -> Result<Option<Device>, ServerError> {
    let row = sqlx::query(
        "SELECT device_id, user_id, name, registered_at, seen_at, revoked_at
           FROM devices
          WHERE device_id = $1
            FOR NO KEY UPDATE",
    )
    .bind(id.0)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Every device, the last seen first. How far it is behind counts open feeds alone: of the others not even that is everybody's.
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<DeviceView>, ServerError> {
    let rows = sqlx::query(
        "SELECT d.device_id, d.user_id, d.name, d.registered_at, d.seen_at, d.revoked_at, d.pulled_at, d.held, d.wiped_at,
                coalesce((SELECT sum(greatest(f.head - e.position, 0))
                            FROM device_feeds e
                            JOIN feeds f ON f.feed = e.feed
                           WHERE e.device_id = d.device_id
                             AND e.left_at IS NULL
                             AND e.feed NOT LIKE 'restricted:%'), 0)::bigint AS behind
           FROM devices d
          ORDER BY d.seen_at DESC, d.device_id",
    )
    .fetch_all(connection)
    .await?;
    let time =
        |row: &PgRow, column| Ok::<_, ServerError>(row.try_get::<Option<i64>, _>(column)?.map(Timestamp));
    rows.iter()
        .map(|row| {
            let device = read(row)?;
            Ok(DeviceView {
                id: device.id,
                user: device.user,
                name: device.name,
                registered_at: device.registered_at,
                seen_at: device.seen_at,
                pulled_at: time(row, "pulled_at")?,
                held: row.try_get::<Option<i64>, _>("held")?.and_then(|held| u64::try_from(held).ok()),
                behind: unsigned(row, "behind")?,
                revoked_at: device.revoked_at,
                wiped_at: time(row, "wiped_at")?,
            })
        })
        .collect()
}

/// Notes how far a device is in its feeds, which it has given up, and how much it holds; writes nothing when nothing is new. Of a feed
/// that it neither follows nor did it has nothing to tell, and learns nothing by telling.
pub(crate) async fn note_pull(
    connection: &mut PgConnection,
    device: DeviceId,
    (feeds, followed): (&[(String, u64)], &[String]),
    held: Option<u64>,
    now: Timestamp,
) -> Result<(), ServerError> {
    let names: Vec<&str> = feeds.iter().map(|(feed, _)| feed.as_str()).collect();
    let positions: Vec<i64> = feeds.iter().map(|(_, position)| signed(*position)).collect();
    sqlx::query(
        "WITH told AS (
           SELECT * FROM unnest($2::text[], $3::bigint[]) AS t (feed, position)
         ), moved AS (
           INSERT INTO device_feeds AS d (device_id, feed, position, at)
           SELECT $1, feed, position, $5 FROM told
            WHERE NOT EXISTS (SELECT FROM device_feeds k
                               WHERE k.device_id = $1 AND k.feed = told.feed AND k.position = told.position
                                 AND k.left_at IS NULL)
              AND (feed = ANY ($7)
                   OR EXISTS (SELECT FROM device_feeds k WHERE k.device_id = $1 AND k.feed = told.feed))
           ON CONFLICT (device_id, feed) DO UPDATE
              SET position = excluded.position, at = excluded.at, left_at = NULL
         ), gone AS (
           UPDATE device_feeds SET left_at = $5
            WHERE device_id = $1 AND left_at IS NULL AND feed <> ALL ($2)
         )
         UPDATE devices SET pulled_at = $5, held = coalesce($4, held)
          WHERE device_id = $1
            AND (pulled_at IS NULL OR pulled_at + $6 <= $5 OR held IS DISTINCT FROM coalesce($4, held))",
    )
    .bind(device.0)
    .bind(names)
    .bind(positions)
    .bind(held.map(signed))
    .bind(now.0)
    .bind(PULLED_MILLIS)
    .bind(followed)
    .execute(connection)
    .await?;
    Ok(())
}

/// Devices that follow or followed a feed which a record has left, with when they told that they are past that.
pub(crate) async fn removals(
    connection: &mut PgConnection,
    record: Uuid,
) -> Result<Vec<RemovalView>, ServerError> {
    let rows = sqlx::query(
        "SELECT d.device_id, e.feed,
                CASE WHEN d.left_at IS NOT NULL THEN d.left_at WHEN d.position >= e.position THEN d.at END AS confirmed_at
           FROM feed_entries e
           JOIN device_feeds d ON d.feed = e.feed
          WHERE e.record_id = $1
            AND NOT e.present
          ORDER BY e.feed, d.device_id",
    )
    .bind(record)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(RemovalView {
                device: DeviceId(row.try_get("device_id")?),
                feed: row.try_get("feed")?,
                confirmed_at: row.try_get::<Option<i64>, _>("confirmed_at")?.map(Timestamp),
            })
        })
        .collect()
}

/// Notes that a device told that it holds nothing any more.
pub(crate) async fn note_wiped(
    connection: &mut PgConnection,
    id: DeviceId,
    now: Timestamp,
) -> Result<(), ServerError> {
    sqlx::query(
        "WITH gone AS (UPDATE device_feeds SET left_at = $2 WHERE device_id = $1 AND left_at IS NULL)
         UPDATE devices SET wiped_at = coalesce(wiped_at, $2), held = 0 WHERE device_id = $1",
    )
    .bind(id.0)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Locks a device for good; whether there is one.
pub(crate) async fn revoke(
    connection: &mut PgConnection,
    id: DeviceId,
    now: Timestamp,
) -> Result<bool, ServerError> {
    let done = sqlx::query("UPDATE devices SET revoked_at = coalesce(revoked_at, $2) WHERE device_id = $1")
        .bind(id.0)
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}
