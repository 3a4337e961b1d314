//! What can go wrong with the store.

use lq_protocol::error::ErrorCode;
use std::io::ErrorKind;

/// Why the store did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The key does not open the file, or the file is no store.
    #[error("the key does not open the store")]
    WrongKey,
    /// The file is damaged.
    #[error("the store is damaged")]
    Damaged,
    /// A newer release wrote the store.
    #[error("the store was written by a newer release")]
    Newer,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// There is no such record.
    #[error("no such record")]
    NotFound,
    /// The name is taken.
    #[error("the name is taken")]
    NameTaken,
    /// A backup that is not whole as it was written.
    #[error("the backup is damaged")]
    BackupDamaged,
    /// No backup of this user's, or none at all.
    #[error("the backup is not of this user")]
    BackupForeign,
    /// A newer release wrote the backup.
    #[error("the backup was written by a newer release")]
    BackupNewer,
    /// The password does not open the backup.
    #[error("the password does not open the backup")]
    BackupPassword,
    /// There is no copy of the key for the bank.
    #[error("the store has no copy of its key for a recovery key")]
    RecoveryNone,
    /// The recovery key is not the one that the copy was made for, or keeps no secret.
    #[error("the recovery key does not open the store")]
    RecoveryKey,
    /// Somebody is reading what has to go: a backup, for instance.
    #[error("the store is in use")]
    InUse,
    /// Stopped by who asked for it.
    #[error("stopped")]
    Stopped,
    /// A row that does not read back as what it was written as.
    #[error("unreadable row: {table}.{column}")]
    Row {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The operating system refused a file.
    #[error("file: {0}")]
    File(#[from] std::io::Error),
    /// Anything else that the database said.
    #[error("database: {0}")]
    Database(sqlx::Error),
}

impl StoreError {
    /// The code that the screen explains.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            StoreError::WrongKey => ErrorCode::SignInFailed,
            StoreError::InUse => ErrorCode::JobRunning,
            StoreError::Damaged | StoreError::Row { .. } => ErrorCode::StoreDamaged,
            StoreError::Newer => ErrorCode::StoreNewer,
            StoreError::DiskFull => ErrorCode::DiskFull,
            StoreError::NotFound => ErrorCode::NotFound,
            StoreError::NameTaken => ErrorCode::NameTaken,
            StoreError::BackupDamaged => ErrorCode::BackupDamaged,
            StoreError::BackupForeign => ErrorCode::BackupForeign,
            StoreError::BackupNewer => ErrorCode::BackupNewer,
            StoreError::BackupPassword => ErrorCode::BackupPassword,
            StoreError::RecoveryNone => ErrorCode::RecoveryNone,
            StoreError::RecoveryKey => ErrorCode::RecoveryKey,
            StoreError::Stopped => ErrorCode::Cancelled,
            StoreError::File(error) => match error.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                    ErrorCode::DiskFull
                }
                ErrorKind::NotFound => ErrorCode::FileUnreadable,
                _ => ErrorCode::FileUnwritable,
            },
            // Locked while something was still at work.
            StoreError::Database(sqlx::Error::PoolClosed) => ErrorCode::StoreLocked,
            StoreError::Database(_) => ErrorCode::Internal,
        }
    }
}

// SQLite's result codes: https://sqlite.org/rescode.html
const FULL: i32 = 13;
const CORRUPT: i32 = 11;
const NOT_A_DATABASE: i32 = 26;
/// The index of the log could not grow: a full disk, too.
const SHARED_SIZE: i32 = 4874;
/// The part of a code that says what it is; the rest says where it came from.
const PRIMARY: i32 = 0xFF;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let Some(database) = error.as_database_error() else { return StoreError::Database(error) };
        let code = database.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or_default();
        match code & PRIMARY {
            FULL => StoreError::DiskFull,
            _ if code == SHARED_SIZE => StoreError::DiskFull,
            CORRUPT => StoreError::Damaged,
            NOT_A_DATABASE => StoreError::WrongKey,
            _ if database.is_unique_violation() && database.message().contains("views.name") => {
                StoreError::NameTaken
            }
            _ => StoreError::Database(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError as E;
        match error {
            E::VersionMissing(_) | E::VersionTooNew(..) => StoreError::Newer,
            E::VersionMismatch(_) => StoreError::Damaged,
            E::Execute(error) | E::ExecuteMigration(error, _) => error.into(),
            _ => StoreError::Damaged,
        }
    }
}
