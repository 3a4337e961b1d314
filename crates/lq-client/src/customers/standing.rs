//! Changes that did not simply go through: refused ones, and fields that two people changed.

use super::{Names, shown_text};
use crate::contract::customers::{ConflictView, RefusedView};
use lq_domain::clock::Timestamp;
use lq_domain::customers::Field;
use lq_domain::feature::Feature;
use lq_domain::ids::CustomerId;
use lq_protocol::change::ChangeResult;
use lq_store::outbox::Queued;

fn document(queued: &Queued) -> Option<&str> {
    queued.theirs.as_ref().and_then(|theirs| theirs.get(Field::DocumentType.as_str()))
}

/// A change that the server refused; none when it was not.
pub(crate) fn refused_view(queued: &Queued) -> Option<RefusedView> {
    let Some(ChangeResult::Refused { code, field }) = &queued.result else { return None };
    let typed = queued.change.fields.iter().filter_map(|(field, change)| {
        let new = change.new.as_deref().unwrap_or_default();
        Some((field.clone(), text_of(queued, field, new)?))
    });
    Some(RefusedView {
        change: queued.change.id,
        code: *code,
        field: field.clone(),
        typed: typed.collect(),
        made_at: queued.change.made_at.wall,
    })
}

fn stamped(queued: &Queued, field: &str) -> Option<Timestamp> {
    queued.theirs.as_ref()?.stamp_against(field).map(|stamp| stamp.wall)
}

/// Who wrote the values that stand against a change, as values of an owner.
pub(crate) fn conflict_authors(queued: &Queued) -> Vec<(Field, String)> {
    let Some(ChangeResult::Conflict { conflicts }) = &queued.result else { return Vec::new() };
    conflicts.iter().filter_map(|conflict| Some((Field::Owner, conflict.theirs_by?.to_string()))).collect()
}

/// The fields of a customer's change that wait for a choice.
pub(crate) fn conflict_views(queued: &Queued, customer_name: &str, names: &Names) -> Vec<ConflictView> {
    let Some(ChangeResult::Conflict { conflicts }) = &queued.result else { return Vec::new() };
    let text = |field: &str, value: &Option<String>| text_of(queued, field, value.as_deref()?);
    // An owner or branch is told by its name.
    let word = |field: &str, value: &Option<String>| {
        let label = Field::parse(field).and_then(|field| names.label(field, value.as_deref()?));
        label.or_else(|| text(field, value))
    };
    let view = |conflict: &lq_domain::record::Conflict| ConflictView {
        change: queued.change.id,
        entity: queued.change.entity,
        customer: CustomerId(queued.change.record_id),
        customer_name: customer_name.to_owned(),
        field: conflict.field.clone(),
        base: word(&conflict.field, &conflict.base),
        mine: word(&conflict.field, &conflict.mine),
        theirs: word(&conflict.field, &conflict.theirs),
        mine_at: queued.change.made_at.wall,
        theirs_by: conflict.theirs_by.and_then(|user| names.user(user)),
        // A store of an earlier release has it only among the record's stamps.
        theirs_at: conflict.theirs_at.or_else(|| stamped(queued, &conflict.field)),
    };
    conflicts.iter().map(view).collect()
}

/// The text of a field as its author may read it. Whoever works on a case wrote what stands in it.
fn text_of(queued: &Queued, field: &str, value: &str) -> Option<String> {
    match queued.change.entity {
        Feature::Cases => Some(value.to_owned()),
        _ => shown_text(field, value, document(queued)),
    }
}
