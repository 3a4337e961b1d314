//! What somebody on the network may try. See docs/threat-model.md.

use crate::bank::{Bank, PASSWORD, kdf, secret};
use lq_protocol::session::SessionReply;
use lq_protocol::sync::PUSH_MAX;
use lq_server::{Config, start};
use lq_testkit::postgres::app_at;
use lq_testkit::random::SeededRandom;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use uuid::Uuid;

/// Sends a head and a body as they are; head and body of the answer. A server that has read enough may close the connection
/// before it has read everything.
async fn send(address: SocketAddr, head: &str, body: &[u8]) -> (String, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let write = async {
        let _ = writer.write_all(head.as_bytes()).await;
        let _ = writer.write_all(body).await;
    };
    let read = async {
        let mut answer = Vec::new();
        let _ = reader.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    let ((), answer) = tokio::join!(write, read);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    (head.to_owned(), body.to_owned())
}

fn status(head: &str) -> u16 {
    head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}

/// A request with a body; the status and the code of the answer.
async fn post(bank: &Bank, path: &str, token: &str, extra: &str, body: &[u8]) -> (u16, Value) {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: bank\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\n{extra}content-length: {}\r\n\r\n",
        body.len()
    );
    let (head, body) = send(bank.server.address(), &head, body).await;
    let answer: Value = serde_json::from_str(&body).unwrap_or_default();
    (status(&head), answer["code"].clone())
}

/// A text that a decoder of zstd takes `times` 128 KiB for, in four bytes each.
fn bomb(times: usize, byte: u8) -> Vec<u8> {
    const BLOCK: u32 = 128 * 1024;
    // The magic number; no checksum, no size; a window of one block.
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 7 << 3];
    for block in 1..=times {
        // Bit 0: the last one. Bits 1 and 2: one byte, repeated.
        let header = BLOCK << 3 | 1 << 1 | u32::from(block == times);
        frame.extend_from_slice(&header.to_le_bytes()[..3]);
        frame.push(byte);
    }
    frame
}

#[tokio::test]
async fn s8_1_a_lock_outlives_the_server_and_counts_unknown_logins_too() {
    let bank = Bank::open().await;
    for login in ["rm.east", "nobody"] {
        for attempt in 1..=3 {
            assert_eq!(bank.sign_in_with(login, "Wrong-2026", 1).await.0, 401, "{login} {attempt}");
        }
    }
    // Another process on the same database, as after a restart: it goes on counting where the first one was.
    let app = app_at(&bank.url, bank.clock.clone(), Arc::new(SeededRandom::new(9))).await.unwrap();
    let restarted = start(app, &Config::local()).await.unwrap();
    let try_there = async |login: &str, password: &str| {
        let secret = secret(password).secret;
        let body =
            json!({ "login": login, "secret": secret, "device": Uuid::from_u128(1), "device_name": "x" });
        crate::bank::ask(restarted.address(), "POST", "/v1/sessions", None, Some(&body)).await
    };
    for login in ["rm.east", "nobody"] {
        assert_eq!(try_there(login, "Wrong-2026").await.0, 401, "{login}: the fourth");
        let (status, error) = try_there(login, "Wrong-2026").await;
        assert_eq!((status, &error["code"]), (429, &json!("sign_in_locked")), "{login}: the fifth");
        // Case and spaces make no other login of it.
        let spelt = format!(" {} ", login.to_uppercase());
        assert_eq!(try_there(&spelt, PASSWORD).await.0, 429, "{login}");
        assert_eq!(bank.sign_in_with(login, PASSWORD, 1).await.0, 429, "{login}: at the first one too");
    }
}

#[tokio::test]
async fn s8_1_many_guesses_at_once_gain_nothing() {
    let bank = Bank::open().await;
    let guesses = (0..20).map(|guess| {
        let bank = &bank;
        async move { bank.sign_in_with("rm.east", &format!("Wrong-{guess}"), 1).await.0 }
    });
    let answers = futures_util::future::join_all(guesses).await;
    assert_eq!(answers.iter().filter(|status| **status == 401).count(), 4, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 16, "{answers:?}");
}

#[tokio::test]
async fn s8_1_a_refresh_token_is_worth_nothing_on_another_device() {
    let bank = Bank::open().await;
    let victim = bank.device("rm.east", 1).await;
    let thief = bank.device("rm2.east", 2).await;
    for device in [thief.id.0, Uuid::from_u128(99)] {
        let victim = if device == thief.id.0 { &victim } else { &bank.device("rm.east", 3).await };
        let body = json!({ "device": device, "refresh_token": victim.session.refresh_token });
        let (status, error) = bank.ask("POST", "/v1/sessions/refresh", None, Some(&body)).await;
        assert_eq!((status, &error["code"]), (401, &json!("signed_out")));
        // Whoever has it may have more: the whole session ends.
        let own = json!({ "device": victim.id, "refresh_token": victim.session.refresh_token });
        assert_eq!(bank.ask("POST", "/v1/sessions/refresh", None, Some(&own)).await.0, 401);
        assert_eq!(bank.ask("GET", "/v1/customers/x", victim.token(), None).await.0, 401);
    }
    // Tokens that were never given, of the right length and others.
    let forged = "A".repeat(victim.session.refresh_token.len());
    for token in [forged.as_str(), "", "ä", "AAAA", &victim.session.access_token] {
        let body = json!({ "device": thief.id, "refresh_token": token });
        assert_eq!(bank.ask("POST", "/v1/sessions/refresh", None, Some(&body)).await.0, 401, "{token}");
    }
    assert_eq!(bank.ask("GET", "/v1/customers/x", thief.token(), None).await.0, 404, "nobody else's ends");
}

#[tokio::test]
async fn s8_1_a_reused_refresh_token_ends_every_token_of_its_family() {
    let bank = Bank::open().await;
    let device = bank.device("rm.east", 1).await;
    let mut tokens = vec![device.session.clone()];
    for _ in 0..3 {
        let last: &SessionReply = tokens.last().unwrap();
        let body = json!({ "device": device.id, "refresh_token": last.refresh_token });
        let (status, reply) = bank.ask("POST", "/v1/sessions/refresh", None, Some(&body)).await;
        assert_eq!(status, 200, "{reply}");
        tokens.push(serde_json::from_value(reply).unwrap());
    }
    let body = json!({ "device": device.id, "refresh_token": tokens[1].refresh_token });
    assert_eq!(bank.ask("POST", "/v1/sessions/refresh", None, Some(&body)).await.0, 401);
    for session in &tokens {
        let body = json!({ "device": device.id, "refresh_token": session.refresh_token });
        assert_eq!(bank.ask("POST", "/v1/sessions/refresh", None, Some(&body)).await.0, 401);
        assert_eq!(bank.ask("GET", "/v1/customers/x", Some(&session.access_token), None).await.0, 401);
    }
}

#[tokio::test]
async fn bodies_are_bounded_packed_and_unpacked() {
    let bank = Bank::open().await;
    let device = bank.device("rm.east", 1).await;
    let token = device.token().unwrap();
    let large = vec![b' '; 17 * 1024 * 1024];
    let told = json!("request_size");
    assert_eq!(post(&bank, "/v1/sync/push", token, "", &large).await, (413, told.clone()));
    assert_eq!(post(&bank, "/v1/sessions", token, "", &large[..17 * 1024]).await, (413, told.clone()));
    // 40 KiB that become 1.2 GiB. The blank is JSON: only the size can be what is refused.
    let zstd = "content-encoding: zstd\r\n";
    let bomb = bomb(10_000, b' ');
    assert!(bomb.len() < 64 * 1024);
    assert_eq!(post(&bank, "/v1/sync/push", token, zstd, &bomb).await, (413, told.clone()));
    assert_eq!(post(&bank, "/v1/sessions", token, zstd, &bomb[..4_006]).await.0, 413);
    // What is packed otherwise, or badly, is not taken for something else.
    assert_eq!(post(&bank, "/v1/sync/push", token, zstd, b"no zstd").await, (400, json!("request_form")));
    assert_eq!(post(&bank, "/v1/sync/push", token, "content-encoding: br\r\n", b"x").await.0, 415);
    let (status, _) = bank.ask("GET", "/v1/health", None, None).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn deep_json_and_odd_bodies_are_refused_with_a_code() {
    let bank = Bank::open().await;
    let device = bank.device("rm.east", 1).await;
    let token = device.token().unwrap();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let changes = format!("{{\"changes\":{}}}", deep("[", "]"));
    for body in
        [deep("[", "]"), deep("{\"a\":", "}"), changes, "\u{0}".to_owned(), "\"".to_owned(), String::new()]
    {
        for path in ["/v1/sync/push", "/v1/sync/pull"] {
            assert_eq!(post(&bank, path, token, "", body.as_bytes()).await, (400, json!("request_form")));
        }
    }
    for body in [&b"\xff\xfe"[..], b"{\"login\":\"\xff\"}", b"{\"login\":\"\\ud800\"}"] {
        assert_eq!(post(&bank, "/v1/sessions/parameters", token, "", body).await.0, 400);
    }
}

#[tokio::test]
async fn a_push_has_a_bounded_number_of_changes() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    let change = device.new_customer(1, &[]);
    let before = bank.written().await;
    let (status, error) = device.push_raw(&vec![change.clone(); PUSH_MAX + 1]).await;
    assert_eq!((status, &error["code"]), (413, &json!("request_size")));
    assert_eq!(bank.written().await, before, "none of them is taken");
    assert_eq!(device.push_raw(&[change]).await.0, 200);
}

#[tokio::test]
async fn heads_are_bounded() {
    let bank = Bank::open().await;
    let address = bank.server.address();
    let line = format!("x-filler: {}\r\n", "a".repeat(1024 * 1024));
    let many = "x-filler: a\r\n".repeat(1_000);
    let path = "a".repeat(1024 * 1024);
    for head in [
        format!("GET /v1/health HTTP/1.1\r\nhost: bank\r\n{line}\r\n"),
        format!("GET /v1/health HTTP/1.1\r\nhost: bank\r\n{many}\r\n"),
        format!("GET /{path} HTTP/1.1\r\nhost: bank\r\n\r\n"),
    ] {
        let (head, _) = send(address, &head, b"").await;
        assert!([0, 400, 414, 431].contains(&status(&head)), "{}", status(&head));
    }
    // Two lengths could mean one thing to a proxy and another to us.
    let smuggled =
        "POST /v1/sessions HTTP/1.1\r\nhost: bank\r\ncontent-length: 2\r\ncontent-length: 40\r\n\r\n{}";
    assert_eq!(status(&send(address, smuggled, b"").await.0), 400);
    assert_eq!(bank.ask("GET", "/v1/health", None, None).await.0, 200);
}

#[tokio::test]
async fn f4_2_an_id_in_a_path_is_an_id_or_names_nothing() {
    let bank = Bank::open().await;
    let admin = bank.device("admin", 1).await;
    let rm = bank.device("rm.east", 2).await;
    for id in [
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e%2fusers",
        "1'%20OR%20'1'='1",
        "1;DROP%20TABLE%20records",
        "%00",
        "%ff",
        "*",
        "null",
        "00000000-0000-0000-0000-000000000000%00",
        "00000000-0000-0000-0000-00000000000g",
    ] {
        for method in ["GET", "PUT", "DELETE"] {
            let body = json!({ "fields": {} });
            let (status, error) =
                bank.ask(method, &format!("/v1/customers/{id}"), rm.token(), Some(&body)).await;
            assert_eq!((status, &error["code"]), (404, &json!("not_found")), "{method} {id}");
        }
        let revoke = format!("/v1/devices/{id}/revoke");
        assert_eq!(bank.ask("POST", &revoke, admin.token(), None).await.0, 404, "{id}");
    }
    for path in
        ["/v1/customers/../users", "/v1//users", "//v1/users", "/v1/users/", "/V1/users", "/v1/users%2f"]
    {
        assert_eq!(bank.ask("GET", path, rm.token(), None).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn s8_1_a_login_that_is_sql_is_a_login_that_nobody_has() {
    let bank = Bank::open().await;
    let before = bank.written().await;
    for login in
        ["' OR '1'='1", "admin'--", "admin\"; DROP TABLE users; --", "%", "_dmin", "admin\u{0}", "ａｄｍｉｎ"]
    {
        assert_eq!(bank.sign_in_with(login, PASSWORD, 1).await.0, 401, "{login}");
        let body = json!({ "login": login });
        let (status, reply) = bank.ask("POST", "/v1/sessions/parameters", None, Some(&body)).await;
        assert_eq!(status, 200, "{login}");
        assert_ne!(reply["kdf"], serde_json::to_value(kdf()).unwrap(), "{login}");
    }
    assert_eq!(bank.written().await, before);
    assert_eq!(bank.sign_in_with("admin", PASSWORD, 1).await.0, 200);
}

#[tokio::test]
async fn s8_1_a_device_that_is_somebodys_is_nobody_elses() {
    let bank = Bank::open().await;
    let device = bank.device("rm.east", 1).await;
    let (status, error) = bank.sign_in_with("rm2.east", PASSWORD, 1).await;
    assert_eq!((status, &error["code"]), (403, &json!("not_allowed")));
    assert_eq!(bank.ask("GET", "/v1/customers/x", device.token(), None).await.0, 404, "its session goes on");
}

#[tokio::test]
async fn an_answers_trace_and_a_message_to_listeners_name_no_customer() {
    let bank = Bank::open().await;
    let mut rm = bank.device("rm.east", 1).await;
    let made = rm.new_customer(1, &[("mobile", "13812345678")]);
    rm.applied(made).await;
    let token = rm.token().unwrap();
    let request = |path: &str| {
        format!(
            "GET {path} HTTP/1.1\r\nhost: bank\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n"
        )
    };
    let id = Uuid::from_u128(1);
    let mut traces = Vec::new();
    for path in [format!("/v1/customers/{id}"), "/v1/customers/13812345678".to_owned()] {
        let (head, _) = send(bank.server.address(), &request(&path), b"").await;
        let head = head.to_lowercase();
        let trace = head.lines().find_map(|line| line.strip_prefix("x-trace-id: ")).unwrap().to_owned();
        assert!(Uuid::try_parse(&trace).is_ok() && trace != id.simple().to_string(), "{trace}");
        for name in ["13812345678", "set-cookie", "server:", "x-powered-by", &id.to_string(), token] {
            assert!(!head.contains(&name.to_lowercase()), "{name}");
        }
        traces.push(trace);
    }
    assert_ne!(traces[0], traces[1]);
    let mut stream = TcpStream::connect(bank.server.address()).await.unwrap();
    stream.write_all(request("/v1/sync/events").as_bytes()).await.unwrap();
    let (mut text, mut part) = (String::new(), [0; 4096]);
    while !text.contains("\"portfolio:") || !text.ends_with("\n\n") && !text.ends_with("\n\n\r\n") {
        let read = stream.read(&mut part).await.unwrap();
        assert_ne!(read, 0, "{text}");
        text.push_str(&String::from_utf8_lossy(&part[..read]));
    }
    let mut events = 0;
    for line in text.lines().filter_map(|line| line.strip_prefix("data:")) {
        let event: Value = serde_json::from_str(line.trim()).unwrap();
        let names: Vec<_> = event.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["feed", "head"]);
        events += 1;
    }
    assert_eq!(events, 2);
    for name in ["13812345678", "张三", &id.to_string()] {
        assert!(!text.contains(name), "{name}");
    }
}
