//! Devices: registered by the first sign-in, locked by an administrator.

use crate::error::ServerError;
use lq_domain::clock::Timestamp;
use lq_domain::ids::{DeviceId, UserId};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

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

/// Every device, the last seen first.
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<Device>, ServerError> {
    let rows = sqlx::query(
        "SELECT device_id, user_id, name, registered_at, seen_at, revoked_at
           FROM devices
          ORDER BY seen_at DESC, device_id",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
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
