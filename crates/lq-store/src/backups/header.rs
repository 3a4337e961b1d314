//! What stands before the encrypted content of a backup: enough to say whose it is, when it was made and what opens it.
//!
//! `LQBACKUP`, format (4 bytes), length (4 bytes), JSON, SHA-256 of all before it; numbers are little-endian. The hash tells a
//! damaged file from a wrong password, and the content is bound to it.

use super::BackupKey;
use crate::error::StoreError;
use crate::key::unwrap;
use crate::migrations;
use lq_domain::clock::Timestamp;
use lq_domain::ids::{DeviceId, UserId};
use lq_protocol::secret::KdfParams;
use ring::aead::Aad;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};

const MAGIC: &[u8; 8] = b"LQBACKUP";
/// The format that this release writes, and the newest that it reads.
pub const FORMAT: u32 = 1;
/// The product that the content is of.
pub(super) const PRODUCT: &str = "langqiao";
/// Longest JSON that is read: many times what is written.
const LENGTH_MAX: u32 = 64 * 1024;
const HASH: usize = 32;

/// The readable part of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// `langqiao`.
    pub product: String,
    /// Whose store it is.
    pub user: UserId,
    /// The installation that it was made on.
    pub device: DeviceId,
    /// The schema of the content: the number of its last migration.
    pub schema: i64,
    /// When it was made.
    pub made_at: Timestamp,
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// Salt and cost of the password that opens it.
    pub kdf: KdfParams,
    /// The backup key, wrapped by what the password gives.
    pub wrapped: String,
    /// From the backup key to the file's own key.
    pub salt: String,
}

/// What the wrapping of backup keys is bound to.
pub(super) fn context() -> Aad<String> {
    Aad::from("langqiao backup key 1".to_owned())
}

impl Header {
    /// Reads the header of a file; its hash binds the content.
    ///
    /// # Errors
    /// [`StoreError::BackupForeign`] for anything but a backup, [`StoreError::BackupNewer`], [`StoreError::BackupDamaged`],
    /// [`StoreError::File`].
    pub fn read(source: &mut impl Read) -> Result<(Self, [u8; HASH]), StoreError> {
        let mut head = [0; 16];
        take(source, &mut head, StoreError::BackupForeign)?;
        if &head[..8] != MAGIC {
            return Err(StoreError::BackupForeign);
        }
        let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        if number(8) > FORMAT {
            return Err(StoreError::BackupNewer);
        }
        let length = number(12);
        if number(8) == 0 || length > LENGTH_MAX {
            return Err(StoreError::BackupDamaged);
        }
        let mut json = vec![0; length as usize];
        take(source, &mut json, StoreError::BackupDamaged)?;
        let mut said = [0; HASH];
        take(source, &mut said, StoreError::BackupDamaged)?;
        if digest(&SHA256, &[&head[..], &json].concat()).as_ref() != said {
            return Err(StoreError::BackupDamaged);
        }
        let header: Self = serde_json::from_slice(&json).map_err(|_| StoreError::BackupForeign)?;
        if header.product != PRODUCT {
            return Err(StoreError::BackupForeign);
        }
        if !migrations::LIST.iter().any(|(version, ..)| *version == header.schema) {
            return Err(StoreError::BackupNewer);
        }
        Ok((header, said))
    }

    /// The header's bytes with the hash at their end.
    pub(super) fn bytes(&self) -> Result<(Vec<u8>, [u8; HASH]), StoreError> {
        framed(&serde_json::to_vec(self).map_err(std::io::Error::from)?)
    }

    /// The backup key, by the key that the password and [`Header::kdf`] give.
    ///
    /// # Errors
    /// [`StoreError::BackupPassword`].
    pub fn key(&self, password_key: &[u8; 32]) -> Result<BackupKey, StoreError> {
        unwrap(&self.wrapped, password_key, context()).map(BackupKey::from).map_err(|error| match error {
            StoreError::WrongKey => StoreError::BackupPassword,
            _ => StoreError::BackupDamaged,
        })
    }

    /// Rows of all tables.
    #[must_use]
    pub fn total(&self) -> u64 {
        // The file says so: it may say anything.
        self.rows.values().fold(0, |sum, rows| sum.saturating_add(*rows))
    }
}

/// The bytes of a header around its JSON, with their hash.
pub(super) fn framed(json: &[u8]) -> Result<(Vec<u8>, [u8; HASH]), StoreError> {
    let length = u32::try_from(json.len()).map_err(|_| StoreError::BackupDamaged)?;
    let mut bytes = [&MAGIC[..], &FORMAT.to_le_bytes(), &length.to_le_bytes(), json].concat();
    let mut hash = [0; HASH];
    hash.copy_from_slice(digest(&SHA256, &bytes).as_ref());
    bytes.extend_from_slice(&hash);
    Ok((bytes, hash))
}

/// Fills `bytes`; a file that is too short is `short`.
fn take(source: &mut impl Read, bytes: &mut [u8], short: StoreError) -> Result<(), StoreError> {
    source.read_exact(bytes).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => short,
        _ => error.into(),
    })
}
