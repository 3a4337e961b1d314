//! What can go wrong, and its code.

use lq_protocol::error::ErrorCode;
use lq_store::StoreError;

/// Why nothing was rescued.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RescueError {
    /// A code says it.
    #[error("{}", .0.as_str())]
    Told(ErrorCode),
    /// The store.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// A file.
    #[error("file: {0}")]
    File(#[from] std::io::Error),
}

impl RescueError {
    /// The stable code.
    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            RescueError::Told(code) => *code,
            RescueError::Store(error) => error.code(),
            RescueError::File(error) => match error.kind() {
                std::io::ErrorKind::NotFound => ErrorCode::FileUnreadable,
                std::io::ErrorKind::AlreadyExists => ErrorCode::FileExists,
                std::io::ErrorKind::StorageFull => ErrorCode::DiskFull,
                _ => ErrorCode::FileUnwritable,
            },
        }
    }
}

impl From<ErrorCode> for RescueError {
    fn from(code: ErrorCode) -> Self {
        RescueError::Told(code)
    }
}
