//! The program over real stores, from its command line.
#![expect(clippy::unwrap_used, reason = "a test that can't prepare has failed")]

use lq_domain::clock::{Clock as _, Timestamp};
use lq_domain::feature::Feature;
use lq_domain::ids::{BranchId, DeviceId, UserId};
use lq_domain::record::{FieldChange, FieldChanges};
use lq_protocol::change::{ChangeResult, Channel, Outcome};
use lq_protocol::error::ErrorCode;
use lq_protocol::recovery::RecoveryKey;
use lq_protocol::secret::{KdfParams, derive};
use lq_store::facts::Owner;
use lq_store::key::{DataKey, FAILURES_MAX, Vault, Workstation};
use lq_store::recovery::{Recovery, RecoverySecret};
use lq_store::rekey::rekey;
use lq_store::{NewChange, Store};
use lq_testkit::clock::FixedClock;
use lq_testkit::random::SeededRandom;
use lq_testkit::staff::manager;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use uuid::Uuid;

const DEVICE: DeviceId = DeviceId(Uuid::from_u128(1));
const USER: UserId = UserId(Uuid::from_u128(9));
const LOGIN: &str = "wangfang";
/// What nobody remembers.
const FORGOTTEN: [u8; 32] = [1; 32];
const NEW: &str = "Rescued-2026-bridge";

/// Runs the program; whether it ended well, what it printed, and the code in its log.
fn run(words: &[&str], password: Option<&str>) -> (bool, Value, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lq-rescue"));
    command.args(words).env_clear().env("LQ_PASSWORD", password.unwrap_or_default());
    let done = command.output().unwrap();
    let log = String::from_utf8(done.stderr).unwrap();
    let last =
        log.lines().last().and_then(|line| serde_json::from_str::<Value>(line).ok()).unwrap_or_default();
    let code = last["fields"]["code"].as_str().unwrap_or_default().to_owned();
    (done.status.success(), serde_json::from_slice(&done.stdout).unwrap_or_default(), code)
}

/// A device of a user who forgot the password.
struct Lost {
    folder: tempfile::TempDir,
    workstation: Workstation,
    vault: Vault,
    data_key: DataKey,
    clock: Arc<FixedClock>,
    random: Arc<SeededRandom>,
    /// The bank's private key, made by the program, and another one.
    keys: [PathBuf; 2],
}

impl Lost {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (clock, random) = (Arc::new(FixedClock::default()), Arc::new(SeededRandom::new(5)));
        let keys = ["bank.key", "other.key"].map(|name| folder.path().join(name));
        let mut public = Vec::new();
        for key in &keys {
            let (well, said, _) = run(&["keygen", key.to_str().unwrap()], None);
            assert!(well);
            public.push(RecoveryKey::parse(said["key"].as_str().unwrap()).unwrap());
        }
        let workstation = Workstation::new(&folder.path().join("stores"));
        let kdf = KdfParams::standard(&[5; 16]);
        let (mut vault, data_key) =
            workstation.create(LOGIN, DEVICE, kdf, &FORGOTTEN, random.as_ref()).unwrap();
        let to = Recovery { key: public[0], since: clock.now() };
        vault.set_recovery(&data_key, Some(to), random.as_ref()).unwrap();
        let store =
            Store::create(&vault.database(), &data_key, DEVICE, clock.clone(), random.clone()).await.unwrap();
        furnish(&store).await;
        store.close().await;
        Self { folder, workstation, vault, data_key, clock, random, keys }
    }

    async fn open(&self) -> Store {
        let (clock, random) = (self.clock.clone(), self.random.clone());
        Store::open(&self.vault.database(), &self.data_key, DEVICE, clock, random).await.unwrap()
    }

    /// The user's folder.
    fn place(&self) -> PathBuf {
        self.vault.database().parent().unwrap().to_owned()
    }

    fn changes(&self, key: &Path, out: &Path) -> (bool, Value, String) {
        let place = self.place();
        let [key, store, out] = [key, &place, out].map(|path| path.to_str().unwrap());
        run(&["changes", "--key", key, "--store", store, "--out", out], None)
    }

    /// Every file of the user's folder.
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(self.place())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
            .collect();
        files.sort();
        files
    }
}

/// Whose it is, and seven changes: five wait, one was refused, one is settled.
async fn furnish(store: &Store) {
    let branch = BranchId(Uuid::from_u128(3));
    let profile = manager(USER, branch);
    store.set_owner(&Owner { profile, password_expired: false, sample: false }).await.unwrap();
    let mut made = Vec::new();
    for number in 0..7 {
        let mut tx = store.write().await.unwrap();
        let name = FieldChange { base: None, new: Some(format!("客户{number}")) };
        let change = NewChange {
            entity: Feature::Customers,
            record_id: Uuid::from_u128(100 + number),
            fields: FieldChanges::from([("name".to_owned(), name)]),
            actor: USER,
            channel: Channel::Form,
            reason: None,
            group: None,
        };
        made.push(tx.change(change).await.unwrap());
        tx.commit().await.unwrap();
    }
    let refused = ChangeResult::Refused { code: ErrorCode::NotAllowed, field: None };
    let outcomes: Vec<Outcome> = [refused, ChangeResult::Applied]
        .into_iter()
        .zip(&made)
        .map(|(result, made)| Outcome {
            change: made.change,
            record: matches!(result, ChangeResult::Applied).then(|| {
                let mut record = made.record.clone();
                record.revision = 1;
                record
            }),
            result,
        })
        .collect();
    store.settle(&outcomes).await.unwrap();
}

#[tokio::test]
async fn s1_4_what_was_not_sent_is_rescued_whole_with_the_banks_private_key_and_by_no_other() {
    let lost = Lost::new().await;
    let before = lost.files();
    let out = lost.folder.path().join("unsent.jsonl");
    let (well, _, code) = lost.changes(&lost.keys[1], &out);
    assert_eq!((well, code.as_str()), (false, "recovery_key"), "another private key opens nothing");
    assert!(!out.exists());

    let (well, said, _) = lost.changes(&lost.keys[0], &out);
    assert!(well);
    assert_eq!(said["changes"], 6);
    let lines: Vec<Value> = std::fs::read_to_string(&out)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["format"], "langqiao-unsent");
    assert_eq!((lines[0]["version"].as_u64(), lines[0]["login"].as_str()), (Some(1), Some(LOGIN)));
    assert_eq!((lines[0]["changes"].as_u64(), lines.len()), (Some(6), 7));
    let told: Vec<(&str, &str)> = lines[1..]
        .iter()
        .map(|line| {
            (line["state"].as_str().unwrap(), line["change"]["fields"]["name"]["new"].as_str().unwrap())
        })
        .collect();
    let waiting = ["客户2", "客户3", "客户4", "客户5", "客户6"].map(|name| ("waiting", name));
    assert_eq!(told, [&waiting[..], &[("refused", "客户0")]].concat());
    assert_eq!(lines[6]["result"]["code"], "not_allowed");
    assert_eq!(lost.files(), before, "the folder stays as it was found");
    // A second one does not replace the first.
    assert_eq!(lost.changes(&lost.keys[0], &out).2, "file_exists");
}

#[tokio::test]
async fn s1_4_a_folder_that_was_cut_off_while_a_backup_was_brought_back_is_rescued_as_it_was() {
    let lost = Lost::new().await;
    let database = lost.vault.database();
    std::fs::rename(&database, database.with_file_name("store.db.replaced")).unwrap();
    let before = lost.files();
    let (well, said, code) = lost.changes(&lost.keys[0], &lost.folder.path().join("unsent.jsonl"));
    assert!(well, "{code}");
    assert_eq!(said["changes"], 6);
    assert_eq!(lost.files(), before, "the folder stays as it was found");
}

#[tokio::test]
async fn a_rescue_that_fails_leaves_no_half_list_in_the_way_of_the_next() {
    let lost = Lost::new().await;
    let (database, out) = (lost.vault.database(), lost.folder.path().join("unsent.jsonl"));
    let whole = std::fs::read(&database).unwrap();
    std::fs::write(&database, [7; 8_192]).unwrap();
    assert!(!lost.changes(&lost.keys[0], &out).0);
    assert!(!out.exists());
    std::fs::write(&database, whole).unwrap();
    assert!(lost.changes(&lost.keys[0], &out).0);
}

#[tokio::test]
async fn s1_4_the_rescue_goes_on_working_after_a_change_of_the_data_key() {
    let mut lost = Lost::new().await;
    let store = lost.open().await;
    let entry = lq_store::audits::Audit {
        at: Timestamp(1),
        actor: USER,
        device: DEVICE,
        action: "session_rekey".to_owned(),
        record: None,
        detail: "{}".to_owned(),
    };
    rekey(&store, &mut lost.vault, &FORGOTTEN, &entry, &|_| true).await.unwrap();
    let (well, said, code) = lost.changes(&lost.keys[0], &lost.folder.path().join("unsent.jsonl"));
    assert!(well, "{code}");
    assert_eq!(said["changes"], 6);
}

#[tokio::test]
async fn s1_4_a_store_whose_password_was_forgotten_opens_under_a_new_one_with_all_that_waits() {
    let lost = Lost::new().await;
    // The user has tried, until it was closed.
    let mut vault = lost.workstation.find(LOGIN).unwrap().unwrap();
    for _ in 0..FAILURES_MAX {
        assert!(vault.attempt(&[2; 32], lost.clock.now()).is_err());
    }
    let place = lost.place();
    let words = |key: &Path| {
        ["password", "--key", key.to_str().unwrap(), "--store", place.to_str().unwrap()].map(str::to_owned)
    };
    let give = |key: &Path, password: &str| {
        let words = words(key);
        run(&words.each_ref().map(String::as_str), Some(password)).2
    };
    assert_eq!(give(&lost.keys[1], NEW), "recovery_key");
    assert_eq!(give(&lost.keys[0], "kurz"), "password_short");
    assert!(lost.workstation.find(LOGIN).unwrap().unwrap().locked_until(lost.clock.now()).is_some());
    assert_eq!(give(&lost.keys[0], NEW), "");

    let mut vault = lost.workstation.find(LOGIN).unwrap().unwrap();
    let key = derive(NEW, vault.kdf()).unwrap().key;
    assert!(vault.attempt(&FORGOTTEN, lost.clock.now()).is_err(), "the forgotten one is worth nothing");
    let data_key = vault.attempt(&key, lost.clock.now()).unwrap();
    let (clock, random) = (lost.clock.clone(), lost.random.clone());
    let store = Store::open(&vault.database(), &data_key, DEVICE, clock, random).await.unwrap();
    assert_eq!(store.outbox(100).await.unwrap().1.len(), 5);
    let (entries, holds) = store.audits().await.unwrap();
    assert_eq!((entries.last().map(|entry| entry.action.as_str()), holds), (Some("session_rescue"), true));
    store.close().await;
}

#[tokio::test]
async fn a_store_without_a_copy_for_the_bank_says_so_and_keys_are_not_written_over() {
    let mut lost = Lost::new().await;
    let out = lost.folder.path().join("unsent.jsonl");
    lost.vault.set_recovery(&lost.data_key, None, lost.random.as_ref()).unwrap();
    assert_eq!(lost.changes(&lost.keys[0], &out).2, "recovery_none");
    assert_eq!(run(&["keygen", lost.keys[0].to_str().unwrap()], None).2, "file_exists");
    let (_, shown, _) = run(&["show", lost.keys[0].to_str().unwrap()], None);
    let text = std::fs::read_to_string(&lost.keys[0]).unwrap();
    let public = RecoverySecret::parse(&text).expect("the file reads").public();
    assert_eq!(shown["key"], public.to_string());
    assert_eq!(shown["fingerprint"], public.fingerprint());
    std::fs::write(&out, "no key").unwrap();
    assert_eq!(run(&["show", out.to_str().unwrap()], None).2, "recovery_form");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&lost.keys[0]).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
