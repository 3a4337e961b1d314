//! Files as they come from elsewhere: columns that nobody guesses, and more rows than anybody reads.

use crate::alone::begun;
use crate::bank::rows;
use crate::steps::Steps;
use lq_domain::clock::Clock;
use lq_testkit::clock::SystemClock;
use lq_testkit::files::{Encoding, List};
use lq_testkit::sample::Sample;
use lq_tests::desk::{Desk, word};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use thirtyfour::Key;

/// Where the columns of the public churn study go. No field is an age by itself, nor another bank's score.
const BY_HAND: [(&str, &str); 7] = [
    ("Surname", "customers.fields.name"),
    ("Geography", "customers.fields.address"),
    ("Gender", "customers.fields.gender"),
    ("Age", "imports.target_extra"),
    ("CreditScore", "imports.target_extra"),
    ("Balance", "customers.fields.assets"),
    ("EstimatedSalary", "customers.fields.income"),
];
/// Its other columns, and the two that were kept by hand.
const KEPT: [&str; 9] = [
    "RowNumber",
    "CustomerId",
    "CreditScore",
    "Age",
    "Tenure",
    "NumOfProducts",
    "HasCrCard",
    "IsActiveMember",
    "Exited",
];

const ROWS: u64 = 100_000;
const BAD: u64 = 500;
const GOOD: u32 = 99_500;
/// The columns whose values are spoilt in the bad rows, in turn.
const SPOILT: [&str; 7] = ["姓名", "手机号", "手机号", "证件号码", "出生日期", "邮箱", "风险等级"];

type Row = BTreeMap<String, String>;

#[tokio::test]
async fn x1_seven_thousand_rows_of_a_public_study_come_in_by_a_mapping_made_by_hand() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/churn/churn_modelling_A7000.csv")
        .canonicalize()
        .unwrap();
    let rows = rows(&file);
    assert_eq!(rows.len(), 7_000);
    let (_home, desk) = begun().await;
    desk.open_file(&file).await.unwrap();
    for (column, target) in BY_HAND {
        // Away from what was guessed first: what stands there in the end is the hand's.
        desk.map(column, &word("imports.target_skip")).await.unwrap();
        desk.map(column, &word(target)).await.unwrap();
    }
    let summary = word("imports.mapping_summary");
    let told = summary.replace("{{fields}}", "5").replace("{{extras}}", "9").replace("{{skips}}", "0");
    desk.sees(&told).await.unwrap();
    desk.check_mapping().await.unwrap();
    desk.run_import(7_000).await.unwrap();
    desk.go("nav.customers").await.unwrap();
    desk.sees(&word("customers.total_other").replace("{{shown}}", "7,000")).await.unwrap();
    let (first_half, second_half) = rows.split_at(3_500);
    for half in [first_half, second_half] {
        same_as_in_the_file(&desk, unmistakable(half, &rows)).await;
    }
    desk.close().await.unwrap();
}

/// A row whose surname no other row's contains.
fn unmistakable<'r>(some: &'r [Row], all: &[Row]) -> &'r Row {
    let alone = |name: &str| all.iter().filter(|row| row["Surname"].contains(name)).count() == 1;
    some.iter().find(|row| row["Surname"].len() > 5 && alone(&row["Surname"])).unwrap()
}

/// Opens the customer of a row, and compares the page with the row.
async fn same_as_in_the_file(desk: &Desk, row: &Row) {
    desk.search(&row["Surname"], &row["Surname"]).await.unwrap();
    desk.enter().await.unwrap();
    desk.sees(&word("customers.panel_extra")).await.unwrap();
    for column in KEPT {
        assert_eq!(desk.fact(column).await.unwrap(), row[column], "{column}");
    }
    let gender = word(&format!("customers.word_gender.{}", row["Gender"].to_lowercase()));
    let shown = desk.fact(&word("customers.fields.gender")).await.unwrap();
    assert!(shown.starts_with(&gender), "{shown}, not {gender}");
    for (column, field) in [("Balance", "assets"), ("EstimatedSalary", "income")] {
        let shown = desk.fact(&word(&format!("customers.fields.{field}"))).await.unwrap();
        let amount: String = shown.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
        assert_eq!(
            amount.parse::<f64>().unwrap().to_string(),
            row[column].parse::<f64>().unwrap().to_string()
        );
    }
    let place = desk.fact(&word("customers.fields.address")).await.unwrap();
    assert!(place.starts_with(&row["Geography"][..2]), "masked, but the same: {place}");
}

#[tokio::test]
async fn x1_a_hundred_thousand_rows_in_an_old_encoding_come_in_scroll_and_are_taken_back() {
    let (home, desk) = begun().await;
    let (list, good) = (home.path().join("名单.csv"), home.path().join("good.csv"));
    let errors = home.path().join("errors.csv");
    let written = List {
        sample: Sample::new(7, SystemClock.today()),
        from: 0,
        rows: ROWS,
        bad: BAD,
        encoding: Encoding::Gb18030,
    };
    let mut steps = Steps::begin();
    written.write(&list).unwrap();
    List { bad: 0, ..written }.write(&good).unwrap();
    steps.done("two lists written");
    desk.open_file(&list).await.unwrap();
    steps.done("file read");
    desk.check_mapping().await.unwrap();
    steps.done("rows checked");
    desk.run_import(GOOD).await.unwrap();
    steps.done("rows imported");
    desk.save_errors(&errors).await.unwrap();
    assert_error_file(&errors, &spoilt_rows(&list, &good));
    steps.done("error file saved and compared");
    let last = scroll(&desk).await;
    steps.done("list scrolled");
    desk.go("nav.imports").await.unwrap();
    desk.undo_import().await.unwrap();
    let undone = word("imports.undo_result").replace("{{removed}}", "99,500");
    desk.sees_at_last(&undone.replace("{{restored}}", "0").replace("{{kept}}", "0")).await.unwrap();
    steps.done("import taken back");
    desk.go("nav.customers").await.unwrap();
    desk.sees(&word("customers.empty_title")).await.unwrap();
    desk.press(&[Key::Control], 'k').await.unwrap();
    desk.fill(&word("palette.placeholder"), &last).await.unwrap();
    desk.sees(&word("palette.empty").replace("{{text}}", &last)).await.unwrap();
    steps.done("looked for in vain");
    desk.close().await.unwrap();
}

/// The places of the rows that differ from those of the good list; the header has the place 1.
fn spoilt_rows(list: &Path, good: &Path) -> Vec<String> {
    let (list, good) = (std::fs::read(list).unwrap(), std::fs::read(good).unwrap());
    // No character of GB18030 contains the byte of a line's end, and no cell of these lists does.
    let lines = list.split(|byte| *byte == b'\n').zip(good.split(|byte| *byte == b'\n'));
    let differing = (1_u32..).zip(lines).filter(|(_, (one, other))| one != other);
    differing.map(|(place, _)| place.to_string()).collect()
}

fn assert_error_file(path: &Path, spoilt: &[String]) {
    assert_eq!(spoilt.len(), 500);
    let saved = rows(path);
    assert_eq!(saved.len(), 500);
    for (index, (row, place)) in saved.iter().zip(spoilt).enumerate() {
        assert_eq!(&row["行号"], place);
        let column = SPOILT[index % SPOILT.len()];
        let cause = row["原因"].strip_prefix(&format!("{column}："));
        assert!(cause.is_some_and(|cause| !cause.trim().is_empty()), "{place}: {}", row["原因"]);
    }
}

/// Goes to the end of the list and back; the name in the last row, which search finds.
async fn scroll(desk: &Desk) -> String {
    desk.go("nav.customers").await.unwrap();
    desk.sees(&word("customers.total_other").replace("{{shown}}", "99,500")).await.unwrap();
    let first = desk.row(2).await.unwrap();
    desk.press(&[], '/').await.unwrap();
    desk.enter().await.unwrap();
    desk.press(&[], Key::End.value()).await.unwrap();
    let last = desk.row(GOOD + 1).await.unwrap();
    assert!(desk.row(GOOD - 5).await.is_ok(), "rows before it are there too");
    assert_ne!(first, last);
    desk.press(&[], Key::Home.value()).await.unwrap();
    assert_eq!(desk.row(2).await.unwrap(), first);
    let name = last.first().unwrap().clone();
    desk.search(&name, &name).await.unwrap();
    desk.enter().await.unwrap();
    desk.sees(&word("customers.panel_identity")).await.unwrap();
    name
}
