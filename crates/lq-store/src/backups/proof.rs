//! Making a store of a backup, and proving that it holds what was backed up.

use super::frames::{Frame, unreadable};
use super::header::Header;
use super::rows::{self, Summing, Sums, Table, Taker, Told};
use super::sealed::SealedReader;
use super::{BackupKey, blocking};
use crate::ending;
use crate::error::StoreError;
use crate::key::DataKey;
use crate::migrations::migrator_to;
use crate::open::options;
use crate::replace::{beside, gone};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::future::BoxFuture;
use lq_domain::clock::Random;
use sqlx::SqliteConnection;
use sqlx::sqlite::{SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::Path;
use zstd::stream::read::Decoder;

type Source = Decoder<'static, BufReader<SealedReader<BufReader<File>>>>;

fn source(path: &Path, key: &BackupKey) -> Result<(Header, Source), StoreError> {
    let mut file = BufReader::new(File::open(path)?);
    let (header, hash) = Header::read(&mut file)?;
    let salt = BASE64.decode(&header.salt).map_err(|_| StoreError::BackupDamaged)?;
    Ok((header, Decoder::new(SealedReader::new(file, key, &salt, hash)?)?))
}

/// Proves a backup: makes a store of it at `scratch` under a key that nobody keeps, compares, and removes the store.
///
/// # Errors
/// [`StoreError::BackupDamaged`] and the others of [`Header::read`], [`StoreError::Stopped`], [`StoreError::DiskFull`].
pub fn verify<'a>(
    path: &'a Path,
    key: &'a BackupKey,
    scratch: &'a Path,
    random: &'a dyn Random,
    told: Told<'a>,
) -> BoxFuture<'a, Result<Header, StoreError>> {
    Box::pin(async move {
        let scratch_key = DataKey::new(random);
        let proven = rebuild(path, key, scratch, &scratch_key, told).await;
        remove(scratch)?;
        proven
    })
}

/// Makes a store at `to` of a backup and proves it by counts and hashes. Its schema is that of the backup.
///
/// # Errors
/// As [`verify`]; what lies at `to` is no store then.
pub fn rebuild<'a>(
    path: &'a Path,
    key: &'a BackupKey,
    to: &'a Path,
    data_key: &'a DataKey,
    told: Told<'a>,
) -> BoxFuture<'a, Result<Header, StoreError>> {
    Box::pin(make(path, key, to, data_key, told))
}

async fn make(
    path: &Path,
    key: &BackupKey,
    to: &Path,
    data_key: &DataKey,
    told: Told<'_>,
) -> Result<Header, StoreError> {
    remove(to)?;
    let (header, source) = source(path, key)?;
    let pool = in_the_making(to, data_key).await?;
    let filled = fill(&pool, &header, source, told).await;
    pool.close().await;
    filled?;
    on_the_disk(to).await?;
    Ok(header)
}

/// A store that is being made of another one. Nothing in it needs to survive a cut: what is not whole is made anew.
pub(crate) async fn in_the_making(to: &Path, data_key: &DataKey) -> Result<SqlitePool, StoreError> {
    let options = options(to, Some(data_key))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(false);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(ending::counted(options)).await?;
    ending::wait_at_end();
    Ok(pool)
}

/// Waits until the disk has a file.
pub(crate) async fn on_the_disk(path: &Path) -> Result<(), StoreError> {
    let file = path.to_owned();
    blocking(move || Ok(File::open(file)?.sync_all()?)).await
}

/// Whether SQLite finds a store's pages and indexes whole.
pub(crate) async fn whole(pool: &SqlitePool) -> Result<bool, StoreError> {
    let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(pool).await?;
    Ok(found == ["ok"])
}

/// A store in the making, or one that has served, with all that SQLite puts beside it.
pub(crate) fn remove(path: &Path) -> Result<(), StoreError> {
    ["", "-wal", "-shm", "-journal"].iter().try_for_each(|ending| gone(fs::remove_file(beside(path, ending))))
}

async fn fill(pool: &SqlitePool, header: &Header, source: Source, told: Told<'_>) -> Result<(), StoreError> {
    migrator_to(header.schema).run(pool).await?;
    let mut tx = pool.begin().await?;
    let tables = rows::tables(&mut tx, &rows::LEFT_OUT).await?;
    for table in &tables {
        rows::empty(&mut tx, table).await?;
    }
    let said = put_all(&mut tx, header, &tables, source, told).await?;
    let counted = said.iter().all(|(name, sum)| header.rows.get(name) == Some(&sum.rows));
    if !counted || sums(&mut tx, &tables).await? != said {
        return Err(StoreError::BackupDamaged);
    }
    tx.commit().await?;
    if whole(pool).await? { Ok(()) } else { Err(StoreError::BackupDamaged) }
}

/// Puts every row where it belongs; what the backup says that it sums up to.
async fn put_all(
    connection: &mut SqliteConnection,
    header: &Header,
    tables: &[Table],
    mut source: Source,
    told: Told<'_>,
) -> Result<Sums, StoreError> {
    let (mut now, mut done) = (None, 0);
    loop {
        let frame;
        (frame, source) = blocking(move || Ok((Frame::read(&mut source)?, source))).await?;
        match frame {
            Frame::Table(name, columns) => {
                let found = tables.iter().find(|table| table.name == name && table.columns == columns);
                now = Some(found.ok_or(StoreError::BackupDamaged)?);
            }
            Frame::Rows(rows, bytes) => {
                rows::put(connection, now.ok_or(StoreError::BackupDamaged)?, rows, &bytes).await?;
                done += rows;
                if !told(done, header.total()) {
                    return Err(StoreError::Stopped);
                }
            }
            Frame::End(sums) => {
                // The last chunk has to be there, and nothing behind it.
                return match source.read(&mut [0]).map_err(unreadable)? {
                    0 => Ok(sums),
                    _ => Err(StoreError::BackupDamaged),
                };
            }
        }
    }
}

/// Counts and hashes rows and keeps none.
struct Looking(Summing);

impl Taker for Looking {
    async fn take(&mut self, rows: u64, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.0.add(rows, &bytes);
        Ok(())
    }
}

pub(crate) async fn sums(connection: &mut SqliteConnection, tables: &[Table]) -> Result<Sums, StoreError> {
    let mut sums = Sums::new();
    for table in tables {
        let mut looking = Looking(Summing::new());
        rows::tell(connection, table, &mut looking).await?;
        sums.insert(table.name.clone(), looking.0.end());
    }
    Ok(sums)
}
