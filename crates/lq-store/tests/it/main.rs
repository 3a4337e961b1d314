//! The store on real SQLCipher files.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't prepare has failed")]

mod backups;
mod bench_shapes;
mod bytes;
mod customers;
mod imports;
mod journals;
mod keys;
mod rekey;
mod sync;

use lq_domain::clock::{Clock, Random, Timestamp};
use lq_domain::customers::{Field, Typed, read};
use lq_domain::feature::Feature;
use lq_domain::ids::{DeviceId, UserId, new_uuid};
use lq_domain::record::Record;
use lq_protocol::change::Channel;
use lq_store::key::DataKey;
use lq_store::{NewChange, Store, Written};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use uuid::Uuid;

/// A clock that a test sets.
#[derive(Debug)]
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// A small generator with a seed (splitmix64).
#[derive(Debug)]
struct TestRandom(AtomicU64);

impl TestRandom {
    fn next(&self) -> u64 {
        let state = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

impl Random for TestRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// A store in a folder of its own.
struct Fixture {
    folder: tempfile::TempDir,
    key: DataKey,
    store: Store,
    clock: Arc<TestClock>,
    random: Arc<TestRandom>,
    user: UserId,
}

const NOW: i64 = 1_795_500_000_000;

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(NOW)));
        let random = Arc::new(TestRandom(AtomicU64::new(7)));
        let key = DataKey::new(random.as_ref());
        let device = DeviceId(Uuid::from_u128(1));
        let path = folder.path().join("store.db");
        let store = Store::create(&path, &key, device, clock.clone(), random.clone()).await.unwrap();
        Self { folder, key, store, clock, random, user: UserId(Uuid::from_u128(9)) }
    }

    /// A store without encryption.
    async fn plain() -> Self {
        let mut fixture = Self::new().await;
        fixture.store.close().await;
        fixture.folder = tempfile::tempdir().unwrap();
        fixture.opened_plain().await
    }

    /// Opens the store without encryption, or makes it.
    async fn opened_plain(self) -> Self {
        let path = self.folder.path().join("store.db");
        let device = DeviceId(Uuid::from_u128(1));
        let store =
            Store::create_plain(&path, device, self.clock.clone(), self.random.clone()).await.unwrap();
        Self { store, ..self }
    }

    async fn reopen(&mut self) {
        self.store.close().await;
        let path = self.folder.path().join("store.db");
        let device = DeviceId(Uuid::from_u128(1));
        self.store =
            Store::open(&path, &self.key, device, self.clock.clone(), self.random.clone()).await.unwrap();
    }

    fn today(&self) -> chrono::NaiveDate {
        Timestamp(NOW).china_day()
    }

    /// Adds or changes a customer through the front door.
    async fn save(&self, id: Uuid, typed: &[(Field, &str)]) -> Written {
        let mut tx = self.store.write().await.unwrap();
        let before = tx.record(Feature::Customers, id).await.unwrap();
        let before = before.unwrap_or_else(|| Record::new(Feature::Customers, id, Timestamp(NOW)));
        let typed: Typed = typed.iter().map(|(field, text)| (*field, (*text).to_owned())).collect();
        let fields = read(&before, &typed, self.today()).unwrap().changes;
        let written = tx
            .change(NewChange {
                entity: Feature::Customers,
                record_id: id,
                fields,
                actor: self.user,
                channel: Channel::Form,
                reason: None,
                group: None,
            })
            .await
            .unwrap();
        tx.commit().await.unwrap();
        written
    }

    async fn add(&self, typed: &[(Field, &str)]) -> Uuid {
        let id = new_uuid(self.clock.now(), self.random.as_ref());
        self.save(id, typed).await;
        id
    }

    async fn find(&self, text: &str) -> Vec<String> {
        let hits = self.store.find(text, 20).await.unwrap();
        hits.iter().map(|hit| hit.record.get("name").unwrap_or_default().to_owned()).collect()
    }
}
