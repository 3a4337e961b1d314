//! Taking in transactions.

use super::book::Book;
use super::report::Report;
use super::table::{Columns, Table, read};
use super::{Delivery, Format, begin, camt053, end};
use crate::app::App;
use crate::db::{records, transactions};
use crate::error::ServerError;
use lq_domain::accounts::Account;
#[cfg(any(test, feature = "fuzz"))]
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_domain::ids::AccountId;
use lq_domain::transactions::{Column, Line, Transaction, read_line};
use lq_protocol::error::{ApiError, ErrorCode};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

impl Columns for Column {
    const ALL: &'static [Self] = Column::ALL;
    const NEEDED: &'static [Self] = &[Column::Account, Column::Reference, Column::BookedAt, Column::Amount];

    fn of(heading: &str) -> Option<Self> {
        Column::parse(heading)
    }

    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// Takes in transactions.
///
/// # Errors
/// What is wrong with the delivery as a whole, or what the database says; nothing is taken then.
pub async fn take_transactions(app: &App, delivery: &Delivery<'_>) -> Result<Report, ServerError> {
    let mut report = Report::default();
    let table = table(delivery, &mut report)?;
    let now = app.now();
    let mut tx = begin(app).await?;
    let mut book = Book::default();
    let mut ahead = table.ahead(move |cell| read_line(cell, now));
    while let Some(lines) = ahead.lines(&mut report).await? {
        take(&mut tx, &mut book, lines, &mut report).await?;
    }
    end(app, tx, book, report, (Feature::Transactions, delivery)).await
}

fn table(delivery: &Delivery<'_>, report: &mut Report) -> Result<Table<Column>, ApiError> {
    match delivery.format {
        Format::Camt053 => {
            let statement = camt053::read(delivery.bytes)?;
            report.pending = statement.pending;
            Ok(statement.table)
        }
        _ => read(delivery),
    }
}

/// Reads a delivery as transactions, and takes nothing.
#[cfg(any(test, feature = "fuzz"))]
pub(super) fn examine(delivery: &Delivery<'_>) {
    let mut report = Report::default();
    let Ok(mut table) = table(delivery, &mut report) else { return };
    while table.lines(&|cell| read_line(cell, Timestamp(0)), &mut report).is_some() {}
}

/// What is known of a reference: what was booked under it.
type Known = HashMap<(AccountId, String), Transaction>;

/// Takes some lines.
async fn take(
    connection: &mut PgConnection,
    book: &mut Book,
    lines: Vec<(u64, Line)>,
    report: &mut Report,
) -> Result<(), ServerError> {
    book.open(connection, lines.iter().map(|(_, line)| line.account.as_str())).await?;
    let mut wanted: Vec<(Uuid, AccountId, &str)> = Vec::with_capacity(lines.len());
    for (_, line) in &lines {
        if let Some(page) = book.page(&line.account) {
            wanted.push((
                records::branch_of(&page.record),
                AccountId(page.record.id),
                &line.transaction.reference,
            ));
        }
    }
    let mut known = transactions::known(connection, &wanted).await?;
    for (at, line) in lines {
        match judge(book, &mut known, line) {
            Ok(true) => report.taken += 1,
            Ok(false) => report.repeated += 1,
            Err(error) => report.wrong(at, error),
        }
    }
    book.post(connection).await
}

/// Whether a line is new; if so it is booked.
fn judge(book: &mut Book, known: &mut Known, line: Line) -> Result<bool, ApiError> {
    let at = |code: ErrorCode, column: Column| ApiError::new(code).in_field(column.as_str());
    let page = book.page(&line.account).ok_or_else(|| at(ErrorCode::AccountUnknown, Column::Account))?;
    let account = Account(&page.record);
    if account.currency() != line.currency {
        return Err(at(ErrorCode::CurrencyDiffers, Column::Currency));
    }
    let key = (account.id(), line.transaction.reference.clone());
    match known.get(&key) {
        Some(there) if *there == line.transaction => return Ok(false),
        Some(_) => return Err(at(ErrorCode::ReferenceDiffers, Column::Reference)),
        None => {}
    }
    book.book(&line.account, line.transaction.clone()).map_err(|code| at(code, Column::Amount))?;
    known.insert(key, line.transaction);
    Ok(true)
}
