//! The server's program, from its command line.

use crate::bank::Bank;
use lq_server::{App, Config, Db, start};
use lq_testkit::clock::FixedClock;
use lq_testkit::postgres::Cluster;
use lq_testkit::random::SeededRandom;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::process::Command;

/// How long the program may take to say no; one that serves instead would go on for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the program on a database; whether it ended well, and the last line of its log.
async fn run(database: &str, words: &[&str]) -> (bool, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lq-server"));
    command.args(words).env_clear().env("LQ_DATABASE_URL", database).kill_on_drop(true);
    let done = tokio::time::timeout(PATIENCE, command.output()).await.unwrap().unwrap();
    let log = String::from_utf8(done.stderr).unwrap();
    let last = log.lines().next_back().map_or(Value::Null, |line| serde_json::from_str(line).unwrap());
    (done.status.success(), last)
}

#[tokio::test]
async fn f4_1_the_program_refuses_plain_http_to_others_with_its_code() {
    let bank = Bank::open().await;
    for listen in ["0.0.0.0:0", "[::]:0"] {
        let (well, last) = run(&bank.url, &["serve", "--listen", listen]).await;
        assert!(!well, "{listen}");
        assert_eq!(last["fields"]["code"], "server_address", "{last}");
        assert!(last["fields"]["error"].as_str().unwrap().contains("certificate"), "it says what is missing");
    }
}

#[tokio::test]
async fn f3_2_a_server_is_for_invented_customers_from_its_beginning_or_never() {
    let bank = Bank::open().await;
    let (well, last) = run(&bank.url, &["migrate", "--sample"]).await;
    assert!(!well && last["fields"]["error"].as_str().unwrap().contains("invented"), "{last}");
    assert_eq!(bank.ask("GET", "/v1/server", None, None).await.1["sample"], false);

    let url = Cluster::shared().unwrap().create_database().await.unwrap();
    for _ in 0..2 {
        assert!(run(&url, &["migrate", "--name", "练习", "--sample"]).await.0, "also a second time");
    }
    assert!(run(&url, &["migrate"]).await.0);
    let (clock, random) = (Arc::new(FixedClock::default()), Arc::new(SeededRandom::new(7)));
    let app = App::new(Db::connect(&url).await.unwrap(), clock, random).await.unwrap();
    let server = start(app, &Config::local()).await.unwrap();
    let (_, info) = crate::bank::ask(server.address(), "GET", "/v1/server", None, None).await;
    assert_eq!((info["name"].as_str(), info["sample"].as_bool()), (Some("练习"), Some(true)));
}
