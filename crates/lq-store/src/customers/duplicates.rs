//! Customers that may be the same as another.

use super::rows;
use crate::error::StoreError;
use crate::open::Store;
use crate::tx::WriteTx;
use lq_domain::customers::{Customer, DuplicateKey, Field, duplicate_keys};
use lq_domain::ids::CustomerId;
use lq_domain::record::Record;
use sqlx::{AssertSqlSafe, SqliteConnection};

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
                let new = Some(CustomerId(record.id)) != except
                    && found.iter().all(|known| known.record.id != record.id);
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

impl Store {
    /// The customers that hold one of the keys that prove identity, or have one of the ids; for many at once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn holders(
        &self,
        keys: &[DuplicateKey],
        ids: &[CustomerId],
    ) -> Result<Vec<Record>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        holders(&mut reader, keys, ids).await
    }
}

impl WriteTx<'_> {
    /// As [`Store::holders`], with what this write has changed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn holders(
        &mut self,
        keys: &[DuplicateKey],
        ids: &[CustomerId],
    ) -> Result<Vec<Record>, StoreError> {
        holders(self.connection(), keys, ids).await
    }
}

/// Asks once per index and not once per key: an import looks for a thousand at a time.
async fn holders(
    connection: &mut SqliteConnection,
    keys: &[DuplicateKey],
    ids: &[CustomerId],
) -> Result<Vec<Record>, StoreError> {
    let of = |field: Field| keys.iter().filter(move |key| key.proof && key.field == field);
    let numbers = of(Field::DocumentNumber).filter_map(|key| Some(key.key.split_once(':')?.1.to_owned()));
    let codes = of(Field::Uscc).map(|key| key.key.clone());
    let asked: [(&str, Vec<String>); 3] = [
        ("document_number = wanted.value AND document_number IS NOT NULL", numbers.collect()),
        ("uscc = wanted.value AND uscc IS NOT NULL", codes.collect()),
        ("customer_id = unhex(wanted.value)", ids.iter().map(|id| id.0.simple().to_string()).collect()),
    ];
    let mut found: Vec<Record> = Vec::new();
    for (condition, wanted) in asked {
        if wanted.is_empty() {
            continue;
        }
        let sql = format!(
            "SELECT {} FROM json_each(?1) AS wanted CROSS JOIN customers ON {condition} WHERE deleted IS NULL",
            rows::record_columns()
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(serde_json::Value::from(wanted).to_string())
            .fetch_all(&mut *connection)
            .await?;
        for row in &rows {
            found.push(rows::record(row)?);
        }
    }
    found.sort_by_key(|record| record.id);
    found.dedup_by_key(|record| record.id);
    Ok(found)
}
