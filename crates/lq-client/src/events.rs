//! News for the screen: what changed, how jobs and the exchange with the server stand, whether the store is open.

use crate::contract::files::JobView;
use crate::contract::session::SessionView;
use crate::contract::sync::SyncView;
use lq_domain::feature::Feature;
use tokio::sync::broadcast;

/// News for the screen.
#[derive(Clone, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// Data of these features changed: read again what shows them.
    Changed {
        /// The features.
        features: Vec<Feature>,
    },
    /// A job began, went on or ended.
    Job {
        /// The job.
        job: JobView,
    },
    /// The exchange with the server stands differently.
    Sync {
        /// How it stands.
        sync: SyncView,
    },
    /// Somebody signed in or out, or the store was locked.
    Session {
        /// Where the application stands.
        session: SessionView,
    },
}

impl Event {
    /// For a listener that lost news: data of every feature may have changed.
    #[must_use]
    pub fn everything() -> Self {
        Event::Changed { features: Feature::ALL.to_vec() }
    }
}

impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Event::Changed { .. } => "Changed",
            Event::Job { .. } => "Job",
            Event::Sync { .. } => "Sync",
            Event::Session { .. } => "Session",
        })
    }
}

/// Where news is told. A listener that falls behind loses the oldest and reads everything again.
#[derive(Debug, Clone)]
pub(crate) struct Events(broadcast::Sender<Event>);

impl Events {
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(1024).0)
    }

    pub(crate) fn tell(&self, event: Event) {
        // Nobody may be listening yet.
        let _ = self.0.send(event);
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }
}
