//! Backups by schedule.

use crate::Client;
use crate::client::{Inner, Open};
use crate::error::ClientError;
use std::sync::Weak;
use std::time::Duration;

/// How often the clock is asked.
const PAUSE: Duration = Duration::from_secs(60);

/// Backs up whenever it is due, and tells the screen when one is missing. It ends with the store.
pub(crate) async fn watch(inner: Weak<Inner>, open: Weak<Open>) {
    let mut missed = false;
    loop {
        {
            let (Some(client), Some(open)) = (Client::upgrade(&inner), open.upgrade()) else { return };
            match client.look_at_backups(&open).await {
                Ok(now) if now != missed => {
                    missed = now;
                    client.tell_backups();
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the backups could not be looked at"),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Client {
    /// Starts a backup when one is due; whether one is missing.
    async fn look_at_backups(&self, open: &std::sync::Arc<Open>) -> Result<bool, ClientError> {
        let now = self.clock().now();
        let standing = self.backups_standing(open).await?;
        if standing.is_due(now) && self.only_backup().is_ok() {
            self.start_backup(open.clone());
        }
        Ok(standing.is_missed(now))
    }
}
