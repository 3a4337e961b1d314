//! Who answers here, and whether all is well.

use crate::app::App;
use crate::error::ServerError;
use axum::Json;
use axum::extract::State;
use lq_protocol::error::ApiError;
use lq_protocol::session::ServerInfo;
use lq_protocol::{SCHEMA, SCHEMA_OLDEST};
use serde::Serialize;
use utoipa::ToSchema;

/// Whether the server can work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
}

/// Whether the server reaches its database.
#[utoipa::path(get, path = "/v1/health", tag = "server", responses(
    (status = 200, body = Health),
    (status = 503, body = ApiError, description = "the database is out of reach"),
))]
pub(crate) async fn health(State(app): State<App>) -> Result<Json<Health>, ServerError> {
    app.db().epoch().await?;
    Ok(Json(Health { status: "ok" }))
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
