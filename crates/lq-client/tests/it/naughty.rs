//! The Big List of Naughty Strings: typed, taken out, and brought in again.

use crate::desk::{Desk, refusal};
use crate::exports;
use crate::imports::{counts, data, import};
use lq_client::contract::files::{ExportFormat, ImportMode, JobState};
use lq_domain::customers::Field;
use lq_domain::ids::CustomerId;
use lq_domain::values::Name;
use lq_protocol::error::ErrorCode;
use std::collections::BTreeMap;
use std::path::Path;

/// What stands as the name of a customer whose string is no name.
const OTHER: &str = "备注";

/// Those of the list that a spreadsheet would round, show with an exponent, or strip of their zeros.
const NUMBERS: [&str; 10] = [
    "1E2",
    "1E02",
    "1E+02",
    "0.00",
    "999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999",
    "123456789012345678901234567890123456789",
    "01000",
    "08",
    "09",
    "2.2250738585072011e-308",
];

fn strings() -> Vec<String> {
    let strings: Vec<String> =
        serde_json::from_slice(&std::fs::read(data("badinput/blns.json")).unwrap()).unwrap();
    assert_eq!(strings.len(), 485);
    strings
}

fn values<'t>(name: &'t str, place: &'t str, note: &'t str) -> [(Field, &'t str); 3] {
    [(Field::Name, name), (Field::Occupation, place), (Field::Notes, note)]
}

/// Types each string as name and as note of a customer; the customers, and how often a name was refused with which code.
async fn typed(desk: &Desk, strings: &[String]) -> (Vec<CustomerId>, BTreeMap<ErrorCode, u32>) {
    let (mut ids, mut refused) = (Vec::new(), BTreeMap::new());
    for (index, text) in strings.iter().enumerate() {
        let place = format!("B{index}");
        let saved = match desk.create(&place, &values(text, &place, text)).await {
            Ok(saved) => saved,
            refusing => {
                let (code, field) = refusal(refusing);
                assert_eq!(field, "name", "{place}");
                *refused.entry(code).or_default() += 1;
                desk.create(&place, &values(OTHER, &place, text)).await.unwrap()
            }
        };
        ids.push(saved.ids[0]);
    }
    (ids, refused)
}

#[tokio::test]
async fn s1_1_every_naughty_string_is_kept_as_typed_or_refused_with_a_code() {
    let desk = Desk::new().await;
    let strings = strings();
    let (ids, refused) = typed(&desk, &strings).await;
    // Seven show nothing: the empty one, and six of spaces and marks without width. Twelve are longer than 100 characters.
    // As a note each of them is kept, control characters too; only U+0000 can't be stored, and the list has none.
    assert_eq!(refused, BTreeMap::from([(ErrorCode::TextBlank, 7), (ErrorCode::TextLength, 12)]));
    for (id, text) in ids.into_iter().zip(&strings) {
        let values = desk.get(id).await.values;
        // The empty one is no value.
        assert_eq!(values.get(&Field::Notes).map_or("", String::as_str), text);
        let name = if Name::parse(text).is_ok() { text.trim() } else { OTHER };
        assert_eq!(values[&Field::Name], name);
    }
    let nul = refusal(desk.create("nul", &[(Field::Name, "张三"), (Field::Notes, "a\0b")]).await);
    assert_eq!(nul, (ErrorCode::TextCharacter, "notes".to_owned()));
}

/// A text as it stands in a CSV file of ours, and whether anything was put in front of it.
fn shielded(text: &str) -> (String, bool) {
    if text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']) {
        return (format!("'{text}"), true);
    }
    if NUMBERS.contains(&text) { (format!("\t{text}"), true) } else { (text.to_owned(), false) }
}

/// The cells of an exported file, by the place in the list.
fn cells(path: &Path) -> BTreeMap<usize, (String, String)> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut reader = csv::Reader::from_reader(text.strip_prefix('\u{feff}').unwrap().as_bytes());
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        (row[1].strip_prefix('B').unwrap().parse().unwrap(), (row[0].to_owned(), row[2].to_owned()))
    });
    rows.collect()
}

#[tokio::test]
async fn f2_2_naughty_strings_go_out_without_formulas_and_come_back_without_a_change() {
    let desk = Desk::new().await;
    let strings = strings();
    typed(&desk, &strings).await;
    let folder = tempfile::tempdir().unwrap();
    let path = exports::place(&folder, "客户.csv");
    let mut order = exports::order(&path, ExportFormat::Csv);
    order.columns = vec![Field::Name, Field::Occupation, Field::Notes];
    assert_eq!(exports::run(&desk, order).await.state, JobState::Done);

    let cells = cells(&path);
    assert_eq!(cells.len(), strings.len());
    let mut in_front = 0;
    for (index, text) in strings.iter().enumerate() {
        let (name, note) = &cells[&index];
        let (expected, changed) = shielded(text);
        assert_eq!(*note, expected);
        let kept = if Name::parse(text).is_ok() { text.trim() } else { OTHER };
        assert_eq!(*name, shielded(kept).0);
        in_front += u32::from(changed);
    }
    assert_eq!(in_front, 31, "21 that a spreadsheet would compute, and 10 numbers");
    for mode in [ImportMode::AddOnly, ImportMode::Update] {
        let again = import(&desk, &path, mode).await;
        assert!(again.counts == counts(485, 0, 0, 485, 0), "{} updated", again.counts.updated);
    }
}
