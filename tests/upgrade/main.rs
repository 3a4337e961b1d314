//! Keeps what this release writes, so that each later one is tested against it: `cargo xtask keep NAME`, once, when a release goes out.
#![expect(clippy::print_stdout, reason = "printing is this program's work")]

mod kept;

use kept::{DATABASE, Failure, HELD, Held, LOGIN, PASSWORD, STORE, VAULT, device, rows};
use lq_client::contract::customers::{CreateCustomer, CustomerRef, TagCustomers, UpdateCustomer};
use lq_client::contract::session::SignIn;
use lq_client::contract::tags::CreateTag;
use lq_client::{Client, Config};
use lq_domain::access::Role;
use lq_domain::clock::Clock as _;
use lq_domain::customers::Field;
use lq_domain::ids::CustomerId;
use lq_protocol::secret::derive;
use lq_server::intake::{Delivery, Format, take_accounts, take_transactions};
use lq_server::{App, Config as ServerConfig, Running, start};
use lq_store::Store;
use lq_store::key::Workstation;
use lq_testkit::clock::FixedClock;
use lq_testkit::postgres::{Cluster, app_at};
use lq_testkit::random::SeededRandom;
use lq_testkit::sample::Sample;
use lq_testkit::staff::First;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SEED: u64 = 20_261_125;
const CUSTOMERS: u64 = 25;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let to = PathBuf::from(std::env::args().nth(1).ok_or("lq-keep FOLDER")?);
    std::fs::create_dir(&to)?;
    let folder = tempfile::tempdir()?;
    let bank = Bank::open().await?;
    let desk = bank.device(&folder.path().join("desk"), 2).await?;
    let ids = work(&bank, &desk).await?;
    quarrel(&bank, &desk, &folder.path().join("laptop"), &ids).await?;
    leave_unsent(&desk, &ids).await?;
    desk.session_lock(()).await?;
    let store = keep_store(&folder.path().join("desk"), &to).await?;
    let held = Held { device: device(&store).await?, server: rows(&bank.url).await? };
    store.close().await;
    std::fs::write(to.join(DATABASE), zstd::encode_all(bank.cluster.dump(&bank.url)?.as_bytes(), 19)?)?;
    std::fs::write(to.join(HELD), serde_json::to_string_pretty(&held)?)?;
    println!(
        "{} customers, {} tables kept in {}",
        held.device.customers.len(),
        held.server.len(),
        to.display()
    );
    Ok(())
}

struct Bank {
    cluster: Cluster,
    url: String,
    app: App,
    running: Running,
    clock: Arc<FixedClock>,
}

impl Bank {
    async fn open() -> Result<Self, Failure> {
        let clock = Arc::new(FixedClock::default());
        let cluster = Cluster::start()?;
        let url = cluster.create_database().await?;
        let app = app_at(&url, clock.clone(), Arc::new(SeededRandom::new(1))).await?;
        let first = First {
            login: LOGIN,
            name: "王芳",
            password: PASSWORD,
            role: Role::RelationshipManager,
            branch: "东城支行",
        };
        first.work_at(&app).await?;
        let running = start(app.clone(), &ServerConfig::local()).await?;
        Ok(Self { cluster, url, app, running, clock })
    }

    async fn device(&self, folder: &Path, seed: u64) -> Result<Client, Failure> {
        let client = Client::new(Config {
            folder: folder.to_owned(),
            clock: self.clock.clone(),
            random: Arc::new(SeededRandom::new(seed)),
            device_name: "desk".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            authority: None,
        });
        let input = SignIn {
            login: LOGIN.to_owned(),
            password: PASSWORD.to_owned(),
            server: Some(self.running.url()),
        };
        client.session_sign_in(input).await?;
        Ok(client)
    }
}

/// Customers with tags, accounts and transactions, which the server has too.
async fn work(bank: &Bank, desk: &Client) -> Result<Vec<CustomerId>, Failure> {
    let sample = Sample::new(SEED, bank.clock.today());
    let mut ids = Vec::new();
    for customer in sample.customers(CUSTOMERS) {
        let values: BTreeMap<Field, String> = customer.values.into_iter().collect();
        let saved = desk.customers_create(CreateCustomer { values, key: customer.index.to_string() }).await?;
        ids.extend(saved.ids);
    }
    let tag =
        desk.tags_create(CreateTag { name: "养老金客户".to_owned(), colour: "green".to_owned() }).await?;
    let tagged = ids.iter().step_by(3).copied().collect();
    desk.customers_tag(TagCustomers { ids: tagged, add: vec![tag.id], remove: Vec::new() }).await?;
    desk.sync_run(()).await?;
    let (accounts, booked) = sample.deliveries(sample.customers(CUSTOMERS));
    let opened = take_accounts(&bank.app, &delivery(&accounts)).await?;
    let taken = take_transactions(&bank.app, &delivery(&booked)).await?;
    if opened.taken == 0 || taken.taken == 0 {
        return Err("nothing was taken in".into());
    }
    desk.sync_run(()).await?;
    Ok(ids)
}

fn delivery(text: &str) -> Delivery<'_> {
    Delivery { format: &Format::Csv, bytes: text.as_bytes(), strict: false, key: None }
}

/// Another device changes what this one changes too.
async fn quarrel(bank: &Bank, desk: &Client, folder: &Path, ids: &[CustomerId]) -> Result<(), Failure> {
    let laptop = bank.device(folder, 3).await?;
    laptop.sync_run(()).await?;
    set(&laptop, ids[1], Field::Mobile, "13900000001").await?;
    laptop.sync_run(()).await?;
    set(desk, ids[1], Field::Mobile, "13900000002").await?;
    desk.sync_run(()).await?;
    laptop.session_lock(()).await?;
    Ok(())
}

/// What waits to be sent when the device is kept.
async fn leave_unsent(desk: &Client, ids: &[CustomerId]) -> Result<(), Failure> {
    set(desk, ids[2], Field::Notes, "约下周三面谈").await?;
    set(desk, ids[3], Field::Notes, "存单到期后转购理财").await?;
    let values =
        BTreeMap::from([(Field::Name, "欧阳慕白".to_owned()), (Field::Mobile, "13900000003".to_owned())]);
    desk.customers_create(CreateCustomer { values, key: "unsent".to_owned() }).await?;
    Ok(())
}

async fn set(client: &Client, id: CustomerId, field: Field, text: &str) -> Result<(), Failure> {
    let revision = client.customers_get(CustomerRef { id }).await?.revision;
    let values = BTreeMap::from([(field, text.to_owned())]);
    client.customers_update(UpdateCustomer { id, revision, values, reason: None }).await?;
    Ok(())
}

/// Copies vault and store; the store, open.
async fn keep_store(folder: &Path, to: &Path) -> Result<Store, Failure> {
    let workstation = Workstation::new(&folder.join("stores"));
    let mut vault = workstation.find(LOGIN)?.ok_or("no vault")?;
    std::fs::copy(vault.database(), to.join(STORE))?;
    std::fs::copy(vault.database().with_file_name(VAULT), to.join(VAULT))?;
    let clock = Arc::new(FixedClock::default());
    let derived = derive(PASSWORD, vault.kdf()).map_err(|_| "the vault's cost is none")?;
    let key = vault.attempt(&derived.key, clock.now()).map_err(|error| error.to_string())?;
    let random = Arc::new(SeededRandom::new(4));
    Ok(Store::open(&vault.database(), &key, vault.device(), clock, random).await?)
}
