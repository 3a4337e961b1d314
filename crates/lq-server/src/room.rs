//! How many requests are worked on at the same time. Those of people who have not signed in have a room of their own, so that they
//! never stand in the way of those who have; and who sends slowly waits outside it.

use crate::app::App;
use crate::error::ServerError;
use crate::metrics::Shed;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use lq_protocol::error::ErrorCode;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Requests of sessions that are worked on at the same time; more are asked to come back.
const SIGNED: usize = 256;
/// The same for requests without a session.
const OPEN: usize = 64;
/// Requests without a session that may be sending their body. Each is small: together they hold 16 MiB at most.
const DOORWAY: usize = 1_024;
/// How long a body without a session may take to come in. It fits into a dozen packets.
const BODY: Duration = Duration::from_secs(5);

/// The rooms of a process.
pub(crate) struct Room {
    signed: Semaphore,
    open: Semaphore,
    doorway: Semaphore,
}

impl Default for Room {
    fn default() -> Self {
        Self { signed: Semaphore::new(SIGNED), open: Semaphore::new(OPEN), doorway: Semaphore::new(DOORWAY) }
    }
}

/// Runs a request on a route that needs a session, if there is room. Whether it has one is found out inside, before its body is read.
pub(crate) async fn signed(State(app): State<App>, request: Request, next: Next) -> Response {
    match enter(&app, &app.room().signed, Shed::Signed) {
        Ok(_place) => next.run(request).await,
        Err(busy) => busy.into_response(),
    }
}

/// Runs a request on a route that anybody may ask, once all of it is here.
pub(crate) async fn open(State(app): State<App>, request: Request, next: Next) -> Response {
    match read(&app, request).await {
        Ok(request) => match enter(&app, &app.room().open, Shed::Open) {
            Ok(_place) => next.run(request).await,
            Err(busy) => busy.into_response(),
        },
        Err(error) => error.into_response(),
    }
}

fn enter<'r>(app: &App, room: &'r Semaphore, kind: Shed) -> Result<SemaphorePermit<'r>, ServerError> {
    room.try_acquire().map_err(|_| {
        app.metrics().shed(kind);
        ErrorCode::ServerBusy.into()
    })
}

/// Reads the whole body; the limit of its size is the route's.
async fn read(app: &App, request: Request) -> Result<Request, ServerError> {
    let _place = enter(app, &app.room().doorway, Shed::Doorway)?;
    let (parts, body) = request.into_parts();
    let copy = Request::from_parts(parts.clone(), body);
    match timeout(BODY, Bytes::from_request(copy, &())).await {
        Ok(Ok(bytes)) => Ok(Request::from_parts(parts, Body::from(bytes))),
        Ok(Err(refused)) if refused.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(ErrorCode::RequestSize.into())
        }
        Ok(Err(_)) => Err(ErrorCode::RequestForm.into()),
        Err(_) => {
            app.metrics().shed(Shed::Slow);
            Err(ErrorCode::ServerBusy.into())
        }
    }
}
