//! What the sample promises to those who build on it.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod files;
mod fuzz;
mod sample;
