//! Keys of other systems: of each only a hash is kept.

use crate::error::ServerError;
use lq_domain::access::{Denial, KeyScope};
use lq_domain::clock::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

/// A key, without what opens with it.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) scopes: Vec<KeyScope>,
    pub(crate) made_at: Timestamp,
    pub(crate) revoked_at: Option<Timestamp>,
}

impl Key {
    /// Asks whether the key may do something.
    pub(crate) fn may(&self, scope: KeyScope) -> Result<(), Denial> {
        if self.scopes.contains(&scope) { Ok(()) } else { Err(Denial::NotAllowed) }
    }
}

fn read(row: &PgRow) -> Result<Key, ServerError> {
    let scopes: Vec<String> = row.try_get("scopes")?;
    Ok(Key {
        id: row.try_get("key_id")?,
        name: row.try_get("name")?,
        // A scope of a newer release opens nothing here.
        scopes: scopes.iter().filter_map(|word| KeyScope::parse(word)).collect(),
        made_at: Timestamp(row.try_get("made_at")?),
        revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(Timestamp),
    })
}

/// Keeps a key, unless another has its name.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    key: &Key,
    hash: &[u8],
) -> Result<bool, ServerError> {
    let words: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    let made = sqlx::query(
        "INSERT INTO keys (key_id, name, hash, scopes, made_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (name) DO NOTHING",
    )
    .bind(key.id)
    .bind(&key.name)
    .bind(hash)
    .bind(words)
    .bind(key.made_at.0)
    .execute(connection)
    .await?;
    Ok(made.rows_affected() == 1)
}

/// The key with a hash, while it is good.
pub(crate) async fn by_hash(connection: &mut PgConnection, hash: &[u8]) -> Result<Option<Key>, ServerError> {
    let row = sqlx::query(
        "SELECT key_id, name, scopes, made_at, revoked_at
           FROM keys
          WHERE hash = $1
            AND revoked_at IS NULL",
    )
    .bind(hash)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Every key, by name.
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<Key>, ServerError> {
    let rows = sqlx::query("SELECT key_id, name, scopes, made_at, revoked_at FROM keys ORDER BY name")
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// Ends a key for good; its id when there is one.
pub(crate) async fn revoke(
    connection: &mut PgConnection,
    name: &str,
    now: Timestamp,
) -> Result<Option<Uuid>, ServerError> {
    let id = sqlx::query_scalar(
        "UPDATE keys SET revoked_at = coalesce(revoked_at, $2) WHERE name = $1 RETURNING key_id",
    )
    .bind(name)
    .bind(now.0)
    .fetch_optional(connection)
    .await?;
    Ok(id)
}
