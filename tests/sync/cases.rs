//! Cases on the devices of those who work on them, without a network too, and on those who do no longer.

use crate::bank::{Bank, Device, LOGIN, PASSWORD};
use lq_client::contract::cases::{CaseView, OpenCase, UpdateCase};
use lq_client::contract::sync::{ChangeRef, Choice, SettleConflict};
use lq_domain::access::Role;
use lq_domain::cases::CaseState;
use lq_domain::customers::Field;
use lq_domain::customers::query::SyncMark;
use lq_domain::ids::{CaseId, CustomerId};
use lq_protocol::error::ErrorCode;
use std::collections::BTreeMap;

/// Longer than a session lasts without being renewed, in milliseconds.
const HOUR: i64 = 60 * 60 * 1_000;
const SEEN: &str = "三天内由九个账户分散转入";

/// A risk officer's device with a customer of the branch.
async fn officer() -> (Bank, Device, CustomerId) {
    let bank = Bank::new().await;
    let device = bank.device("desk", 2).await;
    let id = device.add(&[(Field::Name, "欧阳静雯")]).await;
    device.sync().await.unwrap();
    becomes(&bank, &device, Role::RiskOfficer).await;
    (bank, device, id)
}

/// The user has another role, and the device has heard of it: it asks for a session anew.
async fn becomes(bank: &Bank, device: &Device, role: Role) {
    bank.set_role(role).await;
    bank.clock.advance(HOUR);
    device.sync().await.unwrap();
}

async fn open(device: &Device, customer: CustomerId) -> CaseView {
    let case = OpenCase { customer, narrative: SEEN.to_owned() };
    device.client.cases_open(case).await.unwrap()
}

fn update(case: &CaseView, state: CaseState, conclusion: &str) -> UpdateCase {
    UpdateCase {
        id: case.id,
        revision: case.revision,
        narrative: case.narrative.clone(),
        state,
        conclusion: conclusion.to_owned(),
    }
}

async fn only(device: &Device) -> CaseView {
    let mut cases = device.client.cases_list(()).await.unwrap();
    assert_eq!(cases.len(), 1);
    cases.remove(0)
}

/// How many cases, and changes of this one, the store of a device holds, whoever may see them.
async fn kept(device: &Device, case: CaseId) -> (usize, usize) {
    let store = device.store(LOGIN).await;
    let found = (store.cases().await.unwrap().len(), store.history(case.0, 100).await.unwrap().len());
    store.close().await;
    device.sign_in(PASSWORD).await.unwrap();
    found
}

#[tokio::test]
async fn x23_a_case_is_opened_and_concluded_without_a_network_and_reaches_the_other_device() {
    let (mut bank, a, customer) = officer().await;
    let b = bank.device("laptop", 3).await;
    b.sync().await.unwrap();
    bank.kill().await;
    let case = open(&a, customer).await;
    assert_eq!((case.name.as_str(), case.customer_here, case.sync), ("欧阳静雯", true, SyncMark::Pending));
    assert_eq!(case.branch_name, "东城支行");
    let blank = a.client.cases_update(update(&case, CaseState::Reported, " ")).await.unwrap_err();
    assert_eq!(blank.code(), ErrorCode::TextBlank);
    let done = a.client.cases_update(update(&case, CaseState::Reported, "与客户身份不符")).await.unwrap();
    assert_eq!((done.state, done.conclusion.as_deref()), (CaseState::Reported, Some("与客户身份不符")));
    bank.come_back().await;
    while a.state().await.pending > 0 {
        a.sync().await.unwrap();
    }
    b.sync().await.unwrap();
    let there = only(&b).await;
    assert_eq!(
        (there.state, there.narrative.as_str(), there.sync),
        (CaseState::Reported, SEEN, SyncMark::Synced)
    );
    let old = UpdateCase { revision: there.revision + 1, ..update(&there, CaseState::Open, "") };
    assert_eq!(b.client.cases_update(old).await.unwrap_err().code(), ErrorCode::RevisionOld);
    let again = b.client.cases_update(update(&there, CaseState::Open, "")).await.unwrap();
    assert_eq!((again.state, again.conclusion), (CaseState::Open, None));
}

#[tokio::test]
async fn x23_with_the_role_the_cases_leave_the_device_and_come_back_with_it() {
    let (bank, device, customer) = officer().await;
    let case = open(&device, customer).await.id;
    device.sync().await.unwrap();
    assert_eq!(kept(&device, case).await, (1, 1));
    becomes(&bank, &device, Role::Manager).await;
    assert_eq!(device.client.cases_list(()).await.unwrap_err().code(), ErrorCode::NotAllowed);
    assert_eq!(kept(&device, case).await, (0, 0));
    becomes(&bank, &device, Role::RiskOfficer).await;
    assert_eq!(only(&device).await.narrative, SEEN);
}

#[tokio::test]
async fn x23_what_a_former_risk_officer_had_not_sent_is_refused_and_goes_when_it_is_given_up() {
    let (mut bank, device, customer) = officer().await;
    bank.kill().await;
    let case = open(&device, customer).await.id;
    bank.set_role(Role::Manager).await;
    bank.clock.advance(HOUR);
    bank.come_back().await;
    while device.state().await.pending > 0 {
        device.sync().await.unwrap();
    }
    let refused = device.queue().await.refused;
    assert_eq!(refused.len(), 1, "its author is told, as of every change");
    let change = refused[0].change;
    assert_eq!(
        device.client.sync_retry(ChangeRef { change }).await.unwrap_err().code(),
        ErrorCode::NotAllowed
    );
    device.client.sync_discard(ChangeRef { change }).await.unwrap();
    assert_eq!(kept(&device, case).await, (0, 0));
}

#[tokio::test]
async fn x23_a_question_about_a_case_that_has_left_the_device_can_be_closed_and_keeps_nobodys_words_but_ones_own()
 {
    let (mut bank, a, customer) = officer().await;
    let case = open(&a, customer).await.id;
    a.sync().await.unwrap();
    let b = bank.device("laptop", 3).await;
    b.sync().await.unwrap();
    bank.kill().await;
    for (device, narrative) in [(&a, "九个账户同属一人"), (&b, "与客户身份不符")] {
        let there = only(device).await;
        let input = UpdateCase { narrative: narrative.to_owned(), ..update(&there, CaseState::Open, "") };
        device.client.cases_update(input).await.unwrap();
    }
    bank.come_back().await;
    while a.state().await.pending + b.state().await.pending > 0 {
        a.sync().await.unwrap();
        b.sync().await.unwrap();
    }
    // Whoever came second is asked.
    let asked = if a.queue().await.conflicts.is_empty() { &b } else { &a };
    becomes(&bank, asked, Role::Manager).await;
    let conflict = asked.queue().await.conflicts.remove(0);
    assert_eq!((conflict.customer.0, conflict.base, conflict.theirs), (case.0, None, None));
    assert!(conflict.mine.is_some());
    let settle = |choice| SettleConflict {
        change: conflict.change,
        choices: BTreeMap::from([("narrative".to_owned(), choice)]),
    };
    let mine = asked.client.sync_settle(settle(Choice::Mine)).await.unwrap_err();
    assert_eq!(mine.code(), ErrorCode::NotFound);
    asked.client.sync_settle(settle(Choice::Theirs)).await.unwrap();
    assert!(asked.queue().await.conflicts.is_empty());
}
