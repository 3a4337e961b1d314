//! Transactions: money that came to an account or went from it. A journal: entries are added, never changed.
//!
//! An account's transactions travel in blocks of at most [`BLOCK`], in the order in which the server took them in. A block is a record
//! like any other, so that feeds, removal and resuming need to know nothing about journals; adding to an account sends its last
//! block again and no other.

mod line;
mod query;
mod row;

pub use line::{Column, Line, read_line};
pub use query::{Direction, TransactionQuery};
pub use row::{BlockProblem, Transaction, VALUATION, read_rows, write_rows};

use crate::ids::AccountId;
use crate::record::Record;
use uuid::Uuid;

/// Most transactions of one block: what is sent again when one is added stays within some kilobytes.
pub const BLOCK: u64 = 64;

/// The account.
pub const ACCOUNT: &str = "account";
/// Which of its account's blocks it is, from 0.
pub const NUMBER: &str = "number";
/// How many transactions it holds.
pub const COUNT: &str = "count";
/// The transactions, as [`write_rows`] writes them. The server joins them to the record when it is sent.
pub const ROWS: &str = "rows";

/// A block's record, read by its meaning. Customer, owner and branch are those of its account, under the same names.
#[derive(Debug, Clone, Copy)]
pub struct Block<'a>(pub &'a Record);

impl Block<'_> {
    /// The account.
    #[must_use]
    pub fn account(self) -> Option<AccountId> {
        self.0.get(ACCOUNT).and_then(AccountId::parse)
    }

    /// Which of its account's blocks it is.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0.get(NUMBER).and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// How many transactions it holds.
    #[must_use]
    pub fn count(self) -> u64 {
        self.0.get(COUNT).and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// What happened.
    ///
    /// # Errors
    /// [`BlockProblem`] when the text is none of ours.
    pub fn rows(self) -> Result<Vec<Transaction>, BlockProblem> {
        self.0.get(ROWS).map_or_else(|| Ok(Vec::new()), read_rows)
    }
}

/// The id of an account's block: the same for everybody who makes it, as two processes might at once (UUID version 8, RFC 9562).
#[must_use]
pub fn block_id(account: AccountId, number: u64) -> Uuid {
    let mut bytes = *account.0.as_bytes();
    // An account's id ends in 62 random bits; the number goes over them, mixed so that blocks of two accounts do not meet.
    let mixed = (account.0.as_u128() as u64 ^ number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
        .to_be_bytes();
    bytes[8..].copy_from_slice(&mixed);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn blocks_have_ids_of_their_own() {
        let accounts =
            [0x0190_0000_0000_7000_8000_0000_0000_0001_u128, 0x0190_0000_0000_7000_8000_0000_0000_0002];
        let ids: BTreeSet<Uuid> = accounts
            .into_iter()
            .flat_map(|account| {
                (0..5_000).map(move |number| block_id(AccountId(Uuid::from_u128(account)), number))
            })
            .collect();
        assert_eq!(ids.len(), 10_000);
        let account = AccountId(Uuid::from_u128(accounts[0]));
        assert_eq!(block_id(account, 3), block_id(account, 3));
        assert_ne!(block_id(account, 0), account.0);
    }
}
