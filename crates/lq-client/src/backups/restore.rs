//! A restore at work.

use crate::Client;
use crate::client::Open;
use crate::contract::files::{JobResult, JobStep};
use crate::error::ClientError;
use crate::jobs::JobHandle;
use lq_store::Store;
use lq_store::audits::Audit;
use lq_store::backups::{BackupKey, Header, rebuild};
use lq_store::key::Vault;
use std::path::Path;
use std::sync::Arc;

impl Client {
    /// Makes and proves the copy while work goes on, then puts it in place.
    pub(super) async fn restore(
        &self,
        open: Arc<Open>,
        path: &Path,
        key: &BackupKey,
        job: &JobHandle,
    ) -> Result<JobResult, ClientError> {
        let place = open.vault.lock().await.restored();
        let told = |done, total| job.goes_on(done, total);
        let header = rebuild(path, key, &place, &open.data_key, &told).await?;
        // From here on it can't be cancelled: the store closes, and with it every other job.
        job.check()?;
        job.step(JobStep::Writing, 0);
        let taken = self.lock_for(job.id(), &open, self.swap(&open, &header)).await?;
        Ok(JobResult::Restore { made_at: header.made_at, taken: u32::try_from(taken).unwrap_or(u32::MAX) })
    }

    /// Lets the two closed stores change places; how many changes were taken over.
    async fn swap(&self, open: &Open, header: &Header) -> Result<u64, ClientError> {
        let vault = open.vault.lock().await.clone();
        let outcome = self.take_over(open, &vault, header).await;
        let outcome = match outcome {
            Ok(taken) => vault.replace().map(|()| taken).map_err(ClientError::from),
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            // Whatever happened, the store that was there is there.
            if !vault.database().exists() {
                vault.put_back()?;
            }
            vault.drop_replaced()?;
        }
        outcome
    }

    async fn take_over(&self, open: &Open, vault: &Vault, header: &Header) -> Result<u64, ClientError> {
        let live = self.closed_store(open, vault, &vault.database()).await?;
        let restored = match self.closed_store(open, vault, &vault.restored()).await {
            Ok(restored) => restored,
            Err(error) => {
                live.close().await;
                return Err(error);
            }
        };
        let taken = restored.begin_anew(Some(&live)).await;
        let noted = match &taken {
            Ok(taken) => {
                let detail = serde_json::json!({ "made_at": header.made_at, "taken": taken });
                let entry = Audit {
                    at: self.clock().now(),
                    actor: open.actor().user,
                    device: vault.device(),
                    action: "backups_restore".to_owned(),
                    record: None,
                    detail: detail.to_string(),
                };
                restored.audit(&entry).await
            }
            Err(_) => Ok(()),
        };
        // Files change places, and a log does not go with them.
        let emptied = match restored.empty_log().await {
            Ok(()) => live.empty_log().await,
            full => full,
        };
        restored.close().await;
        live.close().await;
        let taken = taken?;
        noted?;
        emptied?;
        Ok(taken)
    }

    async fn closed_store(&self, open: &Open, vault: &Vault, path: &Path) -> Result<Store, ClientError> {
        let config = &self.inner().config;
        let (clock, random) = (config.clock.clone(), config.random.clone());
        Ok(Store::open(path, &open.data_key, vault.device(), clock, random).await?)
    }
}
