//! One transaction, and many of them as text.

use crate::clock::Timestamp;
use crate::values::Money;
use serde::{Deserialize, Serialize};

/// Money that came or went.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub struct Transaction {
    /// The bank's reference; never given twice.
    pub reference: String,
    /// When it was booked.
    pub at: Timestamp,
    /// What came, or with a minus what went.
    pub amount: Money,
    /// What for, in the bank's words.
    pub purpose: String,
    /// Who is on the other side, where the bank told it.
    pub counterparty: Option<String>,
    /// The kind of merchant (ISO 18245), of payments by card.
    pub merchant: Option<u16>,
}

// Whom somebody pays is as personal as it gets.
impl std::fmt::Debug for Transaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transaction(****)")
    }
}

impl Transaction {
    /// What the price of a product moved its balance by. Its reference names the instant of the price.
    #[must_use]
    pub fn valuation(at: Timestamp, amount: Money) -> Self {
        Self {
            reference: format!("{VALUATION}:{}", at.0),
            at,
            amount,
            purpose: VALUATION.to_owned(),
            counterparty: None,
            merchant: None,
        }
    }

    /// Whether it is a valuation: nobody paid anything.
    #[must_use]
    pub fn is_valuation(&self) -> bool {
        self.purpose == VALUATION
    }
}

/// The purpose of valuations; screens have words for it.
pub const VALUATION: &str = "valuation";

/// A row without names of fields, since a branch has millions of them.
type Plain = (String, i64, Money, String, Option<String>, Option<u16>);

#[derive(Serialize, Deserialize)]
struct Row(Plain);

impl From<Row> for Transaction {
    fn from(Row((reference, at, amount, purpose, counterparty, merchant)): Row) -> Self {
        Self { reference, at: Timestamp(at), amount, purpose, counterparty, merchant }
    }
}

impl From<Transaction> for Row {
    fn from(row: Transaction) -> Self {
        Self((row.reference, row.at.0, row.amount, row.purpose, row.counterparty, row.merchant))
    }
}

/// The text is no list of transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a block of transactions")]
pub struct BlockProblem;

/// Reads what [`write_rows`] wrote.
///
/// # Errors
/// [`BlockProblem`].
pub fn read_rows(text: &str) -> Result<Vec<Transaction>, BlockProblem> {
    serde_json::from_str(text).map_err(|_| BlockProblem)
}

/// Transactions as text: a JSON list of `[reference, at, amount, purpose, counterparty, merchant]`.
#[must_use]
pub fn write_rows(rows: &[Transaction]) -> String {
    // A list of texts and numbers can always be written.
    serde_json::to_string(rows).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Transaction {
        Transaction {
            reference: "LQ0001".to_owned(),
            at: Timestamp(1_764_000_000_000),
            amount: Money::from_minor(-12_345).unwrap(),
            purpose: "消费".to_owned(),
            counterparty: Some("\"店\"".to_owned()),
            merchant: Some(5411),
        }
    }

    #[test]
    fn a_block_reads_back_and_its_form_is_fixed() {
        let text = write_rows(&[row()]);
        assert_eq!(text, r#"[["LQ0001",1764000000000,-12345,"消费","\"店\"",5411]]"#);
        assert_eq!(read_rows(&text), Ok(vec![row()]));
        assert_eq!(read_rows("[]"), Ok(Vec::new()));
        assert_eq!(read_rows("[[1]]"), Err(BlockProblem));
    }

    #[test]
    fn nothing_shows_in_debug() {
        assert!(!format!("{:?}", row()).contains("消费"));
    }
}
