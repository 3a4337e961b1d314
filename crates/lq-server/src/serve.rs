//! Serving: TLS everywhere but on loopback, and an end that lets running requests finish.

use crate::app::App;
use crate::error::ServerError;
use crate::events::{self, News};
use crate::http;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long running requests may take to finish when the server stops.
const FINISH: Duration = Duration::from_secs(10);

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

/// A server that runs. Dropping it stops it at once; [`Running::stop`] lets it finish.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    secure: bool,
    app: App,
    handle: Handle<SocketAddr>,
    serving: JoinHandle<std::io::Result<()>>,
    relay: JoinHandle<()>,
}

/// Serves until it is told to stop.
///
/// # Errors
/// [`ServerError::PlainHttp`] without a certificate on an address that others reach; [`ServerError::Io`] when the address
/// is taken or a PEM file does not read.
pub async fn start(app: App, config: &Config) -> Result<Running, ServerError> {
    if config.tls.is_none() && !config.listen.ip().is_loopback() {
        return Err(ServerError::PlainHttp);
    }
    let listener = TcpListener::bind(config.listen)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let handle = Handle::new();
    let service = http::router(app.clone()).into_make_service();
    let serving = match &config.tls {
        None => {
            let server = axum_server::from_tcp(listener)?.handle(handle.clone());
            tokio::spawn(server.serve(service))
        }
        Some(tls) => {
            // Fails only when a provider is installed already.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let pem = RustlsConfig::from_pem_file(&tls.certificate, &tls.key).await?;
            let server = axum_server::from_tcp_rustls(listener, pem)?.handle(handle.clone());
            tokio::spawn(server.serve(service))
        }
    };
    let relay = tokio::spawn(events::relay(app.clone()));
    Ok(Running { address, secure: config.tls.is_some(), app, handle, serving, relay })
}

impl Running {
    /// The address it serves on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as clients write it.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The application that is served.
    #[must_use]
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// Lets running requests finish, then ends.
    ///
    /// # Errors
    /// [`ServerError::Io`] when the server had failed before.
    pub async fn stop(mut self) -> Result<(), ServerError> {
        self.relay.abort();
        self.handle.graceful_shutdown(Some(FINISH));
        // Event streams would never finish by themselves.
        let _ = self.app.news().send(News::Anew);
        match (&mut self.serving).await {
            Ok(served) => Ok(served?),
            Err(_) => Ok(()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.relay.abort();
        self.handle.shutdown();
    }
}
