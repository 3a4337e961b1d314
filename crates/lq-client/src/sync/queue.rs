//! What waits, was refused, or asks for a choice.

use crate::Client;
use crate::contract::sync::{PendingView, SyncQueue};
use crate::customers::{Names, conflict_views, refused_view};
use crate::error::ClientError;
use lq_domain::feature::Feature;
use lq_domain::ids::CustomerId;
use lq_domain::record::Record;
use lq_store::Store;
use lq_store::outbox::Queued;

/// Waiting changes that are listed; the rest is counted.
const LISTED: u32 = 200;
const NAME: &str = "name";

/// A record as far as the store, the server's answer or the change itself know it.
async fn record(store: &Store, queued: &Queued) -> Result<Option<Record>, ClientError> {
    let known = store.record(queued.change.entity, queued.change.record_id).await?;
    Ok(known.or_else(|| queued.theirs.clone()))
}

fn name(record: Option<&Record>, queued: &Queued) -> String {
    let typed = || queued.change.fields.get(NAME).and_then(|change| change.new.clone());
    record.and_then(|record| record.get(NAME)).map(str::to_owned).or_else(typed).unwrap_or_default()
}

async fn pending(store: &Store, queued: &Queued) -> Result<PendingView, ClientError> {
    let change = &queued.change;
    let record = record(store, queued).await?;
    Ok(PendingView {
        change: change.id,
        entity: change.entity,
        customer: (change.entity == Feature::Customers).then_some(CustomerId(change.record_id)),
        name: name(record.as_ref(), queued),
        fields: change.fields.keys().cloned().collect(),
        made_at: change.made_at.wall,
        refused: refused_view(queued),
    })
}

impl Client {
    /// What the sync centre lists.
    ///
    /// # Errors
    /// [`lq_protocol::error::ErrorCode::StoreLocked`].
    pub async fn sync_queue(&self, (): ()) -> Result<SyncQueue, ClientError> {
        let open = self.open()?;
        let store = &open.store;
        let mut queue = SyncQueue { pending: Vec::new(), refused: Vec::new(), conflicts: Vec::new() };
        // A store that works alone has nobody to send to: nothing waits.
        if open.server.is_some() {
            for queued in store.pending(LISTED).await? {
                queue.pending.push(pending(store, &queued).await?);
            }
        }
        for queued in store.refused().await? {
            queue.refused.push(pending(store, &queued).await?);
        }
        let names = Names::all(&open).await?;
        for queued in store.conflicts().await? {
            let record = record(store, &queued).await?;
            queue.conflicts.extend(conflict_views(&queued, &name(record.as_ref(), &queued), &names));
        }
        Ok(queue)
    }
}
