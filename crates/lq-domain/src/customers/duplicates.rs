//! Who may be the same customer.

use super::{Customer, Field, Kind};
use crate::pinyin::normalise;

/// Something that two records of one customer share.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DuplicateKey {
    /// The field it comes from; the name stands for name and birth date together.
    pub field: Field,
    /// The shared text.
    pub key: String,
    /// The same key is the same customer: documents and codes. A mobile or a name with birth date is only a hint, as
    /// families share a phone.
    pub proof: bool,
}

impl std::fmt::Debug for DuplicateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DuplicateKey({}, proof: {})", self.field.as_str(), self.proof)
    }
}

/// The key of an identity document, by its type's word and canonical number.
#[must_use]
pub fn document_key(document: &str, number: &str) -> DuplicateKey {
    DuplicateKey { field: Field::DocumentNumber, key: format!("{document}:{number}"), proof: true }
}

/// The key of a unified social credit code.
#[must_use]
pub fn uscc_key(code: &str) -> DuplicateKey {
    DuplicateKey { field: Field::Uscc, key: code.to_owned(), proof: true }
}

/// The keys of a customer, those that prove identity first.
#[must_use]
pub fn duplicate_keys(customer: Customer<'_>) -> Vec<DuplicateKey> {
    let mut keys = Vec::new();
    if let Some(number) = customer.value(Field::DocumentNumber) {
        keys.push(document_key(customer.value(Field::DocumentType).unwrap_or("resident_id"), number));
    }
    keys.extend(customer.value(Field::Uscc).map(uscc_key));
    let mut push = |field, key: String, proof| keys.push(DuplicateKey { field, key, proof });
    if let Some(mobile) = customer.value(Field::Mobile) {
        push(Field::Mobile, mobile.to_owned(), false);
    }
    let name = normalise(customer.name());
    match (customer.kind(), customer.value(Field::BirthDate)) {
        (Kind::Personal, Some(birth)) => push(Field::Name, format!("{name}|{birth}"), false),
        (Kind::Corporate, _) => push(Field::Name, name, false),
        (Kind::Personal, None) => {}
    }
    keys
}
