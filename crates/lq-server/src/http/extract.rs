//! Who asks, and with what.

use crate::app::App;
use crate::db::keys::Key;
use crate::error::ServerError;
use crate::keys;
use crate::session::{self, Signed};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use lq_domain::access::Permission;
use lq_protocol::error::ErrorCode;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// The body of a request.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = ServerError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ServerError> {
        match Json::<T>::from_request(request, app).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(refused(&rejection)),
        }
    }
}

fn refused(rejection: &JsonRejection) -> ServerError {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::RequestSize.into(),
        _ => ErrorCode::RequestForm.into(),
    }
}

/// What stands behind the question mark of an address.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Params<T> {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ServerError> {
        let read = Query::<T>::from_request_parts(parts, app).await;
        read.map(|Query(params)| Self(params)).map_err(|_| ErrorCode::RequestForm.into())
    }
}

/// The token that a request bears.
fn bearer(headers: &HeaderMap) -> Result<&str, ErrorCode> {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    value.and_then(|value| value.strip_prefix("Bearer ")).ok_or(ErrorCode::SignedOut)
}

impl FromRequestParts<App> for Signed {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ServerError> {
        let AnyPassword(signed) = AnyPassword::from_request_parts(parts, app).await?;
        if signed.session.password_expired {
            return Err(ErrorCode::PasswordExpired.into());
        }
        Ok(signed)
    }
}

/// Somebody who signed in, perhaps with a password that an administrator knows. It is good for nothing but setting another.
pub(crate) struct AnyPassword(pub(crate) Signed);

impl FromRequestParts<App> for AnyPassword {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ServerError> {
        let token = bearer(&parts.headers)?;
        Ok(Self(session::authenticate(app, token).await?))
    }
}

/// An administrator of users and branches.
pub(crate) struct Administrator(pub(crate) Signed);

impl FromRequestParts<App> for Administrator {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ServerError> {
        let signed = Signed::from_request_parts(parts, app).await?;
        signed.known.profile.actor().may(Permission::UsersEdit)?;
        Ok(Self(signed))
    }
}

/// Another system of the bank, by its key. It is asked for before the body is read.
pub(crate) struct Deliverer(pub(crate) Key);

impl FromRequestParts<App> for Deliverer {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ServerError> {
        Ok(Self(keys::authenticate(app, bearer(&parts.headers)?).await?))
    }
}

/// The id in a path. Whatever is no id names nothing.
pub(crate) struct Id(pub(crate) Uuid);

impl FromRequestParts<App> for Id {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ServerError> {
        let Path(id) = Path::<Uuid>::from_request_parts(parts, app).await.map_err(|_| ErrorCode::NotFound)?;
        Ok(Self(id))
    }
}
