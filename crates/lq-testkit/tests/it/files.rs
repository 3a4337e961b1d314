//! Lists have the rows, the faults and the encoding that were asked for.

use lq_domain::clock::Clock;
use lq_testkit::clock::FixedClock;
use lq_testkit::files::{Encoding, List, write_churn_list};
use lq_testkit::sample::Sample;

fn written(rows: u64, bad: u64, encoding: Encoding) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    let sample = Sample::new(7, FixedClock::default().today());
    List { sample, from: 0, rows, bad, encoding }.write(&path).unwrap();
    std::fs::read(path).unwrap()
}

#[test]
fn both_encodings_say_the_same() {
    let plain = String::from_utf8(written(300, 20, Encoding::Utf8)).unwrap();
    let bytes = written(300, 20, Encoding::Gb18030);
    assert!(std::str::from_utf8(&bytes).is_err());
    let (decoded, _, failed) = encoding_rs::GB18030.decode(&bytes);
    assert!(!failed);
    assert_eq!(decoded, plain.trim_start_matches('\u{feff}'));
    assert_eq!(decoded.lines().count(), 301);
}

#[test]
fn exactly_so_many_rows_are_bad() {
    let good = String::from_utf8(written(1_000, 0, Encoding::Utf8)).unwrap();
    let spoilt = String::from_utf8(written(1_000, 35, Encoding::Utf8)).unwrap();
    let differing = good.lines().zip(spoilt.lines()).filter(|(one, other)| one != other).count();
    assert_eq!(differing, 35);
}

#[test]
fn a_churn_list_has_fourteen_columns_in_each_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("churn.csv");
    write_churn_list(&path, 7, 100).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    assert_eq!(text.lines().count(), 101);
    assert!(text.lines().all(|line| line.split(',').count() == 14));
}
