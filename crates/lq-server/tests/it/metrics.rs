//! Figures for Prometheus.

use crate::bank::{Bank, PASSWORD, answer, head};
use crate::feeds::{heard, listen};
use crate::process::Process;
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_server::{Config, ServerError, serve_metrics};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use uuid::Uuid;

/// What an address for figures says.
pub(crate) async fn figures(url: &str) -> String {
    let address = url.trim_start_matches("http://").trim_end_matches("/metrics");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head("GET", "/metrics", None, 0).as_bytes()).await.unwrap();
    let (status, text) = answer(&mut stream).await.unwrap();
    assert_eq!(status, 200);
    text
}

/// One figure.
pub(crate) fn figure(text: &str, name: &str) -> Option<usize> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

#[tokio::test]
async fn figures_count_what_happened() {
    let bank = Bank::open().await;
    let measured = serve_metrics(bank.server.app(), &Config::local()).await.unwrap();
    let mut rm = bank.device("rm.east", 1).await;
    let mut events = listen(bank.server.address(), &rm).await;
    let feed = FeedId::Portfolio(bank.east, rm.session.user.id).to_string();
    heard(&mut events, &format!("\"feed\":\"{feed}\",\"head\":0")).await;
    let batch = [
        rm.new_customer(1, &[("mobile", "13812345678")]),
        rm.change(Feature::Customers, 1, 1, &[("mobile", Some("13812345678"), Some("13912345678"))]),
        rm.change(Feature::Customers, 1, 1, &[("mobile", Some("13812345678"), Some("13712345678"))]),
        rm.new_customer(2, &[("mobile", "1")]),
    ];
    rm.push(&batch).await;
    bank.sign_in_with("rm.east", "Wrong-2026", 1).await;
    bank.ask("GET", "/v1/customers/x", None, None).await;

    let text = figures(&measured.url()).await;
    let is = |name: &str, expected| assert_eq!(figure(&text, name), Some(expected), "{name}\n{text}");
    is("langqiao_requests_total{method=\"POST\",route=\"/v1/sync/push\",status=\"2xx\"}", 1);
    is("langqiao_requests_total{method=\"POST\",route=\"/v1/sessions\",status=\"4xx\"}", 1);
    is("langqiao_requests_total{method=\"GET\",route=\"/v1/customers/{id}\",status=\"4xx\"}", 1);
    is("langqiao_request_duration_seconds_count{method=\"POST\",route=\"/v1/sync/push\"}", 1);
    is("langqiao_requests_running", 0);
    is("langqiao_push_outcomes_total{outcome=\"applied\"}", 2);
    is("langqiao_push_outcomes_total{outcome=\"conflict\"}", 1);
    is("langqiao_push_outcomes_total{outcome=\"refused\"}", 1);
    is("langqiao_sign_ins_refused_total{reason=\"sign_in_failed\"}", 1);
    is("langqiao_event_listeners", 1);
    // The one that hears of other processes' writes, once the others are back: they return beside the answers that they served.
    let rested = async {
        while figure(&figures(&measured.url()).await, "langqiao_database_connections_used") != Some(1) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), rested)
        .await
        .expect("connections do not return");
    assert!(figure(&text, "langqiao_database_connections_idle").is_some());
    drop(events);
}

#[tokio::test]
async fn figures_hold_nothing_that_somebody_typed_and_do_not_grow_with_it() {
    let bank = Bank::open().await;
    let measured = serve_metrics(bank.server.app(), &Config::local()).await.unwrap();
    let mut rm = bank.device("rm.east", 0xABCD).await;
    let made = rm.new_customer(0xBEEF, &[("name", "欧阳修远"), ("mobile", "13812345678")]);
    rm.applied(made).await;
    bank.sign_in_with("ouyang.xiu", PASSWORD, 7).await;
    let path = format!("/v1/customers/{}", Uuid::from_u128(0xBEEF));
    assert_eq!(bank.ask("GET", &path, rm.token(), None).await.0, 200);
    bank.ask("GET", "/v1/欧阳修远", None, None).await;
    bank.ask("OUYANG", "/v1/server", None, None).await;
    let text = figures(&measured.url()).await;
    let user = rm.session.user.id.to_string();
    for word in ["欧阳修远", "1381234", "ouyang", "OUYANG", "rm.east", "beef", "abcd", &user] {
        assert!(!text.contains(word), "{word}\n{text}");
    }
    assert_eq!(
        figure(&text, "langqiao_requests_total{method=\"other\",route=\"/v1/server\",status=\"4xx\"}"),
        Some(1),
        "{text}"
    );
    assert_eq!(
        figure(&text, "langqiao_requests_total{method=\"GET\",route=\"none\",status=\"4xx\"}"),
        Some(1)
    );
}

#[tokio::test]
async fn the_program_serves_figures_when_it_is_given_an_address() {
    let bank = Bank::open().await;
    let process = Process::serve(&bank.url, "info", &["--metrics-listen", "127.0.0.1:0"]).await;
    crate::bank::ask(process.address, "GET", "/v1/server", None, None).await;
    let text = figures(&process.metrics.unwrap().to_string()).await;
    let name = "langqiao_requests_total{method=\"GET\",route=\"/v1/server\",status=\"2xx\"}";
    assert_eq!(figure(&text, name), Some(1), "{text}");
    let silent = Process::serve(&bank.url, "info", &[]).await;
    assert_eq!(silent.metrics, None);
}

#[tokio::test]
async fn f4_1_figures_are_no_part_of_what_devices_reach_and_leave_the_machine_by_tls_only() {
    let bank = Bank::open().await;
    let measured = serve_metrics(bank.server.app(), &Config::local()).await.unwrap();
    assert_eq!(bank.ask("GET", "/metrics", None, None).await.0, 404);
    assert!(lq_server::served().iter().all(|(_, path)| !path.contains("metrics")));
    let address = measured.url();
    let address = address.trim_start_matches("http://").trim_end_matches("/metrics").parse().unwrap();
    assert_eq!(crate::bank::ask(address, "GET", "/v1/server", None, None).await.0, 404);
    let everywhere = Config { listen: "0.0.0.0:0".parse().unwrap(), tls: None };
    let refused = serve_metrics(bank.server.app(), &everywhere).await.unwrap_err();
    assert!(matches!(refused, ServerError::PlainHttp));
}
