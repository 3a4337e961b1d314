//! Foreign code: licences, sources and crates that stay out, by the rules of deny.toml.
//!
//! cargo-deny reads the same file and knows more; this reading needs nothing installed. See
//! docs/adr/0005-dependency-checks.md.

use crate::repo::{Repo, Verdict};
use crate::run::{cargo, output, program};
use serde_json::Value;
use spdx::{Expression, ParseMode};
use std::collections::{BTreeMap, BTreeSet};

const RULES: &str = "deny.toml";
const LOCK: &str = "ui/package-lock.json";
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The part of deny.toml that we read.
struct Rules {
    allowed: BTreeSet<String>,
    /// Crate, licences it may have besides.
    exceptions: BTreeMap<String, BTreeSet<String>>,
    /// Crate that stays out, and those which may use it nevertheless.
    banned: BTreeMap<String, BTreeSet<String>>,
}

/// Checks crates of all platforms, and the screen's packages that are shipped.
pub(crate) fn check(repo: &Repo) -> Result<Verdict, String> {
    let rules = Rules::parse(&repo.read(RULES)?)?;
    let text = output(cargo(&repo.path("")).args(["metadata", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&text).map_err(|e| format!("cargo metadata: {e}"))?;
    let (mut problems, crates) = check_crates(&rules, &metadata);
    let mut packages = 0;
    if repo.path(LOCK).is_file() {
        let lock: Value = serde_json::from_str(&repo.read(LOCK)?).map_err(|e| format!("{LOCK}: {e}"))?;
        let (more, count) = check_packages(&rules, &lock);
        problems.extend(more);
        packages = count;
    }
    Ok(Verdict {
        problems,
        summary: format!("{crates} crates and {packages} shipped npm packages, all allowed"),
    })
}

impl Rules {
    fn parse(text: &str) -> Result<Self, String> {
        let rules: toml::Table = text.parse().map_err(|e| format!("{RULES}: {e}"))?;
        let list = |value: Option<&toml::Value>| -> BTreeSet<String> {
            let items = value.and_then(toml::Value::as_array).into_iter().flatten();
            items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
        };
        let tables = |section: &str, key: &str, inner: &str| -> BTreeMap<String, BTreeSet<String>> {
            let items = rules.get(section).and_then(|s| s.get(key)).and_then(toml::Value::as_array);
            items
                .into_iter()
                .flatten()
                .filter_map(|item| Some((item.get("crate")?.as_str()?.to_owned(), list(item.get(inner)))))
                .collect()
        };
        let allowed = list(rules.get("licenses").and_then(|licences| licences.get("allow")));
        if allowed.is_empty() {
            return Err(format!("{RULES}: no licence is allowed"));
        }
        Ok(Self {
            allowed,
            exceptions: tables("licenses", "exceptions", "allow"),
            banned: tables("bans", "deny", "wrappers"),
        })
    }

    /// Why a licence is not allowed, if it is not.
    fn refuse(&self, name: &str, licence: Option<&str>) -> Option<String> {
        let Some(licence) = licence else { return Some(format!("{name} names no licence")) };
        let Ok(expression) = Expression::parse_mode(licence, ParseMode::LAX) else {
            return Some(format!("{name}: {licence} is no licence expression"));
        };
        let besides = self.exceptions.get(name);
        let fits = expression.evaluate(|required| {
            let word = required.to_string();
            self.allowed.contains(&word) || besides.is_some_and(|besides| besides.contains(&word))
        });
        (!fits).then(|| format!("{name}: {licence} is not allowed"))
    }
}

/// Problems of crates, and how many foreign ones there are.
fn check_crates(rules: &Rules, metadata: &Value) -> (Vec<String>, usize) {
    let mut problems = Vec::new();
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    let mut foreign = 0;
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        names.insert(package["id"].as_str().unwrap_or_default(), name);
        match package["source"].as_str() {
            None if is_ours(metadata, package) => continue,
            None => problems.push(format!("{name} comes from a folder outside the workspace")),
            Some(CRATES_IO) => {}
            Some(source) => problems.push(format!("{name} comes from {source}")),
        }
        foreign += 1;
        problems.extend(rules.refuse(name, package["license"].as_str()));
    }
    for node in metadata["resolve"]["nodes"].as_array().into_iter().flatten() {
        let user = names.get(node["id"].as_str().unwrap_or_default()).copied().unwrap_or_default();
        for id in node["dependencies"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let used = names.get(id).copied().unwrap_or_default();
            if rules.banned.get(used).is_some_and(|wrappers| !wrappers.contains(user)) {
                problems.push(format!("{user} uses {used}, which stays out"));
            }
        }
    }
    (problems, foreign)
}

fn is_ours(metadata: &Value, package: &Value) -> bool {
    metadata["workspace_members"].as_array().is_some_and(|members| members.contains(&package["id"]))
}

/// Problems of npm packages that are shipped, and how many those are. What only builds and tests is not looked at.
fn check_packages(rules: &Rules, lock: &Value) -> (Vec<String>, usize) {
    let mut problems = Vec::new();
    let mut shipped = 0;
    for (place, package) in lock["packages"].as_object().into_iter().flatten() {
        let name = place.rsplit("node_modules/").next().unwrap_or(place);
        if place.is_empty() || package["dev"] == true {
            continue;
        }
        shipped += 1;
        if package["link"] == true
            || package["resolved"].as_str().is_some_and(|from| !from.starts_with("https://"))
        {
            problems.push(format!("{name} does not come from the registry"));
        }
        problems.extend(rules.refuse(name, package["license"].as_str()));
    }
    (problems, shipped)
}

/// What the registry knows against the shipped npm packages. A registry that gives no answer is no failure: the same
/// commit has to pass without network too.
pub(crate) fn audit(repo: &Repo) -> Result<(), String> {
    let words = ["audit", "--omit=dev", "--json", "--fetch-retries=0", "--fetch-timeout=20000"];
    let asked = program("npm").current_dir(repo.path("ui")).args(words).output();
    let answer = asked.ok().and_then(|done| serde_json::from_slice::<Value>(&done.stdout).ok());
    let counts = answer.as_ref().map_or(&Value::Null, |answer| &answer["metadata"]["vulnerabilities"]);
    println!("{}", judge(counts)?);
    Ok(())
}

/// Judges the registry's counts by severity.
fn judge(counts: &Value) -> Result<String, String> {
    let count = |severity: &str| counts[severity].as_u64();
    let (Some(high), Some(critical)) = (count("high"), count("critical")) else {
        return Ok("npm audit: the registry gave no answer, nothing learned".to_owned());
    };
    match high + critical {
        0 => Ok("npm audit: nothing serious known".to_owned()),
        many => Err(format!("npm audit: {many} serious findings in what is shipped")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DENY: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
        exceptions = [{ crate = "words", allow = ["Unicode-3.0"] }]
        [bans]
        deny = [{ crate = "native-tls" }, { crate = "openssl-sys", wrappers = ["libsqlite3-sys"] }]
    "#;

    fn rules() -> Rules {
        Rules::parse(DENY).unwrap()
    }

    fn package(name: &str, licence: Option<&str>, source: Option<&str>) -> Value {
        json!({ "name": name, "id": name, "license": licence, "source": source })
    }

    fn problems(packages: &[Value], uses: &[(&str, &str)]) -> Vec<String> {
        let nodes: Vec<Value> =
            uses.iter().map(|(user, used)| json!({ "id": user, "dependencies": [used] })).collect();
        let metadata =
            json!({ "packages": packages, "workspace_members": ["ours"], "resolve": { "nodes": nodes } });
        check_crates(&rules(), &metadata).0
    }

    #[test]
    fn allowed_licences_from_the_registry_pass() {
        let packages = [
            package("ours", None, None),
            package("a", Some("MIT OR GPL-3.0-only"), Some(CRATES_IO)),
            package("b", Some("MIT/Apache-2.0"), Some(CRATES_IO)),
            package("c", Some("Apache-2.0 WITH LLVM-exception"), Some(CRATES_IO)),
            package("words", Some("MIT AND Unicode-3.0"), Some(CRATES_IO)),
        ];
        assert_eq!(problems(&packages, &[]), [] as [&str; 0]);
    }

    #[test]
    fn another_licence_fails() {
        let packages = [
            package("a", Some("GPL-3.0-only"), Some(CRATES_IO)),
            package("b", None, Some(CRATES_IO)),
            package("c", Some("MIT AND Unicode-3.0"), Some(CRATES_IO)),
        ];
        assert_eq!(problems(&packages, &[]).len(), 3);
    }

    #[test]
    fn another_source_fails() {
        let packages =
            [package("a", Some("MIT"), Some("git+https://host/a#1")), package("b", Some("MIT"), None)];
        assert_eq!(problems(&packages, &[]).len(), 2);
    }

    #[test]
    fn a_crate_that_stays_out_fails_unless_its_wrapper_uses_it() {
        let packages = ["native-tls", "openssl-sys", "libsqlite3-sys", "net"]
            .map(|name| package(name, Some("MIT"), Some(CRATES_IO)));
        assert!(problems(&packages, &[("libsqlite3-sys", "openssl-sys")]).is_empty());
        assert_eq!(problems(&packages, &[("net", "native-tls"), ("net", "openssl-sys")]).len(), 2);
    }

    #[test]
    fn npm_packages_are_held_to_the_same_list() {
        let lock = json!({ "packages": {
            "": { "license": "Apache-2.0" },
            "node_modules/a": { "license": "MIT" },
            "node_modules/b": { "license": "GPL-3.0-only" },
            "node_modules/c": { "license": "MIT", "resolved": "git+ssh://host/c" },
            "node_modules/d": { "license": "GPL-3.0-only", "dev": true },
        }});
        let (problems, shipped) = check_packages(&rules(), &lock);
        assert_eq!((problems.len(), shipped), (2, 3));
    }

    #[test]
    fn a_silent_registry_is_no_failure_but_a_serious_finding_is() {
        assert!(judge(&Value::Null).is_ok());
        assert!(judge(&json!({ "low": 3, "high": 0, "critical": 0 })).is_ok());
        assert!(judge(&json!({ "high": 1, "critical": 0 })).is_err());
    }
}
