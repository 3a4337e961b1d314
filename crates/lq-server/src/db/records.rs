//! Records of all features, in one table.

use crate::db::{signed, unsigned};
use crate::error::ServerError;
use lq_domain::clock::{Stamp, Timestamp};
use lq_domain::customers::Customer;
use lq_domain::feature::Feature;
use lq_domain::feeds::is_of_customer;
use lq_domain::record::Record;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgConnection, Row};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The branch of what belongs to the whole bank.
pub(crate) const BANK: Uuid = Uuid::nil();

/// The branch whose tables hold a record.
pub(crate) fn branch_of(record: &Record) -> Uuid {
    if is_of_customer(record.entity) {
        Customer(record).branch().map_or(BANK, |branch| branch.0)
    } else {
        BANK
    }
}

/// Keeps everybody else away from a record, be it there or not, until the transaction ends.
pub(crate) async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<(), ServerError> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// As [`lock`], for several; in the order of their ids, so that two writers never wait for each other.
pub(crate) async fn lock_all(connection: &mut PgConnection, ids: &[Uuid]) -> Result<(), ServerError> {
    sqlx::query(
        "SELECT pg_advisory_xact_lock(hashtextextended(id::text, 0))
           FROM (SELECT DISTINCT id FROM unnest($1::uuid[]) AS n (id) ORDER BY id) AS sorted",
    )
    .bind(ids)
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps everybody from writing a record until the transaction ends; others may keep it so too.
pub(crate) async fn lock_shared(connection: &mut PgConnection, id: Uuid) -> Result<(), ServerError> {
    sqlx::query("SELECT pg_advisory_xact_lock_shared(hashtextextended($1::text, 0))")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// A record, deleted or not.
pub(crate) async fn find(
    connection: &mut PgConnection,
    entity: Feature,
    id: Uuid,
) -> Result<Option<Record>, ServerError> {
    let row = sqlx::query(
        "SELECT entity, record_id, revision, fields, stamps, created_at, updated_at
           FROM records
          WHERE record_id = $1
            AND entity = $2",
    )
    .bind(id)
    .bind(entity.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Records of any feature, deleted or not.
pub(crate) async fn find_all(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<Record>, ServerError> {
    let rows = sqlx::query(
        "SELECT entity, record_id, revision, fields, stamps, created_at, updated_at
           FROM records
          WHERE record_id = ANY($1)",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

/// Every record of one feature of the bank that is not deleted, by name.
pub(crate) async fn of_bank(
    connection: &mut PgConnection,
    entity: Feature,
) -> Result<Vec<Record>, ServerError> {
    let rows = sqlx::query(
        "SELECT entity, record_id, revision, fields, stamps, created_at, updated_at
           FROM records
          WHERE branch_id = $1
            AND entity = $2
            AND NOT fields ? 'deleted'
          ORDER BY fields ->> 'name', record_id",
    )
    .bind(BANK)
    .bind(entity.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

/// Reads a row that has a record's columns.
pub(crate) fn read(row: &PgRow) -> Result<Record, ServerError> {
    let entity = Feature::parse(row.try_get("entity")?)
        .ok_or(ServerError::Row { table: "records", column: "entity" })?;
    Ok(Record {
        entity,
        id: row.try_get("record_id")?,
        revision: unsigned(row, "revision")?,
        fields: row.try_get::<Json<BTreeMap<String, String>>, _>("fields")?.0,
        stamps: row.try_get::<Json<BTreeMap<String, Stamp>>, _>("stamps")?.0,
        created_at: Timestamp(row.try_get("created_at")?),
        updated_at: Timestamp(row.try_get("updated_at")?),
    })
}

/// Takes records that went to another branch out of the tables of the first: each as it was and as it is.
pub(crate) async fn leave<'r>(
    connection: &mut PgConnection,
    records: impl Iterator<Item = (&'r Record, &'r Record)>,
) -> Result<(), ServerError> {
    let gone: Vec<&Record> = records
        .filter(|(before, after)| branch_of(before) != branch_of(after))
        .map(|(before, _)| before)
        .collect();
    if gone.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "DELETE FROM records AS r
          USING unnest($1::uuid[], $2::text[], $3::uuid[]) AS n (branch_id, entity, record_id)
          WHERE r.branch_id = n.branch_id AND r.entity = n.entity AND r.record_id = n.record_id",
    )
    .bind(gone.iter().map(|record| branch_of(record)).collect::<Vec<_>>())
    .bind(gone.iter().map(|record| record.entity.as_str()).collect::<Vec<_>>())
    .bind(gone.iter().map(|record| record.id).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// How a row's revision goes on when there was one.
enum Revision {
    /// By one.
    Counted,
    /// As the record says.
    Told,
}

/// Keeps records as they are.
pub(crate) async fn save_all(connection: &mut PgConnection, records: &[&Record]) -> Result<(), ServerError> {
    upsert(connection, records, Revision::Told).await
}

/// Keeps many records at once. Revisions count up from what is there.
pub(crate) async fn save_many(connection: &mut PgConnection, records: &[Record]) -> Result<(), ServerError> {
    upsert(connection, &records.iter().collect::<Vec<_>>(), Revision::Counted).await
}

async fn upsert(
    connection: &mut PgConnection,
    records: &[&Record],
    revision: Revision,
) -> Result<(), ServerError> {
    if records.is_empty() {
        return Ok(());
    }
    let text = |value: serde_json::Result<String>| value.map_err(|_| ServerError::Crypto);
    let mut fields = Vec::with_capacity(records.len());
    let mut stamps = Vec::with_capacity(records.len());
    for record in records {
        fields.push(text(serde_json::to_string(&record.fields))?);
        stamps.push(text(serde_json::to_string(&record.stamps))?);
    }
    sqlx::query(
        "INSERT INTO records AS r (branch_id, entity, record_id, revision, fields, stamps, created_at, updated_at)
         SELECT branch_id, entity, record_id, revision, fields::jsonb, stamps::jsonb, created_at, updated_at
           FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::bigint[],
                       $8::bigint[])
             AS n (branch_id, entity, record_id, revision, fields, stamps, created_at, updated_at)
         ON CONFLICT (branch_id, entity, record_id) DO UPDATE
            SET revision = CASE WHEN $9 THEN r.revision + 1 ELSE excluded.revision END,
                fields = excluded.fields,
                stamps = excluded.stamps,
                updated_at = excluded.updated_at",
    )
    .bind(records.iter().map(|record| branch_of(record)).collect::<Vec<_>>())
    .bind(records.iter().map(|record| record.entity.as_str()).collect::<Vec<_>>())
    .bind(records.iter().map(|record| record.id).collect::<Vec<_>>())
    .bind(records.iter().map(|record| signed(record.revision)).collect::<Vec<_>>())
    .bind(fields)
    .bind(stamps)
    .bind(records.iter().map(|record| record.created_at.0).collect::<Vec<_>>())
    .bind(records.iter().map(|record| record.updated_at.0).collect::<Vec<_>>())
    .bind(matches!(revision, Revision::Counted))
    .execute(connection)
    .await?;
    Ok(())
}
