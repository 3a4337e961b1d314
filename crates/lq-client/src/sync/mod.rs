//! The exchange with the server, as the screen steers it.

mod link;
mod queue;
mod settle;

pub(crate) use link::Link;

use crate::Client;
use crate::contract::sync::{SyncRound, SyncState, SyncView};
use crate::error::ClientError;
use lq_domain::clock::Timestamp;
use lq_protocol::error::ErrorCode;
use lq_store::Store;
use lq_sync::{Engine, Reach, Status};

/// How the device stands with its server.
async fn view(store: &Store, status: Option<Status>) -> Result<SyncView, ClientError> {
    let counts = store.counts().await?;
    let Some(status) = status else {
        return Ok(SyncView {
            joined: false,
            state: SyncState::Standalone,
            pending: 0,
            refused: 0,
            conflicts: 0,
            last_success: None,
            error: None,
            progress: None,
            server_name: None,
            clock_ahead_ms: None,
        });
    };
    let state = match status.reach {
        _ if status.running => SyncState::Running,
        Reach::Unknown | Reach::Online => SyncState::Idle,
        Reach::Offline => SyncState::Offline,
        Reach::SignInNeeded => SyncState::SignInNeeded,
    };
    Ok(SyncView {
        joined: true,
        state,
        pending: counts.pending,
        refused: counts.refused,
        conflicts: counts.conflicts,
        last_success: last_success(store, Some(&status)).await?,
        error: status.error,
        progress: status.progress,
        server_name: store.membership().await?.map(|membership| membership.name),
        clock_ahead_ms: status.clock_ahead_ms,
    })
}

/// The end of the last round that succeeded. The store does not know of each that moved nothing.
pub(crate) async fn last_success(
    store: &Store,
    status: Option<&Status>,
) -> Result<Option<Timestamp>, ClientError> {
    let heard = status.and_then(|status| status.last_success);
    Ok(heard.max(store.last_success().await?))
}

pub(crate) fn status(engine: Option<&Engine>) -> Option<Status> {
    engine.map(|engine| engine.status().borrow().clone())
}

impl Client {
    /// How the device stands with its server.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`].
    pub async fn sync_state(&self, (): ()) -> Result<SyncView, ClientError> {
        let open = self.open()?;
        view(&open.store, status(open.engine().as_deref())).await
    }

    /// Runs a round now, and answers when it has ended.
    ///
    /// # Errors
    /// [`ErrorCode::NotJoined`], and why the round failed.
    pub async fn sync_run(&self, (): ()) -> Result<SyncView, ClientError> {
        let open = self.open()?;
        let engine = open.engine().ok_or(ErrorCode::NotJoined)?;
        engine.round().await?;
        view(&open.store, status(Some(&engine))).await
    }

    /// The last rounds, newest first.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`].
    pub async fn sync_rounds(&self, (): ()) -> Result<Vec<SyncRound>, ClientError> {
        let rounds = self.open()?.store.rounds().await?;
        Ok(rounds
            .into_iter()
            .map(|round| SyncRound {
                at: round.at,
                took_ms: round.took_ms,
                pushed: round.pushed,
                pulled: round.pulled,
                error: round.error,
            })
            .collect())
    }
}
