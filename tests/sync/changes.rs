//! Changes of two devices meet at the server.

use crate::bank::{Bank, Device};
use lq_client::contract::customers::{CustomerRef, TagCustomers};
use lq_client::contract::sync::{ChangeRef, Choice, SettleConflict};
use lq_client::contract::tags::{CreateTag, TagRef};
use lq_domain::access::Role;
use lq_domain::clock::Clock as _;
use lq_domain::customers::Field;
use lq_domain::ids::{CustomerId, TagId};
use lq_protocol::error::ErrorCode;
use std::collections::BTreeMap;

#[tokio::test]
async fn x33_offline_edits_of_two_devices_meet_and_nothing_is_lost_or_doubled() {
    let mut bank = Bank::new().await;
    let (a, b) = (bank.device("desk", 2).await, bank.device("laptop", 3).await);
    let first = a.add(&[(Field::Name, "客户一"), (Field::Mobile, "13811111111")]).await;
    a.sync().await.unwrap();
    b.sync().await.unwrap();
    assert_eq!(b.names("客户").await, ["客户一"]);

    bank.kill().await;
    a.add(&[(Field::Name, "客户二")]).await;
    a.edit(first, &[(Field::Occupation, "教师")]).await;
    b.add(&[(Field::Name, "客户三")]).await;
    b.edit(first, &[(Field::Employer, "某某大学")]).await;
    assert_eq!(a.sync().await.unwrap_err().code(), ErrorCode::ServerUnreachable);
    assert_eq!((a.state().await.pending, b.state().await.pending), (2, 2));
    assert_eq!(a.queue().await.pending.len(), 2);

    bank.come_back().await;
    for device in [&a, &b, &a] {
        device.sync().await.unwrap();
        // Sent again, nothing happens twice.
        device.sync().await.unwrap();
    }
    for device in [&a, &b] {
        assert_eq!(device.names("客户").await, ["客户一", "客户三", "客户二"]);
        assert_eq!(device.value(first, Field::Occupation).await.as_deref(), Some("教师"));
        assert_eq!(device.value(first, Field::Employer).await.as_deref(), Some("某某大学"));
        let state = device.state().await;
        assert_eq!((state.pending, state.conflicts, state.refused), (0, 0, 0));
        assert_eq!(state.server_name.as_deref(), Some("示例银行"));
    }
    assert_eq!(a.get(first).await.revision, b.get(first).await.revision);
}

#[tokio::test]
async fn x33_deleting_behind_ones_own_unsent_edit_asks_nobody() {
    let mut bank = Bank::new().await;
    let (a, b) = (bank.device("desk", 2).await, bank.device("laptop", 3).await);
    let edited = a.add(&[(Field::Name, "客户一"), (Field::Mobile, "13811111111")]).await;
    a.sync().await.unwrap();
    b.sync().await.unwrap();
    assert_eq!(b.names("客户").await, ["客户一"]);
    bank.kill().await;
    a.edit(edited, &[(Field::Occupation, "教师")]).await;
    a.delete(edited).await;
    // Made, and taken back, before the server has heard of it.
    let made = a.add(&[(Field::Name, "客户二")]).await;
    a.delete(made).await;
    a.add(&[(Field::Name, "客户三")]).await;
    bank.come_back().await;
    while a.state().await.pending > 0 {
        a.sync().await.unwrap();
    }
    assert!(a.queue().await.conflicts.is_empty());
    b.sync().await.unwrap();
    assert_eq!(b.names("客户").await, ["客户三"]);
}

#[tokio::test]
async fn x33_rounds_that_move_nothing_are_noted_once_in_a_while_and_the_time_of_the_last_one_is_known() {
    let bank = Bank::new().await;
    let a = bank.device("desk", 2).await;
    a.add(&[(Field::Name, "张三")]).await;
    a.sync().await.unwrap();
    a.sync().await.unwrap();
    let noted = async || a.client.sync_rounds(()).await.unwrap().len();
    let before = noted().await;
    for _ in 0..5 {
        bank.clock.advance(60_000);
        let state = a.sync().await.unwrap();
        assert_eq!(state.last_success, Some(bank.clock.now()));
    }
    assert_eq!(noted().await, before);
    bank.clock.advance(11 * 60_000);
    a.sync().await.unwrap();
    assert_eq!(noted().await, before + 1);
    a.add(&[(Field::Name, "李四")]).await;
    while a.state().await.pending > 0 {
        a.sync().await.unwrap();
    }
    let rounds = a.client.sync_rounds(()).await.unwrap();
    assert!(
        rounds.len() > before + 1
            && rounds.iter().any(|round| round.pushed == 1 && round.at == bank.clock.now())
    );
}

/// Both devices change the mobile of one customer; `a` is first at the server.
async fn met() -> (Bank, Device, Device, CustomerId) {
    let mut bank = Bank::new().await;
    let (a, b) = (bank.device("desk", 2).await, bank.device("laptop", 3).await);
    let id = a.add(&[(Field::Name, "张三"), (Field::Mobile, "13811111111")]).await;
    a.sync().await.unwrap();
    b.sync().await.unwrap();
    bank.kill().await;
    a.edit(id, &[(Field::Mobile, "13822222222")]).await;
    b.edit(id, &[(Field::Mobile, "13833333333")]).await;
    bank.come_back().await;
    // One after the other, whoever is woken first.
    while a.state().await.pending > 0 {
        a.sync().await.unwrap();
    }
    b.sync().await.unwrap();
    a.sync().await.unwrap();
    (bank, a, b, id)
}

/// The device whose change came second, and the other one.
async fn second_and_first<'d>(a: &'d Device, b: &'d Device) -> (&'d Device, &'d Device) {
    if b.state().await.conflicts == 1 { (b, a) } else { (a, b) }
}

async fn settle(device: &Device, choice: Choice) {
    let conflict = device.queue().await.conflicts.remove(0);
    assert_eq!((conflict.field.as_str(), conflict.customer_name.as_str()), ("mobile", "张三"));
    assert_eq!(conflict.base.as_deref(), Some("138****1111"));
    assert_eq!(conflict.theirs_by.as_deref(), Some("王芳"), "the server tells whose value stands");
    assert!(conflict.theirs_at.is_some(), "and since when");
    let choices = BTreeMap::from([("mobile".to_owned(), choice)]);
    device.client.sync_settle(SettleConflict { change: conflict.change, choices }).await.unwrap();
}

#[tokio::test]
async fn x33_two_mobiles_of_one_customer_wait_for_a_choice_and_mine_reaches_everybody() {
    let (_bank, a, b, id) = met().await;
    let (second, first) = second_and_first(&a, &b).await;
    let (mine, theirs) =
        (second.queue().await.conflicts[0].mine.clone(), first.value(id, Field::Mobile).await);
    assert_eq!(second.value(id, Field::Mobile).await, theirs, "the server's value stands until then");
    assert_ne!(mine, theirs);
    settle(second, Choice::Mine).await;
    second.sync().await.unwrap();
    first.sync().await.unwrap();
    for device in [&a, &b] {
        assert_eq!(device.value(id, Field::Mobile).await, mine);
        assert_eq!(device.state().await.conflicts, 0);
    }
}

#[tokio::test]
async fn x33_theirs_closes_the_conflict_and_stays_everywhere() {
    let (_bank, a, b, id) = met().await;
    let (second, first) = second_and_first(&a, &b).await;
    let theirs = first.value(id, Field::Mobile).await;
    settle(second, Choice::Theirs).await;
    second.sync().await.unwrap();
    first.sync().await.unwrap();
    for device in [&a, &b] {
        assert_eq!(device.value(id, Field::Mobile).await, theirs);
        let state = device.state().await;
        assert_eq!((state.pending, state.conflicts), (0, 0));
    }
}

#[tokio::test]
async fn x33_a_refused_change_is_shown_with_its_reason_and_is_taken_once_it_may_be() {
    let mut bank = Bank::new().await;
    let a = bank.device("desk", 2).await;
    a.sync().await.unwrap();
    bank.kill().await;
    a.add(&[(Field::Name, "李四"), (Field::Mobile, "13811111111")]).await;
    // Meanwhile the bank takes the right away.
    bank.set_role(Role::Staff).await;
    bank.come_back().await;
    a.sync().await.unwrap();
    let refused = a.queue().await.refused;
    assert_eq!(refused.len(), 1);
    let reason = refused[0].refused.as_ref().unwrap();
    assert_eq!((refused[0].name.as_str(), reason.code), ("李四", ErrorCode::NotAllowed));
    assert_eq!(reason.typed["mobile"], "138****1111");

    bank.set_role(Role::RelationshipManager).await;
    a.client.sync_retry(ChangeRef { change: refused[0].change }).await.unwrap();
    a.sync().await.unwrap();
    assert_eq!(a.state().await.refused, 0);
    let b = bank.device("laptop", 3).await;
    b.sync().await.unwrap();
    assert_eq!(b.names("李四").await, ["李四"]);
}

async fn put_on(device: &Device, id: CustomerId, tag: TagId) {
    let input = TagCustomers { ids: vec![id], add: vec![tag], remove: Vec::new() };
    device.client.customers_tag(input).await.unwrap();
}

#[tokio::test]
async fn s1_3_a_deleted_tag_leaves_the_customers_of_both_devices_and_stays_away() {
    let mut bank = Bank::new().await;
    let (a, b) = (bank.device("desk", 2).await, bank.device("laptop", 3).await);
    let new = CreateTag { name: "VIP".to_owned(), colour: "gold".to_owned() };
    let tag = a.client.tags_create(new).await.unwrap().id;
    let has = a.add(&[(Field::Name, "客户一")]).await;
    let gets = a.add(&[(Field::Name, "客户二")]).await;
    put_on(&a, has, tag).await;
    a.sync().await.unwrap();
    b.sync().await.unwrap();
    assert_eq!(b.value(has, Field::Tags).await, Some(tag.to_string()));

    bank.kill().await;
    a.client.tags_delete(TagRef { id: tag }).await.unwrap();
    put_on(&b, gets, tag).await;
    bank.come_back().await;
    for device in [&a, &b, &a, &b] {
        device.sync().await.unwrap();
    }
    for device in [&a, &b] {
        assert!(device.client.tags_list(()).await.unwrap().is_empty());
        for id in [has, gets] {
            assert_eq!(device.value(id, Field::Tags).await, None);
        }
        let state = device.state().await;
        assert_eq!((state.pending, state.conflicts, state.refused), (0, 0, 0));
        let past = device.client.customers_history(CustomerRef { id: has }).await.unwrap();
        let taken = past[0].fields.iter().find(|field| field.field == "tags").unwrap();
        assert_eq!(
            (taken.old.clone(), taken.new.clone()),
            (Some(tag.to_string()), None),
            "the history tells"
        );
    }
}
