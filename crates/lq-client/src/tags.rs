//! Tags: short words that staff put on customers.

use crate::Client;
use crate::client::Open;
use crate::contract::tags::{CreateTag, TagRef, TagView, UpdateTag};
use crate::error::{ClientError, about};
use lq_domain::access::Permission;
use lq_domain::customers::Field;
use lq_domain::feature::Feature;
use lq_domain::ids::TagId;
use lq_domain::record::{DELETED, FieldChanges, FieldValue, Record, words};
use lq_domain::tags::{COLOUR, NAME, parse_colour, parse_name, without};
use lq_protocol::error::{ApiError, ErrorCode};
use lq_store::WriteTx;
use lq_store::tags::Tag;
use std::collections::{BTreeMap, BTreeSet};

impl From<Tag> for TagView {
    fn from(tag: Tag) -> Self {
        Self { id: tag.id, name: tag.name, colour: tag.colour, customers: tag.customers, sync: tag.sync }
    }
}

type Wanted = BTreeMap<String, FieldValue>;

impl Client {
    /// All tags, by name.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`].
    pub async fn tags_list(&self, (): ()) -> Result<Vec<TagView>, ClientError> {
        Ok(self.open()?.store.tags().await?.into_iter().map(TagView::from).collect())
    }

    /// Makes a tag.
    ///
    /// # Errors
    /// What is wrong with name or colour; `name_taken`; `not_allowed`.
    pub async fn tags_create(&self, input: CreateTag) -> Result<TagView, ClientError> {
        let open = self.open()?;
        open.may(Permission::TagsEdit)?;
        let id = TagId::new(self.clock().now(), self.random());
        let wanted = read(&input.name, &input.colour)?;
        let tx = open.store.write().await?;
        free(&open, id, &wanted).await?;
        let new = Record::new(Feature::Tags, id.0, self.clock().now());
        write(&open, tx, &new, &wanted).await?;
        tag(&open, id).await
    }

    /// Renames or recolours a tag.
    ///
    /// # Errors
    /// As [`Client::tags_create`], and `not_found`.
    pub async fn tags_update(&self, input: UpdateTag) -> Result<TagView, ClientError> {
        let open = self.open()?;
        open.may(Permission::TagsEdit)?;
        let wanted = read(&input.name, &input.colour)?;
        let mut tx = open.store.write().await?;
        free(&open, input.id, &wanted).await?;
        let before = present(&mut tx, input.id).await?;
        write(&open, tx, &before, &wanted).await?;
        tag(&open, input.id).await
    }

    /// Deletes a tag and takes it off all customers. With a server it is the server that does so, as soon as it has taken
    /// the deletion: who deletes a tag need not see every customer that has it, and a deletion that is refused or waits
    /// for a choice must have cost no customer anything.
    ///
    /// # Errors
    /// `not_found`, `not_allowed`.
    pub async fn tags_delete(&self, input: TagRef) -> Result<(), ClientError> {
        let open = self.open()?;
        open.may(Permission::TagsEdit)?;
        let mut tx = open.store.write().await?;
        let before = present(&mut tx, input.id).await?;
        if open.server.is_none() {
            take_off_everybody(&open, &mut tx, input.id).await?;
        }
        let wanted = BTreeMap::from([(DELETED.to_owned(), Some("1".to_owned()))]);
        write(&open, tx, &before, &wanted).await
    }
}

async fn take_off_everybody(open: &Open, tx: &mut WriteTx<'_>, tag: TagId) -> Result<(), ClientError> {
    let word = tag.to_string();
    for id in tx.customers_with(tag).await? {
        let Some(customer) = tx.record(Feature::Customers, id).await? else { continue };
        let rest = without(customer.get(Field::Tags.as_str()), |tag| tag == word);
        let fields = customer.diff(&BTreeMap::from([(Field::Tags.as_str().to_owned(), rest)]));
        tx.change(open.by_form(Feature::Customers, id, fields)).await?;
    }
    Ok(())
}

/// Leaves out of a change that takes another back the tags that were deleted meanwhile.
pub(crate) async fn without_deleted(
    tx: &mut WriteTx<'_>,
    mut fields: FieldChanges,
) -> Result<FieldChanges, ClientError> {
    let Some(change) = fields.get_mut(Field::Tags.as_str()) else { return Ok(fields) };
    let mut gone = BTreeSet::new();
    for tag in words(change.new.as_deref()).difference(&words(change.base.as_deref())) {
        let known = match TagId::parse(tag) {
            Some(id) => tx.record(Feature::Tags, id.0).await?,
            None => None,
        };
        if known.is_none_or(|tag| tag.deleted()) {
            gone.insert((*tag).to_owned());
        }
    }
    change.new = without(change.new.as_deref(), |tag| gone.contains(tag));
    if change.new == change.base {
        fields.remove(Field::Tags.as_str());
    }
    Ok(fields)
}

fn read(name: &str, colour: &str) -> Result<Wanted, ApiError> {
    let name = parse_name(name).map_err(|problem| about(NAME, &problem))?;
    let colour = parse_colour(colour).map_err(|problem| about(COLOUR, &problem))?;
    Ok(BTreeMap::from([(NAME.to_owned(), Some(name)), (COLOUR.to_owned(), Some(colour))]))
}

/// Two tags of one name could not be told apart. Asked while writes wait, so that no other tag takes the name.
async fn free(open: &Open, id: TagId, wanted: &Wanted) -> Result<(), ClientError> {
    let name = wanted.get(NAME).cloned().flatten().unwrap_or_default().to_lowercase();
    let taken = open.store.tags().await?.iter().any(|tag| tag.id != id && tag.name.to_lowercase() == name);
    if taken { Err(ApiError::new(ErrorCode::NameTaken).in_field(NAME).into()) } else { Ok(()) }
}

async fn present(tx: &mut WriteTx<'_>, id: TagId) -> Result<Record, ClientError> {
    let record = tx.record(Feature::Tags, id.0).await?.filter(|record| !record.deleted());
    Ok(record.ok_or(ErrorCode::NotFound)?)
}

async fn write(
    open: &Open,
    mut tx: WriteTx<'_>,
    before: &Record,
    wanted: &Wanted,
) -> Result<(), ClientError> {
    let fields = before.diff(wanted);
    if fields.is_empty() {
        return Ok(());
    }
    tx.change(open.by_form(Feature::Tags, before.id, fields)).await?;
    Ok(tx.commit().await?)
}

async fn tag(open: &Open, id: TagId) -> Result<TagView, ClientError> {
    let tags = open.store.tags().await?;
    Ok(tags.into_iter().find(|tag| tag.id == id).map(TagView::from).ok_or(ErrorCode::NotFound)?)
}
