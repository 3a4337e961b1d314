//! What keeps an open store, its server and the screen together. It ends with the store.

use super::{status, view};
use crate::Client;
use crate::client::{Inner, Open};
use crate::events::{Event, Events};
use lq_domain::feature::Feature;
use lq_protocol::error::ErrorCode;
use lq_store::Store;
use lq_sync::Engine;
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, Weak};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::AbortHandle;

/// The work behind an open store. Dropped, all of it ends.
pub(crate) struct Link {
    /// Exchanges with the server; nothing for a store that works alone.
    pub(crate) engine: Option<Arc<Engine>>,
    tasks: Vec<AbortHandle>,
}

impl Link {
    /// Starts to tell the screen what changes, and to exchange with the server.
    pub(crate) fn start(client: &Client, open: &Arc<Open>, engine: Option<Arc<Engine>>) -> Self {
        let events = client.inner().events.clone();
        let changes = open.store.changes();
        let mut tasks = vec![
            tokio::spawn(tell_changes(changes, open.store.clone(), engine.clone(), events.clone()))
                .abort_handle(),
        ];
        let backups = crate::backups::watch(client.downgrade(), Arc::downgrade(open));
        tasks.push(tokio::spawn(backups).abort_handle());
        if let Some(engine) = &engine {
            let told = tell_status(client.downgrade(), open.store.clone(), engine.clone(), events);
            tasks.push(tokio::spawn(told).abort_handle());
            let followed = follow_owner(client.downgrade(), Arc::downgrade(open), engine.clone());
            tasks.push(tokio::spawn(followed).abort_handle());
            tasks.push(tokio::spawn(engine.clone().run()).abort_handle());
        }
        Self { engine, tasks }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Some(engine) = &self.engine {
            engine.stop();
        }
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Hands on what a commit touched, several commits in one.
async fn tell_changes(
    mut changes: Receiver<Vec<Feature>>,
    store: Arc<Store>,
    engine: Option<Arc<Engine>>,
    events: Events,
) {
    loop {
        let mut features = BTreeSet::new();
        match changes.recv().await {
            Ok(touched) => features.extend(touched),
            // What was missed may have touched anything.
            Err(RecvError::Lagged(_)) => features.extend(Feature::ALL),
            Err(RecvError::Closed) => return,
        }
        while let Ok(more) = changes.try_recv() {
            features.extend(more);
        }
        events.tell(Event::Changed { features: features.into_iter().collect() });
        if let Ok(sync) = view(&store, status(engine.as_deref())).await {
            events.tell(Event::Sync { sync });
        }
    }
}

async fn tell_status(inner: Weak<Inner>, store: Arc<Store>, engine: Arc<Engine>, events: Events) {
    let mut heard = engine.status();
    while heard.changed().await.is_ok() {
        let now = heard.borrow_and_update().clone();
        if now.error == Some(ErrorCode::DeviceRevoked) {
            if let Some(client) = Client::upgrade(&inner) {
                // On its own: closing the store ends this task.
                tokio::spawn(async move { client.wipe().await });
            }
            return;
        }
        if let Ok(sync) = view(&store, Some(now)).await {
            events.tell(Event::Sync { sync });
        }
    }
}

/// The server describes the user with each session: a new role or branch counts from then on.
async fn follow_owner(inner: Weak<Inner>, open: Weak<Open>, engine: Arc<Engine>) {
    let mut heard = engine.owner();
    while heard.changed().await.is_ok() {
        let Some(owner) = heard.borrow_and_update().clone() else { continue };
        let (Some(open), Some(client)) = (open.upgrade(), Client::upgrade(&inner)) else { return };
        *open.owner.write().unwrap_or_else(PoisonError::into_inner) = owner;
        client.hear_recovery(&open).await;
        client.announce();
    }
}
