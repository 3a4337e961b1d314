//! The one that is killed: it opens the store as the product does, and does its deed until it dies.

use crate::Failure;
use crate::deed::Deed;
use crate::desk::{self, ended, password, sign_in};
use crate::plant::{self, Plant};
use crate::said::{Said, Step};
use lq_client::contract::backups::RestoreBackup;
use lq_client::contract::files::{ImportMode, ImportRef, InspectFile, JobResult, JobView, StartImport};
use lq_client::contract::session::{ChangePassword, Phase, Rekey};
use lq_client::{Client, ClientError};
use lq_domain::clock::{Random, Timestamp};
use lq_domain::customers::Field;
use lq_domain::ids::CustomerId;
use lq_protocol::error::ErrorCode;
use lq_testkit::clock::FixedClock;
use lq_testkit::random::{Seeded, SeededRandom};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::{self, UnboundedReceiver};

/// How the names of customers that are saved begin.
pub(crate) const SAVED: &str = "存";
/// How the names of files that are imported begin.
pub(crate) const FILE: &str = "import-";
/// Customers of earlier lives that are changed.
const KNOWN: usize = 30;
/// Bytes that only a wrapped key takes: its nonce.
const NONCE: usize = 12;
/// Milliseconds by which the clock goes on with each save.
const SAVE_MILLIS: i64 = 5;

/// What one life is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Order {
    /// The deed's word.
    pub(crate) deed: String,
    /// The application's folder.
    pub(crate) folder: PathBuf,
    /// The present, UTC milliseconds.
    pub(crate) now: i64,
    /// Of chance.
    pub(crate) seed: u64,
    /// Tells this life's customers from those of others.
    pub(crate) life: u64,
    /// The number of the password.
    pub(crate) password: u64,
    /// The planted bug's word, when there is one.
    pub(crate) plant: Option<String>,
    /// What is imported, or the two backups that are brought back.
    pub(crate) files: Vec<PathBuf>,
    /// Opens the store and does nothing.
    pub(crate) idle: bool,
    /// Waits to be told when to begin, and when to go on after the disk was full.
    pub(crate) waits: bool,
}

/// Chance that says when a key is about to be wrapped.
struct Watched {
    bytes: SeededRandom,
    armed: AtomicBool,
}

impl Random for Watched {
    fn fill(&self, bytes: &mut [u8]) {
        if bytes.len() == NONCE && self.armed.swap(false, Ordering::SeqCst) {
            // Who can't be heard is about to end.
            let _ = Said::Close.say();
        }
        self.bytes.fill(bytes);
    }
}

/// Saves forms: new customers, and changes of those it knows.
struct Saver {
    client: Client,
    clock: Arc<FixedClock>,
    dice: Seeded,
    plant: Option<Plant>,
    life: u64,
    count: u64,
    known: Vec<(CustomerId, String)>,
}

impl Saver {
    async fn save(&mut self) -> Result<(), Failure> {
        self.clock.advance(SAVE_MILLIS);
        self.count += 1;
        let old = (!self.known.is_empty() && self.dice.chance(60))
            .then(|| self.dice.below(self.known.len() as u64));
        let old = old.and_then(|at| self.known.get(usize::try_from(at).ok()?).cloned());
        let notes = format!("第{}世第{}次", self.life, self.count);
        let name = match &old {
            Some((_, name)) => name.clone(),
            None => format!("{SAVED}{}号{}", self.life, self.count),
        };
        let step = Step::Save { name: name.clone(), notes: notes.clone() };
        Said::Begins(step.clone()).say()?;
        if self.plant == Some(Plant::SavedBeforeDisk) {
            Said::Done(step.clone()).say()?;
        }
        let done = match old {
            Some((id, _)) => desk::update(&self.client, id, Field::Notes, &notes).await,
            None => desk::create(&self.client, &name, &notes).await.map(|id| self.known.push((id, name))),
        };
        done.map_err(|code| code.as_str())?;
        if self.plant != Some(Plant::SavedBeforeDisk) {
            Said::Done(step).say()?;
        }
        Ok(())
    }
}

struct Worker {
    order: Order,
    client: Client,
    clock: Arc<FixedClock>,
    random: Arc<Watched>,
    plant: Option<Plant>,
    saver: Saver,
    later: bool,
}

/// Works until somebody kills it; ends by itself only when it can't go on, or when nobody hears it any more.
pub(crate) fn work(order: &str) -> Result<bool, Failure> {
    let order: Order = serde_json::from_str(order)?;
    let deed = Deed::parse(&order.deed).ok_or("no such deed")?;
    let (sender, told) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for _ in std::io::stdin().lines().map_while(Result::ok) {
            // Nobody waits: nothing is to be told.
            let _ = sender.send(());
        }
        // Nobody is there any more.
        std::process::exit(1)
    });
    let failed = tokio::runtime::Runtime::new()?.block_on(live(order, deed, told)).err();
    if let Some(error) = failed {
        Said::Failed(error.to_string()).say()?;
    }
    Ok(false)
}

async fn live(order: Order, deed: Deed, mut told: UnboundedReceiver<()>) -> Result<(), Failure> {
    let (idle, waits) = (order.idle, order.waits);
    let mut worker = Worker::open(order).await?;
    Said::Open.say()?;
    if idle {
        std::future::pending::<()>().await;
    }
    worker.recall().await?;
    if waits {
        told.recv().await;
    }
    loop {
        match worker.once(deed).await {
            Ok(()) => Said::Cycle.say()?,
            Err(error) if waits && error.to_string() == ErrorCode::DiskFull.as_str() => {
                Said::Full.say()?;
                told.recv().await;
                worker.come_back().await?;
            }
            Err(error) => return Err(error),
        }
    }
}

fn code(error: ClientError) -> &'static str {
    error.code().as_str()
}

impl Worker {
    async fn open(order: Order) -> Result<Self, Failure> {
        let clock = Arc::new(FixedClock::at(Timestamp(order.now)));
        let random =
            Arc::new(Watched { bytes: SeededRandom::new(order.seed), armed: AtomicBool::new(false) });
        let client = desk::client(&order.folder, clock.clone(), random.clone());
        sign_in(&client, &password(order.password)).await.map_err(|code| code.as_str())?;
        let plant = order.plant.as_deref().and_then(Plant::parse);
        let saver = Saver {
            client: client.clone(),
            clock: clock.clone(),
            dice: Seeded::new(order.seed),
            plant,
            life: order.life,
            count: 0,
            known: Vec::new(),
        };
        Ok(Self { order, client, clock, random, plant, saver, later: false })
    }

    /// Some of the customers that were saved in earlier lives, and which backup was brought back last.
    async fn recall(&mut self) -> Result<(), Failure> {
        let mut rows = desk::rows(&self.client).await.map_err(|code| code.as_str())?;
        self.later = rows.iter().any(|row| row.name.starts_with(crate::deeds::COLLEAGUE));
        rows.retain(|row| row.name.starts_with(SAVED));
        for _ in 0..KNOWN.min(rows.len()) {
            let at = usize::try_from(self.saver.dice.below(rows.len() as u64))?;
            let row = rows.swap_remove(at);
            self.saver.known.push((row.id, row.name));
        }
        Ok(())
    }

    async fn once(&mut self, deed: Deed) -> Result<(), Failure> {
        match deed {
            Deed::Write => self.write().await,
            Deed::Import => self.import_and_undo().await,
            Deed::Sync => self.round().await,
            Deed::Backup => self.back_up().await,
            Deed::Restore => self.restore().await,
            Deed::Password => self.change_password().await,
            Deed::Rekey => self.rekey().await,
        }
    }

    /// Signs in again if the store was closed meanwhile.
    async fn come_back(&mut self) -> Result<(), Failure> {
        if self.client.session_state(()).await?.phase != Phase::Unlocked {
            sign_in(&self.client, &password(self.order.password)).await.map_err(|code| code.as_str())?;
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<(), Failure> {
        for _ in 0..8 {
            self.saver.save().await?;
        }
        Ok(())
    }

    /// Brings the file in unless it is in, and takes it back; forms are saved all the time, so that the import comes in parts.
    async fn import_and_undo(&mut self) -> Result<(), Failure> {
        let kept = self.kept().await?;
        let (client, files) = (self.client.clone(), self.order.files.clone());
        if kept.is_empty() {
            Said::Begins(Step::Import).say()?;
            let work = async {
                for file in &files {
                    import(&client, file).await?;
                }
                Ok::<(), Failure>(Said::Done(Step::Import).say()?)
            };
            self.while_saving(work).await?;
        }
        Said::Begins(Step::Undo).say()?;
        let imports = self.kept().await?;
        let client = self.client.clone();
        let work = async {
            for import in imports {
                let mut events = client.events();
                let started = client.imports_undo(import).await.map_err(code)?;
                done(&mut events, &started).await?;
            }
            Ok::<(), Failure>(Said::Done(Step::Undo).say()?)
        };
        self.while_saving(work).await
    }

    /// Imports of the file that are not taken back.
    async fn kept(&self) -> Result<Vec<ImportRef>, Failure> {
        let imports = self.client.imports_list(()).await.map_err(code)?;
        let kept =
            imports.into_iter().filter(|import| import.undone_at.is_none() && import.name.starts_with(FILE));
        Ok(kept.map(|import| ImportRef { id: import.id }).collect())
    }

    async fn while_saving(&mut self, work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
        let going = AtomicBool::new(true);
        let worked = async {
            let done = work.await;
            going.store(false, Ordering::SeqCst);
            done
        };
        let saved = async {
            while going.load(Ordering::SeqCst) {
                self.saver.save().await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok::<(), Failure>(())
        };
        let (worked, saved) = tokio::join!(worked, saved);
        worked.and(saved)
    }

    async fn round(&mut self) -> Result<(), Failure> {
        for _ in 0..2 {
            self.saver.save().await?;
        }
        Said::Begins(Step::Round).say()?;
        if self.plant == Some(Plant::RoundBeforeAnswer) {
            Said::Done(Step::Round).say()?;
        }
        self.client.sync_run(()).await.map_err(code)?;
        if self.plant != Some(Plant::RoundBeforeAnswer) {
            Said::Done(Step::Round).say()?;
        }
        Ok(())
    }

    async fn back_up(&mut self) -> Result<(), Failure> {
        self.saver.save().await?;
        self.clock.advance(1_000);
        Said::Begins(Step::Backup { path: String::new() }).say()?;
        let mut events = self.client.events();
        let started = self.client.backups_create(()).await.map_err(code)?;
        let JobResult::Backup { path, .. } = done(&mut events, &started).await? else {
            return Err("no backup came of it".into());
        };
        let path =
            if self.plant == Some(Plant::BackupInPlace) { plant::backup_in_place(&path)? } else { path };
        Said::Done(Step::Backup { path }).say()?;
        Ok(())
    }

    async fn restore(&mut self) -> Result<(), Failure> {
        self.saver.save().await?;
        let later = !self.later;
        let path = self.order.files.get(usize::from(later)).ok_or("no backup")?;
        Said::Begins(Step::Restore { later }).say()?;
        let mut events = self.client.events();
        let input = RestoreBackup { path: path.to_string_lossy().into_owned(), password: password(0) };
        let started = self.client.backups_restore(input).await.map_err(code)?;
        done(&mut events, &started).await?;
        self.spoil(Plant::StoreInPlace).await?;
        Said::Done(Step::Restore { later }).say()?;
        self.later = later;
        self.come_back().await
    }

    async fn change_password(&mut self) -> Result<(), Failure> {
        self.saver.save().await?;
        let number = self.order.password + 1;
        Said::Begins(Step::Password { number }).say()?;
        self.random.armed.store(true, Ordering::SeqCst);
        let input = ChangePassword { old: password(self.order.password), new: password(number) };
        self.client.session_change_password(input).await.map_err(code)?;
        if self.plant == Some(Plant::VaultInPlace) {
            plant::vault_in_place(&self.order.folder)?;
        }
        Said::Done(Step::Password { number }).say()?;
        self.order.password = number;
        Ok(())
    }

    /// Writes over the store that is closed, once nothing lies beside it any more that could come back in its place.
    async fn spoil(&mut self, plant: Plant) -> Result<(), Failure> {
        if self.plant == Some(plant) {
            self.come_back().await?;
            self.client.session_lock(()).await.map_err(code)?;
            plant::store_in_place(&self.order.folder)?;
            self.come_back().await?;
        }
        Ok(())
    }

    async fn rekey(&mut self) -> Result<(), Failure> {
        self.saver.save().await?;
        Said::Begins(Step::Rekey).say()?;
        let mut events = self.client.events();
        self.random.armed.store(true, Ordering::SeqCst);
        let input = Rekey { password: password(self.order.password) };
        let started = self.client.session_rekey(input).await.map_err(code)?;
        done(&mut events, &started).await?;
        self.spoil(Plant::VaultBeforeFile).await?;
        Said::Done(Step::Rekey).say()?;
        Ok(())
    }
}

async fn done(
    events: &mut tokio::sync::broadcast::Receiver<lq_client::events::Event>,
    started: &JobView,
) -> Result<JobResult, Failure> {
    Ok(ended(events, started).await?.map_err(|error| error.code.as_str())?)
}

/// Imports a file of customers; those that are there are changed.
pub(crate) async fn import(client: &Client, file: &Path) -> Result<(), Failure> {
    let path = file.to_string_lossy().into_owned();
    let view =
        client.imports_inspect(InspectFile { path: path.clone(), options: None }).await.map_err(code)?;
    let order = StartImport {
        path,
        options: view.options,
        mapping: view.columns.into_iter().map(|column| column.target).collect(),
        mode: ImportMode::Update,
        dry_run: false,
    };
    let mut events = client.events();
    let started = client.imports_start(order).await.map_err(code)?;
    done(&mut events, &started).await.map(drop)
}
