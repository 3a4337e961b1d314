//! What balancers ask, and how a server stops.

use crate::bank::{Bank, answer, ask, head, try_ask};
use crate::feeds::{heard, listen};
use crate::process::{PATIENCE, Process};
use lq_domain::feeds::FeedId;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

const READY: &str = "/v1/health";
const LIVE: &str = "/v1/health/live";

/// Waits until a process says about itself what is expected.
async fn until_ready(address: SocketAddr, expected: u16) -> Value {
    let asking = async {
        loop {
            let (status, body) = ask(address, "GET", READY, None, None).await;
            if status == expected {
                return body;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, asking).await.expect("it never says so")
}

#[tokio::test]
async fn ready_is_a_server_that_reaches_its_database() {
    let bank = Bank::open().await;
    let address = bank.server.address();
    assert_eq!(until_ready(address, 200).await, json!({ "status": "ok" }));
    let (server, name) = bank.url.split_once("/langqiao_").unwrap();
    let (name, host) = name.split_once('?').unwrap();
    let name = format!("langqiao_{name}");
    let mut beside = PgConnection::connect(&format!("{server}/postgres?{host}")).await.unwrap();
    let mut set = async |allowed: bool| {
        let words = format!(
            "ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed};
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND NOT {allowed}"
        );
        sqlx::raw_sql(AssertSqlSafe(words)).execute(&mut beside).await.unwrap();
    };
    set(false).await;
    let error = until_ready(address, 503).await;
    assert_eq!(error["code"], "server_busy");
    assert_eq!(ask(address, "GET", LIVE, None, None).await.0, 200, "the process itself is well");
    set(true).await;
    until_ready(address, 200).await;
}

#[tokio::test]
async fn ready_is_a_server_whose_database_is_migrated() {
    let bank = Bank::open().await;
    let mut beside = PgConnection::connect(&bank.url).await.unwrap();
    let newest = "(SELECT max(version) FROM _sqlx_migrations)";
    let mut set = async |done: bool| {
        let words = format!("UPDATE _sqlx_migrations SET success = {done} WHERE version = {newest}");
        sqlx::raw_sql(AssertSqlSafe(words)).execute(&mut beside).await.unwrap();
    };
    set(false).await;
    until_ready(bank.server.address(), 503).await;
    set(true).await;
    until_ready(bank.server.address(), 200).await;
}

#[tokio::test]
async fn a_server_that_stops_says_so_first_finishes_what_runs_and_ends_event_streams() {
    let bank = Bank::open().await;
    let process = Process::serve(&bank.url, "info", &["--drain-seconds", "600"]).await;
    until_ready(process.address, 200).await;
    let mut rm = bank.device_at(process.address, "rm.east", 1).await;
    let feed = FeedId::Portfolio(bank.east, rm.session.user.id).to_string();
    let mut events = listen(process.address, &rm).await;
    heard(&mut events, &format!("\"feed\":\"{feed}\",\"head\":0")).await;
    // A push of which half is on its way.
    let late = rm.new_customer(1, &[]);
    let body = rm.push_body(&[late]).to_string();
    let (early_half, late_half) = body.split_at(body.len() / 2);
    let mut running = TcpStream::connect(process.address).await.unwrap();
    running.write_all(head("POST", "/v1/sync/push", rm.token(), body.len()).as_bytes()).await.unwrap();
    running.write_all(early_half.as_bytes()).await.unwrap();

    process.terminate().await;
    until_ready(process.address, 503).await;
    assert_eq!(ask(process.address, "GET", LIVE, None, None).await.0, 200);
    let mut other = bank.device_at(process.address, "rm2.east", 2).await;
    let made = other.new_customer(2, &[]);
    other.applied(made).await;
    let (status, error) = ask(process.address, "GET", "/v1/sync/events", rm.token(), None).await;
    assert_eq!((status, &error["code"]), (503, &json!("server_busy")), "new streams go elsewhere");

    process.terminate().await;
    process.closed().await;
    let mut rest = String::new();
    timeout(PATIENCE, events.read_to_string(&mut rest)).await.expect("the stream goes on").unwrap();
    running.write_all(late_half.as_bytes()).await.unwrap();
    let (status, reply) = answer(&mut running).await.unwrap();
    assert_eq!(status, 200, "{reply}");
    let (status, log) = process.ended().await;
    assert!(status.success(), "{log}");
    // What was acknowledged is there, for a process that begins now.
    let here = bank.device("head.east", 3).await;
    for id in [1, 2] {
        let path = format!("/v1/customers/{}", uuid::Uuid::from_u128(id));
        assert_eq!(bank.ask("GET", &path, here.token(), None).await.0, 200, "{id}");
    }
}

#[tokio::test]
async fn a_server_that_stops_under_load_has_kept_every_change_that_it_acknowledged() {
    const WRITERS: u128 = 4;
    let bank = Bank::open().await;
    let process = Process::serve(&bank.url, "warn,lq_server=info", &["--drain-seconds", "0"]).await;
    let (told, mut acknowledged) = tokio::sync::mpsc::unbounded_channel();
    let mut writers = Vec::new();
    for number in 1..=WRITERS {
        let mut device = bank.device_at(process.address, "rm.east", number).await;
        let told = told.clone();
        writers.push(tokio::spawn(async move {
            for id in 0.. {
                let made = device.new_customer(number << 32 | id, &[]);
                let (key, body) = (made.id.0, device.push_body(&[made]));
                let token = device.token();
                match try_ask(device.address, "POST", "/v1/sync/push", token, Some(&body)).await {
                    Ok((200, _)) => told.send(key).unwrap(),
                    Ok((status, error)) => panic!("{status}: {error}"),
                    // The server is gone.
                    Err(_) => return,
                }
            }
        }));
    }
    drop(told);
    let mut kept = Vec::new();
    while kept.len() < 40 {
        kept.push(timeout(PATIENCE, acknowledged.recv()).await.expect("no progress").unwrap());
    }
    process.terminate().await;
    let (status, log) = process.ended().await;
    assert!(status.success(), "{log}");
    while let Some(key) = acknowledged.recv().await {
        kept.push(key);
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let mut beside = PgConnection::connect(&bank.url).await.unwrap();
    let there: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT change_id FROM changes").fetch_all(&mut beside).await.unwrap();
    let lost: Vec<_> = kept.iter().filter(|key| !there.contains(key)).collect();
    assert!(lost.is_empty(), "{} of {} lost", lost.len(), kept.len());
}
