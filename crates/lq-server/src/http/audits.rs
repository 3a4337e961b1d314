//! The audit over HTTP.

use crate::app::App;
use crate::audits::{self, AuditQuery, AuditView};
use crate::error::ServerError;
use crate::http::extract::{Body, Params};
use crate::session::Signed;
use axum::Json;
use axum::extract::State;
use lq_protocol::audit::{AuditsReply, AuditsRequest};
use lq_protocol::error::ApiError;

/// Takes in what was looked at and taken out on a device. A repeated delivery adds nothing.
#[utoipa::path(post, path = "/v1/sync/audits", tag = "sync", security(("session" = [])),
    request_body(content = Object, description = "device, before, entries, last"), responses(
    (status = 200, body = Object, description = "how many entries were new"),
    (status = 403, body = ApiError, description = "the device is locked, or not the one that signed in"),
    (status = 413, body = ApiError, description = "too many entries"),
))]
pub(crate) async fn deliver(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<AuditsRequest>,
) -> Result<Json<AuditsReply>, ServerError> {
    Ok(Json(AuditsReply { kept: audits::deliver(&app, &signed, &request).await? }))
}

/// Entries of the audit in the branches that the asker reaches, newest first, a hundred at a time.
#[utoipa::path(get, path = "/v1/audits", tag = "audits", security(("session" = [])), params(AuditQuery), responses(
    (status = 200, body = Vec<AuditView>),
    (status = 403, body = ApiError, description = "the role may not do this"),
))]
pub(crate) async fn search(
    State(app): State<App>,
    signed: Signed,
    Params(query): Params<AuditQuery>,
) -> Result<Json<Vec<AuditView>>, ServerError> {
    Ok(Json(audits::search(&app, &signed, &query).await?))
}
