//! Listening for news: the server says which feed has some, and a round fetches it.

use crate::backoff;
use crate::engine::{Engine, Reach};
use crate::error::SyncError;

impl Engine {
    /// Listens as long as the server is there, and comes back when it is there again.
    pub(crate) async fn listen(&self) {
        let mut status = self.status();
        let mut failures = 0;
        loop {
            // Rounds find out whether there is a server to listen to.
            if status.wait_for(|status| status.reach == Reach::Online && !status.running).await.is_err() {
                return;
            }
            let heard = self.hear().await;
            match heard {
                Ok(()) => failures = 0,
                Err(_) => failures += 1,
            }
            tokio::time::sleep(backoff::wait(failures.max(1), self.parts.random.as_ref())).await;
            // What was missed meanwhile; and the round tells whether the server is still there.
            self.heard.notify_one();
        }
    }

    /// Listens until the connection ends.
    async fn hear(&self) -> Result<(), SyncError> {
        let mut news = self
            .authorised(|transport, token| Box::pin(async move { transport.events(&token).await }))
            .await?;
        while news.next().await?.is_some() {
            self.heard.notify_one();
        }
        Ok(())
    }
}
