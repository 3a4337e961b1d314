//! What can go wrong, and the one place where it becomes an answer.

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use lq_domain::access::Denial;
use lq_protocol::error::{ApiError, ErrorCode};

/// Seconds after which a device that was sent away tries again.
const RETRY_SECONDS: &str = "5";

/// Why the server did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The asker can do something about it.
    #[error("{}", .0.code.as_str())]
    Told(Box<ApiError>),
    /// The database.
    #[error("database: {}", crate::logged::describe(.0))]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration: {}", crate::logged::describe_migration(.0))]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row that does not parse.
    #[error("row of {table}: {column}")]
    Row {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The database has no `server` row yet.
    #[error("the database is not prepared: run `lq-server migrate`")]
    NotMigrated,
    /// A server with users was to become one for invented customers.
    #[error("the database has users already: invented customers need a database of their own")]
    NotEmpty,
    /// The network, or a file.
    #[error("input or output: {0}")]
    Io(#[from] std::io::Error),
    /// Plain HTTP was asked for on an address that others reach.
    #[error("plain HTTP is served on loopback only: give a certificate and its key")]
    PlainHttp,
    /// The key of the audit's anchors can't be used.
    #[error("the audit's key: {0}")]
    AuditKey(&'static str),
    /// Something was done to the audit.
    #[error("the audit is not what was written: see what is printed")]
    AuditBroken,
    /// A hash or a key could not be computed.
    #[error("cryptography")]
    Crypto,
}

impl ServerError {
    /// The code that the asker sees.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Told(error) => error.code,
            Self::Database(error) if is_passing(error) => ErrorCode::ServerBusy,
            Self::PlainHttp => ErrorCode::ServerAddress,
            _ => ErrorCode::Internal,
        }
    }

    fn api(self) -> ApiError {
        let code = self.code();
        match self {
            Self::Told(error) => *error,
            other => {
                let trace_id = crate::http::trace::current();
                // Its words hold no values: see `logged`.
                tracing::error!(%trace_id, error = %other, "request failed");
                ApiError { trace_id, ..ApiError::new(code) }
            }
        }
    }
}

/// Whether the same request may succeed a moment later.
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => true,
        // Serialisation, deadlock, too many connections, shutting down or starting.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            matches!(code.as_ref(), "40001" | "40P01" | "53300" | "57P01" | "57P02" | "57P03")
        }),
        _ => false,
    }
}

/// The status that goes with a code.
const fn status(code: ErrorCode) -> StatusCode {
    use ErrorCode as E;
    match code {
        E::SignedOut | E::SignInFailed => StatusCode::UNAUTHORIZED,
        E::NotAllowed | E::DeviceRevoked | E::PasswordExpired => StatusCode::FORBIDDEN,
        E::NotFound => StatusCode::NOT_FOUND,
        E::SignInLocked => StatusCode::TOO_MANY_REQUESTS,
        E::SequenceRewound
        | E::SequenceGap
        | E::EpochChanged
        | E::LoginTaken
        | E::NameTaken
        | E::DuplicateExists
        | E::RevisionOld => StatusCode::CONFLICT,
        E::RequestForm | E::SchemaMismatch => StatusCode::BAD_REQUEST,
        E::RequestSize => StatusCode::PAYLOAD_TOO_LARGE,
        E::ServerBusy => StatusCode::SERVICE_UNAVAILABLE,
        E::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl From<ErrorCode> for ServerError {
    fn from(code: ErrorCode) -> Self {
        Self::Told(Box::new(code.into()))
    }
}

impl From<ApiError> for ServerError {
    fn from(error: ApiError) -> Self {
        Self::Told(Box::new(error))
    }
}

impl From<Denial> for ServerError {
    fn from(denial: Denial) -> Self {
        ErrorCode::from(denial).into()
    }
}

impl IntoResponse for ServerError {
    fn into_response(self) -> Response {
        let error = self.api();
        let code = error.code;
        let mut response = (status(code), Json(error)).into_response();
        if code == ErrorCode::ServerBusy {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_server_says_when_to_come_back() {
        let response = ServerError::from(ErrorCode::ServerBusy).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[RETRY_AFTER], RETRY_SECONDS);
        assert_eq!(ServerError::from(sqlx::Error::PoolTimedOut).code(), ErrorCode::ServerBusy);
    }

    #[test]
    fn every_code_has_a_status_of_an_error() {
        for code in ErrorCode::ALL {
            assert!(status(*code).as_u16() >= 400, "{}", code.as_str());
        }
    }
}
