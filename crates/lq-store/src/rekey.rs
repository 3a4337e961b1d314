//! A new data key for a store (docs/adr/0003-store-encryption.md).
//!
//! Nothing is encrypted in place: the store is copied into a file of its own under the new key, the copy is compared row by
//! row and opened, and then one rename of the vault, which names key and file together, decides. Cut off before it, the old
//! key and the old file are there as they were; after it, the new ones. What is left over goes at the next opening.

use crate::audits::Audit;
use crate::backups::{proof, rows};
use crate::error::StoreError;
use crate::key::{DataKey, Vault};
use crate::migrations::migrator;
use crate::open::{Identity, Store};
use crate::replace::beside;
use futures_util::future::BoxFuture;
use rows::{Summing, Sums, Table, Taker};
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, SqliteConnection, Transaction};
use std::fs;
use std::path::Path;
use tokio::sync::OwnedMutexGuard;

/// The history of the schema is written by the copy's own migrations.
const LEFT_OUT: [&str; 1] = ["_sqlx_migrations"];

/// What a change of the key does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many rows of so many are copied or compared.
    Rows(u64, u64),
    /// The copy, which is proven, is opened as a store.
    Open,
    /// The old store closes.
    Close,
    /// The vault of the new key is written beside the present one.
    Write,
    /// It takes its place: the new key counts from here on.
    Decide,
    /// The old file is removed.
    Clear,
    /// All is done.
    Done,
}

/// Told before each step; answers whether to go on. From [`Step::Close`] on nobody is asked any more.
pub type Watch<'a> = &'a (dyn Fn(Step) -> bool + Send + Sync);

/// A store's copy under a new key, proven. While this lives nobody can write to the store.
pub struct Copied {
    data_key: DataKey,
    held: Held,
    rows: u64,
}

impl std::fmt::Debug for Copied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Copied")
    }
}

/// Keeps everybody from writing: the numbering, and the one connection that writes.
struct Held {
    tx: Transaction<'static, Sqlite>,
    identity: OwnedMutexGuard<Identity>,
}

/// Gives a store a new data key, which it returns, and closes it. `entry` is kept in its audit.
///
/// # Errors
/// As [`Store::copy_anew`] and [`Copied::take_place`]. The vault says which key counts, and the store may be closed.
pub async fn rekey(
    store: &Store,
    vault: &mut Vault,
    password_key: &[u8; 32],
    entry: &Audit,
    watch: Watch<'_>,
) -> Result<DataKey, StoreError> {
    store.copy_anew(vault, entry, watch).await?.take_place(store, vault, password_key, watch).await
}

impl Store {
    /// Copies everything into a file of its own under a new data key and proves the copy by counts, hashes and by opening it.
    /// Reading goes on meanwhile; whoever wants to write waits. `entry` is kept in the copy's audit.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when `watch` says so, [`StoreError::DiskFull`], [`StoreError::Damaged`] when the copy is not
    /// what was copied. The store goes on as before, then.
    pub fn copy_anew<'a>(
        &'a self,
        vault: &'a Vault,
        entry: &'a Audit,
        watch: Watch<'a>,
    ) -> BoxFuture<'a, Result<Copied, StoreError>> {
        Box::pin(async move {
            // A store put aside by a restore is under the old key: it must not come back under the new one.
            vault.drop_replaced()?;
            let identity = self.identity().await;
            let mut tx = self.waiting.wait(self.writer.begin()).await?;
            let data_key = DataKey::new(self.random.as_ref());
            let place = vault.next_database();
            match self.copy(&mut tx, &place, &data_key, vault, entry, watch).await {
                Ok(rows) => Ok(Copied { data_key, held: Held { tx, identity }, rows }),
                Err(error) => {
                    proof::remove(&place)?;
                    Err(error)
                }
            }
        })
    }

    async fn copy(
        &self,
        from: &mut SqliteConnection,
        to: &Path,
        data_key: &DataKey,
        vault: &Vault,
        entry: &Audit,
        watch: Watch<'_>,
    ) -> Result<u64, StoreError> {
        proof::remove(to)?;
        let pool = proof::in_the_making(to, data_key).await?;
        let filled = fill(from, &pool, watch).await;
        pool.close().await;
        let rows = filled?;
        go_on(watch, Step::Open)?;
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let copy = Store::open(to, data_key, vault.device(), clock, random).await?;
        let noted = match copy.audit(entry).await {
            Ok(_) => copy.empty_log().await,
            Err(error) => Err(error),
        };
        copy.close().await;
        noted?;
        if fs::metadata(beside(to, "-wal")).is_ok_and(|log| log.len() > 0) {
            return Err(StoreError::Damaged);
        }
        proof::on_the_disk(to).await?;
        Ok(rows)
    }
}

fn go_on(watch: Watch<'_>, step: Step) -> Result<(), StoreError> {
    if watch(step) { Ok(()) } else { Err(StoreError::Stopped) }
}

/// Puts every row into the new file and compares both; how many there are.
async fn fill(from: &mut SqliteConnection, pool: &SqlitePool, watch: Watch<'_>) -> Result<u64, StoreError> {
    migrator().run(pool).await?;
    let mut tx = pool.begin().await?;
    let tables = rows::tables(from, &LEFT_OUT).await?;
    if rows::tables(&mut tx, &LEFT_OUT).await? != tables {
        return Err(StoreError::Damaged);
    }
    let mut total = 0;
    for table in &tables {
        total += rows::count(from, table).await?;
        rows::empty(&mut tx, table).await?;
    }
    let (mut said, mut done) = (Sums::new(), 0);
    for table in &tables {
        let told = |rows| watch(Step::Rows(rows, total * 2));
        let mut copying = Copying { to: &mut tx, table, summing: Summing::new(), done, told: &told };
        rows::tell(from, table, &mut copying).await?;
        done = copying.done;
        said.insert(table.name.clone(), copying.summing.end());
    }
    go_on(watch, Step::Rows(total, total * 2))?;
    if proof::sums(&mut tx, &tables).await? != said {
        return Err(StoreError::Damaged);
    }
    tx.commit().await?;
    go_on(watch, Step::Rows(total * 2, total * 2))?;
    if proof::whole(pool).await? { Ok(total) } else { Err(StoreError::Damaged) }
}

/// Puts a table's rows where it is told them for.
struct Copying<'c> {
    to: &'c mut SqliteConnection,
    table: &'c Table,
    summing: Summing,
    done: u64,
    told: &'c (dyn Fn(u64) -> bool + Send + Sync),
}

impl Taker for Copying<'_> {
    async fn take(&mut self, rows: u64, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.summing.add(rows, &bytes);
        rows::put(self.to, self.table, rows, &bytes).await?;
        self.done += rows;
        if (self.told)(self.done) { Ok(()) } else { Err(StoreError::Stopped) }
    }
}

impl Copied {
    /// How many rows the copy has.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Closes the store and lets the copy take its place: the vault wraps the new data key, which is returned, by
    /// `password_key`. The old file is gone afterwards, or goes at the next opening.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] when the vault was wrapped by another key meanwhile, [`StoreError::File`]. The old key and the
    /// old file count, then.
    pub async fn take_place(
        self,
        store: &Store,
        vault: &mut Vault,
        password_key: &[u8; 32],
        watch: Watch<'_>,
    ) -> Result<DataKey, StoreError> {
        if !vault.opens(password_key) {
            store.let_go(self.held).await;
            vault.clear_others()?;
            return Err(StoreError::WrongKey);
        }
        watch(Step::Close);
        store.let_go(self.held).await;
        // The copy's name has to be on the disk before the vault names it.
        vault.flush()?;
        watch(Step::Write);
        let next = vault.write_next(&self.data_key, password_key, store.random.as_ref())?;
        watch(Step::Decide);
        vault.become_next(next)?;
        watch(Step::Clear);
        if let Err(error) = vault.clear_others() {
            tracing::warn!(%error, "the file of the old key goes at the next opening");
        }
        watch(Step::Done);
        Ok(self.data_key)
    }
}

impl Store {
    /// Closes the store before anybody who waited can write: what were written now would be lost.
    async fn let_go(&self, held: Held) {
        // Closed from this call on, not only when it has ended.
        let closing = self.writer.close();
        let _ = held.tx.rollback().await;
        drop(held.identity);
        self.readers.close().await;
        closing.await;
    }
}
