//! What earlier releases wrote is what this one reads: `kept` holds a user's folder and a server's database of each.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that can't prepare has failed")]

mod kept;

use kept::{DATABASE, Device, HELD, Held, LOGIN, PASSWORD, STORE, VAULT, device, rows};
use lq_domain::clock::Clock as _;
use lq_domain::ids::{BranchId, DeviceId};
use lq_protocol::secret::derive;
use lq_protocol::session::SignInRequest;
use lq_server::{Config, Running, start, verify_audits};
use lq_store::Store;
use lq_store::key::{DataKey, Workstation};
use lq_sync::{Credentials, Engine, HttpTransport, Parts, Transport as _};
use lq_testkit::clock::FixedClock;
use lq_testkit::postgres::{Cluster, app_at};
use lq_testkit::random::SeededRandom;
use lq_testkit::staff::light_kdf;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything that was kept.
fn all() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("upgrade/kept");
    let mut all: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    assert!(!all.is_empty());
    all
}

fn held(kept: &Path) -> Held {
    serde_json::from_slice(&std::fs::read(kept.join(HELD)).unwrap()).unwrap()
}

/// A copy of the user's folder, in the place where a client looks for it.
fn copy(kept: &Path, to: &Path) -> Workstation {
    let stores = to.join("stores");
    let workstation = Workstation::new(&stores);
    let random = SeededRandom::new(1);
    let clock = FixedClock::default();
    let device = DeviceId::new(clock.now(), &random);
    // Makes the folder of that user; what is in it is then replaced.
    workstation.create(LOGIN, device, light_kdf(&[5; 16]), &[0; 32], &random).unwrap();
    let folder = std::fs::read_dir(&stores).unwrap().next().unwrap().unwrap().path();
    for name in [VAULT, STORE] {
        std::fs::copy(kept.join(name), folder.join(name)).unwrap();
    }
    workstation
}

async fn open(workstation: &Workstation) -> (Arc<Store>, String) {
    let clock = Arc::new(FixedClock::default());
    let mut vault = workstation.find(LOGIN).unwrap().unwrap();
    let derived = derive(PASSWORD, vault.kdf()).unwrap();
    let key = vault.attempt(&derived.key, clock.now()).unwrap();
    let random = Arc::new(SeededRandom::new(5));
    let store = Store::open(&vault.database(), &key, vault.device(), clock, random).await.unwrap();
    (Arc::new(store), derived.secret_base64())
}

/// The server's database as it was kept, brought to the present schema.
async fn restored(kept: &Path) -> String {
    let url = Cluster::shared().unwrap().create_database().await.unwrap();
    let dump = zstd::decode_all(std::fs::File::open(kept.join(DATABASE)).unwrap()).unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(String::from_utf8(dump).unwrap())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    url
}

async fn serve(url: &str) -> (lq_server::App, Running) {
    let clock = Arc::new(FixedClock::default());
    let app = app_at(url, clock, Arc::new(SeededRandom::new(6))).await.unwrap();
    let running = start(app.clone(), &Config::local()).await.unwrap();
    (app, running)
}

#[tokio::test]
async fn x33_a_store_of_an_earlier_release_opens_with_everything_that_it_held() {
    for kept in all() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = open(&copy(&kept, folder.path())).await;
        assert_eq!(device(&store).await.unwrap(), held(&kept).device, "{}", kept.display());
        assert_eq!(store.faults().await.unwrap(), [""; 0], "{}", kept.display());
    }
}

#[tokio::test]
async fn x33_a_server_of_an_earlier_release_is_brought_up_to_date_with_every_row_and_a_whole_audit() {
    for kept in all() {
        let url = restored(&kept).await;
        let (app, _running) = serve(&url).await;
        let now = rows(&url).await.unwrap();
        for (table, count) in held(&kept).server {
            assert_eq!(now.get(&table), Some(&count), "{} of {}", table, kept.display());
        }
        for branch in branches(&url).await {
            assert_eq!(verify_audits(app.db(), branch).await.unwrap(), None, "{}", kept.display());
        }
    }
}

/// Every chain of the audit.
async fn branches(url: &str) -> Vec<BranchId> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let branches: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT branch_id FROM audit_heads").fetch_all(&mut connection).await.unwrap();
    assert!(branches.len() > 1);
    branches.into_iter().map(BranchId).collect()
}

#[tokio::test]
async fn x33_a_device_and_a_server_of_an_earlier_release_go_on_together() {
    for kept in all() {
        let url = restored(&kept).await;
        let (_app, running) = serve(&url).await;
        let folder = tempfile::tempdir().unwrap();
        let workstation = copy(&kept, folder.path());
        let (store, secret) = open(&workstation).await;
        let before = device(&store).await.unwrap();
        round(&store, &running, &secret, workstation.find(LOGIN).unwrap().unwrap().device()).await;
        let after = device(&store).await.unwrap();
        assert_eq!((after.pending, after.conflicts), (0, before.conflicts), "{}", kept.display());
        assert_eq!(values(&after), values(&before), "{}", kept.display());
        let (another, number) = blank(folder.path()).await;
        round(&another, &running, &secret, number).await;
        let told = device(&another).await.unwrap();
        let (mine, theirs) = (notes(&after), notes(&told));
        assert_eq!(mine, theirs, "what waited is on another device of {}", kept.display());
    }
}

/// An empty store of another device.
async fn blank(folder: &Path) -> (Arc<Store>, DeviceId) {
    let (clock, random) = (Arc::new(FixedClock::default()), Arc::new(SeededRandom::new(7)));
    let (device, key) = (DeviceId(uuid::Uuid::from_u128(9)), DataKey::new(random.as_ref()));
    let store = Store::create(&folder.join("another.db"), &key, device, clock, random).await.unwrap();
    (Arc::new(store), device)
}

fn values(device: &Device) -> Vec<&Vec<Option<String>>> {
    device.customers.iter().map(|customer| &customer.values).collect()
}

/// Names with notes: mobiles differ where two devices have not agreed yet.
fn notes(device: &Device) -> Vec<(Option<String>, Option<String>)> {
    let mut notes: Vec<_> = device
        .customers
        .iter()
        .map(|customer| (customer.values[0].clone(), customer.values[3].clone()))
        .collect();
    notes.sort();
    notes
}

/// Exchanges until nothing waits.
async fn round(store: &Arc<Store>, running: &Running, secret: &str, device: DeviceId) {
    let http = HttpTransport::new(&running.url(), None).unwrap();
    let request = SignInRequest {
        login: LOGIN.to_owned(),
        secret: secret.to_owned(),
        device,
        device_name: "desk".to_owned(),
    };
    let reply = http.sign_in(&request).await.unwrap();
    if store.owner().await.unwrap().is_none() {
        let owner =
            lq_store::facts::Owner { profile: reply.user.clone(), password_expired: false, sample: false };
        store.set_owner(&owner).await.unwrap();
        let membership = lq_store::facts::Membership {
            server: running.url(),
            name: reply.server_name.clone(),
            refresh_token: reply.refresh_token.clone(),
            epoch: Some(reply.epoch),
            last_contact: FixedClock::default().now(),
            offline_days: reply.offline_days,
        };
        store.set_membership(&membership).await.unwrap();
    }
    let engine = Engine::new(Parts {
        store: store.clone(),
        transport: Arc::new(http),
        clock: Arc::new(FixedClock::default()),
        random: Arc::new(SeededRandom::new(9)),
        device,
        credentials: Credentials {
            login: LOGIN.to_owned(),
            device_name: "desk".to_owned(),
            secret: secret.to_owned().into(),
        },
    });
    engine.adopt(reply).await.unwrap();
    engine.round().await.unwrap();
}
