//! The description of the API. A test sees to it that it names every route that is served, and no other.

use super::{access, audits, branches, customers, devices, intake, server, sessions, sync, users};
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
        audits::deliver,
        audits::search,
        access::lookup,
        customers::get,
        customers::put,
        customers::delete,
        intake::accounts,
        intake::transactions,
        users::list,
        users::add,
        users::set,
        branches::list,
        branches::add,
        devices::list,
        devices::revoke,
        devices::removals,
        devices::wiped,
    ),
    modifiers(&Session)
)]
struct Description;

/// The bearer tokens: of a session, and the key of another system.
struct Session;

impl Modify for Session {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", scheme.clone());
        components.add_security_scheme("key", scheme);
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
