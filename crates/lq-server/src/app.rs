//! What every request shares.

use crate::db::{Db, Server};
use crate::events::News;
use lq_domain::clock::{Clock, Random, Timestamp};
use lq_domain::ids::new_uuid;
use std::sync::Arc;
use tokio::sync::{Semaphore, broadcast};
use uuid::Uuid;

/// Requests that are worked on at the same time; more are asked to come back.
const ROOM: usize = 256;
/// News that a slow listener may fall behind before it has to ask anew.
const NEWS: usize = 1_024;

/// What every request shares. Cloning it is cheap.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    db: Db,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    server: Server,
    news: broadcast::Sender<News>,
    room: Arc<Semaphore>,
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
        let (news, _) = broadcast::channel(NEWS);
        let room = Arc::new(Semaphore::new(ROOM));
        Ok(Self(Arc::new(Parts { db, clock, random, server, news, room })))
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

    pub(crate) fn news(&self) -> &broadcast::Sender<News> {
        &self.0.news
    }

    pub(crate) fn room(&self) -> Arc<Semaphore> {
        self.0.room.clone()
    }
}
