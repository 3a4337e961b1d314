//! Signing in and staying so.

use crate::app::App;
use crate::error::ServerError;
use crate::http::extract::{AnyPassword, Body};
use crate::session;
use axum::Json;
use axum::extract::State;
use lq_protocol::error::ApiError;
use lq_protocol::session::{
    ParametersReply, ParametersRequest, PasswordRequest, RefreshRequest, SessionReply, SignInRequest,
};

/// How to derive a user's secret. An unknown login gets parameters too.
#[utoipa::path(post, path = "/v1/sessions/parameters", tag = "sessions", request_body = ParametersRequest, responses(
    (status = 200, body = ParametersReply),
))]
pub(crate) async fn parameters(
    State(app): State<App>,
    Body(request): Body<ParametersRequest>,
) -> Result<Json<ParametersReply>, ServerError> {
    Ok(Json(session::parameters(&app, &request).await?))
}

/// Begins a session and registers the device.
#[utoipa::path(post, path = "/v1/sessions", tag = "sessions", request_body = SignInRequest, responses(
    (status = 200, body = SessionReply),
    (status = 401, body = ApiError, description = "login or password is wrong"),
    (status = 403, body = ApiError, description = "the device is locked by the bank"),
    (status = 429, body = ApiError, description = "too many wrong passwords"),
))]
pub(crate) async fn sign_in(
    State(app): State<App>,
    Body(request): Body<SignInRequest>,
) -> Result<Json<SessionReply>, ServerError> {
    let reply = session::sign_in(&app, request).await;
    if let Err(ServerError::Told(refusal)) = &reply {
        app.metrics().sign_in_refused(refusal.code);
    }
    Ok(Json(reply?))
}

/// Renews a session. Each refresh token works once.
#[utoipa::path(post, path = "/v1/sessions/refresh", tag = "sessions", request_body = RefreshRequest, responses(
    (status = 200, body = SessionReply),
    (status = 401, body = ApiError, description = "sign in again"),
    (status = 403, body = ApiError, description = "the device is locked by the bank"),
))]
pub(crate) async fn refresh(
    State(app): State<App>,
    Body(request): Body<RefreshRequest>,
) -> Result<Json<SessionReply>, ServerError> {
    Ok(Json(session::refresh(&app, &request).await?))
}

/// Sets a new password; the user's other sessions end.
#[utoipa::path(post, path = "/v1/sessions/password", tag = "sessions", request_body = PasswordRequest,
    security(("session" = [])), responses(
    (status = 200, body = SessionReply),
    (status = 401, body = ApiError, description = "the old password is wrong"),
    (status = 422, body = ApiError, description = "the new password is the old one"),
))]
pub(crate) async fn password(
    State(app): State<App>,
    AnyPassword(signed): AnyPassword,
    Body(request): Body<PasswordRequest>,
) -> Result<Json<SessionReply>, ServerError> {
    Ok(Json(session::password(&app, &signed, request).await?))
}
