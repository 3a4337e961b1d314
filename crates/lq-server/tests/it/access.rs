//! Why somebody may see a customer: what the server tells, and that it tells nobody of a customer beyond what he may know.

use crate::bank::{Bank, Device};
use lq_domain::feature::Feature;
use serde_json::{Value, json};

const PASSPORT: &str = "E12345678";
const NAME: &str = "欧阳慕白";
/// Nobody has this one, and nobody is called so.
const NO_PASSPORT: &str = "E87654321";
const NO_NAME: &str = "司马青山";

async fn lookup(bank: &Bank, device: &Device, text: &str) -> (u16, Value) {
    bank.ask("POST", "/v1/access", device.token(), Some(&json!({ "text": text }))).await
}

async fn add(bank: &Bank, login: &str, number: u128) {
    let mut owner = bank.device(login, number).await;
    let fields = [("name", NAME), ("document_type", "passport"), ("document_number", PASSPORT)];
    let made = owner.new_customer(number, &fields);
    owner.applied(made).await;
}

#[tokio::test]
async fn f4_2_what_is_not_there_and_what_one_may_not_know_of_have_one_answer() {
    let bank = Bank::open().await;
    add(&bank, "rm.east", 1).await;
    let strangers = ["head.west", "rm.west", "rm.below", "admin"];
    // A colleague at the branch has no right to know by a name, which many people bear.
    let colleague = bank.device("rm2.east", 20).await;
    let there = lookup(&bank, &colleague, NAME).await;
    assert_eq!(there, lookup(&bank, &colleague, NO_NAME).await);
    assert_eq!(there, (200, json!({ "seen": [], "beyond": null, "scope": "own" })));
    for (number, login) in (10_u128..).zip(strangers) {
        let device = bank.device(login, number).await;
        for (there, nowhere) in [(NAME, NO_NAME), (PASSPORT, NO_PASSPORT)] {
            let there = lookup(&bank, &device, there).await;
            assert_eq!(there, lookup(&bank, &device, nowhere).await, "{login}");
            assert_eq!((there.0, &there.1["seen"], &there.1["beyond"]), (200, &json!([]), &Value::Null));
        }
    }
    // The audit of a branch does not tell either: those who may read it would learn of the customer.
    assert_eq!(
        bank.audited("access_lookup").await,
        2 + 4 * i64::try_from(strangers.len()).unwrap(),
        "each question is noted"
    );
    assert_eq!(bank.audited_about("access_lookup").await, 0, "and leads to no customer");
}

#[tokio::test]
async fn s7_1_who_may_see_a_customer_is_told_by_which_rule() {
    let bank = Bank::open().await;
    add(&bank, "rm.east", 1).await;
    add(&bank, "rm.below", 2).await;
    let asked = [
        ("rm.east", vec!["own_customer"]),
        ("rm.below", vec!["own_customer"]),
        ("staff.east", vec!["own_branch", "branch_below"]),
        ("head.east", vec!["own_branch", "branch_below"]),
        ("risk.east", vec!["own_branch", "branch_below"]),
    ];
    for (number, (login, rules)) in (10_u128..).zip(asked) {
        let device = bank.device(login, number).await;
        for text in [NAME, PASSPORT, " e1234 5678 "] {
            let (status, reply) = lookup(&bank, &device, text).await;
            assert_eq!(status, 200);
            let told: Vec<_> =
                reply["seen"].as_array().unwrap().iter().map(|one| one["rule"].clone()).collect();
            assert_eq!(told, rules, "{login} {text}");
            assert_eq!(reply["beyond"], Value::Null, "{login}");
            assert!(!reply.to_string().contains("E12345678"), "no number comes back");
        }
    }
}

#[tokio::test]
async fn s7_1_a_colleagues_customer_is_spoken_of_only_where_a_refused_duplicate_tells_the_same() {
    let bank = Bank::open().await;
    add(&bank, "rm.east", 1).await;
    let mut colleague = bank.device("rm2.east", 10).await;
    let (status, reply) = lookup(&bank, &colleague, PASSPORT).await;
    assert_eq!((status, reply), (200, json!({ "seen": [], "beyond": "others_customer", "scope": "own" })));
    assert_eq!(bank.audited_about("access_lookup").await, 1, "whom it led to is in the audit");
    let fields = [("document_type", "passport"), ("document_number", PASSPORT)];
    let again = colleague.new_customer(5, &fields);
    let outcome = serde_json::to_value(colleague.push(&[again]).await).unwrap();
    assert_eq!(outcome[0]["result"]["code"], "duplicate_exists", "the same is told without asking");
    // Once the customer is gone there is nothing to speak of.
    let mut owner = bank.device("rm.east", 1 << 32).await;
    let gone = owner.change(Feature::Customers, 1, 1, &[("deleted", None, Some("1"))]);
    owner.applied(gone).await;
    assert_eq!(lookup(&bank, &colleague, PASSPORT).await, lookup(&bank, &colleague, NO_PASSPORT).await);
}

#[tokio::test]
async fn s7_1_a_question_has_a_text_and_the_audit_has_none() {
    let bank = Bank::open().await;
    let device = bank.device("head.east", 1).await;
    let (status, error) = lookup(&bank, &device, "  ").await;
    assert_eq!((status, &error["code"], &error["field"]), (422, &json!("text_blank"), &json!("text")));
    let (status, error) = lookup(&bank, &device, &"长".repeat(101)).await;
    assert_eq!((status, &error["code"]), (422, &json!("text_length")));
    assert_eq!(lookup(&bank, &device, "张\0三").await.0, 200);
    assert_eq!(lookup(&bank, &device, PASSPORT).await.0, 200);
    assert!(!bank.audit_text().await.contains(PASSPORT));
}
