//! From a password to an open store.

use super::{keys, locked};
use crate::Client;
use crate::client::Open;
use crate::error::ClientError;
use crate::sync::Link;
use lq_domain::clock::Timestamp;
use lq_protocol::error::ErrorCode;
use lq_protocol::secret::Derived;
use lq_protocol::session::SessionReply;
use lq_store::Store;
use lq_store::facts::{Membership, Owner};
use lq_store::key::{DataKey, Shut, Vault};
use lq_sync::{Credentials, Engine, HttpTransport, Parts};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use zeroize::Zeroizing;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// What it takes to open a store.
pub(super) struct Entry {
    pub(super) vault: Vault,
    pub(super) data_key: DataKey,
    pub(super) derived: Derived,
    /// A session that the server has just begun.
    pub(super) reply: Option<SessionReply>,
}

impl Client {
    /// Opens the store behind a vault with its user's password; under which login name it lies.
    pub(super) async fn unlock(
        &self,
        mut vault: Vault,
        login: &str,
        password: &Zeroizing<String>,
    ) -> Result<String, ClientError> {
        let now = self.clock().now();
        if let Some(until) = vault.wait(now)? {
            return Err(locked(until, now));
        }
        let derived = keys(password, vault.kdf(), ErrorCode::StoreDamaged).await?;
        let now = self.clock().now();
        let data_key = match vault.attempt(&derived.key, now) {
            Ok(data_key) => data_key,
            Err(Shut::Locked(until)) => return Err(locked(until, now)),
            Err(Shut::Store(error)) => return Err(error.into()),
            Err(Shut::WrongKey) => return Err(self.ask_server(vault, login, password).await),
        };
        let renewed = self.inner().session.state().renewed.take().filter(|(whose, _)| whose == login);
        let login = self.finish_join(&mut vault, &data_key, login).await?;
        let entry = match renewed {
            Some((_, remote)) => {
                vault.rewrap(&data_key, remote.kdf, &remote.derived.key, self.random())?;
                Entry { vault, data_key, derived: remote.derived, reply: Some(remote.reply) }
            }
            None => Entry { vault, data_key, derived, reply: None },
        };
        self.enter(entry).await?;
        Ok(login)
    }

    /// A wrong password here may be the right one at the server, when it was changed on another device. The store's key
    /// is still wrapped by the old one: it is asked for once more, and then the new one takes its place.
    async fn ask_server(&self, vault: Vault, login: &str, password: &Zeroizing<String>) -> ClientError {
        let Some(server) = vault.server().map(str::to_owned) else { return ErrorCode::SignInFailed.into() };
        match self.knock(&server, login, password, vault.device(), None).await {
            Ok(remote) => {
                self.inner().session.state().renewed = Some((login.to_owned(), remote));
                ErrorCode::PasswordElsewhere.into()
            }
            Err(error) if error.code() == ErrorCode::DeviceRevoked => match vault.remove() {
                Ok(()) => error,
                Err(error) => error.into(),
            },
            Err(_) => ErrorCode::SignInFailed.into(),
        }
    }

    /// Opens the store in place of the one that is open, and links it with its server.
    pub(super) async fn enter(&self, entry: Entry) -> Result<(), ClientError> {
        self.close().await;
        let config = &self.inner().config;
        let path = entry.vault.database();
        let device = entry.vault.device();
        let (clock, random) = (config.clock.clone(), config.random.clone());
        let store = match Store::open(&path, &entry.data_key, device, clock.clone(), random.clone()).await {
            // The restored one does not open: the one that it replaced still does.
            Err(_) if entry.vault.put_back()? => {
                Store::open(&path, &entry.data_key, device, clock, random).await?
            }
            opened => opened?,
        };
        let store = Arc::new(store);
        let vault = entry.vault.clone();
        match self.prepare(&store, entry).await {
            Ok((open, engine)) => {
                let open = Arc::new(open);
                self.follow_recovery(&open).await;
                let link = Link::start(self, &open, engine);
                *open.link.lock().unwrap_or_else(PoisonError::into_inner) = Some(link);
                *self.inner().open.write().unwrap_or_else(PoisonError::into_inner) = Some(open);
                if let Err(error) = vault.drop_replaced() {
                    tracing::warn!(%error, "a replaced store could not be removed");
                }
                Ok(())
            }
            Err(error) => {
                store.close().await;
                // Revoked by the bank, or cut off while it was made: there is nothing in it for anybody.
                if matches!(error.code(), ErrorCode::DeviceRevoked | ErrorCode::StoreMissing) {
                    vault.remove()?;
                }
                Err(error)
            }
        }
    }

    async fn prepare(
        &self,
        store: &Arc<Store>,
        entry: Entry,
    ) -> Result<(Open, Option<Arc<Engine>>), ClientError> {
        let owner = store.owner().await?.ok_or(ErrorCode::StoreMissing)?;
        let membership = store.membership().await?;
        let engine = match &membership {
            Some(membership) => {
                let engine = self.engine(store, &entry, &owner, membership)?;
                self.meet(store, &engine, membership, entry.reply).await?;
                Some(Arc::new(engine))
            }
            None => None,
        };
        // The server may have described the user anew.
        let owner = store.owner().await?.ok_or(ErrorCode::StoreMissing)?;
        let now = self.clock().now();
        store.keep_backup_key(&entry.derived.key, entry.vault.kdf(), now).await?;
        let last_sign_in = store.note_sign_in(self.clock().now()).await?;
        let open = Open {
            store: store.clone(),
            owner: RwLock::new(owner),
            server: membership.map(|membership| membership.server),
            data_key: entry.data_key,
            vault: tokio::sync::Mutex::new(entry.vault),
            link: Mutex::new(None),
            last_sign_in,
            recovery: RwLock::default(),
        };
        Ok((open, engine))
    }

    fn engine(
        &self,
        store: &Arc<Store>,
        entry: &Entry,
        owner: &Owner,
        membership: &Membership,
    ) -> Result<Engine, ClientError> {
        let config = &self.inner().config;
        Ok(Engine::new(Parts {
            store: store.clone(),
            transport: Arc::new(HttpTransport::new(&membership.server, config.authority.as_deref())?),
            clock: config.clock.clone(),
            random: config.random.clone(),
            device: entry.vault.device(),
            credentials: Credentials {
                login: owner.profile.login.clone(),
                device_name: config.device_name.clone(),
                secret: Zeroizing::new(entry.derived.secret_base64()),
            },
        }))
    }

    /// Uses the session that was begun, or asks for one when the device has been away for longer than the bank allows.
    async fn meet(
        &self,
        store: &Store,
        engine: &Engine,
        membership: &Membership,
        reply: Option<SessionReply>,
    ) -> Result<(), ClientError> {
        if let Some(reply) = reply {
            return Ok(engine.adopt(reply).await?);
        }
        // The latest time that was seen counts: a clock that is set back gives no more days.
        let latest = store.note_opening(membership.last_contact, self.clock().now()).await?;
        if !away_for_too_long(membership, latest) {
            return Ok(());
        }
        match engine.token(false).await {
            Ok(_) => Ok(()),
            Err(error) => match error.code() {
                ErrorCode::DeviceRevoked | ErrorCode::SignedOut => Err(error.into()),
                _ => Err(ErrorCode::OfflineTooLong.into()),
            },
        }
    }
}

fn away_for_too_long(membership: &Membership, now: Timestamp) -> bool {
    now > membership.last_contact.plus_millis(i64::from(membership.offline_days).saturating_mul(DAY_MILLIS))
}
