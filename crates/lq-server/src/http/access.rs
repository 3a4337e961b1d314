//! Why somebody may see a customer, over HTTP.

use crate::access;
use crate::app::App;
use crate::error::ServerError;
use crate::http::extract::Body;
use crate::session::Signed;
use axum::Json;
use axum::extract::State;
use lq_protocol::access::{LookupReply, LookupRequest};
use lq_protocol::error::ApiError;

/// Why the asker may see a customer, named by its whole name or number. The text is in the body: addresses are logged on their way.
#[utoipa::path(post, path = "/v1/access", tag = "access", security(("session" = [])), request_body = LookupRequest, responses(
    (status = 200, body = LookupReply, description = "the same for no such customer and for one of whom the asker may not know"),
    (status = 422, body = ApiError, description = "no text, or too long a one"),
))]
pub(crate) async fn lookup(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<LookupRequest>,
) -> Result<Json<LookupReply>, ServerError> {
    Ok(Json(access::lookup(&app, &signed, &request).await?))
}
