//! The application without a window: sign-in, customers, tags, import, export, sync. One use-case module per feature.

mod client;
pub mod contract;
mod customers;
mod dispatch;
mod divisions;
mod error;
pub mod events;
mod jobs;
mod session;
mod settings;
mod staff;
mod sync;
mod tags;
mod views;

pub use client::{Client, Config};
pub use error::ClientError;
