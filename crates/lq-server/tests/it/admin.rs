//! What administrators do.

use crate::bank::{Bank, PASSWORD, kdf, secret};
use lq_server::{Config, ServerError, start};
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn s7_1_only_administrators_administer() {
    let bank = Bank::open().await;
    for (number, login) in ["staff.east", "rm.east", "head.east", "risk.east"].into_iter().enumerate() {
        let device = bank.device(login, 10 + number as u128).await;
        for (method, path, body) in [
            ("GET", "/v1/users", None),
            ("GET", "/v1/branches", None),
            ("GET", "/v1/devices", None),
            ("POST", "/v1/branches", Some(json!({ "name": "新网点" }))),
            ("PATCH", "/v1/users/00000000-0000-0000-0000-000000000001", Some(json!({}))),
            ("POST", "/v1/devices/00000000-0000-0000-0000-000000000001/revoke", None),
        ] {
            assert_eq!(bank.ask(method, path, device.token(), body.as_ref()).await.0, 403, "{login} {path}");
        }
    }
    assert_eq!(bank.ask("GET", "/v1/users", None, None).await.0, 401);
}

#[tokio::test]
async fn an_administrator_makes_branches_and_users_who_sign_in() {
    let bank = Bank::open().await;
    let admin = bank.device("admin", 1).await;
    let body = json!({ "name": "城南支行" });
    let (status, branch) = bank.ask("POST", "/v1/branches", admin.token(), Some(&body)).await;
    assert_eq!(status, 201, "{branch}");
    let password = secret(PASSWORD);
    let body = json!({
        "login": "Wang.Wu", "name": "王五", "role": "relationship_manager", "branch": branch["id"],
        "password": { "secret": password.secret, "kdf": kdf() },
    });
    let (status, user) = bank.ask("POST", "/v1/users", admin.token(), Some(&body)).await;
    assert_eq!((status, &user["user"]["login"]), (201, &json!("wang.wu")));
    let (status, error) = bank.ask("POST", "/v1/users", admin.token(), Some(&body)).await;
    assert_eq!((status, &error["code"]), (409, &json!("login_taken")));
    let (status, session) = bank.sign_in_with("wang.wu", PASSWORD, 2).await;
    assert_eq!(status, 200);
    assert_eq!(session["password_expired"], true, "an administrator knows it");
    assert_eq!(session["user"]["branch_name"], "城南支行");
    let token = session["access_token"].as_str();
    let path = format!("/v1/users/{}", user["user"]["id"].as_str().unwrap());
    let (status, user) = bank.ask("PATCH", &path, admin.token(), Some(&json!({ "disabled": true }))).await;
    assert_eq!((status, &user["disabled"]), (200, &json!(true)));
    assert_eq!(bank.ask("GET", "/v1/customers/x", token, None).await.0, 401, "signed out at once");
    assert_eq!(bank.sign_in_with("wang.wu", PASSWORD, 2).await.0, 401);
    let (_, users) = bank.ask("GET", "/v1/users", admin.token(), None).await;
    assert_eq!(users.as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn s1_4_an_administrator_locks_a_lost_device() {
    let bank = Bank::open().await;
    let admin = bank.device("admin", 1).await;
    let lost = bank.device("rm.east", 2).await;
    let (_, devices) = bank.ask("GET", "/v1/devices", admin.token(), None).await;
    assert_eq!(devices.as_array().unwrap().len(), 2);
    let path = format!("/v1/devices/{}/revoke", Uuid::from_u128(2));
    assert_eq!(bank.ask("POST", &path, admin.token(), None).await.0, 204);
    let (status, error) = bank.ask("GET", "/v1/customers/x", lost.token(), None).await;
    assert_eq!((status, &error["code"]), (403, &json!("device_revoked")));
}

#[tokio::test]
async fn f4_1_plain_http_is_refused_but_on_loopback() {
    let bank = Bank::open().await;
    let config = Config { listen: "0.0.0.0:0".parse().unwrap(), tls: None };
    let refused = start(bank.server.app().clone(), &config).await.unwrap_err();
    assert!(matches!(refused, ServerError::PlainHttp));
}
