use crate::Fixture;
use lq_domain::clock::{Clock as _, Timestamp};
use lq_domain::customers::{Customer, Field, Typed, duplicate_keys, read};
use lq_domain::feature::Feature;
use lq_domain::ids::{CustomerId, ImportId, new_uuid};
use lq_domain::record::{FieldChanges, Record};
use lq_protocol::change::{ChangeResult, Channel, Outcome};
use lq_store::facts::Membership;
use lq_store::imports::Import;
use uuid::Uuid;

/// Brings in customers with these names, as an import does.
async fn import(fixture: &Fixture, names: &[&str]) -> ImportId {
    let id = ImportId::new(fixture.clock.now(), fixture.random.as_ref());
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
    let import = Import {
        id,
        name: "a.csv".to_owned(),
        at: fixture.clock.now(),
        counts: "{}".to_owned(),
        undone_at: None,
    };
    let mut tx = fixture.store.write().await.unwrap();
    tx.add_customers(&new, fixture.user, Some(id)).await.unwrap();
    tx.add_import(&import, "header", "[]").await.unwrap();
    tx.commit().await.unwrap();
    id
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
