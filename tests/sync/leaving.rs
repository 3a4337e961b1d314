//! What a user may no longer see leaves the device, and the server knows that it has.

use crate::bank::{Bank, Device};
use lq_client::contract::accounts::{AccountsCurve, TransactionsPage};
use lq_client::contract::customers::{CustomerRef, RevealField};
use lq_domain::access::Role;
use lq_domain::customers::Field;
use lq_domain::ids::CustomerId;
use lq_domain::transactions::TransactionQuery;
use lq_protocol::devices::DeviceView;
use lq_protocol::error::ErrorCode;
use lq_server::audits::{self, AuditQuery};
use lq_server::intake::{Delivery, Format, take_accounts, take_transactions};
use lq_server::{devices, verify_audits};
use std::path::{Path, PathBuf};
use std::time::Duration;

const NAME: &str = "欧阳静雯";
const DOCUMENT: &str = "11010519491231002X";
const NUMBER: &str = "6222021000000000017";

async fn deliver(bank: &Bank) {
    let accounts = format!(
        "number,holder,kind,balance\n6222021000000000025,{DOCUMENT},card,-50.00\n\
                            {NUMBER},{DOCUMENT},current,1000.00\n"
    );
    let booked = format!(
        "account,reference,booked_at,amount,purpose,counterparty\n\
         {NUMBER},LQ1,2026-11-01,300.00,代发工资,某某装修公司\n{NUMBER},LQ2,2026-11-02,-25.60,消费,面馆\n"
    );
    let delivery = |bytes| Delivery { format: &Format::Csv, bytes, strict: true, key: None };
    assert_eq!(take_accounts(&bank.app, &delivery(accounts.as_bytes())).await.unwrap().taken, 2);
    assert_eq!(take_transactions(&bank.app, &delivery(booked.as_bytes())).await.unwrap().taken, 2);
}

/// A device with a customer who has an account and transactions.
async fn furnished(bank: &Bank) -> (Device, CustomerId) {
    let device = bank.device("desk", 2).await;
    let values =
        [(Field::Name, NAME), (Field::DocumentType, "resident_id"), (Field::DocumentNumber, DOCUMENT)];
    let id = device.add(&values).await;
    device.sync().await.unwrap();
    deliver(bank).await;
    device.sync().await.unwrap();
    (device, id)
}

async fn known(bank: &Bank) -> DeviceView {
    devices::list(&bank.app).await.unwrap().remove(0)
}

fn page(customer: CustomerId) -> TransactionsPage {
    TransactionsPage { query: TransactionQuery::of(customer), offset: 0, limit: 50 }
}

#[tokio::test]
async fn x5_the_page_shows_what_the_banks_systems_delivered() {
    let bank = Bank::new().await;
    let (device, id) = furnished(&bank).await;
    let held = device.client.accounts_list(CustomerRef { id }).await.unwrap();
    assert_eq!((held.assets.minor(), held.owed.minor(), held.accounts.len()), (127_440, -5_000, 2));
    assert_eq!(held.accounts[0].number, "6222***********0017");
    assert!(held.as_of.is_some());
    let booked = device.client.transactions_page(page(id)).await.unwrap();
    assert_eq!((booked.total, booked.rows[0].reference.as_str()), (2, "LQ2"));
    assert_eq!((booked.turnover[0].came.minor(), booked.turnover[0].went.minor()), (30_000, -2_560));
    assert_eq!(booked.rows[0].account_number, "6222***********0017");
    let curve = device.client.accounts_curve(AccountsCurve { customer: id, months: 6 }).await.unwrap();
    let on = |day: &str| curve.days.iter().find(|one| one.day == day).unwrap().assets.minor();
    assert_eq!([on("2026-10-31"), on("2026-11-01"), on("2026-11-02")], [100_000, 130_000, 127_440]);
    assert_eq!(curve.days.last().unwrap().assets.minor(), 127_440);
    let refused = device.client.accounts_curve(AccountsCurve { customer: id, months: 25 }).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::RequestForm);
    device.sync().await.unwrap();
    let server = known(&bank).await;
    assert_eq!((server.held, server.behind), (Some(1), 0), "the server knows what the device has");
}

#[tokio::test]
async fn s7_1_another_role_takes_the_customers_from_the_device_and_the_server_has_the_receipt() {
    let bank = Bank::new().await;
    let (device, id) = furnished(&bank).await;
    assert_ne!(known(&bank).await.held, Some(0));
    bank.set_role(Role::Administrator).await;
    device.sync().await.unwrap();
    for refused in [
        device.client.accounts_list(CustomerRef { id }).await.err(),
        device.client.transactions_page(page(id)).await.err(),
    ] {
        assert_eq!(refused.unwrap().code(), ErrorCode::NotFound);
    }
    assert!(device.names("欧阳").await.is_empty());
    let server = known(&bank).await;
    assert_eq!((server.held, server.behind), (Some(0), 0), "told in the same round");
    assert_eq!(found(device.folder.path()), [] as [PathBuf; 0]);
}

#[tokio::test]
async fn x34_a_locked_device_wipes_itself_and_proves_it() {
    let bank = Bank::new().await;
    let (device, _) = furnished(&bank).await;
    let before = known(&bank).await;
    assert_eq!((before.revoked_at, before.wiped_at), (None, None));
    devices::revoke(&bank.app, None, before.id).await.unwrap();
    let _ = device.sync().await;
    // The store is removed beside the round that heard of it, and the bank told after that.
    let proven = async {
        while known(&bank).await.wiped_at.is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), proven).await.unwrap();
    let stores: Vec<PathBuf> = files(&device.folder.path().join("stores"));
    assert!(stores.is_empty(), "{stores:?}");
    assert_eq!(found(device.folder.path()), [] as [PathBuf; 0]);
    assert_eq!(known(&bank).await.held, Some(0));
    assert_eq!(device.sync().await.unwrap_err().code(), ErrorCode::StoreLocked);
}

#[tokio::test]
async fn x36_what_was_shown_without_a_network_reaches_the_banks_audit_once() {
    let mut bank = Bank::new().await;
    let (device, id) = furnished(&bank).await;
    bank.kill().await;
    let reveal = RevealField { id, field: Field::DocumentNumber, reason: "核对证件".to_owned() };
    device.client.customers_reveal(reveal.clone()).await.unwrap();
    device.client.customers_reveal(reveal).await.unwrap();
    device.sync().await.unwrap_err();
    bank.come_back().await;
    device.sync().await.unwrap();
    device.sync().await.unwrap();
    let query = AuditQuery {
        record: Some(id.0),
        action: Some("customers_reveal".to_owned()),
        ..AuditQuery::default()
    };
    let found = audits::find(&bank.app, &[bank.branch], &query).await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].user, found[0].reason.as_deref()), (Some(bank.user.0), Some("核对证件")));
    assert!(found[0].fields.to_string().contains("document_number"));
    assert!(!found[0].fields.to_string().contains(DOCUMENT), "which field, never its value");
    assert_eq!(verify_audits(bank.app.db(), bank.branch).await.unwrap(), None);
}

/// Files in which a known name, document or number stands.
fn found(folder: &Path) -> Vec<PathBuf> {
    let holds = |file: &PathBuf| {
        let bytes = std::fs::read(file).unwrap();
        [NAME, DOCUMENT, NUMBER, "某某装修公司"]
            .iter()
            .any(|known| bytes.windows(known.len()).any(|part| part == known.as_bytes()))
    };
    files(folder).into_iter().filter(holds).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
