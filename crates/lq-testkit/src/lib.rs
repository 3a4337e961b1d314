//! What tests, the demonstration and measurements are made with: a clock that stands still, chance that repeats itself,
//! and a sample branch of invented people. Nothing here is part of the product.

pub mod branch;
pub mod clock;
pub mod files;
#[cfg(unix)]
pub mod fleet;
pub mod fuzz;
#[cfg(unix)]
pub mod postgres;
pub mod random;
pub mod sample;
pub mod staff;
pub mod wire;
