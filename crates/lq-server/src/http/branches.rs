//! Branches, for administrators.

use crate::admin::{self, BranchView, NewBranch};
use crate::app::App;
use crate::error::ServerError;
use crate::http::extract::{Administrator, Body};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use lq_protocol::error::ApiError;

/// Every branch.
#[utoipa::path(get, path = "/v1/branches", tag = "branches", security(("session" = [])), responses(
    (status = 200, body = Vec<BranchView>),
    (status = 403, body = ApiError, description = "the role may not do this"),
))]
pub(crate) async fn list(
    State(app): State<App>,
    _: Administrator,
) -> Result<Json<Vec<BranchView>>, ServerError> {
    Ok(Json(admin::branch_list(&app).await?))
}

/// Makes a branch.
#[utoipa::path(post, path = "/v1/branches", tag = "branches", security(("session" = [])), request_body = NewBranch,
    responses(
    (status = 201, body = BranchView),
    (status = 403, body = ApiError, description = "the role may not do this"),
    (status = 422, body = ApiError, description = "a value is not valid"),
))]
pub(crate) async fn add(
    State(app): State<App>,
    Administrator(by): Administrator,
    Body(new): Body<NewBranch>,
) -> Result<(StatusCode, Json<BranchView>), ServerError> {
    Ok((StatusCode::CREATED, Json(admin::branch_add(&app, Some(by.session.user), new).await?)))
}
