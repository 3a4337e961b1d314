//! Masked values that come back: from a form that was not touched, or from a file that we wrote ourselves.

use lq_domain::customers::{Customer, Field, is_masked, shown};
use lq_domain::masking;
use lq_domain::record::Record;

/// What separates phones in a form or a file.
const SEPARATORS: [char; 7] = [',', ';', '，', '；', '、', '/', '\n'];

/// Whether a cell of a file is the record's present value as the screen and our own exports show it, so that it changes
/// nothing.
///
/// The importer asks for every cell of a field that [`is_masked`] before it reads the cell.
pub(crate) fn is_own_masked(field: Field, cell: &str, record: &Record) -> bool {
    matches!(typed_over(field, cell, record), Typed::Same)
}

/// What a typed text means over the record's present value.
pub(super) enum Typed {
    /// The masked present value: nothing was entered.
    Same,
    /// A text to read.
    Text(String),
}

/// Reads a typed text over the present value. In a list of phones each masked one stands for the phone it hides.
pub(super) fn typed_over(field: Field, typed: &str, record: &Record) -> Typed {
    let customer = Customer(record);
    let present = customer.value(field).filter(|_| is_masked(field) && typed.contains(masking::SIGN));
    let Some(present) = present else { return Typed::Text(typed.to_owned()) };
    if shown(field, present, customer.value(Field::DocumentType)) == typed.trim() {
        return Typed::Same;
    }
    if field == Field::Phones { phones_over(typed, present) } else { Typed::Text(typed.to_owned()) }
}

fn phones_over(typed: &str, present: &str) -> Typed {
    let mut hidden: Vec<&str> = present.split(' ').collect();
    let mut phones = Vec::new();
    let mut all_known = true;
    for part in typed.split(SEPARATORS).map(str::trim).filter(|part| !part.is_empty()) {
        match hidden.iter().position(|phone| masking::phone(phone) == part) {
            Some(at) => phones.push(hidden.remove(at)),
            None => {
                all_known = false;
                phones.push(part);
            }
        }
    }
    if all_known && hidden.is_empty() { Typed::Same } else { Typed::Text(phones.join(";")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lq_domain::clock::Timestamp;
    use lq_domain::feature::Feature;

    fn record() -> Record {
        let mut record = Record::new(Feature::Customers, uuid::Uuid::nil(), Timestamp(0));
        for (field, value) in [
            ("mobile", "13812345678"),
            ("phones", "010-82345679 0571-87654321"),
            ("name", "张**"),
            ("address", "文三路199号"),
        ] {
            record.set(field, Some(value.to_owned()));
        }
        record
    }

    fn read(field: Field, typed: &str) -> Option<String> {
        match typed_over(field, typed, &record()) {
            Typed::Same => None,
            Typed::Text(text) => Some(text),
        }
    }

    #[test]
    fn x14_a_masked_value_that_comes_back_is_no_entry() {
        assert_eq!(read(Field::Mobile, " 138****5678 "), None);
        assert_eq!(read(Field::Address, "文三******"), None);
        assert!(is_own_masked(Field::Phones, "010*****5679 057******4321", &record()));
        assert!(is_own_masked(Field::Phones, "057******4321; 010*****5679", &record()));
        assert_eq!(read(Field::Mobile, "139****5678").as_deref(), Some("139****5678"));
        assert_eq!(read(Field::Name, "张**").as_deref(), Some("张**"), "names are never masked");
    }

    #[test]
    fn x14_masked_phones_keep_their_numbers_when_another_is_added_or_taken_away() {
        let added = read(Field::Phones, "010*****5679, 057******4321, 021-61234567");
        assert_eq!(added.as_deref(), Some("010-82345679;0571-87654321;021-61234567"));
        assert_eq!(read(Field::Phones, "010*****5679").as_deref(), Some("010-82345679"));
    }
}
