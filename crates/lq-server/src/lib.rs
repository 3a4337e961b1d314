//! Langqiao's server: it signs staff in, decides what becomes of each change, and tells every device what is new.
//!
//! [`start`] serves an [`App`] until it is told to stop; [`admin`] does what an administrator does without a screen. Any
//! number of processes may serve one database: they hear of each other's writes by LISTEN and NOTIFY.

mod access;
pub mod admin;
mod app;
pub mod audits;
mod db;
pub mod devices;
mod error;
mod events;
#[cfg(any(test, feature = "fuzz"))]
#[doc(hidden)]
pub mod fuzz;
mod health;
mod http;
pub mod intake;
pub mod keys;
mod logged;
mod metrics;
pub mod recovery;
mod room;
mod serve;
mod session;
mod write;

pub use app::App;
pub use audits::verify::first_fault as verify_audits;
pub use db::Db;
pub use error::ServerError;
pub use http::openapi::document as openapi;
pub use http::served;
pub use serve::{Config, Measured, Running, Tls, serve_metrics, start};
