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

#[tokio::test]
async fn x16_no_text_of_a_search_or_a_filter_is_taken_for_sql() {
    let desk = Desk::new().await;
    let id = desk.add(&[(Field::Name, "张三"), (Field::Notes, "'; DROP TABLE customers; --")]).await;
    let more = [
        "' OR 1=1 --",
        "\" OR \"\"=\"",
        "张*",
        "name:张",
        "NEAR(张 三)",
        "张 AND 三",
        "^张",
        "{whole} : 张",
        "%",
        "_",
        "\\",
        "a\0b",
        "; DELETE FROM customers",
        "UNION SELECT * FROM changes",
    ];
    let strings: Vec<String> = strings().into_iter().chain(more.map(str::to_owned)).collect();
    let columns = serde_json::json!(["name"]);
    for text in &strings {
        let found =
            desk.client.dispatch("customers_find", serde_json::json!({ "text": text, "limit": 50 })).await;
        assert!(found.is_ok(), "{:?}", found.map_err(|error| error.code));
        let mut query = serde_json::json!(lq_domain::customers::query::CustomerQuery::default());
        query["text"] = serde_json::json!(text);
        let page = serde_json::json!({ "query": query, "columns": columns, "offset": 0, "limit": 500 });
        let page = desk.client.dispatch("customers_page", page).await;
        assert!(page.is_ok(), "{:?}", page.map_err(|error| error.code));
        let tag = serde_json::json!({ "name": text, "colour": "blue" });
        if let Err(error) = desk.client.dispatch("tags_create", tag).await {
            assert!(
                ["text_", "name_"].iter().any(|kind| error.code.as_str().starts_with(kind)),
                "{:?}",
                error.code
            );
        }
        let parent = serde_json::json!({ "parent": text });
        if let Err(error) = desk.client.dispatch("divisions_list", parent).await {
            assert_eq!(error.code, ErrorCode::DivisionUnknown);
        }
    }
    assert_eq!(desk.get(id).await.values[&Field::Name], "张三");
    assert_eq!(desk.find("张三").await, ["张三"]);
    // Signs alone find only names that have them.
    for text in ["' OR 1=1 --", "%", "_", "\" OR \"\"=\""] {
        assert!(desk.find(text).await.is_empty(), "{text}");
    }
}

#[tokio::test]
async fn x1_what_a_hostile_file_says_goes_into_no_other_files_formula_and_no_folder() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("..=1+1.csv");
    std::fs::write(&path, "姓名,手机,=cmd|' /C calc'!A0\n=HYPERLINK(\"x\"),1,@SUM(1)\n").unwrap();
    let view = desk
        .client
        .imports_inspect(lq_client::contract::files::InspectFile {
            path: path.to_string_lossy().into_owned(),
            options: None,
        })
        .await
        .unwrap();
    assert_eq!(view.name, "..=1+1.csv", "the file's name, and no folder");
    for name in
        ["../../evil.csv", "..\\..\\evil.csv", "/etc/passwd", "C:\\evil.csv", "a/../../b.csv", "\u{0}.csv"]
    {
        let asked = lq_client::contract::files::SuggestPath { name: name.to_owned() };
        let suggested = desk.client.exports_suggest(asked).await.unwrap().path;
        let name = Path::new(&suggested).file_name().unwrap().to_string_lossy().into_owned();
        assert!(!name.contains(['/', '\\', ':', '\0']), "{name}");
        let climbs = Path::new(&suggested).components().any(|part| part == std::path::Component::ParentDir);
        assert!(!climbs, "{suggested}");
    }
    // What never ends is no file.
    #[cfg(unix)]
    for device in ["/dev/zero", "/dev/random", "/proc/self/mem", "/"] {
        let asked = lq_client::contract::files::InspectFile { path: device.to_owned(), options: None };
        let refused = refusal(desk.client.imports_inspect(asked).await);
        assert!([ErrorCode::FileUnreadable, ErrorCode::FileEmpty].contains(&refused.0), "{device}");
    }
}
