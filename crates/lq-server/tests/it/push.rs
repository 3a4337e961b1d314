//! The door for writes.

use crate::bank::{Bank, Device};
use lq_domain::feature::Feature;
use lq_domain::ids::BranchId;
use lq_protocol::change::{Change, ChangeResult};
use lq_protocol::error::ErrorCode;
use lq_server::admin::{self, UserChange};
use lq_server::verify_audits;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

fn refused(code: ErrorCode, field: Option<&str>) -> ChangeResult {
    ChangeResult::Refused { code, field: field.map(str::to_owned) }
}

#[tokio::test]
async fn x33_a_batch_that_is_sent_twice_takes_effect_once() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    let batch = [device.new_customer(1, &[("mobile", "13812345678")]), device.new_customer(2, &[])];
    let first = device.push(&batch).await;
    assert_eq!(first, device.push(&batch).await);
    assert!(first.iter().all(|outcome| outcome.result == ChangeResult::Applied));
    assert_eq!(first[0].record.as_ref().unwrap().revision, 1);
    // A store that took a new incarnation sends everything again under new numbers.
    device.incarnation = Uuid::from_u128(99);
    assert_eq!(first, device.push(&batch).await);
}

#[tokio::test]
async fn x33_a_repeated_batch_is_known_after_its_author_went_to_another_branch() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    let batch = [device.new_customer(1, &[])];
    let first = device.push(&batch).await;
    let home = UserChange { branch: Some(bank.west), ..UserChange::default() };
    admin::user_set(bank.server.app(), None, device.session.user.id, home).await.unwrap();
    let again = device.push(&batch).await;
    assert_eq!(again[0].result, first[0].result);
    device.incarnation = Uuid::from_u128(99);
    assert_eq!(device.push(&batch).await[0].result, first[0].result);
    assert_eq!(settled(&bank).await, 1);
}

/// Changes in the ledger.
async fn settled(bank: &Bank) -> i64 {
    let mut connection = PgConnection::connect(&bank.url).await.unwrap();
    sqlx::query_scalar("SELECT count(*) FROM changes").fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn x33_what_the_release_before_settled_is_known() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    let batch = [device.new_customer(1, &[]), device.new_customer(2, &[])];
    let first = device.push(&batch).await;
    // It knew of no branch of a ledger, so that all of it lay with the bank.
    let mut connection = PgConnection::connect(&bank.url).await.unwrap();
    let older = "SET session_replication_role = replica;
                 UPDATE changes SET branch_id = DEFAULT;
                 UPDATE pushes SET branch_id = DEFAULT";
    sqlx::raw_sql(older).execute(&mut connection).await.unwrap();
    assert_eq!(device.push(&batch).await, first);
    device.incarnation = Uuid::from_u128(99);
    assert_eq!(device.push(&batch).await, first);
    assert_eq!(settled(&bank).await, 2, "none was settled once more");
    let third = device.new_customer(3, &[]);
    device.applied(third).await;
}

#[tokio::test]
async fn x33_a_rewound_or_holey_numbering_is_refused_loudly() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    let first = device.new_customer(1, &[]);
    let mut third = device.new_customer(3, &[]);
    device.push(std::slice::from_ref(&first)).await;
    third.sequence = 3;
    let (status, error) = device.push_raw(std::slice::from_ref(&third)).await;
    assert_eq!((status, &error["code"]), (409, &json!("sequence_gap")));
    third.sequence = 1;
    let (status, error) = device.push_raw(&[third]).await;
    assert_eq!((status, &error["code"]), (409, &json!("sequence_rewound")));
}

#[tokio::test]
async fn s1_2_offline_edits_of_two_fields_both_survive() {
    let bank = Bank::open().await;
    let (mut desk, mut laptop) = (bank.device("rm.east", 1).await, bank.device("rm.east", 2).await);
    let made = desk.new_customer(1, &[("mobile", "13812345678")]);
    desk.applied(made).await;
    let mobile =
        desk.change(Feature::Customers, 1, 1, &[("mobile", Some("13812345678"), Some("13912345678"))]);
    let employer = laptop.change(Feature::Customers, 1, 1, &[("employer", None, Some("市第一医院"))]);
    desk.applied(mobile).await;
    let record = laptop.applied(employer).await;
    assert_eq!(record.get("mobile"), Some("13912345678"));
    assert_eq!(record.get("employer"), Some("市第一医院"));
    assert_eq!(record.revision, 3);
}

#[tokio::test]
async fn x33_two_edits_of_one_mobile_leave_the_servers_and_ask_the_later() {
    let bank = Bank::open().await;
    let (mut desk, mut laptop) = (bank.device("rm.east", 1).await, bank.device("rm.east", 2).await);
    let made = desk.new_customer(1, &[("mobile", "13812345678")]);
    desk.applied(made).await;
    let base = Some("13812345678");
    let one = desk.change(Feature::Customers, 1, 1, &[("mobile", base, Some("13912345678"))]);
    desk.applied(one).await;
    let other = laptop.change(Feature::Customers, 1, 1, &[("mobile", base, Some("13712345678"))]);
    let outcome = laptop.push(&[other]).await.remove(0);
    let ChangeResult::Conflict { conflicts } = outcome.result else { panic!("no conflict") };
    assert_eq!(conflicts[0].theirs.as_deref(), Some("13912345678"));
    assert_eq!(conflicts[0].mine.as_deref(), Some("13712345678"));
    assert_eq!(outcome.record.unwrap().get("mobile"), Some("13912345678"));
}

#[tokio::test]
async fn x33_a_conflict_tells_who_wrote_the_value_that_stands_and_when() {
    let bank = Bank::open().await;
    let (mut manager, mut head) = (bank.device("rm.east", 1).await, bank.device("head.east", 2).await);
    let made = manager.new_customer(1, &[("mobile", "13812345678")]);
    manager.applied(made).await;
    let base = Some("13812345678");
    let theirs = head.change(Feature::Customers, 1, 1, &[("mobile", base, Some("13912345678"))]);
    let (by, at) = (theirs.actor, theirs.made_at.wall);
    head.applied(theirs).await;
    let mine = manager.change(Feature::Customers, 1, 1, &[("mobile", base, Some("13712345678"))]);
    let blind = manager.change(Feature::Customers, 1, 1, &[("deleted", None, Some("1"))]);
    // What stands against the deletion is the edit that it did not see.
    for outcome in manager.push(&[mine, blind]).await {
        let ChangeResult::Conflict { conflicts } = outcome.result else { panic!("no conflict") };
        assert_eq!((conflicts[0].theirs_by, conflicts[0].theirs_at), (Some(by), Some(at)));
    }
}

#[tokio::test]
async fn s1_1_the_server_refuses_what_a_form_would_refuse() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    let batch = [
        device.new_customer(1, &[("mobile", "1381234567")]),
        device.new_customer(2, &[("shoe_size", "43")]),
        device.new_customer(3, &[("name", "张\0三")]),
        device.new_customer(4, &[]),
    ];
    let outcomes = device.push(&batch).await;
    assert_eq!(outcomes[0].result, refused(ErrorCode::MobileLength, Some("mobile")));
    assert_eq!(outcomes[1].result, refused(ErrorCode::FieldUnknown, Some("shoe_size")));
    assert_eq!(outcomes[2].result, refused(ErrorCode::TextCharacter, Some("name")));
    assert_eq!(outcomes[3].result, ChangeResult::Applied, "one bad change blocks none behind it");
    assert_eq!(outcomes, device.push(&batch).await);
}

const DOCUMENT: [(&str, &str); 2] =
    [("document_type", "resident_id"), ("document_number", "11010519491231002X")];

/// A customer of one device, and the change by which another claims the same document.
async fn claimed(one: &mut Device, two: &mut Device) -> Change {
    let made = one.new_customer(1, &DOCUMENT);
    one.applied(made).await;
    two.new_customer(2, &DOCUMENT)
}

#[tokio::test]
async fn one_document_is_one_customer_of_a_branch() {
    let bank = Bank::open().await;
    let (mut one, mut two) = (bank.device("rm.east", 1).await, bank.device("rm2.east", 2).await);
    let twice = claimed(&mut one, &mut two).await;
    let outcome = two.push(&[twice]).await.remove(0);
    assert_eq!(outcome.result, refused(ErrorCode::DuplicateExists, Some("document_number")));
    assert_eq!(outcome.record, None);
    let gone = one.change(Feature::Customers, 1, 1, &[("deleted", None, Some("1"))]);
    one.applied(gone).await;
    let again = two.new_customer(3, &DOCUMENT);
    two.applied(again).await;
    let back = one.change(Feature::Customers, 1, 2, &[("deleted", Some("1"), None)]);
    let outcome = one.push(&[back]).await.remove(0);
    assert_eq!(outcome.result, refused(ErrorCode::DuplicateExists, Some("document_number")));
}

#[tokio::test]
async fn an_edit_behind_a_refused_customer_makes_no_half_of_one() {
    let bank = Bank::open().await;
    let (mut one, mut two) = (bank.device("rm.east", 1).await, bank.device("rm2.east", 2).await);
    let twice = claimed(&mut one, &mut two).await;
    let edit = two.change(Feature::Customers, 2, 0, &[("name", Some("张三"), Some("张三丰"))]);
    let outcomes = two.push(&[twice, edit]).await;
    assert_eq!(outcomes[0].result, refused(ErrorCode::DuplicateExists, Some("document_number")));
    assert_eq!(outcomes[1].result, refused(ErrorCode::NotFound, None));
}

#[tokio::test]
async fn an_id_belongs_to_one_feature() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    let made = device.new_customer(1, &[]);
    device.applied(made).await;
    let tag =
        device.change(Feature::Tags, 1, 0, &[("name", None, Some("贵宾")), ("colour", None, Some("red"))]);
    assert_eq!(device.push(&[tag]).await[0].result, refused(ErrorCode::NotFound, None));
}

#[tokio::test]
async fn s7_1_a_role_counts_as_it_is_now() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    let made = device.new_customer(1, &[]);
    device.applied(made).await;
    let change = UserChange { role: Some(lq_domain::access::Role::Staff), ..UserChange::default() };
    admin::user_set(bank.server.app(), None, device.session.user.id, change).await.unwrap();
    let edit = device.change(Feature::Customers, 1, 1, &[("notes", None, Some("x"))]);
    let outcome = device.push(&[edit]).await.remove(0);
    assert_eq!(outcome.result, refused(ErrorCode::NotAllowed, None));
}

#[tokio::test]
async fn f4_2_a_change_of_another_branchs_customer_finds_nothing() {
    let bank = Bank::open().await;
    let (mut east, mut west) = (bank.device("rm.east", 1).await, bank.device("head.west", 2).await);
    let made = east.new_customer(1, &[]);
    east.applied(made).await;
    for base_revision in [0, 1] {
        let edit = west.change(Feature::Customers, 1, base_revision, &[("notes", None, Some("x"))]);
        let outcome = west.push(&[edit]).await.remove(0);
        assert_eq!(outcome.result, refused(ErrorCode::NotFound, None));
        assert_eq!(outcome.record, None);
    }
}

#[tokio::test]
async fn a_new_customer_is_its_authors_who_can_give_it_to_nobody() {
    let bank = Bank::open().await;
    let (mut rm, mut head) = (bank.device("rm.east", 1).await, bank.device("head.east", 2).await);
    let (other, west) = (head.session.user.id.to_string(), bank.west.to_string());
    let made = rm.new_customer(1, &[("owner", &other), ("branch", &west)]);
    let record = rm.applied(made).await;
    assert_eq!(record.get("owner"), Some(rm.session.user.id.to_string().as_str()));
    assert_eq!(record.get("branch"), Some(bank.east.to_string().as_str()));
    let mine = record.get("owner").map(str::to_owned);
    let give = rm.change(Feature::Customers, 1, 1, &[("owner", mine.as_deref(), Some(&other))]);
    assert_eq!(rm.push(&[give]).await[0].result, refused(ErrorCode::NotAllowed, None));
    let nobody = Uuid::from_u128(5).to_string();
    let give = head.change(Feature::Customers, 1, 1, &[("owner", mine.as_deref(), Some(&nobody))]);
    assert_eq!(head.push(&[give]).await[0].result, refused(ErrorCode::ReferenceUnknown, Some("owner")));
}

#[tokio::test]
async fn a_clock_that_runs_ahead_gains_nothing() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    let mut made = device.new_customer(1, &[]);
    made.made_at.wall.0 += 86_400_000;
    let record = device.applied(made).await;
    let ahead = record.stamps["name"].wall.0 - lq_testkit::clock::PRESENT.0;
    assert_eq!(ahead, 2 * 60 * 1000);
}

#[tokio::test]
async fn tags_have_names_of_their_own() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    let tag = |device: &mut crate::bank::Device, id, name: &str| {
        device.change(Feature::Tags, id, 0, &[("name", None, Some(name)), ("colour", None, Some("teal"))])
    };
    let batch = [tag(&mut device, 1, "VIP"), tag(&mut device, 2, "vip"), tag(&mut device, 3, " 高净值")];
    let outcomes = device.push(&batch).await;
    assert_eq!(outcomes[0].result, ChangeResult::Applied);
    assert_eq!(outcomes[1].result, refused(ErrorCode::NameTaken, Some("name")));
    assert_eq!(outcomes[2].result, refused(ErrorCode::TextCharacter, Some("name")));
}

#[tokio::test]
async fn f4_2_the_audit_is_one_unbroken_chain() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    let made = device.new_customer(1, &[("mobile", "13812345678"), ("notes", "老客户")]);
    device.applied(made).await;
    let db = bank.server.app().db();
    for branch in [bank.east, BranchId(Uuid::nil())] {
        assert_eq!(verify_audits(db, branch).await.unwrap(), None);
    }
    let rows = bank.audit_text().await;
    assert!(rows.contains("老客户") && rows.contains("mobile"));
    assert!(!rows.contains("13812345678"), "sensitive values are not repeated in the audit");
    bank.damage_audit().await;
    assert_eq!(verify_audits(db, bank.east).await.unwrap(), Some(2));
}

#[tokio::test]
async fn s1_3_a_deleted_tag_leaves_every_customer_of_the_bank_and_no_merge_brings_it_back() {
    let bank = Bank::open().await;
    let (mut east, mut west) = (bank.device("rm.east", 1).await, bank.device("rm.west", 2).await);
    let [gone, kept] = [Uuid::from_u128(901), Uuid::from_u128(902)].map(|id| id.to_string());
    for (id, name) in [(901, "VIP"), (902, "老客户")] {
        let tag = east.change(Feature::Tags, id, 0, &[("name", None, Some(name))]);
        east.applied(tag).await;
    }
    let both = format!("{gone} {kept}");
    let made = east.new_customer(1, &[("tags", both.as_str())]);
    east.applied(made).await;
    let made = west.new_customer(2, &[("tags", gone.as_str())]);
    west.applied(made).await;
    let heard = west.pull_all().await;

    let deletion = east.change(Feature::Tags, 901, 1, &[("deleted", None, Some("1"))]);
    east.applied(deletion.clone()).await;
    let tags = |reply: lq_protocol::sync::PullReply, id: u128| {
        let entries = reply.pages.into_iter().flat_map(|page| page.entries);
        let mut records = entries.filter_map(|entry| entry.record).filter(|record| record.id.as_u128() == id);
        records.next().unwrap().get("tags").map(str::to_owned)
    };
    assert_eq!(tags(heard, 2), Some(gone.clone()));
    assert_eq!(tags(east.pull_all().await, 1), Some(kept.clone()));
    assert_eq!(tags(west.pull_all().await, 2), None, "who deletes a tag need not see the customer");
    let updates = bank.audited("update").await;
    assert_eq!(updates, 2, "each customer's change is in the audit");
    // Asked again, as by a device that heard no answer, it has nothing left to do.
    east.push(&[deletion]).await;
    assert_eq!(bank.audited("update").await, updates);

    // Edits that have not seen the deletion: one puts the tag on, one makes a customer with it, one only keeps it.
    let merged = ChangeResult::Merged { fields: vec!["tags".to_owned()] };
    let put_on = west.change(Feature::Customers, 2, 1, &[("tags", None, Some(gone.as_str()))]);
    let create = west.new_customer(3, &[("tags", both.as_str())]);
    let outcomes = west.push(&[put_on, create]).await;
    assert!(outcomes.iter().all(|outcome| outcome.result == merged), "{outcomes:?}");
    assert_eq!(outcomes[0].record.as_ref().unwrap().get("tags"), None);
    assert_eq!(outcomes[1].record.as_ref().unwrap().get("tags"), Some(kept.as_str()));
    let base = Some(both.as_str());
    let keep = east.change(Feature::Customers, 1, 1, &[("tags", base, Some(gone.as_str()))]);
    assert_eq!(east.push(&[keep]).await[0].record.as_ref().unwrap().get("tags"), None);
}

#[tokio::test]
async fn s1_3_a_tag_whose_deletion_waits_for_a_choice_costs_no_customer_anything() {
    let bank = Bank::open().await;
    let (mut one, mut two) = (bank.device("rm.east", 1).await, bank.device("rm2.east", 2).await);
    let id = Uuid::from_u128(901).to_string();
    let tag = one.change(Feature::Tags, 901, 0, &[("name", None, Some("VIP"))]);
    one.applied(tag).await;
    let made = one.new_customer(1, &[("tags", id.as_str())]);
    one.applied(made).await;
    let rename = one.change(Feature::Tags, 901, 1, &[("name", Some("VIP"), Some("贵宾"))]);
    one.applied(rename).await;
    let blind = two.change(Feature::Tags, 901, 1, &[("deleted", None, Some("1"))]);
    assert!(matches!(two.push(&[blind]).await[0].result, ChangeResult::Conflict { .. }));
    let edit = one.change(Feature::Customers, 1, 1, &[("employer", None, Some("市第一医院"))]);
    assert_eq!(one.applied(edit).await.get("tags"), Some(id.as_str()));
}
