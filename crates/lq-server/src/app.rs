//! What every request shares.

use crate::db::{Db, Server};
use crate::events::Listeners;
use crate::health::Health;
use crate::metrics::Metrics;
use crate::room::Room;
use lq_domain::clock::{Clock, Random, Timestamp};
use lq_domain::ids::new_uuid;
use std::sync::Arc;
use uuid::Uuid;

/// What every request shares. Cloning it is cheap.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    db: Db,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    server: Server,
    news: Arc<Listeners>,
    room: Room,
    health: Health,
    metrics: Metrics,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}

impl App {
    /// An application over a prepared database.
    ///
    /// # Errors
    /// [`ServerError::NotMigrated`](crate::ServerError::NotMigrated), or what the database says.
    pub async fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, crate::ServerError> {
        let server = db.server().await?;
        Ok(Self(Arc::new(Parts {
            db,
            clock,
            random,
            server,
            news: Arc::default(),
            room: Room::default(),
            health: Health::default(),
            metrics: Metrics::default(),
        })))
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    /// The source of unpredictable bytes.
    #[must_use]
    pub fn random(&self) -> &dyn Random {
        self.0.random.as_ref()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn new_id(&self) -> Uuid {
        new_uuid(self.now(), self.random())
    }

    pub(crate) fn server(&self) -> &Server {
        &self.0.server
    }

    pub(crate) fn news(&self) -> &Arc<Listeners> {
        &self.0.news
    }

    pub(crate) fn room(&self) -> &Room {
        &self.0.room
    }

    pub(crate) fn health(&self) -> &Health {
        &self.0.health
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
}
