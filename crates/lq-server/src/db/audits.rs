//! The audit: rows in a chain of hashes, one chain per branch.

use crate::db::{signed, unsigned};
use crate::error::ServerError;
use lq_domain::clock::Timestamp;
use lq_domain::customers::Field;
use lq_domain::feature::Feature;
use lq_domain::feeds::restricted_to;
use lq_domain::ids::{BranchId, ChangeId, DeviceId, UserId};
use lq_domain::masking::FieldClass;
use lq_domain::record::{FieldChange, FieldChanges, FieldValue, Record};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use sqlx::{PgConnection, Row};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Fields of an audited change. A sensitive field has no values here: the change has them.
pub(crate) type Fields = BTreeMap<String, Option<(FieldValue, FieldValue)>>;

/// Something that was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) at: Timestamp,
    pub(crate) made_at: Timestamp,
    pub(crate) user: Option<UserId>,
    pub(crate) device: Option<DeviceId>,
    pub(crate) action: String,
    pub(crate) entity: Option<Feature>,
    pub(crate) record: Option<Uuid>,
    pub(crate) change: Option<ChangeId>,
    pub(crate) fields: Fields,
    pub(crate) reason: Option<String>,
}

impl Entry {
    /// An entry without a record.
    pub(crate) fn new(action: &str, at: Timestamp, user: Option<UserId>) -> Self {
        Self {
            at,
            made_at: at,
            user,
            device: None,
            action: action.to_owned(),
            entity: None,
            record: None,
            change: None,
            fields: Fields::new(),
            reason: None,
        }
    }

    /// The same entry about a record.
    pub(crate) fn about(mut self, entity: Feature, record: Uuid) -> Self {
        self.entity = Some(entity);
        self.record = Some(record);
        self
    }

    /// The hash that the entry has at this place, behind an entry with that hash.
    pub(crate) fn hash(&self, branch: Uuid, position: u64, previous: &[u8]) -> Result<Vec<u8>, ServerError> {
        let text = serde_json::to_vec(&(branch, position, self)).map_err(|_| ServerError::Crypto)?;
        let mut context = Context::new(&SHA256);
        context.update(previous);
        context.update(&text);
        Ok(context.finish().as_ref().to_vec())
    }
}

/// What of a change is written into the audit.
pub(crate) fn fields(entity: Feature, changes: &FieldChanges) -> Fields {
    let shown = |name: &str, change: &FieldChange| {
        let field = Field::parse(name).filter(|_| entity == Feature::Customers);
        let sensitive = restricted_to(entity).is_some()
            || field.is_some_and(|field| field.spec().class == FieldClass::Sensitive);
        (!sensitive).then(|| (change.base.clone(), change.new.clone()))
    };
    changes.iter().map(|(name, change)| (name.clone(), shown(name, change))).collect()
}

/// What differs between two states of a record.
pub(crate) fn difference(before: Option<&Record>, after: &Record) -> FieldChanges {
    let mut names: Vec<&String> = after.fields.keys().collect();
    names.extend(before.into_iter().flat_map(|record| record.fields.keys()));
    let old = |name: &str| before.and_then(|record| record.get(name)).map(str::to_owned);
    names
        .into_iter()
        .filter(|name| old(name).as_deref() != after.get(name))
        .map(|name| (name.clone(), FieldChange { base: old(name), new: after.get(name).map(str::to_owned) }))
        .collect()
}

/// The chain of a branch in which entries about a feature's records stand. What only some may know of has one of its own: in the one
/// that others read even a missing number would tell them that there is something.
pub(crate) fn chain_of(entity: Option<Feature>, branch: BranchId) -> BranchId {
    let restricted = entity.filter(|entity| restricted_to(*entity).is_some());
    restricted.map_or(branch, |entity| {
        let mut context = Context::new(&SHA256);
        context.update(b"langqiao restricted audit 1");
        context.update(entity.as_str().as_bytes());
        context.update(branch.0.as_bytes());
        let mut id = [0; 16];
        for (byte, from) in id.iter_mut().zip(context.finish().as_ref()) {
            *byte = *from;
        }
        BranchId(Uuid::from_bytes(id))
    })
}

/// Adds an entry to a branch's chain.
pub(crate) async fn append(
    connection: &mut PgConnection,
    branch: BranchId,
    entry: &Entry,
) -> Result<(), ServerError> {
    append_all(connection, branch, std::slice::from_ref(entry)).await
}

/// Adds entries to a branch's chain, in their order.
pub(crate) async fn append_all(
    connection: &mut PgConnection,
    branch: BranchId,
    entries: &[Entry],
) -> Result<(), ServerError> {
    // Locks the end of the chain until this writer commits.
    let head = sqlx::query(
        "INSERT INTO audit_heads AS h (branch_id, position, hash) VALUES ($1, 0, '')
         ON CONFLICT (branch_id) DO UPDATE SET position = h.position
         RETURNING position, hash",
    )
    .bind(branch.0)
    .fetch_one(&mut *connection)
    .await?;
    let first = unsigned(&head, "position")? + 1;
    let mut end: Vec<u8> = head.try_get("hash")?;
    let (mut previous, mut hashes) = (Vec::with_capacity(entries.len()), Vec::with_capacity(entries.len()));
    for (position, entry) in (first..).zip(entries) {
        let hash = entry.hash(branch.0, position, &end)?;
        previous.push(std::mem::replace(&mut end, hash.clone()));
        hashes.push(hash);
    }
    let mut fields = Vec::with_capacity(entries.len());
    for entry in entries {
        fields.push(serde_json::to_string(&entry.fields).map_err(|_| ServerError::Crypto)?);
    }
    sqlx::query(
        "WITH moved AS (
           UPDATE audit_heads SET position = $2 + cardinality($3::bigint[]) - 1, hash = $14 WHERE branch_id = $1
         )
         INSERT INTO audits (branch_id, position, at, made_at, user_id, device_id, action, entity, record_id, change_id,
                             fields, reason, previous, hash)
         SELECT $1, $2 + n.place - 1, n.at, n.made_at, n.user_id, n.device_id, n.action, n.entity, n.record_id, n.change_id,
                n.fields::jsonb, n.reason, n.previous, n.hash
           FROM unnest($3::bigint[], $4::bigint[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::uuid[], $10::uuid[],
                       $11::text[], $12::text[], $13::bytea[], $15::bytea[]) WITH ORDINALITY
             AS n (at, made_at, user_id, device_id, action, entity, record_id, change_id, fields, reason, previous, hash, place)",
    )
    .bind(branch.0)
    .bind(signed(first))
    .bind(entries.iter().map(|entry| entry.at.0).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.made_at.0).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.user.map(|user| user.0)).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.device.map(|device| device.0)).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.entity.map(Feature::as_str)).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.record).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.change.map(|change| change.0)).collect::<Vec<_>>())
    .bind(fields)
    .bind(entries.iter().map(|entry| entry.reason.as_deref()).collect::<Vec<_>>())
    .bind(previous)
    .bind(end)
    .bind(hashes)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether a device has delivered an entry with this hash.
pub(crate) async fn device_has(
    connection: &mut PgConnection,
    device: DeviceId,
    hash: &[u8],
) -> Result<bool, ServerError> {
    let found: Option<i32> =
        sqlx::query_scalar("SELECT 1 FROM device_audits WHERE device_id = $1 AND hash = $2")
            .bind(device.0)
            .bind(hash)
            .fetch_optional(connection)
            .await?;
    Ok(found.is_some())
}

/// Notes the hash of an entry that a device delivers; whether it is new.
pub(crate) async fn device_adds(
    connection: &mut PgConnection,
    device: DeviceId,
    hash: &[u8],
) -> Result<bool, ServerError> {
    let added =
        sqlx::query("INSERT INTO device_audits (device_id, hash) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(device.0)
            .bind(hash)
            .execute(connection)
            .await?;
    Ok(added.rows_affected() == 1)
}

/// The entry of a row.
pub(crate) fn read(row: &sqlx::postgres::PgRow) -> Result<Entry, ServerError> {
    Ok(Entry {
        at: Timestamp(row.try_get("at")?),
        made_at: Timestamp(row.try_get("made_at")?),
        user: row.try_get::<Option<Uuid>, _>("user_id")?.map(UserId),
        device: row.try_get::<Option<Uuid>, _>("device_id")?.map(DeviceId),
        action: row.try_get("action")?,
        entity: row.try_get::<Option<&str>, _>("entity")?.and_then(Feature::parse),
        record: row.try_get("record_id")?,
        change: row.try_get::<Option<Uuid>, _>("change_id")?.map(ChangeId),
        fields: row.try_get::<Json<Fields>, _>("fields")?.0,
        reason: row.try_get("reason")?,
    })
}
