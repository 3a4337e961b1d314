//! Keys on the workstation: which users have a store here, and what it takes to open one (sync design, section 6).
//!
//! A user's folder holds `vault.json` and `store.db`. The vault tells nothing about anybody: its folder is named by a
//! hash of the login name, and the data key in it is wrapped by a key that only the password gives.

use crate::error::StoreError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use lq_domain::clock::{Random, Timestamp};
use lq_domain::ids::DeviceId;
use lq_protocol::secret::KdfParams;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Wrong passwords until sign-in closes for a while.
pub const FAILURES_MAX: u32 = 5;
/// How long it closes the first time; each further time doubles it.
pub const LOCK_MILLIS: i64 = 10 * 60 * 1000;
/// The longest it closes: a day.
const LOCK_MILLIS_MAX: i64 = 24 * 60 * 60 * 1000;

/// The 256-bit key of a store. It leaves memory when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; 32]);

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey(…)")
    }
}

impl DataKey {
    /// A new key.
    #[must_use]
    pub fn new(random: &dyn Random) -> Self {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        Self(bytes)
    }

    /// The key as SQLCipher takes a raw one: `x'…'`, so that no passphrase is stretched at each connection.
    pub(crate) fn pragma(&self) -> String {
        let hex: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("\"x'{hex}'\"")
    }
}

/// The stores of all users on this workstation.
#[derive(Debug, Clone)]
pub struct Workstation {
    root: PathBuf,
}

impl Workstation {
    /// The workstation whose stores lie below `root`.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Whether anybody has a store here.
    #[must_use]
    pub fn is_used(&self) -> bool {
        fs::read_dir(&self.root)
            .is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(|e| e.path().join(VAULT).exists())))
    }

    /// The vault of a user, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the file does not read, [`StoreError::File`].
    pub fn find(&self, login: &str) -> Result<Option<Vault>, StoreError> {
        let folder = self.folder(login);
        match fs::read(folder.join(VAULT)) {
            Ok(bytes) => {
                let content = serde_json::from_slice(&bytes).map_err(|_| StoreError::Damaged)?;
                let vault = Vault { folder, content };
                if !vault.database().exists() {
                    // Cut off between the two steps of a replacement.
                    vault.put_back()?;
                }
                Ok(Some(vault))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes the vault of a new user around a new data key.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn create(
        &self,
        login: &str,
        device: DeviceId,
        kdf: KdfParams,
        key: &[u8; 32],
        random: &dyn Random,
    ) -> Result<(Vault, DataKey), StoreError> {
        let folder = self.folder(login);
        fs::create_dir_all(&folder)?;
        let data_key = DataKey::new(random);
        let content = VaultContent {
            version: VAULT_VERSION,
            device,
            wrapped: wrap(&data_key.0, key, context(device), random)?,
            kdf,
            server: None,
            failures: 0,
            locks: 0,
            locked_at: None,
            locked_until: None,
        };
        let vault = Vault { folder, content };
        vault.save()?;
        Ok((vault, data_key))
    }

    fn folder(&self, login: &str) -> PathBuf {
        let digest = ring::digest::digest(&ring::digest::SHA256, login.trim().to_lowercase().as_bytes());
        let name: String = digest.as_ref()[..12].iter().map(|byte| format!("{byte:02x}")).collect();
        self.root.join(name)
    }
}

const VAULT: &str = "vault.json";
const VAULT_VERSION: u32 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct VaultContent {
    version: u32,
    device: DeviceId,
    kdf: KdfParams,
    /// Nonce and wrapped data key, base64.
    wrapped: String,
    server: Option<String>,
    failures: u32,
    locks: u32,
    locked_at: Option<Timestamp>,
    locked_until: Option<Timestamp>,
}

impl VaultContent {
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

impl Vault {
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
        self.folder.join("store.db")
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
        self.content.failures = 0;
        self.content.locks = 0;
        self.content.locked_at = None;
        self.content.locked_until = None;
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
        let before = self.content.clone();
        self.content.wrapped = wrap(&data_key.0, key, context(self.content.device), random)?;
        self.content.kdf = kdf;
        self.save().inspect_err(|_| self.content = before)
    }

    /// Notes the server that the store belongs to.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn set_server(&mut self, server: &str) -> Result<(), StoreError> {
        self.content.server = Some(server.to_owned());
        self.save()
    }

    /// Moves the vault and the store to another login name on the same workstation.
    ///
    /// # Errors
    /// [`StoreError::NameTaken`] when that user has a store here, [`StoreError::File`].
    pub fn rename(&mut self, workstation: &Workstation, login: &str) -> Result<(), StoreError> {
        let folder = workstation.folder(login);
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

    /// Written beside, flushed, renamed: the file is always whole.
    fn save(&self) -> Result<(), StoreError> {
        let text = serde_json::to_vec_pretty(&self.content).map_err(std::io::Error::from)?;
        let beside = self.folder.join("vault.json.new");
        let mut file = fs::File::create(&beside)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&beside, self.folder.join(VAULT))?;
        self.flush()
    }
}

pub(crate) fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, StoreError> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|_| StoreError::Damaged)
}

/// Binds a wrapped key to its device and version, so that it can't be moved to another vault.
fn context(device: DeviceId) -> Aad<String> {
    Aad::from(format!("langqiao data key {VAULT_VERSION} {device}"))
}

/// Wraps a key by another; `context` says what for.
pub(crate) fn wrap(
    secret: &[u8; 32],
    key: &[u8; 32],
    context: Aad<String>,
    random: &dyn Random,
) -> Result<String, StoreError> {
    let mut nonce = [0; NONCE_LEN];
    random.fill(&mut nonce);
    let mut sealed = secret.to_vec();
    cipher(key)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), context, &mut sealed)
        .map_err(|_| StoreError::Damaged)?;
    Ok(BASE64.encode([&nonce[..], &sealed].concat()))
}

/// The key that was wrapped. [`StoreError::WrongKey`] when the other is not the one it was wrapped by.
pub(crate) fn unwrap(wrapped: &str, key: &[u8; 32], context: Aad<String>) -> Result<[u8; 32], StoreError> {
    let mut bytes = BASE64.decode(wrapped).map_err(|_| StoreError::Damaged)?;
    if bytes.len() < NONCE_LEN {
        return Err(StoreError::Damaged);
    }
    let mut sealed = bytes.split_off(NONCE_LEN);
    let nonce = Nonce::try_assume_unique_for_key(&bytes).map_err(|_| StoreError::Damaged)?;
    let opened = cipher(key)?.open_in_place(nonce, context, &mut sealed).map_err(|_| StoreError::WrongKey)?;
    let secret = <[u8; 32]>::try_from(&*opened).map_err(|_| StoreError::Damaged);
    sealed.zeroize();
    secret
}
