//! Backups as the screen asks for them, of a store that works alone; with a server see the tests across crates.

use crate::desk::{Desk, LOGIN, PASSWORD, refusal};
use lq_client::contract::backups::{BackupSchedule, BackupsView, RestoreBackup, VerifyBackup};
use lq_client::contract::files::{JobKind, JobResult, JobState, JobView};
use lq_client::contract::session::{ChangePassword, Phase, SignIn};
use lq_client::events::Event;
use lq_client::{Client, ClientError};
use lq_domain::backups::Every;
use lq_domain::customers::Field;
use lq_domain::feature::Feature;
use lq_protocol::error::ErrorCode;
use std::path::{Path, PathBuf};
use tokio::sync::broadcast::Receiver;

const HOUR: i64 = 3_600_000;

/// Waits for the end of the next job of a kind.
async fn ended(events: &mut Receiver<Event>, kind: JobKind) -> JobView {
    loop {
        match events.recv().await.unwrap() {
            Event::Job { job } if job.kind == kind && job.state != JobState::Running => return job,
            _ => {}
        }
    }
}

async fn state(client: &Client) -> BackupsView {
    client.backups_state(()).await.unwrap()
}

/// Backs up now; the file.
async fn backed_up(desk: &Desk) -> PathBuf {
    let mut events = desk.client.events();
    desk.clock.advance(1_000);
    desk.client.backups_create(()).await.unwrap();
    match ended(&mut events, JobKind::Backup).await.result {
        Some(JobResult::Backup { path, .. }) => PathBuf::from(path),
        _ => panic!("no backup"),
    }
}

async fn sign_in(desk: &Desk, password: &str) {
    let input = SignIn { login: LOGIN.to_owned(), password: password.to_owned(), server: None };
    desk.client.session_sign_in(input).await.unwrap();
}

async fn restore(desk: &Desk, path: &Path, password: &str) -> Result<JobView, ClientError> {
    let mut events = desk.client.events();
    let path = path.to_string_lossy().into_owned();
    desk.client.backups_restore(RestoreBackup { path, password: password.to_owned() }).await?;
    Ok(ended(&mut events, JobKind::Restore).await)
}

fn schedule(every: Every, folder: &Path, keep: u32) -> BackupSchedule {
    BackupSchedule { every, folder: folder.to_string_lossy().into_owned(), keep }
}

#[tokio::test]
async fn s7_3_a_backup_made_now_is_listed_as_proven_and_can_be_proven_again() {
    let desk = Desk::new().await;
    desk.add(&[(Field::Name, "张三")]).await;
    assert!(state(&desk.client).await.files.is_empty());
    let path = backed_up(&desk).await;
    let view = state(&desk.client).await;
    let file = &view.files[0];
    assert_eq!((view.files.len(), Path::new(&file.path)), (1, path.as_path()));
    assert_eq!((file.customers, file.own, file.known, file.error), (1, true, true, None));
    assert_eq!((view.last, file.verified_at, view.failed), (file.made_at, file.made_at, None));

    let mut events = desk.client.events();
    desk.clock.advance(HOUR);
    let input = VerifyBackup { path: file.path.clone(), password: None };
    desk.client.backups_verify(input.clone()).await.unwrap();
    assert_eq!(ended(&mut events, JobKind::BackupCheck).await.state, JobState::Done);
    let view = state(&desk.client).await;
    assert!(view.files[0].verified_at > view.files[0].made_at);
    assert_eq!(view.last, view.files[0].made_at, "proving is not making");

    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    desk.client.backups_verify(input).await.unwrap();
    let refused = ended(&mut events, JobKind::BackupCheck).await;
    assert_eq!(refused.error.unwrap().code, ErrorCode::BackupDamaged);
    assert_eq!(state(&desk.client).await.files[0].error, Some(ErrorCode::BackupDamaged));
    let audits: Vec<String> = desk.audits().await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(audits, ["backups_create"]);
}

#[tokio::test]
async fn s7_3_a_restore_brings_the_store_back_and_the_user_signs_in_again() {
    let desk = Desk::new().await;
    let id = desk.add(&[(Field::Name, "张三"), (Field::Occupation, "学生")]).await;
    let path = backed_up(&desk).await;
    desk.update(id, &[(Field::Occupation, "教师")]).await.unwrap();
    let wrong = refusal(restore(&desk, &path, "Langqiao-2026-other").await);
    assert_eq!(wrong, (ErrorCode::BackupPassword, "password".to_owned()));
    assert_eq!(desk.get(id).await.values[&Field::Occupation], "教师", "nothing happened");

    let done = restore(&desk, &path, PASSWORD).await.unwrap();
    assert_eq!(done.state, JobState::Done, "{:?}", done.error);
    assert_eq!(desk.client.session_state(()).await.unwrap().phase, Phase::Locked);
    sign_in(&desk, PASSWORD).await;
    assert_eq!(desk.get(id).await.values[&Field::Occupation], "学生");
    assert_eq!(desk.find("张三").await, ["张三"]);
    // What was put aside is gone once the new store has opened.
    let stores = desk.folder.path().join("stores");
    let folder = std::fs::read_dir(stores).unwrap().next().unwrap().unwrap().path();
    for name in ["store.db.replaced", "store.db.restored", "store.db.scratch"] {
        assert!(!folder.join(name).exists(), "{name}");
    }
    let audits: Vec<String> = desk.audits().await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(audits, ["backups_create", "backups_restore"]);
    // Work goes on in the restored store, and it can be backed up and brought back again.
    desk.update(id, &[(Field::Occupation, "医生")]).await.unwrap();
    let again = backed_up(&desk).await;
    assert_eq!(restore(&desk, &again, PASSWORD).await.unwrap().state, JobState::Done);
    sign_in(&desk, PASSWORD).await;
    assert_eq!(desk.get(id).await.values[&Field::Occupation], "医生");
}

#[tokio::test]
async fn s7_3_a_restored_store_that_does_not_open_gives_way_to_the_one_before() {
    let desk = Desk::new().await;
    let id = desk.add(&[(Field::Name, "张三")]).await;
    let path = backed_up(&desk).await;
    restore(&desk, &path, PASSWORD).await.unwrap();
    let stores = desk.folder.path().join("stores");
    let folder = std::fs::read_dir(stores).unwrap().next().unwrap().unwrap().path();
    assert!(folder.join("store.db.replaced").exists());
    std::fs::write(folder.join("store.db"), [7; 8192]).unwrap();
    sign_in(&desk, PASSWORD).await;
    assert_eq!(desk.get(id).await.values[&Field::Name], "张三");
}

#[tokio::test]
async fn s7_3_damaged_and_foreign_files_are_refused_and_the_store_stays() {
    let (desk, other) = (Desk::new().await, Desk::with_seed(12).await);
    let id = desk.add(&[(Field::Name, "张三")]).await;
    let path = backed_up(&desk).await;
    assert_eq!(refusal(restore(&other, &path, PASSWORD).await).0, ErrorCode::BackupForeign);
    // In a folder that both use, each sees the own ones.
    let folder = path.parent().unwrap();
    other.client.backups_schedule(schedule(Every::Off, folder, 1)).await.unwrap();
    assert!(state(&other.client).await.files.is_empty());
    backed_up(&other).await;
    assert_eq!(state(&other.client).await.files.len(), 1);
    assert!(path.exists(), "keeping one of the own removes nobody else's");

    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 100]).unwrap();
    let failed = restore(&desk, &path, PASSWORD).await.unwrap();
    assert_eq!((failed.state, failed.error.unwrap().code), (JobState::Failed, ErrorCode::BackupDamaged));
    assert_eq!(desk.get(id).await.values[&Field::Name], "张三", "still open");
    let missing = folder.join("missing.lqbackup");
    assert_eq!(refusal(restore(&desk, &missing, PASSWORD).await).0, ErrorCode::FileUnreadable);
}

#[tokio::test]
async fn s7_3_a_backup_is_made_when_it_is_due_and_old_ones_go_once_the_new_one_is_proven() {
    let desk = Desk::new().await;
    let folder = desk.folder.path().join("usb");
    desk.client.backups_schedule(schedule(Every::Daily, &folder, 2)).await.unwrap();
    let view = state(&desk.client).await;
    assert!(!view.missed && view.last.is_none());
    for _ in 0..3 {
        desk.client.session_lock(()).await.unwrap();
        desk.clock.advance(25 * HOUR);
        let mut events = desk.client.events();
        // The look at the clock comes with the sign-in.
        sign_in(&desk, PASSWORD).await;
        assert_eq!(ended(&mut events, JobKind::Backup).await.state, JobState::Done);
    }
    let view = state(&desk.client).await;
    assert_eq!((view.files.len(), view.missed), (2, false));
    assert_eq!(view.files[0].made_at, view.last);
    assert_eq!(view.next, view.last.map(|last| last.plus_millis(24 * HOUR)));
}

#[tokio::test]
async fn s7_3_a_missed_backup_is_told_with_its_reason() {
    let desk = Desk::new().await;
    let folder = desk.folder.path().join("usb");
    desk.client.backups_schedule(schedule(Every::Daily, &folder, 2)).await.unwrap();
    let kept = backed_up(&desk).await;
    desk.client.session_lock(()).await.unwrap();
    // The folder has become something else, as when a stick was pulled.
    std::fs::rename(&folder, desk.folder.path().join("away")).unwrap();
    std::fs::write(&folder, "").unwrap();
    desk.clock.advance(26 * HOUR);
    let mut events = desk.client.events();
    sign_in(&desk, PASSWORD).await;
    let told = async {
        loop {
            if let Event::Changed { features } = events.recv().await.unwrap()
                && features == [Feature::Backups]
                && state(&desk.client).await.failed.is_some()
            {
                return state(&desk.client).await;
            }
        }
    };
    let view = told.await;
    assert!(view.missed);
    assert_eq!(view.failed, Some(ErrorCode::FileUnwritable));
    assert!(view.folder_error.is_some());
    assert!(desk.folder.path().join("away").join(kept.file_name().unwrap()).exists());
}

#[tokio::test]
async fn s7_3_a_schedule_out_of_bounds_is_refused_at_its_field() {
    let desk = Desk::new().await;
    let set = async |folder: &str, keep: u32| {
        let input = BackupSchedule { every: Every::Weekly, folder: folder.to_owned(), keep };
        refusal(desk.client.backups_schedule(input).await)
    };
    let place = desk.folder.path().join("b").to_string_lossy().into_owned();
    assert_eq!(set(&place, 0).await, (ErrorCode::ChoiceUnknown, "keep".to_owned()));
    assert_eq!(set(&place, 61).await, (ErrorCode::ChoiceUnknown, "keep".to_owned()));
    assert_eq!(set("backups", 7).await, (ErrorCode::FileUnwritable, "folder".to_owned()));
    assert_eq!(state(&desk.client).await.schedule.every, Every::Daily, "as a new user finds it");
}

#[tokio::test]
async fn s7_3_a_backup_from_before_a_change_of_password_is_opened_by_the_old_one() {
    let desk = Desk::new().await;
    let id = desk.add(&[(Field::Name, "张三")]).await;
    let path = backed_up(&desk).await;
    let new = "Bridge-2027-desk";
    let change = ChangePassword { old: PASSWORD.to_owned(), new: new.to_owned() };
    desk.client.session_change_password(change).await.unwrap();
    assert_eq!(refusal(restore(&desk, &path, new).await).0, ErrorCode::BackupPassword);
    assert_eq!(restore(&desk, &path, PASSWORD).await.unwrap().state, JobState::Done);
    sign_in(&desk, new).await;
    assert_eq!(desk.get(id).await.values[&Field::Name], "张三");
    let later = backed_up(&desk).await;
    assert_eq!(refusal(restore(&desk, &later, PASSWORD).await).0, ErrorCode::BackupPassword);
    assert_eq!(restore(&desk, &later, new).await.unwrap().state, JobState::Done);
}
