//! Lists, one customer, and its history.

use super::names::assigned;
use super::standing::conflict_authors;
use super::{Names, allowed, conflict_views, refused_view, shown_text, visible};
use crate::Client;
use crate::client::Open;
use crate::contract::customers::{
    CustomerRef, CustomerRow, CustomerView, CustomersPage, CustomersPageView, FieldView, HistoryField,
    HistoryView,
};
use crate::error::ClientError;
use chrono::NaiveDate;
use lq_domain::access::Permission;
use lq_domain::customers::{Customer, Field, FieldRules, choices, shown};
use lq_domain::ids::UserId;
use lq_domain::values::{age_on, parse_date};
use lq_protocol::change::Change;
use lq_store::customers::{Row, StoredCustomer};
use lq_store::history::Past;
use lq_store::outbox::Queued;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The most rows of one window.
const PAGE_MAX: u32 = 500;
/// The most changes that a history shows.
const HISTORY_MAX: u32 = 500;

impl Client {
    /// The fields of customers, as the user may use them.
    ///
    /// # Errors
    /// [`lq_protocol::error::ErrorCode::StoreLocked`], [`lq_protocol::error::ErrorCode::NotAllowed`].
    #[expect(clippy::unused_async, reason = "commands are alike")]
    pub async fn customers_fields(&self, (): ()) -> Result<Vec<FieldView>, ClientError> {
        let actor = self.open()?.may(Permission::CustomersRead)?;
        let view = |field: &Field| {
            let spec = field.spec();
            FieldView {
                field: *field,
                shape: spec.shape,
                kinds: spec.kinds,
                choices: choices(*field).iter().map(|word| (*word).to_owned()).collect(),
                access: FieldRules::of(actor.role, *field).access(),
            }
        };
        // Extra columns have names of their own and are shown apart.
        Ok(Field::ALL.iter().filter(|field| **field != Field::Extra).map(view).collect())
    }

    /// A window of a list.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn customers_page(&self, input: CustomersPage) -> Result<CustomersPageView, ClientError> {
        let open = self.open()?;
        open.may(Permission::CustomersRead)?;
        let today = self.clock().today();
        // The age is computed, whether or not the birth date is among the columns.
        let columns: BTreeSet<Field> = input.columns.iter().copied().chain([Field::BirthDate]).collect();
        let columns: Vec<Field> = columns.into_iter().collect();
        let limit = input.limit.min(PAGE_MAX);
        let page = open.store.page(&input.query, &columns, input.offset, limit, today).await?;
        let values = page.rows.iter().flat_map(|row| &row.values);
        let names = Names::covering(&open, values.map(|(field, value)| (*field, value.as_str()))).await?;
        let rows = page.rows.into_iter().map(|row| row_view(row, &input.columns, &names, today)).collect();
        Ok(CustomersPageView { total: page.total, rows })
    }

    /// All about one customer.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn customers_get(&self, input: CustomerRef) -> Result<CustomerView, ClientError> {
        let open = self.open()?;
        let stored = visible(&open, Permission::CustomersRead, input.id).await?;
        let past = open.store.history(input.id.0, HISTORY_MAX).await?;
        let mine = |queued: &Queued| queued.change.record_id == input.id.0;
        let refused: Vec<Queued> = open.store.refused().await?.into_iter().filter(mine).collect();
        let conflicts: Vec<Queued> = open.store.conflicts().await?.into_iter().filter(mine).collect();
        let authors: Vec<(Field, String)> = conflicts.iter().flat_map(conflict_authors).collect();
        let named = assigned(&stored.record).chain(authors.iter().map(|(field, id)| (*field, id.as_str())));
        let names = Names::covering(&open, named).await?;
        let name = Customer(&stored.record).name();
        Ok(CustomerView {
            pending: pending(&past),
            refused: refused.iter().filter_map(refused_view).collect(),
            conflicts: conflicts.iter().flat_map(|queued| conflict_views(queued, name, &names)).collect(),
            ..customer_view(&open, &stored, &names, self.clock().today())
        })
    }

    /// The changes of a customer, newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn customers_history(&self, input: CustomerRef) -> Result<Vec<HistoryView>, ClientError> {
        let open = self.open()?;
        let stored = visible(&open, Permission::CustomersRead, input.id).await?;
        let names = Names::all(&open).await?;
        let document = Customer(&stored.record).value(Field::DocumentType);
        let past = open.store.history(input.id.0, HISTORY_MAX).await?;
        Ok(past.into_iter().map(|past| history_view(past, document, &names)).collect())
    }
}

fn row_view(row: Row, wanted: &[Field], names: &Names, today: NaiveDate) -> CustomerRow {
    let document = row.values.get(&Field::DocumentType).cloned();
    let birth = row.values.get(&Field::BirthDate).and_then(|text| parse_date(text).ok());
    let values: BTreeMap<Field, String> = row
        .values
        .into_iter()
        .filter(|(field, _)| wanted.contains(field))
        .map(|(field, value)| (field, shown(field, &value, document.as_deref())))
        .collect();
    CustomerRow {
        id: row.id,
        labels: names.labels(&values),
        values,
        age: birth.map(|birth| age_on(birth, today)),
        sync: row.sync,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// What the record itself tells; how its changes stand is added by the caller.
fn customer_view(open: &Open, stored: &StoredCustomer, names: &Names, today: NaiveDate) -> CustomerView {
    let record = &stored.record;
    let customer = Customer(record);
    let document = customer.value(Field::DocumentType);
    let value = |field: &Field| Some((*field, shown(*field, customer.value(*field)?, document)));
    let fields = Field::ALL.iter().filter(|field| **field != Field::Extra);
    let values: BTreeMap<Field, String> = fields.filter_map(value).collect();
    let actor = open.actor();
    let may = |permission| allowed(&actor, permission, record).is_ok();
    CustomerView {
        id: customer.id(),
        revision: record.revision,
        labels: names.labels(&values),
        values,
        extra: customer.extra(),
        age: customer.age(today),
        area_retired: customer.area_retired(today),
        sync: stored.sync,
        pending: Vec::new(),
        refused: Vec::new(),
        conflicts: Vec::new(),
        may_edit: may(Permission::CustomersEdit),
        may_delete: may(Permission::CustomersDelete),
        may_reveal: may(Permission::CustomersReveal),
        created_at: record.created_at,
        updated_at: record.updated_at,
    }
}

fn pending(past: &[Past]) -> Vec<Field> {
    let waiting = past.iter().filter(|past| past.pending);
    let fields: BTreeSet<Field> =
        waiting.flat_map(|past| past.change.fields.keys()).filter_map(|field| Field::parse(field)).collect();
    fields.into_iter().collect()
}

fn history_view(past: Past, document: Option<&str>, names: &Names) -> HistoryView {
    let Past { change, here, pending } = past;
    let Change { fields, actor, made_at, channel, reason, .. } = change;
    let text = |field: &str, value: Option<String>| shown_text(field, &value?, document);
    let fields = fields
        .into_iter()
        .map(|(field, change)| HistoryField {
            old: text(&field, change.base),
            new: text(&field, change.new),
            field,
        })
        .collect();
    HistoryView {
        at: made_at.wall,
        // Who changed it elsewhere is not told to the device.
        by: Some(actor).filter(|actor| *actor != UserId(Uuid::nil())).and_then(|actor| names.user(actor)),
        this_device: here,
        channel,
        reason,
        pending,
        fields,
    }
}
