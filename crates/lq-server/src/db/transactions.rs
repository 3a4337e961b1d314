//! The journal of transactions, and the rows of its blocks.

use crate::db::copy::Rows;
use crate::db::signed;
use crate::error::ServerError;
use lq_domain::clock::Timestamp;
use lq_domain::ids::AccountId;
use lq_domain::record::Record;
use lq_domain::transactions::{BLOCK, Block, ROWS, Transaction};
use lq_domain::values::Money;
use sqlx::{PgConnection, Row};
use std::collections::HashMap;
use uuid::Uuid;

/// About what a row takes on its way into the journal, in bytes.
const ROW_ROOM: usize = 200;

/// Where a transaction stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// The branch of the account.
    pub(crate) branch: Uuid,
    /// The account.
    pub(crate) account: AccountId,
    /// Its number among the account's transactions, from 0.
    pub(crate) position: u64,
}

/// What was booked under references. Looked up one by one, which OFFSET 0 makes sure of: asked for thousands at once, PostgreSQL may rather
/// read the whole journal, for each part of a delivery.
const KNOWN: &str = "SELECT t.*
       FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS w (branch_id, account_id, reference)
      CROSS JOIN LATERAL (SELECT account_id, reference, booked_at, amount, purpose, counterparty, merchant FROM transactions
                           WHERE branch_id = w.branch_id AND account_id = w.account_id AND reference = w.reference
                          OFFSET 0) AS t";

/// Those of the references that are there already, with what was booked under them.
pub(crate) async fn known(
    connection: &mut PgConnection,
    wanted: &[(Uuid, AccountId, &str)],
) -> Result<HashMap<(AccountId, String), Transaction>, ServerError> {
    let branches: Vec<Uuid> = wanted.iter().map(|(branch, ..)| *branch).collect();
    let accounts: Vec<Uuid> = wanted.iter().map(|(_, account, _)| account.0).collect();
    let references: Vec<&str> = wanted.iter().map(|(.., reference)| *reference).collect();
    let rows =
        sqlx::query(KNOWN).bind(branches).bind(accounts).bind(references).fetch_all(connection).await?;
    let read = |row: &sqlx::postgres::PgRow| {
        let bad = |column| ServerError::Row { table: "transactions", column };
        let merchant: Option<i32> = row.try_get("merchant")?;
        let transaction = Transaction {
            reference: row.try_get("reference")?,
            at: Timestamp(row.try_get("booked_at")?),
            amount: Money::from_minor(row.try_get("amount")?).map_err(|_| bad("amount"))?,
            purpose: row.try_get("purpose")?,
            counterparty: row.try_get("counterparty")?,
            merchant: merchant.map(u16::try_from).transpose().map_err(|_| bad("merchant"))?,
        };
        Ok(((AccountId(row.try_get("account_id")?), transaction.reference.clone()), transaction))
    };
    rows.iter().map(read).collect()
}

/// Adds to the journal. Whoever calls it is never dropped before it ends: see `http/intake.rs`.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    rows: &[(Place, &Transaction)],
) -> Result<(), ServerError> {
    let mut told = Rows::with_capacity(rows.len() * ROW_ROOM);
    for (place, row) in rows {
        told.begin(9);
        told.uuid(place.branch);
        told.uuid(place.account.0);
        told.bigint(signed(place.position));
        told.text(Some(&row.reference));
        told.bigint(row.at.0);
        told.bigint(row.amount.minor());
        told.text(Some(&row.purpose));
        told.text(row.counterparty.as_deref());
        told.integer(row.merchant.map(i32::from));
    }
    let mut copy = connection
        .copy_in_raw(
            "COPY transactions (branch_id, account_id, position, reference, booked_at, amount, purpose, counterparty, merchant)
             FROM STDIN (FORMAT binary)",
        )
        .await?;
    copy.send(told.into_bytes()).await?;
    copy.finish().await?;
    Ok(())
}

/// Takes the journal of accounts from one branch's tables to another's.
pub(crate) async fn move_to(
    connection: &mut PgConnection,
    accounts: &[Uuid],
    from: Uuid,
    to: Uuid,
) -> Result<(), ServerError> {
    // Not an update: the branch says on which machine a row lies.
    sqlx::query(
        "WITH gone AS (
           DELETE FROM transactions WHERE branch_id = $1 AND account_id = ANY($2)
           RETURNING account_id, position, reference, booked_at, amount, purpose, counterparty, merchant
         )
         INSERT INTO transactions (branch_id, account_id, position, reference, booked_at, amount, purpose, counterparty,
                                   merchant)
         SELECT $3, account_id, position, reference, booked_at, amount, purpose, counterparty, merchant FROM gone",
    )
    .bind(from)
    .bind(accounts)
    .bind(to)
    .execute(connection)
    .await?;
    Ok(())
}

/// Joins their rows to blocks of one branch, as they travel to devices.
pub(crate) async fn fill(
    connection: &mut PgConnection,
    branch: Uuid,
    blocks: &mut [&mut Record],
) -> Result<(), ServerError> {
    let ids: Vec<Uuid> = blocks.iter().map(|block| block.id).collect();
    let accounts: Vec<Option<Uuid>> =
        blocks.iter().map(|block| Block(block).account().map(|account| account.0)).collect();
    let first: Vec<i64> = blocks.iter().map(|block| signed(Block(block).number() * BLOCK)).collect();
    let rows = sqlx::query(
        "SELECT w.block_id,
                json_agg(json_build_array(t.reference, t.booked_at, t.amount, t.purpose, t.counterparty, t.merchant)
                         ORDER BY t.position)::text AS rows
           FROM unnest($2::uuid[], $3::uuid[], $4::bigint[]) w (block_id, account_id, first)
           JOIN transactions t
             ON t.branch_id = $1
            AND t.account_id = w.account_id
            AND t.position >= w.first
            AND t.position < w.first + $5
          GROUP BY w.block_id",
    )
    .bind(branch)
    .bind(ids)
    .bind(accounts)
    .bind(first)
    .bind(signed(BLOCK))
    .fetch_all(connection)
    .await?;
    let mut found: HashMap<Uuid, String> = HashMap::new();
    for row in &rows {
        found.insert(row.try_get("block_id")?, row.try_get("rows")?);
    }
    for block in blocks {
        block.set(ROWS, found.remove(&block.id));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Db;
    use lq_testkit::clock::FixedClock;
    use lq_testkit::postgres::Cluster;
    use lq_testkit::random::SeededRandom;
    use sqlx::{AssertSqlSafe, Connection as _};

    #[tokio::test]
    async fn references_are_looked_up_by_index_also_in_a_journal_that_is_empty_yet() {
        let url = Cluster::shared().unwrap().create_database().await.unwrap();
        let db = Db::connect(&url).await.unwrap();
        db.migrate("示例银行", &FixedClock::default(), &SeededRandom::new(1)).await.unwrap();
        let mut connection = PgConnection::connect(&url).await.unwrap();
        // The plan that it keeps, which does not look at what is asked for.
        sqlx::raw_sql("SET plan_cache_mode = force_generic_plan").execute(&mut connection).await.unwrap();
        let plan: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!("EXPLAIN {KNOWN}")))
            .bind(vec![Uuid::nil(); 5_000])
            .bind(vec![Uuid::nil(); 5_000])
            .bind(vec!["LQ1"; 5_000])
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let plan = plan.join("\n");
        assert!(
            plan.contains("transactions_reference") && !plan.contains("Seq Scan on transactions"),
            "{plan}"
        );
    }
}
