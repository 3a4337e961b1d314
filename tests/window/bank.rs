//! A bank whose server is a process of its own over a private PostgreSQL, and a second device of its user.

use crate::alone::PASSWORD;
use lq_client::contract::customers::{CustomerRef, CustomerView, FindCustomers, RevealField, UpdateCustomer};
use lq_client::contract::files::{ExportFormat, JobState, StartExport};
use lq_client::contract::session::SignIn;
use lq_client::{Client, Config};
use lq_domain::access::Role;
use lq_domain::customers::Field;
use lq_domain::customers::query::CustomerQuery;
use lq_testkit::clock::SystemClock;
use lq_testkit::postgres::{Cluster, app_at};
use lq_testkit::random::SeededRandom;
use lq_testkit::staff::First;
use lq_tests::desk::built;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) const LOGIN: &str = "wangfang";

/// How long the server may take to begin or a job to end; other work may be running on the machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The bank's side.
pub(crate) struct Bank {
    server: Option<Child>,
    address: SocketAddr,
    database: String,
}

impl Bank {
    /// A database with one branch and its relationship manager, and the server over it.
    pub(crate) async fn open() -> Self {
        let database = Cluster::shared().unwrap().create_database().await.unwrap();
        let random = Arc::new(SeededRandom::new(1));
        let app = app_at(&database, Arc::new(SystemClock), random).await.unwrap();
        let first = First {
            login: LOGIN,
            name: "王芳",
            password: PASSWORD,
            role: Role::RelationshipManager,
            branch: "东城支行",
        };
        first.work_at(&app).await.unwrap();
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let mut bank = Self { server: None, address, database };
        bank.serve();
        bank
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The server begins, always at the same address.
    pub(crate) fn serve(&mut self) {
        let mut command = Command::new(built("lq-server").unwrap());
        command.args(["serve", "--listen", &self.address.to_string()]).env("LQ_DATABASE_URL", &self.database);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let server = self.server.insert(command.spawn().unwrap());
        let began = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            assert_eq!(server.try_wait().unwrap(), None, "the server ended");
            assert!(began.elapsed() < PATIENCE, "the server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The server's process is killed.
    pub(crate) fn kill(&mut self) {
        let mut server = self.server.take().unwrap();
        server.kill().unwrap();
        server.wait().unwrap();
        assert!(TcpStream::connect(self.address).is_err(), "somebody else serves there");
    }
}

impl Drop for Bank {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // It may have ended by itself; then the test has failed already.
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// The user's other device, without a window.
pub(crate) struct Device {
    pub(crate) client: Client,
    folder: TempDir,
}

impl Device {
    /// Signs in for the first time, and takes over what the server has.
    pub(crate) async fn of(bank: &Bank) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let client = Client::new(Config {
            folder: folder.path().to_owned(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SeededRandom::new(2)),
            device_name: "laptop".to_owned(),
            version: "0.1.0".to_owned(),
            authority: None,
        });
        let login = LOGIN.to_owned();
        let input = SignIn { login, password: PASSWORD.to_owned(), server: Some(bank.url()) };
        client.session_sign_in(input).await.unwrap();
        client.sync_run(()).await.unwrap();
        Self { client, folder }
    }

    /// The only customer of this name.
    pub(crate) async fn one(&self, name: &str) -> CustomerView {
        let input = FindCustomers { text: name.to_owned(), limit: 10 };
        let mut hits = self.client.customers_find(input).await.unwrap();
        assert_eq!(hits.len(), 1, "{name}");
        self.client.customers_get(CustomerRef { id: hits.remove(0).id }).await.unwrap()
    }

    /// Changes a field of the only customer of this name.
    pub(crate) async fn change(&self, name: &str, field: Field, text: &str) {
        let CustomerView { id, revision, .. } = self.one(name).await;
        let values = BTreeMap::from([(field, text.to_owned())]);
        self.client.customers_update(UpdateCustomer { id, revision, values, reason: None }).await.unwrap();
    }

    /// A field of the only customer of this name, whole.
    pub(crate) async fn whole(&self, name: &str, field: Field) -> String {
        let id = self.one(name).await.id;
        let input = RevealField { id, field, reason: "核对资料".to_owned() };
        self.client.customers_reveal(input).await.unwrap().value
    }

    /// All customers with all fields, as an export gives them.
    pub(crate) async fn all(&self) -> Vec<BTreeMap<String, String>> {
        let path = self.folder.path().join("all.csv");
        let columns = Field::ALL.iter().copied().filter(|field| *field != Field::Extra).collect();
        let input = StartExport {
            query: CustomerQuery::default(),
            ids: None,
            columns,
            format: ExportFormat::Csv,
            path: path.to_string_lossy().into_owned(),
            replace: true,
            reason: "核对".to_owned(),
            language: "zh-CN".to_owned(),
        };
        let started = self.client.exports_start(input).await.unwrap();
        let began = Instant::now();
        loop {
            let jobs = self.client.jobs_list(()).await.unwrap();
            let job = jobs.into_iter().find(|job| job.id == started.id).unwrap();
            if job.state == JobState::Done {
                return sorted(&path);
            }
            assert!(
                job.state == JobState::Running && began.elapsed() < PATIENCE,
                "the export did not end well"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A CSV file's rows, by the names of its columns.
pub(crate) fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// The rows of an exported file, in the same order whoever exported it.
pub(crate) fn sorted(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut rows = rows(path);
    rows.sort();
    rows
}
