//! A device is backed up, works on, and is brought back: with its server nothing is lost and nothing happens twice.

use crate::bank::{Bank, Device, PASSWORD};
use lq_client::contract::backups::RestoreBackup;
use lq_client::contract::files::{JobKind, JobResult, JobState, JobView};
use lq_client::events::Event;
use lq_domain::customers::Field;
use lq_protocol::error::ErrorCode;
use tokio::sync::broadcast::Receiver;

async fn ended(events: &mut Receiver<Event>, kind: JobKind) -> JobView {
    loop {
        match events.recv().await.unwrap() {
            Event::Job { job } if job.kind == kind && job.state != JobState::Running => return job,
            _ => {}
        }
    }
}

async fn backed_up(device: &Device) -> String {
    let mut events = device.client.events();
    device.client.backups_create(()).await.unwrap();
    match ended(&mut events, JobKind::Backup).await.result {
        Some(JobResult::Backup { path, .. }) => path,
        _ => panic!("no backup"),
    }
}

/// Brings the backup back; how many changes were taken over.
async fn restored(device: &Device, path: String) -> u32 {
    let mut events = device.client.events();
    let input = RestoreBackup { path, password: PASSWORD.to_owned() };
    device.client.backups_restore(input).await.unwrap();
    let job = ended(&mut events, JobKind::Restore).await;
    let Some(JobResult::Restore { taken, .. }) = job.result else {
        panic!("{:?}", job.error.map(|error| error.code))
    };
    device.sign_in(PASSWORD).await.unwrap();
    taken
}

async fn exchanged(devices: [&Device; 2]) {
    for device in [devices[0], devices[1], devices[0], devices[1]] {
        device.sync().await.unwrap();
    }
}

#[tokio::test]
async fn s7_3_edits_before_and_after_a_backup_survive_its_restore_and_happen_once() {
    let mut bank = Bank::new().await;
    let (a, b) = (bank.device("desk", 2).await, bank.device("laptop", 3).await);
    let first = a.add(&[(Field::Name, "客户一"), (Field::Mobile, "13811111111")]).await;
    exchanged([&a, &b]).await;

    bank.kill().await;
    a.edit(first, &[(Field::Occupation, "教师")]).await;
    a.add(&[(Field::Name, "客户二")]).await;
    let backup = backed_up(&a).await;
    bank.come_back().await;
    exchanged([&a, &b]).await;
    // Sent since the backup, heard since the backup, and not sent yet.
    let third = a.add(&[(Field::Name, "客户三")]).await;
    b.edit(first, &[(Field::Employer, "某某大学")]).await;
    exchanged([&a, &b]).await;
    bank.kill().await;
    a.edit(third, &[(Field::Occupation, "医生")]).await;
    let fourth = a.add(&[(Field::Name, "客户四")]).await;
    assert_eq!(a.sync().await.unwrap_err().code(), ErrorCode::ServerUnreachable);

    assert!(restored(&a, backup).await >= 2);
    // Before the server is there again: everything that the user did himself is.
    assert_eq!(a.state().await.pending, 2);
    assert_eq!(a.names("客户").await, ["客户一", "客户三", "客户二", "客户四"]);
    assert_eq!(a.value(third, Field::Occupation).await.as_deref(), Some("医生"));

    bank.come_back().await;
    exchanged([&a, &b]).await;
    for device in [&a, &b] {
        assert_eq!(device.names("客户").await, ["客户一", "客户三", "客户二", "客户四"]);
        assert_eq!(device.value(first, Field::Occupation).await.as_deref(), Some("教师"));
        assert_eq!(device.value(first, Field::Employer).await.as_deref(), Some("某某大学"));
        assert_eq!(device.value(third, Field::Occupation).await.as_deref(), Some("医生"));
        let state = device.state().await;
        assert_eq!((state.pending, state.conflicts, state.refused), (0, 0, 0));
    }
    for id in [first, third, fourth] {
        assert_eq!(a.get(id).await.revision, b.get(id).await.revision);
    }
    // Made, edited here, edited there: nothing was taken by the server a second time.
    assert_eq!(a.get(first).await.revision, 3);
    assert_eq!((a.get(third).await.revision, a.get(fourth).await.revision), (2, 1));
    // The restored device goes on numbering where nobody was before.
    a.edit(fourth, &[(Field::Occupation, "律师")]).await;
    exchanged([&a, &b]).await;
    assert_eq!(b.value(fourth, Field::Occupation).await.as_deref(), Some("律师"));
}

#[tokio::test]
async fn s7_3_what_only_the_backup_still_has_is_sent_from_another_device_once() {
    let mut bank = Bank::new().await;
    let (a, b) = (bank.device("desk", 2).await, bank.device("laptop", 3).await);
    let first = a.add(&[(Field::Name, "客户一")]).await;
    exchanged([&a, &b]).await;
    bank.kill().await;
    a.edit(first, &[(Field::Occupation, "教师")]).await;
    a.add(&[(Field::Name, "客户二")]).await;
    let backup = backed_up(&a).await;
    bank.come_back().await;
    // The laptop brings the desk's backup back: what the desk had not sent goes out from there.
    restored(&b, backup).await;
    b.sync().await.unwrap();
    // Then the desk sends the same changes.
    exchanged([&a, &b]).await;
    for device in [&a, &b] {
        assert_eq!(device.names("客户").await, ["客户一", "客户二"]);
        assert_eq!(device.value(first, Field::Occupation).await.as_deref(), Some("教师"));
        assert_eq!(device.get(first).await.revision, 2, "taken once");
        assert_eq!(device.state().await.pending, 0);
    }
}
