//! The description of the API. A test sees to it that it names every route that is served, and no other.

use super::{branches, customers, devices, server, sessions, sync, users};
use axum::Json;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi as _};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Langqiao", description = "Staff, customers and sync of the Langqiao server."),
    paths(
        server::health,
        server::live,
        server::info,
        serve,
        sessions::parameters,
        sessions::sign_in,
        sessions::refresh,
        sessions::password,
        sync::push,
        sync::pull,
        sync::events,
        customers::get,
        customers::put,
        customers::delete,
        users::list,
        users::add,
        users::set,
        branches::list,
        branches::add,
        devices::list,
        devices::revoke,
    ),
    modifiers(&Session)
)]
struct Description;

/// The bearer token of a session.
struct Session;

impl Modify for Session {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("session", scheme);
    }
}

/// The description of the API.
#[must_use]
pub fn document() -> OpenApi {
    Description::openapi()
}

/// This document.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "server", responses((status = 200, body = Object)))]
pub(crate) async fn serve() -> Json<OpenApi> {
    Json(document())
}
