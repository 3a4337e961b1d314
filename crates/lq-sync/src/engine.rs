//! The engine: one per open store. It keeps a session with the server, exchanges changes for news, and waits.

use crate::backoff;
use crate::error::SyncError;
use crate::sample::may_meet;
use crate::transport::{Reply, Transport};
use lq_domain::clock::{Clock, Random, Timestamp};
use lq_domain::feature::Feature;
use lq_domain::ids::DeviceId;
use lq_protocol::access::{LookupReply, LookupRequest};
use lq_protocol::audit::{AuditQuery, AuditView};
use lq_protocol::devices::DeviceView;
use lq_protocol::error::ErrorCode;
use lq_protocol::session::{RefreshRequest, SessionReply, SignInRequest};
use lq_store::Store;
use lq_store::facts::{Membership, Owner};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::sync::{Mutex, Notify, broadcast, watch};
use zeroize::Zeroizing;

/// Local changes within this time are sent together.
const DEBOUNCE: Duration = Duration::from_millis(300);
/// A round runs at least this often, even when nothing is heard.
const QUIET: Duration = Duration::from_secs(300);

/// What proves to the server who works here.
pub struct Credentials {
    /// The login name.
    pub login: String,
    /// How the device is called in lists.
    pub device_name: String,
    /// The secret derived from the password, base64; dropped with the engine.
    pub secret: Zeroizing<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// What an engine is made of.
pub struct Parts {
    /// The store.
    pub store: Arc<Store>,
    /// The way to the server.
    pub transport: Arc<dyn Transport>,
    /// Where the present comes from.
    pub clock: Arc<dyn Clock>,
    /// Where unpredictable bytes come from.
    pub random: Arc<dyn Random>,
    /// This installation.
    pub device: DeviceId,
    /// Who works here.
    pub credentials: Credentials,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parts")
    }
}

/// Whether the server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Not tried yet.
    Unknown,
    /// It answered last time.
    Online,
    /// It could not be reached, or had no time.
    Offline,
    /// It wants to know who is there: sign in again.
    SignInNeeded,
}

/// How the exchange stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Whether a round runs.
    pub running: bool,
    /// Whether the server answers.
    pub reach: Reach,
    /// Why the last round failed.
    pub error: Option<ErrorCode>,
    /// Entries had and entries there are, while there are many to fetch.
    pub progress: Option<(u32, u32)>,
    /// How far the device's clock is ahead of the server's, in milliseconds, when by more than two minutes.
    pub clock_ahead_ms: Option<i64>,
    /// Counts the rounds that ended.
    pub rounds: u64,
    /// The end of the last round that succeeded, since the engine was made.
    pub last_success: Option<Timestamp>,
}

/// The engine of one open store.
pub struct Engine {
    pub(crate) parts: Parts,
    pub(crate) token: Mutex<Option<Zeroizing<String>>>,
    pub(crate) status: watch::Sender<Status>,
    owner: watch::Sender<Option<Owner>>,
    pub(crate) one_round: Mutex<()>,
    pub(crate) heard: Notify,
    /// Whether the server knows how many customers the device holds.
    pub(crate) counted: AtomicBool,
    /// When a round that moved nothing was last noted, if nothing else was since.
    pub(crate) quiet: Mutex<Option<Timestamp>>,
    stopped: watch::Sender<bool>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine")
    }
}

impl Engine {
    /// An engine at rest.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let status = Status {
            running: false,
            reach: Reach::Unknown,
            error: None,
            progress: None,
            clock_ahead_ms: None,
            rounds: 0,
            last_success: None,
        };
        Self {
            parts,
            token: Mutex::new(None),
            status: watch::Sender::new(status),
            owner: watch::Sender::new(None),
            one_round: Mutex::new(()),
            heard: Notify::new(),
            counted: AtomicBool::new(false),
            quiet: Mutex::new(None),
            stopped: watch::Sender::new(false),
        }
    }

    /// How the exchange stands, now and whenever it changes.
    #[must_use]
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    /// The user as the server last described them, whenever it does.
    #[must_use]
    pub fn owner(&self) -> watch::Receiver<Option<Owner>> {
        self.owner.subscribe()
    }

    /// The server.
    #[must_use]
    pub fn transport(&self) -> &Arc<dyn Transport> {
        &self.parts.transport
    }

    /// Asks for a round as soon as possible.
    pub fn wake(&self) {
        self.heard.notify_one();
    }

    /// Ends everything that runs, for good. The store is left as after any cut of the network.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Ends once the engine was stopped.
    pub(crate) async fn until_stopped(&self) {
        let mut stopped = self.stopped.subscribe();
        // The sender lives as long as the engine.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// Works until it is stopped: a round at once, then whenever something changes here or there.
    pub async fn run(self: Arc<Self>) {
        let listening = self.clone();
        tokio::select! {
            () = self.until_stopped() => {}
            () = self.rounds() => {}
            () = listening.listen() => {}
        }
    }

    async fn rounds(&self) {
        let mut changes = self.parts.store.changes();
        let mut failures = 0;
        loop {
            let pause = match self.round().await {
                Ok(_) => {
                    failures = 0;
                    self.news_or_changes(&mut changes, QUIET).await;
                    continue;
                }
                Err(SyncError::Stopped) => return,
                Err(SyncError::Busy(Some(pause))) => {
                    pause + backoff::spread(pause / 4 + DEBOUNCE, self.parts.random.as_ref())
                }
                // Only a person can mend it, but a server can be mended too.
                Err(SyncError::Told(_) | SyncError::Certificate) => QUIET,
                Err(_) => {
                    failures += 1;
                    backoff::wait(failures, self.parts.random.as_ref())
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.heard.notified() => {}
            }
        }
    }

    /// Waits until something waits to be sent, or the server has news, or it has been quiet for long.
    async fn news_or_changes(&self, changes: &mut broadcast::Receiver<Vec<Feature>>, quiet: Duration) {
        let end = tokio::time::Instant::now() + quiet;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(end) => return,
                () = self.heard.notified() => return,
                change = changes.recv() => {
                    if matches!(change, Err(broadcast::error::RecvError::Closed)) {
                        return self.until_stopped().await;
                    }
                    tokio::time::sleep(DEBOUNCE).await;
                    while changes.try_recv().is_ok() {}
                    // What came from the server is a change too, but nothing to send.
                    if self.parts.store.counts().await.is_ok_and(|counts| counts.pending > 0) {
                        return;
                    }
                }
            }
        }
    }

    /// Runs `call` with the session's token; renews the session once when the server no longer knows it.
    pub(crate) async fn authorised<'a, T>(
        &'a self,
        call: impl Fn(&'a dyn Transport, Zeroizing<String>) -> Reply<'a, T>,
    ) -> Result<T, SyncError> {
        let transport = self.parts.transport.as_ref();
        match call(transport, self.token(false).await?).await {
            Err(SyncError::Told(error)) if error.code == ErrorCode::SignedOut => {
                call(transport, self.token(true).await?).await
            }
            other => other,
        }
    }

    /// The session's token, from a new session if there is none or it ended.
    ///
    /// # Errors
    /// [`SyncError`]; `signed_out` when the password that this device knows is no longer right.
    pub async fn token(&self, ended: bool) -> Result<Zeroizing<String>, SyncError> {
        let mut token = self.token.lock().await;
        if let (Some(token), false) = (token.as_ref(), ended) {
            return Ok(token.clone());
        }
        *token = None;
        let reply = self.renew().await?;
        self.keep_session(&reply).await?;
        let fresh = Zeroizing::new(reply.access_token);
        *token = Some(fresh.clone());
        Ok(fresh)
    }

    /// Uses a session that was begun elsewhere, for example by the sign-in form.
    ///
    /// # Errors
    /// [`SyncError::Store`], and when invented customers would meet real ones.
    pub async fn adopt(&self, reply: SessionReply) -> Result<(), SyncError> {
        let mut token = self.token.lock().await;
        self.keep_session(&reply).await?;
        *token = Some(Zeroizing::new(reply.access_token));
        Ok(())
    }

    /// Every device of the bank, for an administrator.
    ///
    /// # Errors
    /// [`SyncError`].
    pub async fn devices(&self) -> Result<Vec<DeviceView>, SyncError> {
        self.authorised(|transport, token| Box::pin(async move { transport.devices(&token).await })).await
    }

    /// Locks a device of the bank for good, for an administrator.
    ///
    /// # Errors
    /// [`SyncError`].
    pub async fn revoke(&self, device: DeviceId) -> Result<(), SyncError> {
        self.authorised(move |transport, token| {
            Box::pin(async move { transport.revoke(&token, device).await })
        })
        .await
    }

    /// A page of the bank's audit, newest first, for those who may look into it.
    ///
    /// # Errors
    /// [`SyncError`].
    pub async fn find_audits(&self, query: &AuditQuery) -> Result<Vec<AuditView>, SyncError> {
        self.authorised(move |transport, token| {
            Box::pin(async move { transport.find_audits(&token, query).await })
        })
        .await
    }

    /// Why the user may see a customer that the device may not hold.
    ///
    /// # Errors
    /// [`SyncError`].
    pub async fn lookup(&self, text: &str) -> Result<LookupReply, SyncError> {
        let request = LookupRequest { text: text.to_owned() };
        self.authorised(move |transport, token| {
            let request = request.clone();
            Box::pin(async move { transport.lookup(&token, &request).await })
        })
        .await
    }

    async fn renew(&self) -> Result<SessionReply, SyncError> {
        let membership = self.membership().await?;
        let refresh = RefreshRequest { device: self.parts.device, refresh_token: membership.refresh_token };
        match self.parts.transport.refresh(&refresh).await {
            Err(SyncError::Told(error)) if error.code != ErrorCode::DeviceRevoked => {}
            other => return other,
        }
        let credentials = &self.parts.credentials;
        let sign_in = SignInRequest {
            login: credentials.login.clone(),
            secret: credentials.secret.to_string(),
            device: self.parts.device,
            device_name: credentials.device_name.clone(),
        };
        match self.parts.transport.sign_in(&sign_in).await {
            Err(SyncError::Told(error)) if error.code == ErrorCode::SignInFailed => {
                Err(SyncError::told(ErrorCode::SignedOut))
            }
            other => other,
        }
    }

    pub(crate) async fn membership(&self) -> Result<Membership, SyncError> {
        self.parts.store.membership().await?.ok_or_else(|| SyncError::told(ErrorCode::NotJoined))
    }

    async fn keep_session(&self, reply: &SessionReply) -> Result<(), SyncError> {
        let store = &self.parts.store;
        let before = self.membership().await?;
        // The same address may lead to another server than yesterday.
        let sample = store.owner().await?.is_some_and(|owner| owner.sample);
        may_meet(sample, reply.sample)?;
        let membership = Membership {
            name: reply.server_name.clone(),
            refresh_token: reply.refresh_token.clone(),
            // Known before the first change is sent: a restore between that and the first news is noticed, too.
            epoch: before.epoch.or(Some(reply.epoch)),
            last_contact: self.now(),
            offline_days: reply.offline_days,
            ..before
        };
        store.set_membership(&membership).await?;
        let owner = Owner { profile: reply.user.clone(), password_expired: reply.password_expired, sample };
        store.set_owner(&owner).await?;
        store.set_offered_recovery(reply.recovery.as_deref()).await?;
        self.owner.send_replace(Some(owner));
        Ok(())
    }
}
