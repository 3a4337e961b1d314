//! The server on real PostgreSQL, asked over HTTP.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't prepare has failed")]

mod access;
mod admin;
mod anchors;
mod attacks;
mod audits;
mod bank;
mod cases;
mod customers;
mod distribution;
mod feeds;
mod health;
mod intake;
mod logs;
mod metrics;
mod process;
mod processes;
mod program;
mod push;
mod rights;
mod room;
mod served;
mod sessions;
mod together;
