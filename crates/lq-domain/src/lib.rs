//! Rules and values of Langqiao. No input or output, no clock, no SQL, no async: the same code decides on the device
//! and on the server.

pub mod access;
pub mod accounts;
pub mod backups;
pub mod cases;
pub mod clock;
pub mod columns;
pub mod customers;
pub mod divisions;
pub mod feature;
pub mod feeds;
pub mod ids;
pub mod masking;
pub mod pinyin;
pub mod record;
pub mod tags;
pub mod transactions;
pub mod values;
