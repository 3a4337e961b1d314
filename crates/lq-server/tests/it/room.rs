//! Requests that hold places.

use crate::bank::{Bank, answer, head};
use crate::metrics::{figure, figures};
use lq_server::{Config, serve_metrics};
use serde_json::Value;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// More than there are places for requests of either kind.
const SLOW: usize = 300;

#[tokio::test]
async fn slow_senders_without_a_session_stand_in_nobodys_way_and_are_sent_off_soon() {
    let bank = Bank::open().await;
    let measured = serve_metrics(bank.server.app(), &Config::local()).await.unwrap();
    let mut rm = bank.device("rm.east", 1).await;
    let mut slow = Vec::new();
    for _ in 0..SLOW {
        let mut stream = TcpStream::connect(bank.server.address()).await.unwrap();
        let begun = head("POST", "/v1/sessions", None, 100) + "{\"login\":";
        stream.write_all(begun.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let running = "langqiao_requests_running";
    while figure(&figures(&measured.url()).await, running) < Some(SLOW) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    let made = rm.new_customer(1, &[]);
    rm.applied(made).await;
    assert_eq!(bank.ask("GET", "/v1/server", None, None).await.0, 200);
    bank.device("rm2.east", 2).await;

    for mut stream in slow {
        let (status, body) = answer(&mut stream).await.unwrap();
        let error: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, error["code"].as_str()), (503, Some("server_busy")));
    }
    let text = figures(&measured.url()).await;
    assert_eq!(figure(&text, "langqiao_requests_shed_total{reason=\"slow\"}"), Some(SLOW));
    assert_eq!(figure(&text, running), Some(0), "no place is held any more");
}
