//! A bank with one relationship manager, and what its database says.

use crate::Failure;
use crate::desk::{LOGIN, password};
use lq_domain::access::Role;
use lq_domain::feature::Feature;
use lq_domain::record::Record;
use lq_server::{App, Config, Running, start};
use lq_testkit::clock::{FixedClock, PRESENT};
use lq_testkit::postgres::{Cluster, app_at};
use lq_testkit::random::SeededRandom;
use lq_testkit::staff::First;
use sqlx::{Connection as _, PgConnection, Row as _};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// The bank's side: its server over a database of its own.
pub(crate) struct Bank {
    pub(crate) clock: Arc<FixedClock>,
    app: App,
    running: Running,
    admin: PgConnection,
}

impl Bank {
    /// A bank that serves.
    pub(crate) async fn open() -> Result<Self, Failure> {
        let clock = Arc::new(FixedClock::default());
        let url = Cluster::shared()?.create_database().await?;
        let app = app_at(&url, clock.clone(), Arc::new(SeededRandom::new(1))).await?;
        let first = First {
            login: LOGIN,
            name: "王芳",
            password: &password(0),
            role: Role::RelationshipManager,
            branch: "东城支行",
        };
        first.work_at(&app).await?;
        let running = start(app.clone(), &Config::local()).await?;
        let admin = PgConnection::connect(&url).await?;
        Ok(Self { clock, app, running, admin })
    }

    /// Where it serves.
    pub(crate) fn url(&self) -> String {
        self.running.url()
    }

    /// The server is gone.
    pub(crate) async fn leave(self) -> Result<(), Failure> {
        drop(self.running);
        self.app.db().close().await;
        Ok(self.admin.close().await?)
    }

    /// Every customer.
    pub(crate) async fn customers(&mut self) -> Result<Vec<Record>, Failure> {
        let rows = sqlx::query(
            "SELECT record_id, revision, fields::text AS fields FROM records WHERE entity = 'customers'",
        )
        .fetch_all(&mut self.admin)
        .await?;
        rows.iter()
            .map(|row| {
                let mut record = Record::new(Feature::Customers, row.try_get("record_id")?, PRESENT);
                record.revision = u64::try_from(row.try_get::<i64, _>("revision")?)?;
                record.fields = serde_json::from_str(row.try_get("fields")?)?;
                Ok(record)
            })
            .collect()
    }

    /// How many changes of notes each customer's ledger has; a customer is made with notes.
    pub(crate) async fn saves(&mut self) -> Result<BTreeMap<Uuid, i64>, Failure> {
        let rows: Vec<(Uuid, i64)> = sqlx::query_as(
            "SELECT record_id, count(*) FROM changes WHERE jsonb_exists(fields, 'notes') GROUP BY record_id",
        )
        .fetch_all(&mut self.admin)
        .await?;
        Ok(rows.into_iter().collect())
    }

    /// Changes that had their effect more than once, as the audit tells.
    pub(crate) async fn twice(&mut self) -> Result<Vec<Uuid>, Failure> {
        Ok(sqlx::query_scalar(
            "SELECT a.change_id FROM audits a JOIN changes c USING (change_id)
              WHERE a.record_id = c.record_id GROUP BY a.change_id HAVING count(*) > 1",
        )
        .fetch_all(&mut self.admin)
        .await?)
    }
}
