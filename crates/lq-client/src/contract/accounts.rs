//! Accounts and transactions as the screen sees them. Numbers of accounts are masked; amounts are minor units.

use super::{Input, View};
use lq_domain::clock::Timestamp;
use lq_domain::ids::{AccountId, CustomerId};
use lq_domain::transactions::TransactionQuery;
use lq_domain::values::{AccountKind, Money};

View! {
    /// What a customer holds with the bank, and owes it.
    pub struct HoldingsView {
        /// The accounts, by kind and number.
        pub accounts: Vec<AccountView>,
        /// AUM now: all assets in renminbi.
        pub assets: Money,
        /// What is owed in renminbi; negative, or nothing.
        pub owed: Money,
        /// Whether accounts in other currencies are left out of both.
        pub others_left_out: bool,
        /// When the server was last heard, and so how old this may be; never in a store that works alone.
        pub as_of: Option<Timestamp>,
    }
}

View! {
    /// One account.
    pub struct AccountView {
        /// The account.
        pub id: AccountId,
        /// What it is.
        pub kind: AccountKind,
        /// Its number, masked.
        pub number: String,
        /// What the product is called.
        pub product: Option<String>,
        /// ISO 4217 code.
        pub currency: String,
        /// What is in it; owed amounts are negative.
        pub balance: Money,
        /// The day it was opened.
        pub opened_on: Option<String>,
        /// The day it comes due.
        pub matures_on: Option<String>,
        /// Percent a year.
        pub rate: Option<String>,
        /// How many transactions the server has of it.
        pub transactions: u32,
        /// Whether it counts into AUM.
        pub counts: bool,
    }
}

Input! {
    /// Asks how a customer's AUM went.
    pub struct AccountsCurve {
        /// The customer.
        pub customer: CustomerId,
        /// How many months back from today, 1 to 24.
        pub months: u32,
    }
}

View! {
    /// How a customer's AUM went.
    pub struct CurveView {
        /// AUM at the end of each day, oldest first; the last is today.
        pub days: Vec<CurveDay>,
        /// AUM averaged over these days.
        pub average: Money,
        /// When the server was last heard.
        pub as_of: Option<Timestamp>,
    }
}

View! {
    /// AUM at the end of one day.
    pub struct CurveDay {
        /// The day, `2026-11-24`.
        pub day: String,
        /// AUM.
        pub assets: Money,
    }
}

Input! {
    /// A window of a customer's transactions.
    pub struct TransactionsPage {
        /// Which transactions.
        pub query: TransactionQuery,
        /// Rows to skip.
        pub offset: u32,
        /// Rows wanted, at most 500.
        pub limit: u32,
    }
}

View! {
    /// A window of a customer's transactions, newest first.
    pub struct TransactionsPageView {
        /// How many the query has in all.
        pub total: u32,
        /// What came and went in all, by currency.
        pub turnover: Vec<TurnoverView>,
        /// The window's rows.
        pub rows: Vec<TransactionRow>,
    }
}

View! {
    /// What came and went in one currency.
    pub struct TurnoverView {
        /// ISO 4217 code.
        pub currency: String,
        /// What came.
        pub came: Money,
        /// What went; negative, or nothing.
        pub went: Money,
    }
}

View! {
    /// One transaction.
    pub struct TransactionRow {
        /// Its account.
        pub account: AccountId,
        /// The account's number, masked.
        pub account_number: String,
        /// ISO 4217 code.
        pub currency: String,
        /// The bank's reference.
        pub reference: String,
        /// When it was booked.
        pub at: Timestamp,
        /// What came, or with a minus what went.
        pub amount: Money,
        /// What for, in the bank's words; empty when it is a valuation.
        pub purpose: String,
        /// Whether only the product's price moved.
        pub valuation: bool,
        /// Who is on the other side.
        pub counterparty: Option<String>,
        /// Kind of the merchant (ISO 18245), of payments by card.
        pub merchant: Option<u16>,
    }
}
