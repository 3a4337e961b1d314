//! Customers as the screen sees them.

use super::{Input, View};
use lq_domain::clock::Timestamp;
use lq_domain::customers::query::{CustomerQuery, SyncMark};
use lq_domain::customers::{Field, FieldAccess, Kinds, Shape};
use lq_domain::feature::Feature;
use lq_domain::ids::{ChangeId, CustomerId, TagId};
use lq_protocol::change::Channel;
use lq_protocol::error::{ErrorCode, FieldError};
use std::collections::BTreeMap;

View! {
    /// The customer's fields as this user may use them, in the order of forms.
    pub struct FieldView {
        /// The field.
        pub field: Field,
        /// How its text is read and shown.
        pub shape: Shape,
        /// Which customers have it.
        pub kinds: Kinds,
        /// The words it may hold, when it is a choice.
        pub choices: Vec<String>,
        /// What the user may do with it.
        pub access: FieldAccess,
    }
}

Input! {
    /// A window of a list.
    pub struct CustomersPage {
        /// Which customers.
        pub query: CustomerQuery,
        /// Fields to read.
        pub columns: Vec<Field>,
        /// Rows to skip.
        pub offset: u32,
        /// Rows wanted, at most 500.
        pub limit: u32,
    }
}

View! {
    /// A window of a list.
    pub struct CustomersPageView {
        /// How many customers the query has in all.
        pub total: u32,
        /// The window's rows.
        pub rows: Vec<CustomerRow>,
    }
}

View! {
    /// One customer in a list. Values are canonical text, masked where the class says so.
    pub struct CustomerRow {
        /// The customer.
        pub id: CustomerId,
        /// Values by field; absent ones are missing.
        #[ts(type = "Partial<Record<Field, string>>")]
        pub values: BTreeMap<Field, String>,
        /// For owner, branch and division: what to show instead of the code.
        #[ts(type = "Partial<Record<Field, string>>")]
        pub labels: BTreeMap<Field, String>,
        /// Age in years today.
        pub age: Option<u32>,
        /// How the record stands with the server.
        pub sync: SyncMark,
        /// When the record was made.
        pub created_at: Timestamp,
        /// When the record was last changed.
        pub updated_at: Timestamp,
    }
}

Input! {
    /// Quick search from anywhere, as typed, also in the middle of composing.
    pub struct FindCustomers {
        /// What was typed.
        pub text: String,
        /// Hits wanted, at most 50.
        pub limit: u32,
    }
}

View! {
    /// A customer found.
    pub struct CustomerHit {
        /// The customer.
        pub id: CustomerId,
        /// `personal` or `corporate`.
        pub kind: String,
        /// The name.
        pub name: String,
        /// The mobile number, masked.
        pub mobile: Option<String>,
        /// The document number or USCC, masked.
        pub number: Option<String>,
        /// The owner's name.
        pub owner: Option<String>,
        /// What matched.
        pub matched: Matched,
    }
}

View! {
    /// What a search text matched.
    #[derive(Copy, PartialEq, Eq)]
    pub enum Matched {
        /// The name.
        Name,
        /// The name's pinyin.
        Pinyin,
        /// The initials of the name's pinyin.
        Initials,
        /// A phone number.
        Phone,
        /// A document number or USCC.
        Number,
    }
}

Input! {
    /// Names one customer.
    pub struct CustomerRef {
        /// The customer.
        pub id: CustomerId,
    }
}

View! {
    /// All about one customer.
    pub struct CustomerView {
        /// The customer.
        pub id: CustomerId,
        /// The revision that a later edit is based on.
        pub revision: u64,
        /// Canonical values, masked where the class says so.
        #[ts(type = "Partial<Record<Field, string>>")]
        pub values: BTreeMap<Field, String>,
        /// For owner, branch and division: what to show instead of the code.
        #[ts(type = "Partial<Record<Field, string>>")]
        pub labels: BTreeMap<Field, String>,
        /// Values of imported columns that have no field of their own, by column name.
        pub extra: BTreeMap<String, String>,
        /// Age in years today.
        pub age: Option<u32>,
        /// The resident ID's area code is no longer in use.
        pub area_retired: bool,
        /// How the record stands with the server.
        pub sync: SyncMark,
        /// Fields with changes that wait to be sent.
        pub pending: Vec<Field>,
        /// Changes the server refused, with what was typed.
        pub refused: Vec<RefusedView>,
        /// Fields that wait for a choice.
        pub conflicts: Vec<ConflictView>,
        /// Whether the user may change this customer.
        pub may_edit: bool,
        /// Whether the user may delete this customer.
        pub may_delete: bool,
        /// Whether the user may unmask fields.
        pub may_reveal: bool,
        /// When the record was made.
        pub created_at: Timestamp,
        /// When the record was last changed.
        pub updated_at: Timestamp,
    }
}

View! {
    /// A change that the server refused.
    pub struct RefusedView {
        /// The change; the sync centre sends it again or drops it.
        pub change: ChangeId,
        /// Why.
        pub code: ErrorCode,
        /// The field it is about.
        pub field: Option<String>,
        /// What was typed, masked where the class says so, by field.
        pub typed: BTreeMap<String, String>,
        /// When it was made.
        pub made_at: Timestamp,
    }
}

View! {
    /// A field that two people changed.
    pub struct ConflictView {
        /// The change that met another.
        pub change: ChangeId,
        /// What kind of record it is about: a customer, or a tag.
        pub entity: Feature,
        /// The customer, or the tag.
        pub customer: CustomerId,
        /// What it is called.
        pub customer_name: String,
        /// The field; `deleted` when the other side deleted the customer.
        pub field: String,
        /// What the user had seen, masked where the class says so.
        pub base: Option<String>,
        /// What the user entered.
        pub mine: Option<String>,
        /// What the server has.
        pub theirs: Option<String>,
        /// When the user entered it.
        pub mine_at: Timestamp,
        /// Who changed it on the server, when known.
        pub theirs_by: Option<String>,
        /// When the server's value was written, when known.
        pub theirs_at: Option<Timestamp>,
    }
}

Input! {
    /// Checks what was typed, before saving: problems, derived values, possible duplicates. Changes nothing.
    pub struct CheckCustomer {
        /// The customer being edited; none for a new one.
        pub id: Option<CustomerId>,
        /// What was typed, by field.
        #[ts(type = "Partial<Record<Field, string>>")]
        pub values: BTreeMap<Field, String>,
    }
}

View! {
    /// What a check found.
    pub struct CustomerCheck {
        /// Problems by field.
        pub problems: Vec<FieldError>,
        /// Values that follow from what was typed: birth date and gender from a resident ID.
        #[ts(type = "Partial<Record<Field, string>>")]
        pub derived: BTreeMap<Field, String>,
        /// Age in years, when the birth date is known.
        pub age: Option<u32>,
        /// The resident ID's area code is no longer in use.
        pub area_retired: bool,
        /// Customers with the same document, code, mobile, or name and birth date.
        pub duplicates: Vec<DuplicateView>,
    }
}

View! {
    /// A customer that may be the same.
    pub struct DuplicateView {
        /// The customer.
        pub id: CustomerId,
        /// The name.
        pub name: String,
        /// The owner's name.
        pub owner: Option<String>,
        /// The field that is the same.
        pub field: Field,
        /// Whether saving is refused: the same document or code is the same customer. A mobile is only a hint.
        pub blocks: bool,
    }
}

Input! {
    /// Adds a customer.
    pub struct CreateCustomer {
        /// What was typed, by field. Only the name is required.
        #[ts(type = "Partial<Record<Field, string>>")]
        pub values: BTreeMap<Field, String>,
        /// Identifies the attempt: a repeated key adds nothing and answers with the first result.
        pub key: String,
    }
}

Input! {
    /// Changes a customer: only the fields that were touched. An empty text clears a field.
    pub struct UpdateCustomer {
        /// The customer.
        pub id: CustomerId,
        /// The revision the form was opened with.
        pub revision: u64,
        /// What was typed, by field.
        #[ts(type = "Partial<Record<Field, string>>")]
        pub values: BTreeMap<Field, String>,
        /// Why, when the user was asked.
        pub reason: Option<String>,
    }
}

View! {
    /// A saved change.
    pub struct Saved {
        /// The customers that changed.
        pub ids: Vec<CustomerId>,
        /// Takes the change back; none when nothing changed.
        pub undo: Option<String>,
    }
}

Input! {
    /// Deletes customers.
    pub struct DeleteCustomers {
        /// The customers.
        pub ids: Vec<CustomerId>,
    }
}

Input! {
    /// Puts tags on customers and takes tags off.
    pub struct TagCustomers {
        /// The customers.
        pub ids: Vec<CustomerId>,
        /// Tags to put on.
        pub add: Vec<TagId>,
        /// Tags to take off.
        pub remove: Vec<TagId>,
    }
}

Input! {
    /// Takes back a saved change.
    pub struct UndoCustomers {
        /// From [`Saved::undo`].
        pub undo: String,
    }
}

Input! {
    /// Shows one masked field, for a reason that is kept in the audit.
    pub struct RevealField {
        /// The customer.
        pub id: CustomerId,
        /// The field.
        pub field: Field,
        /// Why.
        pub reason: String,
    }
}

View! {
    /// An unmasked value.
    pub struct Revealed {
        /// The canonical text.
        pub value: String,
        /// Seconds for which the screen may show it.
        pub seconds: u32,
    }
}

View! {
    /// One change in a customer's history, newest first.
    pub struct HistoryView {
        /// When.
        pub at: Timestamp,
        /// Who.
        pub by: Option<String>,
        /// On this device, or on another.
        pub this_device: bool,
        /// The way it was made.
        pub channel: Channel,
        /// Why, when the author was asked.
        pub reason: Option<String>,
        /// Whether it still waits to be sent.
        pub pending: bool,
        /// From what to what, masked where the class says so.
        pub fields: Vec<HistoryField>,
    }
}

View! {
    /// One field of a change.
    pub struct HistoryField {
        /// The field, or `deleted`.
        pub field: String,
        /// From.
        pub old: Option<String>,
        /// To.
        pub new: Option<String>,
    }
}
