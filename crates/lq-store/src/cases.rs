//! Suspicious-transaction cases on this device: on those of nobody but who works on them.

use crate::error::StoreError;
use crate::open::Store;
use crate::records::{SMALL_COLUMNS, read_small};
use lq_domain::customers::query::SyncMark;
use lq_domain::feature::Feature;
use lq_domain::record::Record;
use sqlx::AssertSqlSafe;

impl Store {
    /// All cases with how they stand with the server, those that are open first, and of these the one that was changed last.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cases(&self) -> Result<Vec<(Record, SyncMark)>, StoreError> {
        let sql = format!(
            "SELECT {SMALL_COLUMNS} FROM cases
              ORDER BY fields ->> 'state' <> 'open', updated_at DESC, record_id"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&self.readers).await?;
        let read = |row| {
            let (_, known) = read_small(row, Feature::Cases, "cases")?;
            Ok((known.stored.shown, known.mark))
        };
        rows.iter().map(read).collect()
    }
}
