//! Customers for other systems: read, change, delete. The same rules and the same door as for devices.

use crate::app::App;
use crate::db::records;
use crate::error::ServerError;
use crate::http::extract::{Body, Id};
use crate::session::Signed;
use crate::write::{self, Author};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use lq_domain::access::{Denial, Permission};
use lq_domain::clock::{Stamp, Timestamp};
use lq_domain::customers::{Customer, Field, Typed, read, shown};
use lq_domain::feature::Feature;
use lq_domain::ids::ChangeId;
use lq_domain::record::{DELETED, FieldChange, FieldChanges, Record};
use lq_protocol::SCHEMA;
use lq_protocol::change::{Change, ChangeResult, Channel};
use lq_protocol::error::{ApiError, ErrorCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A customer. Sensitive fields are masked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomerView {
    /// The customer.
    id: Uuid,
    /// Counts the writes.
    revision: u64,
    /// Values by field.
    fields: BTreeMap<String, String>,
    /// When the customer was made, UTC milliseconds.
    #[schema(value_type = i64)]
    created_at: Timestamp,
    /// When the customer was last written, UTC milliseconds.
    #[schema(value_type = i64)]
    updated_at: Timestamp,
}

#[cfg(any(test, feature = "fuzz"))]
impl CustomerChange {
    /// Reads the fields over an empty customer.
    pub(crate) fn examine(self) {
        let new = lq_domain::customers::new_record(lq_domain::ids::CustomerId(Uuid::nil()), Timestamp(0));
        let fields = self.fields.into_iter();
        let typed: Typed = fields.filter_map(|(name, text)| Some((Field::parse(&name)?, text))).collect();
        let _ = read(&new, &typed, Timestamp(0).china_day());
    }
}

impl From<&Record> for CustomerView {
    fn from(record: &Record) -> Self {
        let document = record.get(Field::DocumentType.as_str());
        let show = |(name, value): (&String, &String)| {
            let field = Field::parse(name)?;
            Some((name.clone(), shown(field, value, document)))
        };
        Self {
            id: record.id,
            revision: record.revision,
            fields: record.fields.iter().filter_map(show).collect(),
            created_at: record.created_at,
            updated_at: record.updated_at,
        }
    }
}

/// What changes about a customer; fields not named stay, an empty text clears one.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CustomerChange {
    /// The revision that the asker saw; another one is refused.
    #[serde(default)]
    revision: Option<u64>,
    /// Values as they are typed, by field.
    fields: BTreeMap<String, String>,
    /// Why.
    #[serde(default)]
    reason: Option<String>,
}

/// One customer within the asker's scope.
#[utoipa::path(get, path = "/v1/customers/{id}", tag = "customers", security(("session" = [])),
    params(("id" = Uuid, Path)), responses(
    (status = 200, body = CustomerView),
    (status = 404, body = ApiError, description = "no such customer, or not for this user"),
))]
pub(crate) async fn get(
    State(app): State<App>,
    signed: Signed,
    Id(id): Id,
) -> Result<Json<CustomerView>, ServerError> {
    let record = allowed(&app, &signed, id, Permission::CustomersRead).await?;
    Ok(Json(CustomerView::from(&record)))
}

/// Changes fields of a customer.
#[utoipa::path(put, path = "/v1/customers/{id}", tag = "customers", security(("session" = [])),
    params(("id" = Uuid, Path)), request_body = CustomerChange, responses(
    (status = 200, body = CustomerView),
    (status = 403, body = ApiError, description = "the role may not do this"),
    (status = 404, body = ApiError, description = "no such customer, or not for this user"),
    (status = 409, body = ApiError, description = "changed by somebody else meanwhile, or a duplicate"),
    (status = 422, body = ApiError, description = "a value is not valid"),
))]
pub(crate) async fn put(
    State(app): State<App>,
    signed: Signed,
    Id(id): Id,
    Body(change): Body<CustomerChange>,
) -> Result<Json<CustomerView>, ServerError> {
    let before = allowed(&app, &signed, id, Permission::CustomersEdit).await?;
    if change.revision.is_some_and(|seen| seen != before.revision) {
        return Err(ErrorCode::RevisionOld.into());
    }
    let mut typed = Typed::new();
    for (name, text) in change.fields {
        let field =
            Field::parse(&name).ok_or_else(|| ApiError::new(ErrorCode::FieldUnknown).in_field(&name))?;
        typed.insert(field, text);
    }
    let reading =
        read(&before, &typed, app.clock().today()).map_err(|problems| ApiError::from(&problems[..]))?;
    let after = settle(&app, &signed, &before, reading.changes, change.reason).await?;
    Ok(Json(CustomerView::from(&after)))
}

/// Deletes a customer.
#[utoipa::path(delete, path = "/v1/customers/{id}", tag = "customers", security(("session" = [])),
    params(("id" = Uuid, Path)), responses(
    (status = 204),
    (status = 403, body = ApiError, description = "the role may not do this"),
    (status = 404, body = ApiError, description = "no such customer, or not for this user"),
))]
pub(crate) async fn delete(
    State(app): State<App>,
    signed: Signed,
    Id(id): Id,
) -> Result<StatusCode, ServerError> {
    let before = allowed(&app, &signed, id, Permission::CustomersDelete).await?;
    let gone = FieldChange { base: None, new: Some("1".to_owned()) };
    settle(&app, &signed, &before, FieldChanges::from([(DELETED.to_owned(), gone)]), None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The customer, if the asker may do this with it. Reaching for what is not theirs is audited.
async fn allowed(
    app: &App,
    signed: &Signed,
    id: Uuid,
    permission: Permission,
) -> Result<Record, ServerError> {
    let mut tx = app.db().begin().await?;
    let author = Author::from(signed);
    let found = records::find(&mut tx, Feature::Customers, id).await?;
    let found = found.filter(|record| !record.deleted());
    let denial = match &found {
        Some(record) => {
            let customer = Customer(record);
            author.actor.may_on(permission, customer.owner(), customer.branch()).err()
        }
        None => Some(Denial::NotVisible),
    };
    match (found, denial) {
        (Some(record), None) => Ok(record),
        (_, denial) => {
            write::note_refusal(&mut tx, &author, (Feature::Customers, id), app.now()).await?;
            tx.commit().await?;
            Err(denial.unwrap_or(Denial::NotVisible).into())
        }
    }
}

/// Sends a change through the door.
async fn settle(
    app: &App,
    signed: &Signed,
    before: &Record,
    fields: FieldChanges,
    reason: Option<String>,
) -> Result<Record, ServerError> {
    let author = Author::from(signed);
    let change = Change {
        id: ChangeId(app.new_id()),
        sequence: 0,
        entity: Feature::Customers,
        record_id: before.id,
        base_revision: before.revision,
        seen: None,
        fields,
        made_at: Stamp { wall: app.now(), counter: 0, device: author.device },
        actor: author.actor.user,
        schema: SCHEMA,
        reason,
        channel: Channel::Api,
    };
    let outcome = write::settle_api(app, &author, change).await?;
    match outcome.result {
        ChangeResult::Refused { code, field } => {
            let error = ApiError::new(code);
            Err(match field {
                Some(field) => error.in_field(&field),
                None => error,
            }
            .into())
        }
        ChangeResult::Conflict { .. } | ChangeResult::Merged { .. } => Err(ErrorCode::RevisionOld.into()),
        // A customer that was given away is out of the asker's sight now.
        ChangeResult::Applied => Ok(outcome.record.unwrap_or_else(|| before.clone())),
    }
}
