//! Invented customers and real ones never meet.

use crate::error::SyncError;
use lq_protocol::error::ErrorCode;

/// Whether a store may work with a server, given whether the customers of each are invented.
///
/// # Errors
/// `sample_server` when only those of the server are, `sample_store` when only those of the store are.
pub fn may_meet(store: bool, server: bool) -> Result<(), SyncError> {
    match (store, server) {
        (false, true) => Err(SyncError::told(ErrorCode::SampleServer)),
        (true, false) => Err(SyncError::told(ErrorCode::SampleStore)),
        (true, true) | (false, false) => Ok(()),
    }
}
