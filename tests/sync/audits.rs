//! The bank's audit, looked through from a device.

use crate::bank::Bank;
use lq_client::contract::audits::AuditsPage;
use lq_client::contract::customers::RevealField;
use lq_domain::access::Role;
use lq_domain::clock::Clock as _;
use lq_domain::customers::Field;
use lq_protocol::error::ErrorCode;

const ALL: AuditsPage =
    AuditsPage { user: None, action: None, record: None, device: None, from: None, to: None, after: None };

#[tokio::test]
async fn x36_a_manager_reads_who_changed_and_saw_a_customer_with_names_and_nobody_without_the_right() {
    let mut bank = Bank::new().await;
    let device = bank.device("柜台一号", 2).await;
    let id = device.add(&[(Field::Name, "欧阳静雯"), (Field::Mobile, "13812345678")]).await;
    device.edit(id, &[(Field::Notes, "回访")]).await;
    let reveal = RevealField { id, field: Field::Mobile, reason: "核对".to_owned() };
    device.client.customers_reveal(reveal).await.unwrap();
    device.sync().await.unwrap();
    let refused = device.client.audits_page(ALL).await.err().unwrap();
    assert_eq!(refused.code(), ErrorCode::NotAllowed);

    bank.set_role(Role::Manager).await;
    let head = bank.device("后台", 3).await;
    head.sync().await.unwrap();
    let about = || AuditsPage { record: Some(id.0), ..ALL };
    let page = head.client.audits_page(about()).await.unwrap();
    let deed = |action: &str| page.rows.iter().find(|row| row.action == action).unwrap();
    assert_eq!(page.rows.len(), 3);
    assert!(page.next.is_none(), "these were all");
    for row in &page.rows {
        assert_eq!((row.user_name.as_str(), row.record_name.as_str()), ("王芳", "欧阳静雯"));
        assert_eq!((row.device_name.as_str(), row.branch_name.as_str()), ("柜台一号", "东城支行"));
    }
    assert_eq!(deed("customers_reveal").reason.as_deref(), Some("核对"));
    let notes = deed("update").fields.iter().find(|field| field.name == "notes").unwrap();
    assert_eq!((notes.old.as_deref(), notes.new.as_deref(), notes.hidden), (None, Some("回访"), false));
    let mobile = deed("create").fields.iter().find(|field| field.name == "mobile").unwrap();
    assert!(mobile.hidden && mobile.old.is_none() && mobile.new.is_none());

    let today = bank.clock.today();
    let on = |from, to| AuditsPage { from: Some(from), to: Some(to), ..about() };
    assert_eq!(head.client.audits_page(on(today, today)).await.unwrap().rows.len(), 3, "both days count");
    let before = today.pred_opt().unwrap();
    assert!(head.client.audits_page(on(before, before)).await.unwrap().rows.is_empty());
    let more = AuditsPage { user: Some(bank.user), action: Some("update".to_owned()), ..about() };
    assert_eq!(head.client.audits_page(more).await.unwrap().rows.len(), 1);

    bank.kill().await;
    let offline = head.client.audits_page(ALL).await.err().unwrap();
    assert_eq!(offline.code(), ErrorCode::ServerUnreachable);
}
