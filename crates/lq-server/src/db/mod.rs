//! The database: the only PostgreSQL of the house.

pub(crate) mod accounts;
pub(crate) mod audits;
pub(crate) mod audits_anchors;
pub(crate) mod audits_search;
pub(crate) mod audits_verify;
pub(crate) mod changes;
mod copy;
pub(crate) mod customers;
pub(crate) mod devices;
pub(crate) mod feeds;
pub(crate) mod keys;
pub(crate) mod records;
pub(crate) mod sessions;
pub(crate) mod sign_ins;
pub(crate) mod tags;
pub(crate) mod transactions;
pub(crate) mod users;

use crate::error::ServerError;
use lq_domain::clock::{Clock, Random};
use lq_domain::ids::new_uuid;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgPoolOptions, PgRow};
use sqlx::{Connection as _, PgConnection, PgPool, Postgres, Row, Transaction};
use std::time::Duration;
use uuid::Uuid;

/// What made the schema.
static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/server");
/// Connections of one process.
const CONNECTIONS: u32 = 16;
/// Longest wait for one; then the request is asked to come back.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection counts as there after its last use.
const UNASKED: Duration = Duration::from_secs(1);
/// Days without contact after which a device refuses to unlock offline, unless the bank says otherwise.
const OFFLINE_DAYS: i32 = 30;

/// A pool of connections to the server's database.
#[derive(Debug, Clone)]
pub struct Db {
    pub(crate) pool: PgPool,
}

/// The life of the database, and what the bank calls it.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) secret: Vec<u8>,
    pub(crate) offline_days: u32,
    /// Whether its customers are invented.
    pub(crate) sample: bool,
}

impl Db {
    /// Connects.
    ///
    /// # Errors
    /// What the database says.
    pub async fn connect(url: &str) -> Result<Self, ServerError> {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            // One that was just used is there; to ask it each time would make every request a third longer.
            .test_before_acquire(false)
            .before_acquire(|connection, used| {
                Box::pin(async move {
                    if used.idle_for > UNASKED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect(url)
            .await?;
        Ok(Self { pool })
    }

    /// Brings the schema up to date, and begins the database's life if it is new.
    ///
    /// # Errors
    /// What the database says.
    pub async fn migrate(
        &self,
        name: &str,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<(), ServerError> {
        MIGRATIONS.run(&self.pool).await?;
        let mut secret = [0_u8; 32];
        random.fill(&mut secret);
        sqlx::query(
            "INSERT INTO server (epoch, name, secret, offline_days) VALUES ($1, $2, $3, $4)
             ON CONFLICT (single) DO NOTHING",
        )
        .bind(new_uuid(clock.now(), random))
        .bind(name)
        .bind(secret.as_slice())
        .bind(OFFLINE_DAYS)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// How many of the migrations that this program knows the database lacks.
    pub(crate) async fn missing_migrations(&self, connection: &mut PgConnection) -> sqlx::Result<i64> {
        let known: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
        sqlx::query_scalar(
            "SELECT count(*)
               FROM unnest($1) AS known (version)
              WHERE NOT EXISTS (SELECT 1 FROM _sqlx_migrations m WHERE m.version = known.version AND m.success)",
        )
        .bind(known)
        .fetch_one(connection)
        .await
    }

    /// Marks the server as one for invented customers, before it has any: devices with real ones refuse to join it, and those that
    /// joined it never send to another. An [`App`](crate::App) that was made before does not know.
    ///
    /// # Errors
    /// [`ServerError::NotEmpty`] when it has users and is not marked, or what the database says.
    pub async fn mark_sample(&self) -> Result<(), ServerError> {
        let marked =
            sqlx::query("UPDATE server SET sample = true WHERE sample OR NOT EXISTS (SELECT 1 FROM users)")
                .execute(&self.pool)
                .await?;
        if marked.rows_affected() == 1 { Ok(()) } else { Err(ServerError::NotEmpty) }
    }

    /// Begins a new life of the database, after it was restored from a backup: devices take everything anew.
    ///
    /// # Errors
    /// What the database says.
    pub async fn renew_epoch(&self, clock: &dyn Clock, random: &dyn Random) -> Result<Uuid, ServerError> {
        let epoch = new_uuid(clock.now(), random);
        sqlx::query("UPDATE server SET epoch = $1").bind(epoch).execute(&self.pool).await?;
        Ok(epoch)
    }

    /// Begins a transaction. Whoever asked and is gone leaves none behind: a begin that was cut short would put an open transaction
    /// back among the connections, and what others write on that one would wait for an end that nobody makes
    /// (sqlx 0.9: the rollback of a begin that was dropped does nothing, as no begin was counted yet).
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Postgres>, ServerError> {
        let pool = self.pool.clone();
        // A task of its own goes on when nobody waits for it, and its transaction is then dropped as a whole one.
        let begun = tokio::spawn(async move { pool.begin().await }).await;
        Ok(begun.map_err(std::io::Error::other)??)
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    pub(crate) async fn server(&self) -> Result<Server, ServerError> {
        let row = match sqlx::query("SELECT name, secret, offline_days, sample FROM server")
            .fetch_optional(&self.pool)
            .await
        {
            Ok(row) => row.ok_or(ServerError::NotMigrated)?,
            // No such table.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => {
                return Err(ServerError::NotMigrated);
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Server {
            name: row.try_get("name")?,
            secret: row.try_get("secret")?,
            offline_days: u32::try_from(row.try_get::<i32, _>("offline_days")?).unwrap_or_default(),
            sample: row.try_get("sample")?,
        })
    }

    /// The life of the database now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn epoch(&self) -> Result<Uuid, ServerError> {
        Ok(sqlx::query_scalar("SELECT epoch FROM server").fetch_one(&self.pool).await?)
    }
}

/// A count that PostgreSQL keeps as a signed number.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A count as it comes back.
pub(crate) fn unsigned(row: &PgRow, column: &str) -> Result<u64, ServerError> {
    Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lq_testkit::postgres::Cluster;
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    /// Asks so often whether a begin is done, and then gives it up; the transaction if it came before that.
    async fn given_up(db: &Db, times: usize) -> Option<Transaction<'static, Postgres>> {
        let mut begin = pin!(db.begin());
        for _ in 0..times {
            if let Poll::Ready(tx) = poll_fn(|context| Poll::Ready(begin.as_mut().poll(context))).await {
                return tx.ok();
            }
            tokio::task::yield_now().await;
        }
        None
    }

    #[tokio::test]
    async fn who_goes_away_while_a_transaction_begins_leaves_none_open() {
        let url = Cluster::shared().unwrap().create_database().await.unwrap();
        let db = Db::connect(&url).await.unwrap();
        let (mut gone, mut came) = (0, 0);
        // Asked once, nobody can have it yet; how often it takes depends on the machine.
        let early = std::iter::repeat_n(1..=10, 20).flatten();
        for times in early.chain((11..600).step_by(3)) {
            match given_up(&db, times).await {
                Some(tx) => {
                    came += 1;
                    tx.rollback().await.unwrap();
                }
                None => gone += 1,
            }
        }
        assert!(gone >= 20 && came > 0, "{gone} gave up, {came} did not");
        // Each connection that is back has done what was asked of it.
        let mut held = Vec::new();
        for _ in 0..CONNECTIONS {
            held.push(db.pool.acquire().await.unwrap());
        }
        let mut admin = PgConnection::connect(&url).await.unwrap();
        let open: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'",
        )
        .fetch_one(&mut admin)
        .await
        .unwrap();
        assert_eq!(open, 0);
    }
}
