//! Sign-in, lock, and what stays on the disk.

use crate::desk::{Desk, refusal};
use lq_client::contract::customers::FindCustomers;
use lq_client::contract::session::{ChangePassword, CreateStore, Phase, SignIn};
use lq_client::events::Event;
use lq_client::{Client, ClientError, Config};
use lq_domain::customers::Field;
use lq_protocol::error::ErrorCode;
use lq_testkit::random::SeededRandom;
use std::path::Path;
use std::sync::Arc;

const LOGIN: &str = "wangfang";
const PASSWORD: &str = "Langqiao-2026-desk";
const OTHER: &str = "Another-2026-bridge";
const MINUTE: i64 = 60_000;

fn sign_in(password: &str) -> SignIn {
    SignIn { login: LOGIN.to_owned(), password: password.to_owned(), server: None }
}

/// The program started anew over a folder.
fn started_over(desk: &Desk) -> Client {
    Client::new(Config {
        folder: desk.folder.path().to_owned(),
        clock: desk.clock.clone(),
        random: Arc::new(SeededRandom::new(12)),
        device_name: "desk".to_owned(),
        version: "0.1.0".to_owned(),
        authority: None,
    })
}

async fn code(client: &Client, password: &str) -> ErrorCode {
    refusal(client.session_sign_in(sign_in(password)).await).0
}

#[tokio::test]
async fn s8_1_five_wrong_passwords_close_sign_in_also_after_a_restart() {
    let desk = Desk::new().await;
    desk.client.session_lock(()).await.unwrap();
    for _ in 0..4 {
        assert_eq!(code(&desk.client, OTHER).await, ErrorCode::SignInFailed);
    }
    let Err(ClientError::Told(fifth)) = desk.client.session_sign_in(sign_in(OTHER)).await else { panic!() };
    assert_eq!((fifth.code, fifth.params["minutes"].as_str()), (ErrorCode::SignInLocked, "10"));
    assert_eq!(code(&desk.client, PASSWORD).await, ErrorCode::SignInLocked);

    let again = started_over(&desk);
    assert_eq!(code(&again, PASSWORD).await, ErrorCode::SignInLocked);
    let state = again.session_state(()).await.unwrap();
    assert_eq!(state.phase, Phase::SignedOut);
    assert_eq!(state.login.as_deref(), Some(LOGIN));
    assert!(state.locked_until.is_some());

    desk.clock.advance(10 * MINUTE + 1);
    let open = again.session_sign_in(sign_in(PASSWORD)).await.unwrap();
    assert_eq!((open.phase, open.locked_until), (Phase::Unlocked, None));
}

#[tokio::test]
async fn s8_1_sign_in_that_was_closed_stays_closed_for_its_ten_minutes_when_the_clock_is_set_back() {
    let desk = Desk::new().await;
    desk.client.session_lock(()).await.unwrap();
    for _ in 0..5 {
        code(&desk.client, OTHER).await;
    }
    desk.clock.advance(-30 * 24 * 60 * MINUTE);
    assert_eq!(code(&started_over(&desk), PASSWORD).await, ErrorCode::SignInLocked);
    desk.clock.advance(10 * MINUTE - 1);
    assert_eq!(code(&started_over(&desk), PASSWORD).await, ErrorCode::SignInLocked);
    desk.clock.advance(1);
    started_over(&desk).session_sign_in(sign_in(PASSWORD)).await.unwrap();
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push((entry.file_name().into_string().unwrap(), std::fs::read(path).unwrap()));
        }
    }
    all
}

fn holds(files: &[(String, Vec<u8>)], known: &str) -> bool {
    files.iter().any(|(_, bytes)| bytes.windows(known.len()).any(|part| part == known.as_bytes()))
}

#[tokio::test]
async fn s1_4_no_file_tells_a_name_a_number_or_the_password() {
    let desk = Desk::new().await;
    desk.add(&[
        (Field::Name, "欧阳娜娜"),
        (Field::Mobile, "13912345678"),
        (Field::DocumentNumber, "11010519491231002X"),
        (Field::Address, "文三路199号"),
    ])
    .await;
    assert_eq!(desk.find("欧阳").await, ["欧阳娜娜"]);
    for locked in [false, true] {
        if locked {
            desk.client.session_lock(()).await.unwrap();
        }
        let files = files(desk.folder.path());
        assert!(files.iter().any(|(name, bytes)| name == "store.db" && bytes.len() > 4096));
        for known in
            ["欧阳", "13912345678", "11010519491231002X", "文三路", "ouyang", PASSWORD, "SQLite format"]
        {
            assert!(!holds(&files, known), "{known}, locked: {locked}");
        }
    }
}

#[tokio::test]
async fn s8_1_a_locked_store_answers_nothing_and_opens_again_as_it_was() {
    let desk = Desk::new().await;
    desk.add(&[(Field::Name, "张三")]).await;
    let mut news = desk.client.events();
    let locked = desk.client.session_lock(()).await.unwrap();
    assert_eq!(locked.phase, Phase::Locked);
    assert_eq!(locked.user.unwrap().login, LOGIN);
    assert!(matches!(news.try_recv().unwrap(), Event::Session { .. }));

    let input = FindCustomers { text: "张三".to_owned(), limit: 20 };
    let client = &desk.client;
    assert_eq!(refusal(client.customers_find(input).await).0, ErrorCode::StoreLocked);
    assert_eq!(refusal(client.tags_list(()).await).0, ErrorCode::StoreLocked);
    assert_eq!(refusal(client.sync_state(()).await).0, ErrorCode::StoreLocked);
    assert_eq!(refusal(client.jobs_list(()).await).0, ErrorCode::StoreLocked);

    let open = client.session_sign_in(sign_in(PASSWORD)).await.unwrap();
    assert_eq!(open.phase, Phase::Unlocked);
    assert!(open.last_sign_in.is_some());
    assert_eq!(desk.find("张三").await, ["张三"]);

    let out = client.session_sign_out(()).await.unwrap();
    assert_eq!(out.phase, Phase::SignedOut);
    assert!(out.user.is_none());
}

#[tokio::test]
async fn s8_1_a_new_password_opens_what_the_old_one_opened_and_the_old_one_no_more() {
    let desk = Desk::new().await;
    desk.add(&[(Field::Name, "张三")]).await;
    let change = |old: &str, new: &str| ChangePassword { old: old.to_owned(), new: new.to_owned() };
    let refused = |outcome| refusal(outcome);
    let client = &desk.client;
    let wrong = refused(client.session_change_password(change(OTHER, "Bridges-2026-new")).await);
    assert_eq!(wrong, (ErrorCode::PasswordWrong, "old".to_owned()));
    let weak = refused(client.session_change_password(change(PASSWORD, "bridge")).await);
    assert_eq!(weak, (ErrorCode::PasswordShort, "new".to_owned()));
    let same = refused(client.session_change_password(change(PASSWORD, PASSWORD)).await);
    assert_eq!(same, (ErrorCode::PasswordSame, "new".to_owned()));
    client.session_change_password(change(PASSWORD, OTHER)).await.unwrap();
    assert_eq!(desk.find("张三").await, ["张三"]);

    let again = started_over(&desk);
    client.session_lock(()).await.unwrap();
    assert_eq!(code(&again, PASSWORD).await, ErrorCode::SignInFailed);
    again.session_sign_in(sign_in(OTHER)).await.unwrap();
}

#[tokio::test]
async fn a_workstation_knows_who_has_a_store_on_it() {
    let desk = Desk::new().await;
    let create = |login: &str, password: &str| CreateStore {
        name: "李娜".to_owned(),
        login: login.to_owned(),
        password: password.to_owned(),
    };
    let client = &desk.client;
    let twice = refusal(client.session_create(create("WangFang", OTHER)).await);
    assert_eq!(twice, (ErrorCode::StoreExists, "login".to_owned()));
    let weak = refusal(client.session_create(create("lina", "lina-2026-A")).await);
    assert_eq!(weak, (ErrorCode::PasswordCommon, "password".to_owned()));
    let form = refusal(client.session_create(create("li na", OTHER)).await);
    assert_eq!(form, (ErrorCode::LoginForm, "login".to_owned()));
    let unknown = SignIn { login: "lina".to_owned(), password: OTHER.to_owned(), server: None };
    assert_eq!(refusal(client.session_sign_in(unknown).await).0, ErrorCode::StoreMissing);
    assert_eq!(client.session_state(()).await.unwrap().phase, Phase::Unlocked, "a refusal closes nothing");

    let elsewhere = tempfile::tempdir().unwrap();
    let first = Client::new(Config {
        folder: elsewhere.path().to_owned(),
        clock: desk.clock.clone(),
        random: Arc::new(SeededRandom::new(13)),
        device_name: "desk".to_owned(),
        version: "0.1.0".to_owned(),
        authority: None,
    });
    assert_eq!(first.session_state(()).await.unwrap().phase, Phase::FirstRun);
}

#[tokio::test]
async fn preferences_survive_a_restart_and_stay_within_bounds() {
    let desk = Desk::new().await;
    let mut settings = desk.client.settings_get(()).await.unwrap();
    assert_eq!((settings.language.as_str(), settings.lock_minutes), ("zh-CN", 5));
    settings.theme = "dark".to_owned();
    settings.font_scale = 150;
    settings.keys.insert("customers.add".to_owned(), "n".to_owned());
    desk.client.settings_set(settings.clone()).await.unwrap();
    assert!(started_over(&desk).settings_get(()).await.unwrap() == settings);

    settings.lock_minutes = 0;
    let refused = refusal(desk.client.settings_set(settings).await);
    assert_eq!(refused, (ErrorCode::ChoiceUnknown, "lock_minutes".to_owned()));

    std::fs::write(desk.folder.path().join("settings.json"), "{ \"settings\": {\"theme\": \"dark\"").unwrap();
    assert_eq!(
        started_over(&desk).settings_get(()).await.unwrap().theme,
        "system",
        "a broken file costs no way in"
    );
}

#[tokio::test]
async fn commands_are_called_by_name_and_a_refusal_is_a_code() {
    let desk = Desk::new().await;
    let client = &desk.client;
    let session = client.dispatch("session_state", serde_json::Value::Null).await.unwrap();
    assert_eq!(session["phase"], "unlocked");
    let wrong = client.dispatch("tags_create", serde_json::json!({ "name": "VIP" })).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::RequestForm);
    assert_eq!(
        client.dispatch("tags_burn", serde_json::Value::Null).await.unwrap_err().code,
        ErrorCode::RequestForm
    );
    let made =
        client.dispatch("tags_create", serde_json::json!({ "name": "VIP", "colour": "gold" })).await.unwrap();
    assert_eq!(made["name"], "VIP");
    client.dispatch("session_lock", serde_json::Value::Null).await.unwrap();
    let locked = client.dispatch("tags_list", serde_json::Value::Null).await.unwrap_err();
    assert_eq!((locked.code, locked.trace_id.as_str()), (ErrorCode::StoreLocked, ""));
}
