//! Deliveries of the bank's other systems, by their keys.

use crate::app::App;
use crate::db::keys::Key;
use crate::error::ServerError;
use crate::http::extract::{Deliverer, Params};
use crate::intake::{Delivery, Format, Report, take_in};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use lq_domain::access::KeyScope;
use lq_protocol::error::{ApiError, ErrorCode};
use serde::Deserialize;
use utoipa::IntoParams;

/// How a delivery is to be taken.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct Wanted {
    /// Whether one bad line makes the whole delivery refused.
    #[serde(default)]
    strict: bool,
    /// Where the columns of `text/plain` lie: `account:1-19,reference:20-39`.
    layout: Option<String>,
}

/// The format that a content type names.
fn format(headers: &HeaderMap, wanted: &Wanted) -> Result<Format, ServerError> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match kind.split(';').next().unwrap_or_default().trim() {
        "text/csv" => Ok(Format::Csv),
        "application/json" => Ok(Format::Json),
        "application/xml" | "text/xml" => Ok(Format::Camt053),
        "text/plain" => match &wanted.layout {
            Some(layout) => Ok(Format::Fixed { layout: layout.clone() }),
            None => Err(ApiError::new(ErrorCode::RequestForm).in_field("layout").into()),
        },
        _ => Err(ErrorCode::FileKind.into()),
    }
}

/// Takes a delivery in, to its end, though its sender may go away: it can be sent again and changes nothing then. A copy into a table that
/// is dropped while PostgreSQL answers leaves the answer in the connection, for whoever is given it next.
async fn deliver(
    app: App,
    what: KeyScope,
    key: Key,
    wanted: Wanted,
    (headers, bytes): (HeaderMap, Bytes),
) -> Result<Json<Report>, ServerError> {
    key.may(what)?;
    let format = format(&headers, &wanted)?;
    let taking = tokio::spawn(async move {
        let delivery = Delivery { format: &format, bytes: &bytes, strict: wanted.strict, key: Some(key.id) };
        take_in(&app, what, &delivery).await
    });
    Ok(Json(taking.await.map_err(std::io::Error::from)??))
}

/// Takes in accounts: `text/csv`, `text/plain` with a layout, or `application/json`.
#[utoipa::path(post, path = "/v1/accounts", tag = "intake", security(("key" = [])), params(Wanted),
    request_body(content = String, content_type = "text/csv"), responses(
    (status = 200, body = Report, description = "what was taken, and each bad line with its number and cause"),
    (status = 401, body = ApiError, description = "no such key"),
    (status = 403, body = ApiError, description = "the key may not deliver accounts"),
    (status = 413, body = ApiError, description = "too large: deliver in parts"),
    (status = 422, body = ApiError, description = "the delivery as a whole can't be read"),
))]
pub(crate) async fn accounts(
    State(app): State<App>,
    Deliverer(key): Deliverer,
    Params(wanted): Params<Wanted>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Report>, ServerError> {
    deliver(app, KeyScope::Accounts, key, wanted, (headers, body)).await
}

/// Takes in transactions: `text/csv`, `text/plain` with a layout, `application/json`, or camt.053 as `application/xml`.
#[utoipa::path(post, path = "/v1/transactions", tag = "intake", security(("key" = [])), params(Wanted),
    request_body(content = String, content_type = "text/csv"), responses(
    (status = 200, body = Report, description = "what was taken, and each bad line with its number and cause"),
    (status = 401, body = ApiError, description = "no such key"),
    (status = 403, body = ApiError, description = "the key may not deliver transactions"),
    (status = 413, body = ApiError, description = "too large: deliver in parts"),
    (status = 422, body = ApiError, description = "the delivery as a whole can't be read"),
))]
pub(crate) async fn transactions(
    State(app): State<App>,
    Deliverer(key): Deliverer,
    Params(wanted): Params<Wanted>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Report>, ServerError> {
    deliver(app, KeyScope::Transactions, key, wanted, (headers, body)).await
}
