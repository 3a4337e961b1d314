//! The house tests across crates, and what they share with the demonstration.

pub mod desk;
pub mod measure;
