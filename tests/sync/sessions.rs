//! Sign-in at the server, without it, and after it has changed its mind.

use crate::bank::{Bank, Device, LOGIN, PASSWORD};
use lq_client::contract::session::{
    ChangePassword, CreateStore, JoinServer, Phase, ProbeServer, SessionView, SignIn,
};
use lq_domain::customers::Field;
use lq_protocol::error::ErrorCode;
use lq_server::devices;
use lq_store::key::Workstation;
use std::path::PathBuf;

/// The login name of a store that works alone.
const ALONE: &str = "fang";
const NEW: &str = "Another-2026-bridge";

#[tokio::test]
async fn s8_1_the_first_sign_in_asks_the_server_and_later_ones_need_none() {
    let mut bank = Bank::new().await;
    let a = Device::new(&bank, "desk", 2);
    let server = a.client.session_probe(ProbeServer { server: bank.url() }).await.unwrap();
    assert_eq!((server.server, server.name.as_str()), (bank.url(), "示例银行"));
    for (login, password) in [(LOGIN, NEW), ("nobody", PASSWORD)] {
        let wrong =
            SignIn { login: login.to_owned(), password: password.to_owned(), server: Some(bank.url()) };
        assert_eq!(a.client.session_sign_in(wrong).await.unwrap_err().code(), ErrorCode::SignInFailed);
    }
    assert_eq!(a.client.session_state(()).await.unwrap().phase, Phase::FirstRun, "a refusal leaves nothing");
    let right = SignIn { login: LOGIN.to_owned(), password: PASSWORD.to_owned(), server: Some(bank.url()) };
    let session = a.client.session_sign_in(right).await.unwrap();
    assert!(session.joined);
    assert_eq!(session.user.unwrap().branch_name, "东城支行");

    bank.kill().await;
    a.client.session_lock(()).await.unwrap();
    assert_eq!(a.sign_in(NEW).await, Err(ErrorCode::SignInFailed));
    a.sign_in(PASSWORD).await.unwrap();
    a.client.session_lock(()).await.unwrap();
    bank.clock.advance(400 * 24 * 3_600_000);
    assert_eq!(a.sign_in(PASSWORD).await, Err(ErrorCode::OfflineTooLong));
    bank.come_back().await;
    a.sign_in(PASSWORD).await.unwrap();
}

#[tokio::test]
async fn s8_1_a_clock_that_is_set_back_gives_a_device_no_more_days_without_its_server() {
    let mut bank = Bank::new().await;
    let a = bank.device("desk", 2).await;
    a.sync().await.unwrap();
    a.client.session_lock(()).await.unwrap();
    bank.kill().await;
    let years = 400 * 24 * 3_600_000;
    bank.clock.advance(years);
    assert_eq!(a.sign_in(PASSWORD).await, Err(ErrorCode::OfflineTooLong));
    bank.clock.advance(1_000 - years);
    assert_eq!(a.sign_in(PASSWORD).await, Err(ErrorCode::OfflineTooLong), "the clock was set back");

    // The server's answer counts, whatever the clock has shown before.
    bank.come_back().await;
    a.sign_in(PASSWORD).await.unwrap();
    a.client.session_lock(()).await.unwrap();
    bank.kill().await;
    bank.clock.advance(24 * 3_600_000);
    a.sign_in(PASSWORD).await.unwrap();
}

#[tokio::test]
async fn s8_1_a_password_changed_on_another_device_takes_the_old_one_once_more() {
    let bank = Bank::new().await;
    let (a, b) = (bank.device("desk", 2).await, bank.device("laptop", 3).await);
    b.add(&[(Field::Name, "张三")]).await;
    b.client.session_lock(()).await.unwrap();
    let change = ChangePassword { old: PASSWORD.to_owned(), new: NEW.to_owned() };
    a.client.session_change_password(change).await.unwrap();
    a.sync().await.unwrap();

    assert_eq!(b.sign_in(NEW).await, Err(ErrorCode::PasswordElsewhere));
    b.sign_in(PASSWORD).await.unwrap();
    b.sync().await.unwrap();
    b.client.session_lock(()).await.unwrap();
    b.sign_in(NEW).await.unwrap();
    assert_eq!(b.names("张三").await, ["张三"]);
}

#[tokio::test]
async fn s8_1_nothing_is_synced_before_a_password_that_was_given_is_changed() {
    let bank = Bank::new().await;
    let a = bank.device("desk", 2).await;
    a.add(&[(Field::Name, "张三")]).await;
    a.sync().await.unwrap();
    bank.give_password(NEW).await;
    let b = Device::new(&bank, "laptop", 3);
    let given = SignIn { login: LOGIN.to_owned(), password: NEW.to_owned(), server: Some(bank.url()) };
    assert!(b.client.session_sign_in(given).await.unwrap().password_expired);
    assert_eq!(b.sync().await.unwrap_err().code(), ErrorCode::PasswordExpired);
    assert!(b.names("张三").await.is_empty());
    let own = ChangePassword { old: NEW.to_owned(), new: PASSWORD.to_owned() };
    assert!(!b.client.session_change_password(own).await.unwrap().password_expired);
    b.sync().await.unwrap();
    assert_eq!(b.names("张三").await, ["张三"]);
}

/// A device whose store works alone, under another login name and password than the server's.
async fn alone(bank: &Bank) -> Device {
    let device = Device::new(bank, "desk", 2);
    let alone = CreateStore { name: "王芳".to_owned(), login: ALONE.to_owned(), password: NEW.to_owned() };
    device.client.session_create(alone).await.unwrap();
    device
}

async fn join(bank: &Bank, device: &Device) -> SessionView {
    let join = JoinServer { server: bank.url(), login: LOGIN.to_owned(), password: PASSWORD.to_owned() };
    device.client.session_join(join).await.unwrap()
}

#[tokio::test]
async fn s8_1_a_store_that_worked_alone_takes_its_customers_to_the_server() {
    let bank = Bank::new().await;
    let a = alone(&bank).await;
    let id = a.add(&[(Field::Name, "张三")]).await;
    let session = join(&bank, &a).await;
    assert!(session.joined);
    assert_eq!(session.user.unwrap().id, bank.user);
    a.sync().await.unwrap();
    let state = a.state().await;
    assert_eq!((state.pending, state.refused), (0, 0));
    let b = bank.device("laptop", 3).await;
    b.sync().await.unwrap();
    assert_eq!(b.value(id, Field::Owner).await, Some(bank.user.to_string()));
    assert_eq!(b.value(id, Field::Branch).await, Some(bank.branch.to_string()));

    a.client.session_lock(()).await.unwrap();
    a.sign_in(PASSWORD).await.unwrap();
    assert_eq!(a.names("张三").await, ["张三"]);
}

/// What lies in the folder of the one store on a workstation.
fn store_folder(device: &Device) -> PathBuf {
    let stores = std::fs::read_dir(device.folder.path().join("stores")).unwrap();
    let mut folders: Vec<PathBuf> = stores.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(folders.len(), 1, "{folders:?}");
    folders.remove(0)
}

#[tokio::test]
async fn s8_1_a_join_that_was_cut_off_in_its_middle_is_finished_at_the_next_sign_in() {
    let bank = Bank::new().await;
    let a = alone(&bank).await;
    a.add(&[(Field::Name, "张三")]).await;
    let before = store_folder(&a);
    let vault = std::fs::read(before.join("vault.json")).unwrap();
    join(&bank, &a).await;
    a.client.session_sign_out(()).await.unwrap();
    // The store knows of the server; what lies beside it is still as it was.
    std::fs::rename(store_folder(&a), &before).unwrap();
    std::fs::write(before.join("vault.json"), vault).unwrap();

    let old = SignIn { login: ALONE.to_owned(), password: NEW.to_owned(), server: None };
    let session = a.client.session_sign_in(old).await.unwrap();
    assert_eq!(session.login.as_deref(), Some(LOGIN), "it lies under the name at the server");
    assert_ne!(store_folder(&a), before);
    a.sync().await.unwrap();
    a.client.session_lock(()).await.unwrap();
    // The password at the server becomes the store's, as one that was changed on another device does.
    let server = SignIn { login: LOGIN.to_owned(), password: PASSWORD.to_owned(), server: None };
    let told = a.client.session_sign_in(server).await.unwrap_err();
    assert_eq!(told.code(), ErrorCode::PasswordElsewhere);
    let old = SignIn { login: LOGIN.to_owned(), password: NEW.to_owned(), server: None };
    a.client.session_sign_in(old).await.unwrap();
    a.client.session_lock(()).await.unwrap();
    a.sign_in(PASSWORD).await.unwrap();
    assert_eq!(a.names("张三").await, ["张三"]);
}

#[tokio::test]
async fn s8_1_a_join_that_was_cut_off_before_the_store_took_its_new_name_is_found_under_it() {
    let bank = Bank::new().await;
    let a = alone(&bank).await;
    a.add(&[(Field::Name, "张三")]).await;
    let before = store_folder(&a);
    join(&bank, &a).await;
    a.client.session_sign_out(()).await.unwrap();
    let after = store_folder(&a);
    std::fs::rename(&after, &before).unwrap();
    a.sign_in(PASSWORD).await.unwrap();
    assert_eq!(store_folder(&a), after);
    assert_eq!(a.names("张三").await, ["张三"]);
}

#[tokio::test]
async fn s8_1_what_is_left_of_a_first_sign_in_that_was_cut_off_keeps_nobody_from_joining() {
    let bank = Bank::new().await;
    let a = alone(&bank).await;
    let vault = std::fs::read(store_folder(&a).join("vault.json")).unwrap();
    let stores = Workstation::new(&a.folder.path().join("stores"));
    let left = stores.folder(LOGIN);
    std::fs::create_dir(&left).unwrap();
    std::fs::write(left.join("vault.json"), vault).unwrap();
    assert!(join(&bank, &a).await.joined);
    assert_eq!(store_folder(&a), left);
}

#[tokio::test]
async fn s8_1_a_customer_who_was_deleted_alone_stays_deleted_when_the_store_joins_a_server() {
    let bank = Bank::new().await;
    let a = alone(&bank).await;
    a.add(&[(Field::Name, "张三")]).await;
    let gone = a.add(&[(Field::Name, "李四")]).await;
    a.delete(gone).await;
    join(&bank, &a).await;
    while a.state().await.pending > 0 {
        a.sync().await.unwrap();
    }
    assert!(a.queue().await.conflicts.is_empty());
    let b = bank.device("laptop", 3).await;
    b.sync().await.unwrap();
    assert_eq!(b.names("张三").await, ["张三"]);
    assert!(b.names("李四").await.is_empty());
}

#[tokio::test]
async fn s1_4_a_revoked_device_wipes_its_store_at_the_next_contact() {
    let bank = Bank::new().await;
    let a = bank.device("desk", 2).await;
    a.add(&[(Field::Name, "张三")]).await;
    let device = devices::list(&bank.app).await.unwrap()[0].id;
    devices::revoke(&bank.app, None, device).await.unwrap();
    // The engine may have heard of it before.
    let _ = a.sync().await;
    for _ in 0..200 {
        if a.client.session_state(()).await.unwrap().phase == Phase::FirstRun {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(a.client.session_state(()).await.unwrap().phase, Phase::FirstRun);
    let left = std::fs::read_dir(a.folder.path().join("stores")).unwrap().count();
    assert_eq!(left, 0, "no store is left");
}
