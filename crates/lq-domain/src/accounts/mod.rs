//! Accounts: what a customer holds with the bank, or owes it. The bank's systems tell of them; nobody edits them here.

mod assets;
mod line;

pub use assets::{Holding, Moves, average, curve, owed, sum_assets};
pub use line::{AccountLine, Column, LineProblem, read_line};

use crate::feature::Feature;
use crate::ids::{AccountId, BranchId, CustomerId, UserId};
use crate::masking;
use crate::record::{FieldValue, Record};
use crate::values::{AccountKind, Money, ValueProblem, parse_date};
use chrono::NaiveDate;

/// The customer that holds the account.
pub const CUSTOMER: &str = "customer";
/// The customer's relationship manager: an account goes where its customer goes.
pub const OWNER: &str = "owner";
/// The customer's branch.
pub const BRANCH: &str = "branch";
/// [`AccountKind`].
pub const KIND: &str = "kind";
/// The number that the bank gave it.
pub const NUMBER: &str = "number";
/// What the product is called.
pub const PRODUCT: &str = "product";
/// ISO 4217 code of its currency.
pub const CURRENCY: &str = "currency";
/// The day it was opened.
pub const OPENED_ON: &str = "opened_on";
/// The day it comes due, of accounts that do.
pub const MATURES_ON: &str = "matures_on";
/// Percent a year, such as `2.15`.
pub const RATE: &str = "rate";
/// What was in it before the first transaction that the server has: minor units.
pub const OPENING: &str = "opening";
/// What is in it, the opening balance and all transactions: minor units.
pub const BALANCE: &str = "balance";
/// How many transactions the server has of it.
pub const COUNT: &str = "count";

/// Longest number of an account, in characters: that of an IBAN (ISO 13616).
pub const NUMBER_MAX: usize = 34;
/// Longest name of a product, in characters.
pub const PRODUCT_MAX: usize = 60;
/// The code of the renminbi.
pub const YUAN: &str = "CNY";

/// An account's record, read by its meaning.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a>(pub &'a Record);

impl<'a> Account<'a> {
    /// The id.
    #[must_use]
    pub const fn id(self) -> AccountId {
        AccountId(self.0.id)
    }

    /// Whose it is.
    #[must_use]
    pub fn customer(self) -> Option<CustomerId> {
        self.0.get(CUSTOMER).and_then(CustomerId::parse)
    }

    /// The customer's relationship manager.
    #[must_use]
    pub fn owner(self) -> Option<UserId> {
        self.0.get(OWNER).and_then(UserId::parse)
    }

    /// The customer's branch.
    #[must_use]
    pub fn branch(self) -> Option<BranchId> {
        self.0.get(BRANCH).and_then(BranchId::parse)
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> Option<AccountKind> {
        self.0.get(KIND).and_then(|kind| AccountKind::parse(kind).ok())
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> &'a str {
        self.0.get(NUMBER).unwrap_or_default()
    }

    /// The currency's code.
    #[must_use]
    pub fn currency(self) -> &'a str {
        self.0.get(CURRENCY).unwrap_or(YUAN)
    }

    /// What is in it.
    #[must_use]
    pub fn balance(self) -> Money {
        self.minor(BALANCE)
    }

    /// What was in it before the first transaction.
    #[must_use]
    pub fn opening(self) -> Money {
        self.minor(OPENING)
    }

    fn minor(self, field: &str) -> Money {
        let minor = self.0.get(field).and_then(|text| text.parse().ok()).unwrap_or_default();
        Money::from_minor(minor).unwrap_or(Money::ZERO)
    }

    /// How many transactions it has.
    #[must_use]
    pub fn count(self) -> u64 {
        self.0.get(COUNT).and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// A day among the fields.
    #[must_use]
    pub fn day(self, field: &str) -> Option<NaiveDate> {
        self.0.get(field).and_then(|text| parse_date(text).ok())
    }

    /// What counts into AUM.
    #[must_use]
    pub fn holding(self) -> Option<Holding> {
        Some(Holding {
            account: self.id(),
            kind: self.kind()?,
            currency_is_yuan: self.currency() == YUAN,
            balance: self.balance(),
            opened_on: self.day(OPENED_ON),
        })
    }
}

/// The canonical text of an amount among an account's fields.
#[must_use]
pub fn minor_text(amount: Money) -> FieldValue {
    Some(amount.minor().to_string())
}

/// Reads an account's number: letters and digits, as written on cards and in IBANs; spaces and dashes between groups go.
///
/// # Errors
/// [`ValueProblem::TextBlank`], [`ValueProblem::TextLength`] or [`ValueProblem::TextCharacter`].
pub fn parse_number(typed: &str) -> Result<String, ValueProblem> {
    let number: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    match number.chars().count() {
        0 => Err(ValueProblem::TextBlank),
        _ if !number.chars().all(|c| c.is_ascii_alphanumeric()) => Err(ValueProblem::TextCharacter),
        1..=NUMBER_MAX => Ok(number.to_ascii_uppercase()),
        _ => Err(ValueProblem::TextLength { max: NUMBER_MAX }),
    }
}

/// Reads the code of a currency: three letters; the renminbi when nothing is said, and by the words that files have for it (156 is
/// its number in ISO 4217).
///
/// # Errors
/// [`ValueProblem::ChoiceUnknown`].
pub fn parse_currency(typed: &str) -> Result<String, ValueProblem> {
    let code = typed.trim().to_ascii_uppercase();
    match code.as_str() {
        "" | "RMB" | "人民币" | "156" => Ok(YUAN.to_owned()),
        _ if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) => Ok(code),
        _ => Err(ValueProblem::ChoiceUnknown),
    }
}

/// An account's number as it may be shown: the first and last four characters (JR/T 0171-2020, annex A).
#[must_use]
pub fn shown_number(number: &str) -> String {
    masking::ends(number, 4, 4)
}

/// A new account's record without values.
#[must_use]
pub fn new_record(id: AccountId, at: crate::clock::Timestamp) -> Record {
    Record::new(Feature::Accounts, id.0, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_loses_its_gaps_and_nothing_else() {
        assert_eq!(parse_number("6222 0210-0000 0000 017").as_deref(), Ok("6222021000000000017"));
        assert_eq!(parse_number("  "), Err(ValueProblem::TextBlank));
        assert_eq!(parse_number("6222号"), Err(ValueProblem::TextCharacter));
        assert_eq!(parse_number(&"1".repeat(35)), Err(ValueProblem::TextLength { max: NUMBER_MAX }));
    }

    #[test]
    fn a_currency_is_the_renminbi_unless_said_otherwise() {
        assert_eq!(parse_currency("").as_deref(), Ok("CNY"));
        assert_eq!(parse_currency("usd").as_deref(), Ok("USD"));
        assert_eq!(parse_currency("美元"), Err(ValueProblem::ChoiceUnknown));
    }

    #[test]
    fn r14_a_number_shows_its_ends() {
        assert_eq!(shown_number("6222021000000000017"), "6222***********0017");
    }
}
