//! What the bank's other systems deliver.

use crate::bank::{Bank, Device};
use lq_domain::access::KeyScope;
use lq_domain::accounts::{Account, BRANCH, OWNER};
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::record::Record;
use lq_domain::transactions::{BLOCK, Block};
use lq_protocol::error::ErrorCode;
use lq_protocol::sync::{Cursor, PULL_MAX, PullReply, PullRequest};
use lq_server::intake::{Delivery, Format, Report, take_accounts, take_transactions};
use lq_server::keys;
use sqlx::{Connection as _, PgConnection};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const ZHANG: &str = "11010519491231002X";
const ACCOUNTS: &str = "账号,证件号码,账户类型,产品名称,余额\n\
    6222021000000000017,11010519491231002X,活期,活期存款,1000.00\n\
    6222021000000000025,11010519491231002X,基金,沪深300指数,5000.00\n";

fn delivery<'d>(format: &'d Format, bytes: &'d [u8]) -> Delivery<'d> {
    Delivery { format, bytes, strict: false, key: None }
}

async fn accounts(bank: &Bank, text: &str) -> Report {
    take_accounts(bank.server.app(), &delivery(&Format::Csv, text.as_bytes())).await.unwrap()
}

async fn transactions(bank: &Bank, text: &str) -> Report {
    take_transactions(bank.server.app(), &delivery(&Format::Csv, text.as_bytes())).await.unwrap()
}

fn counts(report: &Report) -> [u64; 5] {
    [report.read, report.taken, report.changed, report.repeated, report.bad]
}

fn problems(report: &Report) -> Vec<(u64, &'static str, &str)> {
    report
        .problems
        .iter()
        .map(|bad| (bad.line, bad.error.code.as_str(), bad.error.field.as_deref().unwrap_or_default()))
        .collect()
}

/// A customer of the first relationship manager, with two accounts.
async fn customer(bank: &Bank) -> Device {
    let mut rm = bank.device("rm.east", 1).await;
    let made = rm.new_customer(1, &[("document_type", "resident_id"), ("document_number", ZHANG)]);
    rm.applied(made).await;
    let report = accounts(bank, ACCOUNTS).await;
    assert_eq!((counts(&report), problems(&report)), ([2, 2, 0, 0, 0], Vec::new()));
    rm
}

/// What a device holds after answers to its pulls.
#[derive(Default)]
struct Held(BTreeMap<uuid::Uuid, Record>);

impl Held {
    fn take(&mut self, reply: &PullReply) {
        for entry in reply.pages.iter().flat_map(|page| &page.entries) {
            match &entry.record {
                Some(record) => self.0.insert(entry.record_id, record.clone()),
                None => self.0.remove(&entry.record_id),
            };
        }
    }

    async fn of(device: &Device) -> Self {
        let mut held = Self::default();
        let mut known: Vec<Cursor> = Vec::new();
        loop {
            let reply = device.pull(known.clone(), PULL_MAX).await;
            held.take(&reply);
            for page in &reply.pages {
                known.retain(|cursor| cursor.feed != page.feed);
                known.push(Cursor { feed: page.feed.clone(), after: page.next, anew: 0 });
            }
            if !reply.more {
                return held;
            }
        }
    }

    fn accounts(&self) -> BTreeMap<&str, i64> {
        let accounts = self.0.values().filter(|record| record.entity == Feature::Accounts);
        accounts.map(|record| (Account(record).number(), Account(record).balance().minor())).collect()
    }

    fn booked(&self) -> Vec<(String, i64)> {
        let blocks = self.0.values().filter(|record| record.entity == Feature::Transactions);
        let mut rows: Vec<(String, i64)> = blocks
            .flat_map(|record| Block(record).rows().unwrap())
            .map(|row| (row.reference, row.amount.minor()))
            .collect();
        rows.sort();
        rows
    }
}

#[tokio::test]
async fn x5_what_is_taken_in_reaches_the_owners_device_and_balances_are_sums() {
    let bank = Bank::open().await;
    let rm = customer(&bank).await;
    let text = "账号,流水号,交易时间,金额,借贷标志,摘要,对方户名\n\
        6222021000000000017,LQ1,2026-11-20 10:00:00,300.00,贷,代发工资,某公司\n\
        6222021000000000017,LQ2,2026-11-21,25.60,借,消费,面馆\n";
    assert_eq!(counts(&transactions(&bank, text).await), [2, 2, 0, 0, 0]);
    let held = Held::of(&rm).await;
    let expected = BTreeMap::from([("6222021000000000017", 127_440), ("6222021000000000025", 500_000)]);
    assert_eq!(held.accounts(), expected);
    assert_eq!(held.booked(), [("LQ1".to_owned(), 30_000), ("LQ2".to_owned(), -2_560)]);
    for (login, sees) in [("rm2.east", 0), ("staff.east", 2), ("head.west", 0), ("admin", 0)] {
        let device = bank.device(login, 100 + sees + u128::from(login.len() as u32)).await;
        assert_eq!(Held::of(&device).await.accounts().len() as u128, sees, "{login}");
    }
}

#[tokio::test]
async fn a_device_of_the_release_before_is_told_nothing_that_it_could_not_read() {
    let bank = Bank::open().await;
    let rm = customer(&bank).await;
    let request = PullRequest {
        device: rm.id,
        epoch: Some(rm.session.epoch),
        cursors: Vec::new(),
        limit: PULL_MAX,
        schema: 1,
        held: None,
    };
    let body = serde_json::to_value(request).unwrap();
    let (status, reply) = bank.ask("POST", "/v1/sync/pull", rm.token(), Some(&body)).await;
    assert_eq!(status, 200);
    let reply: PullReply = serde_json::from_value(reply).unwrap();
    let told: Vec<Feature> =
        reply.pages.iter().flat_map(|page| &page.entries).map(|entry| entry.entity).collect();
    assert!(told.contains(&Feature::Customers) && !told.contains(&Feature::Accounts));
    assert!(reply.pages.iter().all(|page| page.next == page.head), "and asks for it no more");
    assert!(!reply.more);
}

#[tokio::test]
async fn a_delivery_that_is_repeated_changes_nothing_and_a_reference_is_given_once() {
    let bank = Bank::open().await;
    let rm = customer(&bank).await;
    let text = "account,reference,booked_at,amount\n\
        6222021000000000017,LQ1,2026-11-20,300.00\n\
        6222021000000000017,LQ1,2026-11-20,300.00\n\
        6222021000000000017,LQ1,2026-11-20,301.00\n\
        6222021000000000025,LQ1,2026-11-20,1.00\n";
    let first = transactions(&bank, text).await;
    assert_eq!(counts(&first), [4, 2, 0, 1, 1], "the same reference on another account is another booking");
    assert_eq!(problems(&first), [(4, "reference_differs", "reference")]);
    let before = rm.pull_all().await;
    assert_eq!(counts(&transactions(&bank, text).await), [4, 0, 0, 3, 1]);
    assert_eq!(counts(&accounts(&bank, "number,holder,kind,product,balance\n6222021000000000017,11010519491231002X,current,活期存款,1300\n").await), [1, 0, 0, 1, 0]);
    let cursors = before
        .pages
        .iter()
        .map(|page| Cursor { feed: page.feed.clone(), after: page.next, anew: 0 })
        .collect();
    assert!(rm.pull(cursors, PULL_MAX).await.pages.is_empty(), "no device hears of it");
}

#[tokio::test]
async fn bad_lines_are_named_and_the_good_ones_taken_unless_all_or_nothing_was_asked_for() {
    let bank = Bank::open().await;
    customer(&bank).await;
    let text = "account,reference,booked_at,amount,currency\n\
        6222021000000000017,LQ1,2026-11-20,300.00,\n\
        9999999999999999999,LQ2,2026-11-20,1.00,\n\
        6222021000000000017,LQ3,2026-11-20,1.00,USD\n\
        6222021000000000017,LQ4,20.11.2026,1.00,\n\
        6222021000000000017,LQ5\n\
        6222021000000000017,LQ6,2026-11-20,90071992547409.90,\n";
    let strict = Delivery { strict: true, ..delivery(&Format::Csv, text.as_bytes()) };
    let refused = take_transactions(bank.server.app(), &strict).await.unwrap();
    assert!(refused.refused);
    assert_eq!(counts(&refused), [6, 0, 0, 0, 5]);
    let report = transactions(&bank, text).await;
    assert_eq!(counts(&report), [6, 1, 0, 0, 5], "the refused delivery left nothing");
    let expected = [
        (3, "account_unknown", "account"),
        (4, "currency_differs", "currency"),
        (5, "date_form", "booked_at"),
        (6, "row_cells", ""),
        (7, "money_range", "amount"),
    ];
    let mut found = problems(&report);
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(
        bank.audited("take_in").await,
        2,
        "accounts and transactions; what was refused is not taken in"
    );
}

#[tokio::test]
async fn x5_a_fund_is_valued_and_a_deposit_has_to_add_up() {
    let bank = Bank::open().await;
    let rm = customer(&bank).await;
    let text = "number,holder,kind,balance,balance_at\n\
        6222021000000000017,11010519491231002X,current,999.00,2026-11-20\n\
        6222021000000000025,11010519491231002X,fund,5120.50,2026-11-20\n\
        6222021000000000033,110105194912310021,current,1.00,\n\
        6222021000000000041,110101199003071233,current,1.00,\n";
    let report = accounts(&bank, text).await;
    assert_eq!(counts(&report), [4, 0, 1, 0, 3]);
    let mut found = problems(&report);
    found.sort_unstable();
    assert_eq!(found[0], (2, "balance_differs", "balance"));
    assert_eq!(found[1], (4, "document_number_check", "holder"));
    assert_eq!((found[2].0, found[2].2), (5, "holder"));
    let held = Held::of(&rm).await;
    assert_eq!(held.accounts()["6222021000000000025"], 512_050);
    assert_eq!(held.booked().len(), 1, "the change of its price is in the journal");
}

#[tokio::test]
async fn x10_accounts_and_transactions_follow_their_customer_and_leave_the_old_device() {
    let bank = Bank::open().await;
    let rm = customer(&bank).await;
    let mut text = "account,reference,booked_at,amount\n".to_owned();
    for number in 0..BLOCK + 6 {
        let _ = writeln!(text, "6222021000000000017,LQ{number},2026-11-20,1.00");
    }
    transactions(&bank, &text).await;
    let mut held = Held::of(&rm).await;
    assert_eq!(held.booked().len() as u64, BLOCK + 6);
    let before = rm.pull_all().await;
    let below = bank.device("rm.below", 2).await;
    let mut head = bank.device("head.east", 3).await;
    let (old, new) = (rm.session.user.id.to_string(), below.session.user.id.to_string());
    let give = head.change(Feature::Customers, 1, 1, &[("owner", Some(&old), Some(&new))]);
    head.applied(give).await;
    let cursors = before
        .pages
        .iter()
        .map(|page| Cursor { feed: page.feed.clone(), after: page.next, anew: 0 })
        .collect();
    held.take(&rm.pull(cursors, PULL_MAX).await);
    assert!(held.accounts().is_empty() && held.booked().is_empty(), "nothing stays with the old owner");
    let there = Held::of(&below).await;
    assert_eq!((there.accounts().len(), there.booked().len() as u64), (2, BLOCK + 6));
    let account = there.0.values().find(|record| record.entity == Feature::Accounts).unwrap();
    assert_eq!(account.get(OWNER), Some(new.as_str()));
    assert_eq!(account.get(BRANCH), Some(bank.below_east.to_string().as_str()));
    // More is booked on what has moved.
    assert_eq!(
        counts(&transactions(&bank, &format!("{text}6222021000000000017,LQX,2026-11-21,2.00\n")).await),
        [BLOCK + 7, 1, 0, BLOCK + 6, 0]
    );
    assert_eq!(Held::of(&below).await.booked().len() as u64, BLOCK + 7);
    let gone = head.change(Feature::Customers, 1, 2, &[("deleted", None, Some("1"))]);
    head.applied(gone).await;
    let late = "account,reference,booked_at,amount\n6222021000000000017,LQY,2026-11-22,3.00\n";
    assert_eq!(counts(&transactions(&bank, late).await), [1, 1, 0, 0, 0]);
    let hidden = Held::of(&below).await;
    assert!(
        hidden.accounts().is_empty() && hidden.booked().is_empty(),
        "a deleted customer's accounts are out of sight"
    );
    let back = head.change(Feature::Customers, 1, 3, &[("deleted", Some("1"), None)]);
    head.applied(back).await;
    assert_eq!(Held::of(&below).await.booked().len() as u64, BLOCK + 8, "and come back with it");
}

#[tokio::test]
async fn a_statement_is_taken_in_like_a_table() {
    let bank = Bank::open().await;
    let rm = customer(&bank).await;
    let entry = |reference: &str, amount: &str, side: &str, status: &str| {
        format!(
            "<Ntry><Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>\
             <BookgDt><Dt>2026-11-20</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef></Ntry>\n"
        )
    };
    let text = format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt>\n\
         <Acct><Id><Othr><Id>6222021000000000017</Id></Othr></Id></Acct>\n{}{}{}{}</Stmt></BkToCstmrStmt></Document>",
        entry("LQ1", "300.00", "CRDT", "BOOK"),
        entry("LQ2", "25.60", "DBIT", "BOOK"),
        entry("LQ3", "1.00", "DBIT", "PDNG"),
        entry("LQ4", "one", "DBIT", "BOOK"),
    );
    let take = async || {
        take_transactions(bank.server.app(), &delivery(&Format::Camt053, text.as_bytes())).await.unwrap()
    };
    let report = take().await;
    assert_eq!((counts(&report), report.pending), ([3, 2, 0, 0, 1], 1));
    assert_eq!(problems(&report), [(6, "money_form", "amount")]);
    assert_eq!(counts(&take().await), [3, 0, 0, 2, 1]);
    assert_eq!(Held::of(&rm).await.accounts()["6222021000000000017"], 127_440);
}

fn request(path: &str, kind: &str, key: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: bank\r\nconnection: close\r\nauthorization: Bearer {key}\r\ncontent-type: {kind}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Delivers over HTTP with a key.
async fn deliver(bank: &Bank, path: &str, kind: &str, key: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(bank.server.address()).await.unwrap();
    stream.write_all(request(path, kind, key, body).as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// How often a condition on what PostgreSQL does is looked at, and for how long.
async fn until(connection: &mut PgConnection, question: &'static str) {
    for _ in 0..500 {
        if sqlx::query_scalar(question).fetch_one(&mut *connection).await.unwrap() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {question}");
}

#[tokio::test]
async fn who_goes_away_while_a_delivery_is_copied_leaves_no_answer_for_others() {
    let bank = Bank::open().await;
    let rm = customer(&bank).await;
    let key = keys::add(bank.server.app(), "核心系统", vec![KeyScope::Transactions]).await.unwrap().secret;
    // Somebody else books under the same reference and does not end: the copy waits for that at its very end.
    let mut other = PgConnection::connect(&bank.url).await.unwrap();
    let book = "INSERT INTO transactions (branch_id, account_id, position, reference, booked_at, amount, purpose)
                SELECT branch_id, record_id, 900, 'LQ1', 0, 1, '' FROM records WHERE entity = 'accounts' AND fields ->> 'number' = '6222021000000000017'";
    sqlx::raw_sql("BEGIN").execute(&mut other).await.unwrap();
    sqlx::query(book).execute(&mut other).await.unwrap();
    let mut sender = TcpStream::connect(bank.server.address()).await.unwrap();
    let body = "account,reference,booked_at,amount\n6222021000000000017,LQ1,2026-11-01,5.00\n";
    sender.write_all(request("/v1/transactions", "text/csv", &key, body).as_bytes()).await.unwrap();
    let mut watch = PgConnection::connect(&bank.url).await.unwrap();
    until(
        &mut watch,
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
                         AND query LIKE 'COPY transactions%' AND wait_event_type = 'Lock')",
    )
    .await;
    drop(sender);
    tokio::time::sleep(Duration::from_millis(300)).await;
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    until(&mut watch, "SELECT EXISTS (SELECT FROM transactions WHERE reference = 'LQ1')").await;
    // Every connection answers what it is asked.
    for _ in 0..20 {
        let both = tokio::join!(rm.pull_all(), rm.pull_all());
        assert_eq!((both.0.subscriptions.len(), both.1.subscriptions.len()), (2, 2));
    }
}

#[tokio::test]
async fn f2_4_a_key_delivers_what_its_scope_says_and_nothing_else() {
    let bank = Bank::open().await;
    customer(&bank).await;
    let key = keys::add(bank.server.app(), "核心系统", vec![KeyScope::Transactions]).await.unwrap().secret;
    let batch = r#"{"rows":[{"account":"6222021000000000017","reference":"LQ1","booked_at":"2026-11-20","amount":"3.00"}]}"#;
    let (status, body) = deliver(&bank, "/v1/transactions", "application/json", &key, batch).await;
    assert_eq!(status, 200, "{body}");
    let report: Report = serde_json::from_str(&body).unwrap();
    assert_eq!(counts(&report), [1, 1, 0, 0, 0]);
    let fixed = "6222021000000000017LQ22026112000000004.00\n";
    let path = "/v1/transactions?layout=account:1-19,reference:20-22,booked_at:23-30,amount:31-41";
    assert_eq!(deliver(&bank, path, "text/plain", &key, fixed).await.0, 200);
    assert_eq!(deliver(&bank, "/v1/transactions", "text/plain", &key, fixed).await.0, 400);
    assert_eq!(deliver(&bank, "/v1/transactions", "image/png", &key, fixed).await.0, 422);
    let (status, body) = deliver(&bank, "/v1/transactions?strict=maybe", "text/csv", &key, "").await;
    assert!(status == 400 && body.contains("request_form"), "{body}");
    assert_eq!(deliver(&bank, "/v1/accounts", "text/csv", &key, ACCOUNTS).await.0, 403);
    let (status, body) = deliver(&bank, "/v1/transactions", "text/csv", &key, "account,amount\n1,2\n").await;
    assert!(status == 422 && body.contains("column_missing") && body.contains("reference"), "{body}");
    assert_eq!(deliver(&bank, "/v1/transactions", "text/csv", "lqk_wrong", "").await.0, 401);
    let person = bank.device("head.east", 9).await;
    assert_eq!(deliver(&bank, "/v1/transactions", "text/csv", person.token().unwrap(), "").await.0, 401);
    assert_eq!(
        deliver(&bank, "/v1/customers/00000000-0000-0000-0000-000000000001", "text/csv", &key, "").await.0,
        400
    );
    keys::revoke(bank.server.app(), "核心系统").await.unwrap();
    assert_eq!(deliver(&bank, "/v1/transactions", "application/json", &key, batch).await.0, 401);
    let taken = keys::add(bank.server.app(), "核心系统", vec![KeyScope::Accounts]).await.unwrap_err();
    assert_eq!(taken.code(), ErrorCode::NameTaken);
}

/// A hundred thousand lines, fifty of them bad and a thousand of them twice.
#[tokio::test]
async fn x5_a_hundred_thousand_lines_are_taken_with_right_balances_and_a_repeat_changes_nothing() {
    const LINES: u64 = 98_950;
    let bank = Bank::open().await;
    let rm = customer(&bank).await;
    let (mut text, mut sum) = ("account,reference,booked_at,amount,purpose\n".to_owned(), 0_i64);
    let line = |number: u64, text: &mut String| {
        let minor = i64::try_from(number * 7_919 % 20_001).unwrap() - 10_000;
        let at = Timestamp(1_790_000_000_000 + i64::try_from(number).unwrap() * 50_000).china_day();
        let amount =
            format!("{}{}.{:02}", if minor < 0 { "-" } else { "" }, minor.abs() / 100, minor.abs() % 100);
        let _ = writeln!(text, "6222021000000000017,LQ{number},{at},{amount},消费");
        minor
    };
    for number in 0..LINES {
        sum += line(number, &mut text);
        if number % 98 == 0 && number < 98_000 {
            line(number, &mut text);
        }
        if number % 1_979 == 0 {
            let _ = writeln!(text, "6222021000000000017,BAD{number},不是日子,1.00,坏行");
        }
    }
    assert_eq!(text.lines().count() - 1, 100_000);
    let report = transactions(&bank, &text).await;
    assert_eq!(counts(&report), [100_000, 98_950, 0, 1_000, 50]);
    assert_eq!(report.problems.len(), 50);
    assert!(report.problems.iter().all(|bad| bad.error.code == ErrorCode::DateForm));
    assert_eq!(
        text.lines()
            .nth(usize::try_from(report.problems[9].line).unwrap() - 1)
            .unwrap()
            .matches("坏行")
            .count(),
        1
    );
    let held = Held::of(&rm).await;
    assert_eq!(held.accounts()["6222021000000000017"], 100_000 + sum);
    assert_eq!(held.booked().len() as u64, LINES);
    let head = |reply: &PullReply| {
        reply.pages.iter().map(|page| (page.feed.clone(), page.head)).collect::<Vec<(FeedId, u64)>>()
    };
    let before = head(&rm.pull(Vec::new(), 1).await);
    assert_eq!(counts(&transactions(&bank, &text).await), [100_000, 0, 0, 99_950, 50]);
    assert_eq!(head(&rm.pull(Vec::new(), 1).await), before, "no feed moved");
}
