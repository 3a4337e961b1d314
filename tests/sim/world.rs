//! The bank: one database and one server, used for many seeds one after the other, and set back between them.

use crate::Failure;
use crate::plant::Plant;
use lq_domain::access::{Actor, Role};
use lq_domain::clock::{Clock as _, Random};
use lq_domain::feature::Feature;
use lq_domain::ids::{BranchId, DeviceId, UserId};
use lq_domain::record::{FieldChanges, Record};
use lq_protocol::change::ChangeResult;
use lq_protocol::error::ErrorCode;
use lq_protocol::secret::KdfParams;
use lq_server::admin::{self, NewBranch, NewSecret, NewUser, UserChange};
use lq_server::{App, Config, Db, Running};
use lq_store::Store;
use lq_store::key::DataKey;
use lq_sync::HttpTransport;
use lq_testkit::clock::{FixedClock, PRESENT};
use lq_testkit::postgres::{Cluster, app_at};
use lq_testkit::random::Seeded;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// Everybody's secret as it crosses the wire: 32 bytes. Nobody derives it from a password, which would cost more than the rest.
pub(crate) const SECRET: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// The lock that writers wait for before they commit, while the simulation holds it.
const GATE: i64 = 1;

/// Makes the first writer who comes to its commit while the gate is closed wait there, with all its locks.
const GATE_SQL: &str = "
CREATE FUNCTION sim_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_try_advisory_lock_shared(1) THEN
    PERFORM pg_advisory_unlock_shared(1);
  ELSIF pg_try_advisory_xact_lock(2) THEN
    PERFORM pg_advisory_lock_shared(1);
    PERFORM pg_advisory_unlock_shared(1);
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER sim_gate AFTER INSERT OR UPDATE ON records DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION sim_gate();
";

/// Chance that begins anew with each seed.
#[derive(Debug)]
pub(crate) struct Chance(Mutex<Seeded>);

impl Chance {
    fn restart(&self, seed: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Seeded::new(seed);
    }
}

impl Random for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        let mut sequence = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            let number = sequence.next().to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
    }
}

/// A member of staff.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) login: &'static str,
    pub(crate) role: Role,
    /// Whether the person works in the first branch.
    pub(crate) east: bool,
}

/// Login, role, and whether the person works in the first branch.
const STAFF: &[(&str, Role, bool)] = &[
    ("rm.east", Role::RelationshipManager, true),
    ("rm2.east", Role::RelationshipManager, true),
    ("head.east", Role::Manager, true),
    ("staff.east", Role::Staff, true),
    ("head2.east", Role::Manager, true),
    ("rm.west", Role::RelationshipManager, false),
    ("head.west", Role::Manager, false),
    ("risk.west", Role::RiskOfficer, false),
];

/// What the server remembers of one change.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    pub(crate) id: Uuid,
    pub(crate) entity: String,
    pub(crate) record: Uuid,
    pub(crate) fields: FieldChanges,
    pub(crate) at: i64,
    pub(crate) made_at: i64,
    pub(crate) result: ChangeResult,
}

/// One bank.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) http: HttpTransport,
    pub(crate) people: Vec<Person>,
    pub(crate) branches: [BranchId; 2],
    pub(crate) plant: Option<Plant>,
    /// An empty store, to be copied.
    pub(crate) blank: PathBuf,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) key: DataKey,
    tables: Vec<&'static str>,
    chance: Arc<Chance>,
    admin: PgConnection,
    _running: Running,
}

impl World {
    /// A bank with two branches and somebody of each role, in a database of its own.
    pub(crate) async fn open(plant: Option<Plant>) -> Result<Self, Failure> {
        let clock = Arc::new(FixedClock::default());
        let chance = Arc::new(Chance(Mutex::new(Seeded::new(0))));
        let url = Cluster::shared()?.create_database().await?;
        let db = Db::connect(&url).await?;
        db.migrate("模拟银行", clock.as_ref(), chance.as_ref()).await?;
        db.close().await;
        let mut admin = PgConnection::connect(&url).await?;
        sqlx::raw_sql(GATE_SQL).execute(&mut admin).await?;
        if let Some(sql) = plant.and_then(Plant::sql) {
            sqlx::raw_sql(sql).execute(&mut admin).await?;
        }
        let app = app_at(&url, clock.clone(), chance.clone()).await?;
        let (branches, people) = furnish(&app).await?;
        let running = lq_server::start(app.clone(), &Config::local()).await?;
        let http = HttpTransport::new(&running.url(), None)?;
        let folder = scratch()?;
        let blank = folder.path().join("blank.db");
        let key = DataKey::new(chance.as_ref());
        let device = DeviceId(Uuid::nil());
        let store = Store::create(&blank, &key, device, clock.clone(), chance.clone()).await?;
        store.close().await;
        let mut tables = TABLES.to_vec();
        tables.push(Plant::ledger(plant));
        let mut world = Self {
            app,
            clock,
            http,
            people,
            branches,
            plant,
            blank,
            folder,
            key,
            tables,
            chance,
            admin,
            _running: running,
        };
        world.make_room("template").await?;
        world.make_room("dump").await?;
        world.dump("template").await?;
        Ok(world)
    }

    /// The bank as it was on its first day.
    pub(crate) async fn restart(&mut self, seed: u64) -> Result<(), Failure> {
        self.clock.advance(PRESENT.0 - self.clock.now().0);
        self.chance.restart(seed);
        self.load("template").await
    }

    async fn make_room(&mut self, name: &str) -> Result<(), Failure> {
        let mut sql = format!("CREATE SCHEMA {name};");
        for table in &self.tables {
            sql.push_str(&format!("CREATE UNLOGGED TABLE {name}.{table} (LIKE public.{table});"));
        }
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.admin).await?;
        Ok(())
    }

    /// Keeps a copy of the whole database.
    pub(crate) async fn dump(&mut self, name: &str) -> Result<(), Failure> {
        self.copy("public", name).await
    }

    /// Brings a copy back.
    pub(crate) async fn load(&mut self, name: &str) -> Result<(), Failure> {
        self.copy(name, "public").await
    }

    async fn copy(&mut self, from: &str, to: &str) -> Result<(), Failure> {
        let targets: Vec<String> = self.tables.iter().map(|table| format!("{to}.{table}")).collect();
        // What guards the tables against changes would guard them against this, too.
        let mut sql = String::from("BEGIN; SET LOCAL session_replication_role = replica;");
        sql.push_str(&format!("TRUNCATE {};", targets.join(", ")));
        for table in &self.tables {
            sql.push_str(&format!("INSERT INTO {to}.{table} SELECT * FROM {from}.{table};"));
        }
        sql.push_str("COMMIT;");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.admin).await?;
        Ok(())
    }

    /// Brings the dump back, as an administrator does it: the database begins a new life.
    pub(crate) async fn restore(&mut self) -> Result<(), Failure> {
        self.load("dump").await?;
        self.app.db().renew_epoch(self.app.clock(), self.app.random()).await?;
        Ok(())
    }

    pub(crate) async fn close_gate(&mut self) -> Result<(), Failure> {
        sqlx::query("SELECT pg_advisory_lock($1)").bind(GATE).execute(&mut self.admin).await?;
        Ok(())
    }

    pub(crate) async fn open_gate(&mut self) -> Result<(), Failure> {
        sqlx::query("SELECT pg_advisory_unlock($1)").bind(GATE).execute(&mut self.admin).await?;
        Ok(())
    }

    /// Waits until something has happened: `done` says so, or so many of the server's transactions wait for a lock. Whether
    /// it was the latter.
    pub(crate) async fn until_waiting(
        &mut self,
        many: i64,
        done: impl Fn() -> bool,
    ) -> Result<bool, Failure> {
        // Far more than anything takes; who comes here has found something that never ends.
        for _ in 0..60_000 {
            if done() {
                return Ok(false);
            }
            let waiting: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
                  WHERE NOT granted AND datname = current_database()",
            )
            .fetch_one(&mut self.admin)
            .await?;
            if waiting >= many {
                return Ok(true);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Err("a request never ends".into())
    }

    pub(crate) async fn set_user(&self, person: usize, change: UserChange) -> Result<(), Failure> {
        admin::user_set(&self.app, None, self.people[person].id, change).await?;
        Ok(())
    }

    /// Locks a device; whether the server knows it.
    pub(crate) async fn revoke(&self, device: DeviceId) -> Result<bool, Failure> {
        match lq_server::devices::revoke(&self.app, None, device).await {
            Ok(()) => Ok(true),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Who everybody is now.
    pub(crate) async fn actors(&self) -> Result<BTreeMap<UserId, Actor>, Failure> {
        let users = admin::user_list(&self.app).await?;
        Ok(users.into_iter().map(|view| (view.user.id, view.user.actor())).collect())
    }

    /// Every record of customers and tags, deleted or not.
    pub(crate) async fn records(&mut self) -> Result<BTreeMap<Uuid, Record>, Failure> {
        let mut records = BTreeMap::new();
        for record in self.records_of(&[Feature::Customers, Feature::Tags, Feature::Cases]).await? {
            if records.insert(record.id, record).is_some() {
                return Err("a record is there twice".into());
            }
        }
        Ok(records)
    }

    async fn records_of(&mut self, entities: &[Feature]) -> Result<Vec<Record>, Failure> {
        let words: Vec<&str> = entities.iter().map(|entity| entity.as_str()).collect();
        let rows = sqlx::query(
            "SELECT entity, record_id, revision, fields::text AS fields FROM records WHERE entity = ANY($1)",
        )
        .bind(words)
        .fetch_all(&mut self.admin)
        .await?;
        let mut records = Vec::with_capacity(rows.len());
        for row in &rows {
            let entity = Feature::parse(row.try_get("entity")?).ok_or("a record of no feature")?;
            let id: Uuid = row.try_get("record_id")?;
            let mut record = Record::new(entity, id, PRESENT);
            record.revision = u64::try_from(row.try_get::<i64, _>("revision")?)?;
            record.fields = serde_json::from_str(row.try_get("fields")?)?;
            records.push(record);
        }
        Ok(records)
    }

    /// Every account, deleted or not.
    pub(crate) async fn accounts(&mut self) -> Result<Vec<Record>, Failure> {
        self.records_of(&[Feature::Accounts]).await
    }

    /// What is booked on each account: minor units by reference.
    pub(crate) async fn journal(&mut self) -> Result<BTreeMap<Uuid, BTreeMap<String, i64>>, Failure> {
        let rows: Vec<(Uuid, String, i64)> =
            sqlx::query_as("SELECT account_id, reference, amount FROM transactions")
                .fetch_all(&mut self.admin)
                .await?;
        let mut journal: BTreeMap<Uuid, BTreeMap<String, i64>> = BTreeMap::new();
        for (account, reference, amount) in rows {
            if journal.entry(account).or_default().insert(reference, amount).is_some() {
                return Err("a reference is booked twice".into());
            }
        }
        Ok(journal)
    }

    /// The ledger of changes.
    pub(crate) async fn ledger(&mut self) -> Result<Vec<Settled>, Failure> {
        let sql = format!(
            "SELECT change_id, entity, record_id, fields::text AS fields, settled_at, made_at, result::text AS result
               FROM public.{} ORDER BY settled_at, change_id",
            Plant::ledger(self.plant)
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut self.admin).await?;
        rows.iter()
            .map(|row| {
                Ok(Settled {
                    id: row.try_get("change_id")?,
                    entity: row.try_get("entity")?,
                    record: row.try_get("record_id")?,
                    fields: serde_json::from_str(row.try_get("fields")?)?,
                    at: row.try_get("settled_at")?,
                    made_at: row.try_get("made_at")?,
                    result: serde_json::from_str(row.try_get("result")?)?,
                })
            })
            .collect()
    }

    /// Changes in the ledger.
    pub(crate) async fn settled(&mut self) -> Result<BTreeSet<Uuid>, Failure> {
        Ok(self.ledger().await?.into_iter().map(|settled| settled.id).collect())
    }

    /// Changes that the audit says had their effect more than once.
    pub(crate) async fn audited_twice(&mut self) -> Result<Vec<Uuid>, Failure> {
        let sql = format!(
            "SELECT a.change_id FROM audits a
              WHERE EXISTS (SELECT 1 FROM public.{} c WHERE c.change_id = a.change_id AND c.record_id = a.record_id)
              GROUP BY a.change_id HAVING count(*) > 1 ORDER BY a.change_id",
            Plant::ledger(self.plant)
        );
        Ok(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut self.admin).await?)
    }
}

/// Every table of the server but the ledger, which a planted bug may rename.
const TABLES: &[&str] = &[
    "server",
    "records",
    "feeds",
    "feed_entries",
    "pushes",
    "customer_keys",
    "transactions",
    "device_feeds",
    "device_audits",
    "tag_names",
    "users",
    "devices",
    "sessions",
    "sign_ins",
    "audits",
    "audit_heads",
];

async fn furnish(app: &App) -> Result<([BranchId; 2], Vec<Person>), Failure> {
    let branch = async |name: &str| {
        let new = NewBranch { name: name.to_owned(), parent: None };
        admin::branch_add(app, None, new).await.map(|view| view.id)
    };
    let branches = [branch("城东支行").await?, branch("城西支行").await?];
    let mut people = Vec::new();
    for &(login, role, east) in STAFF {
        let kdf = KdfParams::standard(&[7; 16]);
        let new = NewUser {
            login: login.to_owned(),
            name: format!("员工{login}"),
            role,
            branch: branches[usize::from(!east)],
            password: NewSecret { secret: SECRET.to_owned(), kdf, expired: false },
        };
        let id = admin::user_add(app, None, new).await?.user.id;
        people.push(Person { id, login, role, east });
    }
    Ok((branches, people))
}

/// A folder in memory, where there is one: nothing of a simulation outlives the process.
fn scratch() -> std::io::Result<tempfile::TempDir> {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
}
