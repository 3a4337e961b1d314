//! Backups of a store: encrypted, compressed files that say whose they are, opened by the password of their time, and proven
//! before they count (docs/adr/0013-device-backup.md).

mod anew;
mod frames;
mod header;
pub(crate) mod proof;
pub(crate) mod rows;
mod sealed;
mod write;

pub use header::{FORMAT, Header};
pub use proof::{rebuild, verify};
pub use rows::Told;

use crate::error::StoreError;
use crate::key::wrap;
use crate::open::Store;
use lq_domain::clock::Timestamp;
use lq_protocol::error::ErrorCode;
use lq_protocol::secret::KdfParams;
use sqlx::Row as _;
use std::path::{Path, PathBuf};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Reads bytes as each part of a backup: as a file, as a header's JSON, as sealed content, and as content that was opened.
#[cfg(any(test, feature = "fuzz"))]
pub(crate) fn examine(mut bytes: &[u8]) {
    let _ = Header::read(&mut &*bytes);
    if let Ok((framed, bound_to)) = header::framed(bytes)
        && let Ok((header, _)) = Header::read(&mut &*framed)
    {
        let _ = (header.total(), header.key(&[7; 32]).is_ok());
        if let Ok(mut sealed) = sealed::SealedReader::new(bytes, &BackupKey([7; 32]), &[7; 32], bound_to) {
            let _ = std::io::copy(&mut sealed, &mut std::io::sink());
        }
    }
    while frames::Frame::read(&mut bytes).is_ok() {}
}

/// What encrypts backups. It leaves memory when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct BackupKey([u8; 32]);

impl std::fmt::Debug for BackupKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BackupKey(…)")
    }
}

impl From<[u8; 32]> for BackupKey {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// A backup that was made and proven.
#[derive(Debug, Clone)]
pub struct Made {
    /// What it says of itself.
    pub header: Header,
    /// The file's length.
    pub bytes: u64,
}

/// What was done with a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It was made, and proven.
    Made,
    /// It was proven once more.
    Verified,
}

impl What {
    const fn as_str(self) -> &'static str {
        match self {
            What::Made => "made",
            What::Verified => "verified",
        }
    }
}

/// An attempt to make or to prove a backup.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
    /// The file.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// Why it failed.
    pub error: Option<ErrorCode>,
}

/// The key with what a backup says of it.
struct Kept {
    key: BackupKey,
    kdf: KdfParams,
    wrapped: String,
}

/// Attempts kept.
const KEPT: i64 = 200;

fn key_of(bytes: &[u8]) -> Result<BackupKey, StoreError> {
    <[u8; 32]>::try_from(bytes)
        .map(BackupKey)
        .map_err(|_| StoreError::Row { table: "backup_keys", column: "key" })
}

/// Runs what waits for the disk or computes for long beside the other work.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(StoreError::Stopped),
    }
}

impl Store {
    /// Keeps a key for backups that the user's present password opens. To be called with every password that opened the store;
    /// one that is known already changes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_backup_key(
        &self,
        password_key: &[u8; 32],
        kdf: &KdfParams,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        if self.backup_key_of(&kdf.salt).await?.is_some() {
            return Ok(());
        }
        let mut secret = Zeroizing::new([0; 32]);
        self.random.fill(secret.as_mut());
        let wrapped = wrap(&secret, password_key, header::context(), self.random.as_ref())?;
        let kdf_text = serde_json::to_string(kdf).map_err(std::io::Error::from)?;
        sqlx::query("INSERT INTO backup_keys (salt, key, kdf, wrapped, at) VALUES (?1, ?2, ?3, ?4, ?5)")
            .bind(&kdf.salt)
            .bind(&secret[..])
            .bind(kdf_text)
            .bind(wrapped)
            .bind(at.0)
            .execute(&mut *self.writer().await?)
            .await?;
        Ok(())
    }

    /// The key of a backup made under a password with this salt, when it was made here.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn backup_key_of(&self, salt: &str) -> Result<Option<BackupKey>, StoreError> {
        let key: Option<Vec<u8>> = sqlx::query_scalar("SELECT key FROM backup_keys WHERE salt = ?1")
            .bind(salt)
            .fetch_optional(&self.readers)
            .await?;
        key.map(|key| key_of(&Zeroizing::new(key))).transpose()
    }

    /// Since when backups could be made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn backups_since(&self) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> =
            sqlx::query_scalar("SELECT min(at) FROM backup_keys").fetch_one(&self.readers).await?;
        Ok(at.map(Timestamp))
    }

    /// The newest key.
    async fn backup_key(&self) -> Result<Kept, StoreError> {
        let row =
            sqlx::query("SELECT key, kdf, wrapped FROM backup_keys ORDER BY at DESC, rowid DESC LIMIT 1")
                .fetch_optional(&self.readers)
                .await?
                .ok_or(StoreError::NotFound)?;
        let bad = |_| StoreError::Row { table: "backup_keys", column: "kdf" };
        Ok(Kept {
            key: key_of(row.try_get(0)?)?,
            kdf: serde_json::from_str(row.try_get(1)?).map_err(bad)?,
            wrapped: row.try_get(2)?,
        })
    }

    /// Notes an attempt.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_backup(&self, attempt: &Attempt) -> Result<(), StoreError> {
        let mut writer = self.writer().await?;
        sqlx::query("INSERT INTO backups (at, what, path, bytes, error) VALUES (?1, ?2, ?3, ?4, ?5)")
            .bind(attempt.at.0)
            .bind(attempt.what.as_str())
            .bind(attempt.path.to_string_lossy())
            .bind(i64::try_from(attempt.bytes).unwrap_or(i64::MAX))
            .bind(attempt.error.map(ErrorCode::as_str))
            .execute(&mut *writer)
            .await?;
        sqlx::query("DELETE FROM backups WHERE backup_row <= (SELECT max(backup_row) FROM backups) - ?1")
            .bind(KEPT)
            .execute(&mut *writer)
            .await?;
        Ok(())
    }

    /// The last attempt that ended well, and the last one if it failed since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_backups(&self) -> Result<(Option<Attempt>, Option<Attempt>), StoreError> {
        let good = self.attempt("what = 'made' AND error IS NULL", "").await?;
        let last = self.attempt("what = 'made'", "").await?;
        Ok((good, last.filter(|last| last.error.is_some())))
    }

    /// When a file was last proven, by its making or later, or failed to be.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_proof(&self, path: &Path) -> Result<Option<Attempt>, StoreError> {
        self.attempt("path = ?1", &path.to_string_lossy()).await
    }

    async fn attempt(&self, which: &str, path: &str) -> Result<Option<Attempt>, StoreError> {
        let sql = format!(
            "SELECT at, path, bytes, error, what FROM backups WHERE {which} ORDER BY backup_row DESC LIMIT 1"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql));
        let query = if path.is_empty() { query } else { query.bind(path) };
        let row = query.fetch_optional(&self.readers).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Attempt {
            at: Timestamp(row.try_get(0)?),
            path: PathBuf::from(row.try_get::<String, _>(1)?),
            bytes: u64::try_from(row.try_get::<i64, _>(2)?).unwrap_or_default(),
            error: row.try_get::<Option<&str>, _>(3)?.and_then(ErrorCode::parse),
            what: if row.try_get::<&str, _>(4)? == "made" { What::Made } else { What::Verified },
        }))
    }
}
