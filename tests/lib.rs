//! The house tests across crates.
