//! What lies beside a store and opens it.
//!
//! A user's folder holds `vault.json` and `store.db`. The vault tells nothing about anybody: its folder is named by a
//! hash of the login name, and the data key in it is wrapped by a key that only the password gives. It also numbers the data
//! keys, and the file of the second and later ones is called by their number, `store-1.db`: a key and its file are always
//! named together.

mod next;

use crate::error::StoreError;
use crate::key::{DataKey, Workstation, unwrap, wrap};
use crate::recovery::{self, Recovery, RecoverySecret, Which};
use crate::replace::beside;
use lq_domain::clock::{Random, Timestamp};
use lq_domain::ids::DeviceId;
use lq_protocol::secret::KdfParams;
use ring::aead::Aad;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Wrong passwords until sign-in closes for a while.
pub const FAILURES_MAX: u32 = 5;
/// How long it closes the first time; each further time doubles it.
pub const LOCK_MILLIS: i64 = 10 * 60 * 1000;
/// The longest it closes: a day.
const LOCK_MILLIS_MAX: i64 = 24 * 60 * 60 * 1000;

const VAULT: &str = "vault.json";
const VAULT_NEW: &str = "vault.json.new";
/// 1 knew one data key for ever.
const VAULT_VERSION: u32 = 2;
/// How the data key is wrapped; has not changed since the first version.
const WRAPPING: u32 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct VaultContent {
    version: u32,
    device: DeviceId,
    kdf: KdfParams,
    /// Which data key of this store it is, counted from 0; also says which file it opens.
    #[serde(default)]
    generation: u64,
    /// Nonce and wrapped data key, base64.
    wrapped: String,
    /// The same data key for the bank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recovery: Option<recovery::ForBank>,
    server: Option<String>,
    /// The folder that the store goes to, once it has joined a server under another login name: the last step of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moves_to: Option<String>,
    failures: u32,
    locks: u32,
    locked_at: Option<Timestamp>,
    locked_until: Option<Timestamp>,
}

impl VaultContent {
    fn which(&self) -> Which {
        Which { device: self.device, generation: self.generation }
    }

    fn read(folder: &Path) -> Result<Option<Self>, StoreError> {
        let content: Self = match fs::read(folder.join(VAULT)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| StoreError::Damaged)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if content.version > VAULT_VERSION { Err(StoreError::Newer) } else { Ok(Some(content)) }
    }

    /// Wraps the data key by the key of a password.
    fn wrap(
        &mut self,
        data_key: &DataKey,
        kdf: KdfParams,
        key: &[u8; 32],
        random: &dyn Random,
    ) -> Result<(), StoreError> {
        self.wrapped = wrap(&data_key.0, key, context(self.device), random)?;
        self.kdf = kdf;
        Ok(())
    }

    fn forget_failures(&mut self) {
        self.failures = 0;
        self.locks = 0;
        self.locked_at = None;
        self.locked_until = None;
    }

    /// Counts a failure. The file can be written by whoever has the device: no number in it may be too large.
    fn count_failure(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= FAILURES_MAX {
            let millis = LOCK_MILLIS.saturating_mul(1 << self.locks.min(20)).min(LOCK_MILLIS_MAX);
            self.locked_at = Some(now);
            self.locked_until = Some(now.plus_millis(millis));
            self.locks = self.locks.saturating_add(1);
            self.failures = 0;
        }
    }
}

/// Reads a vault's file and does with it what an attempt does, but for the disk.
#[cfg(any(test, feature = "fuzz"))]
pub(crate) fn examine(bytes: &[u8]) {
    let Ok(mut content) = serde_json::from_slice::<VaultContent>(bytes) else { return };
    let mut vault = Vault { folder: PathBuf::new(), content: content.clone() };
    for now in [i64::MIN, 0, i64::MAX].map(Timestamp) {
        let _ = vault.locked_until(now);
        content.count_failure(now);
        vault.content = content.clone();
    }
    let _ = unwrap(&content.wrapped, &[7; 32], context(content.device));
}

/// What it takes to open one user's store.
#[derive(Debug, Clone)]
pub struct Vault {
    pub(crate) folder: PathBuf,
    content: VaultContent,
}

/// Why a vault stays shut.
#[derive(Debug, thiserror::Error)]
pub enum Shut {
    /// The key is wrong.
    #[error("wrong key")]
    WrongKey,
    /// Too many wrong keys; it opens again at this time.
    #[error("locked")]
    Locked(Timestamp),
    /// The files can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Binds a wrapped key to its device and version, so that it can't be moved to another vault.
fn context(device: DeviceId) -> Aad<String> {
    Aad::from(format!("langqiao data key {WRAPPING} {device}"))
}

impl Vault {
    /// Whether a folder holds one.
    pub(crate) fn is_in(folder: &Path) -> bool {
        folder.join(VAULT).exists()
    }

    /// The one in a folder, if there is one.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, StoreError> {
        let content = VaultContent::read(folder)?;
        Ok(content.map(|content| Self { folder: folder.to_owned(), content }))
    }

    /// Makes one in a folder around a data key, wrapped by the other.
    pub(crate) fn create(
        folder: PathBuf,
        device: DeviceId,
        kdf: KdfParams,
        (data_key, key): (&DataKey, &[u8; 32]),
        random: &dyn Random,
    ) -> Result<Self, StoreError> {
        let content = VaultContent {
            version: VAULT_VERSION,
            device,
            generation: 0,
            wrapped: wrap(&data_key.0, key, context(device), random)?,
            kdf,
            recovery: None,
            server: None,
            moves_to: None,
            failures: 0,
            locks: 0,
            locked_at: None,
            locked_until: None,
        };
        let vault = Self { folder, content };
        vault.save()?;
        Ok(vault)
    }

    /// The vault in a user's folder, for whoever has only the folder.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Damaged`], [`StoreError::Newer`], [`StoreError::File`].
    pub fn at(folder: &Path) -> Result<Self, StoreError> {
        Self::read(folder)?.ok_or(StoreError::NotFound)
    }

    /// The files that the vault and its store consist of, with what stands for the store where its replacement was cut off; some may
    /// not be there.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let store = self.database();
        vec![self.folder.join(VAULT), self.replaced(), beside(&store, "-wal"), store]
    }

    /// Salt and cost of the password.
    #[must_use]
    pub const fn kdf(&self) -> &KdfParams {
        &self.content.kdf
    }

    /// This installation.
    #[must_use]
    pub const fn device(&self) -> DeviceId {
        self.content.device
    }

    /// The server that the store belongs to.
    #[must_use]
    pub fn server(&self) -> Option<&str> {
        self.content.server.as_deref()
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.join(next::file_of(self.content.generation))
    }

    /// Whether a key is the one that the data key is wrapped by. It counts nothing: for whoever has proven it already.
    pub(crate) fn opens(&self, key: &[u8; 32]) -> bool {
        unwrap(&self.content.wrapped, key, context(self.content.device)).is_ok()
    }

    /// Until when the vault is locked, if it is. A clock that was set back does not open it early.
    #[must_use]
    pub fn locked_until(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.content.locked_until?;
        let at = self.content.locked_at?;
        let until = if now < at { now.plus_millis(until.0.saturating_sub(at.0)) } else { until };
        (now < until).then_some(until)
    }

    /// As [`Vault::locked_until`]. When the clock was set back, the wait starts anew from the earlier time, once: a clock that was
    /// wrong by a year must not close the vault for a year.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn wait(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let until = self.locked_until(now);
        if until.is_some() && self.content.locked_at.is_some_and(|at| now < at) {
            self.content.locked_at = Some(now);
            self.content.locked_until = until;
            self.save()?;
        }
        Ok(until)
    }

    /// Tries a key. A failure is on the disk before the key is tried, so that no crash and no kill gives a free try.
    ///
    /// # Errors
    /// [`Shut`].
    pub fn attempt(&mut self, key: &[u8; 32], now: Timestamp) -> Result<DataKey, Shut> {
        if let Some(until) = self.wait(now)? {
            return Err(Shut::Locked(until));
        }
        self.content.count_failure(now);
        self.save()?;
        let Ok(data_key) = unwrap(&self.content.wrapped, key, context(self.content.device)).map(DataKey)
        else {
            return Err(self.locked_until(now).map_or(Shut::WrongKey, Shut::Locked));
        };
        self.content.forget_failures();
        self.save()?;
        Ok(data_key)
    }

    /// Wraps the data key by another key: a new password, or a server's. Nothing is encrypted anew.
    ///
    /// # Errors
    /// [`StoreError::File`]; the old key works on then.
    pub fn rewrap(
        &mut self,
        data_key: &DataKey,
        kdf: KdfParams,
        key: &[u8; 32],
        random: &dyn Random,
    ) -> Result<(), StoreError> {
        self.change(|content| content.wrap(data_key, kdf, key, random))
    }

    /// Which key of the bank opens the copy of the data key, if there is one.
    #[must_use]
    pub fn recovery(&self) -> Option<Recovery> {
        self.content.recovery.as_ref()?.recovery()
    }

    /// Keeps a copy of the data key for the bank, or none any more.
    ///
    /// # Errors
    /// [`StoreError::RecoveryKey`] for a key that keeps no secret, [`StoreError::File`]; the copy is as it was then.
    pub fn set_recovery(
        &mut self,
        data_key: &DataKey,
        to: Option<Recovery>,
        random: &dyn Random,
    ) -> Result<(), StoreError> {
        self.change(|content| {
            let seal = |to| recovery::ForBank::seal(&data_key.0, to, content.which(), random);
            content.recovery = to.map(seal).transpose()?;
            Ok(())
        })
    }

    /// The data key, by the bank's private key. Nothing is counted: whoever has that key and the files needs no password.
    ///
    /// # Errors
    /// [`StoreError::RecoveryNone`], [`StoreError::RecoveryKey`], [`StoreError::Damaged`].
    pub fn rescue(&self, secret: &RecoverySecret) -> Result<DataKey, StoreError> {
        let copy = self.content.recovery.as_ref().ok_or(StoreError::RecoveryNone)?;
        copy.open(secret, self.content.which()).map(DataKey)
    }

    /// Wraps the data key by the key of a new password and forgets failed attempts: for a user who forgot the old one.
    ///
    /// # Errors
    /// [`StoreError::File`]; nothing has changed then.
    pub fn renew(
        &mut self,
        data_key: &DataKey,
        kdf: KdfParams,
        key: &[u8; 32],
        random: &dyn Random,
    ) -> Result<(), StoreError> {
        self.change(|content| {
            content.forget_failures();
            content.wrap(data_key, kdf, key, random)
        })
    }

    /// Notes the server that the store belongs to.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn set_server(&mut self, server: &str) -> Result<(), StoreError> {
        self.change(|content| {
            content.server = Some(server.to_owned());
            Ok(())
        })
    }

    /// Joins a server under a login name: from now on the data key is wrapped by the key that belongs to it, and the name finds the
    /// store. All of it or nothing is on the disk. [`Vault::rename`] is to follow; until then [`Workstation::find`] does it.
    ///
    /// # Errors
    /// [`StoreError::File`]; nothing has changed then.
    pub fn join(
        &mut self,
        (server, folder): (&str, &Path),
        data_key: &DataKey,
        (kdf, key): (KdfParams, &[u8; 32]),
        random: &dyn Random,
    ) -> Result<(), StoreError> {
        self.change(|content| {
            content.server = Some(server.to_owned());
            content.moves_to = folder.file_name().map(|name| name.to_string_lossy().into_owned());
            content.wrap(data_key, kdf, key, random)
        })
    }

    /// Whether the store was to go to a folder.
    pub(crate) fn moves_to(&self, folder: &Path) -> bool {
        let name = folder.file_name().map(std::ffi::OsStr::to_string_lossy);
        self.content.moves_to.is_some() && self.content.moves_to.as_deref() == name.as_deref()
    }

    /// Moves the vault and the store to another login name on the same workstation.
    ///
    /// # Errors
    /// [`StoreError::NameTaken`] when that user has a store here, [`StoreError::File`].
    pub fn rename(&mut self, workstation: &Workstation, login: &str) -> Result<(), StoreError> {
        self.move_to(workstation.folder(login))
    }

    pub(crate) fn move_to(&mut self, folder: PathBuf) -> Result<(), StoreError> {
        if folder == self.folder {
            return Ok(());
        }
        if folder.join(VAULT).exists() {
            return Err(StoreError::NameTaken);
        }
        fs::rename(&self.folder, &folder)?;
        self.folder = folder;
        Ok(())
    }

    /// Removes vault and store.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn remove(self) -> Result<(), StoreError> {
        Ok(fs::remove_dir_all(&self.folder)?)
    }

    /// Waits until the names in the folder are on the disk.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        #[cfg(unix)]
        fs::File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    /// Changes the content and saves it; what cannot be saved is as it was, here too.
    fn change(
        &mut self,
        how: impl FnOnce(&mut VaultContent) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let before = self.content.clone();
        how(&mut self.content).and_then(|()| self.save()).inspect_err(|_| self.content = before)
    }

    fn save(&self) -> Result<(), StoreError> {
        self.write_beside(&self.content)?;
        fs::rename(self.folder.join(VAULT_NEW), self.folder.join(VAULT))?;
        self.flush()
    }

    /// Written beside and flushed; renamed, the file is always whole.
    fn write_beside(&self, content: &VaultContent) -> Result<(), StoreError> {
        let text = serde_json::to_vec_pretty(content).map_err(std::io::Error::from)?;
        let mut file = fs::File::create(self.folder.join(VAULT_NEW))?;
        file.write_all(&text)?;
        Ok(file.sync_all()?)
    }
}
