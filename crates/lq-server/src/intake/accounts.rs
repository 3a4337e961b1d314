//! Taking in accounts.

use super::book::Book;
use super::report::Report;
use super::table::{Columns, Table, read};
use super::{Delivery, begin, end};
use crate::app::App;
use crate::db::accounts::holders;
use crate::error::ServerError;
use lq_domain::accounts::{Account, AccountLine, Column, LineProblem, new_record, read_line};
use lq_domain::clock::Timestamp;
use lq_domain::customers::{Customer, DuplicateKey};
use lq_domain::feature::Feature;
use lq_domain::ids::AccountId;
use lq_domain::record::Record;
use lq_protocol::error::{ApiError, ErrorCode};
use sqlx::PgConnection;
use std::collections::HashMap;

impl Columns for Column {
    const ALL: &'static [Self] = Column::ALL;
    const NEEDED: &'static [Self] = &[Column::Number, Column::Holder, Column::Kind, Column::Balance];

    fn of(heading: &str) -> Option<Self> {
        Column::parse(heading)
    }

    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// Takes in accounts. One that is not there is opened with its balance; of one that is there the terms change, and its balance has
/// to be what its transactions give, unless it has a market: then the difference is booked as a valuation.
///
/// # Errors
/// What is wrong with the delivery as a whole, or what the database says; nothing is taken then.
pub async fn take_accounts(app: &App, delivery: &Delivery<'_>) -> Result<Report, ServerError> {
    let table: Table<Column> = read(delivery)?;
    let now = app.now();
    let mut report = Report::default();
    let mut tx = begin(app).await?;
    let mut book = Book::default();
    let mut ahead = table.ahead(move |cell| read_line(cell, now));
    while let Some(lines) = ahead.lines(&mut report).await? {
        take(app, &mut tx, &mut book, lines, &mut report).await?;
    }
    end(app, tx, book, report, (Feature::Accounts, delivery)).await
}

/// Reads a delivery as accounts, and takes nothing.
#[cfg(any(test, feature = "fuzz"))]
pub(super) fn examine(delivery: &Delivery<'_>) {
    let mut report = Report::default();
    let Ok(mut table) = read::<Column>(delivery) else { return };
    while table.lines(&|cell| read_line(cell, Timestamp(0)), &mut report).is_some() {}
}

/// Takes some lines.
async fn take(
    app: &App,
    connection: &mut PgConnection,
    book: &mut Book,
    lines: Vec<(u64, AccountLine)>,
    report: &mut Report,
) -> Result<(), ServerError> {
    let keys: Vec<&DuplicateKey> = lines.iter().map(|(_, line)| &line.holder).collect();
    // Before the accounts: whoever gives a customer away locks the customer first, too.
    let holders = holders(connection, &keys).await?;
    book.open(connection, lines.iter().map(|(_, line)| line.number.as_str())).await?;
    for (at, line) in lines {
        let settled = holder(&holders, &line).and_then(|holder| settle(app, book, &line, holder));
        match settled {
            Ok(Settled::New) => report.taken += 1,
            Ok(Settled::Changed) => report.changed += 1,
            Ok(Settled::Same) => report.repeated += 1,
            Err(error) => report.wrong(at, error),
        }
    }
    book.post(connection).await
}

/// What became of a line.
enum Settled {
    New,
    Changed,
    Same,
}

fn at(code: ErrorCode, column: Column) -> ApiError {
    ApiError::new(code).in_field(column.as_str())
}

/// The one customer that the line's document belongs to.
fn holder<'h>(
    holders: &'h HashMap<DuplicateKey, Vec<Record>>,
    line: &AccountLine,
) -> Result<&'h Record, ApiError> {
    match holders.get(&line.holder).map(Vec::as_slice) {
        None | Some([]) => Err(at(ErrorCode::CustomerUnknown, Column::Holder)),
        Some([one]) => Ok(one),
        Some(_) => Err(at(ErrorCode::RowAmbiguous, Column::Holder)),
    }
}

fn settle(app: &App, book: &mut Book, line: &AccountLine, holder: &Record) -> Result<Settled, ApiError> {
    let now: Timestamp = app.now();
    let Some(page) = book.page(&line.number) else {
        let id = AccountId::new(now, app.random());
        book.add(line.open(new_record(id, now), Customer(holder)));
        return Ok(Settled::New);
    };
    let (after, booked) =
        line.over(Account(&page.record), Customer(holder)).map_err(|problem| match problem {
            LineProblem::Holder => at(ErrorCode::AccountForeign, Column::Holder),
            LineProblem::Kind => at(ErrorCode::FieldReadonly, Column::Kind),
            LineProblem::Currency => at(ErrorCode::CurrencyDiffers, Column::Currency),
            LineProblem::Balance => at(ErrorCode::BalanceDiffers, Column::Balance),
        })?;
    if after == page.record && booked.is_none() {
        return Ok(Settled::Same);
    }
    page.record = after;
    page.changed = true;
    if let Some(valuation) = booked {
        book.book(&line.number, valuation).map_err(|code| at(code, Column::Balance))?;
    }
    Ok(Settled::Changed)
}
