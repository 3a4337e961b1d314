//! Around every request: a trace id, a line in the log without personal data, and its figures.

use crate::app::App;
use crate::metrics::NO_ROUTE;
use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;

tokio::task_local! {
    static TRACE: String;
}

/// The trace id of the request that is being answered.
pub(crate) fn current() -> String {
    TRACE.try_with(Clone::clone).unwrap_or_default()
}

/// Runs a request.
pub(crate) async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let running = app.metrics().begin();
    let trace_id = app.new_id().simple().to_string();
    let began = Instant::now();
    let method = request.method().clone();
    // The pattern, not the path: an id in a path may be a customer's.
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.as_deref().unwrap_or(NO_ROUTE);
    let mut response = TRACE.scope(trace_id.clone(), next.run(request)).await;
    drop(running);
    let took = began.elapsed();
    app.metrics().answered(&method, route, response.status(), took);
    tracing::info!(
        %trace_id,
        %method,
        route,
        status = response.status().as_u16(),
        took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "request"
    );
    if let Ok(value) = HeaderValue::from_str(&trace_id) {
        response.headers_mut().insert("x-trace-id", value);
    }
    response
}
