//! The screen's types are what the Rust contract says.

use crate::repo::{Repo, Verdict};
use crate::run::{cargo, output};

const WRITTEN: &str = "ui/src/ipc/bindings.ts";

/// Compares the committed file with what the contract gives now, or writes it.
pub(crate) fn check(repo: &Repo, write: bool) -> Result<Verdict, String> {
    // Without `-p`: then the features are those of the whole workspace, and nothing is built a second time.
    let wanted = output(cargo(&repo.path("")).args(["run", "--quiet", "--example", "bindings"]))?;
    if write {
        std::fs::write(repo.path(WRITTEN), &wanted).map_err(|e| format!("{WRITTEN}: {e}"))?;
        return Ok(Verdict { problems: Vec::new(), summary: format!("wrote {WRITTEN}") });
    }
    let committed = repo.read(WRITTEN).unwrap_or_default();
    let problems = difference(&committed, &wanted).into_iter().collect();
    Ok(Verdict { problems, summary: format!("{WRITTEN} is what the contract says") })
}

/// Where the two part, and how to mend it.
fn difference(committed: &str, wanted: &str) -> Option<String> {
    let mut lines = committed.lines().zip(wanted.lines()).enumerate();
    let at = match lines.find(|(_, (is, should))| is != should) {
        Some((index, _)) => index + 1,
        None if committed.lines().count() == wanted.lines().count() => return None,
        None => committed.lines().count().min(wanted.lines().count()) + 1,
    };
    Some(format!("{WRITTEN}:{at} differs from the contract: run `cargo xtask bindings --write`"))
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn a_file_that_differs_from_the_contract_fails() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        assert!(difference("a\nb\n", "a\nc\n").is_some_and(|line| line.contains("bindings.ts:2 ")));
        assert!(difference("a\n", "a\nb\n").is_some_and(|line| line.contains("bindings.ts:2 ")));
        assert!(difference("", "a\n").is_some());
    }
}
