//! Quick search: a few best hits while somebody types.

use super::rows;
use crate::error::StoreError;
use crate::open::Store;
use crate::search::{self, exact, prefix};
use lq_domain::ids::CustomerId;
use lq_domain::record::Record;
use sqlx::{AssertSqlSafe, Row as _};

/// A customer found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The customer.
    pub id: CustomerId,
    /// All its values.
    pub record: Record,
}

impl Store {
    /// The best hits for a typed text: what is called so first, then what begins so, then what holds it further in.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find(&self, text: &str, limit: u32) -> Result<Vec<Hit>, StoreError> {
        let mut found: Vec<i64> = Vec::new();
        for (matched, tail) in matches(text) {
            let room = (limit as usize).saturating_sub(found.len());
            if room == 0 {
                break;
            }
            for row in self.matching(&matched, tail.as_deref(), limit).await? {
                if found.len() < limit as usize && !found.contains(&row) {
                    found.push(row);
                }
            }
        }
        self.hits(&found).await
    }

    async fn matching(&self, matched: &str, tail: Option<&str>, limit: u32) -> Result<Vec<i64>, StoreError> {
        let rows = match tail {
            None => {
                sqlx::query_scalar("SELECT rowid FROM customers_search WHERE customers_search MATCH ?1 LIMIT ?2")
                    .bind(matched)
                    .bind(i64::from(limit))
                    .fetch_all(&self.readers)
                    .await?
            }
            // The index knows the last digits; those before them stand in the row.
            Some(tail) => {
                sqlx::query_scalar(
                    "SELECT customer_row FROM customers_search JOIN customers ON customer_row = customers_search.rowid
                      WHERE customers_search MATCH ?1
                        AND (mobile LIKE ?2 OR document_number LIKE ?2 OR uscc LIKE ?2
                             OR replace(phones, '-', '') LIKE ?2)
                      LIMIT ?3",
                )
                .bind(matched)
                .bind(format!("%{tail}"))
                .bind(i64::from(limit))
                .fetch_all(&self.readers)
                .await?
            }
        };
        Ok(rows)
    }

    async fn hits(&self, found: &[i64]) -> Result<Vec<Hit>, StoreError> {
        let sql = format!(
            "SELECT {} FROM json_each(?1) JOIN customers ON customer_row = json_each.value
              WHERE deleted IS NULL ORDER BY json_each.key",
            rows::record_columns()
        );
        let list = serde_json::to_string(found).unwrap_or_default();
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(list).fetch_all(&self.readers).await?;
        rows.iter()
            .map(|row| Ok(Hit { id: CustomerId(row.try_get("customer_id")?), record: rows::record(row)? }))
            .collect()
    }
}

/// What to ask the index for, the best first, with the tail that a long number must have.
fn matches(text: &str) -> Vec<(String, Option<String>)> {
    let words = search::words(text);
    let joined = search::joined(text);
    if joined.is_empty() {
        return Vec::new();
    }
    let mut matches = vec![
        (exact("whole", &joined), None),
        (prefix("whole", &joined), None),
        (prefix("part", &joined), None),
    ];
    if let Some(tail) = search::long_tail(&joined) {
        matches.push((exact("part", tail), Some(joined)));
    }
    if words.len() > 1 {
        let all: Vec<String> =
            words.iter().map(|word| format!("({})", prefix("{whole part}", word))).collect();
        matches.push((all.join(" AND "), None));
    }
    matches
}
