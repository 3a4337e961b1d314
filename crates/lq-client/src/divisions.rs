//! divisions
