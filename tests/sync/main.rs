//! Devices and their server: real clients with encrypted stores, the real server, a real PostgreSQL.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't prepare has failed")]

mod access;
mod audits;
mod backups;
mod bank;
mod cases;
mod changes;
mod leaving;
mod naughty;
mod pages;
mod recovery;
mod restored;
mod sample;
mod sessions;
mod tls;
