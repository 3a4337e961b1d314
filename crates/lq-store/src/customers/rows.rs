//! Customers as rows.

use crate::error::StoreError;
use crate::records::{Known, Save, Stored, base_text, id_list, mark_number, mark_of, read_base};
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
use std::collections::{BTreeMap, BTreeSet};
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

/// Customers as they stand, of those ids that are there.
pub(crate) async fn load(
    connection: &mut SqliteConnection,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Known>, StoreError> {
    let sql = format!(
        "SELECT customer_row, sync_mark, {}, base FROM customers
          WHERE customer_id IN (SELECT unhex(value) FROM json_each(?1))",
        record_columns()
    );
    let found = sqlx::query(AssertSqlSafe(sql)).bind(id_list(ids)).fetch_all(connection).await?;
    found.iter().map(known).collect()
}

fn known(row: &SqliteRow) -> Result<(Uuid, Known), StoreError> {
    let stored = Stored { shown: record(row)?, base: read_base(row.try_get("base")?, "customers")? };
    let mark = mark_of(row.try_get("sync_mark")?);
    Ok((stored.shown.id, Known { row: row.try_get("customer_row")?, mark, stored }))
}

/// Writes customers' rows and their index.
pub(crate) async fn save(connection: &mut SqliteConnection, saves: &[&Save<'_>]) -> Result<(), StoreError> {
    update(connection, saves).await?;
    // The index is most of what a write costs.
    let mut anew: Vec<(i64, &Record)> = saves
        .iter()
        .filter_map(|save| {
            let known = save.known?;
            (!is_indexed_alike(&known.stored.shown, &save.stored.shown))
                .then_some((known.row, &save.stored.shown))
        })
        .collect();
    unindex(connection, &anew).await?;
    for save in saves.iter().filter(|save| save.known.is_none()) {
        let row = next_row(connection).await?;
        insert(connection, row, &save.stored, save.mark).await?;
        anew.push((row, &save.stored.shown));
    }
    anew.retain(|(_, shown)| !shown.deleted());
    index(connection, &anew).await
}

/// Whether two states of a customer have the same words and tags in the index.
fn is_indexed_alike(before: &Record, after: &Record) -> bool {
    let same = |field: Field| before.get(field.as_str()) == after.get(field.as_str());
    before.deleted() == after.deleted() && same(Field::Tags) && Tokens::FIELDS.into_iter().all(same)
}

/// Writes those columns of rows that differ: an index of a column that is written is written, too, even if the value stays.
/// Rows of which the same columns differ share a statement.
async fn update(connection: &mut SqliteConnection, saves: &[&Save<'_>]) -> Result<(), StoreError> {
    let mut alike: BTreeMap<Vec<&str>, Vec<Value>> = BTreeMap::new();
    for save in saves {
        let Some(known) = save.known else { continue };
        let (columns, mut values): (Vec<&str>, Vec<Value>) = differences(known, save).into_iter().unzip();
        values.push(json!(known.row));
        alike.entry(columns).or_default().push(Value::Array(values));
    }
    for (columns, rows) in alike.into_iter().filter(|(columns, _)| !columns.is_empty()) {
        let set: Vec<String> =
            columns.iter().zip(0..).map(|(name, place)| format!("{name} = told.value ->> {place}")).collect();
        let sql = format!(
            "UPDATE customers SET {} FROM json_each(?1) AS told WHERE customer_row = told.value ->> {}",
            set.join(", "),
            columns.len()
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(Value::Array(rows).to_string())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The columns of a row that differ, and what they are to hold.
fn differences(known: &Known, save: &Save<'_>) -> Vec<(&'static str, Value)> {
    let (before, after) = (&known.stored.shown, &save.stored.shown);
    let pairs = [
        ("revision", json!(before.revision), json!(after.revision)),
        ("updated_at", json!(before.updated_at), json!(after.updated_at)),
        ("sync_mark", json!(mark_number(known.mark)), json!(mark_number(save.mark))),
        ("base", json!(base_text(known.stored.base.as_ref())), json!(base_text(save.stored.base.as_ref()))),
        (DELETED, json!(before.get(DELETED)), json!(after.get(DELETED))),
    ];
    let fields = Field::ALL.iter().map(|&field| (field.as_str(), cell(before, field), cell(after, field)));
    let mut differing: Vec<(&str, Value)> = pairs
        .into_iter()
        .chain(fields)
        .filter(|(_, old, new)| old != new)
        .map(|(name, _, new)| (name, new))
        .collect();
    if differing.iter().any(|(name, _)| *name == Field::Name.as_str()) {
        differing.push(("sort_name", json!(sort_name(after))));
    }
    differing
}

/// What a field's column holds.
fn cell(record: &Record, field: Field) -> Value {
    match record.get(field.as_str()) {
        Some(value) if is_number(field) => value.parse::<i64>().map_or(Value::Null, |minor| json!(minor)),
        value => json!(value),
    }
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

/// Takes rows out of the index.
async fn unindex(connection: &mut SqliteConnection, rows: &[(i64, &Record)]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let numbers = Value::Array(rows.iter().map(|(row, _)| json!(row)).collect()).to_string();
    for sql in [
        "DELETE FROM customers_search WHERE rowid IN (SELECT value FROM json_each(?1))",
        "DELETE FROM customer_tags WHERE customer_row IN (SELECT value FROM json_each(?1))",
    ] {
        sqlx::query(sql).bind(&numbers).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Brings rows into the index.
async fn index(connection: &mut SqliteConnection, rows: &[(i64, &Record)]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let tokens = rows.iter().map(|(row, record)| {
        let tokens = Tokens::of(record);
        json!([row, tokens.whole, tokens.part])
    });
    sqlx::query(
        "INSERT INTO customers_search (rowid, whole, part)
         SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)",
    )
    .bind(Value::Array(tokens.collect()).to_string())
    .execute(&mut *connection)
    .await?;
    let tags: Vec<Value> = rows
        .iter()
        .flat_map(|(row, record)| {
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
    let ids: Vec<Uuid> = customers().map(|record| record.id).collect();
    let fresh: Vec<Uuid> = sqlx::query_scalar(
        "SELECT unhex(value) FROM json_each(?1)
          WHERE unhex(value) NOT IN (SELECT customer_id FROM customers)
            AND NOT EXISTS (SELECT 1 FROM changes WHERE record_id = unhex(value))",
    )
    .bind(id_list(&ids))
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
        let indexed: Vec<(i64, &Record)> = (first..).zip(batch.iter().copied()).collect();
        index(connection, &indexed).await?;
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
        // Kept as text: each reference to a value of `json_each` writes it out once more.
        "WITH told AS MATERIALIZED (SELECT value AS cells FROM json_each(?1))
         INSERT INTO customers (customer_row, customer_id, revision, sort_name, created_at, updated_at, sync_mark,
                                import_id, {})
         SELECT cells ->> 0, unhex(cells ->> 1), cells ->> 2, cells ->> 3, cells ->> 4, cells ->> 5, ?2, ?3",
        field_columns()
    );
    for index in 6..6 + Field::ALL.len() {
        let _ = write!(sql, ", cells ->> {index}");
    }
    sql.push_str(" FROM told");
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
    cells.extend(Field::ALL.iter().map(|field| cell(record, *field)));
    Value::Array(cells)
}
