use crate::{Fixture, NOW, TestRandom};
use lq_domain::clock::Timestamp;
use lq_domain::customers::Field;
use lq_domain::feature::Feature;
use lq_domain::ids::{BranchId, DeviceId};
use lq_protocol::change::{ChangeResult, Outcome};
use lq_protocol::secret::KdfParams;
use lq_store::audits::Audit;
use lq_store::backups::{Attempt, BackupKey, Header, Made, What, rebuild, verify};
use lq_store::facts::{Membership, Owner};
use lq_store::key::{DataKey, Workstation};
use lq_store::{Store, StoreError};
use lq_testkit::staff::manager;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

const PASSWORD_KEY: [u8; 32] = [1; 32];

fn kdf(salt: u8) -> KdfParams {
    KdfParams::standard(&[salt; 16])
}

fn go_on(_: u64, _: u64) -> bool {
    true
}

impl Fixture {
    /// A store with an owner, a server, and a key for backups.
    async fn joined() -> Self {
        let fixture = Self::alone().await;
        let membership = Membership {
            server: "https://bank".to_owned(),
            name: "示例银行".to_owned(),
            refresh_token: "used once".to_owned(),
            epoch: Some(Uuid::from_u128(5)),
            last_contact: Timestamp(NOW),
            offline_days: 30,
        };
        fixture.store.set_membership(&membership).await.unwrap();
        fixture
    }

    async fn alone() -> Self {
        let fixture = Self::new().await;
        let branch = BranchId(Uuid::from_u128(3));
        let profile = manager(fixture.user, branch);
        let owner = Owner { profile, password_expired: false, sample: false };
        fixture.store.set_owner(&owner).await.unwrap();
        fixture.store.keep_backup_key(&PASSWORD_KEY, &kdf(5), Timestamp(NOW)).await.unwrap();
        fixture
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn back_up(&self) -> (PathBuf, Made) {
        let target = self.place("store.lqbackup");
        let made = self.store.backup_to(&target, &self.place("scratch.db"), &go_on).await.unwrap();
        (target, made)
    }

    /// A store made of a backup, not yet begun.
    async fn rebuilt(&self, backup: &Path) -> Store {
        let (header, key) = opened(backup).unwrap();
        let place = self.place("restored.db");
        rebuild(backup, &key, &place, &self.key, &go_on).await.unwrap();
        assert_eq!(header.user, self.user);
        let device = DeviceId(Uuid::from_u128(1));
        Store::open(&place, &self.key, device, self.clock.clone(), self.random.clone()).await.unwrap()
    }

    /// The server takes everything that waits.
    async fn sent(&self) {
        let (_, changes) = self.store.outbox(1_000).await.unwrap();
        let mut outcomes = Vec::new();
        for change in changes {
            let mut record = self.store.record(change.entity, change.record_id).await.unwrap().unwrap();
            record.revision += 1;
            outcomes.push(Outcome { change: change.id, result: ChangeResult::Applied, record: Some(record) });
        }
        self.store.settle(&outcomes).await.unwrap();
    }
}

fn opened(backup: &Path) -> Result<(Header, BackupKey), StoreError> {
    let mut file = std::fs::File::open(backup)?;
    let (header, _) = Header::read(&mut file)?;
    let key = header.key(&PASSWORD_KEY)?;
    Ok((header, key))
}

async fn verified(fixture: &Fixture, backup: &Path) -> Result<(), StoreError> {
    let (_, key) = opened(backup)?;
    let scratch = fixture.place("scratch.db");
    verify(backup, &key, &scratch, fixture.random.as_ref(), &go_on).await.map(drop)
}

async fn value(store: &Store, id: Uuid, field: Field) -> Option<String> {
    let record = store.record(Feature::Customers, id).await.unwrap()?;
    record.get(field.as_str()).map(str::to_owned)
}

#[tokio::test]
async fn s7_3_a_backup_holds_the_whole_store_and_makes_it_anew() {
    let fixture = Fixture::joined().await;
    for number in 0..300 {
        fixture.add(&[(Field::Name, &format!("欧阳静雯{number}")), (Field::Notes, "结婚二十周年")]).await;
    }
    let (backup, made) = fixture.back_up().await;
    assert_eq!(made.header.rows["customers"], 300);
    assert_eq!(made.header.rows["changes"], 300);
    assert_eq!(made.bytes, std::fs::metadata(&backup).unwrap().len());
    assert!(!fixture.place("scratch.db").exists(), "the proof leaves nothing");
    assert!(!made.header.rows.contains_key("backup_keys"));

    let restored = fixture.rebuilt(&backup).await;
    // Search comes back with its index.
    assert_eq!(restored.find("oyjw299", 5).await.unwrap().len(), 1);
    assert_eq!(restored.outbox(1_000).await.unwrap().1.len(), 300);
    assert_eq!(restored.owner().await.unwrap().unwrap().profile.name, "王芳");
    restored.close().await;
}

#[tokio::test]
async fn s7_3_the_files_of_a_backup_hold_no_plain_name_phone_or_note() {
    let fixture = Fixture::joined().await;
    let needles = ["欧阳静雯", "ouyangjingwen", "13812345678", "结婚二十周年", "王芳", "wangfang"];
    fixture
        .add(&[(Field::Name, "欧阳静雯"), (Field::Mobile, "13812345678"), (Field::Notes, "结婚二十周年")])
        .await;
    // While it is made, too: at the last moment before the proof's store is removed.
    let (folder, seen) = (fixture.folder.path().to_owned(), AtomicU64::new(0));
    let look = |_: u64, _: u64| {
        seen.fetch_add(1, Ordering::Relaxed);
        for entry in std::fs::read_dir(&folder).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
            for needle in needles {
                assert!(!bytes.windows(needle.len()).any(|window| window == needle.as_bytes()), "{needle}");
            }
        }
        true
    };
    let target = fixture.place("store.lqbackup");
    fixture.store.backup_to(&target, &fixture.place("scratch.db"), &look).await.unwrap();
    assert!(seen.load(Ordering::Relaxed) > 10);
    look(0, 0);
}

#[tokio::test]
async fn s7_3_a_flipped_byte_is_refused_wherever_it_is_and_so_is_a_cut_file() {
    let fixture = Fixture::joined().await;
    for number in 0..40 {
        fixture.add(&[(Field::Name, &format!("客户{number}"))]).await;
    }
    let (backup, made) = fixture.back_up().await;
    verified(&fixture, &backup).await.unwrap();
    let whole = std::fs::read(&backup).unwrap();
    let damaged = fixture.place("damaged.lqbackup");
    let length = usize::try_from(made.bytes).unwrap();
    // Every byte of the first part of the header, then bytes all over the file, and the last one.
    let places = (0..32).chain((32..length).step_by(length / 64)).chain([length - 1]);
    for place in places {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        std::fs::write(&damaged, &bytes).unwrap();
        let refused = verified(&fixture, &damaged).await.unwrap_err();
        match place {
            0..8 => assert!(matches!(refused, StoreError::BackupForeign), "{place}"),
            8..12 => assert!(matches!(refused, StoreError::BackupNewer | StoreError::BackupDamaged)),
            _ => assert!(matches!(refused, StoreError::BackupDamaged), "{place}: {refused}"),
        }
    }
    for left in [0, 7, 15, 200, length / 2, length - 1] {
        std::fs::write(&damaged, &whole[..left]).unwrap();
        let refused = verified(&fixture, &damaged).await.unwrap_err();
        assert!(matches!(refused, StoreError::BackupDamaged | StoreError::BackupForeign), "{left}");
    }
    std::fs::write(&damaged, [&whole[..], &[0]].concat()).unwrap();
    assert!(matches!(verified(&fixture, &damaged).await, Err(StoreError::BackupDamaged)));
    assert!(!fixture.place("scratch.db").exists());
}

#[tokio::test]
async fn s7_3_a_wrong_password_and_what_is_no_backup_are_told_apart() {
    let fixture = Fixture::joined().await;
    let (backup, made) = fixture.back_up().await;
    assert!(matches!(made.header.key(&[9; 32]), Err(StoreError::BackupPassword)));
    assert!(made.header.key(&PASSWORD_KEY).is_ok());
    std::fs::write(&backup, "客户,手机\n").unwrap();
    assert!(matches!(opened(&backup), Err(StoreError::BackupForeign)));
    // A newer format says nothing that this release could read.
    std::fs::write(&backup, [b"LQBACKUP", &2_u32.to_le_bytes()[..], &[0; 40]].concat()).unwrap();
    assert!(matches!(opened(&backup), Err(StoreError::BackupNewer)));
}

#[tokio::test]
async fn s7_3_a_new_password_opens_later_backups_and_the_old_one_those_before() {
    let fixture = Fixture::joined().await;
    let (_, old) = fixture.back_up().await;
    fixture.store.keep_backup_key(&PASSWORD_KEY, &kdf(5), Timestamp(NOW)).await.unwrap();
    let (_, same) = fixture.back_up().await;
    assert_eq!(old.header.wrapped, same.header.wrapped);
    assert_ne!(old.header.salt, same.header.salt, "each file has a key of its own");
    fixture.store.keep_backup_key(&[2; 32], &kdf(6), Timestamp(NOW + 1)).await.unwrap();
    let (_, new) = fixture.back_up().await;
    assert!(new.header.key(&PASSWORD_KEY).is_err() && new.header.key(&[2; 32]).is_ok());
    // What was made here before can still be verified without the old password.
    assert!(fixture.store.backup_key_of(&old.header.kdf.salt).await.unwrap().is_some());
}

#[tokio::test]
async fn s7_3_a_backup_that_is_stopped_or_can_not_be_written_leaves_the_one_before() {
    let fixture = Fixture::joined().await;
    let (backup, _) = fixture.back_up().await;
    let before = std::fs::read(&backup).unwrap();
    fixture.add(&[(Field::Name, "张三")]).await;
    for part in [0, 20] {
        let told = AtomicU64::new(0);
        let stop = |_: u64, _: u64| told.fetch_add(1, Ordering::Relaxed) < part;
        let done = fixture.store.backup_to(&backup, &fixture.place("scratch.db"), &stop).await;
        assert!(matches!(done, Err(StoreError::Stopped)), "{part}");
    }
    let nowhere = fixture.place("no such folder").join("store.lqbackup");
    let done = fixture.store.backup_to(&nowhere, &fixture.place("scratch.db"), &go_on).await;
    assert!(matches!(done, Err(StoreError::File(_))));
    assert_eq!(std::fs::read(&backup).unwrap(), before);
    let mut names: Vec<String> = std::fs::read_dir(fixture.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("store.db"))
        .collect();
    names.sort();
    assert_eq!(names, ["store.lqbackup"]);
}

#[tokio::test]
async fn s7_3_without_the_store_what_was_unsent_is_sent_under_a_new_incarnation() {
    let fixture = Fixture::joined().await;
    let id = fixture.add(&[(Field::Name, "张三")]).await;
    fixture.sent().await;
    fixture.save(id, &[(Field::Occupation, "教师")]).await;
    let before = fixture.store.outbox(10).await.unwrap();
    let (backup, _) = fixture.back_up().await;
    let restored = fixture.rebuilt(&backup).await;
    assert_eq!(restored.begin_anew(None).await.unwrap(), 0);
    let after = restored.outbox(10).await.unwrap();
    assert_ne!(after.0, before.0, "a new incarnation");
    assert_eq!(after.1.len(), 1);
    assert_eq!((after.1[0].id, after.1[0].sequence), (before.1[0].id, 1));
    let membership = restored.membership().await.unwrap().unwrap();
    assert_eq!(membership.refresh_token, "", "a token that was used is never shown again");
    assert_eq!(membership.epoch, Some(Uuid::from_u128(5)));
    restored.close().await;
}

#[tokio::test]
async fn s7_3_unsent_changes_of_the_live_store_survive_a_restore() {
    let fixture = Fixture::joined().await;
    let old = fixture.add(&[(Field::Name, "张三"), (Field::Occupation, "学生")]).await;
    fixture.sent().await;
    fixture.save(old, &[(Field::Employer, "某某大学")]).await;
    let (backup, _) = fixture.back_up().await;
    // Sent since: the edit of the backup. Unsent: an edit of the old customer, and a new customer with an edit.
    fixture.sent().await;
    fixture.save(old, &[(Field::Occupation, "教师")]).await;
    let new = fixture.add(&[(Field::Name, "李四")]).await;
    fixture.save(new, &[(Field::Notes, "周五回电")]).await;
    let waiting: Vec<_> = fixture.store.outbox(10).await.unwrap().1.iter().map(|change| change.id).collect();
    assert_eq!(waiting.len(), 3);

    let restored = fixture.rebuilt(&backup).await;
    assert_eq!(value(&restored, old, Field::Occupation).await.as_deref(), Some("学生"));
    // Three that wait, and one of which it is now known that the server has it.
    assert_eq!(restored.begin_anew(Some(&fixture.store)).await.unwrap(), 4);
    let (incarnation, changes) = restored.outbox(10).await.unwrap();
    assert_ne!(incarnation, fixture.store.outbox(10).await.unwrap().0);
    assert_eq!(changes.iter().map(|change| change.id).collect::<Vec<_>>(), waiting);
    assert_eq!(changes.iter().map(|change| change.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    for (id, field, text) in [
        (old, Field::Occupation, "教师"),
        (old, Field::Employer, "某某大学"),
        (new, Field::Name, "李四"),
        (new, Field::Notes, "周五回电"),
    ] {
        assert_eq!(value(&restored, id, field).await.as_deref(), Some(text));
    }
    assert_eq!(restored.membership().await.unwrap().unwrap().refresh_token, "used once");
    assert_eq!(restored.find("李四", 5).await.unwrap().len(), 1);
    // Once more, nothing is doubled.
    assert_eq!(restored.begin_anew(Some(&fixture.store)).await.unwrap(), 0);
    assert_eq!(restored.outbox(10).await.unwrap().1.len(), 3);
    restored.close().await;
}

#[tokio::test]
async fn s7_3_a_store_that_works_alone_goes_back_to_the_backup() {
    let fixture = Fixture::alone().await;
    let id = fixture.add(&[(Field::Name, "张三"), (Field::Occupation, "学生")]).await;
    let (backup, _) = fixture.back_up().await;
    fixture.save(id, &[(Field::Occupation, "教师")]).await;
    let restored = fixture.rebuilt(&backup).await;
    assert_eq!(restored.begin_anew(Some(&fixture.store)).await.unwrap(), 0);
    assert_eq!(value(&restored, id, Field::Occupation).await.as_deref(), Some("学生"));
    restored.close().await;
}

#[tokio::test]
async fn s7_3_a_restore_rids_nobody_of_an_entry_in_the_audit() {
    let fixture = Fixture::joined().await;
    let entry = |action: &str| Audit {
        at: Timestamp(NOW),
        actor: fixture.user,
        device: DeviceId(Uuid::from_u128(1)),
        action: action.to_owned(),
        record: None,
        detail: "{}".to_owned(),
    };
    fixture.store.audit(&entry("customers_reveal")).await.unwrap();
    let (backup, made) = fixture.back_up().await;
    fixture.store.audit(&entry("customers_export")).await.unwrap();
    let (at, path, bytes) = (Timestamp(NOW), backup.clone(), made.bytes);
    let attempt = Attempt { at, what: What::Made, path, bytes, error: None };
    fixture.store.note_backup(&attempt).await.unwrap();
    let restored = fixture.rebuilt(&backup).await;
    restored.begin_anew(Some(&fixture.store)).await.unwrap();
    let (entries, holds) = restored.audits().await.unwrap();
    let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!((actions.as_slice(), holds), (&["customers_reveal", "customers_export"][..], true));
    // What is known of this machine's backups stays, too.
    assert_eq!(restored.last_backups().await.unwrap().0.unwrap().path, backup);
    assert!(restored.backup_key_of(&kdf(5).salt).await.unwrap().is_some());
    restored.close().await;
}

#[tokio::test]
async fn s7_3_one_of_the_two_stores_is_in_the_place_wherever_a_replacement_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let workstation = Workstation::new(folder.path());
    let random = TestRandom(AtomicU64::new(3));
    let device = DeviceId(Uuid::from_u128(1));
    let (vault, _) = workstation.create("li.na", device, kdf(1), &[4; 32], &random).unwrap();
    let found = || std::fs::read_to_string(workstation.find("li.na").unwrap().unwrap().database()).unwrap();
    let begin = || {
        std::fs::write(vault.database(), "old").unwrap();
        std::fs::write(vault.restored(), "new").unwrap();
    };
    begin();
    vault.replace().unwrap();
    assert_eq!(found(), "new");
    assert!(vault.put_back().unwrap(), "the new one did not open");
    assert_eq!(found(), "old");
    assert!(!vault.put_back().unwrap());
    // Cut between its two steps.
    begin();
    vault.replace().unwrap();
    std::fs::remove_file(vault.database()).unwrap();
    assert_eq!(found(), "old");
    begin();
    vault.replace().unwrap();
    vault.drop_replaced().unwrap();
    assert_eq!(found(), "new");
    // A log that was not emptied would spoil the other store.
    begin();
    std::fs::write(vault.database().with_extension("db-wal"), "log").unwrap();
    assert!(vault.replace().is_err());
    assert_eq!(found(), "old");
    let other = DataKey::new(&random);
    assert_eq!(format!("{other:?} {:?}", BackupKey::from([1; 32])), "DataKey(…) BackupKey(…)");
}
