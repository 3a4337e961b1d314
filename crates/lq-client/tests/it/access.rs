//! Why the user may, or may not, see and do something: what is told is what the commands do.

use crate::desk::Desk;
use lq_client::contract::access::{FieldWhy, LookupCustomer};
use lq_client::contract::customers::{CustomerRef, RevealField};
use lq_domain::access::{Permission, Role, Rule, Scope};
use lq_domain::customers::{Field, FieldAccess};
use lq_protocol::error::ErrorCode;

/// A person whose every masked field has a value.
const PERSON: [(Field, &str); 3] =
    [(Field::Name, "欧阳慕白"), (Field::Mobile, "13812345678"), (Field::Employer, "某某大学")];

fn asked(text: &str) -> LookupCustomer {
    LookupCustomer { text: text.to_owned() }
}

#[tokio::test]
async fn s7_1_what_a_customers_page_tells_is_what_can_be_done_with_it() {
    let desk = Desk::new().await;
    let id = desk.add(&PERSON).await;
    for role in [Role::RelationshipManager, Role::Manager, Role::Staff, Role::RiskOfficer] {
        desk.become_role(role).await;
        let why = desk.client.access_customer(CustomerRef { id }).await.unwrap();
        assert!(why.rule.allows(), "{role:?}");
        let told = |wanted: Permission| why.permissions.iter().find(|one| one.permission == wanted).unwrap();
        let customer = desk.get(id).await;
        assert!(told(Permission::CustomersRead).allowed, "{role:?}");
        assert_eq!(told(Permission::CustomersEdit).allowed, customer.may_edit, "{role:?}");
        assert_eq!(told(Permission::CustomersDelete).allowed, customer.may_delete, "{role:?}");
        assert!(why.permissions.iter().all(|one| one.allowed == one.rule.allows()), "{role:?}");
        let reveal = RevealField { id, field: Field::Mobile, reason: "回访".to_owned() };
        let revealed = desk.client.customers_reveal(reveal).await.is_ok();
        assert_eq!(told(Permission::CustomersReveal).allowed, revealed, "{role:?}");
        let field =
            |wanted: Field| -> &FieldWhy { why.fields.iter().find(|one| one.field == wanted).unwrap() };
        let mobile = field(Field::Mobile);
        assert_eq!((mobile.seen, mobile.revealed.map(Rule::allows)), (Rule::MaskedByClass, Some(revealed)));
        assert_eq!(customer.values[&Field::Mobile], "138****5678", "{role:?}");
        assert_eq!(
            (field(Field::Employer).seen, field(Field::Employer).revealed),
            (Rule::ShownInScope, None)
        );
        let edited = desk.update(id, &[(Field::Employer, role.as_str())]).await.is_ok();
        assert_eq!(field(Field::Employer).changed.allows(), edited, "{role:?}");
        assert!(why.fields.iter().all(|one| one.field != Field::Uscc), "a person has no credit code");
        for view in desk.client.customers_fields(()).await.unwrap() {
            let overview = desk.client.access_overview(()).await.unwrap();
            let told = overview.fields.iter().find(|one| one.field == view.field).unwrap();
            assert_eq!(told.access, view.access, "{role:?} {:?}", view.field);
        }
    }
}

#[tokio::test]
async fn s7_1_the_overview_names_the_scope_and_a_rule_for_each_permission() {
    let desk = Desk::new().await;
    for role in Role::ALL {
        desk.become_role(role).await;
        let overview = desk.client.access_overview(()).await.unwrap();
        assert_eq!((overview.role, overview.scope), (role, role.scope()));
        assert_eq!(overview.permissions.len(), Permission::ALL.len());
        let given: Vec<_> =
            overview.permissions.iter().filter(|one| one.allowed).map(|one| one.permission).collect();
        assert_eq!(given, role.permissions(), "{role:?}");
        assert_eq!(overview.branches.len(), usize::from(role.scope() == Scope::Branch), "{role:?}");
        assert_eq!(overview.fields.is_empty(), role == Role::Administrator, "{role:?}");
        let extra = overview.fields.iter().find(|one| one.field == Field::Extra);
        assert!(extra.is_none_or(|one| one.access == FieldAccess::Readonly), "{role:?}");
    }
}

#[tokio::test]
async fn s7_1_without_a_server_a_question_is_answered_by_what_the_device_knows() {
    let desk = Desk::new().await;
    let id = desk.add(&PERSON).await;
    for text in ["欧阳慕白", " ouyang", "13812345678"] {
        let view = desk.client.access_lookup(asked(text)).await.unwrap();
        assert_eq!(view.here.len(), 1, "{text}");
        assert_eq!((view.here[0].id, view.here[0].rule), (id, Rule::OwnCustomer), "{text}");
        assert_eq!((view.asked, view.error), (false, None), "it works alone");
    }
    let nobody = desk.client.access_lookup(asked("司马青山")).await.unwrap();
    assert!(nobody.here.is_empty() && nobody.away.is_empty() && nobody.beyond.is_none());
    assert_eq!(nobody.scope, Scope::Own);
    let blank = desk.client.access_lookup(asked("  ")).await.unwrap_err();
    assert_eq!(blank.code(), ErrorCode::TextBlank);
    let long = desk.client.access_lookup(asked(&"长".repeat(101))).await.unwrap_err();
    assert_eq!(long.code(), ErrorCode::TextLength);
}
