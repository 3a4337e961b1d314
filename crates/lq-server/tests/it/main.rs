//! The server on real PostgreSQL, asked over HTTP.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't prepare has failed")]

mod admin;
mod attacks;
mod audits;
mod bank;
mod customers;
mod feeds;
mod intake;
mod program;
mod push;
mod rights;
mod served;
mod sessions;
