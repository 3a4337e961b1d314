//! Names of tags, each in use once.

use crate::db::records::BANK;
use crate::error::ServerError;
use lq_domain::record::Record;
use lq_domain::tags::NAME;
use sqlx::PgConnection;

/// Takes the name of a tag as it is now, unless another tag has it. Capitals make no difference.
pub(crate) async fn take_name(connection: &mut PgConnection, after: &Record) -> Result<bool, ServerError> {
    sqlx::query("DELETE FROM tag_names WHERE branch_id = $1 AND tag_id = $2")
        .bind(BANK)
        .bind(after.id)
        .execute(&mut *connection)
        .await?;
    let Some(name) = after.get(NAME).filter(|_| !after.deleted()) else { return Ok(true) };
    let taken = sqlx::query(
        "INSERT INTO tag_names (branch_id, name, tag_id) VALUES ($1, $2, $3)
         ON CONFLICT (branch_id, name) DO NOTHING",
    )
    .bind(BANK)
    .bind(name.to_lowercase())
    .bind(after.id)
    .execute(connection)
    .await?;
    Ok(taken.rows_affected() == 1)
}
