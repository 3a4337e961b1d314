//! What the window may load and ask for, read from the files that the program is built with.

use serde_json::Value;
use std::collections::BTreeMap;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// The sources of each directive of the content security policy.
fn policy() -> BTreeMap<String, Vec<String>> {
    let config = json(include_str!("../tauri.conf.json"));
    let policy = config["app"]["security"]["csp"].as_str().unwrap_or_default().to_owned();
    let directives = policy.split(';').map(|directive| {
        let mut words = directive.split_whitespace().map(str::to_owned);
        (words.next().unwrap_or_default(), words.collect())
    });
    directives.collect()
}

#[test]
fn the_window_runs_no_script_but_its_own_and_loads_nothing_from_elsewhere() {
    let policy = policy();
    assert_eq!(policy["default-src"], ["'self'"]);
    assert_eq!(policy["script-src"], ["'self'"]);
    for (directive, sources) in &policy {
        for source in sources {
            assert!(!source.starts_with("'unsafe-") && !source.contains('*'), "{directive} {source}");
            // Tauri's own bridge; on Windows it has the name of a host that never leaves the machine.
            let bridge = directive == "connect-src" && source == "http://ipc.localhost";
            let remote = source.contains("//") || source.ends_with("http:") || source.ends_with("https:");
            assert!(bridge || !remote, "{directive} {source}");
            assert!(source != "data:" && source != "blob:" || directive == "img-src", "{directive} {source}");
        }
    }
    let config = json(include_str!("../tauri.conf.json"));
    let security = &config["app"]["security"];
    assert!(security["devCsp"].is_null() && security["dangerousDisableAssetCspModification"].is_null());
    assert_eq!(config["build"]["frontendDist"], "../ui/dist", "the screens are built in");
    assert!(config["build"]["devUrl"].is_null() && config["app"]["withGlobalTauri"].is_null());
}

#[test]
fn the_window_may_ask_the_shell_for_five_things() {
    let config = json(include_str!("../tauri.conf.json"));
    assert_eq!(
        config["app"]["security"]["capabilities"],
        json(r#"["main"]"#),
        "no other file of rights counts"
    );
    let rights = json(include_str!("../capabilities/main.json"));
    assert_eq!(rights["windows"], json(r#"["main"]"#));
    assert!(rights["remote"].is_null() && rights["webviews"].is_null(), "no page from elsewhere may call");
    let expected = r#"["allow-call", "core:event:allow-listen", "core:event:allow-unlisten",
        "core:webview:allow-set-webview-zoom", "dialog:allow-open"]"#;
    assert_eq!(rights["permissions"], json(expected), "whoever adds one says here why it is needed");
    let labels: Vec<_> = config["app"]["windows"].as_array().into_iter().flatten().collect();
    assert_eq!(labels.len(), 1);
}
