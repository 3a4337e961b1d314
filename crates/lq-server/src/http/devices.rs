//! Devices, for administrators.

use crate::app::App;
use crate::devices;
use crate::error::ServerError;
use crate::http::extract::{Administrator, Body, Id};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use lq_domain::ids::DeviceId;
use lq_protocol::devices::{DeviceView, RemovalView};
use lq_protocol::error::ApiError;
use lq_protocol::session::RefreshRequest;

/// Every device.
#[utoipa::path(get, path = "/v1/devices", tag = "devices", security(("session" = [])), responses(
    (status = 200, body = Vec<DeviceView>),
    (status = 403, body = ApiError, description = "the role may not do this"),
))]
pub(crate) async fn list(
    State(app): State<App>,
    _: Administrator,
) -> Result<Json<Vec<DeviceView>>, ServerError> {
    Ok(Json(devices::list(&app).await?))
}

/// Locks a device for good; it wipes what it holds when it is told.
#[utoipa::path(post, path = "/v1/devices/{id}/revoke", tag = "devices", security(("session" = [])),
    params(("id" = Uuid, Path)), responses(
    (status = 204),
    (status = 403, body = ApiError, description = "the role may not do this"),
    (status = 404, body = ApiError, description = "no such device"),
))]
pub(crate) async fn revoke(
    State(app): State<App>,
    Administrator(by): Administrator,
    Id(id): Id,
) -> Result<StatusCode, ServerError> {
    devices::revoke(&app, Some(by.session.user), DeviceId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Devices that held a record which has left a feed of theirs, with when each told that it is gone.
#[utoipa::path(get, path = "/v1/devices/removals/{id}", tag = "devices", security(("session" = [])),
    params(("id" = Uuid, Path)), responses(
    (status = 200, body = Vec<RemovalView>),
    (status = 403, body = ApiError, description = "the role may not do this"),
))]
pub(crate) async fn removals(
    State(app): State<App>,
    _: Administrator,
    Id(id): Id,
) -> Result<Json<Vec<RemovalView>>, ServerError> {
    Ok(Json(devices::removals(&app, id).await?))
}

/// Notes that a locked device has wiped what it held, proven by its last refresh token.
#[utoipa::path(post, path = "/v1/devices/wiped", tag = "devices", request_body = RefreshRequest, responses(
    (status = 204),
    (status = 401, body = ApiError, description = "not the last refresh token of a device"),
    (status = 403, body = ApiError, description = "the device is not locked"),
))]
pub(crate) async fn wiped(
    State(app): State<App>,
    Body(request): Body<RefreshRequest>,
) -> Result<StatusCode, ServerError> {
    devices::wiped(&app, &request).await?;
    Ok(StatusCode::NO_CONTENT)
}
