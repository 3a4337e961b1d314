//! News between processes: what one of them writes, the devices that listen to the others hear too.

use crate::app::App;
use crate::db::feeds::CHANNEL;
use futures_util::{Stream, StreamExt as _, stream};
use lq_domain::feeds::FeedId;
use lq_domain::ids::DeviceId;
use lq_protocol::sync::FeedEvent;
use sqlx::postgres::PgListener;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::broadcast;

/// The channel on which it is told that a device was locked.
pub(crate) const REVOKED: &str = "langqiao_devices";
/// Wait between two attempts to listen again.
const PAUSE: Duration = Duration::from_secs(1);

/// What listeners hear.
#[derive(Debug, Clone)]
pub(crate) enum News {
    /// A feed has news.
    Feed(FeedEvent),
    /// A device was locked; it has to be told at its next request.
    Revoked(DeviceId),
    /// Something may have been missed, or the server stops: whoever listens comes back and asks.
    Anew,
}

/// Passes on what the database tells, until the application is dropped or this is aborted.
pub(crate) async fn relay(app: App) {
    loop {
        if let Err(error) = listen(&app).await {
            tracing::warn!(%error, "the database's news can't be heard");
        }
        // Nobody may be listening.
        let _ = app.news().send(News::Anew);
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen(app: &App) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(&app.db().pool).await?;
    listener.listen_all([CHANNEL, REVOKED]).await?;
    while let Some(told) = listener.try_recv().await? {
        let news = match told.channel() {
            CHANNEL => read(told.payload()).map(News::Feed),
            _ => DeviceId::parse(told.payload()).map(News::Revoked),
        };
        if let Some(news) = news {
            let _ = app.news().send(news);
        }
    }
    Ok(())
}

pub(crate) fn read(payload: &str) -> Option<FeedEvent> {
    let (feed, head) = payload.split_once('|')?;
    Some(FeedEvent { feed: FeedId::try_from(feed.to_owned()).ok()?, head: head.parse().ok()? })
}

/// News of some feeds for one device. It ends when the device has to ask anew.
pub(crate) fn follow(
    news: broadcast::Receiver<News>,
    feeds: BTreeSet<FeedId>,
    device: DeviceId,
) -> impl Stream<Item = FeedEvent> {
    stream::unfold(news, |mut news| async move { news.recv().await.ok().map(|one| (one, news)) })
        .take_while(move |one| {
            let ends = match one {
                News::Anew => true,
                News::Revoked(revoked) => *revoked == device,
                News::Feed(_) => false,
            };
            std::future::ready(!ends)
        })
        .filter_map(move |one| {
            let event = match one {
                News::Feed(event) if feeds.contains(&event.feed) => Some(event),
                _ => None,
            };
            std::future::ready(event)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_reads_back() {
        assert_eq!(read("bank|7"), Some(FeedEvent { feed: FeedId::Bank, head: 7 }));
        assert_eq!(read("bank"), None);
    }

    #[tokio::test]
    async fn a_device_hears_of_its_feeds_until_it_is_locked() {
        let (sender, receiver) = broadcast::channel(8);
        let device = DeviceId(uuid::Uuid::from_u128(1));
        let other = FeedId::Branch(lq_domain::ids::BranchId(uuid::Uuid::from_u128(2)));
        for news in [
            News::Feed(FeedEvent { feed: other, head: 1 }),
            News::Feed(FeedEvent { feed: FeedId::Bank, head: 2 }),
            News::Revoked(device),
            News::Feed(FeedEvent { feed: FeedId::Bank, head: 3 }),
        ] {
            sender.send(news).unwrap();
        }
        let heard: Vec<u64> =
            follow(receiver, BTreeSet::from([FeedId::Bank]), device).map(|event| event.head).collect().await;
        assert_eq!(heard, [2]);
    }
}
