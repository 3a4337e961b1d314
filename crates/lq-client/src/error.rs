//! What can go wrong with a command, and the code that the screen gets for it.

use lq_domain::access::Denial;
use lq_domain::customers::FieldProblem;
use lq_domain::values::ValueProblem;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_store::StoreError;
use lq_sync::SyncError;
use std::io::ErrorKind;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Something that the user can understand, and often mend.
    #[error("{}", .0.code.as_str())]
    Told(ApiError),
    /// The store.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// The exchange with the server.
    #[error("sync: {0}")]
    Sync(#[from] SyncError),
    /// A file that can't be read or written.
    #[error("file: {0}")]
    File(#[from] std::io::Error),
    /// A fault of ours; the text is for the log and holds no data.
    #[error("internal: {0}")]
    Internal(&'static str),
}

impl ClientError {
    /// The code that the screen explains.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            ClientError::Told(error) => error.code,
            ClientError::Store(error) => error.code(),
            ClientError::Sync(error) => error.code(),
            ClientError::File(error) => match error.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                    ErrorCode::DiskFull
                }
                ErrorKind::NotFound => ErrorCode::FileUnreadable,
                _ => ErrorCode::FileUnwritable,
            },
            ClientError::Internal(_) => ErrorCode::Internal,
        }
    }

    /// What the screen gets. Faults are written to the log here, and only here, under `trace`.
    pub(crate) fn tell(self, doing: &str, trace: impl FnOnce() -> String) -> ApiError {
        match self {
            ClientError::Told(error) => error,
            ClientError::Sync(SyncError::Told(error)) => *error,
            fault => {
                let trace = trace();
                tracing::error!(doing, trace, error = %fault, "failed");
                ApiError { trace_id: trace, ..ApiError::new(fault.code()) }
            }
        }
    }
}

/// What is wrong with a typed value, at its field.
pub(crate) fn about(field: &str, problem: &ValueProblem) -> ApiError {
    let mut error =
        ApiError::new(ErrorCode::parse(problem.code()).unwrap_or(ErrorCode::Internal)).in_field(field);
    error.params.extend(problem.params().into_iter().map(|(name, value)| (name.to_owned(), value)));
    error
}

impl From<ApiError> for ClientError {
    fn from(error: ApiError) -> Self {
        ClientError::Told(error)
    }
}

impl From<ErrorCode> for ClientError {
    fn from(code: ErrorCode) -> Self {
        ClientError::Told(code.into())
    }
}

impl From<Denial> for ClientError {
    fn from(denial: Denial) -> Self {
        ErrorCode::from(denial).into()
    }
}

impl From<Vec<FieldProblem>> for ClientError {
    fn from(problems: Vec<FieldProblem>) -> Self {
        ClientError::Told(ApiError::from(problems.as_slice()))
    }
}
