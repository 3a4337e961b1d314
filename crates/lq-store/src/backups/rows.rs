//! A store as tables of rows, told alike by any file that holds the same: what a backup contains and is compared by.

use crate::error::StoreError;
use futures_util::TryStreamExt as _;
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments as _, AssertSqlSafe, Row as _, SqliteConnection, TypeInfo as _, ValueRef as _};
use std::collections::BTreeMap;

/// Tables that tell of the machine and not of its data.
pub(super) const LEFT_OUT: [&str; 3] = ["_sqlx_migrations", "backup_keys", "backups"];
/// Rows are told in parts of about so many bytes.
const PART: usize = 1024 * 1024;
/// Most values bound by one statement, below SQLite's limit of 32,766.
const VALUES_MAX: usize = 16_000;
/// Most rows put by one statement.
const ROWS_MAX: usize = 256;

/// Told so many rows of so many; answers whether to go on.
pub type Told<'a> = &'a (dyn Fn(u64, u64) -> bool + Send + Sync);

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    order: String,
}

/// How many rows a table has, and the SHA-256 of them all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sum {
    pub(crate) rows: u64,
    sha256: String,
}

/// The sums of all tables.
pub(crate) type Sums = BTreeMap<String, Sum>;

/// Counts and hashes rows.
pub(crate) struct Summing {
    rows: u64,
    hash: Context,
}

impl Summing {
    pub(crate) fn new() -> Self {
        Self { rows: 0, hash: Context::new(&SHA256) }
    }

    pub(crate) fn add(&mut self, rows: u64, bytes: &[u8]) {
        self.rows += rows;
        self.hash.update(bytes);
    }

    pub(crate) fn end(self) -> Sum {
        let hash = self.hash.finish();
        Sum { rows: self.rows, sha256: hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect() }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

/// The tables but some, by their names. Of the search index its own tables are taken: they come back without being made anew.
pub(crate) async fn tables(
    connection: &mut SqliteConnection,
    left_out: &[&str],
) -> Result<Vec<Table>, StoreError> {
    let found = sqlx::query(
        r"SELECT name, wr FROM pragma_table_list
           WHERE schema = 'main' AND type IN ('table', 'shadow') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
           ORDER BY name",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut tables = Vec::with_capacity(found.len());
    for row in found {
        let (name, without_rowid): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        if left_out.contains(&name.as_str()) {
            continue;
        }
        let columns = columns(connection, &name, "cid >= 0 ORDER BY cid").await?;
        let order = if without_rowid == 1 {
            list(&self::columns(connection, &name, "pk > 0 ORDER BY pk").await?)
        } else {
            "rowid".to_owned()
        };
        tables.push(Table { name, columns, order });
    }
    Ok(tables)
}

async fn columns(
    connection: &mut SqliteConnection,
    table: &str,
    which: &str,
) -> Result<Vec<String>, StoreError> {
    let sql = format!("SELECT name FROM pragma_table_info(?1) WHERE {which}");
    Ok(sqlx::query_scalar(AssertSqlSafe(sql)).bind(table).fetch_all(connection).await?)
}

pub(crate) async fn count(connection: &mut SqliteConnection, table: &Table) -> Result<u64, StoreError> {
    let sql = format!("SELECT count(*) FROM {}", quoted(&table.name));
    let rows: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(connection).await?;
    Ok(u64::try_from(rows).unwrap_or_default())
}

/// Who takes the rows of a table.
pub(crate) trait Taker {
    /// Takes some rows, as [`put_row`] writes them.
    async fn take(&mut self, rows: u64, bytes: Vec<u8>) -> Result<(), StoreError>;
}

/// Tells all rows of a table, in an order that depends on nothing but the rows.
pub(crate) async fn tell(
    connection: &mut SqliteConnection,
    table: &Table,
    taker: &mut impl Taker,
) -> Result<(), StoreError> {
    let sql =
        format!("SELECT {} FROM {} ORDER BY {}", list(&table.columns), quoted(&table.name), table.order);
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(connection);
    let (mut count, mut part) = (0, Vec::new());
    while let Some(row) = rows.try_next().await? {
        put_row(&row, &mut part)?;
        count += 1;
        if part.len() >= PART {
            taker.take(count, std::mem::take(&mut part)).await?;
            count = 0;
        }
    }
    taker.take(count, part).await
}

const NULL: u8 = 0;
const INTEGER: u8 = 1;
const REAL: u8 = 2;
const TEXT: u8 = 3;
const BLOB: u8 = 4;

/// Writes a row's values one after the other.
fn put_row(row: &SqliteRow, out: &mut Vec<u8>) -> Result<(), StoreError> {
    (0..row.len()).try_for_each(|index| put_value(row, index, out))
}

/// Writes a value behind its kind.
fn put_value(row: &SqliteRow, index: usize, out: &mut Vec<u8>) -> Result<(), StoreError> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        out.push(NULL);
        return Ok(());
    }
    match raw.type_info().name() {
        "INTEGER" => {
            out.push(INTEGER);
            out.extend_from_slice(&row.try_get_unchecked::<i64, _>(index)?.to_le_bytes());
        }
        "REAL" => {
            out.push(REAL);
            out.extend_from_slice(&row.try_get_unchecked::<f64, _>(index)?.to_le_bytes());
        }
        kind => {
            let bytes: &[u8] = row.try_get_unchecked(index)?;
            out.push(if kind == "TEXT" { TEXT } else { BLOB });
            let length = u32::try_from(bytes.len()).map_err(|_| StoreError::Damaged)?;
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(bytes);
        }
    }
    Ok(())
}

/// Binds a value of a row as it is.
pub(super) fn copy(row: &SqliteRow, index: usize, to: &mut SqliteArguments) -> Result<(), StoreError> {
    let mut bytes = Vec::new();
    put_value(row, index, &mut bytes)?;
    Values(&bytes).bind(to)
}

/// Reads values of [`put_row`].
struct Values<'b>(&'b [u8]);

impl<'b> Values<'b> {
    fn bytes(&mut self, count: usize) -> Result<&'b [u8], StoreError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(StoreError::BackupDamaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn eight(&mut self) -> Result<[u8; 8], StoreError> {
        self.bytes(8)?.try_into().map_err(|_| StoreError::BackupDamaged)
    }

    fn some(&mut self) -> Result<&'b [u8], StoreError> {
        let length: [u8; 4] = self.bytes(4)?.try_into().map_err(|_| StoreError::BackupDamaged)?;
        self.bytes(u32::from_le_bytes(length) as usize)
    }

    fn bind(&mut self, arguments: &mut SqliteArguments) -> Result<(), StoreError> {
        let added = match self.bytes(1)? {
            [NULL] => arguments.add(None::<i64>),
            [INTEGER] => arguments.add(i64::from_le_bytes(self.eight()?)),
            [REAL] => arguments.add(f64::from_le_bytes(self.eight()?)),
            [TEXT] => {
                let text = std::str::from_utf8(self.some()?).map_err(|_| StoreError::BackupDamaged)?;
                arguments.add(text.to_owned())
            }
            [BLOB] => arguments.add(self.some()?.to_vec()),
            _ => return Err(StoreError::BackupDamaged),
        };
        added.map_err(|error| StoreError::Database(sqlx::Error::Encode(error)))
    }
}

/// Removes what a new store has in a table.
pub(crate) async fn empty(connection: &mut SqliteConnection, table: &Table) -> Result<(), StoreError> {
    let sql = format!("DELETE FROM {}", quoted(&table.name));
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

/// Puts rows that [`tell`] told into the table of the same name and columns.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    table: &Table,
    rows: u64,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let width = table.columns.len().max(1);
    let most = (VALUES_MAX / width).clamp(1, ROWS_MAX);
    let into = format!("INSERT INTO {} ({}) VALUES ", quoted(&table.name), list(&table.columns));
    let places = format!("({})", vec!["?"; width].join(", "));
    let mut left = usize::try_from(rows).map_err(|_| StoreError::BackupDamaged)?;
    let mut values = Values(bytes);
    while left > 0 {
        let some = left.min(most);
        let mut arguments = SqliteArguments::default();
        for _ in 0..some * width {
            values.bind(&mut arguments)?;
        }
        let sql = format!("{into}{}", vec![places.as_str(); some].join(", "));
        sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut *connection).await?;
        left -= some;
    }
    if values.0.is_empty() { Ok(()) } else { Err(StoreError::BackupDamaged) }
}
