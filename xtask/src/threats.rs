//! docs/threat-model.md names a test for each threat that is answered; here it is checked that the tests exist.

use crate::repo::{Repo, Verdict};
use std::collections::BTreeSet;

const PAGE: &str = "docs/threat-model.md";
const TESTS: &[&str] = &["crates", "src-tauri", "tests", "xtask"];

/// Checks the page against the tests.
pub(crate) fn check(repo: &Repo) -> Result<Verdict, String> {
    let mut known = BTreeSet::new();
    for folder in TESTS {
        for place in repo.files(folder, &[".rs"]) {
            known.extend(functions(&repo.read(&place)?));
        }
    }
    Ok(judge(&repo.read(PAGE)?, &known))
}

/// Every row of a table whose last cell names tests names ones that exist.
fn judge(page: &str, known: &BTreeSet<String>) -> Verdict {
    let mut problems = Vec::new();
    let mut named = BTreeSet::new();
    let mut threats = 0;
    for line in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| threat")) {
        let Some(proof) = line.trim_end_matches(['|', ' ']).rsplit('|').next() else { continue };
        threats += 1;
        let tests: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
        if tests.is_empty() {
            problems.push(format!("{PAGE}: no test: {line}"));
        }
        for test in tests {
            if !known.contains(test) {
                problems.push(format!("{PAGE}: there is no test {test}"));
            }
            named.insert(test);
        }
    }
    if threats == 0 {
        problems.push(format!("{PAGE} has no threats"));
    }
    Verdict { problems, summary: format!("{threats} threats, {} tests", named.len()) }
}

/// The names of the functions behind a `#[test]` of any kind.
fn functions(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[") {
            is_test |= line.starts_with("#[test") || line.starts_with("#[tokio::test");
            continue;
        }
        let name = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
        if let Some((name, _)) = name.filter(|_| is_test).and_then(|rest| rest.split_once('(')) {
            names.insert(name.to_owned());
        }
        is_test = false;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threat_without_a_test_and_a_test_that_is_gone_are_told() {
        let known = functions(
            "#[test]\nfn there() {}\n#[tokio::test]\n#[cfg(unix)]\nasync fn too() {}\nfn helper() {}",
        );
        assert_eq!(known, BTreeSet::from(["there".to_owned(), "too".to_owned()]));
        let page = "| threat | answer | test |\n|---|---|---|\n| a | b | `there`, `too` |\n| c | d | `helper` |\n| e | f | |\n";
        let verdict = judge(page, &known);
        assert_eq!(verdict.problems.len(), 2, "{:?}", verdict.problems);
        assert_eq!(judge("", &known).problems.len(), 1);
    }
}
