//! The server on real PostgreSQL, asked over HTTP.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't prepare has failed")]

mod admin;
mod audits;
mod bank;
mod customers;
mod feeds;
mod intake;
mod program;
mod push;
mod served;
mod sessions;
