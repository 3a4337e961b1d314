//! Customers: lists, search, one customer, and every way to change one.
//!
//! What leaves this module is masked where the field's class says so; [`crate::Client::customers_reveal`] is the only way around.

mod check;
mod find;
mod masked;
mod names;
mod read;
mod reveal;
mod save;
mod standing;
mod undo;

pub(crate) use masked::is_own_masked;
pub(crate) use names::Names;
pub(crate) use reveal::{audit, reason};
pub(crate) use standing::{conflict_views, refused_view};

use crate::client::Open;
use crate::error::ClientError;
use lq_domain::access::{Actor, Denial, Permission};
use lq_domain::customers::{Customer, Field, shown};
use lq_domain::ids::CustomerId;
use lq_domain::record::{DELETED, Record};
use lq_protocol::error::ErrorCode;
use lq_store::customers::StoredCustomer;

/// A customer on which the user has a permission.
pub(crate) async fn visible(
    open: &Open,
    permission: Permission,
    id: CustomerId,
) -> Result<StoredCustomer, ClientError> {
    let stored = open.store.customer(id).await?.ok_or(ErrorCode::NotFound)?;
    allowed(&open.actor(), permission, &stored.record)?;
    Ok(stored)
}

/// Asks for a permission on a customer.
pub(crate) fn allowed(actor: &Actor, permission: Permission, record: &Record) -> Result<(), Denial> {
    let customer = Customer(record);
    actor.may_on(permission, customer.owner(), customer.branch())
}

/// The text of any field of a change, masked where its class says so. A field that this release does not know may be
/// of any class, so its value stays hidden.
fn shown_text(field: &str, value: &str, document: Option<&str>) -> Option<String> {
    match Field::parse(field) {
        Some(field) => Some(shown(field, value, document)),
        None if field == DELETED => Some(value.to_owned()),
        None => None,
    }
}
