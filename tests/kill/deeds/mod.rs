//! The deeds, and what must be true of each when it was killed.

mod backup;
mod import;
mod password;
mod rekey;
mod restore;
mod sync;
mod write;

pub(crate) use backup::Backing;
pub(crate) use import::Importing;
pub(crate) use password::Changing;
pub(crate) use rekey::Rekeying;
pub(crate) use restore::Restoring;
pub(crate) use sync::Syncing;
pub(crate) use write::Writing;

/// How the names of customers begin that somebody else has saved.
pub(crate) const COLLEAGUE: &str = "同事";
