//! Who may be the same customer.

use super::{Customer, Field, Kind};
use crate::pinyin::normalise;
use crate::values::{DocumentNumber, DocumentType, Uscc};
use chrono::NaiveDate;

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

/// The keys that prove identity which a number stands for, whatever kind of document it is the number of. Empty when it can be none.
#[must_use]
pub fn keys_of_number(typed: &str, today: NaiveDate) -> Vec<DuplicateKey> {
    let documents = DocumentType::ALL.iter().filter_map(|kind| {
        let number = DocumentNumber::parse(*kind, typed, today).ok()?;
        Some(document_key(kind.as_str(), &String::from(number)))
    });
    documents.chain(Uscc::parse(typed).ok().map(|code| uscc_key(&String::from(code)))).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::new_record;

    fn found(typed: &str, fields: &[(&str, &str)]) -> bool {
        let mut record = new_record(crate::ids::CustomerId(uuid::Uuid::nil()), crate::clock::Timestamp(0));
        for (field, value) in fields {
            record.set(field, Some((*value).to_owned()));
        }
        let today = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        let named = keys_of_number(typed, today);
        assert!(named.iter().all(|key| key.proof), "{typed}");
        duplicate_keys(Customer(&record)).iter().any(|key| named.contains(key))
    }

    #[test]
    fn s7_1_a_number_in_full_names_the_customer_that_has_it_and_a_part_or_a_phone_names_none() {
        let person = [
            ("name", "张三"),
            ("document_type", "resident_id"),
            ("document_number", "11010519491231002X"),
            ("mobile", "13812345678"),
        ];
        assert!(found(" 110105 19491231 002x ", &person));
        assert!(!found("002X", &person));
        assert!(!found("13812345678", &person));
        assert!(!found("张三", &person));
        assert!(found("e12345678", &[("document_type", "passport"), ("document_number", "E12345678")]));
        let company = [("kind", "corporate"), ("name", "某某公司"), ("uscc", "91350100M000100Y43")];
        assert!(found("91350100m000100y43", &company));
    }
}
