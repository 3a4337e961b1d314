//! The exchange with the server, as the screen steers it.

/// What keeps an open store and its server together.
pub(crate) struct Link;
