//! Taking in what the bank's other systems deliver: accounts, and what was booked on them. A delivery is one transaction of the
//! database: all its good lines are taken, or nothing of it. Taking it in again changes nothing.

mod accounts;
mod book;
mod camt053;
mod report;
mod table;
mod text;
mod transactions;

pub use accounts::take_accounts;
pub use report::{BadLine, Report};
pub use transactions::take_transactions;

use crate::app::App;
use crate::db::accounts::lock_intake;
use crate::db::audits::{self, Entry};
use crate::db::records::BANK;
use crate::error::ServerError;
use book::Book;
use lq_domain::access::KeyScope;
use lq_domain::feature::Feature;
use lq_domain::ids::BranchId;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

/// Lines that are looked up and written together.
const CHUNK: usize = 5_000;

/// How a delivery is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// A table with a heading, in UTF-8 or GB18030, separated by comma, tab, semicolon or bar.
    Csv,
    /// Lines whose columns lie at fixed bytes: `account:1-19,reference:20-39,…`, counted from 1.
    Fixed {
        /// Where the columns lie.
        layout: String,
    },
    /// ISO 20022 bank to customer statement, camt.053; transactions only.
    Camt053,
    /// `{"rows": [{"account": "…", …}]}`, with the columns' words as names.
    Json,
}

/// Reads bytes as a delivery in each of the formats, and takes nothing. The first line is a layout, too.
#[cfg(any(test, feature = "fuzz"))]
pub(crate) fn examine(bytes: &[u8]) {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let layout = String::from_utf8_lossy(line).into_owned();
    for format in [Format::Csv, Format::Fixed { layout }, Format::Camt053, Format::Json] {
        let delivery = Delivery { format: &format, bytes, strict: true, key: None };
        accounts::examine(&delivery);
        transactions::examine(&delivery);
    }
}

/// A delivery.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'d> {
    /// How it is written.
    pub format: &'d Format,
    /// What was delivered.
    pub bytes: &'d [u8],
    /// Whether one bad line makes the whole delivery refused.
    pub strict: bool,
    /// The key that delivered it; nobody when it is done on the server itself.
    pub key: Option<Uuid>,
}

/// Takes in what a scope names.
///
/// # Errors
/// What is wrong with the delivery as a whole, or what the database says; nothing is taken then.
pub async fn take_in(app: &App, what: KeyScope, delivery: &Delivery<'_>) -> Result<Report, ServerError> {
    match what {
        KeyScope::Accounts => take_accounts(app, delivery).await,
        KeyScope::Transactions => take_transactions(app, delivery).await,
    }
}

async fn begin(app: &App) -> Result<Transaction<'static, Postgres>, ServerError> {
    let mut tx = app.db().begin().await?;
    lock_intake(&mut tx).await?;
    Ok(tx)
}

/// Keeps what a delivery brought, unless it is strict and a line was bad.
async fn end(
    app: &App,
    mut tx: Transaction<'static, Postgres>,
    mut book: Book,
    mut report: Report,
    (entity, delivery): (Feature, &Delivery<'_>),
) -> Result<Report, ServerError> {
    if delivery.strict && report.bad > 0 {
        tx.rollback().await?;
        report.refuse();
        return Ok(report);
    }
    book.close(&mut tx, app.now()).await?;
    note(&mut tx, app, (entity, delivery.key), &report).await?;
    book.publish(&mut tx).await?;
    tx.commit().await?;
    Ok(report)
}

/// Writes into the bank's audit that something was taken in, by which key, and how much. The journal itself says what.
async fn note(
    connection: &mut PgConnection,
    app: &App,
    (entity, key): (Feature, Option<Uuid>),
    report: &Report,
) -> Result<(), ServerError> {
    let mut entry = Entry::new("take_in", app.now(), None).about(entity, key.unwrap_or_default());
    for (name, count) in report.counts() {
        entry.fields.insert(name.to_owned(), Some((None, Some(count.to_string()))));
    }
    audits::append(connection, BranchId(BANK), &entry).await
}
