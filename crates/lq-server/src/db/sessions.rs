//! Sessions: of each token only a hash is kept.

use crate::error::ServerError;
use lq_domain::clock::Timestamp;
use lq_domain::ids::{DeviceId, UserId};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

/// A session.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) id: Uuid,
    pub(crate) user: UserId,
    pub(crate) device: DeviceId,
    pub(crate) access_until: Timestamp,
    pub(crate) access_used: bool,
    pub(crate) refresh_hash: Vec<u8>,
    pub(crate) refresh_until: Timestamp,
    pub(crate) replaced_hash: Option<Vec<u8>>,
    /// Whether the session's device is locked.
    pub(crate) revoked: bool,
    /// Whether its user has to set a new password before anything else.
    pub(crate) password_expired: bool,
}

/// Hashes and ends of a pair of tokens.
#[derive(Debug, Clone)]
pub(crate) struct Hashes {
    pub(crate) access: Vec<u8>,
    pub(crate) access_until: Timestamp,
    pub(crate) refresh: Vec<u8>,
    pub(crate) refresh_until: Timestamp,
}

fn read(row: &PgRow) -> Result<Session, ServerError> {
    Ok(Session {
        id: row.try_get("session_id")?,
        user: UserId(row.try_get("user_id")?),
        device: DeviceId(row.try_get("device_id")?),
        access_until: Timestamp(row.try_get("access_until")?),
        access_used: row.try_get("access_used")?,
        refresh_hash: row.try_get("refresh_hash")?,
        refresh_until: Timestamp(row.try_get("refresh_until")?),
        replaced_hash: row.try_get("replaced_hash")?,
        revoked: row.try_get::<Option<i64>, _>("revoked_at")?.is_some(),
        password_expired: row.try_get("password_expired")?,
    })
}

/// The session of an access token.
pub(crate) async fn by_access(
    connection: &mut PgConnection,
    hash: &[u8],
) -> Result<Option<Session>, ServerError> {
    let row = sqlx::query(
        "SELECT s.session_id, s.user_id, s.device_id, s.access_until, s.access_used, s.refresh_hash, s.refresh_until,
                s.replaced_hash, d.revoked_at, u.password_expired
           FROM sessions s
           JOIN devices d USING (device_id)
           JOIN users u ON u.user_id = s.user_id
          WHERE s.access_hash = $1",
    )
    .bind(hash)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

/// A session by its id, for a writer.
pub(crate) async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<Option<Session>, ServerError> {
    let row = sqlx::query(
        "SELECT s.session_id, s.user_id, s.device_id, s.access_until, s.access_used, s.refresh_hash, s.refresh_until,
                s.replaced_hash, d.revoked_at, u.password_expired
           FROM sessions s
           JOIN devices d USING (device_id)
           JOIN users u ON u.user_id = s.user_id
          WHERE s.session_id = $1
            FOR UPDATE OF s",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Begins a session; the device's older ones, and all that ran out, end.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    id: Uuid,
    user: UserId,
    device: DeviceId,
    hashes: &Hashes,
    now: Timestamp,
) -> Result<(), ServerError> {
    sqlx::query("DELETE FROM sessions WHERE device_id = $1 OR (user_id = $2 AND refresh_until < $3)")
        .bind(device.0)
        .bind(user.0)
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO sessions (session_id, user_id, device_id, access_hash, access_until, access_used, refresh_hash,
                               refresh_until)
         VALUES ($1, $2, $3, $4, $5, false, $6, $7)",
    )
    .bind(id)
    .bind(user.0)
    .bind(device.0)
    .bind(&hashes.access)
    .bind(hashes.access_until.0)
    .bind(&hashes.refresh)
    .bind(hashes.refresh_until.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces a session's tokens.
pub(crate) async fn rotate(
    connection: &mut PgConnection,
    id: Uuid,
    hashes: &Hashes,
    replaced: &[u8],
) -> Result<(), ServerError> {
    sqlx::query(
        "UPDATE sessions
            SET access_hash = $2,
                access_until = $3,
                access_used = false,
                refresh_hash = $4,
                refresh_until = $5,
                replaced_hash = $6
          WHERE session_id = $1",
    )
    .bind(id)
    .bind(&hashes.access)
    .bind(hashes.access_until.0)
    .bind(&hashes.refresh)
    .bind(hashes.refresh_until.0)
    .bind(replaced)
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that the access token arrived, and when its device was last seen.
pub(crate) async fn note_use(
    connection: &mut PgConnection,
    session: &Session,
    now: Timestamp,
) -> Result<(), ServerError> {
    sqlx::query(
        "WITH used AS (UPDATE sessions SET access_used = true WHERE session_id = $1)
         UPDATE devices SET seen_at = $3 WHERE device_id = $2",
    )
    .bind(session.id)
    .bind(session.device.0)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a session.
pub(crate) async fn end(connection: &mut PgConnection, id: Uuid) -> Result<(), ServerError> {
    sqlx::query("DELETE FROM sessions WHERE session_id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// Ends every session of a device.
pub(crate) async fn end_of(connection: &mut PgConnection, device: DeviceId) -> Result<(), ServerError> {
    sqlx::query("DELETE FROM sessions WHERE device_id = $1").bind(device.0).execute(connection).await?;
    Ok(())
}

/// Ends every session of a user but one.
pub(crate) async fn end_others(
    connection: &mut PgConnection,
    user: UserId,
    kept: Option<Uuid>,
) -> Result<(), ServerError> {
    sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND session_id IS DISTINCT FROM $2")
        .bind(user.0)
        .bind(kept)
        .execute(connection)
        .await?;
    Ok(())
}
