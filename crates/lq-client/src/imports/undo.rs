//! Taking an import back.

use super::run::audit_entry;
use crate::client::Open;
use crate::contract::files::{JobResult, JobStep};
use crate::error::ClientError;
use crate::jobs::JobHandle;
use crate::tags::without_deleted;
use lq_domain::access::{Actor, Permission};
use lq_domain::clock::{Clock, Random};
use lq_domain::customers::{Customer, Field};
use lq_domain::feature::Feature;
use lq_domain::ids::{ImportId, new_uuid};
use lq_domain::record::{FieldChange, FieldChanges};
use lq_protocol::change::Channel;
use lq_store::imports::{Added, Updated};
use lq_store::{NewChange, WriteTx};
use std::sync::Arc;
use uuid::Uuid;

/// Customers taken back together, between two looks at whether the user has cancelled.
const BATCH: usize = 2000;

/// What taking back needs.
pub(super) struct Task {
    pub(super) open: Arc<Open>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) import: ImportId,
    /// The file's name.
    pub(super) name: String,
}

/// The job: all in one write.
pub(super) async fn run(task: Task, job: JobHandle) -> Result<JobResult, ClientError> {
    let actor = task.open.actor();
    let group = new_uuid(task.clock.now(), task.random.as_ref());
    let mut tx = task.open.store.write().await?;
    let updated = tx.updated_by(task.import).await?;
    let (kept, gone): (Vec<Added>, Vec<Added>) =
        tx.added_by(task.import).await?.into_iter().partition(|customer| customer.changed);
    let (sent, unsent): (Vec<Added>, Vec<Added>) = gone.iter().partition(|customer| customer.sent);
    job.step(JobStep::Writing, count(gone.len() + updated.len()));
    let mut done = 0;
    for batch in unsent.chunks(BATCH) {
        job.check()?;
        tx.forget_customers(batch).await?;
        done += batch.len();
        job.done(count(done));
    }
    if !unsent.is_empty() {
        tx.close_gaps().await?;
    }
    for batch in sent.chunks(BATCH) {
        job.check()?;
        tx.delete_customers(batch, actor.user, group).await?;
        done += batch.len();
        job.done(count(done));
    }
    let mut restored = 0;
    for update in &updated {
        job.check()?;
        restored += u32::from(restore(&mut tx, update, &actor, group).await?);
        done += 1;
        job.done(count(done));
    }
    tx.mark_import_undone(task.import, task.clock.now()).await?;
    let (removed, kept) = (count(gone.len()), count(kept.len() + updated.len()) - restored);
    let detail = serde_json::json!({
        "import": task.import,
        "file": task.name,
        "removed": removed,
        "restored": restored,
        "kept": kept,
    });
    let entry = audit_entry(&tx, task.clock.now(), &actor, "customers_import_undo", &detail);
    tx.audit(&entry).await?;
    job.check()?;
    tx.commit().await?;
    Ok(JobResult::ImportUndo { removed, restored, kept })
}

/// Sets a customer back, unless a field that the import changed has been changed since.
async fn restore(
    tx: &mut WriteTx<'_>,
    update: &Updated,
    actor: &Actor,
    group: Uuid,
) -> Result<bool, ClientError> {
    let Some(now) = &update.now else { return Ok(false) };
    let customer = Customer(now);
    let untouched = update.fields.iter().all(|(field, change)| now.get(field) == change.new.as_deref());
    let given = [Field::Owner, Field::Branch].iter().any(|field| update.fields.contains_key(field.as_str()));
    let needed = if given { Permission::CustomersAssign } else { Permission::CustomersEdit };
    let allowed = actor.may_on(needed, customer.owner(), customer.branch()).is_ok();
    if !untouched || !allowed {
        return Ok(false);
    }
    let back: FieldChanges = update
        .fields
        .iter()
        .map(|(field, change)| {
            (field.clone(), FieldChange { base: change.new.clone(), new: change.base.clone() })
        })
        .collect();
    let back = without_deleted(tx, back).await?;
    if back.is_empty() {
        return Ok(false);
    }
    tx.change(NewChange {
        entity: Feature::Customers,
        record_id: update.id,
        fields: back,
        actor: actor.user,
        channel: Channel::Undo,
        reason: None,
        group: Some(group),
    })
    .await?;
    Ok(true)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
