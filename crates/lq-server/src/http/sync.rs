//! Push, pull and events.

use crate::app::App;
use crate::db::feeds;
use crate::devices;
use crate::error::ServerError;
use crate::http::extract::{Body, Params};
use crate::session::Signed;
use crate::write::settle;
use axum::Json;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt as _, stream};
use lq_domain::feature::Feature;
use lq_domain::feeds::{FeedId, subscriptions};
use lq_protocol::error::{ApiError, ErrorCode};
use lq_protocol::sync::{
    EventsQuery, FeedEvent, FeedPage, PULL_MAX, PUSH_MAX, PullReply, PullRequest, PushReply, PushRequest,
    entities, knows,
};
use lq_protocol::{SCHEMA, SCHEMA_OLDEST};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

/// Longest silence of the event stream.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

/// Settles changes in order of their sequence; a repeated one gets its first outcome.
#[utoipa::path(post, path = "/v1/sync/push", tag = "sync", security(("session" = [])),
    request_body(content = Object, description = "device, incarnation, changes"), responses(
    (status = 200, body = Object, description = "epoch, and one outcome per change in the same order"),
    (status = 401, body = ApiError, description = "sign in again"),
    (status = 403, body = ApiError, description = "the device is locked, or not the one that signed in"),
    (status = 409, body = ApiError, description = "the numbering was rewound, or has a hole"),
    (status = 413, body = ApiError, description = "too many changes, or too large"),
))]
pub(crate) async fn push(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<PushRequest>,
) -> Result<Json<PushReply>, ServerError> {
    if request.device != signed.device() {
        return Err(ErrorCode::NotAllowed.into());
    }
    if request.changes.len() > PUSH_MAX {
        return Err(ErrorCode::RequestSize.into());
    }
    if request.changes.iter().any(|change| !(SCHEMA_OLDEST..=SCHEMA).contains(&change.schema)) {
        return Err(ErrorCode::SchemaMismatch.into());
    }
    let epoch = app.db().epoch().await?;
    if request.epoch.is_some_and(|known| known != epoch) {
        return Err(ErrorCode::EpochChanged.into());
    }
    let outcomes = settle(&app, &signed, request.incarnation, &request.changes).await?;
    for outcome in &outcomes {
        app.metrics().outcome(&outcome.result);
    }
    Ok(Json(PushReply { epoch, outcomes }))
}

/// What is new in the feeds that the user follows now.
#[utoipa::path(post, path = "/v1/sync/pull", tag = "sync", security(("session" = [])),
    request_body(content = Object, description = "device, epoch, cursors, limit"), responses(
    (status = 200, body = Object, description = "epoch, server_time, subscriptions, pages, more"),
    (status = 401, body = ApiError, description = "sign in again"),
    (status = 403, body = ApiError, description = "the device is locked, or not the one that signed in"),
))]
pub(crate) async fn pull(
    State(app): State<App>,
    signed: Signed,
    Body(request): Body<PullRequest>,
) -> Result<Json<PullReply>, ServerError> {
    if request.device != signed.device() {
        return Err(ErrorCode::NotAllowed.into());
    }
    let epoch = app.db().epoch().await?;
    let subscriptions = followed(&signed, request.schema);
    // What a device had in another life of the database says nothing about this one.
    if request.epoch == Some(epoch) {
        devices::note_pull(&app, &request, &subscriptions).await?;
    }
    let known: HashMap<FeedId, (u64, u64)> = if request.epoch == Some(epoch) {
        request.cursors.iter().map(|cursor| (cursor.feed.clone(), (cursor.after, cursor.anew))).collect()
    } else {
        // The positions belong to another life of the database.
        HashMap::new()
    };
    let limit = request.limit.clamp(1, PULL_MAX);
    let (pages, more) = pages(&app, &subscriptions, &known, (limit, &entities(request.schema))).await?;
    Ok(Json(PullReply { epoch, server_time: app.now().0, subscriptions, pages, more }))
}

/// The feeds that a user follows now, of those that the device knows.
fn followed(signed: &Signed, schema: u16) -> Vec<FeedId> {
    let mut feeds = subscriptions(&signed.known.profile.actor());
    feeds.retain(|feed| knows(schema, feed));
    feeds
}

/// Pages of the feeds, until the limit is reached; those behind it say only how far they reach.
async fn pages(
    app: &App,
    subscriptions: &[FeedId],
    known: &HashMap<FeedId, (u64, u64)>,
    (limit, entities): (u32, &[Feature]),
) -> Result<(Vec<FeedPage>, bool), ServerError> {
    let mut connection = app.db().pool.acquire().await?;
    let mut pages = Vec::new();
    let mut left = limit;
    let mut more = false;
    for feed in subscriptions {
        let (after, anew) = known.get(feed).copied().unwrap_or_default();
        if left == 0 || more {
            let head = feeds::head(&mut connection, feed).await?;
            more |= head > after;
            pages.push(FeedPage {
                feed: feed.clone(),
                entries: Vec::new(),
                next: after,
                head,
                resync: false,
            });
            continue;
        }
        let page = feeds::page(&mut connection, feed, (after, anew), (left, entities)).await?;
        left = left.saturating_sub(u32::try_from(page.entries.len()).unwrap_or(u32::MAX));
        more = page.next < page.head;
        if page.next != after || page.resync || !known.contains_key(feed) {
            pages.push(page);
        }
    }
    Ok((pages, more))
}

/// Server-sent events: each says that a feed has news.
#[utoipa::path(get, path = "/v1/sync/events", tag = "sync", security(("session" = [])), params(EventsQuery), responses(
    (status = 200, content_type = "text/event-stream", body = String, description = "data: feed and head"),
    (status = 401, body = ApiError, description = "sign in again"),
    (status = 403, body = ApiError, description = "the device is locked by the bank"),
    (status = 503, body = ApiError, description = "the server stops: listen to another"),
))]
pub(crate) async fn events(
    State(app): State<App>,
    signed: Signed,
    Params(query): Params<EventsQuery>,
) -> Result<Sse<impl Stream<Item = Result<Event, axum::Error>>>, ServerError> {
    let feeds: BTreeSet<FeedId> = followed(&signed, query.schema).into_iter().collect();
    // Before the heads are read: nothing falls between them and the news.
    let news = app.news().subscribe(signed.device(), feeds.clone());
    // After that: whoever comes while the server begins to stop is either sent away here or told to come back by the stop.
    if app.health().stopping() {
        return Err(ErrorCode::ServerBusy.into());
    }
    let mut connection = app.db().pool.acquire().await?;
    let mut heads = Vec::new();
    for feed in &feeds {
        heads.push(FeedEvent { feed: feed.clone(), head: feeds::head(&mut connection, feed).await? });
    }
    drop(connection);
    // With the access token ends the stream: who listens on has to show that they still may.
    let left = signed.session.access_until.0.saturating_sub(app.now().0);
    let end = tokio::time::sleep(Duration::from_millis(u64::try_from(left).unwrap_or_default()));
    let news = stream::iter(heads).chain(news.news()).take_until(end);
    let events = news.map(|event| Event::default().json_data(event));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE)))
}
