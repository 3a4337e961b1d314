//! What a change makes of a suspicious-transaction case.

use super::{Author, Batch, Plan, Stop, is_edit};
use crate::db::records;
use lq_domain::access::Permission;
use lq_domain::cases::{Case, about, check, is_editable, is_of_customer, merge_rule};
use lq_domain::feature::Feature;
use lq_domain::ids::CustomerId;
use lq_domain::record::{Record, merge};
use lq_protocol::change::{Change, ChangeResult};
use lq_protocol::error::ErrorCode;
use sqlx::PgConnection;

pub(super) async fn plan(
    connection: &mut PgConnection,
    batch: &mut Batch,
    author: &Author,
    change: &Change,
) -> Result<Plan, Stop> {
    author.actor.may(Permission::CasesEdit)?;
    let plan = match batch.find(Feature::Cases, change.record_id).and_then(|case| Case(case).customer()) {
        None => open(connection, author, change).await?,
        Some(customer) => edit(connection, batch, author, change, customer).await?,
    };
    if let Some(after) = &plan.after {
        check(after).map_err(|wrong| {
            let code = ErrorCode::parse(wrong.problem.code()).unwrap_or(ErrorCode::RequestForm);
            Stop::refused(code, wrong.field)
        })?;
    }
    Ok(plan)
}

/// Opens a case of a customer whom its author sees. Where it lies and what it is called by says the customer.
async fn open(connection: &mut PgConnection, author: &Author, change: &Change) -> Result<Plan, Stop> {
    if is_edit(change) {
        return Err(ErrorCode::NotFound.into());
    }
    let mut after = Record::new(Feature::Cases, change.record_id, change.made_at.wall);
    after.overlay(&change.fields, change.made_at);
    let customer = Case(&after).customer().ok_or(ErrorCode::NotFound)?;
    // The customer goes nowhere until the case is written, which would not follow.
    records::lock_shared(connection, customer.0).await?;
    if let Some(unknown) = change.fields.keys().find(|name| !is_editable(name) && !is_of_customer(name)) {
        return Err(Stop::refused(ErrorCode::FieldUnknown, unknown));
    }
    // One that is deleted may still be looked into. Of one that the server has forgotten, or not heard of yet, the author says where it is.
    if let Some(customer) = records::find(connection, Feature::Customers, customer.0).await? {
        for (field, value) in about(&customer) {
            after.set(&field, value);
        }
    }
    author.actor.may_on(Permission::CasesEdit, None, Case(&after).branch())?;
    Ok(Plan { before: None, after: Some(after), result: ChangeResult::Applied })
}

/// Nothing of a case is ever deleted: what was found out is kept for ten years (反洗钱法 2024, art. 34).
async fn edit(
    connection: &mut PgConnection,
    batch: &mut Batch,
    author: &Author,
    change: &Change,
    customer: CustomerId,
) -> Result<Plan, Stop> {
    // Whoever takes the customer to another branch takes the case along, and holds the customer alone.
    records::lock_shared(connection, customer.0).await?;
    let before = batch.look_again(connection, Feature::Cases, change.record_id).await?;
    let before = before.ok_or(ErrorCode::NotFound)?;
    author.actor.may_on(Permission::CasesEdit, None, Case(&before).branch())?;
    if let Some(fixed) = change.fields.keys().find(|name| !is_editable(name)) {
        return Err(Stop::refused(ErrorCode::FieldUnknown, fixed));
    }
    let merged = merge(&before, &change.fields, change.saw(), change.made_at, merge_rule);
    Ok(Plan::merged(before, merged))
}
