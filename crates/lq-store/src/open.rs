//! Opening and closing a store.

use crate::customers::ListCache;
use crate::ending;
use crate::error::StoreError;
use crate::key::DataKey;
use crate::migrations::migrator;
use crate::waiting::Waiting;
use lq_domain::clock::{Clock, Random, Stamp};
use lq_domain::feature::Feature;
use lq_domain::ids::DeviceId;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Sqlite};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard, broadcast};
use uuid::Uuid;

/// Pages that the writer keeps in memory, in KiB: as much as an import's indexes of 100,000 customers touch.
const WRITER_CACHE_KIB: i64 = 64 * 1024;
/// Pages that each reader keeps, in KiB: as much as most rows of 100,000 customers, for lists and exports in another order than theirs.
const READER_CACHE_KIB: i64 = 32 * 1024;
/// Readers beside the one writer.
const READERS: u32 = 3;

/// What numbers the store's own changes.
#[derive(Debug, Clone)]
pub struct Identity {
    /// This installation.
    pub device: DeviceId,
    /// This life of the store.
    pub incarnation: Uuid,
    /// The last sequence given.
    pub sequence: u64,
    /// The last stamp given.
    pub stamp: Option<Stamp>,
}

/// An open store.
pub struct Store {
    pub(crate) readers: SqlitePool,
    pub(crate) writer: SqlitePool,
    identity: Arc<Mutex<Identity>>,
    pub(crate) waiting: Waiting,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) lists: ListCache,
    changed: broadcast::Sender<Vec<Feature>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Makes a store at `path`, where there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create(
        path: &Path,
        key: &DataKey,
        device: DeviceId,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, StoreError> {
        Self::connect(path, Some(key), device, clock, random, true).await
    }

    /// Opens the store at `path`, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`], [`StoreError::Newer`], [`StoreError::Damaged`] and others.
    pub async fn open(
        path: &Path,
        key: &DataKey,
        device: DeviceId,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, StoreError> {
        Self::connect(path, Some(key), device, clock, random, false).await
    }

    /// The same store without encryption: the peer of the benchmarks, never used by the product.
    #[doc(hidden)]
    pub async fn create_plain(
        path: &Path,
        device: DeviceId,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, StoreError> {
        Self::connect(path, None, device, clock, random, true).await
    }

    async fn connect(
        path: &Path,
        key: Option<&DataKey>,
        device: DeviceId,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        create: bool,
    ) -> Result<Self, StoreError> {
        let options = ending::counted(options(path, key).create_if_missing(create));
        let pool = || {
            SqlitePoolOptions::new()
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                .acquire_timeout(Duration::from_secs(60))
        };
        let writer = pool().max_connections(1).connect_with(options.clone()).await?;
        ending::wait_at_end();
        migrator().run(&writer).await?;
        let reading = options.pragma("query_only", "ON").pragma("cache_size", format!("-{READER_CACHE_KIB}"));
        let readers = pool().max_connections(READERS).connect_with(reading).await?;
        let identity = crate::facts::identity(&writer, device, clock.as_ref(), random.as_ref()).await?;
        Ok(Self {
            readers,
            writer,
            identity: Arc::new(Mutex::new(identity)),
            waiting: Waiting::default(),
            clock,
            random,
            lists: ListCache::default(),
            changed: broadcast::channel(256).0,
        })
    }

    /// Hears which features' data changed, after each commit.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Vec<Feature>> {
        self.changed.subscribe()
    }

    pub(crate) fn tell(&self, features: Vec<Feature>) {
        self.lists.forget();
        // Nobody may be listening yet.
        let _ = self.changed.send(features);
    }

    /// The numbering, once nobody else writes with it.
    pub(crate) async fn identity(&self) -> OwnedMutexGuard<Identity> {
        self.waiting.wait(self.identity.clone().lock_owned()).await
    }

    /// The connection that writes, for what takes no number.
    pub(crate) async fn writer(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        Ok(self.waiting.wait(self.writer.acquire()).await?)
    }

    /// This installation.
    pub async fn device(&self) -> DeviceId {
        self.identity().await.device
    }

    /// Empties the write-ahead log into the file, which then needs no log beside it.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`]; the log stays, and nothing is lost.
    pub async fn empty_log(&self) -> Result<(), StoreError> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *self.writer().await?).await?;
        Ok(())
    }

    /// Empties the write-ahead log into the file, if there is room, and lets the key go.
    pub async fn close(&self) {
        // What the file has no room for stays in the log, and is read from there.
        let _ = self.empty_log().await;
        self.readers.close().await;
        self.writer.close().await;
    }
}

pub(crate) fn options(path: &Path, key: Option<&DataKey>) -> SqliteConnectOptions {
    let mut options = SqliteConnectOptions::new().filename(path);
    if let Some(key) = key {
        options = options
            .pragma("key", key.pragma())
            .pragma("cipher_log_level", "NONE")
            // Wiping every page after use costs a third of the speed; keys are wiped on close all the same.
            .pragma("cipher_memory_security", "OFF");
    }
    options
        // Statements in a log would tell the key and whom somebody looked for.
        .disable_statement_logging()
        .journal_mode(SqliteJournalMode::Wal)
        // A saved change survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(30))
        .statement_cache_capacity(256)
        .pragma("cache_size", format!("-{WRITER_CACHE_KIB}"))
        // Sorting and temporary indexes must not leave plain files behind.
        .pragma("temp_store", "MEMORY")
        // What is deleted is overwritten.
        .pragma("secure_delete", "ON")
        .pragma("wal_autocheckpoint", "4000")
        .pragma("journal_size_limit", "67108864")
}
