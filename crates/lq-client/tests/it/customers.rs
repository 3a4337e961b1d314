use crate::desk::{AUTHOR, Desk, refusal, typed};
use lq_client::contract::customers::{
    CheckCustomer, CustomerRef, CustomersPage, DeleteCustomers, FindCustomers, Matched, RevealField,
    TagCustomers, UndoCustomers, UpdateCustomer,
};
use lq_domain::access::Role;
use lq_domain::clock::{Clock as _, Timestamp};
use lq_domain::customers::query::{CustomerQuery, CustomerSort, SortKey, SyncMark};
use lq_domain::customers::{Field, FieldAccess};
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::ids::{BranchId, CustomerId, TagId, UserId};
use lq_domain::record::{FieldChange, FieldChanges, Record};
use lq_protocol::change::Channel;
use lq_protocol::error::ErrorCode;
use lq_protocol::sync::{FeedEntry, FeedPage};
use lq_store::{NewChange, Store};
use uuid::Uuid;

const ID: &str = "11010519491231002X";

fn undo(undo: Option<String>) -> UndoCustomers {
    UndoCustomers { undo: undo.unwrap() }
}

/// What the server says about a customer.
async fn hear(desk: &Desk, id: CustomerId, revision: u64, values: &[(Field, &str)]) {
    let mut record = Record::new(Feature::Customers, id.0, Timestamp(desk.clock.now().0));
    record.revision = revision;
    for (field, value) in values {
        record.set(field.as_str(), Some((*value).to_owned()));
    }
    let entry =
        FeedEntry { position: revision, entity: Feature::Customers, record_id: id.0, record: Some(record) };
    let page =
        FeedPage { feed: FeedId::Bank, entries: vec![entry], next: revision, head: revision, resync: false };
    desk.behind(async |store: &Store| store.apply(&page).await.unwrap()).await;
}

#[tokio::test]
async fn s1_1_a_name_and_a_mobile_make_a_customer_whom_the_author_looks_after() {
    let desk = Desk::new().await;
    let id = desk.add(&[(Field::Name, "张三"), (Field::Mobile, "+86 １３８-1234-5678")]).await;
    let view = desk.get(id).await;
    assert_eq!(view.values[&Field::Mobile], "138****5678");
    assert_eq!(view.values[&Field::Kind], "personal");
    assert_eq!(view.labels[&Field::Owner], AUTHOR);
    assert_eq!((view.sync, view.revision), (SyncMark::Pending, 0));
    assert!(view.pending.contains(&Field::Mobile));
    assert!(view.may_edit && view.may_delete && view.may_reveal);
    let reveal = RevealField { id, field: Field::Mobile, reason: "回访".to_owned() };
    assert_eq!(desk.client.customers_reveal(reveal).await.unwrap().value, "13812345678");
}

#[tokio::test]
async fn s1_1_wrong_numbers_are_refused_at_their_fields_and_nothing_is_kept() {
    let desk = Desk::new().await;
    for (field, text, code) in [
        (Field::Mobile, "1381234567", ErrorCode::MobileLength),
        (Field::Mobile, "12812345678", ErrorCode::MobilePrefix),
        (Field::DocumentNumber, "110105194912310021", ErrorCode::DocumentNumberCheck),
        (Field::Owner, "0198f000-0000-7000-8000-000000000001", ErrorCode::FieldReadonly),
        (Field::Tags, "0198f000-0000-7000-8000-000000000001", ErrorCode::ReferenceUnknown),
    ] {
        let outcome = desk.create(text, &[(Field::Name, "张三"), (field, text)]).await;
        assert_eq!(refusal(outcome), (code, field.as_str().to_owned()), "{text}");
    }
    assert_eq!(refusal(desk.create("none", &[(Field::Mobile, "13812345678")]).await).1, "name");
    assert!(desk.find("zs").await.is_empty());
}

#[tokio::test]
async fn s1_1_a_resident_id_fills_birth_date_gender_and_age_while_typing() {
    let desk = Desk::new().await;
    let input = CheckCustomer {
        id: None,
        values: typed(&[(Field::DocumentNumber, ID), (Field::Mobile, "1381234567")]),
    };
    let check = desk.client.customers_check(input).await.unwrap();
    assert_eq!(check.derived[&Field::BirthDate], "1949-12-31");
    assert_eq!(check.derived[&Field::Gender], "female");
    assert_eq!(check.age, Some(76));
    let problems: Vec<_> = check.problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(problems, ["mobile"], "a name that nobody typed yet is no problem");
}

#[tokio::test]
async fn s1_1_the_same_document_is_refused_and_the_same_mobile_is_a_hint() {
    let desk = Desk::new().await;
    let first =
        desk.add(&[(Field::Name, "张三"), (Field::DocumentNumber, ID), (Field::Mobile, "13812345678")]).await;
    let values = typed(&[(Field::DocumentNumber, ID), (Field::Mobile, "13812345678")]);
    let check = desk.client.customers_check(CheckCustomer { id: None, values }).await.unwrap();
    assert_eq!(check.duplicates.len(), 1);
    assert_eq!((check.duplicates[0].id, check.duplicates[0].field), (first, Field::DocumentNumber));
    assert!(check.duplicates[0].blocks);
    assert_eq!(check.duplicates[0].owner.as_deref(), Some(AUTHOR));
    let same = desk.create("again", &[(Field::Name, "李四"), (Field::DocumentNumber, ID)]).await;
    assert_eq!(refusal(same), (ErrorCode::DuplicateExists, "document_number".to_owned()));
    let values = typed(&[(Field::Mobile, "13812345678")]);
    let check = desk.client.customers_check(CheckCustomer { id: None, values }).await.unwrap();
    assert!(!check.duplicates[0].blocks, "families share a phone");
    let other = desk.add(&[(Field::Name, "李四"), (Field::Mobile, "13812345678")]).await;
    let stolen = desk.update(other, &[(Field::DocumentNumber, ID)]).await;
    assert_eq!(refusal(stolen).0, ErrorCode::DuplicateExists);
    assert!(desk.update(first, &[(Field::DocumentNumber, ID)]).await.unwrap().undo.is_none(), "one's own");
}

#[tokio::test]
async fn s1_1_an_attempt_that_is_repeated_adds_nothing() {
    let desk = Desk::new().await;
    let first = desk.create("key-1", &[(Field::Name, "张三")]).await.unwrap();
    let again = desk.create("key-1", &[(Field::Name, "张三")]).await.unwrap();
    assert_eq!(first.ids, again.ids);
    assert_eq!(first.undo, again.undo);
    assert_eq!(desk.find("张三").await.len(), 1);
}

#[tokio::test]
async fn s1_2_a_change_is_told_with_old_and_new_value_masked_time_author_and_reason() {
    let desk = Desk::new().await;
    let id = desk.add(&[(Field::Name, "张三"), (Field::Mobile, "13812345678")]).await;
    desk.clock.advance(60_000);
    let values = typed(&[(Field::Mobile, "13987654321")]);
    let input = UpdateCustomer { id, revision: 0, values, reason: Some(" 本人来电 ".to_owned()) };
    desk.client.customers_update(input).await.unwrap();
    let history = desk.client.customers_history(CustomerRef { id }).await.unwrap();
    assert_eq!(history.len(), 2);
    let newest = &history[0];
    assert_eq!((newest.at, newest.by.as_deref()), (desk.clock.now(), Some(AUTHOR)));
    assert_eq!((newest.channel, newest.reason.as_deref()), (Channel::Form, Some("本人来电")));
    assert!(newest.this_device && newest.pending);
    assert_eq!(newest.fields.len(), 1);
    assert_eq!(newest.fields[0].old.as_deref(), Some("138****5678"));
    assert_eq!(newest.fields[0].new.as_deref(), Some("139****4321"));
}

#[tokio::test]
async fn s1_2_edits_of_different_fields_both_stay_and_the_same_field_asks_to_look_again() {
    let desk = Desk::new().await;
    let id = CustomerId(Uuid::from_u128(77));
    let owner =
        desk.behind(async |store: &Store| store.owner().await.unwrap().unwrap().profile.id).await.to_string();
    let base = [(Field::Kind, "personal"), (Field::Name, "张三"), (Field::Owner, owner.as_str())];
    hear(&desk, id, 1, &[&base[..], &[(Field::Mobile, "13812345678")]].concat()).await;
    let opened = desk.get(id).await.revision;
    hear(&desk, id, 2, &[&base[..], &[(Field::Mobile, "13900000000"), (Field::Notes, "theirs")]].concat())
        .await;
    let save = async |field: Field, text: &str| {
        let values = typed(&[(field, text)]);
        desk.client.customers_update(UpdateCustomer { id, revision: opened, values, reason: None }).await
    };
    assert_eq!(save(Field::Employer, "某某公司").await.unwrap().ids, [id]);
    assert_eq!(save(Field::Notes, "mine").await.unwrap().ids, [id], "the newer note stands by its rule");
    assert_eq!(
        refusal(save(Field::Mobile, "13700000000").await),
        (ErrorCode::RevisionOld, "mobile".to_owned())
    );
    let view = desk.get(id).await;
    assert_eq!(view.values[&Field::Mobile], "139****0000");
    assert_eq!(view.values[&Field::Employer], "某某公司");
    let seen = UpdateCustomer {
        id,
        revision: view.revision,
        values: typed(&[(Field::Mobile, "13700000000")]),
        reason: None,
    };
    desk.client.customers_update(seen).await.unwrap();
    assert_eq!(desk.get(id).await.values[&Field::Mobile], "137****0000");
}

#[tokio::test]
async fn x14_every_view_is_masked_and_a_masked_value_that_comes_back_changes_nothing() {
    let desk = Desk::new().await;
    let id = desk
        .add(&[
            (Field::Name, "张三"),
            (Field::Mobile, "13812345678"),
            (Field::DocumentNumber, ID),
            (Field::Address, "文三路199号"),
            (Field::Email, "zhang.san@example.com"),
        ])
        .await;
    let columns = vec![Field::Name, Field::Mobile, Field::DocumentNumber, Field::Address, Field::Email];
    let page = CustomersPage { query: CustomerQuery::default(), columns, offset: 0, limit: 10 };
    let page = desk.client.customers_page(page).await.unwrap();
    let hit = FindCustomers { text: "5678".to_owned(), limit: 5 };
    let hit = desk.client.customers_find(hit).await.unwrap().remove(0);
    let history = desk.client.customers_history(CustomerRef { id }).await.unwrap();
    let view = desk.get(id).await;
    for text in [
        serde_json::to_string(&page).unwrap(),
        serde_json::to_string(&hit).unwrap(),
        serde_json::to_string(&history).unwrap(),
        serde_json::to_string(&view).unwrap(),
    ] {
        for secret in ["13812345678", ID, "文三路199号", "zhang.san"] {
            assert!(!text.contains(secret), "{secret}");
        }
        assert!(text.contains("138****5678"));
    }
    assert_eq!(page.rows[0].age, Some(76), "computed, though the birth date is no column");
    assert!(!page.rows[0].values.contains_key(&Field::BirthDate));
    let back: Vec<_> = view.values.iter().map(|(field, text)| (*field, text.as_str())).collect();
    assert!(desk.update(id, &back).await.unwrap().ids.is_empty());
    assert_eq!(desk.find("13812345678").await, ["张三"]);
}

#[tokio::test]
async fn x14_a_field_is_revealed_for_a_reason_that_the_audit_keeps_without_the_value() {
    let desk = Desk::new().await;
    let id = desk.add(&[(Field::Name, "张三"), (Field::Mobile, "13812345678")]).await;
    let reveal = |field, reason: &str| RevealField { id, field, reason: reason.to_owned() };
    let silent = desk.client.customers_reveal(reveal(Field::Mobile, "  ")).await;
    assert_eq!(refusal(silent), (ErrorCode::ReasonMissing, "reason".to_owned()));
    let shown = desk.client.customers_reveal(reveal(Field::Mobile, "客户要求回电")).await.unwrap();
    assert_eq!((shown.value.as_str(), shown.seconds), ("13812345678", 30));
    assert_eq!(refusal(desk.client.customers_reveal(reveal(Field::Email, "x")).await).0, ErrorCode::NotFound);
    let audits = desk.audits().await;
    assert_eq!(audits.len(), 1);
    assert_eq!(audits[0].0, "customers_reveal");
    assert_eq!(audits[0].1, serde_json::json!({ "field": "mobile", "reason": "客户要求回电" }));
}

#[tokio::test]
async fn x16_hits_tell_what_matched() {
    let desk = Desk::new().await;
    desk.add(&[(Field::Name, "张三"), (Field::Mobile, "13812345678")]).await;
    desk.add(&[(Field::Name, "单雄信"), (Field::DocumentNumber, ID)]).await;
    desk.add(&[(Field::Name, "曾国藩"), (Field::Phones, "010-82345679")]).await;
    for (text, name, matched) in [
        ("zs", "张三", Matched::Initials),
        ("zhangsan", "张三", Matched::Pinyin),
        ("z's", "张三", Matched::Initials),
        ("张三", "张三", Matched::Name),
        ("三", "张三", Matched::Name),
        ("5678", "张三", Matched::Phone),
        ("shan", "单雄信", Matched::Pinyin),
        ("sxx", "单雄信", Matched::Initials),
        ("002x", "单雄信", Matched::Number),
        ("zeng", "曾国藩", Matched::Pinyin),
        ("5679", "曾国藩", Matched::Phone),
        ("zhang 5678", "张三", Matched::Pinyin),
    ] {
        let input = FindCustomers { text: text.to_owned(), limit: 5 };
        let hits = desk.client.customers_find(input).await.unwrap();
        assert_eq!(hits.first().map(|hit| (hit.name.as_str(), hit.matched)), Some((name, matched)), "{text}");
        assert_eq!(hits[0].owner.as_deref(), Some(AUTHOR));
    }
    assert!(desk.find("李四").await.is_empty());
}

#[tokio::test]
async fn x16_a_list_is_narrowed_by_a_text_and_ordered() {
    let desk = Desk::new().await;
    for (name, assets) in [("赵一", "1万"), ("钱二", "3万"), ("孙三", "2万")] {
        desk.add(&[(Field::Name, name), (Field::Assets, assets)]).await;
    }
    let sort = Some(CustomerSort { by: SortKey::Assets, descending: true });
    let page = async |text: &str, offset: u32| {
        let query = CustomerQuery { text: text.to_owned(), filters: Vec::new(), sort };
        let columns = vec![Field::Name, Field::Assets, Field::Owner];
        let input = CustomersPage { query, columns, offset, limit: 2 };
        desk.client.customers_page(input).await.unwrap()
    };
    let first = page("", 0).await;
    assert_eq!((first.total, first.rows.len()), (3, 2));
    assert_eq!(first.rows[0].values[&Field::Assets], "3000000");
    assert_eq!(first.rows[0].labels[&Field::Owner], AUTHOR);
    assert_eq!(page("", 2).await.rows[0].values[&Field::Name], "赵一");
    let found = page("ss", 0).await;
    assert_eq!((found.total, found.rows[0].values[&Field::Name].as_str()), (1, "孙三"));
}

#[tokio::test]
async fn a_saved_change_is_taken_back_and_put_back() {
    let desk = Desk::new().await;
    let id = desk.add(&[(Field::Name, "张三"), (Field::Mobile, "13812345678")]).await;
    let changed = desk.update(id, &[(Field::Mobile, "13987654321"), (Field::Notes, "记")]).await.unwrap();
    let again = desk.client.customers_undo(undo(changed.undo.clone())).await.unwrap();
    let view = desk.get(id).await;
    assert_eq!(view.values[&Field::Mobile], "138****5678");
    assert!(!view.values.contains_key(&Field::Notes));
    assert_eq!(refusal(desk.client.customers_undo(undo(changed.undo)).await).0, ErrorCode::UndoGone);
    desk.client.customers_undo(undo(again.undo)).await.unwrap();
    assert_eq!(desk.get(id).await.values[&Field::Mobile], "139****4321");
    let history = desk.client.customers_history(CustomerRef { id }).await.unwrap();
    assert_eq!(history[0].channel, Channel::Undo);
}

#[tokio::test]
async fn what_is_newer_is_not_undone() {
    let desk = Desk::new().await;
    let created = desk.create("key", &[(Field::Name, "张三")]).await.unwrap();
    let id = created.ids[0];
    let first = desk.update(id, &[(Field::Notes, "一"), (Field::Employer, "甲")]).await.unwrap();
    desk.update(id, &[(Field::Notes, "二")]).await.unwrap();
    desk.client.customers_undo(undo(first.undo)).await.unwrap();
    let view = desk.get(id).await;
    assert_eq!(view.values[&Field::Notes], "二");
    assert!(!view.values.contains_key(&Field::Employer));
    assert_eq!(refusal(desk.client.customers_undo(undo(created.undo)).await).0, ErrorCode::UndoGone);
    let unknown = UndoCustomers { undo: "nothing".to_owned() };
    assert_eq!(refusal(desk.client.customers_undo(unknown).await).0, ErrorCode::UndoGone);
}

#[tokio::test]
async fn adding_and_deleting_are_undone_and_redone() {
    let desk = Desk::new().await;
    let created = desk.create("key", &[(Field::Name, "张三")]).await.unwrap();
    let gone = desk.client.customers_undo(undo(created.undo)).await.unwrap();
    assert!(desk.find("张三").await.is_empty());
    desk.client.customers_undo(undo(gone.undo)).await.unwrap();
    let other = desk.add(&[(Field::Name, "李四")]).await;
    let ids = vec![created.ids[0], other];
    let deleted = desk.client.customers_delete(DeleteCustomers { ids: ids.clone() }).await.unwrap();
    assert_eq!(deleted.ids.len(), 2);
    assert!(desk.find("张三").await.is_empty() && desk.find("李四").await.is_empty());
    assert_eq!(refusal(desk.client.customers_get(CustomerRef { id: other }).await).0, ErrorCode::NotFound);
    let nothing = desk.client.customers_delete(DeleteCustomers { ids }).await.unwrap();
    assert!(nothing.undo.is_none());
    desk.client.customers_undo(undo(deleted.undo)).await.unwrap();
    assert_eq!(desk.find("李四").await, ["李四"]);
}

#[tokio::test]
async fn tags_are_put_on_and_taken_off_many_customers_and_undone_word_by_word() {
    let desk = Desk::new().await;
    let (vip, loan) = (TagId(Uuid::from_u128(1)), TagId(Uuid::from_u128(2)));
    let ids = vec![desk.add(&[(Field::Name, "张三")]).await, desk.add(&[(Field::Name, "李四")]).await];
    desk.behind(async |store: &Store| {
        let mut tx = store.write().await.unwrap();
        for (tag, name) in [(vip, "贵宾"), (loan, "贷款")] {
            let new = FieldChange { base: None, new: Some(name.to_owned()) };
            let change = NewChange {
                entity: Feature::Tags,
                record_id: tag.0,
                fields: FieldChanges::from([("name".to_owned(), new.clone()), ("colour".to_owned(), new)]),
                actor: UserId(Uuid::from_u128(1)),
                channel: Channel::Form,
                reason: None,
                group: None,
            };
            tx.change(change).await.unwrap();
        }
        tx.commit().await.unwrap();
    })
    .await;
    let tag = async |add: Vec<TagId>, remove: Vec<TagId>| {
        desk.client.customers_tag(TagCustomers { ids: ids.clone(), add, remove }).await
    };
    let first = tag(vec![vip], vec![]).await.unwrap();
    tag(vec![loan], vec![]).await.unwrap();
    assert!(tag(vec![vip], vec![]).await.unwrap().undo.is_none(), "they have it already");
    assert_eq!(refusal(tag(vec![TagId(Uuid::nil())], vec![]).await).0, ErrorCode::ReferenceUnknown);
    desk.client.customers_undo(undo(first.undo)).await.unwrap();
    for id in &ids {
        assert_eq!(desk.get(*id).await.values[&Field::Tags], loan.to_string());
    }
    tag(vec![], vec![loan]).await.unwrap();
    assert!(!desk.get(ids[0]).await.values.contains_key(&Field::Tags));
}

#[tokio::test]
async fn s7_1_staff_reads_and_changes_nothing() {
    let desk = Desk::new().await;
    let saved = desk.create("key", &[(Field::Name, "张三"), (Field::Mobile, "13812345678")]).await.unwrap();
    let id = saved.ids[0];
    desk.become_role(Role::Staff).await;
    let view = desk.get(id).await;
    assert!(!view.may_edit && !view.may_delete && !view.may_reveal);
    assert_eq!(desk.find("zs").await, ["张三"]);
    let denied = [
        refusal(desk.create("other", &[(Field::Name, "李四")]).await).0,
        refusal(desk.update(id, &[(Field::Notes, "x")]).await).0,
        refusal(desk.client.customers_delete(DeleteCustomers { ids: vec![id] }).await).0,
        refusal(desk.client.customers_tag(TagCustomers { ids: vec![id], add: vec![], remove: vec![] }).await)
            .0,
        refusal(desk.client.customers_undo(undo(saved.undo)).await).0,
        refusal(desk.client.customers_check(CheckCustomer { id: Some(id), values: typed(&[]) }).await).0,
    ];
    assert_eq!(denied, [ErrorCode::NotAllowed; 6]);
    let reveal = RevealField { id, field: Field::Mobile, reason: "x".to_owned() };
    assert_eq!(refusal(desk.client.customers_reveal(reveal).await).0, ErrorCode::NotAllowed);
    let fields = desk.client.customers_fields(()).await.unwrap();
    let access = |field| fields.iter().find(|view| view.field == field).map(|view| view.access);
    assert_eq!(access(Field::Mobile), Some(FieldAccess::MaskedReadonly));
    assert_eq!(access(Field::Name), Some(FieldAccess::Readonly));
    assert!(desk.audits().await.is_empty(), "nothing was shown, so nothing is noted");
}

#[tokio::test]
async fn s7_1_the_administrator_of_users_reads_no_customer() {
    let desk = Desk::new().await;
    let id = desk.add(&[(Field::Name, "张三")]).await;
    desk.become_role(Role::Administrator).await;
    assert_eq!(refusal(desk.client.customers_get(CustomerRef { id }).await).0, ErrorCode::NotFound);
    let input = FindCustomers { text: "张三".to_owned(), limit: 5 };
    assert_eq!(refusal(desk.client.customers_find(input).await).0, ErrorCode::NotAllowed);
    assert_eq!(refusal(desk.client.customers_fields(()).await).0, ErrorCode::NotAllowed);
}

#[tokio::test]
async fn f4_2_a_customer_of_somebody_else_does_not_exist() {
    let desk = Desk::new().await;
    let id = CustomerId(Uuid::from_u128(78));
    let (owner, branch) = (UserId(Uuid::from_u128(5)).to_string(), BranchId(Uuid::from_u128(6)).to_string());
    let values = [(Field::Name, "李四"), (Field::Owner, owner.as_str()), (Field::Branch, branch.as_str())];
    hear(&desk, id, 1, &values).await;
    assert_eq!(refusal(desk.client.customers_get(CustomerRef { id }).await).0, ErrorCode::NotFound);
    assert_eq!(refusal(desk.client.customers_history(CustomerRef { id }).await).0, ErrorCode::NotFound);
    let delete = desk.client.customers_delete(DeleteCustomers { ids: vec![id] }).await;
    assert_eq!(refusal(delete).0, ErrorCode::NotFound);
}
