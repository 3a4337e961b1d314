//! Sign-in, lock and unlock.
//!
//! A store opens with its user's password and without a network. The server is asked for a workstation's first sign-in,
//! for joining, for a new password, and when the device has been away for too long.

mod create;
mod enter;
mod join;
mod password;
mod recovery;
mod rekey;
mod remote;

use crate::Client;
use crate::client::{Config, Open};
use crate::contract::session::{Phase, ProbeServer, ServerView, SessionView, SignIn, UserView};
use crate::error::ClientError;
use crate::events::Event;
use lq_domain::clock::Timestamp;
use lq_domain::ids::JobId;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_protocol::secret::{Derived, KdfParams, derive};
use lq_protocol::session::RefreshRequest;
use lq_store::key::Vault;
use lq_sync::{Engine, SyncError};
use remote::Remote;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use zeroize::Zeroizing;

/// Longest login name.
const LOGIN_MAX: usize = 64;

/// Who is at this workstation while no store is open.
pub(crate) struct Session {
    /// Sign-in, lock and change of password happen one after the other.
    one: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    version: String,
}

#[derive(Default)]
struct State {
    /// Who locked the store.
    locked: Option<Known>,
    /// A password that the server knows already and this workstation's vault does not.
    renewed: Option<(String, Remote)>,
}

/// What the lock screen shows.
#[derive(Clone)]
struct Known {
    user: UserView,
    last_sign_in: Option<Timestamp>,
    password_expired: bool,
}

impl Known {
    fn of(open: &Open) -> Self {
        let owner = open.owner();
        let profile = owner.profile;
        Self {
            user: UserView {
                id: profile.id,
                login: profile.login,
                name: profile.name,
                role: profile.role,
                branch: profile.branch,
                branch_name: profile.branch_name,
                permissions: profile.role.permissions(),
            },
            last_sign_in: open.last_sign_in,
            password_expired: owner.password_expired,
        }
    }
}

impl Session {
    pub(crate) fn new(config: &Config) -> Self {
        Self { one: tokio::sync::Mutex::default(), state: Mutex::default(), version: config.version.clone() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a login name.
fn read_login(typed: &str) -> Result<String, ApiError> {
    let login = typed.trim();
    let wrong = |c: char| c.is_whitespace() || c.is_control() || "/\\:*?\"<>|".contains(c);
    match login.chars().count() {
        0 => Err(ApiError::new(ErrorCode::TextBlank).in_field("login")),
        count if count > LOGIN_MAX || login.contains(wrong) => {
            Err(ApiError::new(ErrorCode::LoginForm).in_field("login"))
        }
        _ => Ok(login.to_owned()),
    }
}

/// Derives a password's keys beside the screen: that takes a good part of a second. `bad` says what parameters that are
/// not acceptable mean.
pub(crate) async fn keys(
    password: &Zeroizing<String>,
    kdf: &KdfParams,
    bad: ErrorCode,
) -> Result<Derived, ClientError> {
    let (password, kdf) = (password.clone(), kdf.clone());
    let derived = tokio::task::spawn_blocking(move || derive(&password, &kdf)).await;
    derived.map_err(|_| ClientError::Internal("derivation"))?.map_err(|_| bad.into())
}

/// The minutes to wait, rounded up.
fn locked(until: Timestamp, now: Timestamp) -> ClientError {
    let minutes = (until.0 - now.0).max(0).cast_unsigned().div_ceil(60_000);
    ClientError::Told(ApiError::new(ErrorCode::SignInLocked).with("minutes", minutes))
}

impl Client {
    /// Where the application stands.
    ///
    /// # Errors
    /// None; commands are alike.
    #[expect(clippy::unused_async, reason = "commands are alike")]
    pub async fn session_state(&self, (): ()) -> Result<SessionView, ClientError> {
        Ok(self.session_view())
    }

    /// Looks at a server's address.
    ///
    /// # Errors
    /// Why it is no server to work with.
    pub async fn session_probe(&self, input: ProbeServer) -> Result<ServerView, ClientError> {
        let (transport, info) = self.call_on(&input.server).await?;
        Ok(ServerView { server: transport.address().to_owned(), name: info.name, version: info.version })
    }

    /// Signs in: with the store on this workstation, or for the first time at the server.
    ///
    /// # Errors
    /// `sign_in_failed`, `sign_in_locked`, `store_missing` and what the server says.
    pub async fn session_sign_in(&self, input: SignIn) -> Result<SessionView, ClientError> {
        let _one = self.inner().session.one.lock().await;
        let password = Zeroizing::new(input.password);
        let login = read_login(&input.login)?;
        let login = match self.vault(&login)? {
            Some(vault) => self.unlock(vault, &login, &password).await?,
            None => {
                let server = input.server.ok_or(ErrorCode::StoreMissing)?;
                self.first_sign_in(&server, &login, &password).await?;
                login
            }
        };
        Ok(self.arrived(&login))
    }

    /// Closes the store and keeps in mind who works here.
    ///
    /// # Errors
    /// None; commands are alike.
    pub async fn session_lock(&self, (): ()) -> Result<SessionView, ClientError> {
        let _one = self.inner().session.one.lock().await;
        if let Some(open) = self.close().await {
            self.inner().session.state().locked = Some(Known::of(&open));
        }
        Ok(self.announce())
    }

    /// Closes the store; the next one to sign in may be somebody else.
    ///
    /// # Errors
    /// None; commands are alike.
    pub async fn session_sign_out(&self, (): ()) -> Result<SessionView, ClientError> {
        let _one = self.inner().session.one.lock().await;
        self.close().await;
        *self.inner().session.state() = State::default();
        Ok(self.announce())
    }

    /// The vault of a user whose store is here, too. One without a store was cut off while it was made.
    fn vault(&self, login: &str) -> Result<Option<Vault>, ClientError> {
        Ok(self.inner().workstation.find(login)?.filter(|vault| vault.database().exists()))
    }

    /// Drops the keys, stops all work, and closes the store, if one is open.
    pub(crate) async fn close(&self) -> Option<Arc<Open>> {
        self.close_for(None).await
    }

    /// As [`Client::close`], for a job that goes on.
    async fn close_for(&self, job: Option<JobId>) -> Option<Arc<Open>> {
        let open = self.let_go(job)?;
        open.store.close().await;
        Some(open)
    }

    /// Stops all work but a job's; the store, which nobody finds any more, is still to be closed.
    fn let_go(&self, job: Option<JobId>) -> Option<Arc<Open>> {
        let open = self.inner().open.write().unwrap_or_else(PoisonError::into_inner).take()?;
        self.jobs().clear_but(job);
        drop(open.link.lock().unwrap_or_else(PoisonError::into_inner).take());
        Some(open)
    }

    /// Locks the store, and does something to its files before anybody can sign in again.
    pub(crate) async fn lock_for<T>(
        &self,
        job: JobId,
        open: &Open,
        work: impl Future<Output = Result<T, ClientError>>,
    ) -> Result<T, ClientError> {
        let _one = self.inner().session.one.lock().await;
        if self.close_for(Some(job)).await.is_some() {
            self.inner().session.state().locked = Some(Known::of(open));
        }
        let done = work.await;
        self.announce();
        done
    }

    /// Removes the store of a device that the bank has revoked, and tells the bank so.
    pub(crate) async fn wipe(&self) {
        let _one = self.inner().session.one.lock().await;
        let proof = self.proof_of_wiping().await;
        if let Some(open) = self.close().await {
            let vault = open.vault.lock().await.clone();
            match vault.remove() {
                Ok(()) => drop(proof.map(|(engine, request)| tokio::spawn(tell_wiped(engine, request)))),
                Err(error) => tracing::error!(%error, "a revoked store was not removed"),
            }
        }
        *self.inner().session.state() = State::default();
        self.announce();
    }

    /// What the bank is told with, once nothing is left: it has to be read before.
    async fn proof_of_wiping(&self) -> Option<(Arc<Engine>, RefreshRequest)> {
        let open = self.open().ok()?;
        let engine = open.engine()?;
        let refresh_token = open.store.membership().await.ok()??.refresh_token;
        let device = open.store.device().await;
        Some((engine, RefreshRequest { device, refresh_token }))
    }

    fn arrived(&self, login: &str) -> SessionView {
        let server = self.open().ok().and_then(|open| open.server.clone());
        // Not remembering the name costs some typing, not the sign-in.
        if let Err(error) = self.inner().settings.set_last(login, server.as_deref()) {
            tracing::warn!(%error, "the login name was not remembered");
        }
        *self.inner().session.state() = State::default();
        self.announce()
    }

    /// Tells the screen where the application stands now.
    pub(crate) fn announce(&self) -> SessionView {
        let session = self.session_view();
        self.tell(Event::Session { session: session.clone() });
        session
    }

    fn session_view(&self) -> SessionView {
        let inner = self.inner();
        let open = self.open().ok();
        let locked = inner.session.state().locked.clone();
        let phase = match (&open, &locked) {
            (Some(_), _) => Phase::Unlocked,
            (None, Some(_)) => Phase::Locked,
            (None, None) if inner.workstation.is_used() => Phase::SignedOut,
            (None, None) => Phase::FirstRun,
        };
        let known = open.as_deref().map(Known::of).or(locked);
        let (last_login, last_server) = inner.settings.last();
        let login = known.as_ref().map(|known| known.user.login.clone()).or(last_login);
        let vault = login.as_deref().and_then(|login| self.vault(login).ok().flatten());
        let server = vault.as_ref().and_then(|vault| vault.server().map(str::to_owned));
        SessionView {
            phase,
            joined: server.is_some(),
            server: server.or(last_server),
            login,
            locked_until: vault.and_then(|vault| vault.locked_until(self.clock().now())),
            last_sign_in: known.as_ref().and_then(|known| known.last_sign_in),
            password_expired: known.as_ref().is_some_and(|known| known.password_expired),
            user: known.map(|known| known.user),
            recovery: open.as_deref().map(Open::recovery).unwrap_or_default(),
            version: inner.session.version.clone(),
        }
    }
}

/// How often, and how many seconds apart, the bank is told of a wiping while it can't be reached.
const TELLINGS: std::ops::Range<u32> = 0..8;

async fn tell_wiped(engine: Arc<Engine>, request: RefreshRequest) {
    for failures in TELLINGS {
        match engine.transport().wiped(&request).await {
            Ok(()) => return,
            Err(error @ SyncError::Told(_)) => {
                return tracing::warn!(%error, "the bank does not take the proof of wiping");
            }
            Err(_) => tokio::time::sleep(Duration::from_secs(1 << failures)).await,
        }
    }
    tracing::warn!("the bank could not be told that the store was wiped");
}
