use crate::Fixture;
use lq_domain::clock::Timestamp;
use lq_domain::customers::Field;
use lq_domain::customers::query::SyncMark;
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::ids::{BranchId, CustomerId, UserId};
use lq_domain::record::{Conflict, DELETED, FieldChange, FieldChanges, Record, Saw};
use lq_protocol::change::{ChangeResult, Channel, Outcome};
use lq_protocol::error::ErrorCode;
use lq_protocol::sync::{FeedEntry, FeedPage};
use lq_store::NewChange;
use uuid::Uuid;

fn canonical(id: Uuid, revision: u64, fields: &[(&str, &str)]) -> Record {
    let mut record = Record::new(Feature::Customers, id, Timestamp(crate::NOW));
    record.revision = revision;
    for (field, value) in fields {
        record.set(field, Some((*value).to_owned()));
    }
    record
}

fn page(feed: &FeedId, position: u64, id: Uuid, record: Option<Record>) -> FeedPage {
    let entry = FeedEntry { position, entity: Feature::Customers, record_id: id, record };
    FeedPage { feed: feed.clone(), entries: vec![entry], next: position, head: position, resync: false }
}

async fn shown(fixture: &Fixture, id: Uuid, field: &str) -> (Option<String>, SyncMark) {
    let stored = fixture.store.customer(CustomerId(id)).await.unwrap().expect("on the device");
    (stored.record.get(field).map(str::to_owned), stored.sync)
}

#[tokio::test]
async fn x33_waiting_fields_stay_on_top_of_what_the_server_says() {
    let fixture = Fixture::new().await;
    let id = Uuid::from_u128(50);
    let feed = FeedId::Bank;
    let first = canonical(id, 1, &[("kind", "personal"), ("name", "张三"), ("notes", "a")]);
    fixture.store.apply(&page(&feed, 1, id, Some(first))).await.unwrap();
    assert_eq!(shown(&fixture, id, "notes").await, (Some("a".into()), SyncMark::Synced));
    fixture.save(id, &[(Field::Notes, "mine")]).await;
    let second = canonical(id, 2, &[("kind", "personal"), ("name", "张三丰"), ("notes", "theirs")]);
    fixture.store.apply(&page(&feed, 2, id, Some(second))).await.unwrap();
    assert_eq!(shown(&fixture, id, "notes").await, (Some("mine".into()), SyncMark::Pending));
    assert_eq!(shown(&fixture, id, "name").await.0, Some("张三丰".into()));
    let (_, outbox) = fixture.store.outbox(10).await.unwrap();
    assert_eq!(outbox[0].base_revision, 1);
    let settled = canonical(id, 3, &[("kind", "personal"), ("name", "张三丰"), ("notes", "mine")]);
    let outcome = Outcome { change: outbox[0].id, result: ChangeResult::Applied, record: Some(settled) };
    fixture.store.settle(&[outcome]).await.unwrap();
    assert_eq!(shown(&fixture, id, "notes").await, (Some("mine".into()), SyncMark::Synced));
    assert_eq!(fixture.store.counts().await.unwrap(), lq_store::outbox::Counts::default());
    let history = fixture.store.history(id, 10).await.unwrap();
    assert_eq!(history.len(), 2, "mine, and what I heard of");
    assert_eq!(fixture.store.cursors().await.unwrap()[0].after, 2);
}

/// Two people gave one customer a mobile.
fn two_mobiles() -> Conflict {
    Conflict {
        field: "mobile".into(),
        base: None,
        mine: Some("13812345678".into()),
        theirs: Some("13900000000".into()),
        theirs_by: None,
        theirs_at: None,
    }
}

#[tokio::test]
async fn x33_a_conflict_shows_the_servers_value_and_keeps_mine_for_the_choice() {
    let fixture = Fixture::new().await;
    let id = fixture.add(&[(Field::Name, "张三"), (Field::Mobile, "13812345678")]).await;
    let (_, outbox) = fixture.store.outbox(10).await.unwrap();
    let theirs = canonical(id, 4, &[("kind", "personal"), ("name", "张三"), ("mobile", "13900000000")]);
    let result = ChangeResult::Conflict { conflicts: vec![two_mobiles()] };
    fixture.store.settle(&[Outcome { change: outbox[0].id, result, record: Some(theirs) }]).await.unwrap();
    assert_eq!(shown(&fixture, id, "mobile").await, (Some("13900000000".into()), SyncMark::Conflict));
    let open = fixture.store.conflicts().await.unwrap();
    assert!(matches!(&open[0].result, Some(ChangeResult::Conflict { conflicts }) if conflicts.len() == 1));
    let mut tx = fixture.store.write().await.unwrap();
    tx.close_change(outbox[0].id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shown(&fixture, id, "mobile").await.1, SyncMark::Synced);
}

#[tokio::test]
async fn a_refused_new_customer_keeps_what_was_typed() {
    let fixture = Fixture::new().await;
    let id = fixture.add(&[(Field::Name, "张三")]).await;
    let (_, outbox) = fixture.store.outbox(10).await.unwrap();
    let result = ChangeResult::Refused { code: ErrorCode::NotAllowed, field: None };
    fixture.store.settle(&[Outcome { change: outbox[0].id, result, record: None }]).await.unwrap();
    assert_eq!(shown(&fixture, id, "name").await, (Some("张三".into()), SyncMark::Refused));
    assert_eq!(fixture.store.refused().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_record_leaves_with_the_last_feed_that_held_it() {
    let fixture = Fixture::new().await;
    let id = Uuid::from_u128(50);
    let (one, other) = (FeedId::Bank, FeedId::Branch(Uuid::from_u128(3).into()));
    let record = canonical(id, 1, &[("kind", "personal"), ("name", "张三"), ("mobile", "13812345678")]);
    fixture.store.apply(&page(&one, 1, id, Some(record.clone()))).await.unwrap();
    fixture.store.apply(&page(&other, 1, id, Some(record))).await.unwrap();
    fixture.store.apply(&page(&one, 2, id, None)).await.unwrap();
    assert_eq!(fixture.find("zs").await, ["张三"]);
    fixture.store.unsubscribe_from_others(&[FeedId::Bank]).await.unwrap();
    assert!(fixture.find("zs").await.is_empty());
    assert!(fixture.store.customer(CustomerId(id)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_new_incarnation_numbers_what_waits_from_one() {
    let mut fixture = Fixture::new().await;
    for name in ["张三", "李四", "王五"] {
        fixture.add(&[(Field::Name, name)]).await;
    }
    let (before, outbox) = fixture.store.outbox(1).await.unwrap();
    let settled = Outcome { change: outbox[0].id, result: ChangeResult::Applied, record: None };
    fixture.store.settle(&[settled]).await.unwrap();
    fixture.store.take_incarnation().await.unwrap();
    fixture.add(&[(Field::Name, "赵六")]).await;
    fixture.reopen().await;
    let (after, outbox) = fixture.store.outbox(10).await.unwrap();
    assert_ne!(before, after);
    assert_eq!(outbox.iter().map(|change| change.sequence).collect::<Vec<_>>(), [1, 2, 3]);
}

#[tokio::test]
async fn a_store_that_has_only_heard_from_others_opens_again() {
    let mut fixture = Fixture::new().await;
    let id = Uuid::from_u128(50);
    let record = canonical(id, 1, &[("kind", "personal"), ("name", "张三")]);
    fixture.store.apply(&page(&FeedId::Bank, 1, id, Some(record))).await.unwrap();
    fixture.reopen().await;
    assert_eq!(fixture.find("zs").await, ["张三"]);
}

/// The server took the first waiting change and has the record as given.
async fn take_first(fixture: &Fixture, record: Record) {
    let (_, outbox) = fixture.store.outbox(1).await.unwrap();
    let outcome = Outcome { change: outbox[0].id, result: ChangeResult::Applied, record: Some(record) };
    fixture.store.settle(&[outcome]).await.unwrap();
}

#[tokio::test]
async fn a_restored_server_is_sent_again_what_it_took_and_then_what_waits() {
    let mut fixture = Fixture::new().await;
    let id = fixture.add(&[(Field::Name, "张三")]).await;
    take_first(&fixture, canonical(id, 1, &[("kind", "personal"), ("name", "张三")])).await;
    fixture.save(id, &[(Field::Notes, "一")]).await;
    take_first(&fixture, canonical(id, 2, &[("kind", "personal"), ("name", "张三"), ("notes", "一")])).await;
    fixture.save(id, &[(Field::Notes, "二")]).await;
    let (before, _) = fixture.store.outbox(10).await.unwrap();
    fixture.store.begin_epoch().await.unwrap();
    fixture.store.begin_epoch().await.unwrap();
    fixture.reopen().await;
    assert_eq!(shown(&fixture, id, "notes").await, (Some("二".into()), SyncMark::Pending));
    assert_eq!(
        fixture.store.counts().await.unwrap().pending,
        1,
        "what is sent again does not count as waiting"
    );
    let (after, again) = fixture.store.outbox(10).await.unwrap();
    assert_ne!(before, after);
    assert_eq!(again.iter().map(|change| change.sequence).collect::<Vec<_>>(), [1, 2]);
    assert!(again[0].fields.contains_key("name"));
    let older = canonical(id, 1, &[("kind", "personal"), ("name", "张三")]);
    let outcomes = again.iter().map(|change| Outcome {
        change: change.id,
        result: ChangeResult::Applied,
        record: Some(older.clone()),
    });
    fixture.store.settle(&outcomes.collect::<Vec<_>>()).await.unwrap();
    let (_, waiting) = fixture.store.outbox(10).await.unwrap();
    assert_eq!(waiting.iter().map(|change| change.sequence).collect::<Vec<_>>(), [3]);
    assert_eq!(waiting[0].fields["notes"].new.as_deref(), Some("二"));
}

#[tokio::test]
async fn what_a_restored_server_does_not_have_leaves_when_all_is_read() {
    let fixture = Fixture::new().await;
    let (kept, gone) = (Uuid::from_u128(50), Uuid::from_u128(51));
    for (position, id) in [(1, kept), (2, gone)] {
        let record = canonical(id, 7, &[("kind", "personal"), ("name", "张三")]);
        fixture.store.apply(&page(&FeedId::Bank, position, id, Some(record))).await.unwrap();
    }
    fixture.store.finish_reading().await.unwrap();
    assert_eq!(fixture.find("zs").await.len(), 2, "nothing was begun");
    fixture.store.begin_epoch().await.unwrap();
    assert_eq!(fixture.store.cursors().await.unwrap()[0].after, 0);
    let older = canonical(kept, 3, &[("kind", "personal"), ("name", "李四")]);
    fixture.store.apply(&page(&FeedId::Bank, 1, kept, Some(older))).await.unwrap();
    fixture.store.finish_reading().await.unwrap();
    assert_eq!(shown(&fixture, kept, "name").await.0, Some("李四".into()), "though its revision is lower");
    assert!(fixture.store.customer(CustomerId(gone)).await.unwrap().is_none());
}

#[tokio::test]
async fn what_its_author_let_go_is_not_sent_again() {
    let fixture = Fixture::new().await;
    let id = fixture.add(&[(Field::Name, "张三")]).await;
    let theirs = canonical(id, 1, &[("kind", "personal"), ("name", "张三"), ("mobile", "13900000000")]);
    take_first(&fixture, theirs.clone()).await;
    fixture.save(id, &[(Field::Mobile, "13812345678"), (Field::Notes, "一")]).await;
    fixture.save(id, &[(Field::RiskGrade, "C2")]).await;
    let (_, outbox) = fixture.store.outbox(10).await.unwrap();
    let results = [
        ChangeResult::Conflict { conflicts: vec![two_mobiles()] },
        ChangeResult::Refused { code: ErrorCode::NotAllowed, field: None },
    ];
    for (change, result) in outbox.iter().zip(results) {
        let outcome = Outcome { change: change.id, result, record: Some(theirs.clone()) };
        fixture.store.settle(&[outcome]).await.unwrap();
        let mut tx = fixture.store.write().await.unwrap();
        tx.close_change(change.id).await.unwrap();
        tx.commit().await.unwrap();
    }
    fixture.store.begin_epoch().await.unwrap();
    let (_, again) = fixture.store.outbox(10).await.unwrap();
    let fields: Vec<Vec<&str>> =
        again.iter().map(|change| change.fields.keys().map(String::as_str).collect()).collect();
    assert_eq!(fields.len(), 2, "the creation, and what was taken beside the conflict");
    assert_eq!(fields[1], ["notes"]);
    // A server that remembers the change gives its first answer; nobody is asked a second time.
    let result = ChangeResult::Conflict { conflicts: vec![two_mobiles()] };
    let outcome = Outcome { change: again[1].id, result, record: Some(theirs) };
    fixture.store.settle(&[outcome]).await.unwrap();
    assert!(fixture.store.conflicts().await.unwrap().is_empty());
}

#[tokio::test]
async fn nothing_settled_stays_of_a_record_that_has_left() {
    let fixture = Fixture::new().await;
    let id = Uuid::from_u128(50);
    let record = canonical(id, 1, &[("kind", "personal"), ("name", "张三")]);
    fixture.store.apply(&page(&FeedId::Bank, 1, id, Some(record))).await.unwrap();
    fixture.save(id, &[(Field::Notes, "一")]).await;
    fixture.save(id, &[(Field::Notes, "二")]).await;
    fixture.store.apply(&page(&FeedId::Bank, 2, id, None)).await.unwrap();
    let (_, outbox) = fixture.store.outbox(10).await.unwrap();
    let refused = ChangeResult::Refused { code: ErrorCode::NotFound, field: None };
    for (change, result) in outbox.iter().zip([ChangeResult::Applied, refused]) {
        fixture.store.settle(&[Outcome { change: change.id, result, record: None }]).await.unwrap();
    }
    assert_eq!(fixture.store.history(id, 10).await.unwrap().len(), 1, "what its author has to deal with");
    let mut tx = fixture.store.write().await.unwrap();
    tx.close_change(outbox[1].id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(fixture.store.history(id, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn x33_a_feed_that_is_read_anew_lets_go_of_what_it_does_not_tell_of_and_only_at_its_end() {
    let fixture = Fixture::new().await;
    let (portfolio, bank) = (FeedId::Portfolio(BranchId(Uuid::nil()), UserId(Uuid::nil())), FeedId::Bank);
    let ids: Vec<Uuid> = (60..64).map(Uuid::from_u128).collect();
    let record = |id: Uuid| canonical(id, 1, &[("kind", "personal"), ("name", "张三")]);
    for (position, id) in (1..).zip(&ids) {
        fixture.store.apply(&page(&portfolio, position, *id, Some(record(*id)))).await.unwrap();
    }
    fixture.store.apply(&page(&bank, 1, ids[3], Some(record(ids[3])))).await.unwrap();
    let here = async || {
        let mut here = Vec::new();
        for id in &ids {
            here.push(fixture.store.customer(CustomerId(*id)).await.unwrap().is_some());
        }
        here
    };
    let anew = |position, id: Uuid, resync| FeedPage {
        head: 9,
        resync,
        ..page(&portfolio, position, id, Some(record(id)))
    };
    fixture.store.apply(&anew(2, ids[1], true)).await.unwrap();
    assert_eq!(here().await, [true; 4], "not all of it has been told");
    let cursor =
        fixture.store.cursors().await.unwrap().into_iter().find(|cursor| cursor.feed == portfolio).unwrap();
    assert_eq!((cursor.after, cursor.anew), (2, 9));
    fixture.store.apply(&FeedPage { next: 9, ..anew(9, ids[2], false) }).await.unwrap();
    assert_eq!(here().await, [false, true, true, true], "the last is told of by another feed");
}

#[tokio::test]
async fn x33_what_came_with_an_answer_stays_only_if_a_feed_tells_of_it() {
    let fixture = Fixture::new().await;
    let told = fixture.add(&[(Field::Name, "张三")]).await;
    // A copy of the store from before the next three were sent: meanwhile they were deleted and given away, and that was forgotten.
    let deleted = fixture.add(&[(Field::Name, "李四"), (Field::Mobile, "13812345678")]).await;
    let given = fixture.add(&[(Field::Name, "王五")]).await;
    let hidden = fixture.add(&[(Field::Name, "钱七")]).await;
    let waits = fixture.add(&[(Field::Name, "赵六")]).await;
    let record = |id: Uuid, name: &str| canonical(id, 1, &[("kind", "personal"), ("name", name)]);
    take_first(&fixture, record(told, "张三")).await;
    take_first(&fixture, canonical(deleted, 2, &[("kind", "personal"), ("deleted", "1")])).await;
    take_first(&fixture, record(given, "王五")).await;
    let (_, outbox) = fixture.store.outbox(1).await.unwrap();
    let without = Outcome { change: outbox[0].id, result: ChangeResult::Applied, record: None };
    fixture.store.settle(&[without]).await.unwrap();
    fixture.store.apply(&page(&FeedId::Bank, 1, told, Some(record(told, "张三")))).await.unwrap();
    assert_eq!(shown(&fixture, given, "name").await.1, SyncMark::Synced, "not everything has been read");
    assert!(fixture.store.finish_reading().await.unwrap(), "something had to go");
    for id in [deleted, given, hidden] {
        assert!(fixture.store.record(Feature::Customers, id).await.unwrap().is_none());
        assert!(fixture.store.history(id, 10).await.unwrap().is_empty());
    }
    assert_eq!(shown(&fixture, waits, "name").await, (Some("赵六".into()), SyncMark::Pending));
    assert_eq!(shown(&fixture, told, "name").await.1, SyncMark::Synced);
    assert!(!fixture.store.finish_reading().await.unwrap(), "and nothing more");
}

#[tokio::test]
async fn s7_1_what_the_server_said_of_a_customer_leaves_with_the_customer() {
    let fixture = Fixture::new().await;
    let id = Uuid::from_u128(50);
    let theirs = canonical(id, 2, &[("kind", "personal"), ("name", "张三"), ("mobile", "13900000000")]);
    fixture.store.apply(&page(&FeedId::Bank, 1, id, Some(theirs.clone()))).await.unwrap();
    fixture.save(id, &[(Field::Mobile, "13812345678")]).await;
    let (_, outbox) = fixture.store.outbox(10).await.unwrap();
    let result = ChangeResult::Conflict { conflicts: vec![two_mobiles()] };
    let outcome = Outcome { change: outbox[0].id, result, record: Some(theirs) };
    fixture.store.settle(&[outcome]).await.unwrap();
    assert!(fixture.store.conflicts().await.unwrap()[0].theirs.is_some());
    fixture.store.apply(&page(&FeedId::Bank, 2, id, None)).await.unwrap();
    assert!(fixture.store.finish_reading().await.unwrap());
    let open = fixture.store.conflicts().await.unwrap();
    assert_eq!(open[0].theirs, None);
    let Some(ChangeResult::Conflict { conflicts }) = &open[0].result else { panic!("no conflict") };
    assert_eq!((conflicts[0].mine.as_deref(), conflicts[0].theirs.as_deref()), (Some("13812345678"), None));
    assert_eq!((conflicts[0].base.as_deref(), open[0].change.fields["mobile"].base.as_deref()), (None, None));
}

#[tokio::test]
async fn s7_3_after_a_restore_of_the_server_a_deletion_goes_by_what_its_author_saw() {
    let fixture = Fixture::new().await;
    let id = Uuid::from_u128(50);
    let seen = canonical(id, 4, &[("kind", "personal"), ("name", "张三"), ("mobile", "13900000000")]);
    fixture.store.apply(&page(&FeedId::Bank, 1, id, Some(seen.clone()))).await.unwrap();
    let mut tx = fixture.store.write().await.unwrap();
    let gone = FieldChange { base: None, new: Some("1".to_owned()) };
    let delete = NewChange {
        entity: Feature::Customers,
        record_id: id,
        fields: FieldChanges::from([(DELETED.to_owned(), gone)]),
        actor: UserId(Uuid::from_u128(9)),
        channel: Channel::Form,
        reason: None,
        group: None,
    };
    tx.change(delete).await.unwrap();
    tx.commit().await.unwrap();
    let saw = async || fixture.store.outbox(10).await.unwrap().1[0].saw();
    assert_eq!(saw().await, Saw { revision: 4, checksum: Some(seen.checksum()) });
    fixture.store.begin_epoch().await.unwrap();
    // The fourth revision of the server's new life may be somebody else's.
    assert_eq!(saw().await, Saw { revision: 0, checksum: Some(seen.checksum()) });
}

#[tokio::test]
async fn s7_1_a_customer_leaves_also_when_something_else_has_its_id() {
    let fixture = Fixture::new().await;
    let id = Uuid::from_u128(50);
    let record = canonical(id, 1, &[("kind", "personal"), ("name", "张三")]);
    fixture
        .store
        .apply(&page(&FeedId::Branch(Uuid::from_u128(3).into()), 1, id, Some(record)))
        .await
        .unwrap();
    let mut tag = Record::new(Feature::Tags, id, Timestamp(crate::NOW));
    tag.revision = 1;
    tag.set("name", Some("张三".to_owned()));
    let entry = FeedEntry { position: 1, entity: Feature::Tags, record_id: id, record: Some(tag) };
    let tags = FeedPage { feed: FeedId::Bank, entries: vec![entry], next: 1, head: 1, resync: false };
    fixture.store.apply(&tags).await.unwrap();
    assert!(!fixture.store.is_scrub_due().await.unwrap());
    fixture.store.unsubscribe_from_others(&[FeedId::Bank]).await.unwrap();
    assert!(fixture.store.customer(CustomerId(id)).await.unwrap().is_none());
    assert!(fixture.store.record(Feature::Tags, id).await.unwrap().is_some());
    assert!(fixture.store.is_scrub_due().await.unwrap(), "its bytes still lie in the files");
    fixture.store.scrub().await.unwrap();
    assert!(!fixture.store.is_scrub_due().await.unwrap());
}
