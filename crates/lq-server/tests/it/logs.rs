//! What the program logs while it does its usual work and fails in its usual ways.

use crate::bank::{Bank, Device, PASSWORD, ask, kdf, secret};
use crate::process::Process;
use lq_domain::feature::Feature;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

const NAME: &str = "欧阳修远";
const MOBILE: &str = "13812345678";
const DOCUMENT: &str = "11010519491231002X";
const LOGIN: &str = "ouyang.xiu";
const CUSTOMER: u128 = 0x0192_8374_6574_8392_0192_8374_6574_8392;

/// A database that quotes what it refuses, as PostgreSQL does with values that do not parse.
async fn refuse_loudly(bank: &Bank) {
    let words = "
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'invalid input: %', NEW.fields ->> 'name' USING ERRCODE = '22P02';
        END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON records
          FOR EACH ROW WHEN (NEW.fields ->> 'employer' = 'refuse') EXECUTE FUNCTION refuse();";
    let mut beside = PgConnection::connect(&bank.url).await.unwrap();
    sqlx::raw_sql(words).execute(&mut beside).await.unwrap();
}

/// What a relationship manager's device sends.
async fn work(rm: &mut Device) {
    let own =
        [("name", NAME), ("mobile", MOBILE), ("document_type", "resident_id"), ("document_number", DOCUMENT)];
    let batch = [
        rm.new_customer(CUSTOMER, &own),
        rm.new_customer(2, &own),
        rm.new_customer(3, &[("name", NAME), ("mobile", "138123456789")]),
        rm.change(Feature::Customers, CUSTOMER, 1, &[("mobile", Some(MOBILE), Some("13912345678"))]),
        rm.change(Feature::Customers, CUSTOMER, 1, &[("mobile", Some(MOBILE), Some("13712345678"))]),
    ];
    rm.push(&batch).await;
    rm.pull_all().await;
    let quoted = rm.new_customer(4, &[("name", NAME), ("employer", "refuse")]);
    assert_eq!(rm.push_raw(&[quoted]).await.0, 500);
}

/// Requests that are refused, with what must not be told in them.
async fn fail(bank: &Bank, process: &Process, rm: &Device, round: u128) {
    let at = process.address;
    let path = format!("/v1/customers/{}", Uuid::from_u128(CUSTOMER));
    for fields in [json!({ "employer": NAME }), json!({ "mobile": "1" }), json!({ NAME: "x" })] {
        ask(at, "PUT", &path, rm.token(), Some(&json!({ "fields": fields }))).await;
    }
    ask(at, "GET", &path, rm.token(), None).await;
    ask(at, "GET", &format!("/v1/customers/{NAME}?mobile={MOBILE}"), rm.token(), None).await;
    ask(at, "GET", &path, Some(&format!("{LOGIN}{MOBILE}")), None).await;
    for body in
        [json!({ "login": 1, "name": NAME }), json!(NAME), json!({ "login": LOGIN, "secret": MOBILE })]
    {
        ask(at, "POST", "/v1/sessions", None, Some(&body)).await;
        ask(at, "POST", "/v1/sync/push", rm.token(), Some(&body)).await;
    }
    let admin = bank.device_at(at, "admin", 9).await;
    let password = secret(PASSWORD).secret;
    let user = json!({
        "login": format!("{LOGIN}{round}"), "name": NAME, "role": "staff", "branch": bank.east,
        "password": { "secret": password, "kdf": kdf() },
    });
    assert_eq!(ask(at, "POST", "/v1/users", admin.token(), Some(&user)).await.0, 201);
    assert_eq!(ask(at, "POST", "/v1/users", admin.token(), Some(&user)).await.0, 409);
    for _ in 0..6 {
        let body = json!({ "login": format!("{LOGIN}{round}"), "secret": "eA==", "device": Uuid::from_u128(5), "device_name": NAME });
        ask(at, "POST", "/v1/sessions", None, Some(&body)).await;
    }
    let refresh = json!({ "device": Uuid::from_u128(6), "refresh_token": rm.session.refresh_token });
    assert_eq!(ask(at, "POST", "/v1/sessions/refresh", None, Some(&refresh)).await.0, 401);
}

#[tokio::test]
async fn s1_4_no_name_number_login_or_key_is_in_the_log() {
    let bank = Bank::open().await;
    refuse_loudly(&bank).await;
    let colleague = "13912345678";
    for (number, filter) in [(1, "info,sqlx=warn"), (2, "debug")] {
        let process = Process::serve(&bank.url, filter, &["--drain-seconds", "0"]).await;
        let mut rm = bank.device_at(process.address, "rm.east", number).await;
        work(&mut rm).await;
        fail(&bank, &process, &rm, number).await;
        process.terminate().await;
        let (status, log) = process.ended().await;
        assert!(status.success(), "{log}");

        let secret = secret(PASSWORD).secret;
        let customer = Uuid::from_u128(CUSTOMER).to_string();
        let tokens = [&rm.session.access_token, &rm.session.refresh_token, &secret, &customer];
        let words =
            [NAME, MOBILE, colleague, DOCUMENT, LOGIN, "rm.east", "柜台电脑", "员工", PASSWORD, &bank.url];
        for word in words.into_iter().chain(tokens.map(String::as_str)) {
            let line = log.lines().find(|line| line.contains(word));
            assert_eq!(line, None, "{word} at {filter}");
        }
        let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let told = |route: &str, status: u16| {
            lines.iter().any(|line| {
                let fields = &line["fields"];
                let whole = fields["trace_id"].is_string() && fields["took_ms"].is_number();
                whole && fields["route"] == route && fields["status"] == status
            })
        };
        for (route, status) in [("/v1/sync/push", 200), ("/v1/sync/push", 500), ("/v1/customers/{id}", 404)] {
            assert!(told(route, status), "{route} {status}\n{log}");
        }
        assert!(log.contains("22P02"), "what failed is told by its code\n{log}");
    }
}
