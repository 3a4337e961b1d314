//! Adding, changing, deleting and tagging customers.

use super::check::unlike_others;
use super::masked::{self, typed_over};
use super::{Names, allowed};
use crate::Client;
use crate::client::Open;
use crate::contract::customers::{CreateCustomer, DeleteCustomers, Saved, TagCustomers, UpdateCustomer};
use crate::error::ClientError;
use lq_domain::access::Permission;
use lq_domain::customers::{Field, FieldRules, Typed, is_assigned, merge_rule, new_record, read};
use lq_domain::feature::Feature;
use lq_domain::ids::{BranchId, CustomerId, TagId, UserId, new_uuid};
use lq_domain::record::{DELETED, FieldChange, FieldChanges, MergeRule, Record, join_words, words};
use lq_protocol::change::Channel;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_store::{NewChange, WriteTx};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The most changes looked through for one that the form has not seen.
const SEEN_MAX: u32 = 200;

/// Changes of customers that are saved together, and taken back together.
pub(super) struct Group<'a> {
    pub(super) tx: WriteTx<'a>,
    pub(super) mark: Uuid,
    actor: UserId,
    channel: Channel,
    saved: Vec<CustomerId>,
}

impl<'a> Group<'a> {
    pub(super) async fn begin(open: &'a Open, mark: Uuid, channel: Channel) -> Result<Self, ClientError> {
        let tx = open.store.write().await?;
        Ok(Self { tx, mark, actor: open.actor().user, channel, saved: Vec::new() })
    }

    /// A customer that is there and on which the user has the permission, within this write.
    async fn customer(
        &mut self,
        open: &Open,
        needed: Permission,
        id: CustomerId,
    ) -> Result<Record, ClientError> {
        let record = self.tx.record(Feature::Customers, id.0).await?;
        let record = record.filter(|record| !record.deleted()).ok_or(ErrorCode::NotFound)?;
        allowed(&open.actor(), needed, &record)?;
        Ok(record)
    }

    /// Writes a change of one customer; one without fields is none.
    pub(super) async fn change(
        &mut self,
        id: CustomerId,
        fields: FieldChanges,
        reason: Option<String>,
    ) -> Result<(), ClientError> {
        if fields.is_empty() {
            return Ok(());
        }
        let change = NewChange {
            entity: Feature::Customers,
            record_id: id.0,
            fields,
            actor: self.actor,
            channel: self.channel,
            reason,
            group: Some(self.mark),
        };
        self.tx.change(change).await?;
        self.saved.push(id);
        Ok(())
    }

    /// Keeps the changes, if there are any.
    pub(super) async fn save(self) -> Result<Saved, ClientError> {
        if self.saved.is_empty() {
            return Ok(Saved { ids: Vec::new(), undo: None });
        }
        self.tx.commit().await?;
        Ok(Saved { ids: self.saved, undo: Some(self.mark.to_string()) })
    }
}

impl Client {
    /// Adds a customer, who is looked after by its author unless somebody else is named.
    ///
    /// # Errors
    /// All problems of all fields, [`ErrorCode::DuplicateExists`], and others.
    pub async fn customers_create(&self, input: CreateCustomer) -> Result<Saved, ClientError> {
        let open = self.open()?;
        let actor = open.may(Permission::CustomersCreate)?;
        let mark = attempt(&input.key);
        let mut group = Group::begin(&open, mark, Channel::Form).await?;
        // Writes come one after the other, so a first attempt is either there by now or will never be.
        let first = open.store.group(mark).await?;
        if !first.is_empty() {
            let ids = first.iter().map(|change| CustomerId(change.record_id)).collect();
            return Ok(Saved { ids, undo: Some(mark.to_string()) });
        }
        let now = self.clock().now();
        let record = new_record(CustomerId::new(now, self.random()), now);
        let mut typed = typed_values(&open, None, input.values)?;
        typed.entry(Field::Owner).or_insert_with(|| actor.user.to_string());
        typed.entry(Field::Branch).or_insert_with(|| actor.branch.to_string());
        let fields = read(&record, &typed, self.clock().today())?.changes;
        known(&open, &fields).await?;
        unlike_others(&open, &record, &fields).await?;
        group.change(CustomerId(record.id), fields, None).await?;
        group.save().await
    }

    /// Changes the fields that were touched. What others changed meanwhile stays, unless it is the same field: then the
    /// user has to look again.
    ///
    /// # Errors
    /// All problems of all fields, [`ErrorCode::RevisionOld`], [`ErrorCode::DuplicateExists`], and others.
    pub async fn customers_update(&self, input: UpdateCustomer) -> Result<Saved, ClientError> {
        let open = self.open()?;
        let mark = new_uuid(self.clock().now(), self.random());
        let mut group = Group::begin(&open, mark, Channel::Form).await?;
        let before = group.customer(&open, Permission::CustomersEdit, input.id).await?;
        let typed = typed_values(&open, Some(&before), input.values)?;
        let fields = read(&before, &typed, self.clock().today())?.changes;
        unseen(&open, &before, input.revision, &fields).await?;
        known(&open, &fields).await?;
        unlike_others(&open, &before, &fields).await?;
        let reason = input.reason.as_deref().filter(|reason| !reason.trim().is_empty());
        let reason = reason.map(super::reason).transpose()?;
        group.change(input.id, fields, reason).await?;
        group.save().await
    }

    /// Deletes customers, all or none. Those that are gone already count as deleted.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn customers_delete(&self, input: DeleteCustomers) -> Result<Saved, ClientError> {
        let open = self.open()?;
        open.may(Permission::CustomersDelete)?;
        let mark = new_uuid(self.clock().now(), self.random());
        let mut group = Group::begin(&open, mark, Channel::Form).await?;
        for id in input.ids.into_iter().collect::<BTreeSet<_>>() {
            let Some(record) = group.tx.record(Feature::Customers, id.0).await? else { continue };
            if record.deleted() {
                continue;
            }
            allowed(&open.actor(), Permission::CustomersDelete, &record)?;
            let gone = FieldChange { base: None, new: Some("1".to_owned()) };
            group.change(id, FieldChanges::from([(DELETED.to_owned(), gone)]), None).await?;
        }
        group.save().await
    }

    /// Puts tags on customers and takes tags off, for all of them or none.
    ///
    /// # Errors
    /// [`ErrorCode::ReferenceUnknown`] for a tag that does not exist, and others.
    pub async fn customers_tag(&self, input: TagCustomers) -> Result<Saved, ClientError> {
        let open = self.open()?;
        open.may(Permission::CustomersEdit)?;
        tags_exist(&open, &input.add).await?;
        let text = |tags: &[TagId]| tags.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        let (add, remove) = (text(&input.add), text(&input.remove));
        let mark = new_uuid(self.clock().now(), self.random());
        let mut group = Group::begin(&open, mark, Channel::Form).await?;
        for id in input.ids.into_iter().collect::<BTreeSet<_>>() {
            let record = group.customer(&open, Permission::CustomersEdit, id).await?;
            let mut tags = words(record.get(Field::Tags.as_str()));
            tags.retain(|tag| !remove.contains(*tag));
            tags.extend(add.iter().map(String::as_str));
            let wanted = BTreeMap::from([(Field::Tags.as_str().to_owned(), join_words(tags))]);
            group.change(id, record.diff(&wanted), None).await?;
        }
        group.save().await
    }
}

/// The mark of an attempt to add a customer: the same for the same key (FNV-1a over 128 bits).
fn attempt(key: &str) -> Uuid {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash = key.bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    uuid::Builder::from_custom_bytes(hash.to_be_bytes()).into_uuid()
}

/// What was typed, without what only came back as it was shown.
pub(super) fn typed_values(
    open: &Open,
    before: Option<&Record>,
    values: BTreeMap<Field, String>,
) -> Result<Typed, ClientError> {
    let mut typed = Typed::new();
    for (field, text) in values {
        let present = before.and_then(|record| record.get(field.as_str()));
        if field == Field::Extra || is_assigned(field) {
            if present == Some(text.trim()) {
                continue;
            }
            let denied = !FieldRules::of(open.actor().role, field).changed.allows();
            let own = before.is_none() && text == own_value(open, field);
            if denied && !own {
                return Err(ApiError::new(ErrorCode::FieldReadonly).in_field(field.as_str()).into());
            }
        }
        match before
            .map_or_else(|| masked::Typed::Text(text.clone()), |record| typed_over(field, &text, record))
        {
            masked::Typed::Same => {}
            masked::Typed::Text(text) => {
                typed.insert(field, text);
            }
        }
    }
    Ok(typed)
}

/// Who adds a customer may name oneself and the own branch.
fn own_value(open: &Open, field: Field) -> String {
    let actor = open.actor();
    match field {
        Field::Owner => actor.user.to_string(),
        Field::Branch => actor.branch.to_string(),
        _ => String::new(),
    }
}

/// Refuses owners, branches and tags that the device doesn't know.
async fn known(open: &Open, fields: &FieldChanges) -> Result<(), ClientError> {
    let new = |field: Field| fields.get(field.as_str()).and_then(|change| change.new.as_deref());
    let unknown = |field: Field| ApiError::new(ErrorCode::ReferenceUnknown).in_field(field.as_str());
    let (owner, branch) = (new(Field::Owner), new(Field::Branch));
    let given = owner.map(|id| (Field::Owner, id)).into_iter().chain(branch.map(|id| (Field::Branch, id)));
    let names = Names::covering(open, given).await?;
    if owner.is_some_and(|id| !UserId::parse(id).is_some_and(|id| names.knows_user(id))) {
        return Err(unknown(Field::Owner).into());
    }
    if branch.is_some_and(|id| !BranchId::parse(id).is_some_and(|id| names.knows_branch(id))) {
        return Err(unknown(Field::Branch).into());
    }
    let Some(change) = fields.get(Field::Tags.as_str()) else { return Ok(()) };
    let before = words(change.base.as_deref());
    let added = words(change.new.as_deref()).into_iter().filter(|tag| !before.contains(tag));
    tags_exist(open, &added.filter_map(TagId::parse).collect::<Vec<_>>()).await
}

async fn tags_exist(open: &Open, tags: &[TagId]) -> Result<(), ClientError> {
    if tags.is_empty() {
        return Ok(());
    }
    let known: BTreeSet<TagId> = open.store.tags().await?.into_iter().map(|tag| tag.id).collect();
    if tags.iter().all(|tag| known.contains(tag)) {
        return Ok(());
    }
    Err(ApiError::new(ErrorCode::ReferenceUnknown).in_field(Field::Tags.as_str()).into())
}

/// Refuses an edit of a field that somebody else changed after the form was opened. Fields whose edits merge by
/// themselves need no second look.
async fn unseen(open: &Open, before: &Record, seen: u64, fields: &FieldChanges) -> Result<(), ClientError> {
    if before.revision <= seen {
        return Ok(());
    }
    let past = open.store.history(before.id, SEEN_MAX).await?;
    let others = past.iter().filter(|past| !past.here && past.change.base_revision >= seen);
    let changed: BTreeSet<&String> = others.flat_map(|past| past.change.fields.keys()).collect();
    let asks = |field: &&String| changed.contains(field) && merge_rule(field) == MergeRule::Ask;
    match fields.keys().find(asks) {
        Some(field) => Err(ApiError::new(ErrorCode::RevisionOld).in_field(field).into()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::attempt;

    #[test]
    fn an_attempt_has_the_same_mark_each_time_and_another_has_another() {
        assert_eq!(attempt("key-1"), attempt("key-1"));
        assert_ne!(attempt("key-1"), attempt("key-2"));
    }
}
