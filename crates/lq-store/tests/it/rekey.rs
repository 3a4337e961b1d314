use crate::{Fixture, NOW, TestClock, TestRandom};
use lq_domain::clock::Timestamp;
use lq_domain::customers::Field;
use lq_domain::ids::{DeviceId, UserId};
use lq_protocol::secret::KdfParams;
use lq_store::audits::Audit;
use lq_store::key::{DataKey, Vault, Workstation};
use lq_store::rekey::{Step, rekey};
use lq_store::{Store, StoreError};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

const PASSWORD_KEY: [u8; 32] = [1; 32];
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(1));
const LOGIN: &str = "li.na";

/// A store as it lies on a workstation, with customers that were not sent and a key for backups.
struct Place {
    fixture: Fixture,
    vault: Vault,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(NOW)));
        let random = Arc::new(TestRandom(AtomicU64::new(7)));
        let workstation = Workstation::new(&folder.path().join("stores"));
        let kdf = KdfParams::standard(&[5; 16]);
        let (vault, key) =
            workstation.create(LOGIN, DEVICE, kdf.clone(), &PASSWORD_KEY, random.as_ref()).unwrap();
        let store =
            Store::create(&vault.database(), &key, DEVICE, clock.clone(), random.clone()).await.unwrap();
        let fixture = Fixture { folder, key, store, clock, random, user: UserId(Uuid::from_u128(9)) };
        for number in 0..5 {
            fixture.add(&[(Field::Name, &format!("张三{number}")), (Field::Occupation, "教师")]).await;
        }
        fixture.store.keep_backup_key(&PASSWORD_KEY, &kdf, Timestamp(NOW)).await.unwrap();
        Self { fixture, vault }
    }

    fn entry(&self) -> Audit {
        Audit {
            at: Timestamp(NOW),
            actor: self.fixture.user,
            device: DEVICE,
            action: "session_rekey".to_owned(),
            record: None,
            detail: "{}".to_owned(),
        }
    }

    async fn rekey(&mut self, watch: &(dyn Fn(Step) -> bool + Send + Sync)) -> Result<DataKey, StoreError> {
        let entry = self.entry();
        rekey(&self.fixture.store, &mut self.vault, &PASSWORD_KEY, &entry, watch).await
    }

    fn stores(&self) -> PathBuf {
        self.fixture.folder.path().join("stores")
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &place);
        } else {
            std::fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// The names in the one user's folder.
fn names(stores: &Path) -> BTreeSet<String> {
    let folder = std::fs::read_dir(stores).unwrap().next().unwrap().unwrap().path();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    std::fs::read_dir(folder).unwrap().map(name).collect()
}

async fn open(vault: &Vault, key: &DataKey) -> Result<Store, StoreError> {
    let clock = Arc::new(TestClock(AtomicI64::new(NOW)));
    Store::open(&vault.database(), key, DEVICE, clock, Arc::new(TestRandom(AtomicU64::new(8)))).await
}

/// All that a store holds: customers as search finds them, and what waits to be sent.
async fn held(store: &Store) -> (usize, String, Option<bool>) {
    let found = store.find("张三", 100).await.unwrap().len();
    let waiting = format!("{:?}", store.outbox(1000).await.unwrap().1);
    let (entries, holds) = store.audits().await.unwrap();
    (found, waiting, entries.last().map(|_| holds))
}

/// A workstation whose program was ended, started again: what it holds, and the key that opens it.
async fn started_again(stores: &Path) -> ((usize, String, Option<bool>), DataKey, Vault) {
    let mut vault = Workstation::new(stores).find(LOGIN).unwrap().unwrap();
    let key = vault.attempt(&PASSWORD_KEY, Timestamp(NOW)).unwrap();
    let store = open(&vault, &key).await.unwrap();
    // As a sign-in does once the store is open.
    vault.drop_replaced().unwrap();
    let held = held(&store).await;
    store.close().await;
    (held, key, vault)
}

#[tokio::test]
async fn f4_1_a_change_of_the_key_that_is_cut_anywhere_leaves_one_store_with_everything_and_one_key() {
    let mut place = Place::new().await;
    let before = held(&place.fixture.store).await;
    assert_eq!(before.0, 5);
    let (stores, cuts) = (place.stores(), place.fixture.folder.path().join("cuts"));
    let steps = Mutex::new(Vec::new());
    // What lies on the disk before each step is what a process that is killed there leaves.
    let watch = |step: Step| {
        let mut steps = steps.lock().unwrap();
        copy(&stores, &cuts.join(steps.len().to_string()));
        steps.push(step);
        true
    };
    let new = place.rekey(&watch).await.unwrap();
    let old = place.fixture.key.clone();
    let steps = steps.into_inner().unwrap();
    let decided = steps.iter().position(|step| *step == Step::Decide).unwrap();
    for step in [Step::Open, Step::Close, Step::Write, Step::Decide, Step::Clear, Step::Done] {
        assert!(steps.contains(&step), "{step:?}");
    }
    assert!(steps.iter().filter(|step| matches!(step, Step::Rows(..))).count() > 10, "among the tables, too");
    for (number, step) in steps.iter().enumerate() {
        let cut = cuts.join(number.to_string());
        let (held, key, vault) = started_again(&cut).await;
        assert_eq!((held.0, &held.1), (before.0, &before.1), "{step:?} {number}");
        let (counts, file, other) =
            if number <= decided { (&old, "store.db", &new) } else { (&new, "store-1.db", &old) };
        assert_eq!(
            names(&cut),
            BTreeSet::from([file.to_owned(), "vault.json".to_owned()]),
            "{step:?} {number}"
        );
        assert!(open(&vault, counts).await.is_ok(), "{step:?} {number}");
        assert!(matches!(open(&vault, other).await, Err(StoreError::WrongKey)), "{step:?} {number}");
        assert_eq!(held.2, (number > decided).then_some(true), "the audit knows of it once it counts");
        assert_eq!(format!("{key:?}"), "DataKey(…)");
    }
    // And the next one goes on from there.
    place.fixture.store = open(&place.vault, &new).await.unwrap();
    place.rekey(&|_| true).await.unwrap();
    assert_eq!(names(&stores), BTreeSet::from(["store-2.db".to_owned(), "vault.json".to_owned()]));
    assert_eq!(started_again(&stores).await.0.1, before.1);
}

#[tokio::test]
async fn f4_1_a_change_of_the_key_that_is_stopped_leaves_the_store_open_and_nothing_beside_it() {
    let mut place = Place::new().await;
    let asked = AtomicUsize::new(0);
    let mut stopped = 0;
    loop {
        asked.store(0, Ordering::Relaxed);
        let done = place.rekey(&|_| asked.fetch_add(1, Ordering::Relaxed) != stopped).await;
        match done {
            Err(StoreError::Stopped) => stopped += 1,
            // The one that was told to stop after nobody is asked any more.
            done => break assert!(done.is_ok(), "{done:?}"),
        }
        assert!(!names(&place.stores()).iter().any(|name| name.starts_with("store-1.db")), "{stopped}");
        place.fixture.add(&[(Field::Name, &format!("李四{stopped}"))]).await;
    }
    assert!(stopped > 10);
    let (held, ..) = started_again(&place.stores()).await;
    assert_eq!(held.0, 5, "and what was written between is there");
    let mut vault = Workstation::new(&place.stores()).find(LOGIN).unwrap().unwrap();
    let key = vault.attempt(&PASSWORD_KEY, Timestamp(NOW)).unwrap();
    let store = open(&vault, &key).await.unwrap();
    assert_eq!(store.find("李四", 1000).await.unwrap().len(), stopped);
    store.close().await;
}

#[tokio::test]
async fn f4_1_a_disk_that_refuses_a_file_leaves_the_old_key_and_the_old_store() {
    let mut place = Place::new().await;
    let before = held(&place.fixture.store).await;
    // Where the copy is to be made.
    let copy = place.vault.next_database();
    std::fs::create_dir(&copy).unwrap();
    assert!(matches!(place.rekey(&|_| true).await, Err(StoreError::File(_))));
    std::fs::remove_dir(&copy).unwrap();
    place.fixture.add(&[(Field::Name, "李四")]).await;
    // Where the vault is written, after the store has closed.
    let beside = place.vault.database().with_file_name("vault.json.new");
    let spoilt = beside.clone();
    let refused =
        place.rekey(&move |step: Step| step != Step::Write || std::fs::create_dir(&spoilt).is_ok()).await;
    assert!(matches!(refused, Err(StoreError::File(_))), "{refused:?}");
    std::fs::remove_dir(&beside).unwrap();
    let (held, ..) = started_again(&place.stores()).await;
    assert_eq!((held.0, held.2), (before.0, None));
    assert_eq!(names(&place.stores()), BTreeSet::from(["store.db".to_owned(), "vault.json".to_owned()]));
}

#[tokio::test]
async fn f4_1_what_is_written_while_the_key_changes_is_refused_and_not_lost_unseen() {
    let mut place = Place::new().await;
    let entry = place.entry();
    let copied = place.fixture.store.copy_anew(&place.vault, &entry, &|_| true).await.unwrap();
    assert!(copied.rows() > 5);
    // Reading goes on.
    assert_eq!(place.fixture.find("张三").await.len(), 5);
    let (writing, placing) = tokio::join!(
        async {
            // It waits for the store that is being copied, which closes.
            place.fixture.store.write().await.map(|_| ())
        },
        copied.take_place(&place.fixture.store, &mut place.vault, &PASSWORD_KEY, &|_| true),
    );
    assert_eq!(writing.unwrap_err().code(), lq_protocol::error::ErrorCode::StoreLocked);
    placing.unwrap();
}

#[tokio::test]
async fn f4_1_a_password_that_changed_meanwhile_leaves_the_old_key() {
    let mut place = Place::new().await;
    let entry = place.entry();
    let copied = place.fixture.store.copy_anew(&place.vault, &entry, &|_| true).await.unwrap();
    let refused = copied.take_place(&place.fixture.store, &mut place.vault, &[2; 32], &|_| true).await;
    assert!(matches!(refused, Err(StoreError::WrongKey)));
    assert_eq!(started_again(&place.stores()).await.0.0, 5);
    assert_eq!(names(&place.stores()), BTreeSet::from(["store.db".to_owned(), "vault.json".to_owned()]));
}

#[tokio::test]
async fn a_vault_of_a_newer_release_is_not_touched() {
    let place = Place::new().await;
    place.fixture.store.close().await;
    let file = place.vault.database().with_file_name("vault.json");
    let newer = std::fs::read_to_string(&file).unwrap().replace("\"version\": 2", "\"version\": 3");
    std::fs::write(&file, &newer).unwrap();
    let found = Workstation::new(&place.stores()).find(LOGIN);
    assert!(matches!(found, Err(StoreError::Newer)));
    // One of the release before, which knew one data key for ever, opens.
    let older: serde_json::Value = serde_json::from_str(&newer).unwrap();
    let mut older = older.as_object().unwrap().clone();
    older.remove("generation");
    older.insert("version".to_owned(), 1.into());
    std::fs::write(&file, serde_json::to_vec(&older).unwrap()).unwrap();
    assert_eq!(started_again(&place.stores()).await.0.0, 5);
}
