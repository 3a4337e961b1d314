//! One machine: a real store, a real engine, and the files beneath them.

use crate::Failure;
use crate::net::Net;
use crate::plant::Plant;
use crate::world::{SECRET, World};
use lq_domain::access::Actor;
use lq_domain::clock::{Clock, Timestamp};
use lq_domain::ids::DeviceId;
use lq_protocol::staff::UserProfile;
use lq_store::Store;
use lq_store::facts::{Membership, Owner};
use lq_sync::{Credentials, Engine, Parts, Transport};
use lq_testkit::clock::FixedClock;
use lq_testkit::random::SeededRandom;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

/// A clock that goes wrong.
#[derive(Debug)]
pub(crate) struct Skewed {
    right: Arc<FixedClock>,
    ahead: AtomicI64,
}

impl Skewed {
    pub(crate) fn set(&self, ahead: i64) {
        self.ahead.store(ahead, Ordering::SeqCst);
    }
}

impl Clock for Skewed {
    fn now(&self) -> Timestamp {
        self.right.now().plus_millis(self.ahead.load(Ordering::SeqCst))
    }
}

/// What a machine is to the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Works,
    /// Locked by the bank, and not yet told so.
    Revoked,
    /// Wiped, or beyond reach.
    Gone,
}

/// A copy of a machine's files with what was written in them.
pub(crate) struct Backup {
    pub(crate) folder: PathBuf,
    pub(crate) memory: BTreeSet<usize>,
}

/// One machine.
pub(crate) struct Machine {
    pub(crate) person: usize,
    pub(crate) device: DeviceId,
    pub(crate) clock: Arc<Skewed>,
    pub(crate) net: Arc<Net>,
    pub(crate) store: Arc<Store>,
    pub(crate) engine: Arc<Engine>,
    pub(crate) standing: Standing,
    /// The writes that its files hold.
    pub(crate) memory: BTreeSet<usize>,
    /// Records that had left it after some round.
    pub(crate) left: BTreeSet<Uuid>,
    pub(crate) backup: Option<Backup>,
    /// Copy from before the last write, for a planted bug.
    pub(crate) before: Option<PathBuf>,
    random: Arc<SeededRandom>,
    folder: PathBuf,
    /// Counts the folders that its files were in.
    lives: u32,
    name: String,
}

const STORE: &str = "store.db";

impl Machine {
    /// A new installation.
    pub(crate) async fn install(
        world: &World,
        name: String,
        person: usize,
        seed: u64,
    ) -> Result<Self, Failure> {
        let random = Arc::new(SeededRandom::new(seed));
        let device = DeviceId::new(world.clock.now(), random.as_ref());
        let folder = world.folder.path().join(&name);
        std::fs::create_dir(&folder)?;
        std::fs::copy(&world.blank, folder.join(STORE))?;
        let machine = Self::start(world, name, (person, device), random, folder, seed).await?;
        machine.store.take_incarnation().await?;
        machine.introduce(world).await?;
        Ok(machine)
    }

    /// The same installation on a second machine: all its files, and chance of its own.
    pub(crate) async fn clone_to(&self, world: &World, name: String, seed: u64) -> Result<Self, Failure> {
        let folder = world.folder.path().join(&name);
        copy(&self.folder, &folder)?;
        let random = Arc::new(SeededRandom::new(seed));
        let mut clone = Self::start(world, name, (self.person, self.device), random, folder, seed).await?;
        clone.memory.clone_from(&self.memory);
        clone.left.clone_from(&self.left);
        Ok(clone)
    }

    async fn start(
        world: &World,
        name: String,
        (person, device): (usize, DeviceId),
        random: Arc<SeededRandom>,
        folder: PathBuf,
        seed: u64,
    ) -> Result<Self, Failure> {
        let clock = Arc::new(Skewed { right: world.clock.clone(), ahead: AtomicI64::new(0) });
        let net = Arc::new(Net::new(world.http.clone(), world.plant, seed ^ 0x5EED));
        let path = folder.join(STORE);
        let store = Arc::new(Store::open(&path, &world.key, device, clock.clone(), random.clone()).await?);
        let engine = engine(world, person, device, &store, &net, &clock, &random);
        Ok(Self {
            person,
            device,
            clock,
            net,
            store,
            engine,
            standing: Standing::Works,
            memory: BTreeSet::new(),
            left: BTreeSet::new(),
            backup: None,
            before: None,
            random,
            folder,
            lives: 0,
            name,
        })
    }

    /// Tells the store who works with it, as the first sign-in does.
    async fn introduce(&self, world: &World) -> Result<(), Failure> {
        let person = &world.people[self.person];
        let branch = world.branches[usize::from(!person.east)];
        let profile = UserProfile {
            id: person.id,
            login: person.login.to_owned(),
            name: person.login.to_owned(),
            role: person.role,
            branch,
            branch_name: String::new(),
            branches: vec![branch],
        };
        self.store.set_owner(&Owner { profile, password_expired: false, sample: false }).await?;
        let membership = Membership {
            server: world.http.address().to_owned(),
            name: String::new(),
            refresh_token: String::new(),
            epoch: None,
            last_contact: self.clock.now(),
            offline_days: 400,
        };
        self.store.set_membership(&membership).await?;
        Ok(())
    }

    /// Who works here, as far as the machine knows.
    pub(crate) async fn actor(&self) -> Result<Actor, Failure> {
        let owner = self.store.owner().await?.ok_or("a store of nobody")?;
        Ok(owner.profile.actor())
    }

    /// Keeps a copy of the files as they lie there.
    pub(crate) fn back_up(&mut self) -> Result<(), Failure> {
        let folder = self.folder.with_extension(format!("b{}", self.lives));
        self.lives += 1;
        copy(&self.folder, &folder)?;
        if let Some(old) = self.backup.take() {
            std::fs::remove_dir_all(old.folder)?;
        }
        self.backup = Some(Backup { folder, memory: self.memory.clone() });
        Ok(())
    }

    /// Brings the copy back over the files; whether there was one.
    pub(crate) async fn restore(&mut self, world: &World) -> Result<bool, Failure> {
        let Some(backup) = &self.backup else { return Ok(false) };
        let (from, memory) = (backup.folder.clone(), backup.memory.clone());
        self.reopen(world, &from).await?;
        self.memory = memory;
        Ok(true)
    }

    /// Power goes and comes: nobody closes anything, the files are as they lie there.
    pub(crate) async fn crash(&mut self, world: &World) -> Result<(), Failure> {
        let from = self.before.take().unwrap_or_else(|| self.folder.clone());
        self.reopen(world, &from).await
    }

    async fn reopen(&mut self, world: &World, from: &Path) -> Result<(), Failure> {
        self.lives += 1;
        let folder = world.folder.path().join(format!("{}.{}", self.name, self.lives));
        copy(from, &folder)?;
        self.engine.stop();
        self.store.close().await;
        std::fs::remove_dir_all(&self.folder)?;
        self.folder = folder;
        let path = self.folder.join(STORE);
        let (device, clock, random) = (self.device, self.clock.clone(), self.random.clone());
        self.store = Arc::new(Store::open(&path, &world.key, device, clock, random).await?);
        self.engine = engine(world, self.person, device, &self.store, &self.net, &self.clock, &self.random);
        self.net.revive();
        Ok(())
    }

    /// To be called before each write: what a disk that was not waited for would still have.
    pub(crate) fn about_to_write(&mut self, plant: Option<Plant>) -> Result<(), Failure> {
        if plant != Some(Plant::SavedBeforeDisk) {
            return Ok(());
        }
        let folder = self.folder.with_extension("before");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        copy(&self.folder, &folder)?;
        self.before = Some(folder);
        Ok(())
    }

    /// Ends for good: the machine was wiped, or the seed is over.
    pub(crate) async fn end(&mut self) -> Result<(), Failure> {
        self.engine.stop();
        self.store.close().await;
        self.standing = Standing::Gone;
        self.memory.clear();
        Ok(())
    }
}

fn engine(
    world: &World,
    person: usize,
    device: DeviceId,
    store: &Arc<Store>,
    net: &Arc<Net>,
    clock: &Arc<Skewed>,
    random: &Arc<SeededRandom>,
) -> Arc<Engine> {
    let transport: Arc<dyn Transport> = net.clone();
    Arc::new(Engine::new(Parts {
        store: store.clone(),
        transport,
        clock: clock.clone(),
        random: random.clone(),
        device,
        credentials: Credentials {
            login: world.people[person].login.to_owned(),
            device_name: "simulated".to_owned(),
            secret: SECRET.to_owned().into(),
        },
    }))
}

/// Copies the files of a store. The index of the write-ahead log is rebuilt from the log by whoever opens the copy.
fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::create_dir(to)?;
    for name in [STORE, "store.db-wal"] {
        let file = from.join(name);
        if file.exists() {
            std::fs::copy(&file, to.join(name))?;
        }
    }
    Ok(())
}
