use crate::{Fixture, NOW, TestRandom};
use lq_domain::clock::Timestamp;
use lq_domain::ids::DeviceId;
use lq_protocol::secret::KdfParams;
use lq_store::key::{DataKey, FAILURES_MAX, LOCK_MILLIS, Shut, Workstation};
use lq_store::{Store, StoreError};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use uuid::Uuid;

const RIGHT: [u8; 32] = [1; 32];
const WRONG: [u8; 32] = [2; 32];

fn workstation() -> (tempfile::TempDir, Workstation, TestRandom) {
    let folder = tempfile::tempdir().unwrap();
    let workstation = Workstation::new(folder.path());
    let random = TestRandom(AtomicU64::new(3));
    let kdf = KdfParams::standard(&[5; 16]);
    workstation.create("li.na", DeviceId(Uuid::from_u128(1)), kdf, &RIGHT, &random).unwrap();
    (folder, workstation, random)
}

#[test]
fn s8_1_five_wrong_passwords_lock_for_ten_minutes_also_after_a_restart() {
    let (_folder, workstation, _) = workstation();
    for attempt in 1..=FAILURES_MAX {
        // Each attempt reads the vault anew, as a restarted program does.
        let mut vault = workstation.find("Li.Na").unwrap().unwrap();
        let shut = vault.attempt(&WRONG, Timestamp(NOW)).unwrap_err();
        assert_eq!(matches!(shut, Shut::Locked(_)), attempt == FAILURES_MAX, "{attempt}");
    }
    let mut vault = workstation.find("li.na").unwrap().unwrap();
    let Err(Shut::Locked(until)) = vault.attempt(&RIGHT, Timestamp(NOW + 1000)) else { panic!("open") };
    assert_eq!(until, Timestamp(NOW + LOCK_MILLIS));
    // Setting the clock back does not open it early.
    assert!(vault.locked_until(Timestamp(NOW - 86_400_000)).is_some());
    vault.attempt(&RIGHT, until).unwrap();
    assert!(vault.attempt(&WRONG, until).is_err());
}

#[test]
fn s8_1_a_clock_that_was_set_back_opens_no_lock_early_and_closes_it_for_no_longer_than_the_wait() {
    let (_folder, workstation, _) = workstation();
    let back = NOW - 365 * 86_400_000;
    for _ in 0..FAILURES_MAX {
        let _ = workstation.find("li.na").unwrap().unwrap().attempt(&WRONG, Timestamp(NOW));
    }
    // Each attempt reads the vault anew, as a restarted program does.
    for passed in [0, LOCK_MILLIS / 2, LOCK_MILLIS - 1] {
        let mut vault = workstation.find("li.na").unwrap().unwrap();
        let Err(Shut::Locked(until)) = vault.attempt(&RIGHT, Timestamp(back + passed)) else {
            panic!("open")
        };
        assert_eq!(until, Timestamp(back + LOCK_MILLIS));
    }
    let mut vault = workstation.find("li.na").unwrap().unwrap();
    vault.attempt(&RIGHT, Timestamp(back + LOCK_MILLIS)).unwrap();
}

#[test]
fn s8_1_the_second_lock_lasts_twice_as_long() {
    let (_folder, workstation, _) = workstation();
    let mut vault = workstation.find("li.na").unwrap().unwrap();
    for _ in 0..FAILURES_MAX {
        let _ = vault.attempt(&WRONG, Timestamp(NOW));
    }
    let later = Timestamp(NOW + LOCK_MILLIS);
    for _ in 0..FAILURES_MAX {
        let _ = vault.attempt(&WRONG, later);
    }
    assert_eq!(vault.locked_until(later), Some(later.plus_millis(2 * LOCK_MILLIS)));
}

#[test]
fn a_new_password_opens_and_the_old_one_does_not() {
    let (_folder, workstation, random) = workstation();
    let mut vault = workstation.find("li.na").unwrap().unwrap();
    let key = vault.attempt(&RIGHT, Timestamp(NOW)).unwrap();
    vault.rewrap(&key, KdfParams::standard(&[6; 16]), &WRONG, &random).unwrap();
    let mut vault = workstation.find("li.na").unwrap().unwrap();
    assert!(vault.attempt(&RIGHT, Timestamp(NOW)).is_err());
    vault.attempt(&WRONG, Timestamp(NOW)).unwrap();
}

#[test]
fn the_vault_names_nobody() {
    let (folder, workstation, _) = workstation();
    assert!(workstation.is_used() && workstation.find("wang.wu").unwrap().is_none());
    let entry = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap();
    assert!(!entry.file_name().to_string_lossy().contains("li.na"));
    assert!(!std::fs::read_to_string(entry.path().join("vault.json")).unwrap().contains("li.na"));
}

#[tokio::test]
async fn s1_4_a_wrong_key_does_not_open_the_store() {
    let fixture = Fixture::new().await;
    fixture.store.close().await;
    let other = DataKey::new(&TestRandom(AtomicU64::new(99)));
    let path = fixture.folder.path().join("store.db");
    let device = DeviceId(Uuid::from_u128(1));
    let opened = Store::open(&path, &other, device, fixture.clock.clone(), fixture.random.clone()).await;
    assert!(matches!(opened, Err(StoreError::WrongKey)));
    std::fs::write(&path, "no database at all, but long enough to have a page of its own".repeat(100))
        .unwrap();
    let random: Arc<TestRandom> = fixture.random.clone();
    let opened = Store::open(&path, &fixture.key, device, fixture.clock.clone(), random).await;
    assert!(matches!(opened, Err(StoreError::WrongKey | StoreError::Damaged)));
}

/// What the plain sqlite3 program says to a file.
fn asked(path: &std::path::Path) -> (bool, String) {
    let done =
        std::process::Command::new("sqlite3").arg(path).arg("SELECT count(*) FROM sqlite_master;").output();
    let done = done.expect("sqlite3 (cargo xtask setup installs it)");
    let said = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test]
async fn s1_4_the_sqlite3_program_says_that_a_store_is_no_database() {
    let mut fixture = Fixture::new().await;
    fixture.add(&[(lq_domain::customers::Field::Name, "欧阳静雯")]).await;
    let copy = fixture.folder.path().join("copy.db");
    let path = fixture.folder.path().join("store.db");
    // While it is open, with a log beside it, and after it was closed.
    for open in [true, false] {
        if !open {
            fixture.store.close().await;
        }
        std::fs::copy(&path, &copy).unwrap();
        let (well, said) = asked(&copy);
        assert!(!well && said.contains("file is not a database"), "{said}");
    }
    let plain = fixture.folder.path().join("plain.db");
    let made = std::process::Command::new("sqlite3").arg(&plain).arg("CREATE TABLE t (x);").status().unwrap();
    assert!(made.success() && asked(&plain).0, "and it does say when one is");
    let device = DeviceId(Uuid::from_u128(1));
    let (clock, random) = (fixture.clock.clone(), fixture.random.clone());
    let opened = Store::open(&plain, &fixture.key, device, clock, random).await;
    assert!(matches!(opened, Err(StoreError::WrongKey)), "nor is a plain database a store");
    fixture.reopen().await;
    assert_eq!(fixture.find("欧阳").await, ["欧阳静雯"]);
}
