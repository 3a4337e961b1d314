//! Figures for Prometheus: counts and durations by words that are fixed when the program is built. No id, no name, no path that
//! somebody typed becomes a label, so that nothing personal leaves this way and nobody makes the figures grow.

use crate::app::App;
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use lq_protocol::change::ChangeResult;
use lq_protocol::error::ErrorCode;
use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// Where a route goes that is none.
pub(crate) const NO_ROUTE: &str = "none";
/// Upper bounds of durations, in seconds. One of them is the promise for a push (200 ms), one the longest that a request may take.
const SECONDS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 15.0, 55.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    method: &'static str,
    route: String,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// Why a request was sent away.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shed {
    /// Too many requests of sessions at work.
    Signed,
    /// Too many requests without a session at work.
    Open,
    /// Too many requests without a session sending their body.
    Doorway,
    /// A body without a session that came in too slowly.
    Slow,
}

/// The figures of a process.
pub(crate) struct Metrics {
    registry: Registry,
    answers: Family<Answer, Counter>,
    durations: Family<Route, Histogram>,
    running: Gauge,
    shed: Family<Reason, Counter>,
    outcomes: Family<Outcome, Counter>,
    sign_ins_refused: Family<Reason, Counter>,
    listeners: Gauge,
    connections_used: Gauge,
    connections_idle: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut this = Self {
            registry: Registry::with_prefix("langqiao"),
            answers: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            running: Gauge::default(),
            shed: Family::default(),
            outcomes: Family::default(),
            sign_ins_refused: Family::default(),
            listeners: Gauge::default(),
            connections_used: Gauge::default(),
            connections_idle: Gauge::default(),
        };
        this.register();
        this
    }
}

/// A request that runs, until this is dropped.
pub(crate) struct Running<'m>(&'m Gauge);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    fn register(&mut self) {
        let all = &mut self.registry;
        all.register("requests", "Requests answered", self.answers.clone());
        all.register_with_unit(
            "request_duration",
            "Time until the answer began",
            Unit::Seconds,
            self.durations.clone(),
        );
        all.register("requests_running", "Requests being answered", self.running.clone());
        all.register("requests_shed", "Requests sent away for want of room", self.shed.clone());
        all.register("push_outcomes", "Outcomes told for pushed changes", self.outcomes.clone());
        all.register("sign_ins_refused", "Sign-ins refused", self.sign_ins_refused.clone());
        all.register("event_listeners", "Open event streams", self.listeners.clone());
        all.register("database_connections_used", "Connections at work", self.connections_used.clone());
        all.register("database_connections_idle", "Connections at rest", self.connections_idle.clone());
    }

    /// A request begins.
    pub(crate) fn begin(&self) -> Running<'_> {
        self.running.inc();
        Running(&self.running)
    }

    /// A request was answered. `route` is the pattern, not the path.
    pub(crate) fn answered(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let (method, route) = (method_word(method), route.to_owned());
        let answer = Answer { method, route: route.clone(), status: class(status) };
        self.answers.get_or_create(&answer).inc();
        self.durations.get_or_create(&Route { method, route }).observe(took.as_secs_f64());
    }

    /// A request was sent away.
    pub(crate) fn shed(&self, kind: Shed) {
        let reason = match kind {
            Shed::Signed => "signed",
            Shed::Open => "open",
            Shed::Doorway => "doorway",
            Shed::Slow => "slow",
        };
        self.shed.get_or_create(&Reason { reason }).inc();
    }

    /// The outcome of a change is told.
    pub(crate) fn outcome(&self, result: &ChangeResult) {
        let outcome = match result {
            ChangeResult::Applied => "applied",
            ChangeResult::Merged { .. } => "merged",
            ChangeResult::Conflict { .. } => "conflict",
            ChangeResult::Refused { .. } => "refused",
        };
        self.outcomes.get_or_create(&Outcome { outcome }).inc();
    }

    /// A sign-in was refused.
    pub(crate) fn sign_in_refused(&self, code: ErrorCode) {
        self.sign_ins_refused.get_or_create(&Reason { reason: code.as_str() }).inc();
    }

    /// All figures, in Prometheus' text format.
    fn text(&self, app: &App) -> Result<String, std::fmt::Error> {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let pool = &app.db().pool;
        let idle = pool.num_idle();
        self.listeners.set(number(app.news().count()));
        self.connections_idle.set(number(idle));
        self.connections_used.set(i64::from(pool.size()).saturating_sub(number(idle)).max(0));
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A method that HTTP defines; whatever else somebody makes up is one word.
fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

const fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        0..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

/// The one page of the address for figures.
pub(crate) fn router(app: App) -> Router {
    Router::new().route("/metrics", get(serve)).with_state(app)
}

async fn serve(State(app): State<App>) -> Response {
    match app.metrics().text(&app) {
        Ok(text) => ([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
