//! Feature words: one word for one thing, the same in every layer.

use crate::repo::{Repo, Verdict};
use regex_lite::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// The list of words.
const LIST: &str = "crates/lq-domain/src/feature.rs";

/// Sections of the words files that belong to no feature but to the frame, the kit or the contract.
const SHARED_SECTIONS: &[&str] = &[
    "common",
    "states",
    "permissions",
    "roles",
    "errors",
    "shell",
    "nav",
    "keys",
    "palette",
    "grid",
    "date",
    "money",
    "toast",
];

/// A name that a layer has for a feature.
struct Use {
    word: String,
    place: String,
    layer: &'static str,
}

/// Compares the names across layers.
pub(crate) fn check(repo: &Repo) -> Result<Verdict, String> {
    let known = words(&repo.read(LIST)?)?;
    let mut problems = Vec::new();
    if known.is_empty() {
        problems.push(format!("{LIST}: no words found"));
    }
    let mut uses = commands(repo)?;
    uses.extend(adapters(repo));
    uses.extend(screens(repo));
    uses.extend(queries(repo)?);
    uses.extend(sections(repo)?);
    uses.extend(migrations(repo, &mut problems)?);
    let mut layers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in &uses {
        if known.contains(&one.word) {
            layers.entry(&one.word).or_default().insert(one.layer);
        } else {
            problems.push(format!("{}: {} is not a feature word", one.place, one.word));
        }
    }
    problems.extend(without_commands(&uses));
    let summary =
        format!("{} words, {} of them built, {} names compared", known.len(), layers.len(), uses.len());
    Ok(Verdict { problems, summary })
}

/// The words of the list: the arms `Name => "word"`.
fn words(list: &str) -> Result<BTreeSet<String>, String> {
    let arm = Regex::new(r#"(?m)^\s*[A-Z]\w*\s*=>\s*"([a-z_]+)""#).map_err(|e| e.to_string())?;
    Ok(arm.captures_iter(list).map(|found| found[1].to_owned()).collect())
}

/// Commands of the contract: `customers_get(…) -> …;` is one of `customers`.
fn commands(repo: &Repo) -> Result<Vec<Use>, String> {
    let line = Regex::new(r"(?m)^\s+([a-z]\w*)\(.*\)\s*->\s*.+;\s*$").map_err(|e| e.to_string())?;
    let mut uses = Vec::new();
    for place in ["crates/lq-client/src/contract.rs", "crates/lq-client/src/contract/mod.rs"] {
        let Ok(text) = repo.read(place) else { continue };
        let Some(start) = text.find("macro_rules! commands") else { continue };
        for found in line.captures_iter(&text[start..]) {
            let word = found[1].split('_').next().unwrap_or_default().to_owned();
            uses.push(Use { word, place: format!("{place}: command {}", &found[1]), layer: "command" });
        }
    }
    Ok(uses)
}

/// The shell's modules of commands.
fn adapters(repo: &Repo) -> Vec<Use> {
    let folder = "src-tauri/src/commands";
    let modules = repo.names(folder).into_iter().filter(|name| name != "mod.rs");
    modules
        .map(|name| Use {
            word: name.trim_end_matches(".rs").to_owned(),
            place: format!("{folder}/{name}"),
            layer: "adapter",
        })
        .collect()
}

/// Folders of screens.
fn screens(repo: &Repo) -> Vec<Use> {
    ["ui/src/features", "ui/src/portal"]
        .into_iter()
        .flat_map(|folder| repo.names(folder).into_iter().map(move |name| (folder, name)))
        .filter(|(folder, name)| repo.path(&format!("{folder}/{name}")).is_dir())
        .map(|(folder, word)| Use { place: format!("{folder}/{word}"), word, layer: "screen" })
        .collect()
}

/// First words of the screens' queries: the change report finds queries by them.
fn queries(repo: &Repo) -> Result<Vec<Use>, String> {
    let key = Regex::new(r#"queryKey:\s*\[\s*"([^"]+)""#).map_err(|e| e.to_string())?;
    let mut uses = Vec::new();
    for place in repo.files("ui/src", &[".ts", ".tsx"]) {
        for found in key.captures_iter(&repo.read(&place)?) {
            uses.push(Use { word: found[1].to_owned(), place: format!("{place}: query"), layer: "query" });
        }
    }
    Ok(uses)
}

/// Sections of the words files.
fn sections(repo: &Repo) -> Result<Vec<Use>, String> {
    let mut uses = Vec::new();
    for place in repo.files("ui/locales", &[".json"]) {
        if place.matches('/').count() > 2 {
            continue; // Guides have topics, not sections.
        }
        for word in crate::locales::read(repo, &place)?.sections() {
            if !SHARED_SECTIONS.contains(&word.as_str()) {
                uses.push(Use { word, place: format!("{place}: section"), layer: "words" });
            }
        }
    }
    Ok(uses)
}

/// Migrations are named `<14 digits>_<word>_<what it does>.sql`; the digits order them, so no two are equal.
fn migrations(repo: &Repo, problems: &mut Vec<String>) -> Result<Vec<Use>, String> {
    let form = Regex::new(r"^(\d{14})_([a-z]+)_[a-z0-9_]+\.sql$").map_err(|e| e.to_string())?;
    let mut uses = Vec::new();
    for side in ["migrations/client", "migrations/server"] {
        let mut stamps = BTreeSet::new();
        for name in repo.names(side) {
            let Some(found) = form.captures(&name) else {
                problems.push(format!("{side}/{name}: not named <timestamp>_<word>_<verb>.sql"));
                continue;
            };
            if !stamps.insert(found[1].to_owned()) {
                problems.push(format!("{side}/{name}: the timestamp is taken"));
            }
            uses.push(Use { word: found[2].to_owned(), place: format!("{side}/{name}"), layer: "migration" });
        }
    }
    Ok(uses)
}

/// An adapter without any command of its word was left behind by a rename.
fn without_commands(uses: &[Use]) -> Vec<String> {
    let commanded: BTreeSet<&str> =
        uses.iter().filter(|one| one.layer == "command").map(|one| one.word.as_str()).collect();
    uses.iter()
        .filter(|one| one.layer == "adapter" && !commanded.contains(one.word.as_str()))
        .map(|one| format!("{}: the contract has no command {}_…", one.place, one.word))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::fixture::tree;

    const WORDS: (&str, &str) =
        (LIST, "features! {\n    /// People.\n    Customers => \"customers\",\n    Tags => \"tags\",\n}\n");
    const CONTRACT: (&str, &str) = (
        "crates/lq-client/src/contract/mod.rs",
        "macro_rules! commands {\n  customers_get(CustomerRef) -> CustomerView;\n  tags_list(()) -> Vec<TagView>;\n}",
    );
    const TIDY: &[(&str, &str)] = &[
        WORDS,
        CONTRACT,
        ("src-tauri/src/commands/mod.rs", ""),
        ("src-tauri/src/commands/customers.rs", ""),
        ("ui/src/features/customers/A.tsx", "useQuery({ queryKey: [\"customers\", \"list\"] })"),
        ("ui/locales/en.json", r#"{"common": {"a": "b"}, "tags": {"a": "b"}}"#),
        ("ui/locales/help/en.json", r#"{"first-run": {}}"#),
        ("migrations/client/20261124090000_customers_create.sql", ""),
    ];

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let all: Vec<(&str, &str)> = TIDY.iter().chain(files).copied().collect();
        let (_kept, repo) = tree(&all);
        check(&repo).unwrap().problems
    }

    #[test]
    fn the_same_words_in_every_layer_pass() {
        assert_eq!(problems(&[]), [] as [&str; 0]);
    }

    #[test]
    fn layers_that_do_not_exist_yet_are_no_problem() {
        let (_kept, repo) = tree(&[WORDS]);
        assert_eq!(check(&repo).unwrap().summary, "2 words, 0 of them built, 0 names compared");
    }

    #[test]
    fn another_name_for_a_feature_fails_in_each_layer() {
        let contract = "macro_rules! commands {\n  clients_get(CustomerRef) -> CustomerView;\n  customers_get(()) -> ();\n}";
        for broken in [
            (CONTRACT.0, contract),
            ("src-tauri/src/commands/clients.rs", ""),
            ("ui/src/features/clients/A.tsx", ""),
            ("ui/src/app/A.tsx", "queryKey: [\"clients\"]"),
            ("ui/locales/en.json", r#"{"clients": {"a": "b"}}"#),
            ("migrations/client/20261124090001_clients_create.sql", ""),
        ] {
            let found = problems(&[broken]);
            assert!(
                found.iter().any(|line| line.contains("clients is not a feature word")),
                "{broken:?} {found:?}"
            );
        }
    }

    #[test]
    fn a_migration_out_of_form_or_order_fails() {
        assert_eq!(problems(&[("migrations/server/1_customers.sql", "")]).len(), 1);
        assert_eq!(problems(&[("migrations/client/20261124090000_tags_create.sql", "")]).len(), 1);
    }

    #[test]
    fn an_adapter_without_commands_fails() {
        let contract = "macro_rules! commands {\n  tags_list(()) -> Vec<TagView>;\n}";
        assert_eq!(
            problems(&[(CONTRACT.0, contract)]),
            ["src-tauri/src/commands/customers.rs: the contract has no command customers_…"]
        );
    }
}
