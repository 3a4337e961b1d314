//! The API for other systems.

use crate::bank::Bank;
use serde_json::json;
use uuid::Uuid;

fn path(id: u128) -> String {
    format!("/v1/customers/{}", Uuid::from_u128(id))
}

#[tokio::test]
async fn s7_1_staff_put_is_403() {
    let bank = Bank::open().await;
    let mut rm = bank.device("rm.east", 1).await;
    let made = rm.new_customer(1, &[]);
    rm.applied(made).await;
    let body = json!({ "fields": { "notes": "x" } });
    for (number, login) in ["staff.east", "risk.east"].into_iter().enumerate() {
        let device = bank.device(login, 10 + number as u128).await;
        assert_eq!(bank.ask("GET", &path(1), device.token(), None).await.0, 200, "{login} reads");
        let (status, error) = bank.ask("PUT", &path(1), device.token(), Some(&body)).await;
        assert_eq!((status, &error["code"]), (403, &json!("not_allowed")), "{login}");
        assert_eq!(bank.ask("DELETE", &path(1), device.token(), None).await.0, 403, "{login}");
    }
}

#[tokio::test]
async fn f4_2_other_branch_is_404() {
    let bank = Bank::open().await;
    let mut rm = bank.device("rm.east", 1).await;
    let made = rm.new_customer(1, &[]);
    rm.applied(made).await;
    let body = json!({ "fields": { "notes": "x" } });
    for (number, login) in ["head.west", "rm.west", "rm2.east", "admin"].into_iter().enumerate() {
        let device = bank.device(login, 10 + number as u128).await;
        for (method, body) in [("GET", None), ("PUT", Some(&body)), ("DELETE", None)] {
            let there = bank.ask(method, &path(1), device.token(), body).await;
            let nowhere = bank.ask(method, &path(999), device.token(), body).await;
            assert_eq!(there.0, 404, "{login} {method}");
            assert_eq!(there, nowhere, "the answer does not tell that there is one");
        }
    }
    assert_eq!(bank.audited("refused").await, 4 * 3 * 2, "each attempt is in the audit");
}

#[tokio::test]
async fn f2_5_sensitive_fields_are_read_masked() {
    let bank = Bank::open().await;
    let mut rm = bank.device("rm.east", 1).await;
    let made = rm.new_customer(1, &[("mobile", "13812345678")]);
    rm.applied(made).await;
    let (_, customer) = bank.ask("GET", &path(1), rm.token(), None).await;
    assert_eq!(customer["fields"]["name"], "张三");
    assert_eq!(customer["fields"]["mobile"], "138****5678");
}

#[tokio::test]
async fn s1_1_a_put_is_read_like_a_form() {
    let bank = Bank::open().await;
    let mut rm = bank.device("rm.east", 1).await;
    let made = rm.new_customer(1, &[]);
    rm.applied(made).await;
    let put = async |body: serde_json::Value| bank.ask("PUT", &path(1), rm.token(), Some(&body)).await;
    let (status, error) = put(json!({ "fields": { "mobile": "1381234567" } })).await;
    assert_eq!((status, &error["code"], &error["field"]), (422, &json!("mobile_length"), &json!("mobile")));
    let (status, customer) = put(json!({ "fields": { "mobile": "+86 138-1234-5678" }, "revision": 1 })).await;
    assert_eq!((status, &customer["revision"]), (200, &json!(2)));
    let (status, error) = put(json!({ "fields": { "notes": "x" }, "revision": 1 })).await;
    assert_eq!((status, &error["code"]), (409, &json!("revision_old")));
    assert_eq!(put(json!({ "fields": { "shoe_size": "43" } })).await.0, 422);
    assert_eq!(put(json!({ "nothing": 1 })).await.0, 400);
    assert_eq!(bank.ask("DELETE", &path(1), rm.token(), None).await.0, 204);
    assert_eq!(bank.ask("GET", &path(1), rm.token(), None).await.0, 404);
}
