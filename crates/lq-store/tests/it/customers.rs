use crate::Fixture;
use lq_domain::customers::query::{CustomerFilter, CustomerQuery, CustomerSort, SortKey, SyncMark};
use lq_domain::customers::{Customer, Field, duplicate_keys};
use lq_domain::ids::CustomerId;
use std::path::PathBuf;

#[tokio::test]
async fn x16_a_customer_is_found_by_characters_pinyin_initials_and_number_tails() {
    let fixture = Fixture::new().await;
    fixture.add(&[(Field::Name, "张三"), (Field::Mobile, "13812345678")]).await;
    fixture.add(&[(Field::Name, "单雄信"), (Field::DocumentNumber, "11010519491231002X")]).await;
    fixture.add(&[(Field::Name, "曾国藩"), (Field::Phones, "010-82345679")]).await;
    fixture.add(&[(Field::Name, "王张三丰")]).await;
    for (text, name) in [
        ("zs", "张三"),
        ("zhangsan", "张三"),
        ("zhang san", "张三"),
        ("z's", "张三"),
        ("张三", "张三"),
        ("5678", "张三"),
        ("345678", "张三"),
        ("138", "张三"),
        ("13812345678", "张三"),
        ("shan", "单雄信"),
        ("sxx", "单雄信"),
        ("雄信", "单雄信"),
        ("002x", "单雄信"),
        ("31002X", "单雄信"),
        ("zeng", "曾国藩"),
        ("zgf", "曾国藩"),
        ("5679", "曾国藩"),
    ] {
        assert_eq!(fixture.find(text).await.first().map(String::as_str), Some(name), "{text}");
    }
    assert_eq!(fixture.find("三").await, ["张三", "王张三丰"]);
    assert!(fixture.find("李四").await.is_empty());
    assert!(fixture.find("995678").await.is_empty(), "the digits before the tail count");
}

#[tokio::test]
async fn x16_a_changed_name_is_found_by_its_new_characters_only() {
    let fixture = Fixture::new().await;
    let id = fixture.add(&[(Field::Name, "张三")]).await;
    fixture.save(id, &[(Field::Name, "李四")]).await;
    assert_eq!(fixture.find("ls").await, ["李四"]);
    assert!(fixture.find("zs").await.is_empty());
}

#[tokio::test]
async fn text_of_every_kind_is_kept_and_found() {
    let fixture = Fixture::new().await;
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/badinput/blns.json");
    let strings: Vec<String> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let (mut names, mut notes) = (0, 0);
    for text in strings {
        let as_notes = fixture.add(&[(Field::Name, "备注"), (Field::Notes, &text)]).await;
        let stored = fixture.store.customer(CustomerId(as_notes)).await.unwrap().unwrap();
        assert_eq!(stored.record.get("notes").unwrap_or_default(), text);
        notes += 1;
        if lq_domain::values::Name::parse(&text).is_err() {
            continue;
        }
        let id = fixture.add(&[(Field::Name, &text)]).await;
        let stored = fixture.store.customer(CustomerId(id)).await.unwrap().unwrap();
        assert_eq!(stored.record.get("name"), Some(text.trim()));
        let hits = fixture.store.find(&text, 50).await.unwrap();
        assert!(hits.iter().any(|hit| hit.id == CustomerId(id)), "{text:?}");
        names += 1;
    }
    assert!(notes == 485 && names > 400, "{notes} {names}");
}

fn sort(by: SortKey, descending: bool) -> CustomerQuery {
    CustomerQuery { sort: Some(CustomerSort { by, descending }), ..CustomerQuery::default() }
}

async fn names(fixture: &Fixture, query: &CustomerQuery) -> Vec<String> {
    let page = fixture.store.page(query, &[Field::Name], 0, 500, fixture.today()).await.unwrap();
    assert_eq!(page.total as usize, page.rows.len());
    page.rows.into_iter().map(|row| row.values[&Field::Name].clone()).collect()
}

#[tokio::test]
async fn lists_are_sorted_with_empty_values_last_and_filtered() {
    let fixture = Fixture::new().await;
    fixture.add(&[(Field::Name, "赵一"), (Field::Income, "100"), (Field::BirthDate, "1990-11-24")]).await;
    fixture.add(&[(Field::Name, "钱二"), (Field::Income, "9"), (Field::Division, "330106")]).await;
    fixture.add(&[(Field::Name, "孙三"), (Field::RiskGrade, "C4"), (Field::BirthDate, "1990-11-25")]).await;
    assert_eq!(names(&fixture, &CustomerQuery::default()).await, ["钱二", "孙三", "赵一"]);
    assert_eq!(names(&fixture, &sort(SortKey::Name, true)).await, ["赵一", "孙三", "钱二"]);
    assert_eq!(names(&fixture, &sort(SortKey::Income, false)).await, ["钱二", "赵一", "孙三"]);
    assert_eq!(names(&fixture, &sort(SortKey::Income, true)).await, ["赵一", "钱二", "孙三"]);
    let filter = |filter| CustomerQuery { filters: vec![filter], ..CustomerQuery::default() };
    let risk = CustomerFilter::OneOf { field: Field::RiskGrade, values: vec!["C4".into()] };
    assert_eq!(names(&fixture, &filter(risk)).await, ["孙三"]);
    let empty = CustomerFilter::OneOf { field: Field::RiskGrade, values: vec![String::new()] };
    assert_eq!(names(&fixture, &filter(empty)).await, ["钱二", "赵一"]);
    let income = CustomerFilter::Between { field: Field::Income, from: Some("1000".into()), to: None };
    assert_eq!(names(&fixture, &filter(income)).await, ["赵一"]);
    // Today is 24 November 2026: who was born on the 24th is 36, who was born on the 25th is still 35.
    assert_eq!(fixture.today().to_string(), "2026-11-24");
    let age = |from, to| filter(CustomerFilter::Age { from: Some(from), to: Some(to) });
    assert_eq!(names(&fixture, &age(36, 36)).await, ["赵一"]);
    assert_eq!(names(&fixture, &age(35, 35)).await, ["孙三"]);
    let division = CustomerFilter::Division { code: "33".into() };
    assert_eq!(names(&fixture, &filter(division)).await, ["钱二"]);
    let pending = CustomerFilter::Sync { states: vec![SyncMark::Pending] };
    assert_eq!(names(&fixture, &filter(pending)).await.len(), 3);
    let text = CustomerQuery { text: "s".into(), ..CustomerQuery::default() };
    assert_eq!(names(&fixture, &text).await, ["孙三"], "initials from the beginning");
}

#[tokio::test]
async fn every_window_of_a_list_is_the_slice_of_the_whole() {
    let fixture = Fixture::new().await;
    crate::bench_shapes::many(&fixture, 2_500).await;
    for query in [CustomerQuery::default(), sort(SortKey::Income, true), sort(SortKey::BirthDate, false)] {
        let whole = fixture.store.ids(&query, fixture.today()).await.unwrap();
        assert_eq!(whole.len(), 2_500);
        for offset in [0_u32, 37, 990, 1_000, 1_990, 2_490, 3_000] {
            let page = fixture.store.page(&query, &[Field::Name], offset, 50, fixture.today()).await.unwrap();
            let ids: Vec<_> = page.rows.iter().map(|row| row.id).collect();
            let from = (offset as usize).min(whole.len());
            assert_eq!(ids, whole[from..(from + 50).min(whole.len())], "{offset}");
            assert_eq!(page.total, 2_500);
        }
    }
}

#[tokio::test]
async fn s1_1_a_customer_with_the_same_document_or_mobile_is_found() {
    let fixture = Fixture::new().await;
    let first = fixture.add(&[(Field::Name, "张三"), (Field::DocumentNumber, "11010519491231002X")]).await;
    fixture.add(&[(Field::Name, "李四"), (Field::Mobile, "13812345678")]).await;
    let mine = fixture
        .add(&[(Field::Name, "张三"), (Field::BirthDate, "1949-12-31"), (Field::Mobile, "13812345678")])
        .await;
    let record = fixture.store.customer(CustomerId(mine)).await.unwrap().unwrap().record;
    let keys = duplicate_keys(Customer(&record));
    let found = fixture.store.duplicates(&keys, Some(CustomerId(mine))).await.unwrap();
    let names: Vec<_> = found.iter().map(|d| (d.record.get("name").unwrap(), d.key.field)).collect();
    assert_eq!(names, [("李四", Field::Mobile), ("张三", Field::Name)]);
    assert_eq!(found[1].record.id, first);
}
