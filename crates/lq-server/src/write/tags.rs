//! What a change makes of a tag, and of the customers that have it.

use super::{Author, Batch, Plan, Stop, check_deleted, is_edit, put};
use crate::app::App;
use crate::db::audits::Entry;
use crate::db::{records, tags};
use crate::error::ServerError;
use lq_domain::access::Permission;
use lq_domain::clock::Stamp;
use lq_domain::customers::Field;
use lq_domain::feature::Feature;
use lq_domain::record::{DELETED, Record, merge, words};
use lq_domain::tags::{COLOUR, NAME, merge_rule, parse_colour, parse_name, without};
use lq_protocol::change::{Change, ChangeResult};
use lq_protocol::error::ErrorCode;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

const TAGS: &str = Field::Tags.as_str();
/// Customers looked up together, to be written one by one.
const STEP: i64 = 200;

pub(super) async fn plan(
    connection: &mut PgConnection,
    batch: &Batch,
    author: &Author,
    change: &Change,
) -> Result<Plan, Stop> {
    author.actor.may(Permission::TagsEdit)?;
    for name in change.fields.keys() {
        if ![NAME, COLOUR, DELETED].contains(&name.as_str()) {
            return Err(Stop::refused(ErrorCode::FieldUnknown, name));
        }
    }
    check_deleted(&change.fields)?;
    let plan = match batch.find(Feature::Tags, change.record_id).cloned() {
        None if is_edit(change) => {
            return Err(ErrorCode::NotFound.into());
        }
        None => {
            let mut after = Record::new(Feature::Tags, change.record_id, change.made_at.wall);
            after.overlay(&change.fields, change.made_at);
            Plan { before: None, after: Some(after), result: ChangeResult::Applied }
        }
        Some(before) => {
            let merged = merge(&before, &change.fields, change.saw(), change.made_at, merge_rule);
            Plan::merged(before, merged)
        }
    };
    if let Some(after) = &plan.after {
        check(after)?;
        if !tags::take_name(connection, after).await? {
            return Err(Stop::refused(ErrorCode::NameTaken, NAME));
        }
    }
    Ok(plan)
}

/// Takes off what a change of a customer puts on and is deleted meanwhile, so that no device brings a tag back.
pub(super) async fn drop_deleted(
    connection: &mut PgConnection,
    batch: &Batch,
    plan: &mut Plan,
) -> Result<(), ServerError> {
    let Some(after) = &mut plan.after else { return Ok(()) };
    let before = plan.before.as_ref();
    let had = words(before.and_then(|before| before.get(TAGS)));
    let mut gone = BTreeSet::new();
    for tag in words(after.get(TAGS)).difference(&had) {
        if let Ok(id) = Uuid::parse_str(tag)
            && is_deleted(connection, batch, id).await?
        {
            gone.insert((*tag).to_owned());
        }
    }
    if gone.is_empty() {
        return Ok(());
    }
    after.set(TAGS, without(after.get(TAGS), |tag| gone.contains(tag)));
    match &mut plan.result {
        ChangeResult::Applied => plan.result = ChangeResult::Merged { fields: vec![TAGS.to_owned()] },
        ChangeResult::Merged { fields } if !fields.iter().any(|field| field == TAGS) => {
            fields.push(TAGS.to_owned());
        }
        _ => {}
    }
    if before.is_some_and(|before| before.fields == after.fields) {
        plan.after = None;
    }
    Ok(())
}

/// Whether a tag is deleted, be it by a change before this one.
async fn is_deleted(connection: &mut PgConnection, batch: &Batch, tag: Uuid) -> Result<bool, ServerError> {
    match batch.find(Feature::Tags, tag) {
        Some(tag) => Ok(tag.deleted()),
        None => tags::is_deleted(connection, tag).await,
    }
}

/// Takes a tag that a change has deleted off every customer that has it. Each customer is a transaction of its own, in
/// its own branch. The author hears of the deletion only afterwards, so that whoever is cut short here is asked again
/// and goes on where it stopped.
pub(super) async fn take_off_everybody(
    app: &App,
    author: &Author,
    change: &Change,
) -> Result<(), ServerError> {
    if change.entity != Feature::Tags || !change.fields.contains_key(DELETED) {
        return Ok(());
    }
    loop {
        let mut connection = app.db().pool.acquire().await?;
        let customers = tags::customers_with(&mut connection, change.record_id, STEP).await?;
        drop(connection);
        if customers.is_empty() {
            return Ok(());
        }
        for customer in customers {
            if !take_off(app, author, change, customer).await? {
                return Ok(());
            }
        }
    }
}

/// Takes a tag off one customer; false when the tag is there, because its deletion was refused or taken back.
async fn take_off(app: &App, author: &Author, change: &Change, customer: Uuid) -> Result<bool, ServerError> {
    let mut tx = app.db().begin().await?;
    records::lock(&mut tx, customer).await?;
    if !tags::is_deleted(&mut tx, change.record_id).await? {
        return Ok(false);
    }
    let Some(before) = records::find(&mut tx, Feature::Customers, customer).await? else { return Ok(true) };
    let (now, tag) = (app.now(), change.record_id.to_string());
    let mut after = before.clone();
    after.set(TAGS, without(before.get(TAGS), |word| word == tag));
    if after.fields != before.fields {
        after.stamps.insert(TAGS.to_owned(), Stamp { wall: now, counter: 0, device: author.device });
        after.updated_at = after.updated_at.max(now);
        let mut entry = Entry::new("update", now, Some(author.actor.user));
        entry.device = Some(author.device);
        entry.change = Some(change.id);
        put(&mut tx, Some(before), after, entry).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Both values are canonical.
fn check(tag: &Record) -> Result<(), Stop> {
    let name = tag.get(NAME).unwrap_or_default();
    match parse_name(name) {
        Ok(canonical) if canonical == name => {}
        Ok(_) => return Err(Stop::refused(ErrorCode::TextCharacter, NAME)),
        Err(problem) => return Err(refused(problem.code(), NAME)),
    }
    match tag.get(COLOUR).map(parse_colour) {
        Some(Err(problem)) => Err(refused(problem.code(), COLOUR)),
        _ => Ok(()),
    }
}

fn refused(code: &str, field: &str) -> Stop {
    Stop::refused(ErrorCode::parse(code).unwrap_or(ErrorCode::RequestForm), field)
}
