//! Devices, for administrators.

use crate::admin::{self, DeviceView};
use crate::app::App;
use crate::error::ServerError;
use crate::http::extract::{Administrator, Id};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use lq_domain::ids::DeviceId;
use lq_protocol::error::ApiError;

/// Every device.
#[utoipa::path(get, path = "/v1/devices", tag = "devices", security(("session" = [])), responses(
    (status = 200, body = Vec<DeviceView>),
    (status = 403, body = ApiError, description = "the role may not do this"),
))]
pub(crate) async fn list(
    State(app): State<App>,
    _: Administrator,
) -> Result<Json<Vec<DeviceView>>, ServerError> {
    Ok(Json(admin::device_list(&app).await?))
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
    admin::device_revoke(&app, Some(by.session.user), DeviceId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
