//! Customers: persons and companies. What they are made of, how typed text becomes their values, who they are the
//! same as.

mod access;
mod duplicates;
pub mod field;
mod form;
pub mod query;

pub use access::{FieldAccess, FieldRules, permission_to_change, sight};
pub use duplicates::{DuplicateKey, document_key, duplicate_keys, keys_of_number, uscc_key};
pub use field::{Field, FieldSpec, Kinds, Shape, choices, merge_rule};
pub use form::{FieldProblem, Problem, Reading, Typed, check, parse_field, read};

use crate::access::Rule;
use crate::feature::Feature;
use crate::ids::{BranchId, CustomerId, TagId, UserId};
use crate::masking;
use crate::record::{self, Record};
use crate::values::{ResidentId, age_on, parse_date};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Person or company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A person, 对私.
    Personal,
    /// A company, 对公.
    Corporate,
}

/// A customer's record, read by its meaning.
#[derive(Debug, Clone, Copy)]
pub struct Customer<'a>(pub &'a Record);

impl<'a> Customer<'a> {
    /// Whether this kind of customer has a field.
    #[must_use]
    pub fn has(self, field: Field) -> bool {
        match field.spec().kinds {
            Kinds::Both => true,
            Kinds::Personal => self.kind() == Kind::Personal,
            Kinds::Corporate => self.kind() == Kind::Corporate,
        }
    }

    /// The id.
    #[must_use]
    pub const fn id(self) -> CustomerId {
        CustomerId(self.0.id)
    }

    /// The canonical text of a field.
    #[must_use]
    pub fn value(self, field: Field) -> Option<&'a str> {
        self.0.get(field.as_str())
    }

    /// Person or company; a person unless said otherwise.
    #[must_use]
    pub fn kind(self) -> Kind {
        if self.value(Field::Kind) == Some("corporate") { Kind::Corporate } else { Kind::Personal }
    }

    /// The name; empty only in a record that is not complete.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.value(Field::Name).unwrap_or_default()
    }

    /// The relationship manager.
    #[must_use]
    pub fn owner(self) -> Option<UserId> {
        self.value(Field::Owner).and_then(UserId::parse)
    }

    /// The branch.
    #[must_use]
    pub fn branch(self) -> Option<BranchId> {
        self.value(Field::Branch).and_then(BranchId::parse)
    }

    /// The tags.
    #[must_use]
    pub fn tags(self) -> BTreeSet<TagId> {
        record::words(self.value(Field::Tags)).into_iter().filter_map(TagId::parse).collect()
    }

    /// The age in years on a day, when the birth date is known.
    #[must_use]
    pub fn age(self, today: NaiveDate) -> Option<u32> {
        let birth = parse_date(self.value(Field::BirthDate)?).ok()?;
        Some(age_on(birth, today))
    }

    /// Whether the resident ID names an area that is no longer in use: right, but worth a look.
    #[must_use]
    pub fn area_retired(self, today: NaiveDate) -> bool {
        self.value(Field::DocumentType) == Some("resident_id")
            && self
                .value(Field::DocumentNumber)
                .and_then(|number| ResidentId::parse(number, today).ok())
                .is_some_and(|id| id.area_retired())
    }

    /// Values of imported columns that have no field of their own.
    #[must_use]
    pub fn extra(self) -> BTreeMap<String, String> {
        self.value(Field::Extra).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }
}

/// The canonical text of the extra columns.
#[must_use]
pub fn extra_text(extra: &BTreeMap<String, String>) -> Option<String> {
    if extra.is_empty() { None } else { serde_json::to_string(extra).ok() }
}

/// A field's value as it may be shown to everybody who may see the customer: masked where its class asks for it.
#[must_use]
pub fn shown(field: Field, value: &str, document_type: Option<&str>) -> String {
    if !is_masked(field) {
        return value.to_owned();
    }
    match field {
        Field::Mobile => masking::mobile(value),
        Field::Phones => value.split(' ').map(masking::phone).collect::<Vec<_>>().join(" "),
        Field::Email => masking::email(value),
        Field::DocumentNumber if document_type == Some("resident_id") => masking::resident_id(value),
        Field::DocumentNumber => masking::document_number(value),
        Field::Address => masking::address(value),
        // A field without a mask of its own shows nothing.
        _ => masking::ends(value, 0, 0),
    }
}

/// Whether [`shown`] hides something of the field.
#[must_use]
pub const fn is_masked(field: Field) -> bool {
    matches!(sight(field), Rule::MaskedByClass)
}

/// Fields that follow from who works with the customer; nobody types them into a form.
#[must_use]
pub const fn is_assigned(field: Field) -> bool {
    matches!(field, Field::Owner | Field::Branch)
}

/// A new customer's record without values.
#[must_use]
pub fn new_record(id: CustomerId, at: crate::clock::Timestamp) -> Record {
    Record::new(Feature::Customers, id.0, at)
}
