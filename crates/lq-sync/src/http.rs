//! The server over HTTP.

use crate::address;
use crate::error::SyncError;
use crate::transport::{News, Reply, Transport};
use lq_domain::ids::DeviceId;
use lq_protocol::SCHEMA;
use lq_protocol::access::{LookupReply, LookupRequest};
use lq_protocol::audit::{AuditQuery, AuditView, AuditsReply, AuditsRequest};
use lq_protocol::devices::DeviceView;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_protocol::session::{
    ParametersReply, ParametersRequest, PasswordRequest, RefreshRequest, ServerInfo, SessionReply,
    SignInRequest,
};
use lq_protocol::sync::{FeedEvent, PullReply, PullRequest, PushReply, PushRequest};
use reqwest::header::{ACCEPT, RETRY_AFTER};
use reqwest::{Certificate, RequestBuilder, Response, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::time::Duration;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for an answer to a small request.
const SMALL: Duration = Duration::from_secs(15);
/// Longest wait for an answer to a push or pull.
const LARGE: Duration = Duration::from_secs(60);
/// Longest silence on the event connection; the server sends a sign of life every 20 seconds.
const SILENCE: Duration = Duration::from_secs(50);
/// Longest line of an event: far more than any has.
const EVENT_MAX: usize = 64 * 1024;
/// Longest pause that a server can ask for.
const PAUSE_MAX: Duration = Duration::from_secs(600);

/// The server over HTTP. Plain HTTP only on this machine itself; TLS by rustls everywhere else.
#[derive(Clone)]
pub struct HttpTransport {
    http: reqwest::Client,
    base: String,
}

impl std::fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HttpTransport({})", self.base)
    }
}

impl HttpTransport {
    /// The server at a typed address. `authority` is the PEM file of the bank's own certificate authority, trusted beside
    /// those of the system.
    ///
    /// # Errors
    /// [`SyncError::Address`], or [`SyncError::Authority`] when the file holds no certificate.
    pub fn new(typed: &str, authority: Option<&Path>) -> Result<Self, SyncError> {
        // Fails only when a provider is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let base = address::canonical(typed)?;
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("langqiao/", env!("CARGO_PKG_VERSION")));
        if Url::parse(&base).is_ok_and(|url| address::is_loopback(&url)) {
            builder = builder.no_proxy();
        }
        if let Some(path) = authority {
            let pem = std::fs::read(path).map_err(|_| SyncError::Authority)?;
            let certificates = Certificate::from_pem_bundle(&pem).map_err(|_| SyncError::Authority)?;
            if certificates.is_empty() {
                return Err(SyncError::Authority);
            }
            builder = builder.tls_certs_merge(certificates);
        }
        let http = builder.build().map_err(|_| SyncError::Authority)?;
        Ok(Self { http, base })
    }

    /// The address in its canonical form.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.base
    }

    fn post<I: Serialize>(
        &self,
        path: &str,
        token: Option<&str>,
        input: &I,
        wait: Duration,
    ) -> RequestBuilder {
        let request = self.http.post(format!("{}{path}", self.base)).timeout(wait).json(input);
        match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

async fn ask<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, SyncError> {
    let response = accepted(request.send().await.map_err(failure)?).await?;
    let body = response.bytes().await.map_err(failure)?;
    serde_json::from_slice(&body).map_err(|_| SyncError::Foreign)
}

/// Asks for something that has no answer but that it is done.
async fn done(request: RequestBuilder) -> Result<(), SyncError> {
    accepted(request.send().await.map_err(failure)?).await?;
    Ok(())
}

/// The answer, unless it says no.
async fn accepted(response: Response) -> Result<Response, SyncError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let pause = retry_after(&response);
    let body = response.bytes().await.map_err(failure)?;
    let told: Option<ApiError> = serde_json::from_slice(&body).ok();
    Err(match (status, told) {
        (StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS, None) => SyncError::Busy(pause),
        (_, Some(error)) if error.code == ErrorCode::ServerBusy => SyncError::Busy(pause),
        (_, Some(error)) => SyncError::Told(Box::new(error)),
        // A gateway without its server behind it.
        (StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT, None) => SyncError::Unreachable,
        (status, None) if status.is_server_error() => SyncError::Busy(pause),
        (StatusCode::UNAUTHORIZED, None) => SyncError::told(ErrorCode::SignedOut),
        (StatusCode::PAYLOAD_TOO_LARGE, None) => SyncError::told(ErrorCode::RequestSize),
        (_, None) => SyncError::Foreign,
    })
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds: u64 = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(PAUSE_MAX))
}

/// Tells a certificate that is not trusted from a server that does not answer.
#[expect(clippy::needless_pass_by_value, reason = "as map_err wants it")]
fn failure(error: reqwest::Error) -> SyncError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        // What an I/O error holds is not its source, and they are held one within the other.
        if let Some(held) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            cause = Some(held);
            continue;
        }
        match error.downcast_ref::<rustls::Error>() {
            Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
                return SyncError::Certificate;
            }
            // Something listens there that does not speak TLS, or not with us.
            Some(_) => return SyncError::Foreign,
            None => cause = error.source(),
        }
    }
    if error.is_decode() { SyncError::Foreign } else { SyncError::Unreachable }
}

impl Transport for HttpTransport {
    fn server(&self) -> Reply<'_, ServerInfo> {
        Box::pin(async move {
            let request = self.http.get(format!("{}/v1/server", self.base)).timeout(SMALL);
            let info: ServerInfo = match ask(request).await {
                // No code of ours can come from here: whoever answers so is somebody else.
                Err(SyncError::Told(_)) => return Err(SyncError::Foreign),
                other => other?,
            };
            if info.product == "langqiao" { Ok(info) } else { Err(SyncError::Foreign) }
        })
    }

    fn parameters<'a>(&'a self, request: &'a ParametersRequest) -> Reply<'a, ParametersReply> {
        Box::pin(ask(self.post("/v1/sessions/parameters", None, request, SMALL)))
    }

    fn sign_in<'a>(&'a self, request: &'a SignInRequest) -> Reply<'a, SessionReply> {
        Box::pin(ask(self.post("/v1/sessions", None, request, SMALL)))
    }

    fn refresh<'a>(&'a self, request: &'a RefreshRequest) -> Reply<'a, SessionReply> {
        Box::pin(ask(self.post("/v1/sessions/refresh", None, request, SMALL)))
    }

    fn password<'a>(&'a self, token: &'a str, request: &'a PasswordRequest) -> Reply<'a, SessionReply> {
        Box::pin(ask(self.post("/v1/sessions/password", Some(token), request, SMALL)))
    }

    fn push<'a>(&'a self, token: &'a str, request: &'a PushRequest) -> Reply<'a, PushReply> {
        Box::pin(ask(self.post("/v1/sync/push", Some(token), request, LARGE)))
    }

    fn pull<'a>(&'a self, token: &'a str, request: &'a PullRequest) -> Reply<'a, PullReply> {
        Box::pin(ask(self.post("/v1/sync/pull", Some(token), request, LARGE)))
    }

    fn wiped<'a>(&'a self, request: &'a RefreshRequest) -> Reply<'a, ()> {
        Box::pin(done(self.post("/v1/devices/wiped", None, request, SMALL)))
    }

    fn devices<'a>(&'a self, token: &'a str) -> Reply<'a, Vec<DeviceView>> {
        let request = self.http.get(format!("{}/v1/devices", self.base)).bearer_auth(token).timeout(SMALL);
        Box::pin(ask(request))
    }

    fn revoke<'a>(&'a self, token: &'a str, device: DeviceId) -> Reply<'a, ()> {
        Box::pin(done(self.post(&format!("/v1/devices/{device}/revoke"), Some(token), &(), SMALL)))
    }

    fn lookup<'a>(&'a self, token: &'a str, request: &'a LookupRequest) -> Reply<'a, LookupReply> {
        Box::pin(ask(self.post("/v1/access", Some(token), request, SMALL)))
    }

    fn audits<'a>(&'a self, token: &'a str, request: &'a AuditsRequest) -> Reply<'a, AuditsReply> {
        Box::pin(ask(self.post("/v1/sync/audits", Some(token), request, LARGE)))
    }

    fn find_audits<'a>(&'a self, token: &'a str, query: &'a AuditQuery) -> Reply<'a, Vec<AuditView>> {
        Box::pin(async move {
            let address = Url::parse_with_params(&format!("{}/v1/audits", self.base), query.parts())
                .map_err(|_| SyncError::Foreign)?;
            ask(self.http.get(address).bearer_auth(token).timeout(SMALL)).await
        })
    }

    fn events<'a>(&'a self, token: &'a str) -> Reply<'a, Box<dyn News>> {
        Box::pin(async move {
            let address = format!("{}/v1/sync/events?schema={SCHEMA}", self.base);
            let request = self.http.get(address).bearer_auth(token);
            let sent = request.header(ACCEPT, "text/event-stream").send();
            let response = tokio::time::timeout(SMALL, sent).await.map_err(|_| SyncError::Unreachable)?;
            let response = accepted(response.map_err(failure)?).await?;
            Ok(Box::new(EventStream { response, buffer: Vec::new() }) as Box<dyn News>)
        })
    }
}

/// Server-sent events as they come in. Only `data:` lines count.
struct EventStream {
    response: Response,
    buffer: Vec<u8>,
}

impl News for EventStream {
    fn next(&mut self) -> Reply<'_, Option<FeedEvent>> {
        Box::pin(async move {
            loop {
                while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = self.buffer.drain(..=end).collect();
                    if let Some(event) = event(&line) {
                        return Ok(Some(event));
                    }
                }
                if self.buffer.len() > EVENT_MAX {
                    return Err(SyncError::Foreign);
                }
                let chunk = tokio::time::timeout(SILENCE, self.response.chunk()).await;
                match chunk.map_err(|_| SyncError::Unreachable)?.map_err(failure)? {
                    Some(bytes) => self.buffer.extend_from_slice(&bytes),
                    None => return Ok(None),
                }
            }
        })
    }
}

pub(crate) fn event(line: &[u8]) -> Option<FeedEvent> {
    let data = std::str::from_utf8(line).ok()?.strip_prefix("data:")?;
    serde_json::from_str(data.trim()).ok()
}
