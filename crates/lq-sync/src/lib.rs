//! The exchange with the server: push, pull, retry. It knows envelopes, not features.

pub mod address;
mod backoff;
mod engine;
mod error;
#[cfg(any(test, feature = "fuzz"))]
#[doc(hidden)]
pub mod fuzz;
mod http;
mod listen;
mod round;
mod sample;
mod transport;

pub use engine::{Credentials, Engine, Parts, Reach, Status};
pub use error::SyncError;
pub use http::HttpTransport;
pub use round::Totals;
pub use sample::may_meet;
pub use transport::{News, Reply, Transport};
