//! Suspicious-transaction cases: those who work on them have them, and nobody else a byte of them.

use crate::audits::{deliver, entry, request};
use crate::bank::{Bank, Device, head};
use crate::feeds::cursors;
use lq_domain::access::Role;
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::record::FieldChange;
use lq_protocol::change::{Change, ChangeResult, Outcome};
use lq_protocol::error::ErrorCode;
use lq_protocol::sync::{Cursor, PULL_MAX, PullReply, PullRequest};
use lq_server::admin::{self, UserChange};
use lq_server::audits::AuditView;
use lq_server::devices;
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use uuid::Uuid;

/// A field, from what, to what.
type Edit<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

const CUSTOMER: u128 = 1;
const CASE: u128 = 2;
const SEEN: &str = "三天内由九个账户分散转入";

fn refused(code: ErrorCode, field: Option<&str>) -> ChangeResult {
    ChangeResult::Refused { code, field: field.map(str::to_owned) }
}

fn new_case(device: &mut Device, customer: u128) -> Change {
    let customer = Uuid::from_u128(customer).to_string();
    let fields = [
        ("customer", None, Some(customer.as_str())),
        ("narrative", None, Some(SEEN)),
        ("state", None, Some("open")),
    ];
    device.change(Feature::Cases, CASE, 0, &fields)
}

/// A customer of the east branch, and a case about them.
async fn opened(bank: &Bank) -> (Device, Device) {
    let mut rm = bank.device("rm.east", 1).await;
    let made = rm.new_customer(CUSTOMER, &[("name", "欧阳静雯")]);
    rm.applied(made).await;
    let mut risk = bank.device("risk.east", 2).await;
    let case = new_case(&mut risk, CUSTOMER);
    let record = risk.applied(case).await;
    assert_eq!(record.get("branch"), Some(bank.east.to_string().as_str()), "it lies where the customer lies");
    assert_eq!(record.get("name"), Some("欧阳静雯"));
    (rm, risk)
}

fn cases(reply: &PullReply) -> Vec<bool> {
    let entries = reply.pages.iter().flat_map(|page| &page.entries);
    entries.filter(|entry| entry.entity == Feature::Cases).map(|entry| entry.record.is_some()).collect()
}

async fn search(bank: &Bank, device: &Device, words: &str) -> Vec<AuditView> {
    let (status, found) = bank.ask("GET", &format!("/v1/audits?{words}"), device.token(), None).await;
    assert_eq!(status, 200);
    serde_json::from_value(found).unwrap()
}

#[tokio::test]
async fn x23_nobody_but_who_works_on_cases_gets_a_byte_of_one() {
    let bank = Bank::open().await;
    let (_, risk) = opened(&bank).await;
    assert_eq!(cases(&risk.pull_all().await), [true]);
    for (number, login) in
        (10..).zip(["staff.east", "rm.east", "rm2.east", "head.east", "head.west", "admin"])
    {
        let other = bank.device(login, number).await;
        let reply = other.pull_all().await;
        let told = serde_json::to_string(&reply).unwrap();
        for word in ["restricted", "cases", SEEN, &Uuid::from_u128(CASE).to_string()] {
            assert!(!told.contains(word), "{login} was told {word}");
        }
    }
}

#[tokio::test]
async fn x23_the_audit_of_a_case_is_read_by_who_works_on_cases_and_leaves_no_gap_in_the_branchs() {
    let bank = Bank::open().await;
    let (mut rm, risk) = opened(&bank).await;
    let edit = rm.change(Feature::Customers, CUSTOMER, 1, &[("notes", None, Some("回访"))]);
    rm.applied(edit).await;
    let head = bank.device("head.east", 3).await;
    let all = search(&bank, &head, "").await;
    assert!(all.iter().all(|entry| entry.entity.as_deref() != Some("cases")));
    let mut positions: Vec<u64> =
        all.iter().filter(|entry| entry.branch == bank.east.0).map(|entry| entry.position).collect();
    positions.sort_unstable();
    assert!(positions.windows(2).all(|two| two[0] + 1 == two[1]), "{positions:?}");
    let about = format!("record={}", Uuid::from_u128(CASE));
    assert_eq!(search(&bank, &head, &about).await, []);
    let found = search(&bank, &risk, &about).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].action.as_str(), found[0].branch), ("create", bank.east.0));
    assert!(!found[0].fields.to_string().contains(SEEN), "the values stay with the change");
    let behind = format!(
        "before_at={}&before_position={}&before_branch={}",
        found[0].at,
        found[0].position,
        found[0].chain.unwrap()
    );
    let rest = search(&bank, &risk, &behind).await;
    assert!(!rest.iter().any(|entry| entry == &found[0]), "goes on behind it");
}

#[tokio::test]
async fn x23_who_does_not_work_on_cases_can_open_change_or_guess_none() {
    let bank = Bank::open().await;
    opened(&bank).await;
    for (number, login) in (10..).zip(["staff.east", "rm.east", "head.east", "admin"]) {
        let mut other = bank.device(login, number).await;
        for case in [CASE, 77] {
            let edit = other.change(Feature::Cases, case, 1, &[("narrative", Some(SEEN), Some("没有问题"))]);
            let outcome = other.push(&[edit]).await.remove(0);
            assert_eq!(outcome.result, refused(ErrorCode::NotAllowed, None), "{login}");
            assert_eq!(outcome.record, None, "{login}");
        }
        let new = Change { record_id: Uuid::from_u128(90), ..new_case(&mut other, CUSTOMER) };
        assert_eq!(
            other.push(&[new]).await.remove(0).result,
            refused(ErrorCode::NotAllowed, None),
            "{login}"
        );
    }
}

#[tokio::test]
async fn x23_a_case_is_of_a_customer_within_the_scope_and_is_never_deleted() {
    let bank = Bank::open().await;
    let (_, mut risk) = opened(&bank).await;
    let mut west = bank.device("rm.west", 3).await;
    let made = west.new_customer(5, &[]);
    west.applied(made).await;
    for customer in [5, 66] {
        let new = Change { record_id: Uuid::from_u128(90), ..new_case(&mut risk, customer) };
        assert_eq!(
            risk.push(&[new]).await.remove(0).result,
            refused(ErrorCode::NotFound, None),
            "{customer}"
        );
    }
    let edits: [(&[Edit<'_>], ChangeResult); 5] = [
        (&[("deleted", None, Some("1"))], refused(ErrorCode::FieldUnknown, Some("deleted"))),
        (&[("branch", None, None)], refused(ErrorCode::FieldUnknown, Some("branch"))),
        (&[("state", Some("open"), Some("reported"))], refused(ErrorCode::TextBlank, Some("conclusion"))),
        (&[("narrative", Some(SEEN), None)], refused(ErrorCode::TextBlank, Some("narrative"))),
        (
            &[("state", Some("open"), Some("dismissed")), ("conclusion", None, Some("工资代发"))],
            ChangeResult::Applied,
        ),
    ];
    for (fields, expected) in edits {
        let edit = risk.change(Feature::Cases, CASE, 1, fields);
        assert_eq!(risk.push(&[edit]).await.remove(0).result, expected, "{fields:?}");
    }
    // Two officers who wrote at once are asked.
    let edit = risk.change(Feature::Cases, CASE, 1, &[("state", Some("open"), Some("reported"))]);
    let met = risk.push(&[edit]).await.remove(0).result;
    assert!(matches!(met, ChangeResult::Conflict { .. }), "{met:?}");
}

#[tokio::test]
async fn x23_a_case_goes_with_its_customer_to_another_branch_and_stays_when_the_customer_is_deleted() {
    let bank = Bank::open().await;
    let (rm, mut risk) = opened(&bank).await;
    let mut head = bank.device("head.east", 3).await;
    let below = bank.device("rm.below", 4).await;
    let before = risk.pull_all().await;
    let (old, new) = (rm.session.user.id.to_string(), below.session.user.id.to_string());
    let give = head.change(Feature::Customers, CUSTOMER, 1, &[("owner", Some(&old), Some(&new))]);
    head.applied(give).await;
    let news = risk.pull_all().await;
    let page = |reply: &PullReply, branch| {
        let feed = FeedId::Restricted(branch, Feature::Cases);
        let page = reply.pages.iter().find(|page| page.feed == feed);
        page.map(|page| page.entries.iter().map(|entry| entry.record.is_some()).collect::<Vec<_>>())
    };
    assert_eq!(page(&before, bank.east), Some(vec![true]));
    assert_eq!(page(&news, bank.east), Some(vec![false]), "it has left the one");
    assert_eq!(page(&news, bank.below_east), Some(vec![true]), "and is in the other");
    let edit = risk.change(Feature::Cases, CASE, 1, &[("narrative", Some(SEEN), Some("九个账户同属一人"))]);
    let record = risk.applied(edit).await;
    assert_eq!(record.get("branch"), Some(bank.below_east.to_string().as_str()), "an edit leaves it there");
    let delete = head.change(Feature::Customers, CUSTOMER, 2, &[("deleted", None, Some("1"))]);
    assert_eq!(head.push(&[delete]).await.remove(0).result, ChangeResult::Applied);
    assert_eq!(page(&risk.pull_all().await, bank.below_east), Some(vec![true]));
}

#[tokio::test]
async fn x23_a_case_is_opened_of_a_customer_who_is_deleted_or_whom_the_server_has_forgotten() {
    let bank = Bank::open().await;
    let mut rm = bank.device("rm.east", 1).await;
    let mut risk = bank.device("risk.east", 2).await;
    let made = rm.new_customer(CUSTOMER, &[]);
    rm.applied(made).await;
    let delete = rm.change(Feature::Customers, CUSTOMER, 1, &[("deleted", None, Some("1"))]);
    assert_eq!(rm.push(&[delete]).await.remove(0).result, ChangeResult::Applied);
    let case = new_case(&mut risk, CUSTOMER);
    assert_eq!(risk.applied(case).await.get("name"), Some("张三"));
    let mut forgotten = Change { record_id: Uuid::from_u128(91), ..new_case(&mut risk, 66) };
    for (field, value) in [("name", "欧阳静雯".to_owned()), ("branch", bank.east.to_string())] {
        forgotten.fields.insert(field.to_owned(), FieldChange { base: None, new: Some(value) });
    }
    assert_eq!(risk.applied(forgotten).await.get("name"), Some("欧阳静雯"));
}

#[tokio::test]
async fn x23_the_administrators_list_of_devices_counts_nothing_of_cases() {
    let bank = Bank::open().await;
    let (_, mut risk) = opened(&bank).await;
    let admin = bank.device("admin", 3).await;
    let feed = FeedId::Restricted(bank.east, Feature::Cases);
    // An administrator's device that claims to follow the feed, and an officer's that has fallen behind in it.
    admin.pull(vec![Cursor { feed: feed.clone(), after: 0, anew: 0 }], PULL_MAX).await;
    let all = cursors(&risk.pull_all().await);
    risk.pull(all, PULL_MAX).await;
    let (clerk, officer) = (admin.id, risk.id);
    let behind = async || {
        let list = devices::list(bank.server.app()).await.unwrap();
        let of = |id| list.iter().find(|device| device.id == id).unwrap().behind;
        (of(clerk), of(officer))
    };
    let before = behind().await;
    let edit = risk.change(Feature::Cases, CASE, 1, &[("narrative", Some(SEEN), Some("九个账户同属一人"))]);
    risk.applied(edit).await;
    assert_eq!(behind().await, before);
    assert_eq!(before.0, 0);
}

#[tokio::test]
async fn x23_a_conflict_that_is_told_once_more_says_nothing_of_what_its_author_may_not_see_any_more() {
    let bank = Bank::open().await;
    let (_, mut risk) = opened(&bank).await;
    let first = risk.change(Feature::Cases, CASE, 1, &[("narrative", Some(SEEN), Some("九个账户同属一人"))]);
    risk.applied(first).await;
    let second = risk.change(Feature::Cases, CASE, 1, &[("narrative", Some(SEEN), Some("与客户身份不符"))]);
    let theirs = |outcome: &Outcome| match &outcome.result {
        ChangeResult::Conflict { conflicts } => conflicts[0].theirs.clone(),
        other => panic!("{other:?}"),
    };
    let met = risk.push(std::slice::from_ref(&second)).await;
    assert_eq!(theirs(&met[0]).as_deref(), Some("九个账户同属一人"));
    let role = UserChange { role: Some(Role::Manager), ..UserChange::default() };
    admin::user_set(bank.server.app(), None, risk.session.user.id, role).await.unwrap();
    let again = risk.push(&[second]).await;
    assert_eq!((theirs(&again[0]), again[0].record.clone()), (None, None));
}

#[tokio::test]
async fn x23_whom_a_risk_officer_looks_at_is_read_by_risk_officers_alone() {
    let bank = Bank::open().await;
    let (_, risk) = opened(&bank).await;
    let looked = entry(&risk, CUSTOMER, "customers_reveal");
    assert_eq!(deliver(&bank, &risk, &request(&risk, &[], &[looked])).await, (200, 1));
    let about = format!("record={}&action=customers_reveal", Uuid::from_u128(CUSTOMER));
    assert_eq!(search(&bank, &bank.device("head.east", 3).await, &about).await, []);
    assert_eq!(search(&bank, &risk, &about).await.len(), 1);
}

#[tokio::test]
async fn x23_whoever_gets_another_role_is_told_nothing_more_by_the_stream_of_news() {
    let bank = Bank::open().await;
    let (_, risk) = opened(&bank).await;
    let mut stream = TcpStream::connect(bank.server.address()).await.unwrap();
    let ask = head("GET", "/v1/sync/events?schema=3", risk.token(), 0);
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut heard = BufReader::new(stream).lines();
    let mut told = Vec::new();
    while !told.iter().any(|line: &String| line.contains("restricted")) {
        told.push(heard.next_line().await.unwrap().unwrap());
    }
    let role = UserChange { role: Some(Role::Manager), ..UserChange::default() };
    admin::user_set(bank.server.app(), None, risk.session.user.id, role).await.unwrap();
    let ended = async { while heard.next_line().await.unwrap().is_some() {} };
    tokio::time::timeout(Duration::from_secs(60), ended).await.unwrap();
}

#[tokio::test]
async fn a_device_of_the_release_before_is_told_of_no_feed_whose_name_it_cannot_read() {
    let bank = Bank::open().await;
    let (_, risk) = opened(&bank).await;
    let request = PullRequest {
        device: risk.id,
        epoch: None,
        cursors: Vec::new(),
        limit: PULL_MAX,
        schema: 2,
        held: None,
    };
    let body = serde_json::to_value(request).unwrap();
    let (status, reply) = bank.ask("POST", "/v1/sync/pull", risk.token(), Some(&body)).await;
    assert_eq!(status, 200);
    assert!(!reply.to_string().contains("restricted"), "{reply}");
    assert_eq!(reply["subscriptions"][0], json!("bank"));
}
