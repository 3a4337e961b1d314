//! What can go wrong between a device and its server.

use lq_protocol::error::{ApiError, ErrorCode};
use lq_store::StoreError;
use std::time::Duration;

/// Why an exchange with the server failed.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// No answer: no network, no such host, nothing that listens, or too slow.
    #[error("unreachable")]
    Unreachable,
    /// The server's certificate is not trusted.
    #[error("certificate")]
    Certificate,
    /// Something answered that is no server of ours.
    #[error("foreign")]
    Foreign,
    /// The address is no address, or plain HTTP to another machine.
    #[error("address")]
    Address,
    /// The server asks for a pause.
    #[error("busy")]
    Busy(Option<Duration>),
    /// The server said no, with a code.
    #[error("{}", .0.code.as_str())]
    Told(Box<ApiError>),
    /// The certificate authority's file can't be used.
    #[error("authority")]
    Authority,
    /// The store.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// The engine was stopped.
    #[error("stopped")]
    Stopped,
}

impl SyncError {
    /// The code that the screen explains.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            SyncError::Unreachable => ErrorCode::ServerUnreachable,
            SyncError::Certificate | SyncError::Authority => ErrorCode::ServerCertificate,
            SyncError::Foreign => ErrorCode::ServerForeign,
            SyncError::Address => ErrorCode::ServerAddress,
            SyncError::Busy(_) => ErrorCode::ServerBusy,
            SyncError::Told(error) => error.code,
            SyncError::Store(error) => error.code(),
            SyncError::Stopped => ErrorCode::Cancelled,
        }
    }

    /// The server's refusal with this code.
    #[must_use]
    pub fn told(code: ErrorCode) -> Self {
        SyncError::Told(Box::new(code.into()))
    }
}
