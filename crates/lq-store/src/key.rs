//! Keys on the workstation: which users have a store here, and what it takes to open one (sync design, section 6).

use crate::error::StoreError;
pub use crate::vault::{FAILURES_MAX, LOCK_MILLIS, Shut, Vault};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use lq_domain::clock::Random;
use lq_domain::ids::DeviceId;
use lq_protocol::secret::KdfParams;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The 256-bit key of a store. It leaves memory when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DataKey(pub(crate) [u8; 32]);

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
            .is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(|e| Vault::is_in(&e.path()))))
    }

    /// The vault of a user, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the file does not read, [`StoreError::Newer`], [`StoreError::File`].
    pub fn find(&self, login: &str) -> Result<Option<Vault>, StoreError> {
        let folder = self.folder(login);
        let vault = match Vault::read(&folder)? {
            Some(vault) => vault,
            None => match self.on_the_way_to(&folder) {
                Some(mut vault) => {
                    vault.move_to(folder)?;
                    vault
                }
                None => return Ok(None),
            },
        };
        vault.heal()?;
        Ok(Some(vault))
    }

    /// The vault that was to go to a folder and was cut off before it did.
    fn on_the_way_to(&self, folder: &Path) -> Option<Vault> {
        let entries = fs::read_dir(&self.root).ok()?;
        let vaults = entries.filter_map(|entry| Vault::read(&entry.ok()?.path()).ok().flatten());
        vaults.into_iter().find(|vault| vault.moves_to(folder))
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
        let vault = Vault::create(folder, device, kdf, (&data_key, key), random)?;
        Ok((vault, data_key))
    }

    /// Where the store of a login name lies.
    #[must_use]
    pub fn folder(&self, login: &str) -> PathBuf {
        let digest = ring::digest::digest(&ring::digest::SHA256, login.trim().to_lowercase().as_bytes());
        let name: String = digest.as_ref()[..12].iter().map(|byte| format!("{byte:02x}")).collect();
        self.root.join(name)
    }
}

pub(crate) fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, StoreError> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|_| StoreError::Damaged)
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
