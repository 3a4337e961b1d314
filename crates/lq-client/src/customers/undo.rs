//! Taking back what was saved.

use super::allowed;
use super::save::Group;
use crate::Client;
use crate::contract::customers::{Saved, UndoCustomers};
use crate::error::ClientError;
use crate::tags::without_deleted;
use lq_domain::access::{Actor, Permission};
use lq_domain::customers::{Field, merge_rule};
use lq_domain::feature::Feature;
use lq_domain::ids::{CustomerId, new_uuid};
use lq_domain::record::{
    DELETED, FieldChange, FieldChanges, FieldValue, MergeRule, Record, join_words, words,
};
use lq_protocol::change::{Change, Channel};
use lq_protocol::error::ErrorCode;
use uuid::Uuid;

impl Client {
    /// Takes a saved change back, as far as nothing newer stands on it. What comes back can be taken back again.
    ///
    /// # Errors
    /// [`ErrorCode::UndoGone`] when nothing is left to take back, and others.
    pub async fn customers_undo(&self, input: UndoCustomers) -> Result<Saved, ClientError> {
        let open = self.open()?;
        let actor = open.actor();
        let undone = Uuid::parse_str(&input.undo).map_err(|_| ErrorCode::UndoGone)?;
        let changes = open.store.group(undone).await?;
        let mark = new_uuid(self.clock().now(), self.random());
        let mut group = Group::begin(&open, mark, Channel::Undo).await?;
        for change in changes.iter().rev().filter(|change| is_own(change, &actor)) {
            let present = group.tx.record(Feature::Customers, change.record_id).await?;
            let back = without_deleted(&mut group.tx, backwards(change, present.as_ref())).await?;
            if back.is_empty() {
                continue;
            }
            may_take_back(&actor, &back, present.as_ref())?;
            group.change(CustomerId(change.record_id), back, None).await?;
        }
        let saved = group.save().await?;
        if saved.undo.is_some() { Ok(saved) } else { Err(ErrorCode::UndoGone.into()) }
    }
}

/// Imports are taken back as a whole, and with a report of their own.
fn is_own(change: &Change, actor: &Actor) -> bool {
    change.entity == Feature::Customers && change.actor == actor.user && change.channel != Channel::Import
}

fn may_take_back(actor: &Actor, back: &FieldChanges, present: Option<&Record>) -> Result<(), ClientError> {
    let needed =
        if back.contains_key(DELETED) { Permission::CustomersDelete } else { Permission::CustomersEdit };
    match present {
        Some(record) => allowed(actor, needed, record)?,
        // A deleted customer may have left the device already; the server asks who may bring it back.
        None => actor.may(needed)?,
    }
    Ok(())
}

/// The change that takes another back from the record as it is now.
fn backwards(change: &Change, present: Option<&Record>) -> FieldChanges {
    if is_creation(change) {
        let untouched = present.is_some_and(|record| {
            let values = || record.fields.iter().map(|(field, value)| (field, Some(value)));
            values().eq(change.fields.iter().map(|(field, change)| (field, change.new.as_ref())))
        });
        let gone = FieldChange { base: None, new: Some("1".to_owned()) };
        return if untouched {
            FieldChanges::from([(DELETED.to_owned(), gone)])
        } else {
            FieldChanges::new()
        };
    }
    let brings_back = change.fields.get(DELETED).is_some_and(|change| change.new.is_some());
    let Some(record) = present else {
        let back = FieldChange { base: Some("1".to_owned()), new: None };
        return if brings_back {
            FieldChanges::from([(DELETED.to_owned(), back)])
        } else {
            FieldChanges::new()
        };
    };
    if record.deleted() && !brings_back {
        return FieldChanges::new();
    }
    let wanted = change.fields.iter().filter_map(|(field, change)| {
        let present = record.get(field).map(str::to_owned);
        Some((field.clone(), value_before(field, change, present)?))
    });
    record.diff(&wanted.collect())
}

fn is_creation(change: &Change) -> bool {
    change.base_revision == 0
        && change
            .fields
            .get(Field::Name.as_str())
            .is_some_and(|name| name.base.is_none() && name.new.is_some())
}

/// The value to go back to; none when a newer one stands.
fn value_before(field: &str, change: &FieldChange, present: FieldValue) -> Option<FieldValue> {
    if present == change.new {
        return Some(change.base.clone());
    }
    if merge_rule(field) != MergeRule::Union {
        return None;
    }
    let (base, new) = (words(change.base.as_deref()), words(change.new.as_deref()));
    let mut kept = words(present.as_deref());
    kept.retain(|word| base.contains(word) || !new.contains(word));
    kept.extend(base.difference(&new));
    Some(join_words(kept))
}
