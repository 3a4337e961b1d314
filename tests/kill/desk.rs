//! A store on a disk, as a user has it, and the client that opens it.

use crate::Failure;
use crate::bank::Bank;
use lq_client::contract::customers::{CreateCustomer, CustomerRef, CustomersPage, UpdateCustomer};
use lq_client::contract::files::{JobResult, JobState, JobView};
use lq_client::contract::session::SignIn;
use lq_client::events::Event;
use lq_client::{Client, Config};
use lq_domain::access::Role;
use lq_domain::clock::{Clock as _, Random};
use lq_domain::customers::Field;
use lq_domain::customers::query::CustomerQuery;
use lq_domain::ids::{BranchId, CustomerId, DeviceId, UserId};
use lq_protocol::error::{ApiError, ErrorCode};
use lq_protocol::secret::{KdfParams, derive};
use lq_protocol::staff::UserProfile;
use lq_store::Store;
use lq_store::facts::Owner;
use lq_store::key::{DataKey, Shut, Vault, Workstation};
use lq_testkit::clock::FixedClock;
use lq_testkit::random::SeededRandom;
use lq_testkit::staff::light_kdf;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;

/// Who works here.
pub(crate) const LOGIN: &str = "wangfang";
/// Rows of a page, at most.
const PAGE: u32 = 500;

/// The password of a number; the first is 0.
pub(crate) fn password(number: u64) -> String {
    format!("Langqiao-2026-{number}")
}

/// A light cost, with a salt of its own.
pub(crate) fn light(random: &dyn Random) -> KdfParams {
    let mut salt = [0; 16];
    random.fill(&mut salt);
    light_kdf(&salt)
}

/// A client over a folder.
pub(crate) fn client(folder: &Path, clock: Arc<FixedClock>, random: Arc<dyn Random>) -> Client {
    Client::new(Config {
        folder: folder.to_owned(),
        clock,
        random,
        device_name: "desk".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        authority: None,
    })
}

/// Signs in with the store that is there.
pub(crate) async fn sign_in(client: &Client, password: &str) -> Result<(), ErrorCode> {
    let input = SignIn { login: LOGIN.to_owned(), password: password.to_owned(), server: None };
    client.session_sign_in(input).await.map(drop).map_err(|error| error.code())
}

/// Saves a new customer.
pub(crate) async fn create(client: &Client, name: &str, notes: &str) -> Result<CustomerId, ErrorCode> {
    let values = BTreeMap::from([(Field::Name, name.to_owned()), (Field::Notes, notes.to_owned())]);
    let saved = client.customers_create(CreateCustomer { values, key: name.to_owned() }).await;
    let saved = saved.map_err(|error| error.code())?;
    saved.ids.first().copied().ok_or(ErrorCode::Internal)
}

/// Saves a change of a customer.
pub(crate) async fn update(
    client: &Client,
    id: CustomerId,
    field: Field,
    text: &str,
) -> Result<(), ErrorCode> {
    let view = client.customers_get(CustomerRef { id }).await.map_err(|error| error.code())?;
    let values = BTreeMap::from([(field, text.to_owned())]);
    let input = UpdateCustomer { id, revision: view.revision, values, reason: None };
    client.customers_update(input).await.map(drop).map_err(|error| error.code())
}

/// A customer as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) mobile: String,
    pub(crate) employer: String,
    pub(crate) notes: String,
    pub(crate) id: CustomerId,
}

/// All customers.
pub(crate) async fn rows(client: &Client) -> Result<Vec<Row>, ErrorCode> {
    let mut rows = Vec::new();
    loop {
        let page = CustomersPage {
            query: CustomerQuery::default(),
            columns: vec![Field::Name, Field::Mobile, Field::Employer, Field::Notes],
            offset: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            limit: PAGE,
        };
        let page = client.customers_page(page).await.map_err(|error| error.code())?;
        let got = page.rows.len();
        rows.extend(page.rows.into_iter().map(|mut row| {
            let mut text = |field| row.values.remove(&field).unwrap_or_default();
            Row {
                name: text(Field::Name),
                mobile: text(Field::Mobile),
                employer: text(Field::Employer),
                notes: text(Field::Notes),
                id: row.id,
            }
        }));
        if got == 0 || rows.len() >= usize::try_from(page.total).unwrap_or(usize::MAX) {
            return Ok(rows);
        }
    }
}

/// Waits for a job that was just started; what came of it.
pub(crate) async fn ended(
    events: &mut Receiver<Event>,
    started: &JobView,
) -> Result<Result<JobResult, ApiError>, Failure> {
    loop {
        let Event::Job { job } = events.recv().await? else { continue };
        if job.id == started.id && job.state != JobState::Running {
            let failed = || job.error.clone().unwrap_or_else(|| ApiError::new(ErrorCode::Internal));
            return Ok(job.result.clone().ok_or_else(failed));
        }
    }
}

/// The folder of a user's application, and what it takes to open the store in it.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) clock: Arc<FixedClock>,
    seed: u64,
}

impl Desk {
    /// An empty folder below another one.
    fn empty(within: &Path, clock: Arc<FixedClock>, seed: u64) -> Result<Self, Failure> {
        Ok(Self { folder: tempfile::tempdir_in(within)?, clock, seed })
    }

    /// A store that works alone, made with a light password: the product's cost would be most of a kill.
    pub(crate) async fn alone(within: &Path, seed: u64) -> Result<Self, Failure> {
        let desk = Self::empty(within, Arc::new(FixedClock::default()), seed)?;
        furnish(desk.folder.path(), &desk.clock, seed).await?;
        Ok(desk)
    }

    /// A store that belongs to a bank, signed in for the first time.
    pub(crate) async fn joined(within: &Path, bank: &Bank, seed: u64) -> Result<Self, Failure> {
        let mut desk = Self::empty(within, bank.clock.clone(), seed)?;
        let client = desk.client();
        let input = SignIn { login: LOGIN.to_owned(), password: password(0), server: Some(bank.url()) };
        client.session_sign_in(input).await?;
        client.session_lock(()).await?;
        Ok(desk)
    }

    /// Another client over the folder, with chance of its own.
    pub(crate) fn client(&mut self) -> Client {
        let chance = self.chance();
        client(self.folder.path(), self.clock.clone(), chance)
    }

    /// Chance that was not used yet.
    pub(crate) fn chance(&mut self) -> Arc<SeededRandom> {
        self.seed = self.seed.wrapping_add(0x9E37_79B9);
        Arc::new(SeededRandom::new(self.seed))
    }

    /// The user's vault.
    pub(crate) fn vault(&self) -> Result<Vault, Failure> {
        let found = Workstation::new(&self.folder.path().join("stores")).find(LOGIN)?;
        found.ok_or_else(|| "the vault is gone".into())
    }

    /// The key that a password gives, if it opens the vault.
    pub(crate) fn key(&self, password: &str) -> Result<Option<DataKey>, Failure> {
        let mut vault = self.vault()?;
        let derived = derive(password, vault.kdf()).map_err(|_| "the vault's cost is none")?;
        match vault.attempt(&derived.key, self.clock.now()) {
            Ok(key) => Ok(Some(key)),
            Err(Shut::WrongKey) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The store itself, while no client has it open.
    pub(crate) async fn store(&mut self, password: &str) -> Result<Store, Failure> {
        let key = self.key(password)?.ok_or("the password opens nothing")?;
        let vault = self.vault()?;
        let chance = self.chance();
        Ok(Store::open(&vault.database(), &key, vault.device(), self.clock.clone(), chance).await?)
    }

    /// What lies in the folder of the vault.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let database = self.vault()?.database();
        let folder = database.parent().ok_or("no folder")?;
        Ok(std::fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?)
    }
}

/// Makes a store that works alone in a folder.
pub(crate) async fn furnish(folder: &Path, clock: &Arc<FixedClock>, seed: u64) -> Result<(), Failure> {
    let random = Arc::new(SeededRandom::new(seed));
    let now = clock.now();
    let kdf = light(random.as_ref());
    let derived = derive(&password(0), &kdf).map_err(|_| "the cost is none")?;
    let device = DeviceId::new(now, random.as_ref());
    let workstation = Workstation::new(&folder.join("stores"));
    let (vault, key) = workstation.create(LOGIN, device, kdf, &derived.key, random.as_ref())?;
    let branch = BranchId::new(now, random.as_ref());
    let owner = Owner {
        profile: UserProfile {
            id: UserId::new(now, random.as_ref()),
            login: LOGIN.to_owned(),
            name: "王芳".to_owned(),
            role: Role::RelationshipManager,
            branch,
            branch_name: String::new(),
            branches: vec![branch],
        },
        password_expired: false,
        sample: false,
    };
    let store = Store::create(&vault.database(), &key, device, clock.clone(), random).await?;
    store.set_owner(&owner).await?;
    store.close().await;
    Ok(())
}
