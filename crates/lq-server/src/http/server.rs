//! Who answers here, and whether all is well.

use crate::app::App;
use crate::error::ServerError;
use axum::Json;
use axum::extract::State;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_protocol::session::ServerInfo;
use lq_protocol::{SCHEMA, SCHEMA_OLDEST};
use serde::Serialize;
use utoipa::ToSchema;

/// That all is well; otherwise there is an error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
}

const OK: Json<Health> = Json(Health { status: "ok" });

/// Whether devices should be sent here: the server reaches its database, finds it migrated, and was not told to stop.
#[utoipa::path(get, path = "/v1/health", tag = "server", responses(
    (status = 200, body = Health),
    (status = 503, body = ApiError, description = "the database is out of reach or not migrated, or the server stops"),
))]
pub(crate) async fn health(State(app): State<App>) -> Result<Json<Health>, ServerError> {
    if app.health().ready(app.db()).await { Ok(OK) } else { Err(ErrorCode::ServerBusy.into()) }
}

/// Whether the process answers at all. One that does not is to be started anew.
#[utoipa::path(get, path = "/v1/health/live", tag = "server", responses((status = 200, body = Health)))]
pub(crate) async fn live() -> Json<Health> {
    OK
}

/// What a client checks before it trusts an address.
#[utoipa::path(get, path = "/v1/server", tag = "server", responses((status = 200, body = ServerInfo)))]
pub(crate) async fn info(State(app): State<App>) -> Json<ServerInfo> {
    Json(ServerInfo {
        product: "langqiao".to_owned(),
        name: app.server().name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        schema_oldest: SCHEMA_OLDEST,
        schema: SCHEMA,
        sample: app.server().sample,
    })
}
