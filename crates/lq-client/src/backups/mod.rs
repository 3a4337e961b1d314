//! Backups of this device: on demand and by schedule, proven before they count, and brought back without losing what waits.

mod files;
mod make;
mod restore;
mod watch;

pub(crate) use watch::watch;

use crate::Client;
use crate::client::Open;
use crate::contract::backups::{BackupSchedule, BackupsView, RestoreBackup, VerifyBackup};
use crate::contract::files::{JobKind, JobResult, JobStep, JobView};
use crate::error::ClientError;
use crate::events::Event;
use crate::session::keys;
use lq_domain::backups::{Every, KEEP, Standing};
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_store::backups::{Attempt, BackupKey, Header, What, verify};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// As a new user finds it.
const EVERY: Every = Every::Daily;
const KEPT: u32 = 7;

impl Client {
    /// How the backups of this device stand.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`].
    pub async fn backups_state(&self, (): ()) -> Result<BackupsView, ClientError> {
        let open = self.open()?;
        let schedule = self.backup_schedule();
        let standing = self.backups_standing(&open).await?;
        let (_, failed) = open.store.last_backups().await?;
        let (files, folder_error) = files::list(&open, Path::new(&schedule.folder)).await?;
        Ok(BackupsView {
            schedule,
            last: standing.last,
            next: standing.due(),
            missed: standing.is_missed(self.clock().now()),
            failed_at: standing.failed,
            failed: failed.and_then(|failed| failed.error),
            files,
            folder_error,
        })
    }

    /// Sets when this device is backed up by itself, and where to. The folder is made when it is missing.
    ///
    /// # Errors
    /// [`ErrorCode::ChoiceUnknown`] for a number that can't be kept, [`ErrorCode::FileUnwritable`] for a folder.
    pub async fn backups_schedule(&self, input: BackupSchedule) -> Result<BackupsView, ClientError> {
        self.open()?;
        if !KEEP.contains(&input.keep) {
            return Err(ApiError::new(ErrorCode::ChoiceUnknown).in_field("keep").into());
        }
        let folder = PathBuf::from(input.folder.trim());
        if !folder.is_absolute() || std::fs::create_dir_all(&folder).is_err() {
            return Err(ApiError::new(ErrorCode::FileUnwritable).in_field("folder").into());
        }
        let kept = BackupSchedule { folder: folder.to_string_lossy().into_owned(), ..input };
        self.inner().settings.set_backups(&kept)?;
        self.tell_backups();
        self.backups_state(()).await
    }

    /// Makes a backup now.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`], [`ErrorCode::BackupRunning`].
    #[expect(clippy::unused_async, reason = "commands are alike")]
    pub async fn backups_create(&self, (): ()) -> Result<JobView, ClientError> {
        let open = self.open()?;
        self.only_backup()?;
        Ok(self.start_backup(open))
    }

    /// Proves a backup: makes a store of it beside, compares counts and hashes, and removes it again.
    ///
    /// # Errors
    /// [`ErrorCode::BackupForeign`], [`ErrorCode::BackupNewer`], [`ErrorCode::BackupDamaged`],
    /// [`ErrorCode::BackupPassword`], [`ErrorCode::BackupRunning`], [`ErrorCode::FileUnreadable`].
    pub async fn backups_verify(&self, input: VerifyBackup) -> Result<JobView, ClientError> {
        let open = self.open()?;
        self.only_backup()?;
        let path = PathBuf::from(&input.path);
        let header = own_header(&open, &path).await?;
        let key = match (open.store.backup_key_of(&header.kdf.salt).await?, input.password) {
            (Some(key), _) => key,
            (None, Some(password)) => key_by(&header, Zeroizing::new(password)).await?,
            (None, None) => return Err(ErrorCode::BackupPassword.into()),
        };
        let client = self.clone();
        Ok(self.jobs().start(JobKind::BackupCheck, &name(&path), JobStep::Checking, move |job| async move {
            let scratch = open.vault.lock().await.scratch();
            let told = |done, total| job.goes_on(done, total);
            let proven = verify(&path, &key, &scratch, client.random(), &told).await;
            let error = proven.as_ref().err().map(lq_store::StoreError::code);
            if error != Some(ErrorCode::Cancelled) {
                client.note_backup(&open, What::Verified, &path, 0, error).await;
            }
            let rows = u32::try_from(proven?.total()).unwrap_or(u32::MAX);
            Ok(JobResult::BackupCheck { path: input.path, rows })
        }))
    }

    /// Brings a backup back in place of the open store. The copy is made and proven beside; only then the store is closed,
    /// what must not be lost is taken over, and the two change places. The user signs in again afterwards.
    ///
    /// # Errors
    /// As [`Client::backups_verify`].
    pub async fn backups_restore(&self, input: RestoreBackup) -> Result<JobView, ClientError> {
        let open = self.open()?;
        self.only_backup()?;
        let path = PathBuf::from(&input.path);
        let header = own_header(&open, &path).await?;
        let key = key_by(&header, Zeroizing::new(input.password)).await?;
        let client = self.clone();
        Ok(self.jobs().start(JobKind::Restore, &name(&path), JobStep::Checking, move |job| async move {
            client.restore(open, &path, &key, &job).await
        }))
    }

    /// What is known of this device's backups.
    async fn backups_standing(&self, open: &Open) -> Result<Standing, ClientError> {
        let (last, failed) = open.store.last_backups().await?;
        let since = open.store.backups_since().await?.unwrap_or(self.clock().now());
        Ok(Standing {
            every: self.backup_schedule().every,
            last: last.map(|last| last.at),
            failed: failed.map(|failed| failed.at),
            since,
        })
    }

    fn backup_schedule(&self) -> BackupSchedule {
        self.inner().settings.backups().unwrap_or_else(|| BackupSchedule {
            every: EVERY,
            folder: self.inner().config.folder.join("backups").to_string_lossy().into_owned(),
            keep: KEPT,
        })
    }

    /// Making, proving and restoring use the same places: one at a time.
    fn only_backup(&self) -> Result<(), ClientError> {
        self.no_rekey()?;
        let kinds = [JobKind::Backup, JobKind::BackupCheck, JobKind::Restore];
        if kinds.into_iter().any(|kind| self.jobs().running(kind)) {
            return Err(ErrorCode::BackupRunning.into());
        }
        Ok(())
    }

    async fn note_backup(&self, open: &Open, what: What, path: &Path, bytes: u64, error: Option<ErrorCode>) {
        let attempt = Attempt { at: self.clock().now(), what, path: path.to_owned(), bytes, error };
        if let Err(error) = open.store.note_backup(&attempt).await {
            tracing::warn!(%error, "an attempt to back up was not noted");
        }
        self.tell_backups();
    }

    fn tell_backups(&self) {
        self.tell(Event::Changed { features: vec![Feature::Backups] });
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The header of a backup of the user who works here.
async fn own_header(open: &Arc<Open>, path: &Path) -> Result<Header, ClientError> {
    let header = files::header(path).await?;
    if header.user == open.actor().user { Ok(header) } else { Err(ErrorCode::BackupForeign.into()) }
}

async fn key_by(header: &Header, password: Zeroizing<String>) -> Result<BackupKey, ClientError> {
    let derived = keys(&password, &header.kdf, ErrorCode::BackupDamaged).await?;
    header.key(&derived.key).map_err(|error| ApiError::new(error.code()).in_field("password").into())
}

/// A day in a file's name: `20261128-101500`, in China.
fn stamp(at: Timestamp) -> String {
    use chrono::TimeZone as _;
    let china = chrono::FixedOffset::east_opt(8 * 3600);
    let moment = china.and_then(|china| china.timestamp_millis_opt(at.0).single());
    moment.map(|moment| moment.format("%Y%m%d-%H%M%S").to_string()).unwrap_or_default()
}
