//! The application without a window: sign-in, customers, tags, import, export, sync. One use-case module per feature.

pub mod contract;
