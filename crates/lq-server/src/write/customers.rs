//! What a change makes of a customer.

use super::{Author, Batch, Plan, Stop, check_deleted, is_edit, tags};
use crate::db::{customers, records, users};
use lq_domain::access::Permission;
use lq_domain::clock::Timestamp;
use lq_domain::customers::{Customer, Field, check, merge_rule, permission_to_change};
use lq_domain::feature::Feature;
use lq_domain::record::{DELETED, Record, merge};
use lq_protocol::change::{Change, ChangeResult};
use lq_protocol::error::ErrorCode;
use sqlx::PgConnection;

pub(super) async fn plan(
    connection: &mut PgConnection,
    batch: &Batch,
    author: &Author,
    change: &Change,
    now: Timestamp,
) -> Result<Plan, Stop> {
    for name in change.fields.keys().filter(|name| *name != DELETED) {
        if Field::parse(name).is_none() {
            return Err(Stop::refused(ErrorCode::FieldUnknown, name));
        }
    }
    check_deleted(&change.fields)?;
    let mut plan = match batch.find(Feature::Customers, change.record_id) {
        None => create(author, change)?,
        Some(before) => edit(author, change, before.clone())?,
    };
    tags::drop_deleted(connection, batch, &mut plan).await?;
    let Some(after) = &mut plan.after else { return Ok(plan) };
    place(connection, author, plan.before.as_ref(), after, change).await?;
    if plan.before.is_none() || change.fields.keys().any(|name| name != DELETED) {
        check(after, now.china_day())?;
    }
    match customers::take_keys(connection, plan.before.as_ref(), after).await? {
        Some(field) => Err(Stop::refused(ErrorCode::DuplicateExists, field.as_str())),
        None => Ok(plan),
    }
}

fn create(author: &Author, change: &Change) -> Result<Plan, Stop> {
    // An edit of what never was gets the answer of an edit of what its author may not see.
    if is_edit(change) {
        return Err(ErrorCode::NotFound.into());
    }
    author.actor.may(Permission::CustomersCreate)?;
    let mut after = Record::new(Feature::Customers, change.record_id, change.made_at.wall);
    after.overlay(&change.fields, change.made_at);
    let actor = &author.actor;
    let assigns = actor.may(Permission::CustomersAssign).is_ok();
    if !assigns || after.get(Field::Owner.as_str()).is_none() {
        set(&mut after, Field::Owner, actor.user.to_string(), change);
        set(&mut after, Field::Branch, actor.branch.to_string(), change);
    }
    Ok(Plan { before: None, after: Some(after), result: ChangeResult::Applied })
}

fn edit(author: &Author, change: &Change, before: Record) -> Result<Plan, Stop> {
    let customer = Customer(&before);
    let (owner, branch) = (customer.owner(), customer.branch());
    author.actor.may_on(Permission::CustomersRead, owner, branch)?;
    for name in change.fields.keys() {
        let permission = match Field::parse(name) {
            None => Permission::CustomersDelete,
            Some(field) => permission_to_change(field),
        };
        author.actor.may_on(permission, owner, branch)?;
    }
    let merged = merge(&before, &change.fields, change.saw(), change.made_at, merge_rule);
    Ok(Plan::merged(before, merged))
}

fn set(record: &mut Record, field: Field, value: String, change: &Change) {
    record.set(field.as_str(), Some(value));
    record.stamps.insert(field.as_str().to_owned(), change.made_at);
}

/// Sees to it that a customer's owner and branch exist and belong together: a portfolio lies within one branch.
async fn place(
    connection: &mut PgConnection,
    author: &Author,
    before: Option<&Record>,
    after: &mut Record,
    change: &Change,
) -> Result<(), Stop> {
    let changed = |after: &Record, field: Field| {
        before.and_then(|before| before.get(field.as_str())) != after.get(field.as_str())
    };
    let (new_owner, new_branch) = (changed(after, Field::Owner), changed(after, Field::Branch));
    if !new_owner && !new_branch {
        return Ok(());
    }
    let unknown = |field: Field| Stop::refused(ErrorCode::ReferenceUnknown, field.as_str());
    if let Some(owner) = after.get(Field::Owner.as_str()).map(str::to_owned) {
        let owner =
            Customer(after).owner().filter(|id| id.to_string() == owner).ok_or(unknown(Field::Owner))?;
        let known = users::known(connection, owner).await?.filter(|known| !known.disabled);
        let home = known.ok_or(unknown(Field::Owner))?.profile.branch;
        if !new_branch || after.get(Field::Branch.as_str()).is_none() {
            set(after, Field::Branch, home.to_string(), change);
        }
        if Customer(after).branch() != Some(home) {
            return Err(unknown(Field::Branch));
        }
    } else {
        let branch = Customer(after).branch().ok_or(unknown(Field::Branch))?;
        records::find(connection, Feature::Branches, branch.0).await?.ok_or(unknown(Field::Branch))?;
    }
    // A customer may be given away to any branch, but is made only where its author can see it.
    let customer = Customer(after);
    if before.is_none() && !author.actor.sees(customer.owner(), customer.branch()) {
        return Err(Stop::refused(ErrorCode::NotAllowed, Field::Branch.as_str()));
    }
    Ok(())
}
