//! The audit: what devices deliver into it, who looks for something in it, and whether it is what was once written.

pub mod anchors;
pub mod verify;

use crate::app::App;
use crate::db::audits::{self, Entry};
use crate::db::audits_search;
use crate::error::ServerError;
use crate::session::Signed;
use lq_domain::access::Permission;
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_domain::feeds::restricted_known_to;
use lq_domain::ids::BranchId;
use lq_protocol::audit::{AUDITS_MAX, Audit, AuditsRequest, hex};
use lq_protocol::error::{ApiError, ErrorCode};
use sqlx::PgConnection;
use std::collections::BTreeMap;

pub use lq_protocol::audit::{AuditQuery, AuditView};

/// Adds a device's entries to the chain of its user's branch, each once. What is missing or was changed on the device is noted there, too.
pub(crate) async fn deliver(app: &App, signed: &Signed, request: &AuditsRequest) -> Result<u32, ServerError> {
    if request.device != signed.device() || request.entries.iter().any(|entry| entry.device != request.device)
    {
        return Err(ErrorCode::NotAllowed.into());
    }
    if request.entries.len() > usize::try_from(AUDITS_MAX).unwrap_or(usize::MAX) {
        return Err(ErrorCode::RequestSize.into());
    }
    let before = unhex(&request.before).ok_or(ApiError::new(ErrorCode::RequestForm).in_field("before"))?;
    let actor = signed.known.profile.actor();
    // Whom somebody looks at who works on what is secret, and why, is as secret.
    let branch = audits::chain_of(restricted_known_to(&actor).next(), actor.branch);
    let now = app.now();
    let mut tx = app.db().begin().await?;
    // One delivery of a device at a time.
    crate::db::devices::lock(&mut tx, request.device).await?;
    let mut kept = 0;
    if !before.is_empty() && !audits::device_has(&mut tx, request.device, &before).await? {
        note(&mut tx, branch, "audit_gap", signed, now).await?;
    }
    let mut chain = before;
    for entry in &request.entries {
        chain = entry.hash(&chain);
        if audits::device_adds(&mut tx, request.device, &chain).await? {
            audits::append(&mut tx, branch, &from_device(entry, now)).await?;
            kept += 1;
        }
    }
    if hex(&chain) != request.last {
        note(&mut tx, branch, "audit_broken", signed, now).await?;
    }
    tx.commit().await?;
    Ok(kept)
}

async fn note(
    connection: &mut PgConnection,
    branch: BranchId,
    what: &str,
    signed: &Signed,
    now: Timestamp,
) -> Result<(), ServerError> {
    let mut entry = Entry::new(what, now, Some(signed.session.user));
    entry.device = Some(signed.device());
    audits::append(connection, branch, &entry).await
}

fn from_device(audit: &Audit, now: Timestamp) -> Entry {
    // PostgreSQL takes no text with this character.
    let clean = |text: &str| text.replace('\0', "");
    let mut entry = Entry::new(&clean(&audit.action), now, Some(audit.actor));
    entry.made_at = audit.at;
    entry.device = Some(audit.device);
    entry.entity = audit.record.map(|_| Feature::Customers);
    entry.record = audit.record;
    let detail: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&audit.detail).unwrap_or_default();
    for (name, value) in detail {
        let text = value.as_str().map_or_else(|| value.to_string(), clean);
        if name == "reason" {
            entry.reason = Some(text);
        } else {
            entry.fields.insert(clean(&name), Some((None, Some(text))));
        }
    }
    entry
}

/// Looks for entries, newest first, in the branches that the asker reaches.
///
/// # Errors
/// [`ErrorCode::NotAllowed`], or what the database says.
pub(crate) async fn search(
    app: &App,
    signed: &Signed,
    query: &AuditQuery,
) -> Result<Vec<AuditView>, ServerError> {
    let actor = signed.known.profile.actor();
    actor.may(Permission::AuditsRead)?;
    let of_all = actor.branches.iter().map(|branch| (*branch, *branch));
    let restricted = restricted_known_to(&actor).flat_map(|feature| {
        actor.branches.iter().map(move |branch| (audits::chain_of(Some(feature), *branch), *branch))
    });
    let chains: BTreeMap<BranchId, BranchId> = of_all.chain(restricted).collect();
    let mut found = find(app, &chains.keys().copied().collect::<Vec<_>>(), query).await?;
    for entry in &mut found {
        let branch = chains.get(&BranchId(entry.branch)).map_or(entry.branch, |branch| branch.0);
        let chain = std::mem::replace(&mut entry.branch, branch);
        entry.chain = (chain != branch).then_some(chain);
    }
    Ok(found)
}

/// Looks for entries, newest first, in the chains of these branches; the nil id names the bank's own.
///
/// # Errors
/// What the database says.
pub async fn find(
    app: &App,
    branches: &[BranchId],
    query: &AuditQuery,
) -> Result<Vec<AuditView>, ServerError> {
    let mut connection = app.db().pool.acquire().await?;
    audits_search::find(&mut connection, branches, query).await
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
