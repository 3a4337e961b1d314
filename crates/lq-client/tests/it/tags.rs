//! Tags, views and the lists that need no server.

use crate::desk::{Desk, refusal};
use lq_client::contract::customers::{CustomerRef, TagCustomers, UndoCustomers};
use lq_client::contract::sync::ListDivisions;
use lq_client::contract::tags::{CreateTag, SaveView, TagRef, UpdateTag, ViewColumn, ViewRef};
use lq_client::events::Event;
use lq_domain::access::Role;
use lq_domain::customers::Field;
use lq_domain::customers::query::CustomerQuery;
use lq_domain::feature::Feature;
use lq_domain::ids::TagId;
use lq_protocol::error::ErrorCode;

fn tag(name: &str, colour: &str) -> CreateTag {
    CreateTag { name: name.to_owned(), colour: colour.to_owned() }
}

#[tokio::test]
async fn s1_3_tags_are_made_renamed_and_deleted_and_no_two_share_a_name() {
    let desk = Desk::new().await;
    let client = &desk.client;
    let mut news = client.events();
    let made = client.tags_create(tag(" VIP ", "gold")).await.unwrap();
    assert_eq!((made.name.as_str(), made.customers), ("VIP", 0));
    let taken = refusal(client.tags_create(tag("vip", "red")).await);
    assert_eq!(taken, (ErrorCode::NameTaken, "name".to_owned()));
    assert_eq!(refusal(client.tags_create(tag("", "red")).await), (ErrorCode::TextBlank, "name".to_owned()));
    assert_eq!(refusal(client.tags_create(tag("老客户", "pink")).await).0, ErrorCode::ChoiceUnknown);

    let update = UpdateTag { id: made.id, name: "贵宾".to_owned(), colour: "red".to_owned() };
    client.tags_update(update).await.unwrap();
    let names: Vec<String> = client.tags_list(()).await.unwrap().into_iter().map(|tag| tag.name).collect();
    assert_eq!(names, ["贵宾"]);
    client.tags_delete(TagRef { id: made.id }).await.unwrap();
    assert!(client.tags_list(()).await.unwrap().is_empty());
    assert_eq!(refusal(client.tags_delete(TagRef { id: made.id }).await).0, ErrorCode::NotFound);

    let told = async {
        loop {
            if let Event::Changed { features } = news.recv().await.unwrap() {
                return features;
            }
        }
    };
    assert!(told.await.contains(&Feature::Tags));
}

#[tokio::test]
async fn s7_1_who_only_reads_makes_no_tags() {
    let desk = Desk::new().await;
    desk.become_role(Role::Staff).await;
    assert_eq!(refusal(desk.client.tags_create(tag("VIP", "gold")).await).0, ErrorCode::NotAllowed);
}

#[tokio::test]
async fn views_keep_their_query_and_columns() {
    let desk = Desk::new().await;
    let client = &desk.client;
    let view = |name: &str, column: &str| SaveView {
        id: None,
        name: name.to_owned(),
        query: CustomerQuery::default(),
        columns: vec![ViewColumn { column: column.to_owned(), width: 120 }],
    };
    let kept = client.views_save(view("重点客户", "age")).await.unwrap();
    let taken = refusal(client.views_save(view("重点客户", "name")).await);
    assert_eq!(taken, (ErrorCode::NameTaken, "name".to_owned()));
    assert_eq!(refusal(client.views_save(view("另一个", "salary")).await).0, ErrorCode::RequestForm);
    client.views_save(SaveView { id: Some(kept.id), ..view("老客户", "name") }).await.unwrap();
    let views = client.views_list(()).await.unwrap();
    assert_eq!(views.len(), 1);
    assert_eq!((views[0].name.as_str(), views[0].columns[0].column.as_str()), ("老客户", "name"));
    client.views_delete(ViewRef { id: kept.id }).await.unwrap();
    assert_eq!(refusal(client.views_delete(ViewRef { id: kept.id }).await).0, ErrorCode::NotFound);
}

#[tokio::test]
async fn lists_of_places_and_people_need_no_server() {
    let desk = Desk::new().await;
    let client = &desk.client;
    let provinces = client.divisions_list(ListDivisions { parent: None }).await.unwrap();
    assert_eq!(provinces.first().map(|one| one.name.as_str()), Some("北京市"));
    let unknown = ListDivisions { parent: Some("99".to_owned()) };
    assert_eq!(refusal(client.divisions_list(unknown).await).0, ErrorCode::DivisionUnknown);
    let people = client.users_list(()).await.unwrap();
    assert_eq!(people.len(), 1, "whoever works alone is the only colleague");
}

#[tokio::test]
async fn s1_3_a_deleted_tag_is_taken_off_the_customers_and_no_undo_brings_it_back() {
    let desk = Desk::new().await;
    let client = &desk.client;
    let [gone, kept] = [("VIP", "gold"), ("老客户", "red")];
    let gone = client.tags_create(tag(gone.0, gone.1)).await.unwrap().id;
    let kept = client.tags_create(tag(kept.0, kept.1)).await.unwrap().id;
    let id = desk.add(&[(Field::Name, "张三")]).await;
    let change = |add: Vec<TagId>, remove: Vec<TagId>| TagCustomers { ids: vec![id], add, remove };
    client.customers_tag(change(vec![gone, kept], Vec::new())).await.unwrap();
    let undo = client.customers_tag(change(Vec::new(), vec![gone])).await.unwrap().undo.unwrap();
    client.customers_tag(change(vec![gone], Vec::new())).await.unwrap();

    client.tags_delete(TagRef { id: gone }).await.unwrap();
    assert_eq!(desk.get(id).await.values[&Field::Tags], kept.to_string());
    let past = client.customers_history(CustomerRef { id }).await.unwrap();
    let taken = &past[0].fields[0];
    assert_eq!((taken.field.as_str(), taken.new.clone()), ("tags", Some(kept.to_string())));
    assert!(taken.old.as_ref().unwrap().contains(&gone.to_string()));
    assert_eq!(refusal(client.customers_undo(UndoCustomers { undo }).await).0, ErrorCode::UndoGone);
    assert_eq!(desk.get(id).await.values[&Field::Tags], kept.to_string());
}
