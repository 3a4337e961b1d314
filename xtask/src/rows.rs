//! docs/features.md, the short list of what the product does, and the tests that prove each row.
//!
//! A test names the rows it proves at the beginning of its name: `s1_1_a_short_mobile_is_refused` in Rust,
//! `it("s1.1: refuses a short mobile")` on the screen's side; `s1_4_f4_1_…` proves two.

use crate::repo::{Repo, Verdict};
use regex_lite::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const LIST: &str = "docs/features.md";
const RUST: &[&str] = &["crates", "src-tauri", "tests"];
const SCREENS: &[&str] = &["ui/src", "ui/test", "tests/e2e"];
const STATES: &[&str] = &["done", "part", "—"];

/// One row of the list.
struct Row {
    id: String,
    deed: String,
    state: String,
}

/// Tests by the id of the row they prove; each with its place.
type Proofs = BTreeMap<String, BTreeSet<String>>;

/// Checks the list against the tests.
pub(crate) fn check(repo: &Repo) -> Result<Verdict, String> {
    let (rows, mut problems) = rows(&repo.read(LIST)?);
    let proofs = proofs(repo)?;
    let mut seen = BTreeSet::new();
    for row in &rows {
        if !seen.insert(row.id.as_str()) {
            problems.push(format!("{LIST}: {} stands there twice", row.id));
        }
        if row.state == "done" && !proofs.contains_key(&row.id) {
            problems.push(format!("{LIST}: {} is called done and no test proves it", row.id));
        }
    }
    for (id, tests) in proofs.iter().filter(|(id, _)| !seen.contains(id.as_str())) {
        let named: Vec<&str> = tests.iter().map(String::as_str).collect();
        problems.push(format!("{id} is no row of {LIST}, but named by {}", named.join(", ")));
    }
    let done = rows.iter().filter(|row| row.state == "done").count();
    let tests: BTreeSet<&String> = proofs.values().flatten().collect();
    Ok(Verdict {
        problems,
        summary: format!("{} rows, {done} done, proved by {} tests", rows.len(), tests.len()),
    })
}

/// Every row with its tests, to print.
pub(crate) fn listing(repo: &Repo) -> Result<String, String> {
    let proofs = proofs(repo)?;
    let mut text = String::new();
    for row in rows(&repo.read(LIST)?).0 {
        let _ = writeln!(text, "{:<6}{:<5} {}", row.id, row.state, row.deed);
        for test in proofs.get(&row.id).into_iter().flatten() {
            let _ = writeln!(text, "            {test}");
        }
    }
    Ok(text)
}

/// The rows of the list, and what is wrong with its form.
fn rows(list: &str) -> (Vec<Row>, Vec<String>) {
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for line in list.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if cells.first() == Some(&"id") || cells.iter().all(|cell| cell.chars().all(|c| c == '-' || c == ':'))
        {
            continue;
        }
        let [id, deed, state] = cells.as_slice() else {
            problems.push(format!("{LIST}: not three cells: {line}"));
            continue;
        };
        if ids(&id.to_lowercase()).concat() != *id {
            problems.push(format!("{LIST}: {id} is no id"));
        }
        if !STATES.contains(state) {
            problems.push(format!("{LIST}: {id} is {state}, not one of {}", STATES.join(", ")));
        }
        rows.push(Row { id: (*id).to_owned(), deed: (*deed).to_owned(), state: (*state).to_owned() });
    }
    (rows, problems)
}

/// Every test that names a row.
fn proofs(repo: &Repo) -> Result<Proofs, String> {
    let mut proofs = Proofs::new();
    let mut prove = |name: &str, place: &str| {
        for id in ids(&name.to_lowercase()) {
            proofs.entry(id).or_default().insert(format!("{place} {name}"));
        }
    };
    for place in RUST.iter().flat_map(|folder| repo.files(folder, &[".rs"])) {
        for name in rust_tests(&repo.read(&place)?) {
            prove(&name, &place);
        }
    }
    let test = Regex::new(r#"\b(?:it|test|describe)(?:\.each\([^)]*\))?\(\s*["'`]([^"'`]+)["'`]"#)
        .map_err(|e| e.to_string())?;
    for place in SCREENS.iter().flat_map(|folder| repo.files(folder, &[".ts", ".tsx"])) {
        for found in test.captures_iter(&repo.read(&place)?) {
            prove(&found[1], &place);
        }
    }
    Ok(proofs)
}

/// The names of a file's tests: functions below an attribute that ends in `test`, unless ignored.
fn rust_tests(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut test, mut ignored) = (false, false);
    for line in text.lines().map(str::trim) {
        if let Some(attribute) = line.strip_prefix("#[") {
            let name = attribute.split(['(', ']', ' ']).next().unwrap_or_default();
            test |= name.rsplit("::").next() == Some("test");
            ignored |= name == "ignore";
            continue;
        }
        if line.starts_with("//") || (test && line.ends_with(")]")) {
            continue; // A comment, or the last line of a long attribute.
        }
        if let Some((_, rest)) = line.split_once("fn ").filter(|_| test && !ignored) {
            names.push(rest.split(['(', '<']).next().unwrap_or_default().to_owned());
        }
        (test, ignored) = (false, false);
    }
    names
}

/// The ids at the beginning of a name: `s1_4_f4_1_bytes` has S1.4 and F4.1, `x16_finds` has X16.
fn ids(name: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut parts = name.split(['_', '.', ':', ' ', ',']).filter(|part| !part.is_empty()).peekable();
    while let Some(part) = parts.next() {
        let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let Some(section) = part.chars().next().filter(|c| "sfxr".contains(*c) && number(&part[1..])) else {
            break;
        };
        let letter = section.to_ascii_uppercase();
        if "xr".contains(section) {
            ids.push(format!("{letter}{}", &part[1..]));
        } else if let Some(second) = parts.next_if(|next| number(next)) {
            ids.push(format!("{letter}{}.{second}", &part[1..]));
        } else {
            break;
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::fixture::tree;

    const DOC: &str = "# What\n\n| id | what it does | state |\n|---|---|---|\n| S1.1 | Enter | done |\n| X16 | Find | part |\n";
    const PROOF: (&str, &str) = (
        "crates/a/tests/it/main.rs",
        "#[test]\nfn s1_1_short_mobiles() {}\n#[tokio::test]\nasync fn x16_finds() {}\n",
    );

    fn problems(doc: &str, files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![(LIST, doc)];
        all.extend(files);
        let (_kept, repo) = tree(&all);
        check(&repo).unwrap().problems
    }

    #[test]
    fn rows_with_their_tests_pass_and_are_listed() {
        let (_kept, repo) = tree(&[(LIST, DOC), PROOF]);
        let verdict = check(&repo).unwrap();
        assert!(verdict.problems.is_empty());
        assert_eq!(verdict.summary, "2 rows, 1 done, proved by 2 tests");
        let listing = listing(&repo).unwrap();
        assert!(
            listing.contains("S1.1  done  Enter\n            crates/a/tests/it/main.rs s1_1_short_mobiles")
        );
    }

    #[test]
    fn done_without_a_test_fails() {
        let missing = ["docs/features.md: S1.1 is called done and no test proves it"];
        assert_eq!(problems(DOC, &[]), missing);
        let no_test =
            ("tests/a.rs", "fn s1_1_helper() {}\n#[test]\n#[ignore = \"slow\"]\nfn s1_1_ignored() {}\n");
        assert_eq!(problems(DOC, &[no_test]), missing);
        let skipped = ("ui/test/a.test.ts", "it.skip(\"s1.1: refuses\", () => {});");
        assert_eq!(problems(DOC, &[skipped]), missing);
    }

    #[test]
    fn a_test_of_an_unknown_row_fails() {
        let stray = ("tests/e2e/a.spec.ts", "it(\"x99: flies\", () => {})");
        assert_eq!(
            problems(DOC, &[PROOF, stray]),
            ["X99 is no row of docs/features.md, but named by tests/e2e/a.spec.ts x99: flies"]
        );
    }

    #[test]
    fn a_list_out_of_form_fails() {
        assert_eq!(problems(&DOC.replace("| part |", "| nearly |"), &[PROOF]).len(), 1);
        assert_eq!(problems(&DOC.replace("X16", "S1.1"), &[PROOF]).len(), 2, "twice, and X16 is gone");
        assert_eq!(problems(&DOC.replace("| Enter |", "| Enter | more |"), &[PROOF]).len(), 2);
    }

    #[test]
    fn names_say_which_rows_they_prove() {
        assert_eq!(ids("s1_4_f4_1_x16_bytes"), ["S1.4", "F4.1", "X16"]);
        assert_eq!(ids("s1.1: refuses 3"), ["S1.1"]);
        assert_eq!(ids("x1_6_rows"), ["X1"]);
        for other in ["f64_round_trips", "search_finds", "u21: topics", "x", "s1_words"] {
            assert!(ids(other).is_empty(), "{other}");
        }
    }
}
