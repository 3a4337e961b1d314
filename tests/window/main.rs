//! Tests through the built application, in its window, in Chinese.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod alone;
mod bank;
mod binary;
mod cable;
mod disk;
mod files;
mod steps;
