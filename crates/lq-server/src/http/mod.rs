//! The HTTP side: one list of routes, from which both the router and the tests of the description are made.

mod access;
mod audits;
mod branches;
pub(crate) mod customers;
mod devices;
mod extract;
mod intake;
pub(crate) mod openapi;
mod server;
mod sessions;
mod sync;
pub(crate) mod trace;
mod users;

use crate::app::App;
use crate::error::ServerError;
use crate::room;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, patch, post};
use lq_protocol::error::ErrorCode;
use std::time::Duration;
use tower_http::compression::CompressionLayer;
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::timeout::TimeoutLayer;

/// Largest body of a request, unpacked.
const BODY_MAX: usize = 16 * 1024 * 1024;
/// Longest work on one request until its answer begins.
const TIME_MAX: Duration = Duration::from_secs(55);

/// Largest body of a request from somebody who has not signed in.
const BODY_SMALL: usize = 16 * 1024;

/// Largest delivery, unpacked; what is larger comes in parts, or through the program on the server itself.
const BODY_LARGE: usize = 64 * 1024 * 1024;

/// Methods, path, handler.
type Route = (&'static [&'static str], &'static str, MethodRouter<App>);

/// Routes that anybody may ask. They read little.
fn open_routes() -> Vec<Route> {
    vec![
        (&["get"], "/v1/server", get(server::info)),
        (&["get"], "/v1/openapi.json", get(openapi::serve)),
        (&["post"], "/v1/sessions/parameters", post(sessions::parameters)),
        (&["post"], "/v1/sessions", post(sessions::sign_in)),
        (&["post"], "/v1/sessions/refresh", post(sessions::refresh)),
        // The token in its body says who asks.
        (&["post"], "/v1/devices/wiped", post(devices::wiped)),
    ]
}

/// Routes for balancers. They read nothing and wait for no room: a server that is full is not a broken one.
fn health_routes() -> Vec<Route> {
    vec![(&["get"], "/v1/health", get(server::health)), (&["get"], "/v1/health/live", get(server::live))]
}

/// Routes that need a session.
fn routes() -> Vec<Route> {
    vec![
        (&["post"], "/v1/sessions/password", small(post(sessions::password))),
        (&["post"], "/v1/sync/push", post(sync::push)),
        (&["post"], "/v1/sync/pull", post(sync::pull)),
        (&["post"], "/v1/sync/audits", post(audits::deliver)),
        (&["get"], "/v1/audits", get(audits::search)),
        (&["post"], "/v1/access", small(post(access::lookup))),
        (&["get"], "/v1/sync/events", get(sync::events)),
        (
            &["get", "put", "delete"],
            "/v1/customers/{id}",
            get(customers::get).put(customers::put).delete(customers::delete),
        ),
        (&["post"], "/v1/accounts", large(post(intake::accounts))),
        (&["post"], "/v1/transactions", large(post(intake::transactions))),
        (&["get", "post"], "/v1/users", get(users::list).post(users::add)),
        (&["patch"], "/v1/users/{id}", patch(users::set)),
        (&["get", "post"], "/v1/branches", get(branches::list).post(branches::add)),
        (&["get"], "/v1/devices", get(devices::list)),
        (&["get"], "/v1/devices/removals/{id}", get(devices::removals)),
        (&["post"], "/v1/devices/{id}/revoke", post(devices::revoke)),
    ]
}

/// A route that reads little.
fn small(route: MethodRouter<App>) -> MethodRouter<App> {
    route.layer(DefaultBodyLimit::max(BODY_SMALL))
}

/// A route that takes deliveries in.
fn large(route: MethodRouter<App>) -> MethodRouter<App> {
    route.layer(DefaultBodyLimit::max(BODY_LARGE))
}

/// Every method and path that is served.
#[must_use]
pub fn served() -> Vec<(&'static str, &'static str)> {
    let all = health_routes().into_iter().chain(open_routes()).chain(routes());
    all.flat_map(|(methods, path, _)| methods.iter().map(move |method| (*method, path))).collect()
}

fn table(routes: Vec<Route>) -> Router<App> {
    routes.into_iter().fold(Router::new(), |router, (_, path, handler)| router.route(path, handler))
}

/// The router with everything around it.
pub(crate) fn router(app: App) -> Router {
    let signed = table(routes()).route_layer(from_fn_with_state(app.clone(), room::signed));
    let open = table(open_routes())
        .route_layer(from_fn_with_state(app.clone(), room::open))
        .route_layer(DefaultBodyLimit::max(BODY_SMALL));
    table(health_routes())
        .merge(open)
        .merge(signed)
        .fallback(async || ServerError::from(ErrorCode::NotFound))
        .method_not_allowed_fallback(async || ServerError::from(ErrorCode::RequestForm))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(RequestDecompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIME_MAX))
        .layer(from_fn_with_state(app.clone(), trace::around))
        .layer(CompressionLayer::new())
        .with_state(app)
}
