//! A new data key, as the user asks for it. Where it can be cut off is shown in the store's own tests.

use crate::desk::{Desk, LOGIN, PASSWORD, refusal};
use lq_client::contract::backups::RestoreBackup;
use lq_client::contract::files::{JobKind, JobRef, JobResult, JobState, JobView};
use lq_client::contract::session::{ChangePassword, JoinServer, Phase, Rekey, SignIn};
use lq_client::events::Event;
use lq_domain::customers::Field;
use lq_protocol::error::ErrorCode;
use lq_store::Store;
use std::collections::BTreeSet;
use tokio::sync::broadcast::Receiver;

const NEW: &str = "Bridge-2027-desk";

fn rekey(password: &str) -> Rekey {
    Rekey { password: password.to_owned() }
}

async fn ended(events: &mut Receiver<Event>, kind: JobKind) -> JobView {
    loop {
        match events.recv().await.unwrap() {
            Event::Job { job } if job.kind == kind && job.state != JobState::Running => return job,
            _ => {}
        }
    }
}

/// The files of the one store.
fn files(desk: &Desk) -> BTreeSet<String> {
    let stores = desk.folder.path().join("stores");
    let folder = std::fs::read_dir(stores).unwrap().next().unwrap().unwrap().path();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let beside = |name: &String| !name.ends_with("-wal") && !name.ends_with("-shm");
    std::fs::read_dir(folder).unwrap().map(name).filter(beside).collect()
}

fn only(store: &str) -> BTreeSet<String> {
    BTreeSet::from([store.to_owned(), "vault.json".to_owned()])
}

/// How many changes wait to be sent.
async fn waiting(store: &Store) -> usize {
    store.outbox(100).await.unwrap().1.len()
}

async fn sign_in(desk: &Desk, password: &str) {
    let input = SignIn { login: LOGIN.to_owned(), password: password.to_owned(), server: None };
    desk.client.session_sign_in(input).await.unwrap();
}

async fn change_password(desk: &Desk, new: &str) -> Result<(), lq_client::ClientError> {
    let input = ChangePassword { old: PASSWORD.to_owned(), new: new.to_owned() };
    desk.client.session_change_password(input).await.map(|_| ())
}

#[tokio::test]
async fn f4_1_the_user_changes_the_data_key_and_works_on_and_backups_stay_readable() {
    let desk = Desk::new().await;
    let id = desk.add(&[(Field::Name, "张三"), (Field::Occupation, "教师")]).await;
    let waiting = desk.behind(waiting).await;
    assert!(waiting > 0);
    let mut events = desk.client.events();
    desk.client.backups_create(()).await.unwrap();
    let Some(JobResult::Backup { path, .. }) = ended(&mut events, JobKind::Backup).await.result else {
        panic!("no backup")
    };
    let wrong = refusal(desk.client.session_rekey(rekey(NEW)).await);
    assert_eq!(wrong, (ErrorCode::PasswordWrong, "password".to_owned()));
    assert_eq!(files(&desk), only("store.db"));

    let mut events = desk.client.events();
    desk.client.session_rekey(rekey(PASSWORD)).await.unwrap();
    let done = ended(&mut events, JobKind::Rekey).await;
    assert_eq!(done.state, JobState::Done, "{:?}", done.error);
    assert!(matches!(done.result, Some(JobResult::Rekey { rows }) if rows > 0));
    assert_eq!(desk.client.session_state(()).await.unwrap().phase, Phase::Unlocked, "nobody signs in again");
    assert_eq!(files(&desk), only("store-1.db"));
    assert_eq!(desk.find("张三").await, ["张三"]);
    assert_eq!(desk.behind(self::waiting).await, waiting, "what was not sent is there");

    // Work, a new password, the next key, and a backup of the time before the first.
    desk.update(id, &[(Field::Occupation, "医生")]).await.unwrap();
    let actions: Vec<String> = desk.audits().await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(actions, ["backups_create", "session_rekey"]);
    change_password(&desk, NEW).await.unwrap();
    desk.client.session_rekey(rekey(NEW)).await.unwrap();
    assert_eq!(ended(&mut events, JobKind::Rekey).await.state, JobState::Done);
    desk.client.session_lock(()).await.unwrap();
    sign_in(&desk, NEW).await;
    assert_eq!(files(&desk), only("store-2.db"));
    assert_eq!(desk.get(id).await.values[&Field::Occupation], "医生");
    let input = RestoreBackup { path, password: PASSWORD.to_owned() };
    desk.client.backups_restore(input).await.unwrap();
    assert_eq!(ended(&mut events, JobKind::Restore).await.state, JobState::Done);
    sign_in(&desk, NEW).await;
    assert_eq!(desk.get(id).await.values[&Field::Occupation], "教师");
    assert_eq!(files(&desk), only("store-2.db"));
}

#[tokio::test]
async fn f4_1_a_change_of_the_key_that_is_cancelled_changes_nothing() {
    let desk = Desk::new().await;
    desk.add(&[(Field::Name, "张三")]).await;
    let mut events = desk.client.events();
    let job = desk.client.session_rekey(rekey(PASSWORD)).await.unwrap();
    desk.client.jobs_cancel(JobRef { id: job.id }).await.unwrap();
    assert_eq!(ended(&mut events, JobKind::Rekey).await.state, JobState::Cancelled);
    assert_eq!(desk.client.session_state(()).await.unwrap().phase, Phase::Unlocked);
    assert_eq!(files(&desk), only("store.db"));
    desk.add(&[(Field::Name, "李四")]).await;
    assert_eq!(desk.find("李四").await, ["李四"]);
}

#[tokio::test]
async fn f4_1_while_the_key_changes_other_long_work_and_a_new_password_wait_and_a_lock_ends_it() {
    let desk = Desk::new().await;
    desk.add(&[(Field::Name, "张三")]).await;
    desk.client.session_rekey(rekey(PASSWORD)).await.unwrap();
    let running = ErrorCode::JobRunning;
    assert_eq!(refusal(change_password(&desk, NEW).await).0, running);
    assert_eq!(refusal(desk.client.backups_create(()).await).0, running);
    assert_eq!(refusal(desk.client.session_rekey(rekey(PASSWORD)).await).0, running);
    let (server, login) = ("https://bank".to_owned(), LOGIN.to_owned());
    let join = JoinServer { server, login, password: PASSWORD.to_owned() };
    assert_eq!(refusal(desk.client.session_join(join).await).0, running);
    desk.client.session_lock(()).await.unwrap();
    sign_in(&desk, PASSWORD).await;
    assert_eq!(files(&desk), only("store.db"));
    assert_eq!(desk.find("张三").await, ["张三"]);
}
