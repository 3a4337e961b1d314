//! The bank's recovery key as devices are told it: its public half. The private half is never here.

use crate::app::App;
use crate::db::audits::{self, Entry};
use crate::db::records;
use crate::error::ServerError;
use lq_domain::ids::BranchId;
use lq_protocol::error::ErrorCode;
use lq_protocol::recovery::RecoveryKey;
use serde::Serialize;

/// The recovery key that devices are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecoveryView {
    /// The public half.
    pub key: String,
    /// What devices show of it.
    pub fingerprint: String,
}

impl From<RecoveryKey> for RecoveryView {
    fn from(key: RecoveryKey) -> Self {
        Self { key: key.to_string(), fingerprint: key.fingerprint() }
    }
}

/// The key that devices are told, if there is one.
///
/// # Errors
/// What the database says.
pub async fn show(app: &App) -> Result<Option<RecoveryView>, ServerError> {
    let text: Option<String> =
        sqlx::query_scalar("SELECT recovery FROM server").fetch_one(&app.db().pool).await?;
    Ok(text.as_deref().and_then(RecoveryKey::parse).map(RecoveryView::from))
}

/// Tells devices this key from their next session on, or none any more.
///
/// # Errors
/// [`ErrorCode::RecoveryForm`] for what is no public key, or what the database says.
pub async fn set(app: &App, key: Option<&str>) -> Result<Option<RecoveryView>, ServerError> {
    let key = match key {
        Some(text) => Some(RecoveryKey::parse(text).ok_or(ErrorCode::RecoveryForm)?),
        None => None,
    };
    let mut tx = app.db().begin().await?;
    sqlx::query("UPDATE server SET recovery = $1")
        .bind(key.map(|key| key.to_string()))
        .execute(&mut *tx)
        .await?;
    let action = if key.is_some() { "recovery_set" } else { "recovery_clear" };
    let mut entry = Entry::new(action, app.now(), None);
    entry.reason = key.map(|key| key.fingerprint());
    audits::append(&mut tx, BranchId(records::BANK), &entry).await?;
    tx.commit().await?;
    Ok(key.map(RecoveryView::from))
}
