//! Around every request: a trace id, a line in the log without personal data, and a bound on how many run at once.

use crate::app::App;
use crate::error::ServerError;
use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use lq_protocol::error::ErrorCode;

tokio::task_local! {
    static TRACE: String;
}

/// The trace id of the request that is being answered.
pub(crate) fn current() -> String {
    TRACE.try_with(Clone::clone).unwrap_or_default()
}

/// Runs a request, if there is room.
pub(crate) async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let Ok(_room) = app.room().try_acquire_owned() else {
        return ServerError::from(ErrorCode::ServerBusy).into_response();
    };
    let trace_id = app.new_id().simple().to_string();
    let began = app.now();
    let method = request.method().clone();
    // The pattern, not the path: an id in a path may be a customer's.
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let mut response = TRACE.scope(trace_id.clone(), next.run(request)).await;
    let took_ms = app.now().0 - began.0;
    tracing::info!(
        %trace_id,
        %method,
        route = route.as_deref().unwrap_or("none"),
        status = response.status().as_u16(),
        took_ms,
        "request"
    );
    if let Ok(value) = HeaderValue::from_str(&trace_id) {
        response.headers_mut().insert("x-trace-id", value);
    }
    response
}
