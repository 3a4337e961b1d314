//! Customers: reading one, reading lists, finding.

mod duplicates;
mod filter;
mod find;
mod list;
pub(crate) mod rows;

pub use duplicates::Duplicate;
pub use find::Hit;
pub(crate) use list::ListCache;
pub use list::{Page, Row};

use crate::error::StoreError;
use crate::open::Store;
use crate::records::mark_of;
use lq_domain::customers::query::SyncMark;
use lq_domain::ids::CustomerId;
use lq_domain::record::Record;
use sqlx::{AssertSqlSafe, Row as _};

/// A customer with how it stands with the server.
#[derive(Debug, Clone)]
pub struct StoredCustomer {
    /// As the user sees it.
    pub record: Record,
    /// How it stands.
    pub sync: SyncMark,
}

impl Store {
    /// One customer; none when it is deleted or not on this device.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn customer(&self, id: CustomerId) -> Result<Option<StoredCustomer>, StoreError> {
        let sql = format!(
            "SELECT {}, sync_mark FROM customers WHERE customer_id = ?1 AND deleted IS NULL",
            rows::record_columns()
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(id.0).fetch_optional(&self.readers).await?;
        let read = |row: sqlx::sqlite::SqliteRow| {
            Ok(StoredCustomer { record: rows::record(&row)?, sync: mark_of(row.try_get("sync_mark")?) })
        };
        row.map(read).transpose()
    }

    /// Customers by their ids, in no particular order; those that are gone are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn customers(&self, ids: &[CustomerId]) -> Result<Vec<Record>, StoreError> {
        let list: Vec<String> = ids.iter().map(|id| id.0.simple().to_string()).collect();
        let sql = format!(
            "SELECT {} FROM customers
              WHERE customer_id IN (SELECT unhex(value) FROM json_each(?1)) AND deleted IS NULL",
            rows::record_columns()
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(serde_json::to_string(&list).unwrap_or_default())
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(rows::record).collect()
    }
}
