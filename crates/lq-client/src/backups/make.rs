//! A backup at work.

use super::{files, name};
use crate::Client;
use crate::client::Open;
use crate::contract::files::{JobKind, JobResult, JobStep, JobView};
use crate::customers::audit;
use crate::error::ClientError;
use crate::jobs::JobHandle;
use lq_protocol::error::ErrorCode;
use lq_store::backups::{Made, What};
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Client {
    /// Starts to back up into the folder of the schedule.
    pub(super) fn start_backup(&self, open: Arc<Open>) -> JobView {
        let schedule = self.backup_schedule();
        let folder = PathBuf::from(schedule.folder);
        let target = files::free(&folder, open.actor().user, self.clock().now());
        let client = self.clone();
        self.jobs().start(JobKind::Backup, &name(&target), JobStep::Saving, move |job| async move {
            client.back_up(&open, &folder, target, schedule.keep, &job).await
        })
    }

    async fn back_up(
        &self,
        open: &Open,
        folder: &Path,
        target: PathBuf,
        keep: u32,
        job: &JobHandle,
    ) -> Result<JobResult, ClientError> {
        let made = self.write_backup(open, folder, &target, job).await;
        match &made {
            Ok(made) => self.note_backup(open, What::Made, &target, made.bytes, None).await,
            // Who cancels knows.
            Err(error) if error.code() == ErrorCode::Cancelled => {}
            Err(error) => self.note_backup(open, What::Made, &target, 0, Some(error.code())).await,
        }
        let made = made?;
        let detail = serde_json::json!({ "file": name(&target), "bytes": made.bytes });
        audit(open, self.clock().now(), "backups_create", None, &detail).await?;
        // The new one is proven: older ones beyond the number have had their time.
        let (folder, user, device) = (folder.to_owned(), made.header.user, made.header.device);
        let removed = files::beside(move || Ok(files::rotate(&folder, user, device, keep))).await?;
        self.tell_backups();
        #[expect(clippy::cast_precision_loss, reason = "a length for the eye")]
        let bytes = made.bytes as f64;
        Ok(JobResult::Backup { path: target.to_string_lossy().into_owned(), bytes, removed })
    }

    async fn write_backup(
        &self,
        open: &Open,
        folder: &Path,
        target: &Path,
        job: &JobHandle,
    ) -> Result<Made, ClientError> {
        let (place, user) = (folder.to_owned(), open.actor().user);
        files::beside(move || {
            std::fs::create_dir_all(&place)?;
            files::tidy(&place, user);
            Ok(())
        })
        .await?;
        let scratch = open.vault.lock().await.scratch();
        let told = |done, total| job.goes_on(done, total);
        Ok(open.store.backup_to(target, &scratch, &told).await?)
    }
}
