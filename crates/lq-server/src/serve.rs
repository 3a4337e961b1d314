//! Serving: TLS everywhere but on loopback, and an end that lets running requests finish.

use crate::app::App;
use crate::audits::anchors::{self, Anchoring};
use crate::error::ServerError;
use crate::{events, http, metrics};
use axum::Router;
use axum_server::tls_rustls::RustlsConfig;
use axum_server::{Handle, Server};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long running requests may take to finish when the server stops: longer than any request may last.
const FINISH: Duration = Duration::from_secs(60);
/// How long a new connection may take until the head of its first request is here.
const FIRST: Duration = Duration::from_secs(10);
/// The same for each further one, and so how long a connection may rest.
const NEXT: Duration = Duration::from_secs(60);

/// Where to serve, and with which certificate.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Without it only loopback is served, by plain HTTP.
    pub tls: Option<Tls>,
}

impl Config {
    /// Plain HTTP on a free port of this machine: for tests and demonstrations.
    #[must_use]
    pub fn local() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 0)), tls: None }
    }
}

/// PEM files.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The certificate and those between it and the authority.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// An address that is served. Dropping it stops that at once.
#[derive(Debug)]
struct Served {
    address: SocketAddr,
    secure: bool,
    handle: Handle<SocketAddr>,
    serving: JoinHandle<std::io::Result<()>>,
}

/// A server that runs. Dropping it stops it at once; [`Running::stop`] lets it finish.
#[derive(Debug)]
pub struct Running {
    app: App,
    served: Served,
    relay: JoinHandle<()>,
    anchors: Option<Anchors>,
}

/// The ends of the audit are anchored now and then, until this is dropped.
#[derive(Debug)]
struct Anchors {
    anchoring: Anchoring,
    keeping: JoinHandle<()>,
}

impl Drop for Anchors {
    fn drop(&mut self) {
        self.keeping.abort();
    }
}

/// Figures that are served, until this is dropped.
#[derive(Debug)]
pub struct Measured(Served);

/// Serves until it is told to stop.
///
/// # Errors
/// [`ServerError::PlainHttp`] without a certificate on an address that others reach; [`ServerError::Io`] when the address
/// is taken or a PEM file does not read.
pub async fn start(app: App, config: &Config) -> Result<Running, ServerError> {
    let served = Served::start(http::router(app.clone()), config.listen, config.tls.as_ref()).await?;
    let relay = tokio::spawn(events::relay(app.clone()));
    Ok(Running { app, served, relay, anchors: None })
}

/// Serves an application's figures on an address of their own: plain HTTP on loopback, with the certificate elsewhere.
///
/// # Errors
/// As [`start`].
pub async fn serve_metrics(app: &App, config: &Config) -> Result<Measured, ServerError> {
    let tls = config.tls.as_ref().filter(|_| !config.listen.ip().is_loopback());
    Ok(Measured(Served::start(metrics::router(app.clone()), config.listen, tls).await?))
}

impl Served {
    async fn start(router: Router, listen: SocketAddr, tls: Option<&Tls>) -> Result<Self, ServerError> {
        if tls.is_none() && !listen.ip().is_loopback() {
            return Err(ServerError::PlainHttp);
        }
        let listener = TcpListener::bind(listen)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let handle = Handle::new();
        let service = router.into_make_service();
        let serving = match tls {
            None => {
                let server = impatient(axum_server::from_tcp(listener)?.handle(handle.clone()));
                tokio::spawn(server.serve(service))
            }
            Some(tls) => {
                // Fails only when a provider is installed already.
                let _ = rustls::crypto::ring::default_provider().install_default();
                let pem = RustlsConfig::from_pem_file(&tls.certificate, &tls.key).await?;
                let server = axum_server::from_tcp_rustls(listener, pem)?.handle(handle.clone());
                tokio::spawn(impatient(server).serve(service))
            }
        };
        Ok(Self { address, secure: tls.is_some(), handle, serving })
    }

    fn url(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }
}

/// Closes connections on which no request comes.
fn impatient<A>(mut server: Server<SocketAddr, A>) -> Server<SocketAddr, A> {
    server.http_builder().http1().header_read_timeout(NEXT);
    server.first_request_timeout(FIRST)
}

impl Drop for Served {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

impl Measured {
    /// The address as Prometheus is told it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/metrics", self.0.url())
    }
}

impl Running {
    /// The address it serves on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.served.address
    }

    /// The address as clients write it.
    #[must_use]
    pub fn url(&self) -> String {
        self.served.url()
    }

    /// The application that is served.
    #[must_use]
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// From now on the ends of the audit's chains are anchored, and once more when the server has stopped.
    pub fn anchor(&mut self, anchoring: Anchoring) {
        let keeping = tokio::spawn(anchors::keep(self.app.clone(), anchoring.clone()));
        self.anchors = Some(Anchors { anchoring, keeping });
    }

    /// Says to balancers that others should be asked, and goes on serving: they need a moment to see it. New event streams are sent
    /// away, as they would not last.
    pub fn drain(&self) {
        self.app.health().stop();
    }

    /// Lets running requests finish, anchors the audit's ends, then ends.
    ///
    /// # Errors
    /// [`ServerError::Io`] when the server had failed before.
    pub async fn stop(mut self) -> Result<(), ServerError> {
        self.drain();
        self.relay.abort();
        self.served.handle.graceful_shutdown(Some(FINISH));
        // Event streams would never finish by themselves.
        self.app.news().anew();
        let ended = (&mut self.served.serving).await;
        if let Some(anchors) = self.anchors.take() {
            anchors.keeping.abort();
            anchors::last(&self.app, &anchors.anchoring).await;
        }
        match ended {
            Ok(served) => Ok(served?),
            Err(_) => Ok(()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.relay.abort();
    }
}
