//! Texts that people type.

use super::Draw;
use chrono::NaiveDate;
use lq_domain::clock::Timestamp;
use lq_domain::customers::{Field, Typed, check, new_record, parse_field, read, shown};
use lq_domain::divisions as list;
use lq_domain::feeds::FeedId;
use lq_domain::ids::CustomerId;
use lq_domain::pinyin::{initials, normalise, search_keys};
use uuid::Uuid;

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
const DOCUMENTS: [&str; 5] = ["", "resident_id", "passport", "business_licence", "no document"];

/// What the form takes, the server takes; what is shown of it is no longer than what a screen bears.
///
/// # Panics
/// When the server would refuse what the form has read.
pub fn form(bytes: &[u8]) {
    let mut draw = Draw(bytes);
    let mut typed = Typed::new();
    for _ in 0..=draw.below(4) {
        typed.insert(Field::ALL[draw.below(Field::ALL.len())], draw.text());
    }
    let document = DOCUMENTS[draw.below(DOCUMENTS.len())];
    for (field, text) in &typed {
        if let Ok(Some(value)) = parse_field(*field, text, document, TODAY) {
            let _ = shown(*field, &value, Some(document));
        }
        let _ = shown(*field, text, None);
    }
    typed.entry(Field::Name).or_insert_with(|| "张三".to_owned());
    // Set by the program, and never typed.
    for assigned in [Field::Extra, Field::Tags] {
        typed.remove(&assigned);
    }
    let mut record = new_record(CustomerId(Uuid::from_u128(1)), Timestamp(0));
    let Ok(reading) = read(&record, &typed, TODAY) else { return };
    for (field, change) in reading.changes {
        record.set(&field, change.new);
    }
    if let Err(problem) = check(&record, TODAY) {
        panic!(
            "the form takes what the server refuses: {} {}",
            problem.field.as_str(),
            problem.problem.code()
        );
    }
}

/// Names become sounds, in bounded time and number.
///
/// # Panics
/// When there are too many, or the search form of a text is not its own search form.
pub fn pinyin(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let keys = search_keys(&text);
    let _ = (keys.pinyin(), keys.initials());
    let readings = keys.readings();
    assert!(readings.len() <= 64, "{} readings", readings.len());
    for reading in &readings {
        let _ = initials(reading);
    }
    let once = normalise(&text);
    assert_eq!(normalise(&once), once, "the search form of the search form");
}

/// Places by code and by name.
///
/// # Panics
/// When a place is found that has no name.
pub fn divisions(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = (list::path(&text), list::name(&text), list::full_name(&text), list::area_exists(&text));
    for child in list::children(Some(&text)) {
        assert!(child.code.starts_with(&*text), "a part of another");
    }
    if let Some(code) = list::find(&text) {
        assert!(list::name(code).is_some() && list::path(code).is_some(), "{code} has no name");
    }
}

/// Names of feeds.
///
/// # Panics
/// When a name that was read is not read again.
pub fn feeds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    if let Ok(feed) = FeedId::try_from(text) {
        assert!(FeedId::try_from(feed.to_string()) == Ok(feed.clone()), "{feed}");
    }
}
