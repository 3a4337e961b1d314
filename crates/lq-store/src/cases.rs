//! Suspicious-transaction cases on this device: on those of nobody but who works on them.

use crate::error::StoreError;
use crate::open::Store;
use crate::records::{SMALL_COLUMNS, read_small};
use lq_domain::customers::query::SyncMark;
use lq_domain::feature::Feature;
use lq_domain::record::Record;
use sqlx::{AssertSqlSafe, Row};

/// A case on this device.
#[derive(Debug, Clone)]
pub struct KnownCase {
    /// The case as the user sees it.
    pub record: Record,
    /// How it stands with the server.
    pub sync: SyncMark,
    /// Whether its customer is on this device.
    pub customer_here: bool,
}

impl Store {
    /// All cases: those that are open first, and of these the one that was changed last.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cases(&self) -> Result<Vec<KnownCase>, StoreError> {
        let sql = format!(
            "SELECT {SMALL_COLUMNS},
                    EXISTS (SELECT 1 FROM customers
                             WHERE customer_id = unhex(cases.fields ->> 'customer', '-') AND deleted IS NULL) AS here
               FROM cases
              ORDER BY fields ->> 'state' <> 'open', updated_at DESC, record_id"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&self.readers).await?;
        let read = |row| {
            let (_, known) = read_small(row, Feature::Cases, "cases")?;
            Ok(KnownCase {
                record: known.stored.shown,
                sync: known.mark,
                customer_here: row.try_get("here")?,
            })
        };
        rows.iter().map(read).collect()
    }
}
