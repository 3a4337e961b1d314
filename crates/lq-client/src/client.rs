//! The application's state: one per process, shared by everything that runs.

use crate::contract::session::RecoveryView;
use crate::error::ClientError;
use crate::events::{Event, Events};
use crate::imports::Inspected;
use crate::jobs::Jobs;
use crate::session::Session;
use crate::settings::SettingsFile;
use crate::sync::Link;
use lq_domain::access::{Actor, Permission};
use lq_domain::clock::{Clock, Random, Timestamp};
use lq_domain::feature::Feature;
use lq_domain::record::FieldChanges;
use lq_protocol::change::Channel;
use lq_protocol::error::ErrorCode;
use lq_store::facts::Owner;
use lq_store::key::{DataKey, Vault, Workstation};
use lq_store::{NewChange, Store};
use lq_sync::Engine;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use tokio::sync::broadcast;
use uuid::Uuid;

/// What the application is made with.
#[derive(Clone)]
pub struct Config {
    /// Where everything is kept.
    pub folder: PathBuf,
    /// Where the present comes from.
    pub clock: Arc<dyn Clock>,
    /// Where unpredictable bytes come from.
    pub random: Arc<dyn Random>,
    /// How this machine is called in the server's list of devices.
    pub device_name: String,
    /// The program's version.
    pub version: String,
    /// The bank's own certificate authority, as a PEM file, when it has one.
    pub authority: Option<PathBuf>,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("version", &self.version).finish_non_exhaustive()
    }
}

/// The application without a window. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) workstation: Workstation,
    pub(crate) events: Events,
    pub(crate) jobs: Jobs,
    pub(crate) settings: SettingsFile,
    pub(crate) imports: Inspected,
    /// The open store; nothing while locked.
    pub(crate) open: RwLock<Option<Arc<Open>>>,
    pub(crate) session: Session,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

/// An open store, and who works with it.
pub(crate) struct Open {
    /// The store.
    pub(crate) store: Arc<Store>,
    pub(crate) owner: RwLock<Owner>,
    /// The server that the store belongs to.
    pub(crate) server: Option<String>,
    /// Opens the store; wrapped anew when the password changes.
    pub(crate) data_key: DataKey,
    pub(crate) vault: tokio::sync::Mutex<Vault>,
    pub(crate) link: Mutex<Option<Link>>,
    /// The sign-in before this one.
    pub(crate) last_sign_in: Option<Timestamp>,
    /// The bank's recovery key as the screen shows it.
    pub(crate) recovery: RwLock<RecoveryView>,
}

impl Open {
    /// Who works with the store.
    pub(crate) fn owner(&self) -> Owner {
        self.owner.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The user as the rules see them.
    pub(crate) fn actor(&self) -> Actor {
        self.owner.read().unwrap_or_else(PoisonError::into_inner).profile.actor()
    }

    /// The bank's recovery key as the screen shows it.
    pub(crate) fn recovery(&self) -> RecoveryView {
        self.recovery.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What exchanges with the server, when there is one.
    pub(crate) fn engine(&self) -> Option<Arc<Engine>> {
        let link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        link.as_ref().and_then(|link| link.engine.clone())
    }

    /// Asks for a permission that concerns no particular record.
    pub(crate) fn may(&self, permission: Permission) -> Result<Actor, ClientError> {
        let actor = self.actor();
        actor.may(permission)?;
        Ok(actor)
    }

    /// A change that the user makes by hand.
    pub(crate) fn by_form(&self, entity: Feature, record_id: Uuid, fields: FieldChanges) -> NewChange {
        let actor = self.actor().user;
        NewChange { entity, record_id, fields, actor, channel: Channel::Form, reason: None, group: None }
    }
}

impl Client {
    /// The application over a folder. Nothing is read or written yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let events = Events::new();
        let jobs = Jobs::new(config.clock.clone(), config.random.clone(), events.clone());
        let inner = Inner {
            workstation: Workstation::new(&config.folder.join("stores")),
            settings: SettingsFile::new(&config.folder),
            imports: Inspected::default(),
            events,
            jobs,
            open: RwLock::new(None),
            session: Session::new(&config),
            config,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Hears the news for the screen.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.inner.events.listen()
    }

    /// For work in the background, which must not keep the application alive.
    pub(crate) fn downgrade(&self) -> Weak<Inner> {
        Arc::downgrade(&self.inner)
    }

    pub(crate) fn upgrade(inner: &Weak<Inner>) -> Option<Self> {
        Some(Self { inner: inner.upgrade()? })
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// The open store.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`].
    pub(crate) fn open(&self) -> Result<Arc<Open>, ClientError> {
        let open = self.inner.open.read().unwrap_or_else(PoisonError::into_inner);
        Ok(open.clone().ok_or(ErrorCode::StoreLocked)?)
    }

    pub(crate) fn jobs(&self) -> &Jobs {
        &self.inner.jobs
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.inner.config.clock.as_ref()
    }

    pub(crate) fn random(&self) -> &dyn Random {
        self.inner.config.random.as_ref()
    }

    pub(crate) fn tell(&self, event: Event) {
        self.inner.events.tell(event);
    }
}
