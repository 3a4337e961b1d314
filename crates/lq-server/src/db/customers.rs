//! Keys that prove who a customer is, once in a branch.

use crate::db::records::branch_of;
use crate::error::ServerError;
use lq_domain::customers::{Customer, Field, duplicate_keys};
use lq_domain::record::Record;
use sqlx::PgConnection;

/// Takes the keys of a customer as it is now; the field whose key another customer of the branch has, if any.
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
    sqlx::query("DELETE FROM customer_keys WHERE branch_id = $1 AND customer_id = $2")
        .bind(old_branch)
        .bind(after.id)
        .execute(&mut *connection)
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
        .execute(&mut *connection)
        .await?;
        if taken.rows_affected() == 0 {
            return Ok(Some(field));
        }
    }
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
