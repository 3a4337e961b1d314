//! Making a backup: one snapshot of the store, told row by row, compressed, sealed, and read back before it counts.

use super::frames::{Frame, WRITE_LEVEL};
use super::header::{Header, PRODUCT};
use super::rows::{self, Summing, Sums, Table, Taker, Told};
use super::sealed::SealedWriter;
use super::{BackupKey, Made, blocking, proof};
use crate::error::StoreError;
use crate::facts;
use crate::migrations;
use crate::open::Store;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::future::BoxFuture;
use sqlx::SqliteConnection;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use zstd::stream::write::Encoder;

/// A file in the making. Dropped before it is kept it leaves nothing.
struct Part {
    path: PathBuf,
    kept: bool,
}

impl Part {
    /// The file beside `target`.
    fn begin(target: &Path) -> Result<(Self, File), StoreError> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.part"));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        Ok((Self { path, kept: false }, file))
    }

    /// Moves the file to its place. Both names are on the disk afterwards, or none.
    fn keep(mut self, target: &Path) -> Result<(), StoreError> {
        fs::rename(&self.path, target)?;
        self.kept = true;
        #[cfg(unix)]
        if let Some(folder) = target.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, "a backup in the making could not be removed");
        }
    }
}

type Sink = Encoder<'static, SealedWriter<BufWriter<File>>>;

/// Writes a table's rows into the file.
struct Writing<'t> {
    /// Gone while it is at work, and after an error.
    sink: Option<Sink>,
    summing: Summing,
    told: Told<'t>,
    done: u64,
    total: u64,
}

impl Writing<'_> {
    async fn frame(&mut self, frame: Frame) -> Result<(), StoreError> {
        let mut sink = self.sink.take().ok_or(StoreError::BackupDamaged)?;
        self.sink = Some(
            blocking(move || {
                frame.write(&mut sink)?;
                Ok(sink)
            })
            .await?,
        );
        Ok(())
    }

    /// Writes the last frame and waits for the disk; the file's length.
    async fn finish(mut self, sums: Sums) -> Result<u64, StoreError> {
        self.frame(Frame::End(sums)).await?;
        let sink = self.sink.take().ok_or(StoreError::BackupDamaged)?;
        blocking(move || {
            let mut file = sink.finish()?.finish()?;
            file.flush()?;
            let file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
            file.sync_all()?;
            Ok(file.metadata()?.len())
        })
        .await
    }
}

impl Taker for Writing<'_> {
    async fn take(&mut self, rows: u64, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.summing.add(rows, &bytes);
        self.done += rows;
        self.frame(Frame::Rows(rows, bytes)).await?;
        if (self.told)(self.done, self.total) { Ok(()) } else { Err(StoreError::Stopped) }
    }
}

impl Store {
    /// Writes a backup to `target`, proves it by making a store of it at `scratch`, which is removed again, and only then
    /// puts it in its place. Edits go on meanwhile; the backup is the store as it was at one moment.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when `told` says so, [`StoreError::DiskFull`], [`StoreError::File`]; there is no file then.
    pub fn backup_to<'a>(
        &'a self,
        target: &'a Path,
        scratch: &'a Path,
        told: Told<'a>,
    ) -> BoxFuture<'a, Result<Made, StoreError>> {
        Box::pin(self.write_backup(target, scratch, told))
    }

    async fn write_backup(&self, target: &Path, scratch: &Path, told: Told<'_>) -> Result<Made, StoreError> {
        let (key, header) = self.header().await?;
        // One snapshot for all that is read, whatever is written meanwhile.
        let mut snapshot = self.readers.begin().await?;
        let tables = rows::tables(&mut snapshot, &rows::LEFT_OUT).await?;
        let header = counted(header, &mut snapshot, &tables).await?;
        let total = header.total();
        let (part, file) = Part::begin(target)?;
        let sink = sink(file, &header, &key)?;
        // Reading it back is the second half of the work.
        let half = |done: u64, _: u64| told(done, total * 2);
        let mut writing = Writing { sink: Some(sink), summing: Summing::new(), told: &half, done: 0, total };
        let mut sums = Sums::new();
        for table in &tables {
            writing.frame(Frame::Table(table.name.clone(), table.columns.clone())).await?;
            rows::tell(&mut snapshot, table, &mut writing).await?;
            let summing = std::mem::replace(&mut writing.summing, Summing::new());
            sums.insert(table.name.clone(), summing.end());
        }
        drop(snapshot);
        let bytes = writing.finish(sums).await?;
        let half = |done: u64, _: u64| told(total + done, total * 2);
        proof::verify(&part.path, &key, scratch, self.random.as_ref(), &half).await?;
        part.keep(target)?;
        Ok(Made { header, bytes })
    }

    async fn header(&self) -> Result<(BackupKey, Header), StoreError> {
        let kept = self.backup_key().await?;
        let owner = self.owner().await?.ok_or(StoreError::NotFound)?;
        let mut salt = [0; 32];
        self.random.fill(&mut salt);
        let header = Header {
            product: PRODUCT.to_owned(),
            user: owner.profile.id,
            device: self.device().await,
            schema: migrations::schema(),
            made_at: self.clock.now(),
            rows: std::collections::BTreeMap::new(),
            kdf: kept.kdf,
            wrapped: kept.wrapped,
            salt: BASE64.encode(salt),
        };
        Ok((kept.key, header))
    }
}

async fn counted(
    mut header: Header,
    snapshot: &mut SqliteConnection,
    tables: &[Table],
) -> Result<Header, StoreError> {
    for table in tables {
        header.rows.insert(table.name.clone(), rows::count(snapshot, table).await?);
    }
    // Of the same moment as the rows.
    header.user = facts::get::<facts::Owner>(snapshot, facts::OWNER)
        .await?
        .map_or(header.user, |owner| owner.profile.id);
    Ok(header)
}

fn sink(file: File, header: &Header, key: &BackupKey) -> Result<Sink, StoreError> {
    let (bytes, hash) = header.bytes()?;
    let salt = BASE64.decode(&header.salt).map_err(|_| StoreError::BackupDamaged)?;
    let mut file = BufWriter::new(file);
    file.write_all(&bytes)?;
    Ok(Encoder::new(SealedWriter::new(file, key, &salt, hash)?, WRITE_LEVEL)?)
}
