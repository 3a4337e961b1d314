//! What the author makes of a change that the server did not simply take.

use crate::Client;
use crate::client::Open;
use crate::contract::sync::{ChangeRef, Choice, SettleConflict};
use crate::error::{ClientError, about};
use lq_domain::access::{Actor, Permission};
use lq_domain::cases;
use lq_domain::customers::{Customer, Field, FieldProblem, check, parse_field};
use lq_domain::feature::Feature;
use lq_domain::record::{Conflict, DELETED, FieldChange, FieldChanges, FieldValue, Record};
use lq_domain::tags;
use lq_protocol::change::{Change, ChangeResult, Channel};
use lq_protocol::error::{ApiError, ErrorCode};
use lq_store::outbox::Queued;
use lq_store::{NewChange, WriteTx};
use std::collections::BTreeMap;

const DOCUMENT_TYPE: &str = "document_type";

impl Client {
    /// Settles a conflict: what stands becomes a new change over the server's value, and what does not stays in the
    /// history.
    ///
    /// # Errors
    /// `not_found` when it was settled meanwhile; `request_form` when a field has no choice; what is wrong with a typed text.
    pub async fn sync_settle(&self, input: SettleConflict) -> Result<(), ClientError> {
        let open = self.open()?;
        let mut tx = open.store.write().await?;
        let queued = tx.open_change(input.change).await?;
        let Some(ChangeResult::Conflict { conflicts }) = &queued.result else {
            return Err(ErrorCode::NotFound.into());
        };
        let Some(current) = current(&mut tx, &queued).await? else {
            // It has left the device, and with it what the server had: there is only one way left to choose.
            let theirs = |field| matches!(input.choices.get(field), Some(Choice::Theirs));
            if !conflicts.iter().all(|conflict| theirs(&conflict.field)) {
                return Err(ErrorCode::NotFound.into());
            }
            tx.close_change(input.change).await?;
            return Ok(tx.commit().await?);
        };
        let wanted = self.wanted(&queued.change, conflicts, &current, &input.choices)?;
        tx.close_change(input.change).await?;
        let mut fields = current.diff(&wanted);
        if !fields.is_empty() {
            may(&open.actor(), &current, &fields)?;
            self.fits(&current, &fields)?;
            if tx.record(current.entity, current.id).await?.is_none() {
                keep_rest(&current, &mut fields);
            }
            tx.change(again(&open, &queued.change, fields, Channel::Settle)).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Sends a refused change once more, as a new one.
    ///
    /// # Errors
    /// `not_found` when it was dealt with meanwhile, or when what it edits has left the device; `not_allowed`.
    pub async fn sync_retry(&self, input: ChangeRef) -> Result<(), ClientError> {
        let open = self.open()?;
        let mut tx = open.store.write().await?;
        let queued = refused(&mut tx, &input).await?;
        let change = &queued.change;
        tx.close_change(input.change).await?;
        let now = tx.record(change.entity, change.record_id).await?;
        let fields = rebased(&change.fields, now.as_ref());
        if !fields.is_empty() {
            may_again(&open.actor(), change, now.as_ref(), &fields)?;
            tx.change(again(&open, change, fields, change.channel)).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Gives a refused change up. A record that the server never took goes with it.
    ///
    /// # Errors
    /// `not_found` when it was dealt with meanwhile.
    pub async fn sync_discard(&self, input: ChangeRef) -> Result<(), ClientError> {
        let open = self.open()?;
        let mut tx = open.store.write().await?;
        let change = refused(&mut tx, &input).await?.change;
        tx.close_change(input.change).await?;
        let record = tx.record(change.entity, change.record_id).await?;
        let never_taken = record.is_some_and(|record| record.revision == 0);
        if never_taken && !tx.waits(change.record_id).await? {
            tx.forget_record(change.entity, change.record_id).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The value that the author wants, for each field that stands in conflict.
    fn wanted(
        &self,
        change: &Change,
        conflicts: &[Conflict],
        current: &Record,
        choices: &BTreeMap<String, Choice>,
    ) -> Result<BTreeMap<String, FieldValue>, ClientError> {
        let mut wanted = BTreeMap::new();
        for conflict in conflicts {
            let field = conflict.field.as_str();
            match choices.get(field) {
                None => return Err(ApiError::new(ErrorCode::RequestForm).in_field(field).into()),
                Some(Choice::Theirs) => {}
                Some(Choice::Mine) => {
                    wanted.insert(field.to_owned(), conflict.mine.clone());
                    if field == DELETED && conflict.mine.is_none() {
                        // The record was deleted under the edit: it comes back with all that was entered.
                        wanted.extend(
                            change.fields.iter().map(|(name, change)| (name.clone(), change.new.clone())),
                        );
                    }
                }
                Some(Choice::Typed { text }) => {
                    wanted.insert(field.to_owned(), self.typed(current, field, text)?);
                }
            }
        }
        Ok(wanted)
    }

    fn typed(&self, current: &Record, field: &str, text: &str) -> Result<FieldValue, ClientError> {
        match (current.entity, Field::parse(field)) {
            (Feature::Customers, Some(known)) => {
                let document = current.get(DOCUMENT_TYPE).unwrap_or("resident_id");
                parse_field(known, text, document, self.clock().today())
                    .map_err(|problem| vec![FieldProblem { field: known, problem }].into())
            }
            (Feature::Tags, _) if field == tags::NAME => {
                Ok(Some(tags::parse_name(text).map_err(|problem| about(field, &problem))?))
            }
            (Feature::Cases, _) if [cases::NARRATIVE, cases::CONCLUSION].contains(&field) => {
                Ok(Some(cases::parse_text(text).map_err(|problem| about(field, &problem))?))
            }
            _ => Err(ApiError::new(ErrorCode::FieldReadonly).in_field(field).into()),
        }
    }

    /// Whether the record is still one that the server can take.
    fn fits(&self, current: &Record, fields: &FieldChanges) -> Result<(), ClientError> {
        let mut after = current.clone();
        for (field, change) in fields {
            after.set(field, change.new.clone());
        }
        match current.entity {
            Feature::Customers => {
                check(&after, self.clock().today()).map_err(|problem: FieldProblem| vec![problem].into())
            }
            Feature::Cases => Ok(cases::check(&after).map_err(|wrong| about(wrong.field, &wrong.problem))?),
            _ => Ok(()),
        }
    }
}

/// The record over which the author decides: as it stands here, or as the server last told it; none when it has left the device.
async fn current(tx: &mut WriteTx<'_>, queued: &Queued) -> Result<Option<Record>, ClientError> {
    let here = tx.record(queued.change.entity, queued.change.record_id).await?;
    Ok(here.or_else(|| queued.theirs.clone()))
}

async fn refused(tx: &mut WriteTx<'_>, input: &ChangeRef) -> Result<Queued, ClientError> {
    let queued = tx.open_change(input.change).await?;
    match queued.result {
        Some(ChangeResult::Refused { .. }) => Ok(queued),
        _ => Err(ErrorCode::NotFound.into()),
    }
}

fn may(actor: &Actor, current: &Record, fields: &FieldChanges) -> Result<(), ClientError> {
    let deletion = fields.contains_key(DELETED);
    let permission = match current.entity {
        Feature::Customers if deletion => Permission::CustomersDelete,
        Feature::Customers => Permission::CustomersEdit,
        Feature::Cases => Permission::CasesEdit,
        _ => return Ok(actor.may(Permission::TagsEdit)?),
    };
    let customer = Customer(current);
    Ok(actor.may_on(permission, customer.owner(), customer.branch())?)
}

/// Whether a refused change may be sent again: rights may have gone since it was made. Its record may have left the
/// device meanwhile; a change that makes or brings back one needs none, and an edit of what is not here finds nothing.
fn may_again(
    actor: &Actor,
    change: &Change,
    now: Option<&Record>,
    fields: &FieldChanges,
) -> Result<(), ClientError> {
    if let Some(now) = now {
        return may(actor, now, fields);
    }
    if change.base_revision != 0 {
        return Err(ErrorCode::NotFound.into());
    }
    let permission = match change.entity {
        Feature::Customers if fields.contains_key(DELETED) => Permission::CustomersDelete,
        Feature::Customers => Permission::CustomersCreate,
        Feature::Cases => Permission::CasesEdit,
        _ => Permission::TagsEdit,
    };
    Ok(actor.may(permission)?)
}

/// A record that has left this device comes back whole: the fields that stay are named too, from what to the same.
fn keep_rest(current: &Record, fields: &mut FieldChanges) {
    for (field, value) in &current.fields {
        let same = || FieldChange { base: Some(value.clone()), new: Some(value.clone()) };
        fields.entry(field.clone()).or_insert_with(same);
    }
}

/// The same fields over the record's present values.
fn rebased(fields: &FieldChanges, now: Option<&Record>) -> FieldChanges {
    let Some(now) = now.filter(|record| record.revision > 0) else { return fields.clone() };
    let wanted = fields.iter().map(|(field, change)| (field.clone(), change.new.clone())).collect();
    now.diff(&wanted)
}

fn again(open: &Open, change: &Change, fields: FieldChanges, channel: Channel) -> NewChange {
    NewChange {
        entity: change.entity,
        record_id: change.record_id,
        fields,
        actor: open.actor().user,
        channel,
        reason: change.reason.clone(),
        group: None,
    }
}
