//! Whether a balancer should send devices here.

use crate::db::Db;
use crate::logged::describe;
use sqlx::{ConnectOptions as _, PgConnection};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long an answer of the database is repeated: balancers ask often, and anybody may.
const FRESH: Duration = Duration::from_secs(1);
/// Longest wait for the database.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether the server can work, and whether it should.
#[derive(Default)]
pub(crate) struct Health {
    stopping: AtomicBool,
    probe: Mutex<Probe>,
}

/// The last look at the database. It has a connection of its own: a server whose pool is used to the full is busy and not broken, and
/// to take it from the others would make them busier still.
#[derive(Default)]
struct Probe {
    connection: Option<PgConnection>,
    last: Option<(Instant, bool)>,
}

impl Health {
    /// From now on others should be asked.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    /// Whether the server was told to stop.
    pub(crate) fn stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Whether the server is not stopping, reaches its database, and finds there every migration that it knows.
    pub(crate) async fn ready(&self, db: &Db) -> bool {
        if self.stopping() {
            return false;
        }
        let mut probe = self.probe.lock().await;
        if let Some((_, answer)) = probe.last.filter(|(at, _)| at.elapsed() < FRESH) {
            return answer;
        }
        let answer = probe.look(db).await;
        probe.last = Some((Instant::now(), answer));
        answer && !self.stopping()
    }
}

impl Probe {
    async fn look(&mut self, db: &Db) -> bool {
        // Taken out, so that a connection in the middle of an answer is not asked again.
        let kept = self.connection.take();
        let asked = async {
            let known = match kept {
                Some(mut connection) => Some((db.missing_migrations(&mut connection).await?, connection)),
                None => None,
            };
            match known {
                Some(known) => Ok(known),
                None => {
                    let mut connection = db.pool.connect_options().connect().await?;
                    Ok::<_, sqlx::Error>((db.missing_migrations(&mut connection).await?, connection))
                }
            }
        };
        match timeout(PATIENCE, asked).await {
            Ok(Ok((missing, connection))) => {
                if missing > 0 {
                    tracing::warn!(missing, "not ready: the database lacks migrations");
                }
                self.connection = Some(connection);
                missing == 0
            }
            Ok(Err(error)) => {
                tracing::warn!(error = describe(&error), "not ready: the database is out of reach");
                false
            }
            Err(_) => {
                tracing::warn!("not ready: the database does not answer");
                false
            }
        }
    }
}
