//! Customers that may be the same as another.

use super::rows;
use crate::error::StoreError;
use crate::open::Store;
use lq_domain::customers::{Customer, DuplicateKey, Field, duplicate_keys};
use lq_domain::ids::CustomerId;
use lq_domain::record::Record;
use sqlx::AssertSqlSafe;

/// A customer that shares a key.
#[derive(Debug, Clone)]
pub struct Duplicate {
    /// The customer.
    pub record: Record,
    /// What is shared.
    pub key: DuplicateKey,
}

/// Customers compared for one key; a mobile that more share than this is a switchboard.
const CANDIDATES: i64 = 50;

impl Store {
    /// The customers that share one of the keys, without `except`, each once, by the first key that fits.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn duplicates(
        &self,
        keys: &[DuplicateKey],
        except: Option<CustomerId>,
    ) -> Result<Vec<Duplicate>, StoreError> {
        let mut found: Vec<Duplicate> = Vec::new();
        for key in keys {
            for record in self.candidates(key).await? {
                let new = Some(CustomerId(record.id)) != except && found.iter().all(|known| known.record.id != record.id);
                if new && duplicate_keys(Customer(&record)).contains(key) {
                    found.push(Duplicate { record, key: key.clone() });
                }
            }
        }
        Ok(found)
    }

    /// Customers that the index offers for a key; whether they share it is the domain's to say.
    async fn candidates(&self, key: &DuplicateKey) -> Result<Vec<Record>, StoreError> {
        let (condition, value) = match key.field {
            Field::DocumentNumber => {
                ("document_number = ?1", key.key.split_once(':').map_or("", |(_, number)| number).to_owned())
            }
            Field::Uscc => ("uscc = ?1", key.key.clone()),
            Field::Mobile => ("mobile = ?1", key.key.clone()),
            Field::Name => {
                let name = key.key.split('|').next().unwrap_or_default();
                (
                    "customer_row IN (SELECT rowid FROM customers_search WHERE customers_search MATCH ?1)",
                    crate::search::exact("whole", &crate::search::token(name)),
                )
            }
            _ => return Ok(Vec::new()),
        };
        let sql = format!(
            "SELECT {} FROM customers WHERE {condition} AND deleted IS NULL LIMIT {CANDIDATES}",
            rows::record_columns()
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(value).fetch_all(&self.readers).await?;
        rows.iter().map(rows::record).collect()
    }
}
