//! Members of staff, for administrators.

use crate::admin::{self, NewUser, UserChange, UserView};
use crate::app::App;
use crate::error::ServerError;
use crate::http::extract::{Administrator, Body, Id};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use lq_domain::ids::UserId;
use lq_protocol::error::ApiError;

/// Every user.
#[utoipa::path(get, path = "/v1/users", tag = "users", security(("session" = [])), responses(
    (status = 200, body = Vec<UserView>),
    (status = 403, body = ApiError, description = "the role may not do this"),
))]
pub(crate) async fn list(
    State(app): State<App>,
    _: Administrator,
) -> Result<Json<Vec<UserView>>, ServerError> {
    Ok(Json(admin::user_list(&app).await?))
}

/// Makes a user.
#[utoipa::path(post, path = "/v1/users", tag = "users", security(("session" = [])), request_body = NewUser, responses(
    (status = 201, body = UserView),
    (status = 403, body = ApiError, description = "the role may not do this"),
    (status = 409, body = ApiError, description = "the login name is taken"),
    (status = 422, body = ApiError, description = "a value is not valid"),
))]
pub(crate) async fn add(
    State(app): State<App>,
    Administrator(by): Administrator,
    Body(new): Body<NewUser>,
) -> Result<(StatusCode, Json<UserView>), ServerError> {
    Ok((StatusCode::CREATED, Json(admin::user_add(&app, Some(by.session.user), new).await?)))
}

/// Changes a user.
#[utoipa::path(patch, path = "/v1/users/{id}", tag = "users", security(("session" = [])),
    params(("id" = Uuid, Path)), request_body = UserChange, responses(
    (status = 200, body = UserView),
    (status = 403, body = ApiError, description = "the role may not do this"),
    (status = 404, body = ApiError, description = "no such user"),
    (status = 422, body = ApiError, description = "a value is not valid"),
))]
pub(crate) async fn set(
    State(app): State<App>,
    Administrator(by): Administrator,
    Id(id): Id,
    Body(change): Body<UserChange>,
) -> Result<Json<UserView>, ServerError> {
    Ok(Json(admin::user_set(&app, Some(by.session.user), UserId(id), change).await?))
}
