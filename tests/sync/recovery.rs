//! The bank's recovery key on its way to devices, and back: what was not sent is rescued when a password is forgotten.

use crate::bank::{Bank, Device, LOGIN, PASSWORD};
use lq_client::contract::session::SignIn;
use lq_client::events::Event;
use lq_domain::customers::Field;
use lq_server::recovery;
use lq_store::StoreError;
use lq_store::key::Workstation;
use lq_store::recovery::RecoverySecret;
use lq_testkit::random::SeededRandom;

#[tokio::test]
async fn s1_4_devices_seal_their_key_to_the_banks_and_follow_its_change_in_the_audit_and_on_the_screen() {
    let mut bank = Bank::new().await;
    let (first, second) =
        (RecoverySecret::new(&SeededRandom::new(31)), RecoverySecret::new(&SeededRandom::new(32)));
    assert!(recovery::set(&bank.app, Some("lqr1-nonsense")).await.is_err());
    let set = async |bank: &Bank, secret: &RecoverySecret| {
        recovery::set(&bank.app, Some(&secret.public().to_string())).await.unwrap().unwrap().fingerprint
    };
    let print = set(&bank, &first).await;
    let device = bank.device("desk", 2).await;
    let shown = device.client.session_state(()).await.unwrap().recovery;
    assert_eq!((shown.fingerprint.as_deref(), shown.refused), (Some(print.as_str()), None));
    let vault = || {
        let stores = device.folder.path().join("stores");
        Workstation::new(&stores).find(LOGIN).unwrap().unwrap()
    };
    assert!(vault().rescue(&first).is_ok());
    assert!(matches!(vault().rescue(&second), Err(StoreError::RecoveryKey)));

    // The bank has another key: the next session, which a sign-in after a day begins, brings it.
    let after = set(&bank, &second).await;
    bank.clock.advance(24 * 3_600_000);
    let mut events = device.client.events();
    device.sync().await.unwrap();
    loop {
        if let Event::Session { session } = events.recv().await.unwrap()
            && session.recovery.fingerprint.as_deref() == Some(after.as_str())
        {
            break;
        }
    }
    let shown = device.client.session_state(()).await.unwrap().recovery;
    assert_eq!(shown.fingerprint.as_deref(), Some(after.as_str()));
    assert!(vault().rescue(&first).is_err() && vault().rescue(&second).is_ok());

    // What was not sent is in the store that the bank's key opens.
    bank.kill().await;
    device.add(&[(Field::Name, "客户一")]).await;
    device.client.session_lock(()).await.unwrap();
    let vault = vault();
    let data_key = vault.rescue(&second).unwrap();
    let (clock, random) = (bank.clock.clone(), std::sync::Arc::new(SeededRandom::new(33)));
    let store =
        lq_store::Store::open(&vault.database(), &data_key, vault.device(), clock, random).await.unwrap();
    assert_eq!(store.unsettled().await.unwrap().0.len(), 1);
    let (entries, holds) = store.audits().await.unwrap();
    let sealed: Vec<serde_json::Value> = entries
        .iter()
        .filter(|entry| entry.action == "recovery_seal")
        .map(|entry| serde_json::from_str(&entry.detail).unwrap())
        .collect();
    assert!(holds);
    assert_eq!(sealed.len(), 2);
    assert_eq!((&sealed[0]["key"], &sealed[0]["before"]), (&print.clone().into(), &serde_json::Value::Null));
    assert_eq!((&sealed[1]["key"], &sealed[1]["before"]), (&after.into(), &print.into()));
    store.close().await;
}

#[tokio::test]
async fn a_pin_that_cannot_be_read_lets_no_key_in() {
    let bank = Bank::new().await;
    let secret = RecoverySecret::new(&SeededRandom::new(31));
    recovery::set(&bank.app, Some(&secret.public().to_string())).await.unwrap();
    let device = Device::new(&bank, "desk", 2);
    // As an editor of Windows writes it: no UTF-8.
    std::fs::write(device.folder.path().join("recovery.pub"), [0xFF, 0xFE, 0x6C, 0x00]).unwrap();
    let input = SignIn { login: LOGIN.to_owned(), password: PASSWORD.to_owned(), server: Some(bank.url()) };
    device.client.session_sign_in(input).await.unwrap();
    let shown = device.client.session_state(()).await.unwrap().recovery;
    assert_eq!(shown.fingerprint, None);
    assert!(shown.refused.is_some());
}
