//! The only way to see a masked value: one field, for a reason, for a while, and noted.

use super::visible;
use crate::Client;
use crate::client::Open;
use crate::contract::customers::{RevealField, Revealed};
use crate::error::ClientError;
use lq_domain::access::Permission;
use lq_domain::clock::Timestamp;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_store::audits::Audit;
use uuid::Uuid;

/// Seconds for which a value stays on the screen.
const SECONDS: u32 = 30;
/// The most characters of a reason.
const REASON_MAX: usize = 200;

impl Client {
    /// Shows one masked field. The audit has the entry before the screen has the value.
    ///
    /// # Errors
    /// [`ErrorCode::ReasonMissing`], [`ErrorCode::NotFound`] also when the field is empty, and others.
    pub async fn customers_reveal(&self, input: RevealField) -> Result<Revealed, ClientError> {
        let open = self.open()?;
        let stored = visible(&open, Permission::CustomersReveal, input.id).await?;
        let reason = reason(&input.reason)?;
        let field = input.field.as_str();
        let value = stored.record.get(field).ok_or(ErrorCode::NotFound)?.to_owned();
        let detail = serde_json::json!({ "field": field, "reason": reason });
        audit(&open, self.clock().now(), "customers_reveal", Some(input.id.0), &detail).await?;
        Ok(Revealed { value, seconds: SECONDS })
    }
}

/// Reads a reason that has to be given.
pub(crate) fn reason(typed: &str) -> Result<String, ApiError> {
    let reason = typed.trim();
    if reason.is_empty() {
        return Err(ApiError::new(ErrorCode::ReasonMissing).in_field("reason"));
    }
    if reason.chars().count() > REASON_MAX {
        return Err(ApiError::new(ErrorCode::TextLength).in_field("reason").with("max", REASON_MAX));
    }
    Ok(reason.to_owned())
}

/// Adds an entry to the audit.
pub(crate) async fn audit(
    open: &Open,
    at: Timestamp,
    action: &str,
    record: Option<Uuid>,
    detail: &serde_json::Value,
) -> Result<(), ClientError> {
    let entry = Audit {
        at,
        actor: open.actor().user,
        device: open.store.device().await,
        action: action.to_owned(),
        record,
        detail: detail.to_string(),
    };
    Ok(open.store.audit(&entry).await?)
}
