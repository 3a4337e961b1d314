use crate::Fixture;
use lq_domain::clock::{Clock as _, Timestamp};
use lq_domain::customers::query::SyncMark;
use lq_domain::customers::{Customer, Field, Typed, duplicate_keys, read};
use lq_domain::feature::Feature;
use lq_domain::ids::{CustomerId, ImportId, new_uuid};
use lq_domain::record::{FieldChange, FieldChanges, Record};
use lq_protocol::change::{ChangeResult, Channel, Outcome};
use lq_store::NewChange;
use lq_store::facts::Membership;
use uuid::Uuid;

/// Brings in customers with these names, as an import does.
async fn import(fixture: &Fixture, names: &[&str]) -> ImportId {
    let id = begin(fixture).await;
    part(fixture, id, names).await;
    let mut tx = fixture.store.write().await.unwrap();
    tx.finish_import(id, "{}", "header", "[]").await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn begin(fixture: &Fixture) -> ImportId {
    let id = ImportId::new(fixture.clock.now(), fixture.random.as_ref());
    let mut tx = fixture.store.write().await.unwrap();
    tx.begin_import(id, "a.csv", fixture.clock.now()).await.unwrap();
    tx.commit_part().await.unwrap();
    id
}

/// One part of an import.
async fn part(fixture: &Fixture, id: ImportId, names: &[&str]) -> Vec<Uuid> {
    let new: Vec<(Record, FieldChanges)> = names
        .iter()
        .map(|name| {
            let customer = new_uuid(fixture.clock.now(), fixture.random.as_ref());
            let mut record = Record::new(Feature::Customers, customer, Timestamp(crate::NOW));
            let typed = Typed::from([(Field::Name, (*name).to_owned())]);
            let changes = read(&record, &typed, fixture.today()).unwrap().changes;
            for (field, change) in &changes {
                record.set(field, change.new.clone());
            }
            (record, changes)
        })
        .collect();
    let mut tx = fixture.store.write().await.unwrap();
    tx.add_customers(&new, fixture.user, Some(id)).await.unwrap();
    tx.commit_part().await.unwrap();
    new.into_iter().map(|(record, _)| record.id).collect()
}

/// What an import changes about a customer that exists.
async fn update(fixture: &Fixture, import: ImportId, customer: Uuid, base: Option<&str>, notes: &str) {
    let notes = FieldChange { base: base.map(str::to_owned), new: Some(notes.to_owned()) };
    let mut tx = fixture.store.write().await.unwrap();
    tx.change(NewChange {
        entity: Feature::Customers,
        record_id: customer,
        fields: FieldChanges::from([("notes".to_owned(), notes)]),
        actor: fixture.user,
        channel: Channel::Import,
        reason: None,
        group: Some(import.0),
    })
    .await
    .unwrap();
    tx.commit_part().await.unwrap();
}

async fn notes(fixture: &Fixture, customer: Uuid) -> Option<String> {
    let stored = fixture.store.customer(CustomerId(customer)).await.unwrap().unwrap();
    stored.record.get("notes").map(str::to_owned)
}

/// The customers of what may be sent now, by its numbers.
async fn sendable(fixture: &Fixture) -> Vec<(u64, Uuid)> {
    let (_, changes) = fixture.store.outbox(100).await.unwrap();
    changes.iter().map(|change| (change.sequence, change.record_id)).collect()
}

#[tokio::test]
async fn x1_an_import_that_is_cut_short_is_taken_back_and_nobodys_edit_with_it() {
    for opened_anew in [true, false] {
        let mut fixture = Fixture::new().await;
        let known = fixture.add(&[(Field::Name, "王五")]).await;
        let noted = fixture.add(&[(Field::Name, "孙七"), (Field::Notes, "旧")]).await;
        let id = begin(&fixture).await;
        let added = part(&fixture, id, &["张三", "李四"]).await;
        update(&fixture, id, known, None, "新").await;
        update(&fixture, id, noted, Some("旧"), "新").await;
        // Meanwhile somebody works on.
        fixture.save(added[1], &[(Field::Email, "li@example.com")]).await;
        fixture.save(noted, &[(Field::Notes, "更新")]).await;
        let zhao = fixture.add(&[(Field::Name, "赵六")]).await;
        assert_eq!(
            sendable(&fixture).await,
            [(1, known), (2, noted)],
            "nothing of it is sent, nor what follows"
        );
        assert!(fixture.store.imports().await.unwrap().is_empty());

        if opened_anew {
            fixture.reopen().await;
        } else {
            let mut tx = fixture.store.write().await.unwrap();
            tx.take_back_import(id).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert!(fixture.find("张三").await.is_empty() && fixture.store.imports().await.unwrap().is_empty());
        assert_eq!(fixture.find("李四").await, ["李四"], "who was changed meanwhile stays");
        assert_eq!(notes(&fixture, known).await, None);
        assert_eq!(notes(&fixture, noted).await.as_deref(), Some("更新"), "a newer value stays");
        let left = [(1, known), (2, noted), (3, added[1]), (4, added[1]), (5, noted), (6, zhao)];
        assert_eq!(sendable(&fixture).await, left, "{opened_anew}");
        let (_, outbox) = fixture.store.outbox(10).await.unwrap();
        assert_eq!(outbox[4].fields["notes"].base.as_deref(), Some("旧"), "the import's value never was");
        let next = fixture.add(&[(Field::Name, "周八")]).await;
        assert_eq!(sendable(&fixture).await.last(), Some(&(7, next)));
    }
}

#[tokio::test]
async fn x1_a_customer_of_the_server_that_a_cut_import_changed_is_again_as_the_server_has_it() {
    let mut fixture = Fixture::new().await;
    let customer = fixture.add(&[(Field::Name, "王五")]).await;
    let (_, sent) = fixture.store.outbox(10).await.unwrap();
    let mut record = Record::new(Feature::Customers, customer, Timestamp(crate::NOW));
    record.revision = 7;
    for (field, value) in [("kind", "personal"), ("name", "王五"), ("notes", "旧")] {
        record.set(field, Some(value.to_owned()));
    }
    let outcome = Outcome { change: sent[0].id, result: ChangeResult::Applied, record: Some(record) };
    fixture.store.settle(&[outcome]).await.unwrap();
    let id = begin(&fixture).await;
    update(&fixture, id, customer, Some("旧"), "新").await;
    assert_eq!(notes(&fixture, customer).await.as_deref(), Some("新"));
    fixture.reopen().await;
    let stored = fixture.store.customer(CustomerId(customer)).await.unwrap().unwrap();
    assert_eq!((stored.record.get("notes"), stored.record.revision), (Some("旧"), 7));
    assert_eq!(stored.sync, SyncMark::Synced);
    assert!(sendable(&fixture).await.is_empty());
}

async fn join(fixture: &Fixture) {
    let membership = Membership {
        server: "https://bank.example".to_owned(),
        name: "Bank".to_owned(),
        refresh_token: String::new(),
        epoch: None,
        last_contact: fixture.clock.now(),
        offline_days: 30,
    };
    fixture.store.set_membership(&membership).await.unwrap();
}

#[tokio::test]
async fn x1_what_the_server_may_know_of_an_import_is_deleted_and_not_forgotten() {
    let fixture = Fixture::new().await;
    join(&fixture).await;
    let id = import(&fixture, &["张三", "李四"]).await;
    let (_, sent) = fixture.store.outbox(10).await.unwrap();
    let outcomes: Vec<Outcome> = sent
        .iter()
        .map(|change| {
            let mut record = Record::new(Feature::Customers, change.record_id, Timestamp(crate::NOW));
            record.revision = 7;
            for (field, change) in &change.fields {
                record.set(field, change.new.clone());
            }
            Outcome { change: change.id, result: ChangeResult::Applied, record: Some(record) }
        })
        .collect();
    fixture.store.settle(&outcomes).await.unwrap();

    let group = Uuid::from_u128(77);
    let mut tx = fixture.store.write().await.unwrap();
    let added = tx.added_by(id).await.unwrap();
    assert!(added.len() == 2 && added.iter().all(|customer| customer.sent && !customer.changed));
    tx.delete_customers(&added, fixture.user, group).await.unwrap();
    tx.commit().await.unwrap();

    let (_, waiting) = fixture.store.outbox(10).await.unwrap();
    assert_eq!(waiting.iter().map(|change| change.sequence).collect::<Vec<_>>(), [3, 4]);
    for change in &waiting {
        assert_eq!((change.base_revision, change.channel), (7, Channel::Undo));
        assert_eq!(change.fields["deleted"].new.as_deref(), Some("1"));
        assert!(fixture.store.customer(CustomerId(change.record_id)).await.unwrap().is_none());
    }
    assert!(fixture.find("张三").await.is_empty());
}

#[tokio::test]
async fn x2_holders_of_many_keys_are_found_at_once() {
    let fixture = Fixture::new().await;
    let zhang = fixture.add(&[(Field::Name, "张三"), (Field::DocumentNumber, "11010519491231002X")]).await;
    let company =
        [(Field::Kind, "corporate"), (Field::Name, "某某公司"), (Field::Uscc, "91350100M000100Y43")];
    let company = fixture.add(&company).await;
    let other = fixture.add(&[(Field::Name, "李四")]).await;
    let mut keys = Vec::new();
    for id in [zhang, company] {
        let stored = fixture.store.customer(CustomerId(id)).await.unwrap().unwrap();
        keys.extend(duplicate_keys(Customer(&stored.record)));
    }
    let found = fixture.store.holders(&keys, &[CustomerId(other), CustomerId(Uuid::nil())]).await.unwrap();
    let mut ids: Vec<Uuid> = found.iter().map(|record| record.id).collect();
    let mut expected = vec![zhang, company, other];
    ids.sort();
    expected.sort();
    assert_eq!(ids, expected);
}
