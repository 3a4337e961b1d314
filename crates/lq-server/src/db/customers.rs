//! Keys that prove who a customer is, once in a branch; and customers by what they are called.

use crate::db::records::{branch_of, read};
use crate::error::ServerError;
use chrono::NaiveDate;
use lq_domain::customers::{Customer, Field, duplicate_keys, keys_of_number};
use lq_domain::ids::BranchId;
use lq_domain::record::Record;
use sqlx::{Connection as _, PgConnection};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Customers of one name that are looked at.
const NAMESAKES: i64 = 1_000;

/// Takes the keys of a customer as it is now, or none; the field whose key another customer of the branch has, if any.
pub(crate) async fn take_keys(
    connection: &mut PgConnection,
    before: Option<&Record>,
    after: &Record,
) -> Result<Option<Field>, ServerError> {
    let branch = branch_of(after);
    let old_branch = before.map_or(branch, branch_of);
    let mut wanted = proofs(after);
    wanted.sort();
    let had = before.map(proofs).unwrap_or_default();
    if old_branch == branch && had.len() == wanted.len() && wanted.iter().all(|key| had.contains(key)) {
        return Ok(None);
    }
    let mut attempt = connection.begin().await?;
    sqlx::query("DELETE FROM customer_keys WHERE branch_id = $1 AND customer_id = $2")
        .bind(old_branch)
        .bind(after.id)
        .execute(&mut *attempt)
        .await?;
    // Sorted, so that two writers never wait for each other.
    for (field, key) in wanted {
        let taken = sqlx::query(
            "INSERT INTO customer_keys (branch_id, field, key, customer_id) VALUES ($1, $2, $3, $4)
             ON CONFLICT (branch_id, field, key) DO NOTHING",
        )
        .bind(branch)
        .bind(field.as_str())
        .bind(&key)
        .bind(after.id)
        .execute(&mut *attempt)
        .await?;
        if taken.rows_affected() == 0 {
            attempt.rollback().await?;
            return Ok(Some(field));
        }
    }
    attempt.commit().await?;
    Ok(None)
}

/// A deleted customer gives its keys back.
fn proofs(record: &Record) -> Vec<(Field, String)> {
    if record.deleted() {
        return Vec::new();
    }
    let keys = duplicate_keys(Customer(record)).into_iter().filter(|key| key.proof);
    keys.map(|key| (key.field, key.key)).collect()
}

/// The customers of some branches that have a text as their whole name, or as the whole number of a document or a credit code. True
/// for those whose number it is. Whoever has both comes as the latter.
pub(crate) async fn called(
    connection: &mut PgConnection,
    branches: &BTreeSet<BranchId>,
    text: &str,
    today: NaiveDate,
) -> Result<Vec<(Record, bool)>, ServerError> {
    let branches: Vec<Uuid> = branches.iter().map(|branch| branch.0).collect();
    let keys = keys_of_number(text, today);
    let proven = sqlx::query(
        "SELECT entity, record_id, revision, fields, stamps, created_at, updated_at
           FROM customer_keys AS k
           JOIN records AS r ON r.branch_id = k.branch_id AND r.entity = 'customers' AND r.record_id = k.customer_id
          WHERE k.branch_id = ANY($1)
            AND (k.field, k.key) IN (SELECT * FROM unnest($2::text[], $3::text[]))
            AND NOT fields ? 'deleted'
          ORDER BY record_id",
    )
    .bind(&branches)
    .bind(keys.iter().map(|key| key.field.as_str()).collect::<Vec<_>>())
    .bind(keys.iter().map(|key| key.key.as_str()).collect::<Vec<_>>())
    .fetch_all(&mut *connection)
    .await?;
    let named = sqlx::query(
        "SELECT entity, record_id, revision, fields, stamps, created_at, updated_at
           FROM records
          WHERE branch_id = ANY($1)
            AND entity = 'customers'
            AND fields ->> 'name' = $2
            AND NOT fields ? 'deleted'
          ORDER BY record_id
          LIMIT $3",
    )
    .bind(&branches)
    .bind(text)
    .bind(NAMESAKES)
    .fetch_all(connection)
    .await?;
    let mut found: Vec<(Record, bool)> = Vec::new();
    for (row, proven) in proven.iter().map(|row| (row, true)).chain(named.iter().map(|row| (row, false))) {
        let record = read(row)?;
        if found.iter().all(|(known, _)| known.id != record.id) {
            found.push((record, proven));
        }
    }
    Ok(found)
}
