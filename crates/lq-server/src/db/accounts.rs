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

/// Which accounts have numbers. Looked up number by number, which OFFSET 0 makes sure of: after a large delivery PostgreSQL knows nothing of
/// the numbers yet, takes each for that of one account in two hundred, and would rather read all records than look up hundreds.
const BY_NUMBER: &str = "SELECT r.record_id
       FROM unnest($1::text[]) AS n (number)
      CROSS JOIN LATERAL (SELECT record_id FROM records
                           WHERE entity = 'accounts' AND fields ->> 'number' = n.number
                          OFFSET 0) AS r";

/// Accounts by their ids, locked in the order in which whoever gives a customer away locks them.
const LOCKED: &str = "SELECT r.*
       FROM (SELECT DISTINCT id FROM unnest($1::uuid[]) AS n (id) ORDER BY id) AS sorted
      CROSS JOIN LATERAL (SELECT entity, record_id, revision, fields, stamps, created_at, updated_at FROM records
                           WHERE record_id = sorted.id AND entity = 'accounts'
                          OFFSET 0
                             FOR UPDATE) AS r";

/// The accounts that have these numbers. Nobody else writes them until the transaction ends.
pub(crate) async fn by_number(
    connection: &mut PgConnection,
    numbers: &[&str],
) -> Result<Vec<Record>, ServerError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(BY_NUMBER).bind(numbers).fetch_all(&mut *connection).await?;
    let rows = sqlx::query(LOCKED).bind(ids).fetch_all(connection).await?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Db;
    use lq_testkit::clock::FixedClock;
    use lq_testkit::postgres::Cluster;
    use lq_testkit::random::SeededRandom;
    use sqlx::{AssertSqlSafe, Connection as _};

    /// Accounts that came since PostgreSQL last looked at the table.
    const FILL: &str = "
        ANALYZE records;
        INSERT INTO records (branch_id, entity, record_id, revision, fields, stamps, created_at, updated_at)
        SELECT gen_random_uuid(), 'accounts', gen_random_uuid(), 1, jsonb_build_object('number', '62' || i), '{}', 0, 0
          FROM generate_series(1, 60000) AS i;";

    #[tokio::test]
    async fn accounts_are_looked_up_by_index_though_nothing_is_known_of_them_yet() {
        let url = Cluster::shared().unwrap().create_database().await.unwrap();
        let db = Db::connect(&url).await.unwrap();
        db.migrate("示例银行", &FixedClock::default(), &SeededRandom::new(1)).await.unwrap();
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(FILL).execute(&mut connection).await.unwrap();
        let numbers: Vec<String> = (1..=500).map(|number| format!("62{number}")).collect();
        let texts: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let found = by_number(&mut connection, &texts).await.unwrap();
        assert_eq!(found.len(), 500);
        let ids: Vec<Uuid> = found.iter().map(|account| account.id).collect();
        assert!(ids.is_sorted(), "locked in their order");
        let explain = |sql: &str| AssertSqlSafe(format!("EXPLAIN {sql}"));
        let plan: Vec<String> =
            sqlx::query_scalar(explain(BY_NUMBER)).bind(&numbers).fetch_all(&mut connection).await.unwrap();
        let locked: Vec<String> =
            sqlx::query_scalar(explain(LOCKED)).bind(&ids).fetch_all(&mut connection).await.unwrap();
        for (plan, index) in [(plan, "records_by_account_number"), (locked, "records_by_id")] {
            let plan = plan.join("\n");
            assert!(plan.contains(index) && !plan.contains("Seq Scan on records"), "{plan}");
        }
    }
}
