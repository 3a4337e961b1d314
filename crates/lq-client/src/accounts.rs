//! What a customer holds, and how it went.

use crate::Client;
use crate::client::Open;
use crate::contract::accounts::{AccountView, AccountsCurve, CurveDay, CurveView, HoldingsView};
use crate::contract::customers::CustomerRef;
use crate::customers::visible;
use crate::error::ClientError;
use crate::sync::{last_success, status};
use chrono::Months;
use lq_domain::access::Permission;
use lq_domain::accounts::{
    Account, Holding, MATURES_ON, OPENED_ON, PRODUCT, RATE, average, curve, owed, shown_number, sum_assets,
};
use lq_domain::clock::Timestamp;
use lq_domain::ids::CustomerId;
use lq_domain::record::Record;
use lq_domain::values::AccountKind;
use lq_protocol::error::{ApiError, ErrorCode};

/// Months that a curve can go back.
const MONTHS: std::ops::RangeInclusive<u32> = 1..=24;

impl Client {
    /// What a customer holds with the bank.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`], and others.
    pub async fn accounts_list(&self, input: CustomerRef) -> Result<HoldingsView, ClientError> {
        let open = self.open()?;
        let records = records(&open, input.id).await?;
        let holdings = holdings(&records);
        let mut accounts: Vec<AccountView> = records.iter().filter_map(account_view).collect();
        // What is held before what is owed; the store's order is that of words.
        accounts.sort_by_key(|account| account.kind);
        Ok(HoldingsView {
            accounts,
            assets: sum_assets(&holdings),
            owed: owed(&holdings),
            others_left_out: holdings.iter().any(|holding| !holding.currency_is_yuan),
            as_of: as_of(&open).await?,
        })
    }

    /// How a customer's AUM went, up to today.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`]; [`ErrorCode::RequestForm`] when that many months can't be asked for.
    pub async fn accounts_curve(&self, input: AccountsCurve) -> Result<CurveView, ClientError> {
        let open = self.open()?;
        if !MONTHS.contains(&input.months) {
            return Err(ApiError::new(ErrorCode::RequestForm).in_field("months").into());
        }
        let records = records(&open, input.customer).await?;
        let to = self.clock().today();
        let from = to - Months::new(input.months);
        let moves = open.store.moves(input.customer, from).await?;
        let days = curve(&holdings(&records), &moves, from, to);
        Ok(CurveView {
            average: average(&days),
            days: days.into_iter().map(|(day, assets)| CurveDay { day: day.to_string(), assets }).collect(),
            as_of: as_of(&open).await?,
        })
    }
}

/// The accounts of a customer whom the user may see.
pub(crate) async fn records(open: &Open, customer: CustomerId) -> Result<Vec<Record>, ClientError> {
    visible(open, Permission::CustomersRead, customer).await?;
    Ok(open.store.accounts(customer).await?)
}

fn holdings(records: &[Record]) -> Vec<Holding> {
    records.iter().filter_map(|record| Account(record).holding()).collect()
}

/// How old what the server tells may be.
async fn as_of(open: &Open) -> Result<Option<Timestamp>, ClientError> {
    if open.server.is_none() {
        return Ok(None);
    }
    last_success(&open.store, status(open.engine().as_deref()).as_ref()).await
}

fn account_view(record: &Record) -> Option<AccountView> {
    let account = Account(record);
    let kind: AccountKind = account.kind()?;
    let text = |field| record.get(field).map(str::to_owned);
    Some(AccountView {
        id: account.id(),
        kind,
        number: shown_number(account.number()),
        product: text(PRODUCT),
        currency: account.currency().to_owned(),
        balance: account.balance(),
        opened_on: text(OPENED_ON),
        matures_on: text(MATURES_ON),
        rate: text(RATE),
        transactions: u32::try_from(account.count()).unwrap_or(u32::MAX),
        counts: account.holding()?.counts(),
    })
}
