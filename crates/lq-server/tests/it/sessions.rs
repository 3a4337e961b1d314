//! Signing in.

use crate::bank::{Bank, PASSWORD, kdf, secret};
use lq_domain::ids::DeviceId;
use lq_protocol::session::SessionReply;
use lq_server::devices;
use serde_json::{Value, json};
use uuid::Uuid;

async fn refresh(bank: &Bank, device: u128, token: &str) -> (u16, Value) {
    let body = json!({ "device": Uuid::from_u128(device), "refresh_token": token });
    bank.ask("POST", "/v1/sessions/refresh", None, Some(&body)).await
}

#[tokio::test]
async fn s8_1_five_wrong_passwords_lock_for_ten_minutes() {
    let bank = Bank::open().await;
    for _ in 0..4 {
        let (status, error) = bank.sign_in_with("rm.east", "Wrong-2026", 1).await;
        assert_eq!((status, &error["code"]), (401, &json!("sign_in_failed")));
    }
    let (status, error) = bank.sign_in_with("rm.east", "Wrong-2026", 1).await;
    assert_eq!((status, &error["code"]), (429, &json!("sign_in_locked")));
    assert_eq!(error["params"]["minutes"], "10");
    assert_eq!(bank.sign_in_with("rm.east", PASSWORD, 1).await.0, 429, "the right one comes too late");
    assert_eq!(bank.sign_in_with("rm2.east", PASSWORD, 2).await.0, 200, "others are not locked");
    bank.clock.advance(10 * 60 * 1000);
    assert_eq!(bank.sign_in_with("rm.east", PASSWORD, 1).await.0, 200);
}

#[tokio::test]
async fn s8_1_an_unknown_user_is_answered_like_a_wrong_password() {
    let bank = Bank::open().await;
    let known = bank.sign_in_with("rm.east", "Wrong-2026", 1).await;
    for attempt in 1..=6 {
        let unknown = bank.sign_in_with("nobody", "Wrong-2026", 1).await;
        let expected = if attempt < 5 { 401 } else { 429 };
        assert_eq!(unknown.0, expected, "attempt {attempt}");
        if attempt == 1 {
            assert_eq!(unknown, known);
        }
    }
    let parameters = async |login: &str| {
        let body = json!({ "login": login });
        bank.ask("POST", "/v1/sessions/parameters", None, Some(&body)).await
    };
    let invented = parameters("nobody").await;
    assert_eq!(invented, parameters(" Nobody ").await);
    assert_ne!(invented.1["kdf"]["salt"], parameters("nobody2").await.1["kdf"]["salt"]);
    assert_eq!(parameters("rm.east").await.1["kdf"], serde_json::to_value(kdf()).unwrap());
}

#[tokio::test]
async fn a_refresh_token_that_comes_back_ends_the_session() {
    let bank = Bank::open().await;
    let device = bank.device("rm.east", 1).await;
    let (status, reply) = refresh(&bank, 1, &device.session.refresh_token).await;
    assert_eq!(status, 200);
    let second: SessionReply = serde_json::from_value(reply).unwrap();
    assert_eq!(bank.ask("GET", "/v1/customers/x", Some(&second.access_token), None).await.0, 404);
    let (status, error) = refresh(&bank, 1, &device.session.refresh_token).await;
    assert_eq!((status, &error["code"]), (401, &json!("signed_out")));
    assert_eq!(refresh(&bank, 1, &second.refresh_token).await.0, 401, "the family is over");
    assert_eq!(bank.ask("GET", "/v1/customers/x", Some(&second.access_token), None).await.0, 401);
}

#[tokio::test]
async fn a_refresh_whose_reply_was_lost_works_again() {
    let bank = Bank::open().await;
    let device = bank.device("rm.east", 1).await;
    assert_eq!(refresh(&bank, 1, &device.session.refresh_token).await.0, 200);
    assert_eq!(refresh(&bank, 1, &device.session.refresh_token).await.0, 200);
}

#[tokio::test]
async fn an_access_token_lives_for_fifteen_minutes() {
    let bank = Bank::open().await;
    let device = bank.device("rm.east", 1).await;
    bank.clock.advance(15 * 60 * 1000 - 1);
    assert_eq!(bank.ask("GET", "/v1/customers/x", device.token(), None).await.0, 404);
    bank.clock.advance(1);
    assert_eq!(bank.ask("GET", "/v1/customers/x", device.token(), None).await.0, 401);
    assert_eq!(refresh(&bank, 1, &device.session.refresh_token).await.0, 200);
}

#[tokio::test]
async fn s1_4_a_revoked_device_is_told_so_at_every_door() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    devices::revoke(bank.server.app(), None, DeviceId(Uuid::from_u128(1))).await.unwrap();
    let change = device.new_customer(1, &[]);
    let doors = [
        device.push_raw(&[change]).await,
        bank.ask("GET", "/v1/sync/events", device.token(), None).await,
        refresh(&bank, 1, &device.session.refresh_token).await,
        bank.sign_in_with("rm.east", PASSWORD, 1).await,
    ];
    for (status, error) in doors {
        assert_eq!((status, &error["code"]), (403, &json!("device_revoked")));
    }
    assert_eq!(bank.sign_in_with("rm.east", PASSWORD, 2).await.0, 200, "the user's other devices work on");
}

#[tokio::test]
async fn s8_1_a_password_that_an_administrator_knows_only_opens_the_way_to_another() {
    let bank = Bank::open().await;
    let admin = bank.device("admin", 1).await;
    let (_, users) = bank.ask("GET", "/v1/users", admin.token(), None).await;
    let user = users.as_array().unwrap().iter().find(|user| user["user"]["login"] == "rm.east").unwrap();
    let path = format!("/v1/users/{}", user["user"]["id"].as_str().unwrap());
    let given = secret("Geini-2026-mima");
    let reset = json!({ "password": { "secret": given.secret, "kdf": given.kdf } });
    assert_eq!(bank.ask("PATCH", &path, admin.token(), Some(&reset)).await.0, 200);
    let (status, session) = bank.sign_in_with("rm.east", "Geini-2026-mima", 2).await;
    assert_eq!((status, &session["password_expired"]), (200, &json!(true)));
    let renew = json!({ "device": Uuid::from_u128(2), "refresh_token": session["refresh_token"] });
    let (status, session) = bank.ask("POST", "/v1/sessions/refresh", None, Some(&renew)).await;
    assert_eq!((status, &session["password_expired"]), (200, &json!(true)), "a renewed session is no better");
    let token = session["access_token"].as_str();
    let pull =
        json!({ "schema": lq_protocol::SCHEMA, "device": Uuid::from_u128(2), "cursors": [], "limit": 10 });
    for (method, path, body) in [
        ("GET", "/v1/customers/x", None),
        ("POST", "/v1/sync/pull", Some(&pull)),
        ("GET", "/v1/sync/events", None),
        ("GET", "/v1/users", None),
    ] {
        let (status, error) = bank.ask(method, path, token, body).await;
        assert_eq!((status, &error["code"]), (403, &json!("password_expired")), "{path}");
    }
    let own = secret("Xinmima-2027");
    let body = json!({ "old_secret": given.secret, "new_secret": own.secret, "kdf": own.kdf });
    let (status, reply) = bank.ask("POST", "/v1/sessions/password", token, Some(&body)).await;
    assert_eq!((status, &reply["password_expired"]), (200, &json!(false)));
    let token = reply["access_token"].as_str();
    assert_eq!(bank.ask("GET", "/v1/customers/x", token, None).await.0, 404, "signed in as anybody");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let bank = Bank::open().await;
    let desk = bank.device("rm.east", 1).await;
    let laptop = bank.device("rm.east", 2).await;
    let new = secret("Xinmima-2027");
    let body = json!({
        "old_secret": secret(PASSWORD).secret, "new_secret": new.secret, "kdf": new.kdf,
    });
    let wrong = json!({ "old_secret": new.secret, "new_secret": new.secret, "kdf": new.kdf });
    assert_eq!(bank.ask("POST", "/v1/sessions/password", desk.token(), Some(&wrong)).await.0, 401);
    let (status, reply) = bank.ask("POST", "/v1/sessions/password", desk.token(), Some(&body)).await;
    assert_eq!(status, 200, "{reply}");
    let session: SessionReply = serde_json::from_value(reply).unwrap();
    assert_eq!(bank.ask("GET", "/v1/customers/x", Some(&session.access_token), None).await.0, 404);
    assert_eq!(bank.ask("GET", "/v1/customers/x", laptop.token(), None).await.0, 401);
    assert_eq!(bank.sign_in_with("rm.east", PASSWORD, 1).await.0, 401);
    assert_eq!(bank.sign_in_with("rm.east", "Xinmima-2027", 1).await.0, 200);
}
