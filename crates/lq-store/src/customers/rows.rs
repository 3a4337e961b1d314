//! Customers as rows.

use crate::error::StoreError;
use crate::records::{Stored, base_text, mark_number, read_base};
use crate::search::Tokens;
use lq_domain::clock::Timestamp;
use lq_domain::customers::query::SyncMark;
use lq_domain::customers::{Customer, Field, Shape};
use lq_domain::feature::Feature;
use lq_domain::ids::ImportId;
use lq_domain::pinyin::search_keys;
use lq_domain::record::{DELETED, Record, words};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use uuid::Uuid;

/// The columns of all fields, in the order of [`Field::ALL`].
pub(crate) fn field_columns() -> String {
    Field::ALL.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(", ")
}

/// What lists are sorted by: pinyin, then the characters themselves.
pub(crate) fn sort_name(record: &Record) -> String {
    let keys = search_keys(Customer(record).name());
    format!("{}\u{1}{}", keys.syllables.join(" "), keys.name)
}

/// Whether a field's column holds a number.
pub(crate) fn is_number(field: Field) -> bool {
    field.spec().shape == Shape::Money
}

/// The canonical text of a field in a row.
pub(crate) fn value(row: &SqliteRow, field: Field) -> Result<Option<String>, StoreError> {
    if is_number(field) {
        return Ok(row.try_get::<Option<i64>, _>(field.as_str())?.map(|minor| minor.to_string()));
    }
    Ok(row.try_get(field.as_str())?)
}

/// Reads the shown record of a row with all columns.
pub(crate) fn record(row: &SqliteRow) -> Result<Record, StoreError> {
    let mut shown =
        Record::new(Feature::Customers, row.try_get("customer_id")?, Timestamp(row.try_get("created_at")?));
    shown.updated_at = Timestamp(row.try_get("updated_at")?);
    shown.revision = u64::try_from(row.try_get::<i64, _>("revision")?).unwrap_or_default();
    for &field in Field::ALL {
        if let Some(value) = value(row, field)? {
            shown.fields.insert(field.as_str().to_owned(), value);
        }
    }
    shown.set(DELETED, row.try_get(DELETED)?);
    Ok(shown)
}

/// All columns that [`record`] reads.
pub(crate) fn record_columns() -> String {
    format!("customer_id, revision, deleted, {}, created_at, updated_at", field_columns())
}

pub(crate) async fn load(connection: &mut SqliteConnection, id: Uuid) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT {}, base FROM customers WHERE customer_id = ?1", record_columns());
    let row = sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    let base = read_base(row.try_get("base")?, "customers")?;
    Ok(Some(Stored { shown: record(&row)?, base }))
}

/// Writes a customer's row and its index.
pub(crate) async fn save(
    connection: &mut SqliteConnection,
    stored: &Stored,
    mark: SyncMark,
) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT customer_row, sync_mark, {}, base FROM customers WHERE customer_id = ?1",
        record_columns()
    );
    let known =
        sqlx::query(AssertSqlSafe(sql)).bind(stored.shown.id).fetch_optional(&mut *connection).await?;
    let Some(known) = known else {
        let row = next_row(connection).await?;
        insert(connection, row, stored, mark).await?;
        return index(connection, row, false, &stored.shown).await;
    };
    let row: i64 = known.try_get("customer_row")?;
    let before = record(&known)?;
    update(connection, row, &known, &before, stored, mark).await?;
    // The index is most of what a write costs.
    if is_indexed_alike(&before, &stored.shown) {
        return Ok(());
    }
    index(connection, row, true, &stored.shown).await
}

/// Whether two states of a customer have the same words and tags in the index.
fn is_indexed_alike(before: &Record, after: &Record) -> bool {
    const TAGS: &str = Field::Tags.as_str();
    before.deleted() == after.deleted()
        && before.get(TAGS) == after.get(TAGS)
        && Tokens::of(before) == Tokens::of(after)
}

/// Writes those columns of a row that differ: an index of a column that is written is written, too, even if the value stays.
async fn update(
    connection: &mut SqliteConnection,
    row: i64,
    known: &SqliteRow,
    before: &Record,
    stored: &Stored,
    mark: SyncMark,
) -> Result<(), StoreError> {
    let shown = &stored.shown;
    let revision = i64::try_from(shown.revision).unwrap_or(i64::MAX);
    let mut numbers: Vec<(&str, Option<i64>)> = Vec::new();
    let mut texts: Vec<(&str, Option<String>)> = Vec::new();
    let mut number = |name, old: Option<i64>, new: Option<i64>| {
        if old != new {
            numbers.push((name, new));
        }
    };
    number("revision", Some(known.try_get("revision")?), Some(revision));
    number("updated_at", Some(before.updated_at.0), Some(shown.updated_at.0));
    number("sync_mark", Some(known.try_get("sync_mark")?), Some(mark_number(mark)));
    let mut text = |name, old: Option<String>, new: Option<String>| {
        if old != new {
            texts.push((name, new));
        }
    };
    text("base", known.try_get("base")?, base_text(stored.base.as_ref()));
    text(DELETED, before.get(DELETED).map(str::to_owned), shown.get(DELETED).map(str::to_owned));
    text("sort_name", Some(sort_name(before)), Some(sort_name(shown)));
    for &field in Field::ALL {
        let (name, new) = (field.as_str(), shown.get(field.as_str()).map(str::to_owned));
        if is_number(field) {
            number(name, known.try_get(name)?, new.and_then(|value| value.parse().ok()));
        } else {
            text(name, before.get(name).map(str::to_owned), new);
        }
    }
    let names: Vec<&str> =
        numbers.iter().map(|(name, _)| *name).chain(texts.iter().map(|(name, _)| *name)).collect();
    if names.is_empty() {
        return Ok(());
    }
    let columns: Vec<String> =
        names.iter().zip(2..).map(|(name, place)| format!("{name} = ?{place}")).collect();
    let sql = format!("UPDATE customers SET {} WHERE customer_row = ?1", columns.join(", "));
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(row);
    for (_, value) in numbers {
        query = query.bind(value);
    }
    for (_, value) in texts {
        query = query.bind(value);
    }
    query.execute(connection).await?;
    Ok(())
}

async fn insert(
    connection: &mut SqliteConnection,
    row: i64,
    stored: &Stored,
    mark: SyncMark,
) -> Result<(), StoreError> {
    let shown = &stored.shown;
    let mut query = sqlx::query(AssertSqlSafe(insert_sql()))
        .bind(row)
        .bind(shown.id)
        .bind(i64::try_from(shown.revision).unwrap_or(i64::MAX))
        .bind(shown.get(DELETED).map(str::to_owned))
        .bind(sort_name(shown))
        .bind(mark_number(mark))
        .bind(base_text(stored.base.as_ref()))
        .bind(shown.created_at.0)
        .bind(shown.updated_at.0);
    for &field in Field::ALL {
        let value = shown.get(field.as_str()).map(str::to_owned);
        query = if is_number(field) {
            query.bind(value.and_then(|value| value.parse::<i64>().ok()))
        } else {
            query.bind(value)
        };
    }
    query.execute(connection).await?;
    Ok(())
}

fn insert_sql() -> String {
    let mut sql = format!(
        "INSERT INTO customers (customer_row, customer_id, revision, deleted, sort_name, sync_mark, base, created_at,
                                updated_at, {}) VALUES (?1",
        field_columns()
    );
    for index in 2..=9 + Field::ALL.len() {
        let _ = write!(sql, ", ?{index}");
    }
    sql.push(')');
    sql
}

/// Rows are numbered here and not by SQLite, as the search index needs the number in the same breath.
async fn next_row(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("SELECT coalesce(max(customer_row), 0) + 1 FROM customers")
        .fetch_one(connection)
        .await?)
}

async fn index(
    connection: &mut SqliteConnection,
    row: i64,
    known: bool,
    shown: &Record,
) -> Result<(), StoreError> {
    if known {
        sqlx::query("DELETE FROM customers_search WHERE rowid = ?1")
            .bind(row)
            .execute(&mut *connection)
            .await?;
        sqlx::query("DELETE FROM customer_tags WHERE customer_row = ?1")
            .bind(row)
            .execute(&mut *connection)
            .await?;
    }
    if shown.deleted() {
        return Ok(());
    }
    let tokens = Tokens::of(shown);
    sqlx::query("INSERT INTO customers_search (rowid, whole, part) VALUES (?1, ?2, ?3)")
        .bind(row)
        .bind(tokens.whole)
        .bind(tokens.part)
        .execute(&mut *connection)
        .await?;
    for tag in words(shown.get(Field::Tags.as_str())) {
        sqlx::query(
            "INSERT INTO customer_tags (tag_id, customer_row) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        )
        .bind(tag)
        .bind(row)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

pub(crate) async fn remove(connection: &mut SqliteConnection, id: Uuid) -> Result<(), StoreError> {
    let row: Option<i64> =
        sqlx::query_scalar("DELETE FROM customers WHERE customer_id = ?1 RETURNING customer_row")
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
    if let Some(row) = row {
        sqlx::query("DELETE FROM customers_search WHERE rowid = ?1").bind(row).execute(connection).await?;
    }
    Ok(())
}

/// Those of the customers that this device does not have, and has no change of.
pub(crate) async fn unknown<'r>(
    connection: &mut SqliteConnection,
    records: &[&'r Record],
) -> Result<Vec<&'r Record>, StoreError> {
    let customers =
        || records.iter().copied().filter(|record| record.entity == Feature::Customers && !record.deleted());
    let ids = Value::Array(customers().map(|record| json!(record.id.simple().to_string())).collect());
    let fresh: Vec<Uuid> = sqlx::query_scalar(
        "SELECT unhex(value) FROM json_each(?1)
          WHERE unhex(value) NOT IN (SELECT customer_id FROM customers)
            AND NOT EXISTS (SELECT 1 FROM changes WHERE record_id = unhex(value))",
    )
    .bind(ids.to_string())
    .fetch_all(connection)
    .await?;
    let fresh: BTreeSet<Uuid> = fresh.into_iter().collect();
    Ok(customers().filter(|record| fresh.contains(&record.id)).collect())
}

/// Rows of one statement: enough to make its cost per row small, few enough to keep its text small.
const BATCH: usize = 500;

/// Writes customers that the device does not have, many in one statement.
pub(crate) async fn insert_many<'r>(
    connection: &mut SqliteConnection,
    records: impl Iterator<Item = &'r Record>,
    import: Option<ImportId>,
    mark: SyncMark,
) -> Result<(), StoreError> {
    let records: Vec<&Record> = records.collect();
    for batch in records.chunks(BATCH) {
        let first = next_row(connection).await?;
        insert_batch(connection, batch, first, import, mark).await?;
        index_batch(connection, batch, first).await?;
    }
    Ok(())
}

async fn insert_batch(
    connection: &mut SqliteConnection,
    batch: &[&Record],
    first: i64,
    import: Option<ImportId>,
    mark: SyncMark,
) -> Result<(), StoreError> {
    let rows: Vec<Value> = batch.iter().zip(first..).map(|(record, row)| row_json(record, row)).collect();
    let mut sql = format!(
        "INSERT INTO customers (customer_row, customer_id, revision, sort_name, created_at, updated_at, sync_mark,
                                import_id, {})
         SELECT value ->> 0, unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4, value ->> 5, ?2, ?3",
        field_columns()
    );
    for index in 6..6 + Field::ALL.len() {
        let _ = write!(sql, ", value ->> {index}");
    }
    sql.push_str(" FROM json_each(?1)");
    sqlx::query(AssertSqlSafe(sql))
        .bind(Value::Array(rows).to_string())
        .bind(mark_number(mark))
        .bind(import.map(|import| import.0))
        .execute(connection)
        .await?;
    Ok(())
}

fn row_json(record: &Record, row: i64) -> Value {
    let mut cells = vec![
        json!(row),
        json!(record.id.simple().to_string()),
        json!(record.revision),
        json!(sort_name(record)),
        json!(record.created_at),
        json!(record.updated_at),
    ];
    cells.extend(Field::ALL.iter().map(|field| match record.get(field.as_str()) {
        Some(value) if is_number(*field) => value.parse::<i64>().map_or(Value::Null, |minor| json!(minor)),
        Some(value) => json!(value),
        None => Value::Null,
    }));
    Value::Array(cells)
}

async fn index_batch(
    connection: &mut SqliteConnection,
    batch: &[&Record],
    first: i64,
) -> Result<(), StoreError> {
    let tokens: Vec<Value> = batch
        .iter()
        .zip(first..)
        .map(|(record, row)| {
            let tokens = Tokens::of(record);
            json!([row, tokens.whole, tokens.part])
        })
        .collect();
    sqlx::query(
        "INSERT INTO customers_search (rowid, whole, part)
         SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)",
    )
    .bind(Value::Array(tokens).to_string())
    .execute(&mut *connection)
    .await?;
    let tags: Vec<Value> = batch
        .iter()
        .zip(first..)
        .flat_map(|(record, row)| {
            words(record.get(Field::Tags.as_str())).into_iter().map(move |tag| json!([tag, row]))
        })
        .collect();
    if !tags.is_empty() {
        sqlx::query(
            "INSERT INTO customer_tags (tag_id, customer_row)
             SELECT value ->> 0, value ->> 1 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING",
        )
        .bind(Value::Array(tags).to_string())
        .execute(connection)
        .await?;
    }
    Ok(())
}
