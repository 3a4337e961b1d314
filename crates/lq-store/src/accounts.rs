//! Accounts on this device: what the server tells of them, and reading them.

use crate::error::StoreError;
use crate::open::Store;
use crate::tx::WriteTx;
use lq_domain::accounts::{
    Account, BALANCE, COUNT, CURRENCY, CUSTOMER, KIND, MATURES_ON, NUMBER, OPENED_ON, OPENING, PRODUCT, RATE,
};
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_domain::ids::CustomerId;
use lq_domain::record::Record;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

/// Fields whose column holds text.
const TEXTS: [&str; 7] = [KIND, NUMBER, PRODUCT, CURRENCY, OPENED_ON, MATURES_ON, RATE];
/// Fields whose column holds a number.
const NUMBERS: [&str; 3] = [OPENING, BALANCE, COUNT];

/// Takes accounts as the server has them; an older answer that was overtaken changes nothing.
pub(crate) async fn take(tx: &mut WriteTx<'_>, records: &[&Record]) -> Result<(), StoreError> {
    if records.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = records.iter().filter_map(|record| row(record)).collect();
    sqlx::query(
        "INSERT INTO accounts (account_id, revision, customer_id, updated_at, kind, number, product, currency, opened_on,
                               matures_on, rate, opening, balance, count)
         SELECT unhex(value ->> 0), value ->> 1, unhex(value ->> 2), value ->> 3, value ->> 4, value ->> 5, value ->> 6,
                value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13
           FROM json_each(?1)
          WHERE true
         ON CONFLICT (account_id) DO UPDATE SET
           revision = excluded.revision, customer_id = excluded.customer_id, updated_at = excluded.updated_at,
           kind = excluded.kind, number = excluded.number, product = excluded.product, currency = excluded.currency,
           opened_on = excluded.opened_on, matures_on = excluded.matures_on, rate = excluded.rate,
           opening = excluded.opening, balance = excluded.balance, count = excluded.count
         WHERE excluded.revision >= accounts.revision",
    )
    .bind(Value::Array(rows).to_string())
    .execute(tx.connection())
    .await?;
    tx.touched.insert(Feature::Accounts);
    Ok(())
}

/// An account as a row; one whose customer or kind this release can't read is left out.
fn row(record: &Record) -> Option<Value> {
    let account = Account(record);
    let customer = account.customer()?;
    account.kind()?;
    let mut cells = vec![
        json!(record.id.simple().to_string()),
        json!(record.revision),
        json!(customer.0.simple().to_string()),
        json!(record.updated_at),
    ];
    cells.extend(TEXTS.map(|field| match field {
        CURRENCY => json!(account.currency()),
        NUMBER => json!(account.number()),
        _ => json!(record.get(field)),
    }));
    cells.extend([json!(account.opening()), json!(account.balance()), json!(account.count())]);
    Some(Value::Array(cells))
}

/// Removes an account.
pub(crate) async fn remove(connection: &mut SqliteConnection, id: Uuid) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM accounts WHERE account_id = ?1").bind(id).execute(connection).await?;
    Ok(())
}

fn record(row: &SqliteRow) -> Result<Record, StoreError> {
    let updated_at = Timestamp(row.try_get("updated_at")?);
    let mut record = Record::new(Feature::Accounts, row.try_get("account_id")?, updated_at);
    record.revision = u64::try_from(row.try_get::<i64, _>("revision")?).unwrap_or_default();
    record.set(CUSTOMER, Some(row.try_get::<Uuid, _>("customer_id")?.to_string()));
    for field in TEXTS {
        record.set(field, row.try_get(field)?);
    }
    for field in NUMBERS {
        record.set(field, Some(row.try_get::<i64, _>(field)?.to_string()));
    }
    Ok(record)
}

impl Store {
    /// A customer's accounts, by kind and number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn accounts(&self, customer: CustomerId) -> Result<Vec<Record>, StoreError> {
        let rows = sqlx::query(
            "SELECT account_id, revision, customer_id, updated_at, kind, number, product, currency, opened_on, matures_on,
                    rate, opening, balance, count
               FROM accounts
              WHERE customer_id = ?1
              ORDER BY kind, number",
        )
        .bind(customer.0)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(record).collect()
    }
}
