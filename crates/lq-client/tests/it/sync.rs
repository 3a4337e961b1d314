//! The sync centre: what its choices do to a customer. The server's answers are given by hand here; with a real server see
//! the tests across crates.

use crate::desk::{AUTHOR, Desk, refusal};
use lq_client::contract::sync::{ChangeRef, Choice, SettleConflict, SyncQueue, SyncState};
use lq_domain::clock::Timestamp;
use lq_domain::customers::Field;
use lq_domain::ids::CustomerId;
use lq_domain::record::{Conflict, Record};
use lq_protocol::change::{Change, ChangeResult, Channel, Outcome};
use lq_protocol::error::ErrorCode;
use lq_store::Store;
use std::collections::BTreeMap;

const BASE: &str = "13811111111";
const MINE: &str = "13822222222";
const THEIRS: &str = "13833333333";

/// The server's record: what the device has sent, and `mobile` on top.
fn server_record(change: &Change, revision: u64, mobile: &str) -> Record {
    let mut record = Record::new(change.entity, change.record_id, change.made_at.wall);
    record.revision = revision;
    for (field, change) in &change.fields {
        record.set(field, change.new.clone());
    }
    record.set("mobile", Some(mobile.to_owned()));
    record
}

/// A customer that the server took, and whose mobile then was changed here and there.
async fn with_conflict() -> (Desk, CustomerId) {
    let desk = Desk::new().await;
    let id = desk.add(&[(Field::Name, "张三"), (Field::Mobile, BASE)]).await;
    desk.update(id, &[(Field::Mobile, MINE)]).await.unwrap();
    desk.behind(async |store: &Store| {
        let (_, changes) = store.outbox(10).await.unwrap();
        let [made, edited] = &changes[..] else { panic!("two changes wait") };
        let conflict = Conflict {
            field: "mobile".to_owned(),
            base: Some(BASE.to_owned()),
            mine: Some(MINE.to_owned()),
            theirs: Some(THEIRS.to_owned()),
            theirs_by: Some(store.owner().await.unwrap().unwrap().profile.id),
            theirs_at: Some(Timestamp(1_000)),
        };
        let applied = Outcome {
            change: made.id,
            result: ChangeResult::Applied,
            record: Some(server_record(made, 1, BASE)),
        };
        let met = Outcome {
            change: edited.id,
            result: ChangeResult::Conflict { conflicts: vec![conflict] },
            record: Some(server_record(made, 2, THEIRS)),
        };
        store.settle(&[applied, met]).await.unwrap();
    })
    .await;
    (desk, id)
}

async fn mobile(desk: &Desk, id: CustomerId) -> String {
    desk.behind(async |store: &Store| {
        let customer = store.customer(id).await.unwrap().unwrap();
        customer.record.get("mobile").unwrap_or_default().to_owned()
    })
    .await
}

/// What waits to be sent: the channel and, field by field, from what to what.
async fn waiting(desk: &Desk) -> Vec<(Channel, BTreeMap<String, (Option<String>, Option<String>)>)> {
    let (_, changes) = desk.behind(async |store: &Store| store.outbox(10).await.unwrap()).await;
    let read = |change: Change| {
        let fields = change.fields.into_iter().map(|(field, change)| (field, (change.base, change.new)));
        (change.channel, fields.collect())
    };
    changes.into_iter().map(read).collect()
}

async fn queue(desk: &Desk) -> SyncQueue {
    desk.client.sync_queue(()).await.unwrap()
}

async fn settle(desk: &Desk, choice: Choice) -> Result<(), lq_client::ClientError> {
    let change = queue(desk).await.conflicts[0].change;
    let choices = BTreeMap::from([("mobile".to_owned(), choice)]);
    desk.client.sync_settle(SettleConflict { change, choices }).await
}

#[tokio::test]
async fn x33_a_store_that_works_alone_has_nobody_to_sync_with() {
    let desk = Desk::new().await;
    desk.add(&[(Field::Name, "张三")]).await;
    let state = desk.client.sync_state(()).await.unwrap();
    assert!(state.state == SyncState::Standalone && !state.joined && state.pending == 0);
    assert_eq!(refusal(desk.client.sync_run(()).await).0, ErrorCode::NotJoined);
    assert!(queue(&desk).await.pending.is_empty());
    assert!(desk.client.sync_rounds(()).await.unwrap().is_empty());
}

#[tokio::test]
async fn x33_a_conflict_shows_both_values_masked_and_mine_goes_out_again_over_theirs() {
    let (desk, id) = with_conflict().await;
    assert_eq!(mobile(&desk, id).await, THEIRS, "the server's value stands meanwhile");
    let conflict = queue(&desk).await.conflicts.remove(0);
    assert_eq!(conflict.customer_name, "张三");
    assert_eq!(conflict.mine.as_deref(), Some("138****2222"));
    assert_eq!(conflict.theirs.as_deref(), Some("138****3333"));
    assert_eq!((conflict.theirs_by.as_deref(), conflict.theirs_at), (Some(AUTHOR), Some(Timestamp(1_000))));
    let same = desk.get(id).await.conflicts.remove(0);
    assert_eq!((same.theirs_by.as_deref(), same.theirs_at), (Some(AUTHOR), Some(Timestamp(1_000))));
    settle(&desk, Choice::Mine).await.unwrap();
    assert_eq!(mobile(&desk, id).await, MINE);
    let expected = BTreeMap::from([("mobile".to_owned(), (Some(THEIRS.to_owned()), Some(MINE.to_owned())))]);
    assert_eq!(waiting(&desk).await, [(Channel::Settle, expected)]);
    assert!(queue(&desk).await.conflicts.is_empty());
}

#[tokio::test]
async fn x33_theirs_closes_a_conflict_and_sends_nothing() {
    let (desk, id) = with_conflict().await;
    let change = queue(&desk).await.conflicts[0].change;
    let none = SettleConflict { change, choices: BTreeMap::new() };
    assert_eq!(refusal(desk.client.sync_settle(none).await).0, ErrorCode::RequestForm);
    settle(&desk, Choice::Theirs).await.unwrap();
    assert_eq!(mobile(&desk, id).await, THEIRS);
    assert!(waiting(&desk).await.is_empty() && queue(&desk).await.conflicts.is_empty());
    let twice = SettleConflict { change, choices: BTreeMap::new() };
    assert_eq!(refusal(desk.client.sync_settle(twice).await).0, ErrorCode::NotFound);
}

#[tokio::test]
async fn x33_a_third_value_is_read_like_any_typed_one() {
    let (desk, id) = with_conflict().await;
    let wrong = refusal(settle(&desk, Choice::Typed { text: "1384444".to_owned() }).await);
    assert_eq!(wrong, (ErrorCode::MobileLength, "mobile".to_owned()));
    assert_eq!(queue(&desk).await.conflicts.len(), 1, "a refused choice settles nothing");
    settle(&desk, Choice::Typed { text: "+86 138-4444-4444".to_owned() }).await.unwrap();
    assert_eq!(mobile(&desk, id).await, "13844444444");
}

/// A new customer that the server refuses.
async fn with_refused() -> (Desk, CustomerId, ChangeRef) {
    let desk = Desk::new().await;
    let id = desk.add(&[(Field::Name, "李四"), (Field::Mobile, MINE)]).await;
    desk.behind(async |store: &Store| {
        let (_, changes) = store.outbox(10).await.unwrap();
        let result =
            ChangeResult::Refused { code: ErrorCode::DuplicateExists, field: Some("mobile".to_owned()) };
        store.settle(&[Outcome { change: changes[0].id, result, record: None }]).await.unwrap();
    })
    .await;
    let change = queue(&desk).await.refused[0].change;
    (desk, id, ChangeRef { change })
}

#[tokio::test]
async fn x33_a_refused_change_is_shown_with_its_reason_and_can_be_sent_again() {
    let (desk, id, change) = with_refused().await;
    let shown = queue(&desk).await.refused.remove(0);
    let reason = shown.refused.unwrap();
    assert_eq!((shown.name.as_str(), reason.code), ("李四", ErrorCode::DuplicateExists));
    assert_eq!(reason.typed["mobile"], "138****2222");
    desk.client.sync_retry(change.clone()).await.unwrap();
    let sent = waiting(&desk).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].1["mobile"], (None, Some(MINE.to_owned())));
    assert!(queue(&desk).await.refused.is_empty());
    assert_eq!(mobile(&desk, id).await, MINE);
    assert_eq!(refusal(desk.client.sync_retry(change).await).0, ErrorCode::NotFound);
}

#[tokio::test]
async fn x33_a_refused_new_customer_that_is_given_up_leaves_nothing() {
    let (desk, id, change) = with_refused().await;
    desk.client.sync_discard(change).await.unwrap();
    assert!(queue(&desk).await.refused.is_empty() && waiting(&desk).await.is_empty());
    let gone = desk.behind(async |store: &Store| store.customer(id).await.unwrap().is_none()).await;
    assert!(gone);
    assert!(desk.find("李四").await.is_empty());
}
