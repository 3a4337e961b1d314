//! News between processes: what one of them writes, the devices that listen to the others hear too.

use crate::app::App;
use crate::db::feeds::CHANNEL;
use crate::logged::describe;
use futures_util::{Stream, stream};
use lq_domain::feeds::FeedId;
use lq_domain::ids::DeviceId;
use lq_protocol::sync::FeedEvent;
use sqlx::postgres::PgListener;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The channel on which it is told that a device was locked, or that its user may hear other things than before.
pub(crate) const ASK_ANEW: &str = "langqiao_devices";
/// Wait between two attempts to listen again.
const PAUSE: Duration = Duration::from_secs(1);

/// The devices that listen, by the feeds they follow: one that changes costs nothing to those who follow others.
#[derive(Default)]
pub(crate) struct Listeners(Mutex<Table>);

#[derive(Default)]
struct Table {
    /// The number of the last one that came.
    last: u64,
    all: HashMap<u64, Arc<Listener>>,
    by_feed: HashMap<FeedId, HashSet<u64>>,
}

struct Listener {
    device: DeviceId,
    feeds: BTreeSet<FeedId>,
    untold: Mutex<Untold>,
    wake: Notify,
}

/// What a listener was not told yet. A feed stands in it once, with its newest head: whoever reads slowly needs no more memory than
/// the others, and misses nothing.
#[derive(Default)]
struct Untold {
    heads: BTreeMap<FeedId, u64>,
    /// Whether the listener has to come back and ask.
    over: bool,
}

impl Listeners {
    /// Listens for a device to feeds, until what is returned is dropped.
    pub(crate) fn subscribe(self: &Arc<Self>, device: DeviceId, feeds: BTreeSet<FeedId>) -> Subscription {
        let listener = Arc::new(Listener { device, feeds, untold: Mutex::default(), wake: Notify::new() });
        let mut table = self.table();
        table.last += 1;
        let number = table.last;
        table.all.insert(number, listener.clone());
        for feed in &listener.feeds {
            table.by_feed.entry(feed.clone()).or_default().insert(number);
        }
        drop(table);
        Subscription { listeners: self.clone(), number, listener }
    }

    /// How many listen.
    pub(crate) fn count(&self) -> usize {
        self.table().all.len()
    }

    /// A feed has news.
    fn tell(&self, event: &FeedEvent) {
        let table = self.table();
        let numbers = table.by_feed.get(&event.feed).into_iter().flatten();
        for listener in numbers.filter_map(|number| table.all.get(number)) {
            listener.tell(event);
        }
    }

    /// A device has to come back: it is told why at its next request.
    fn ask_anew(&self, device: DeviceId) {
        self.table().all.values().filter(|listener| listener.device == device).for_each(|one| one.end());
    }

    /// Something may have been missed, or the server stops: whoever listens comes back and asks.
    pub(crate) fn anew(&self) {
        self.table().all.values().for_each(|listener| listener.end());
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    fn tell(&self, event: &FeedEvent) {
        let mut untold = self.untold();
        let head = untold.heads.entry(event.feed.clone()).or_default();
        *head = event.head.max(*head);
        drop(untold);
        self.wake.notify_one();
    }

    fn end(&self) {
        self.untold().over = true;
        self.wake.notify_one();
    }

    fn untold(&self) -> MutexGuard<'_, Untold> {
        self.untold.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn next(&self) -> Option<FeedEvent> {
        loop {
            {
                let mut untold = self.untold();
                if let Some((feed, head)) = untold.heads.pop_first() {
                    return Some(FeedEvent { feed, head });
                }
                if untold.over {
                    return None;
                }
            }
            self.wake.notified().await;
        }
    }
}

/// A device that listens.
pub(crate) struct Subscription {
    listeners: Arc<Listeners>,
    number: u64,
    listener: Arc<Listener>,
}

impl Subscription {
    /// What it hears. It ends when the device has to ask anew.
    pub(crate) fn news(self) -> impl Stream<Item = FeedEvent> {
        stream::unfold(self, |this| async move { this.listener.next().await.map(|event| (event, this)) })
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut table = self.listeners.table();
        table.all.remove(&self.number);
        for feed in &self.listener.feeds {
            let empty = table.by_feed.get_mut(feed).is_some_and(|numbers| {
                numbers.remove(&self.number);
                numbers.is_empty()
            });
            if empty {
                table.by_feed.remove(feed);
            }
        }
    }
}

/// Passes on what the database tells, until the application is dropped or this is aborted.
pub(crate) async fn relay(app: App) {
    loop {
        if let Err(error) = listen(&app).await {
            tracing::warn!(error = describe(&error), "the database's news can't be heard");
        }
        app.news().anew();
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen(app: &App) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(&app.db().pool).await?;
    listener.listen_all([CHANNEL, ASK_ANEW]).await?;
    while let Some(told) = listener.try_recv().await? {
        match told.channel() {
            CHANNEL => read(told.payload()).iter().for_each(|event| app.news().tell(event)),
            _ => DeviceId::parse(told.payload()).into_iter().for_each(|device| app.news().ask_anew(device)),
        }
    }
    Ok(())
}

pub(crate) fn read(payload: &str) -> Option<FeedEvent> {
    let (feed, head) = payload.split_once('|')?;
    Some(FeedEvent { feed: FeedId::try_from(feed.to_owned()).ok()?, head: head.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt as _;
    use uuid::Uuid;

    fn bank(head: u64) -> FeedEvent {
        FeedEvent { feed: FeedId::Bank, head }
    }

    fn other(head: u64) -> FeedEvent {
        FeedEvent { feed: FeedId::Branch(lq_domain::ids::BranchId(Uuid::from_u128(2))), head }
    }

    #[test]
    fn a_payload_reads_back() {
        assert_eq!(read("bank|7"), Some(bank(7)));
        assert_eq!(read("bank"), None);
    }

    #[tokio::test]
    async fn a_device_hears_of_its_feeds_until_it_is_locked() {
        let listeners = Arc::new(Listeners::default());
        let (device, colleague) = (DeviceId(Uuid::from_u128(1)), DeviceId(Uuid::from_u128(3)));
        let mut mine = Box::pin(listeners.subscribe(device, BTreeSet::from([FeedId::Bank])).news());
        let mut theirs = Box::pin(listeners.subscribe(colleague, BTreeSet::from([FeedId::Bank])).news());
        listeners.tell(&other(1));
        listeners.tell(&bank(2));
        assert_eq!((mine.next().await, theirs.next().await), (Some(bank(2)), Some(bank(2))));
        listeners.ask_anew(device);
        assert_eq!(mine.next().await, None);
        listeners.tell(&bank(3));
        assert_eq!(theirs.next().await, Some(bank(3)), "the colleague listens on");
        listeners.anew();
        assert_eq!(theirs.next().await, None);
    }

    #[tokio::test]
    async fn whoever_reads_slowly_is_told_the_newest_of_each_feed_and_kept_waiting_for_nothing() {
        let listeners = Arc::new(Listeners::default());
        let feeds = BTreeSet::from([FeedId::Bank, other(0).feed]);
        let slow = listeners.subscribe(DeviceId(Uuid::from_u128(1)), feeds);
        for head in 1..=100_000 {
            listeners.tell(&bank(head));
            listeners.tell(&other(100_001 - head));
        }
        listeners.anew();
        let heard: Vec<FeedEvent> = slow.news().collect().await;
        assert_eq!(heard, [bank(100_000), other(100_000)]);
    }

    #[tokio::test]
    async fn whoever_has_gone_is_forgotten() {
        let listeners = Arc::new(Listeners::default());
        let feeds = BTreeSet::from([FeedId::Bank]);
        let first = listeners.subscribe(DeviceId(Uuid::from_u128(1)), feeds.clone());
        let second = listeners.subscribe(DeviceId(Uuid::from_u128(1)), feeds);
        drop(first);
        assert_eq!(listeners.count(), 1);
        assert_eq!(listeners.table().by_feed[&FeedId::Bank].len(), 1);
        drop(second.news());
        assert!(listeners.table().all.is_empty() && listeners.table().by_feed.is_empty());
    }
}
