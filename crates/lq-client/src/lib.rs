//! The application without a window: sign-in, customers, tags, import, export, sync. One use-case module per feature.

mod access;
mod accounts;
mod audits;
mod backups;
mod cases;
mod client;
pub mod contract;
mod customers;
mod devices;
mod dispatch;
mod divisions;
mod error;
pub mod events;
mod exports;
#[cfg(any(test, feature = "fuzz"))]
#[doc(hidden)]
pub mod fuzz;
mod imports;
mod jobs;
mod session;
mod settings;
mod staff;
mod sync;
mod tags;
mod transactions;
mod views;

pub use client::{Client, Config};
pub use error::ClientError;
// What a shell needs to hold a client; it knows no other crate of the house.
pub use lq_domain::clock;
pub use lq_protocol::error::ApiError;
