//! Accounts among the records: found by number, by customer, with their holders.

use crate::db::records;
use crate::error::ServerError;
use lq_domain::customers::{DuplicateKey, Field};
use lq_domain::record::Record;
use sqlx::{PgConnection, Row};
use std::collections::HashMap;
use uuid::Uuid;

/// Lets one file be taken in at a time: files of a bank that know nothing of each other name the same accounts in any order.
pub(crate) async fn lock_intake(connection: &mut PgConnection) -> Result<(), ServerError> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('langqiao_intake', 0))")
        .execute(connection)
        .await?;
    Ok(())
}

/// The accounts that have these numbers. Nobody else writes them until the transaction ends.
pub(crate) async fn by_number(
    connection: &mut PgConnection,
    numbers: &[&str],
) -> Result<Vec<Record>, ServerError> {
    let rows = sqlx::query(
        "SELECT entity, record_id, revision, fields, stamps, created_at, updated_at
           FROM records
          WHERE entity = 'accounts'
            AND fields ->> 'number' = ANY($1)
          ORDER BY record_id
            FOR UPDATE",
    )
    .bind(numbers)
    .fetch_all(connection)
    .await?;
    rows.iter().map(records::read).collect()
}

/// The customers that have one of these keys; a key may be that of several, in branches of their own. Where they belong stays as
/// it is until the transaction ends.
pub(crate) async fn holders(
    connection: &mut PgConnection,
    wanted: &[&DuplicateKey],
) -> Result<HashMap<DuplicateKey, Vec<Record>>, ServerError> {
    let fields: Vec<&str> = wanted.iter().map(|key| key.field.as_str()).collect();
    let keys: Vec<&str> = wanted.iter().map(|key| key.key.as_str()).collect();
    let rows = sqlx::query(
        "SELECT k.field, k.key, r.entity, r.record_id, r.revision, r.fields, r.stamps, r.created_at, r.updated_at
           FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[])) w (field, key)
           JOIN customer_keys k
             ON k.field = w.field
            AND k.key = w.key
           JOIN records r
             ON r.branch_id = k.branch_id
            AND r.entity = 'customers'
            AND r.record_id = k.customer_id
          ORDER BY r.record_id
            FOR SHARE OF r",
    )
    .bind(fields)
    .bind(keys)
    .fetch_all(connection)
    .await?;
    let mut found: HashMap<DuplicateKey, Vec<Record>> = HashMap::new();
    for row in &rows {
        let field = Field::parse(row.try_get("field")?)
            .ok_or(ServerError::Row { table: "customer_keys", column: "field" })?;
        let key = DuplicateKey { field, key: row.try_get("key")?, proof: true };
        found.entry(key).or_default().push(records::read(row)?);
    }
    Ok(found)
}

/// A customer's accounts with their blocks of transactions, and its cases. Nobody else writes them until the transaction ends: cases are
/// written only by those who keep the customer where it is.
pub(crate) async fn of_customer(
    connection: &mut PgConnection,
    customer: Uuid,
) -> Result<Vec<Record>, ServerError> {
    // First the accounts alone: whoever is adding to one of them ends before its blocks are looked for.
    sqlx::query(
        "SELECT FROM records
          WHERE entity = 'accounts'
            AND fields ->> 'customer' = $1
          ORDER BY record_id
            FOR UPDATE",
    )
    .bind(customer.to_string())
    .execute(&mut *connection)
    .await?;
    let rows = sqlx::query(
        "SELECT entity, record_id, revision, fields, stamps, created_at, updated_at
           FROM records
          WHERE entity IN ('accounts', 'transactions', 'cases')
            AND fields ->> 'customer' = $1",
    )
    .bind(customer.to_string())
    .fetch_all(connection)
    .await?;
    rows.iter().map(records::read).collect()
}
