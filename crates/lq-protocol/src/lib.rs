//! What crosses a wire: changes and their outcomes, feeds, sessions, staff and branches, error codes.
//!
//! Shapes are frozen by golden files in `tests/golden`: add fields with a default, never rename or remove one.

pub mod access;
pub mod audit;
pub mod change;
pub mod devices;
pub mod error;
pub mod recovery;
pub mod secret;
pub mod session;
pub mod staff;
pub mod sync;

/// The number of the wire shape that this release speaks.
pub const SCHEMA: u16 = 3;
/// The oldest wire shape that this release still understands.
pub const SCHEMA_OLDEST: u16 = 1;
