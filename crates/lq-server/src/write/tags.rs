//! What a change makes of a tag.

use super::{Author, Plan, Stop, check_deleted};
use crate::db::{records, tags};
use lq_domain::access::Permission;
use lq_domain::feature::Feature;
use lq_domain::record::{DELETED, Record, merge};
use lq_domain::tags::{COLOUR, NAME, merge_rule, parse_colour, parse_name};
use lq_protocol::change::{Change, ChangeResult};
use lq_protocol::error::ErrorCode;
use sqlx::PgConnection;

pub(super) async fn plan(
    connection: &mut PgConnection,
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
    let plan = match records::find(connection, Feature::Tags, change.record_id).await? {
        None if change.base_revision != 0 || change.fields.contains_key(DELETED) => {
            return Err(ErrorCode::NotFound.into());
        }
        None => {
            let mut after = Record::new(Feature::Tags, change.record_id, change.made_at.wall);
            after.overlay(&change.fields, change.made_at);
            Plan { before: None, after: Some(after), result: ChangeResult::Applied }
        }
        Some(before) => {
            let merged = merge(&before, &change.fields, change.base_revision, change.made_at, merge_rule);
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
