//! What the connected devices hear, and how long after a push was answered.

use lq_domain::feeds::FeedId;
use lq_sync::Transport;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Wait before a stream that ended is opened again.
const PAUSE: Duration = Duration::from_secs(1);

/// What became of the event streams.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    /// Streams that were opened.
    pub(crate) opened: AtomicU64,
    /// Attempts to open one that failed; a device makes another.
    pub(crate) refused: AtomicU64,
    /// Streams that ended while they should not.
    pub(crate) ended: AtomicU64,
    /// Events that told something new.
    pub(crate) events: AtomicU64,
}

/// When each push of a user was answered, and when another device heard of it. Every push moves the user's portfolio by one.
#[derive(Debug, Default)]
pub(crate) struct Track(Mutex<Times>);

#[derive(Debug, Default)]
struct Times {
    answered: Vec<Instant>,
    heard: Vec<Instant>,
}

impl Track {
    /// The next push was answered.
    pub(crate) fn answered(&self, at: Instant) {
        self.times(|times| times.answered.push(at));
    }

    /// The other device hears that the portfolio is at a position: of all pushes up to it.
    pub(crate) fn heard(&self, head: u64, at: Instant) {
        let head = usize::try_from(head).unwrap_or(usize::MAX);
        self.times(|times| {
            while times.heard.len() < head {
                times.heard.push(at);
            }
        });
    }

    /// From each answer to its event, nothing when the event was quicker; and how many were not heard of.
    pub(crate) fn waits(&self) -> (Vec<Duration>, usize) {
        self.times(|times| {
            let pairs = times.answered.iter().zip(&times.heard);
            let waits: Vec<Duration> =
                pairs.map(|(answered, heard)| heard.saturating_duration_since(*answered)).collect();
            let unheard = times.answered.len().saturating_sub(times.heard.len());
            (waits, unheard)
        })
    }

    fn times<T>(&self, see: impl FnOnce(&mut Times) -> T) -> T {
        see(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A device that listens.
pub(crate) struct Ear {
    /// Its access token.
    pub(crate) token: String,
    /// The feed of which the track is.
    pub(crate) feed: FeedId,
    /// The pushes whose news it waits for; none for a device that only listens.
    pub(crate) track: Option<Arc<Track>>,
}

impl Ear {
    /// Listens, and again when the stream ends, until this is aborted.
    pub(crate) async fn listen(self, transport: Arc<dyn Transport>, streams: Arc<Streams>) {
        let mut ever = false;
        loop {
            match transport.events(&self.token).await {
                Ok(mut news) => {
                    if !ever {
                        streams.opened.fetch_add(1, Ordering::Relaxed);
                    }
                    ever = true;
                    while let Ok(Some(event)) = news.next().await {
                        if event.head > 0 && event.feed != FeedId::Bank {
                            streams.events.fetch_add(1, Ordering::Relaxed);
                        }
                        if let Some(track) = self.track.as_ref().filter(|_| event.feed == self.feed) {
                            track.heard(event.head, Instant::now());
                        }
                    }
                    streams.ended.fetch_add(1, Ordering::Relaxed);
                }
                Err(_) => {
                    streams.refused.fetch_add(1, Ordering::Relaxed);
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_tells_of_every_push_up_to_it_and_what_was_not_heard_is_counted() {
        let track = Track::default();
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        track.answered(at(10));
        track.heard(1, at(5));
        track.answered(at(20));
        track.answered(at(30));
        track.heard(3, at(50));
        track.heard(2, at(60));
        track.answered(at(70));
        let (waits, unheard) = track.waits();
        assert_eq!(waits, [0, 30, 20].map(Duration::from_millis));
        assert_eq!(unheard, 1);
    }
}
