//! Names of tags, each in use once, and the customers that have a tag.

use crate::db::records::{self, BANK};
use crate::error::ServerError;
use lq_domain::feature::Feature;
use lq_domain::record::Record;
use lq_domain::tags::NAME;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

/// Takes the name of a tag as it is now, unless another tag has it. Capitals make no difference.
pub(crate) async fn take_name(connection: &mut PgConnection, after: &Record) -> Result<bool, ServerError> {
    let mut attempt = connection.begin().await?;
    sqlx::query("DELETE FROM tag_names WHERE branch_id = $1 AND tag_id = $2")
        .bind(BANK)
        .bind(after.id)
        .execute(&mut *attempt)
        .await?;
    let Some(name) = after.get(NAME).filter(|_| !after.deleted()) else {
        attempt.commit().await?;
        return Ok(true);
    };
    let taken = sqlx::query(
        "INSERT INTO tag_names (branch_id, name, tag_id) VALUES ($1, $2, $3)
         ON CONFLICT (branch_id, name) DO NOTHING",
    )
    .bind(BANK)
    .bind(name.to_lowercase())
    .bind(after.id)
    .execute(&mut *attempt)
    .await?;
    let taken = taken.rows_affected() == 1;
    if taken {
        attempt.commit().await?
    } else {
        attempt.rollback().await?
    }
    Ok(taken)
}

/// Whether a tag is deleted. What the answer is now, it stays until the transaction ends.
pub(crate) async fn is_deleted(connection: &mut PgConnection, tag: Uuid) -> Result<bool, ServerError> {
    records::lock_shared(&mut *connection, tag).await?;
    let found = records::find(connection, Feature::Tags, tag).await?;
    Ok(found.is_some_and(|tag| tag.deleted()))
}

/// Some of the customers that have a tag, deleted or not.
pub(crate) async fn customers_with(
    connection: &mut PgConnection,
    tag: Uuid,
    limit: i64,
) -> Result<Vec<Uuid>, ServerError> {
    let ids = sqlx::query_scalar(
        "SELECT record_id FROM records
          WHERE entity = 'customers'
            AND string_to_array(fields ->> 'tags', ' ') @> ARRAY[$1]
          LIMIT $2",
    )
    .bind(tag.to_string())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(ids)
}
