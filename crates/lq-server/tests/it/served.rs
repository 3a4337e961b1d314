//! The description of the API, and what is served.

use crate::bank::Bank;
use serde_json::json;
use std::collections::BTreeSet;

/// Routes that anybody may ask.
pub(crate) const OPEN: [&str; 8] = [
    // The token in its body says who asks.
    "/v1/devices/wiped",
    "/v1/health",
    "/v1/health/live",
    "/v1/server",
    "/v1/openapi.json",
    "/v1/sessions/parameters",
    "/v1/sessions",
    "/v1/sessions/refresh",
];

#[tokio::test]
async fn f2_4_the_description_names_every_route_that_is_served() {
    let bank = Bank::open().await;
    let (status, document) = bank.ask("GET", "/v1/openapi.json", None, None).await;
    assert_eq!(status, 200);
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            described.insert((method.clone(), path.clone()));
            let guarded = operation.get("security").is_some();
            assert_eq!(guarded, !OPEN.contains(&path.as_str()), "{method} {path}");
        }
    }
    let served: BTreeSet<_> =
        lq_server::served().into_iter().map(|(method, path)| (method.to_owned(), path.to_owned())).collect();
    assert_eq!(described, served);
}

#[tokio::test]
async fn s7_1_every_other_route_asks_for_a_session() {
    let bank = Bank::open().await;
    for (method, path) in lq_server::served() {
        let path = path.replace("{id}", "00000000-0000-0000-0000-000000000001");
        let (status, error) = bank.ask(&method.to_uppercase(), &path, None, Some(&json!({}))).await;
        if OPEN.contains(&path.as_str()) {
            assert!([200, 400].contains(&status), "{method} {path}: {status}");
        } else {
            assert_eq!((status, &error["code"]), (401, &json!("signed_out")), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_server_says_who_it_is() {
    let bank = Bank::open().await;
    let (status, info) = bank.ask("GET", "/v1/server", None, None).await;
    assert_eq!((status, &info["product"], &info["name"]), (200, &json!("langqiao"), &json!("示例银行")));
    assert_eq!(bank.ask("GET", "/v1/health", None, None).await, (200, json!({ "status": "ok" })));
    let (status, error) = bank.ask("GET", "/v1/nothing", None, None).await;
    assert_eq!((status, &error["code"]), (404, &json!("not_found")));
}
