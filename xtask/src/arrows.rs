//! Who may depend on whom. Anything that is not written here fails.

use crate::repo::{Repo, Verdict};
use crate::run::{cargo, output};
use regex_lite::Regex;
use serde_json::Value;

/// Crate, and the crates of ours that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("lq-domain", &[]),
    ("lq-machine", &["lq-domain"]),
    ("lq-protocol", &["lq-domain"]),
    ("lq-analytics", &["lq-domain"]),
    ("lq-store", &["lq-domain", "lq-protocol"]),
    ("lq-sync", &["lq-domain", "lq-protocol", "lq-store"]),
    ("lq-client", &["lq-domain", "lq-protocol", "lq-store", "lq-sync", "lq-analytics"]),
    ("lq-desktop", &["lq-client", "lq-machine"]),
    ("lq-server", &["lq-domain", "lq-machine", "lq-protocol", "lq-analytics"]),
    ("lq-rescue", &["lq-domain", "lq-machine", "lq-protocol", "lq-store"]),
    // Never part of the product: what tests with, and measures, may look into every room.
    (
        "lq-testkit",
        &["lq-domain", "lq-machine", "lq-protocol", "lq-store", "lq-sync", "lq-client", "lq-server"],
    ),
    ("lq-fuzz", &["lq-store", "lq-sync", "lq-testkit", "lq-client", "lq-server"]),
    (
        "lq-tests",
        &["lq-domain", "lq-protocol", "lq-store", "lq-sync", "lq-testkit", "lq-client", "lq-server"],
    ),
    ("xtask", &["lq-testkit", "lq-client", "lq-server"]),
];

/// A crate's tests may use this too.
const FOR_TESTS: &str = "lq-testkit";

/// Foreign crate, the crates whose product code may use it, and those which may use it besides, being tests only.
const FENCES: &[(&str, &[&str], &[&str])] = &[
    ("sqlx", &["lq-store", "lq-server"], &["lq-testkit", "lq-tests"]),
    ("libsqlite3-sys", &["lq-store"], &["lq-tests"]),
    ("x25519-dalek", &["lq-store"], &[]),
    ("tauri", &["lq-desktop"], &[]),
    ("tauri-build", &["lq-desktop"], &[]),
    ("reqwest", &["lq-sync"], &["lq-testkit", "lq-tests"]),
    ("axum", &["lq-server"], &[]),
    ("axum-server", &["lq-server"], &[]),
];

/// Folder of the screen's side, and what it may import besides itself.
const SCREEN: &[(&str, &[&str])] = &[
    ("kit", &[]),
    ("ipc", &[]),
    ("features", &["kit", "ipc"]),
    ("portal", &["kit"]),
    ("app", &["kit", "ipc", "features"]),
    // src/main.tsx and its neighbours start the application.
    ("", &["app", "kit", "ipc", "features"]),
];

/// The only folder that may talk to the shell.
const SHELL: (&str, &str) = ("@tauri-apps/", "ipc");

/// Checks both sides.
pub(crate) fn check(repo: &Repo) -> Result<Verdict, String> {
    let text = output(cargo(&repo.path("")).args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&text).map_err(|e| format!("cargo metadata: {e}"))?;
    let (mut problems, arrows) = check_crates(&metadata);
    let (more, imports) = check_screen(repo)?;
    problems.extend(more);
    let crates = metadata["packages"].as_array().map_or(0, Vec::len);
    let summary = format!("{crates} crates with {arrows} arrows, {imports} imports between screens' folders");
    Ok(Verdict { problems, summary })
}

/// Problems between crates, and how many arrows product code has.
fn check_crates(metadata: &Value) -> (Vec<String>, usize) {
    let packages = metadata["packages"].as_array().map_or(&[] as &[Value], Vec::as_slice);
    let ours: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut problems = Vec::new();
    let mut arrows = 0;
    for package in packages {
        let from = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == from) else {
            problems.push(format!("{from} is not among the crates of the house"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let to = dependency["name"].as_str().unwrap_or_default();
            let in_tests = dependency["kind"].as_str() == Some("dev");
            if ours.contains(&to) {
                arrows += usize::from(!in_tests);
                let free = allowed.contains(&to) || (in_tests && to == FOR_TESTS);
                if !free {
                    problems.push(format!("{from} -> {to} is no arrow of the house"));
                }
            } else if let Some(problem) = fenced(from, to) {
                problems.push(problem);
            }
        }
    }
    (problems, arrows)
}

/// The problem with a foreign crate, if any.
fn fenced(from: &str, to: &str) -> Option<String> {
    let plugin = to.starts_with("tauri-plugin-");
    let (_, inside, tests) = FENCES.iter().find(|(name, ..)| *name == if plugin { "tauri" } else { to })?;
    let free = inside.contains(&from) || tests.contains(&from);
    (!free).then(|| format!("{from} -> {to}: only {} may use it", inside.join(", ")))
}

/// Problems between the folders of `ui/src`, and how many imports cross them.
fn check_screen(repo: &Repo) -> Result<(Vec<String>, usize), String> {
    let import = Regex::new(r#"(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']"#).map_err(|e| e.to_string())?;
    let mut problems = Vec::new();
    let mut crossing = 0;
    for place in repo.files("ui/src", &[".ts", ".tsx"]) {
        if place.ends_with(".test.ts") || place.ends_with(".test.tsx") {
            continue;
        }
        let text = repo.read(&place)?;
        for found in import.captures_iter(&text) {
            let target = &found[1];
            let (crosses, allowed) = judge(&place, target);
            crossing += usize::from(crosses);
            if !allowed {
                problems.push(format!("{place} may not import {target}"));
            }
        }
    }
    Ok((problems, crossing))
}

/// Whether an import leaves its folder, and whether it may.
fn judge(place: &str, target: &str) -> (bool, bool) {
    let from: Vec<&str> = place.trim_start_matches("ui/src/").split('/').collect();
    if !target.starts_with('.') {
        return (false, !target.starts_with(SHELL.0) || layer(&from) == SHELL.1);
    }
    let mut to: Vec<&str> = place.split('/').collect();
    to.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => drop(to.pop()),
            name => to.push(name),
        }
    }
    let ["ui", "src", to @ ..] = to.as_slice() else { return (false, true) };
    if layer(&from) == layer(to) {
        // Two features, or two parts of the portal, do not know each other.
        let apart = matches!(layer(to), "features" | "portal") && to.len() > 1 && from.get(1) != to.get(1);
        return (apart, !apart);
    }
    let allowed = SCREEN.iter().find(|(name, _)| *name == layer(&from)).map(|(_, allowed)| *allowed);
    (true, allowed.is_some_and(|allowed| allowed.contains(&layer(to))))
}

/// The folder that a place below `ui/src` belongs to; empty for files directly in it.
fn layer<'a>(parts: &[&'a str]) -> &'a str {
    let known = parts.first().copied().unwrap_or_default();
    if SCREEN.iter().any(|(name, _)| *name == known) { known } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::fixture::tree;
    use serde_json::json;

    fn metadata(arrows: &[(&str, &str, Option<&str>)]) -> Value {
        let packages: Vec<Value> = ARROWS
            .iter()
            .map(|(name, _)| {
                let dependencies: Vec<Value> = arrows
                    .iter()
                    .filter(|(from, ..)| from == name)
                    .map(|(_, to, kind)| json!({ "name": to, "kind": kind }))
                    .collect();
                json!({ "name": name, "dependencies": dependencies })
            })
            .collect();
        json!({ "packages": packages })
    }

    fn problems(arrows: &[(&str, &str, Option<&str>)]) -> Vec<String> {
        check_crates(&metadata(arrows)).0
    }

    #[test]
    fn the_houses_arrows_pass() {
        let arrows =
            [("lq-store", "lq-domain", None), ("lq-desktop", "lq-client", None), ("lq-store", "sqlx", None)];
        let (problems, count) = check_crates(&metadata(&arrows));
        assert_eq!((problems, count), (Vec::new(), 2));
    }

    #[test]
    fn an_arrow_beyond_the_plan_fails() {
        assert_eq!(
            problems(&[("lq-domain", "lq-store", None)]),
            ["lq-domain -> lq-store is no arrow of the house"]
        );
        assert_eq!(problems(&[("lq-desktop", "lq-store", None)]).len(), 1);
        assert_eq!(problems(&[("lq-domain", "lq-protocol", Some("build"))]).len(), 1);
    }

    #[test]
    fn the_testkit_serves_tests_only() {
        assert!(problems(&[("lq-client", "lq-testkit", Some("dev"))]).is_empty());
        assert_eq!(problems(&[("lq-client", "lq-testkit", None)]).len(), 1);
        assert_eq!(problems(&[("lq-store", "lq-sync", Some("dev"))]).len(), 1);
    }

    #[test]
    fn a_fenced_crate_outside_its_fence_fails() {
        assert_eq!(
            problems(&[("lq-client", "sqlx", None)]),
            ["lq-client -> sqlx: only lq-store, lq-server may use it"]
        );
        for (from, to) in
            [("lq-client", "reqwest"), ("lq-client", "tauri-plugin-dialog"), ("lq-sync", "axum")]
        {
            assert_eq!(problems(&[(from, to, None)]).len(), 1, "{from} -> {to}");
        }
        assert!(problems(&[("lq-tests", "reqwest", Some("dev")), ("lq-sync", "reqwest", None)]).is_empty());
    }

    #[test]
    fn a_crate_that_nobody_planned_fails() {
        let stranger = json!({ "packages": [{ "name": "lq-utils", "dependencies": [] }] });
        assert_eq!(check_crates(&stranger).0, ["lq-utils is not among the crates of the house"]);
    }

    #[test]
    fn screens_import_along_the_arrows_only() {
        let cases = [
            ("ui/src/features/customers/A.tsx", "../../kit/Page", true),
            ("ui/src/features/customers/A.tsx", "./queries", true),
            ("ui/src/features/customers/A.tsx", "../../../locales/en.json", true),
            ("ui/src/features/customers/A.tsx", "../tags/B", false),
            ("ui/src/features/customers/A.tsx", "../../app/i18n", false),
            ("ui/src/features/customers/A.tsx", "@tauri-apps/api/core", false),
            ("ui/src/ipc/tauri.ts", "@tauri-apps/api/core", true),
            ("ui/src/ipc/call.ts", "../kit/Page", false),
            ("ui/src/kit/Page.tsx", "./grid/types", true),
            ("ui/src/kit/grid/types.ts", "../../ipc/contract", false),
            ("ui/src/app/Shell.tsx", "../features/help/screens", true),
            ("ui/src/app/Shell.tsx", "../portal/Portal", false),
            ("ui/src/portal/chats/Chat.tsx", "../../ipc/call", false),
            ("ui/src/main.tsx", "./app/Shell", true),
        ];
        for (place, target, allowed) in cases {
            assert_eq!(judge(place, target).1, allowed, "{place} imports {target}");
        }
    }

    #[test]
    fn every_form_of_import_is_seen() {
        let text = "import \"../ipc/a\";\nimport { b } from '../ipc/b';\nconst c = lazy(() => import(\"../ipc/c\"));\nexport * from \"../ipc/d\";";
        let (_kept, repo) = tree(&[("ui/src/kit/A.tsx", text), ("ui/src/kit/a.test.ts", text)]);
        assert_eq!(check_screen(&repo).unwrap().0.len(), 4);
    }
}
