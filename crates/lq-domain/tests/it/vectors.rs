//! Published vectors; a row counts when its oracles agree.

use crate::rows;
use chrono::NaiveDate;
use lq_domain::values::{Mobile, ResidentId, Uscc};
use lq_domain::{divisions, pinyin};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

#[test]
fn s1_1_mobile_vectors_are_all_right() {
    let agreed = rows("cn/cn_mobile_vectors.csv")
        .into_iter()
        .filter(|row| row["libphonenumber_mobile"] == row["validator_js_mobile"]);
    let mut count = 0;
    for row in agreed {
        let parsed = Mobile::parse(&row["input"]);
        assert_eq!(parsed.is_ok(), row["validator_js_mobile"] == "1", "{} {parsed:?}", row["input"]);
        if let (Ok(mobile), e164 @ [_, ..]) = (parsed, row["e164"].as_bytes()) {
            assert_eq!(format!("+86{}", mobile.as_str()).as_bytes(), e164);
        }
        count += 1;
    }
    assert!(count >= 25, "{count} rows agree");
}

#[test]
fn r30_resident_id_vectors_are_all_right() {
    let mut count = 0;
    for row in rows("cn/cn_resident_id_vectors.csv") {
        let parsed = ResidentId::parse(&row["number"], today());
        match row["consensus"].as_str() {
            "valid" => assert!(parsed.is_ok(), "{} {parsed:?}", row["number"]),
            "invalid" => assert!(parsed.is_err(), "{} {}", row["number"], row["note"]),
            _ => continue,
        }
        count += 1;
    }
    assert!(count >= 90, "{count} rows agree");
}

#[test]
fn x13_uscc_vectors_are_all_right() {
    let mut count = 0;
    for row in rows("cn/cn_uscc_vectors.csv") {
        if row["python_stdnum_valid"] != row["gb32100_check"] {
            continue;
        }
        let parsed = Uscc::parse(&row["code"]);
        assert_eq!(parsed.is_ok(), row["gb32100_check"] == "1", "{} {} {parsed:?}", row["code"], row["note"]);
        count += 1;
    }
    assert!(count >= 70, "{count} rows agree");
    assert!(Uscc::parse("91350100M000100Y43").is_ok());
    assert!(Uscc::parse("91350211M000100Y43").is_err());
}

#[test]
fn x16_every_surname_is_read_right() {
    let rows = rows("cn/cn_surname_pinyin.csv");
    let wrong: Vec<_> = rows
        .iter()
        .filter(|row| {
            pinyin::search_keys(&format!("{}某", row["surname"])).pinyin() != format!("{}mou", row["pinyin"])
        })
        .map(|row| row["surname"].as_str())
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:?}", wrong.len(), rows.len());
    assert_eq!(rows.iter().filter(|row| row["default_is_wrong"] == "1").count(), 28);
}

#[test]
fn x16_full_pinyin_and_initials_of_names_are_right() {
    let rows: Vec<_> = rows("cn/cn_name_pinyin_vectors.csv")
        .into_iter()
        .filter(|row| row["two_oracles_agree"] == "1")
        .collect();
    let wrong: Vec<_> = rows
        .iter()
        .filter(|row| {
            let keys = pinyin::search_keys(&row["name"]);
            keys.pinyin() != row["full_pinyin"] || keys.initials() != row["initials"]
        })
        .map(|row| format!("{} {}", row["name"], pinyin::search_keys(&row["name"]).pinyin()))
        .collect();
    let right = 1.0 - wrong.len() as f64 / rows.len() as f64;
    assert!(right >= 0.99, "{right:.3} of {}: {wrong:?}", rows.len());
}

#[test]
fn s1_1_divisions_are_those_of_the_national_list() {
    for file in ["provinces", "cities", "areas"] {
        for row in rows(&format!("cn/gb2260_{file}.csv")) {
            assert_eq!(divisions::name(&row["code"]), Some(row["name"].as_str()), "{}", row["code"]);
        }
    }
}

#[test]
fn s1_1_streets_are_those_of_the_national_list() {
    let file = std::fs::File::open(crate::shared("cn/gb2260_streets.csv.gz")).unwrap();
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let mut count = 0;
    for row in reader.deserialize() {
        let row: std::collections::HashMap<String, String> = row.unwrap();
        assert_eq!(divisions::name(&row["code"]), Some(row["name"].as_str()), "{}", row["code"]);
        count += 1;
    }
    assert_eq!(count, 41_352);
}
