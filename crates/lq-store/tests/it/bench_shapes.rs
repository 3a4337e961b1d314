use crate::Fixture;
use lq_domain::clock::{Clock as _, Timestamp};
use lq_domain::customers::{Field, Typed, read};
use lq_domain::feature::Feature;
use lq_domain::ids::{ImportId, new_uuid};
use lq_domain::record::{FieldChanges, Record};
use uuid::Uuid;

/// Adds many customers as an import does.
pub(crate) async fn many(fixture: &Fixture, count: usize) {
    let surnames: Vec<char> = "赵钱孙李周吴郑王冯陈单曾".chars().collect();
    let given: Vec<char> = "伟芳娜敏静丽强磊军洋勇艳杰".chars().collect();
    let mut new: Vec<(Record, FieldChanges)> = Vec::with_capacity(count);
    for index in 0..count {
        let name: String = [
            surnames[fixture.random.next() as usize % surnames.len()],
            given[fixture.random.next() as usize % given.len()],
            given[fixture.random.next() as usize % given.len()],
        ]
        .iter()
        .collect();
        let mut typed = Typed::from([(Field::Name, name), (Field::Mobile, format!("138{index:08}"))]);
        if index % 3 != 0 {
            typed.insert(Field::Income, (fixture.random.next() % 1_000_000).to_string());
            typed.insert(
                Field::BirthDate,
                format!("19{:02}-0{}-1{}", index % 90 + 10, index % 9 + 1, index % 10),
            );
        }
        let id = new_uuid(fixture.clock.now(), fixture.random.as_ref());
        let mut record = Record::new(Feature::Customers, id, Timestamp(crate::NOW + index as i64));
        let fields = read(&record, &typed, fixture.today()).unwrap().changes;
        for (field, change) in &fields {
            record.set(field, change.new.clone());
        }
        new.push((record, fields));
    }
    let mut tx = fixture.store.write().await.unwrap();
    for batch in new.chunks(1_000) {
        tx.add_customers(batch, fixture.user, Some(ImportId(Uuid::from_u128(77)))).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_import_that_is_not_committed_leaves_nothing() {
    let mut fixture = Fixture::new().await;
    {
        let record = Record::new(Feature::Customers, Uuid::from_u128(5), Timestamp(crate::NOW));
        let mut tx = fixture.store.write().await.unwrap();
        tx.add_customers(&[(record, FieldChanges::new())], fixture.user, None).await.unwrap();
    }
    fixture.reopen().await;
    assert_eq!(fixture.store.counts().await.unwrap().pending, 0);
    let written = fixture.add(&[(Field::Name, "张三")]).await;
    let (_, outbox) = fixture.store.outbox(10).await.unwrap();
    assert_eq!(
        (outbox.len(), outbox[0].sequence, outbox[0].record_id),
        (1, 1, written),
        "numbers have no holes"
    );
}

#[tokio::test]
async fn an_imported_customer_is_as_one_that_was_typed() {
    let fixture = Fixture::new().await;
    many(&fixture, 3).await;
    let (_, outbox) = fixture.store.outbox(10).await.unwrap();
    assert_eq!(outbox.iter().map(|change| change.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    let id = outbox[1].record_id;
    let stored = fixture.store.customer(id.into()).await.unwrap().unwrap();
    assert_eq!(stored.record.get("mobile"), Some("13800000001"));
    for (field, change) in &outbox[1].fields {
        assert_eq!(stored.record.get(field).map(str::to_owned), change.new);
    }
    assert_eq!(fixture.store.find("0001", 5).await.unwrap()[0].id.0, id);
}
