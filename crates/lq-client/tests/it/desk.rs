//! A relationship manager's desk: a client with a folder of its own.

use lq_client::contract::customers::{
    CreateCustomer, CustomerRef, CustomerView, FindCustomers, Saved, UpdateCustomer,
};
use lq_client::contract::session::{CreateStore, SignIn};
use lq_client::{Client, ClientError, Config};
use lq_domain::access::Role;
use lq_domain::clock::Clock as _;
use lq_domain::customers::Field;
use lq_domain::ids::CustomerId;
use lq_protocol::error::ErrorCode;
use lq_protocol::secret::derive;
use lq_store::Store;
use lq_store::key::Workstation;
use lq_testkit::clock::FixedClock;
use lq_testkit::random::SeededRandom;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) const LOGIN: &str = "wangfang";
pub(crate) const PASSWORD: &str = "Langqiao-2026-desk";
pub(crate) const AUTHOR: &str = "王芳";

/// A client that works alone, opened by 王芳.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) client: Client,
    pub(crate) clock: Arc<FixedClock>,
    random: Arc<SeededRandom>,
}

/// Values as a form sends them.
pub(crate) fn typed(values: &[(Field, &str)]) -> BTreeMap<Field, String> {
    values.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
}

/// The code and the field of a refusal.
pub(crate) fn refusal<T>(outcome: Result<T, ClientError>) -> (ErrorCode, String) {
    match outcome {
        Ok(_) => panic!("not refused"),
        Err(ClientError::Told(error)) => (error.code, error.field.unwrap_or_default()),
        Err(error) => (error.code(), String::new()),
    }
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::with_seed(11).await
    }

    /// A desk with chance of its own: other ids.
    pub(crate) async fn with_seed(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::default());
        let random = Arc::new(SeededRandom::new(seed));
        let client = Client::new(Config {
            folder: folder.path().to_owned(),
            clock: clock.clone(),
            random: random.clone(),
            device_name: "desk".to_owned(),
            version: "0.1.0".to_owned(),
            authority: None,
        });
        let store =
            CreateStore { name: AUTHOR.to_owned(), login: LOGIN.to_owned(), password: PASSWORD.to_owned() };
        client.session_create(store).await.unwrap();
        Self { folder, client, clock, random }
    }

    /// Works on the store itself, behind the client's back, while the client is locked.
    pub(crate) async fn behind<T>(&self, work: impl AsyncFnOnce(&Store) -> T) -> T {
        self.client.session_lock(()).await.unwrap();
        let mut vault = Workstation::new(&self.folder.path().join("stores")).find(LOGIN).unwrap().unwrap();
        let derived = derive(PASSWORD, vault.kdf()).unwrap();
        let key = vault.attempt(&derived.key, self.clock.now()).unwrap();
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let store = Store::open(&vault.database(), &key, vault.device(), clock, random).await.unwrap();
        let done = work(&store).await;
        store.close().await;
        let again = SignIn { login: LOGIN.to_owned(), password: PASSWORD.to_owned(), server: None };
        self.client.session_sign_in(again).await.unwrap();
        done
    }

    /// Gives the user another role.
    pub(crate) async fn become_role(&self, role: Role) {
        self.behind(async |store: &Store| {
            let mut owner = store.owner().await.unwrap().unwrap();
            owner.profile.role = role;
            store.set_owner(&owner).await.unwrap();
        })
        .await;
    }

    /// Actions and details of the audit, when its chain holds.
    pub(crate) async fn audits(&self) -> Vec<(String, serde_json::Value)> {
        let (entries, holds) = self.behind(async |store: &Store| store.audits().await.unwrap()).await;
        assert!(holds);
        let read = |detail: &str| serde_json::from_str(detail).unwrap();
        entries.into_iter().map(|entry| (entry.action, read(&entry.detail))).collect()
    }

    pub(crate) async fn create(&self, key: &str, values: &[(Field, &str)]) -> Result<Saved, ClientError> {
        let input = CreateCustomer { values: typed(values), key: key.to_owned() };
        self.client.customers_create(input).await
    }

    pub(crate) async fn add(&self, values: &[(Field, &str)]) -> CustomerId {
        self.clock.advance(1_000);
        let key = self.clock.now().0.to_string();
        self.create(&key, values).await.unwrap().ids[0]
    }

    pub(crate) async fn update(
        &self,
        id: CustomerId,
        values: &[(Field, &str)],
    ) -> Result<Saved, ClientError> {
        self.clock.advance(1_000);
        let revision = self.get(id).await.revision;
        let input = UpdateCustomer { id, revision, values: typed(values), reason: None };
        self.client.customers_update(input).await
    }

    pub(crate) async fn get(&self, id: CustomerId) -> CustomerView {
        self.client.customers_get(CustomerRef { id }).await.unwrap()
    }

    /// The names that a typed text finds.
    pub(crate) async fn find(&self, text: &str) -> Vec<String> {
        let input = FindCustomers { text: text.to_owned(), limit: 20 };
        self.client.customers_find(input).await.unwrap().into_iter().map(|hit| hit.name).collect()
    }
}
