//! Tags: short words that staff put on customers.

use crate::Client;
use crate::client::Open;
use crate::contract::tags::{CreateTag, TagRef, TagView, UpdateTag};
use crate::error::{ClientError, about};
use lq_domain::access::Permission;
use lq_domain::feature::Feature;
use lq_domain::ids::TagId;
use lq_domain::record::{DELETED, FieldValue, Record};
use lq_domain::tags::{COLOUR, NAME, parse_colour, parse_name};
use lq_protocol::change::Channel;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_store::tags::Tag;
use lq_store::{NewChange, WriteTx};
use std::collections::BTreeMap;

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

    /// Deletes a tag; customers that have it show it no more.
    ///
    /// # Errors
    /// `not_found`, `not_allowed`.
    pub async fn tags_delete(&self, input: TagRef) -> Result<(), ClientError> {
        let open = self.open()?;
        open.may(Permission::TagsEdit)?;
        let mut tx = open.store.write().await?;
        let before = present(&mut tx, input.id).await?;
        let wanted = BTreeMap::from([(DELETED.to_owned(), Some("1".to_owned()))]);
        write(&open, tx, &before, &wanted).await
    }
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
    let change = NewChange {
        entity: Feature::Tags,
        record_id: before.id,
        fields,
        actor: open.actor().user,
        channel: Channel::Form,
        reason: None,
        group: None,
    };
    tx.change(change).await?;
    Ok(tx.commit().await?)
}

async fn tag(open: &Open, id: TagId) -> Result<TagView, ClientError> {
    let tags = open.store.tags().await?;
    Ok(tags.into_iter().find(|tag| tag.id == id).map(TagView::from).ok_or(ErrorCode::NotFound)?)
}
