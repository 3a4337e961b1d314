//! The sample branch: its server, its people, and customers that came through the server.

use crate::tell;
use lq_client::contract::customers::{CreateCustomer, TagCustomers};
use lq_client::contract::session::SignIn;
use lq_client::contract::tags::CreateTag;
use lq_client::{Client, ClientError, Config};
use lq_domain::access::Role;
use lq_domain::clock::{Clock, Random};
use lq_domain::ids::TagId;
use lq_server::intake::{Delivery, Format, take_accounts, take_transactions};
use lq_server::{App, Config as ServerConfig, Running, start};
use lq_testkit::clock::SystemClock;
use lq_testkit::random::SeededRandom;
use lq_testkit::sample::{Sample, TAGS};
use lq_testkit::staff::First;
use lq_tests::desk::Problem;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// Who works at the window.
pub(crate) const LOGIN: &str = "linxiaoyan";
/// Shown on the console; it opens nothing but this demonstration.
pub(crate) const PASSWORD: &str = "Langqiao-2026-demo";
const CUSTOMERS: u64 = 160;
const SEED: u64 = 2026;

/// The running branch. Dropping it ends the server and its database, and removes the folders.
pub(crate) struct Branch {
    // Fields drop in this order: the server ends before its database does.
    running: Option<Running>,
    /// The colleague's own way to the server, which the window's cable has no part in.
    _elsewhere: Running,
    app: App,
    address: SocketAddr,
    /// The colleague's device, which brought the customers in.
    pub(crate) colleague: Client,
    pub(crate) sample: Sample,
    random: Arc<dyn Random>,
    folder: TempDir,
}

impl Branch {
    pub(crate) async fn open() -> Result<Self, Problem> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let random: Arc<dyn Random> = Arc::new(SeededRandom::new(SEED ^ clock.now().0.unsigned_abs()));
        tell("demo: starting a private database and the server");
        let app = lq_testkit::postgres::sample_app(clock.clone(), random.clone()).await?;
        employ(&app).await?;
        let running = start(app.clone(), &ServerConfig::local()).await?;
        let elsewhere = start(app.clone(), &ServerConfig::local()).await?;
        let (address, folder) = (running.address(), tempfile::tempdir()?);
        let colleague = client(&folder.path().join("laptop"), "移动展业平板", random.clone())?;
        let sample = Sample::new(SEED, clock.today());
        sign_in(&colleague, &elsewhere.url()).await?;
        let running = Some(running);
        let branch = Self { running, _elsewhere: elsewhere, app, address, colleague, sample, random, folder };
        tell("demo: bringing sample customers in");
        fill(&branch.colleague, sample).await?;
        branch.colleague.sync_run(()).await?;
        tell("demo: the bank's systems deliver accounts and transactions");
        deliver(&branch.app, sample).await?;
        branch.prepare_window().await?;
        Ok(branch)
    }

    /// The server's address.
    pub(crate) fn server(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where the window keeps its data.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("window")
    }

    /// The window's cable is out; the colleague works on.
    pub(crate) async fn cut(&mut self) {
        drop(self.running.take());
        while tokio::net::TcpStream::connect(self.address).await.is_ok() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// The window's cable is in again.
    pub(crate) async fn come_back(&mut self) -> Result<(), Problem> {
        let config = ServerConfig { listen: self.address, tls: None };
        self.running = Some(start(self.app.clone(), &config).await?);
        Ok(())
    }

    /// Joins the window's folder, so that only the password is left to type.
    async fn prepare_window(&self) -> Result<(), Problem> {
        let device = client(&self.home(), "廊桥示例电脑", self.random.clone())?;
        sign_in(&device, &self.server()).await?;
        device.sync_run(()).await?;
        device.session_sign_out(()).await?;
        Ok(())
    }
}

/// A branch and its relationship manager.
async fn employ(app: &App) -> Result<(), Problem> {
    let first = First {
        login: LOGIN,
        name: "林晓燕",
        password: PASSWORD,
        role: Role::RelationshipManager,
        branch: "示例银行杭州西湖支行",
    };
    first.work_at(app).await?;
    Ok(())
}

/// Takes in what the bank's other systems would deliver.
async fn deliver(app: &App, sample: Sample) -> Result<(), Problem> {
    let (accounts, booked) = sample.deliveries(sample.customers(CUSTOMERS));
    let delivery = |bytes| Delivery { format: &Format::Csv, bytes, strict: true, key: None };
    let accounts = take_accounts(app, &delivery(accounts.as_bytes())).await?;
    let booked = take_transactions(app, &delivery(booked.as_bytes())).await?;
    if accounts.refused || booked.refused {
        return Err(
            format!("not taken in: {:?} {:?}", accounts.problems.first(), booked.problems.first()).into()
        );
    }
    Ok(())
}

fn client(folder: &Path, name: &str, random: Arc<dyn Random>) -> Result<Client, Problem> {
    std::fs::create_dir_all(folder)?;
    Ok(Client::new(Config {
        folder: folder.to_owned(),
        clock: Arc::new(SystemClock),
        random,
        device_name: name.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        authority: None,
    }))
}

async fn sign_in(device: &Client, server: &str) -> Result<(), ClientError> {
    let login = LOGIN.to_owned();
    let input = SignIn { login, password: PASSWORD.to_owned(), server: Some(server.to_owned()) };
    device.session_sign_in(input).await.map(drop)
}

/// Adds tags and customers the way a person does.
async fn fill(device: &Client, sample: Sample) -> Result<(), ClientError> {
    let mut tags: BTreeMap<&str, TagId> = BTreeMap::new();
    for (name, colour) in TAGS {
        let input = CreateTag { name: name.to_owned(), colour: colour.to_owned() };
        tags.insert(name, device.tags_create(input).await?.id);
    }
    let mut tagged: BTreeMap<TagId, Vec<_>> = BTreeMap::new();
    for customer in sample.customers(CUSTOMERS) {
        let input = CreateCustomer { key: format!("sample-{}", customer.index), values: customer.values };
        let ids = device.customers_create(input).await?.ids;
        for tag in customer.tags.iter().filter_map(|name| tags.get(name)) {
            tagged.entry(*tag).or_default().extend(ids.iter().copied());
        }
    }
    for (tag, ids) in tagged {
        device.customers_tag(TagCustomers { ids, add: vec![tag], remove: Vec::new() }).await?;
    }
    Ok(())
}
