//! What was booked on a customer's accounts.

use crate::Client;
use crate::accounts::records;
use crate::contract::accounts::{TransactionRow, TransactionsPage, TransactionsPageView, TurnoverView};
use crate::error::ClientError;
use lq_domain::accounts::{Account, YUAN, shown_number};
use lq_domain::record::Record;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_store::transactions::Booked;

/// Most rows of one window.
const LIMIT: u32 = 500;

impl Client {
    /// A window of a customer's transactions.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`]; [`ErrorCode::RequestForm`] when too many rows are wanted.
    pub async fn transactions_page(
        &self,
        input: TransactionsPage,
    ) -> Result<TransactionsPageView, ClientError> {
        let open = self.open()?;
        if input.limit > LIMIT {
            return Err(ApiError::new(ErrorCode::RequestForm).in_field("limit").into());
        }
        let accounts = records(&open, input.query.customer).await?;
        let turnover = open.store.turnover(&input.query).await?;
        let rows = open.store.transactions(&input.query, input.offset, input.limit).await?;
        Ok(TransactionsPageView {
            total: turnover.iter().fold(0, |sum, one| sum.saturating_add(one.count)),
            turnover: turnover
                .into_iter()
                .map(|one| TurnoverView { currency: one.currency, came: one.came, went: one.went })
                .collect(),
            rows: rows.into_iter().map(|row| row_view(row, &accounts)).collect(),
        })
    }
}

fn row_view(row: Booked, accounts: &[Record]) -> TransactionRow {
    let Booked { account, transaction } = row;
    let known = accounts.iter().map(Account).find(|one| one.id() == account);
    let valuation = transaction.is_valuation();
    TransactionRow {
        account,
        account_number: known.map(|one| shown_number(one.number())).unwrap_or_default(),
        currency: known.map_or(YUAN, Account::currency).to_owned(),
        reference: transaction.reference,
        at: transaction.at,
        amount: transaction.amount,
        purpose: if valuation { String::new() } else { transaction.purpose },
        valuation,
        counterparty: transaction.counterparty,
        merchant: transaction.merchant,
    }
}
