//! Devices: which there are, what they have, and locking them.

use crate::app::App;
use crate::db::audits::{self, Entry};
use crate::db::{devices, records, sessions};
use crate::error::ServerError;
use crate::events::ASK_ANEW;
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::ids::{BranchId, DeviceId, UserId};
use lq_protocol::devices::{DeviceView, RemovalView};
use lq_protocol::error::ErrorCode;
use lq_protocol::session::RefreshRequest;
use lq_protocol::sync::PullRequest;
use sqlx::PgConnection;
use uuid::Uuid;

/// Every device, the last seen first.
///
/// # Errors
/// What the database says.
pub async fn list(app: &App) -> Result<Vec<DeviceView>, ServerError> {
    let mut connection = app.db().pool.acquire().await?;
    devices::all(&mut connection).await
}

/// Locks a device for good. It is told at its next request, and wipes what it holds.
///
/// # Errors
/// [`ErrorCode::NotFound`].
pub async fn revoke(app: &App, by: Option<UserId>, device: DeviceId) -> Result<(), ServerError> {
    let now = app.now();
    let mut tx = app.db().begin().await?;
    if !devices::revoke(&mut tx, device, now).await? {
        return Err(ErrorCode::NotFound.into());
    }
    let entry = Entry::new("revoke", now, by).about(Feature::Devices, device.0);
    audits::append(&mut tx, BranchId(records::BANK), &entry).await?;
    sqlx::query("SELECT pg_notify($1, $2)").bind(ASK_ANEW).bind(device.to_string()).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes all devices of a user come back and ask what they may hear.
pub(crate) async fn wake(connection: &mut PgConnection, user: UserId) -> Result<(), ServerError> {
    let all = "SELECT pg_notify($1, device_id::text) FROM devices WHERE user_id = $2";
    sqlx::query(all).bind(ASK_ANEW).bind(user.0).execute(connection).await?;
    Ok(())
}

/// Devices that held a record which has left a feed of theirs, with when each told that it is gone.
///
/// # Errors
/// What the database says.
pub async fn removals(app: &App, record: Uuid) -> Result<Vec<RemovalView>, ServerError> {
    let mut connection = app.db().pool.acquire().await?;
    devices::removals(&mut connection, record).await
}

/// Notes what a device has, as its pull tells.
pub(crate) async fn note_pull(
    app: &App,
    request: &PullRequest,
    followed: &[FeedId],
) -> Result<(), ServerError> {
    let mut connection = app.db().pool.acquire().await?;
    let feeds: Vec<(String, u64)> =
        request.cursors.iter().map(|cursor| (cursor.feed.to_string(), cursor.after)).collect();
    let followed: Vec<String> = followed.iter().map(FeedId::to_string).collect();
    devices::note_pull(&mut connection, request.device, (&feeds, &followed), request.held, app.now()).await
}

/// Notes that a locked device has wiped what it held. Its last refresh token proves that it is the device, and is good for
/// nothing else any more.
pub(crate) async fn wiped(app: &App, request: &RefreshRequest) -> Result<(), ServerError> {
    let now = app.now();
    let mut tx = app.db().begin().await?;
    let device = crate::session::proven(&mut tx, request).await?;
    let device = devices::lock(&mut tx, device).await?.ok_or(ErrorCode::SignedOut)?;
    if device.revoked_at.is_none() {
        return Err(ErrorCode::NotAllowed.into());
    }
    devices::note_wiped(&mut tx, device.id, now).await?;
    let mut entry = Entry::new("wiped", now, Some(device.user)).about(Feature::Devices, device.id.0);
    entry.device = Some(device.id);
    audits::append(&mut tx, BranchId(records::BANK), &entry).await?;
    sessions::end_of(&mut tx, device.id).await?;
    tx.commit().await?;
    Ok(())
}
