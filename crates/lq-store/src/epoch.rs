//! A server whose database was restored from a backup: what it says is read anew, and what it may have forgotten is sent again.

use crate::apply;
use crate::error::StoreError;
use crate::facts;
use crate::open::Store;
use crate::outbox;
use crate::records::small_table;
use crate::settle;
use crate::tx::WriteTx;
use lq_domain::feature::Feature;
use lq_domain::record::{DELETED, FieldChanges};
use lq_protocol::change::ChangeResult;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

/// Says that not everything has been read anew yet.
const READING_ANEW: &str = "reading_anew";

/// The features whose records come from feeds and are changed here, with their tables and ids.
fn tables() -> impl Iterator<Item = (Feature, &'static str, &'static str)> {
    let small = [Feature::Tags, Feature::Cases, Feature::Users, Feature::Branches].into_iter();
    let small = small.filter_map(|entity| Some((entity, small_table(entity)?, "record_id")));
    small.chain([(Feature::Customers, "customers", "customer_id")])
}

/// Those that only the server writes.
const JOURNALS: [(Feature, &str, &str); 2] = [
    (Feature::Accounts, "accounts", "account_id"),
    (Feature::Transactions, "transaction_blocks", "block_id"),
];

impl Store {
    /// Begins anew with a server whose database began a new life. All feeds are read from their start, whatever revisions they
    /// tell; and every change that was settled is sent again, before those that wait: the server answers those that it still
    /// knows as it did before. It may be called again before [`Store::finish_reading`].
    ///
    /// # Errors
    /// [`StoreError`]; nothing is begun then.
    pub async fn begin_epoch(&self) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE feeds SET after = 0").execute(tx.connection()).await?;
        sqlx::query("DELETE FROM memberships").execute(tx.connection()).await?;
        for (_, table, _) in tables() {
            // The new life counts revisions anew: none of them may look old.
            let sql = format!(
                "UPDATE {table} SET revision = 1, base = json_set(base, '$.revision', 1) WHERE revision > 1"
            );
            sqlx::query(AssertSqlSafe(sql)).execute(tx.connection()).await?;
        }
        for (_, table, _) in JOURNALS {
            let sql = format!("UPDATE {table} SET revision = 1 WHERE revision > 1");
            sqlx::query(AssertSqlSafe(sql)).execute(tx.connection()).await?;
        }
        facts::set(tx.connection(), READING_ANEW, &true).await?;
        // What the server has of the audit, too; it takes each entry once.
        facts::set(tx.connection(), "audits_sent", &0).await?;
        send_again(&mut tx).await?;
        // Nor does any of them say any more what the author of a deletion saw; what he saw says it.
        sqlx::query("UPDATE changes SET base_revision = 0 WHERE seen IS NOT NULL AND state IN (0, 5)")
            .execute(tx.connection())
            .await?;
        outbox::take_incarnation(&mut tx).await?;
        tx.touched.insert(Feature::Sync);
        tx.commit().await
    }

    /// Removes what no feed tells of: the server does not have it, or the user may not see it. That is what came with answers to
    /// changes, and after [`Store::begin_epoch`] every record. To be called when everything has been read. Whether there was any.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn finish_reading(&self) -> Result<bool, StoreError> {
        let anew = facts::get::<bool>(&self.readers, READING_ANEW).await? == Some(true);
        if !anew && !self.has_answers().await? {
            return Ok(false);
        }
        let mut tx = self.write().await?;
        let mut any = apply::drop_answers(&mut tx).await?;
        if anew {
            any |= drop_untold(&mut tx).await?;
            facts::set(tx.connection(), READING_ANEW, &false).await?;
        }
        tx.commit().await?;
        Ok(any)
    }
}

/// Removes the records that no feed has told of. Whether there was any.
async fn drop_untold(tx: &mut WriteTx<'_>) -> Result<bool, StoreError> {
    let mut any = false;
    for (entity, table, id) in tables().chain(JOURNALS) {
        let sql = format!(
            "SELECT {id} FROM {table} WHERE revision > 0
                AND NOT EXISTS (SELECT 1 FROM memberships AS m WHERE m.record_id = {table}.{id} AND m.entity = '{}')",
            entity.as_str()
        );
        let gone: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(tx.connection()).await?;
        any |= !gone.is_empty();
        for id in gone {
            tx.remove_record(entity, id).await?;
            tx.touched.insert(entity);
        }
    }
    Ok(any)
}

/// Queues what was settled once more. Of a conflict that its author has closed only what the server had taken at once is sent.
async fn send_again(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "SELECT change_row, fields, result FROM changes WHERE state = 1 AND sequence IS NOT NULL AND result IS NOT NULL",
    )
    .fetch_all(tx.connection())
    .await?;
    for row in &rows {
        let line: i64 = row.try_get("change_row")?;
        let bad = |column| StoreError::Row { table: "changes", column };
        let mut fields: FieldChanges =
            serde_json::from_str(row.try_get("fields")?).map_err(|_| bad("fields"))?;
        if let ChangeResult::Conflict { conflicts } = settle::said(row.try_get("result")?)? {
            // Of a record that was deleted, nothing is taken.
            let asked = |field: &str| {
                conflicts.iter().any(|conflict| [field, DELETED].contains(&conflict.field.as_str()))
            };
            fields.retain(|field, _| !asked(field));
        }
        if fields.is_empty() {
            sqlx::query("UPDATE changes SET sequence = NULL WHERE change_row = ?1")
                .bind(line)
                .execute(tx.connection())
                .await?;
            continue;
        }
        sqlx::query("UPDATE changes SET fields = ?2 WHERE change_row = ?1")
            .bind(line)
            .bind(serde_json::to_string(&fields).map_err(|_| bad("fields"))?)
            .execute(tx.connection())
            .await?;
    }
    sqlx::query("UPDATE changes SET state = 5, result = NULL WHERE state IN (1, 2) AND sequence IS NOT NULL")
        .execute(tx.connection())
        .await?;
    Ok(())
}
