//! A new data key for the store.

use super::Known;
use super::enter::Entry;
use crate::Client;
use crate::client::Open;
use crate::contract::files::{JobKind, JobResult, JobStep, JobView};
use crate::contract::session::Rekey;
use crate::error::ClientError;
use crate::jobs::JobHandle;
use lq_protocol::error::ErrorCode;
use lq_protocol::secret::Derived;
use lq_store::audits::Audit;
use lq_store::key::DataKey;
use lq_store::rekey::{Copied, Step};
use std::sync::Arc;
use zeroize::Zeroizing;

impl Client {
    /// Encrypts the store anew under a new data key. The user stays signed in: until the copy is made and proven only writing
    /// waits, then the store closes and opens again.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`], `password_wrong` and `sign_in_locked` for the password, [`ErrorCode::JobRunning`] while
    /// other long work runs.
    pub async fn session_rekey(&self, input: Rekey) -> Result<JobView, ClientError> {
        let _one = self.inner().session.one.lock().await;
        let password = Zeroizing::new(input.password);
        let open = self.open()?;
        if self.jobs().any_running() {
            return Err(ErrorCode::JobRunning.into());
        }
        let derived = self.known(&mut *open.vault.lock().await, &password, "password").await?;
        let client = self.clone();
        let title = open.owner().profile.login;
        Ok(self.jobs().start(JobKind::Rekey, &title, JobStep::Writing, move |job| async move {
            client.rekey(open, derived, &job).await
        }))
    }

    /// Refuses what must not begin while the data key changes.
    pub(crate) fn no_rekey(&self) -> Result<(), ClientError> {
        if self.jobs().running(JobKind::Rekey) { Err(ErrorCode::JobRunning.into()) } else { Ok(()) }
    }

    async fn rekey(
        &self,
        open: Arc<Open>,
        derived: Derived,
        job: &JobHandle,
    ) -> Result<JobResult, ClientError> {
        let vault = open.vault.lock().await.clone();
        let note = Audit {
            at: self.clock().now(),
            actor: open.actor().user,
            device: vault.device(),
            action: "session_rekey".to_owned(),
            record: None,
            detail: "{}".to_owned(),
        };
        let told = |step| match step {
            Step::Rows(done, total) => job.goes_on(done, total),
            _ => job.check().is_ok(),
        };
        let copied = open.store.copy_anew(&vault, &note, &told).await?;
        job.check()?;
        let rows = u32::try_from(copied.rows()).unwrap_or(u32::MAX);
        // From here on it can't be cancelled. Whoever locks the store before this ends the job.
        let _one = self.inner().session.one.lock().await;
        self.let_go(Some(job.id()));
        // What the screen asks in between finds a locked store, and not one that nobody has.
        self.inner().session.state().locked = Some(Known::of(&open));
        let entered = self.change_places(&open, copied, derived).await;
        if self.open().is_ok() {
            self.inner().session.state().locked = None;
        }
        self.announce();
        entered?;
        Ok(JobResult::Rekey { rows })
    }

    /// Lets the copy take the store's place and opens what is in it then: if that failed, the old one.
    async fn change_places(&self, open: &Open, copied: Copied, derived: Derived) -> Result<(), ClientError> {
        let mut vault = open.vault.lock().await.clone();
        let placed = copied.take_place(&open.store, &mut vault, &derived.key, &|_| true).await;
        let data_key: DataKey = placed.as_ref().unwrap_or(&open.data_key).clone();
        self.enter(Entry { vault, data_key, derived, reply: None }).await?;
        placed?;
        Ok(())
    }
}
