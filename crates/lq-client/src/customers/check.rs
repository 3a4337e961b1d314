//! Checks before saving: problems, what follows from what was typed, and who may be the same customer.

use super::save::typed_values;
use super::{Names, allowed};
use crate::Client;
use crate::client::Open;
use crate::contract::customers::{CheckCustomer, CustomerCheck, DuplicateView};
use crate::error::ClientError;
use chrono::NaiveDate;
use lq_domain::access::Permission;
use lq_domain::customers::{
    Customer, DuplicateKey, Field, FieldProblem, Reading, Typed, duplicate_keys, new_record, read,
};
use lq_domain::ids::CustomerId;
use lq_domain::record::{FieldChanges, Record};
use lq_protocol::error::{ApiError, ErrorCode, FieldError};
use lq_store::customers::Duplicate;
use std::collections::BTreeMap;

/// Stands for a name that is not typed yet, so that the rest of the form can be read.
const NAMELESS: &str = "?";

impl Client {
    /// Checks what was typed so far. Changes nothing.
    ///
    /// # Errors
    /// [`ClientError`]; what is wrong with the values is the answer and no error.
    pub async fn customers_check(&self, input: CheckCustomer) -> Result<CustomerCheck, ClientError> {
        let open = self.open()?;
        let today = self.clock().today();
        let before = self.checked(&open, input.id).await?;
        let typed = typed_values(&open, Some(&before), input.values)?;
        let (problems, reading) = read_so_far(&before, typed, today);
        let after = overlaid(&before, &reading.changes);
        let customer = Customer(&after);
        let mut keys = duplicate_keys(customer);
        if customer.name().is_empty() {
            keys.retain(|key| key.field != Field::Name);
        }
        let found = open.store.duplicates(&keys, input.id).await?;
        Ok(CustomerCheck {
            problems: problems.iter().map(FieldError::from).collect(),
            derived: reading.derived,
            age: customer.age(today),
            area_retired: customer.area_retired(today),
            duplicates: duplicate_views(&open, &found).await?,
        })
    }

    /// What the form is laid over: the customer being edited, or nothing.
    async fn checked(&self, open: &Open, id: Option<CustomerId>) -> Result<Record, ClientError> {
        let Some(id) = id else {
            open.may(Permission::CustomersCreate)?;
            let now = self.clock().now();
            return Ok(new_record(CustomerId::new(now, self.random()), now));
        };
        let stored = open.store.customer(id).await?.ok_or(ErrorCode::NotFound)?;
        allowed(&open.actor(), Permission::CustomersEdit, &stored.record)?;
        Ok(stored.record)
    }
}

/// Reads what can be read. A field with a problem doesn't keep the others from being understood; a name that nobody has
/// typed yet is no problem.
fn read_so_far(before: &Record, typed: Typed, today: NaiveDate) -> (Vec<FieldProblem>, Reading) {
    let nameless = before.get(Field::Name.as_str()).is_none() && !typed.contains_key(&Field::Name);
    let mut named = before.clone();
    if nameless {
        named.set(Field::Name.as_str(), Some(NAMELESS.to_owned()));
    }
    match read(&named, &typed, today) {
        Ok(reading) => (Vec::new(), reading),
        Err(problems) => {
            named.fields.entry(Field::Name.as_str().to_owned()).or_insert_with(|| NAMELESS.to_owned());
            let wrong = |field: &Field| problems.iter().any(|problem| problem.field == *field);
            let right: Typed = typed.into_iter().filter(|(field, _)| !wrong(field)).collect();
            let nothing = Reading { changes: FieldChanges::new(), derived: BTreeMap::new() };
            let reading = read(&named, &right, today).unwrap_or(nothing);
            (problems, reading)
        }
    }
}

/// The record with an edit on top.
pub(super) fn overlaid(before: &Record, changes: &FieldChanges) -> Record {
    let mut after = before.clone();
    for (field, change) in changes {
        after.set(field, change.new.clone());
    }
    after
}

/// Refuses an edit that gives a customer another one's document or code.
pub(super) async fn unlike_others(
    open: &Open,
    before: &Record,
    changes: &FieldChanges,
) -> Result<(), ClientError> {
    let after = overlaid(before, changes);
    let touched = |key: &DuplicateKey| {
        changes.contains_key(key.field.as_str())
            || (key.field == Field::DocumentNumber && changes.contains_key(Field::DocumentType.as_str()))
    };
    let keys: Vec<DuplicateKey> =
        duplicate_keys(Customer(&after)).into_iter().filter(|key| key.proof && touched(key)).collect();
    let found = open.store.duplicates(&keys, Some(CustomerId(before.id))).await?;
    match found.first() {
        Some(same) => Err(ApiError::new(ErrorCode::DuplicateExists).in_field(same.key.field.as_str()).into()),
        None => Ok(()),
    }
}

async fn duplicate_views(open: &Open, found: &[Duplicate]) -> Result<Vec<DuplicateView>, ClientError> {
    let assigned = found.iter().flat_map(|same| super::names::assigned(&same.record));
    let names = Names::covering(open, assigned).await?;
    let view = |same: &Duplicate| {
        let customer = Customer(&same.record);
        DuplicateView {
            id: customer.id(),
            name: customer.name().to_owned(),
            owner: customer.owner().and_then(|owner| names.user(owner)),
            field: same.key.field,
            blocks: same.key.proof,
        }
    };
    Ok(found.iter().map(view).collect())
}
