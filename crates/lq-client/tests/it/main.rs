//! The application without a window, on real encrypted stores.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't prepare has failed")]

mod access;
mod backups;
mod customers;
mod desk;
mod exports;
mod imports;
#[cfg(unix)]
mod killed;
mod naughty;
mod rekey;
mod rights;
mod session;
mod spreadsheet;
mod sync;
mod tags;
