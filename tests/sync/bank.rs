//! A bank with one branch, one relationship manager and that user's devices.

use lq_client::contract::customers::{
    CreateCustomer, CustomerRef, CustomerView, DeleteCustomers, FindCustomers, UpdateCustomer,
};
use lq_client::contract::session::SignIn;
use lq_client::contract::sync::{SyncQueue, SyncView};
use lq_client::{Client, ClientError, Config};
use lq_domain::access::Role;
use lq_domain::clock::Clock as _;
use lq_domain::customers::Field;
use lq_domain::ids::{BranchId, CustomerId, UserId};
use lq_protocol::error::ErrorCode;
use lq_protocol::secret::derive;
use lq_server::admin::{NewSecret, UserChange, user_set};
use lq_server::{App, Config as ServerConfig, Running, Tls, start};
use lq_store::Store;
use lq_store::key::Workstation;
use lq_testkit::clock::FixedClock;
use lq_testkit::postgres;
use lq_testkit::random::SeededRandom;
use lq_testkit::staff::{First, light_kdf};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

pub(crate) const LOGIN: &str = "wangfang";
pub(crate) const PASSWORD: &str = "Langqiao-2026-desk";

/// The bank's side.
pub(crate) struct Bank {
    running: Option<Running>,
    pub(crate) app: App,
    pub(crate) user: UserId,
    pub(crate) branch: BranchId,
    pub(crate) address: SocketAddr,
    tls: Option<Tls>,
    pub(crate) clock: Arc<FixedClock>,
}

impl Bank {
    pub(crate) async fn new() -> Self {
        let clock = Arc::new(FixedClock::default());
        let app = postgres::app(clock.clone(), Arc::new(SeededRandom::new(1))).await.unwrap();
        Self::open(app, clock, None).await
    }

    /// A bank over a database that is there.
    pub(crate) async fn at(url: &str) -> Self {
        let clock = Arc::new(FixedClock::default());
        let app = postgres::app_at(url, clock.clone(), Arc::new(SeededRandom::new(1))).await.unwrap();
        Self::open(app, clock, None).await
    }

    /// A bank whose customers are invented; its people have the same login names.
    pub(crate) async fn sample() -> Self {
        let clock = Arc::new(FixedClock::default());
        let app = postgres::sample_app(clock.clone(), Arc::new(SeededRandom::new(101))).await.unwrap();
        Self::open(app, clock, None).await
    }

    /// A bank that serves with a certificate.
    pub(crate) async fn secure(tls: Tls) -> Self {
        let clock = Arc::new(FixedClock::default());
        let app = postgres::app(clock.clone(), Arc::new(SeededRandom::new(1))).await.unwrap();
        Self::open(app, clock, Some(tls)).await
    }

    async fn open(app: App, clock: Arc<FixedClock>, tls: Option<Tls>) -> Self {
        let first = First {
            login: LOGIN,
            name: "王芳",
            password: PASSWORD,
            role: Role::RelationshipManager,
            branch: "东城支行",
        };
        let (branch, user) = first.work_at(&app).await.unwrap();
        let config = ServerConfig { tls: tls.clone(), ..ServerConfig::local() };
        let running = start(app.clone(), &config).await.unwrap();
        let address = running.address();
        Self { running: Some(running), app, user, branch, address, tls, clock }
    }

    pub(crate) fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The server is gone from one moment to the next.
    pub(crate) async fn kill(&mut self) {
        drop(self.running.take());
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(self.address).await.is_err() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the server still listens");
    }

    /// The server is there again, at the same address.
    pub(crate) async fn come_back(&mut self) {
        let config = ServerConfig { listen: self.address, tls: self.tls.clone() };
        self.running = Some(start(self.app.clone(), &config).await.unwrap());
    }

    /// The server has another certificate from its next start.
    pub(crate) fn certify(&mut self, tls: Tls) {
        self.tls = Some(tls);
    }

    pub(crate) async fn set_role(&self, role: Role) {
        let change = UserChange { role: Some(role), ..UserChange::default() };
        user_set(&self.app, None, self.user, change).await.unwrap();
    }

    /// An administrator gives the user a password, to be changed.
    pub(crate) async fn give_password(&self, password: &str) {
        let password = Some(NewSecret::of_password(password, light_kdf(&[5; 16]), true).unwrap());
        user_set(&self.app, None, self.user, UserChange { password, ..UserChange::default() }).await.unwrap();
    }

    /// A device of the user, signed in for the first time.
    pub(crate) async fn device(&self, name: &str, seed: u64) -> Device {
        let device = Device::new(self, name, seed);
        let sign_in =
            SignIn { login: LOGIN.to_owned(), password: PASSWORD.to_owned(), server: Some(self.url()) };
        device.client.session_sign_in(sign_in).await.unwrap();
        device
    }
}

/// A client with a folder of its own.
pub(crate) struct Device {
    pub(crate) client: Client,
    pub(crate) folder: TempDir,
    clock: Arc<FixedClock>,
}

impl Device {
    pub(crate) fn new(bank: &Bank, name: &str, seed: u64) -> Self {
        Self::trusting(bank, name, seed, None)
    }

    /// A client that trusts the authority of a PEM file, too.
    pub(crate) fn trusting(bank: &Bank, name: &str, seed: u64, authority: Option<PathBuf>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = bank.clock.clone();
        let client = Client::new(Config {
            folder: folder.path().to_owned(),
            clock: clock.clone(),
            random: Arc::new(SeededRandom::new(seed)),
            device_name: name.to_owned(),
            version: "0.1.0".to_owned(),
            authority,
        });
        Self { client, folder, clock }
    }

    /// The password typed, with the store or at the server that the device knows.
    pub(crate) async fn sign_in(&self, password: &str) -> Result<(), ErrorCode> {
        let input = SignIn { login: LOGIN.to_owned(), password: password.to_owned(), server: None };
        self.client.session_sign_in(input).await.map(|_| ()).map_err(|error| error.code())
    }

    /// The store under a login name, opened beside the client, which is locked for that. Whoever asked closes it.
    pub(crate) async fn store(&self, login: &str) -> Store {
        self.client.session_lock(()).await.unwrap();
        let workstation = Workstation::new(&self.folder.path().join("stores"));
        let mut vault = workstation.find(login).unwrap().unwrap();
        let key = vault.attempt(&derive(PASSWORD, vault.kdf()).unwrap().key, self.clock.now()).unwrap();
        let random = Arc::new(SeededRandom::new(77));
        Store::open(&vault.database(), &key, vault.device(), self.clock.clone(), random).await.unwrap()
    }

    pub(crate) async fn add(&self, values: &[(Field, &str)]) -> CustomerId {
        self.clock.advance(1_000);
        let values: BTreeMap<Field, String> = typed(values);
        let key = values[&Field::Name].clone();
        self.client.customers_create(CreateCustomer { values, key }).await.unwrap().ids[0]
    }

    pub(crate) async fn edit(&self, id: CustomerId, values: &[(Field, &str)]) {
        self.clock.advance(1_000);
        let revision = self.get(id).await.revision;
        let input = UpdateCustomer { id, revision, values: typed(values), reason: None };
        self.client.customers_update(input).await.unwrap();
    }

    pub(crate) async fn delete(&self, id: CustomerId) {
        self.clock.advance(1_000);
        self.client.customers_delete(DeleteCustomers { ids: vec![id] }).await.unwrap();
    }

    pub(crate) async fn get(&self, id: CustomerId) -> CustomerView {
        self.client.customers_get(CustomerRef { id }).await.unwrap()
    }

    pub(crate) async fn value(&self, id: CustomerId, field: Field) -> Option<String> {
        self.get(id).await.values.get(&field).cloned()
    }

    /// The names of all customers whose name begins so, sorted.
    pub(crate) async fn names(&self, text: &str) -> Vec<String> {
        let input = FindCustomers { text: text.to_owned(), limit: 50 };
        let hits = self.client.customers_find(input).await.unwrap();
        let mut names: Vec<String> = hits.into_iter().map(|hit| hit.name).collect();
        names.sort();
        names
    }

    pub(crate) async fn sync(&self) -> Result<SyncView, ClientError> {
        self.client.sync_run(()).await
    }

    pub(crate) async fn state(&self) -> SyncView {
        self.client.sync_state(()).await.unwrap()
    }

    pub(crate) async fn queue(&self) -> SyncQueue {
        self.client.sync_queue(()).await.unwrap()
    }
}

pub(crate) fn typed(values: &[(Field, &str)]) -> BTreeMap<Field, String> {
    values.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
}
