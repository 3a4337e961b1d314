//! The audit: what devices deliver, and who may look.

use crate::bank::{Bank, Device};
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_protocol::audit::{Audit, AuditsRequest, hex};
use lq_server::audits::{AuditQuery, AuditView, find};
use serde_json::json;
use uuid::Uuid;

pub(crate) fn entry(device: &Device, number: u128, action: &str) -> Audit {
    Audit {
        at: Timestamp(1_795_000_000_000),
        actor: device.session.user.id,
        device: device.id,
        action: action.to_owned(),
        record: Some(Uuid::from_u128(number)),
        detail: json!({ "field": "mobile", "reason": "回访" }).to_string(),
    }
}

pub(crate) fn request(device: &Device, before: &[u8], entries: &[Audit]) -> AuditsRequest {
    let last = entries.iter().fold(before.to_vec(), |chain, entry| entry.hash(&chain));
    AuditsRequest { device: device.id, before: hex(before), entries: entries.to_vec(), last: hex(&last) }
}

pub(crate) async fn deliver(bank: &Bank, device: &Device, request: &AuditsRequest) -> (u16, u64) {
    let body = serde_json::to_value(request).unwrap();
    let (status, reply) = bank.ask("POST", "/v1/sync/audits", device.token(), Some(&body)).await;
    (status, reply["kept"].as_u64().unwrap_or_default())
}

async fn search(bank: &Bank, device: &Device, words: &str) -> (u16, Vec<AuditView>) {
    let (status, found) = bank.ask("GET", &format!("/v1/audits?{words}"), device.token(), None).await;
    (status, serde_json::from_value(found).unwrap_or_default())
}

#[tokio::test]
async fn s1_4_each_entry_of_a_device_is_kept_once_and_what_is_missing_or_changed_is_noted() {
    let bank = Bank::open().await;
    let rm = bank.device("rm.east", 1).await;
    let all = [
        entry(&rm, 1, "customers_reveal"),
        entry(&rm, 2, "customers_export"),
        entry(&rm, 3, "customers_reveal"),
    ];
    let first = request(&rm, &[], &all[..2]);
    assert_eq!(deliver(&bank, &rm, &first).await, (200, 2));
    assert_eq!(deliver(&bank, &rm, &first).await, (200, 0), "the answer was lost");
    assert_eq!(deliver(&bank, &rm, &request(&rm, &[], &all)).await, (200, 1));
    let noted = async || (bank.audited("audit_gap").await, bank.audited("audit_broken").await);
    assert_eq!(noted().await, (0, 0));
    let mut changed = request(&rm, &[], &all);
    changed.entries.remove(1);
    assert_eq!(deliver(&bank, &rm, &changed).await.0, 200);
    assert_eq!(noted().await, (0, 1), "an entry was taken out");
    let later = request(&rm, &[7; 32], &[entry(&rm, 4, "customers_reveal")]);
    assert_eq!(deliver(&bank, &rm, &later).await.0, 200);
    assert_eq!(noted().await, (1, 1), "what came before it never arrived");
    let foreign = bank.device("rm2.east", 2).await;
    assert_eq!(deliver(&bank, &foreign, &first).await.0, 403);
    let app = bank.server.app();
    assert_eq!(lq_server::verify_audits(app.db(), bank.east).await.unwrap(), None);
}

#[tokio::test]
async fn x36_who_saw_and_changed_a_customer_is_found_by_those_who_may_ask() {
    let bank = Bank::open().await;
    let mut rm = bank.device("rm.east", 1).await;
    let made = rm.new_customer(5, &[("mobile", "13812345678")]);
    rm.applied(made).await;
    let edit = rm.change(Feature::Customers, 5, 1, &[("notes", None, Some("回访"))]);
    rm.applied(edit).await;
    deliver(&bank, &rm, &request(&rm, &[], &[entry(&rm, 5, "customers_reveal")])).await;
    let customer = format!("record={}", Uuid::from_u128(5));
    let head = bank.device("head.east", 2).await;
    let (status, found) = search(&bank, &head, &customer).await;
    let actions: Vec<&str> = found.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!((status, actions), (200, vec!["customers_reveal", "update", "create"]));
    assert!(!found[2].fields.to_string().contains("13812345678"), "sensitive values stay with the change");
    let (_, one) = search(&bank, &head, &format!("{customer}&action=update&from=0")).await;
    assert_eq!(one.len(), 1);
    let (_, rest) = search(
        &bank,
        &head,
        &format!(
            "{customer}&before_at={}&before_position={}&before_branch={}",
            found[0].at, found[0].position, found[0].branch
        ),
    )
    .await;
    assert_eq!(rest, found[1..], "goes on behind the first");
    assert_eq!(search(&bank, &bank.device("head.west", 3).await, &customer).await, (200, Vec::new()));
    for (number, login) in (10..).zip(["staff.east", "rm.east", "admin"]) {
        assert_eq!(search(&bank, &bank.device(login, number).await, &customer).await.0, 403, "{login}");
    }
    assert_eq!(search(&bank, &head, "record=x").await.0, 400);
    assert_eq!(search(&bank, &head, "action=%00").await, (200, Vec::new()));
}

#[tokio::test]
async fn a_search_over_branches_goes_on_behind_each_entry_though_two_share_time_and_place() {
    let bank = Bank::open().await;
    for (number, login) in (1..).zip(["rm.east", "rm.west"]) {
        let device = bank.device(login, number).await;
        let strange = [entry(&device, 1, "customers_reveal"), entry(&device, 2, "customers\0reveal")];
        assert_eq!(deliver(&bank, &device, &request(&device, &[], &strange)).await, (200, 2));
    }
    let look = async |query| find(bank.server.app(), &[bank.east, bank.west], &query).await.unwrap();
    let all = look(AuditQuery { action: Some("customers_reveal".to_owned()), ..AuditQuery::default() }).await;
    assert_eq!(all.len(), 2, "one of each branch");
    assert_eq!((all[0].at, all[0].position), (all[1].at, all[1].position));
    for (before, last) in all.iter().enumerate() {
        let query = AuditQuery {
            action: Some("customers_reveal".to_owned()),
            before_at: Some(last.at),
            before_position: Some(last.position),
            before_branch: Some(last.branch),
            ..AuditQuery::default()
        };
        assert_eq!(look(query).await, all[before + 1..]);
    }
}
