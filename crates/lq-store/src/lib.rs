//! The encrypted local database: the only SQLite in the house.
//!
//! Records are kept as the user sees them; the server's state stands beside them while changes wait. The only way to
//! write is [`WriteTx`], which keeps rows, search index, history and outbox together, or not at all.

pub mod accounts;
pub mod apply;
pub mod audits;
pub mod backups;
pub mod cases;
mod check;
pub mod customers;
mod ending;
pub mod epoch;
mod error;
pub mod facts;
#[cfg(any(test, feature = "fuzz"))]
#[doc(hidden)]
pub mod fuzz;
pub mod history;
pub mod imports;
pub mod key;
mod migrations;
mod open;
pub mod outbox;
mod records;
pub mod recovery;
pub mod rekey;
mod replace;
pub mod rounds;
mod search;
mod settle;
pub mod staff;
pub mod tags;
pub mod transactions;
mod tx;
mod vault;
pub mod views;
mod waiting;

pub use error::StoreError;
pub use open::{Identity, Store};
pub use tx::{NewChange, WriteTx, Written};
