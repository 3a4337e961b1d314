//! The bank's audit at the size of some years: who saw, changed and took out what, by record, person, deed and days.

use crate::files::Failure;
use crate::measure::{Figure, millis, p95, print};
use lq_domain::clock::{Clock, Random};
use lq_domain::ids::BranchId;
use lq_server::App;
use lq_server::audits::{AuditQuery, AuditView, find};
use lq_testkit::postgres::{Cluster, app_at};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

const BRANCHES: u64 = 100;
const PEOPLE: u64 = 3_000;
/// Entries about one customer, on average.
const EACH: u64 = 10;
/// Of so many entries one is about the customer whom everybody looks at.
const BUSY: u64 = 500;
/// Of so many entries one is an export.
const EXPORTS: u64 = 1_000;
/// Milliseconds over which the entries are spread.
const SPAN: u64 = 2 * 365 * 86_400_000;
/// Entries of one statement.
const BATCH: u64 = 500_000;
/// Questions of each kind.
const ASKED: u64 = 50;
/// Milliseconds that an answer may take: five seconds.
const LIMIT: f64 = 5_000.0;

/// Measures with so many entries.
pub(crate) async fn run(clock: Arc<dyn Clock>, random: Arc<dyn Random>, entries: u64) -> Result<(), Failure> {
    let cluster = Cluster::start_careful()?;
    let url = cluster.create_database().await?;
    let app = app_at(&url, clock, random).await?;
    let mut figures = Vec::new();
    fill(&url, entries, &mut figures).await?;
    let asked = Asked { app, entries };
    figures.push(
        asked.about("one customer, between two days, at the own branch", 1, |n| customer(entries, n)).await?,
    );
    figures.push(
        asked
            .about("one customer, between two days, at every branch", BRANCHES, |n| customer(entries, n))
            .await?,
    );
    figures.push(asked.about("a customer of whom much is told", BRANCHES, |_| record(0)).await?);
    let person = |n| AuditQuery { user: Some(Uuid::from_u128(u128::from(n))), ..AuditQuery::default() };
    figures.push(asked.about("one person", BRANCHES, person).await?);
    let deed = |_| AuditQuery { action: Some("customers_export".to_owned()), ..AuditQuery::default() };
    figures.push(asked.about("every export", BRANCHES, deed).await?);
    figures.push(asked.about("everything of some days", BRANCHES, |_| AuditQuery::default()).await?);
    figures.push(asked.leafed().await?);
    print(&format!("audit, {entries} entries of {BRANCHES} branches"), &figures);
    asked.app.db().close().await;
    Ok(())
}

fn record(number: u64) -> AuditQuery {
    AuditQuery { record: Some(Uuid::from_u128(u128::from(number) + 1)), ..AuditQuery::default() }
}

/// One of the customers, each time another.
fn customer(entries: u64, n: u64) -> AuditQuery {
    // Not the first, of whom much is told.
    record(1 + n * 7_919 % (entries / EACH).saturating_sub(1).max(1))
}

/// Puts the entries into the table as an administrator would restore them: first the rows, then the indexes.
async fn fill(url: &str, entries: u64, figures: &mut Vec<Figure>) -> Result<(), Failure> {
    let mut connection = PgConnection::connect(url).await?;
    let began = Instant::now();
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "SELECT indexname::text, indexdef FROM pg_indexes WHERE tablename = 'audits' AND indexname <> 'audits_pkey'",
    )
    .fetch_all(&mut connection)
    .await?;
    for (name, _) in &indexes {
        sqlx::raw_sql(AssertSqlSafe(format!("DROP INDEX {name}"))).execute(&mut connection).await?;
    }
    let customers = (entries / EACH).max(1);
    for from in (0..entries).step_by(usize::try_from(BATCH)?) {
        let to = (from + BATCH).min(entries);
        sqlx::raw_sql(AssertSqlSafe(batch(from, to, entries, customers))).execute(&mut connection).await?;
    }
    for (_, words) in &indexes {
        sqlx::raw_sql(AssertSqlSafe(words.clone())).execute(&mut connection).await?;
    }
    sqlx::raw_sql("VACUUM ANALYZE audits").execute(&mut connection).await?;
    figures.push(Figure::told("rows and indexes written".to_owned(), began.elapsed().as_secs_f64(), "s"));
    let bytes: i64 =
        sqlx::query_scalar("SELECT pg_total_relation_size('audits')").fetch_one(&mut connection).await?;
    #[expect(clippy::cast_precision_loss, reason = "a size to be read by people")]
    figures.push(Figure::told("the table with its indexes".to_owned(), bytes as f64 / 1_000_000.0, "MB"));
    Ok(connection.close().await?)
}

/// Entries of numbers in a row. What is in them follows from the number; a customer stays at one branch.
fn batch(from: u64, to: u64, entries: u64, customers: u64) -> String {
    let step = SPAN / entries.max(1);
    format!(
        "INSERT INTO audits (branch_id, position, at, made_at, user_id, device_id, action, entity, record_id, change_id,
                             fields, reason, previous, hash)
         SELECT lpad(to_hex(r % {BRANCHES} + 1), 32, '0')::uuid, i + 1, i * {step}, i * {step},
                lpad(to_hex(i * 31 % {PEOPLE} + 1), 32, '0')::uuid, lpad(to_hex(i * 31 % {PEOPLE} + 1), 32, '0')::uuid,
                CASE WHEN i % {EXPORTS} = 7 THEN 'customers_export' WHEN i % 3 = 0 THEN 'customers_reveal' ELSE 'update' END,
                'customers', lpad(to_hex(r + 1), 32, '0')::uuid, NULL,
                '{{\"notes\": [null, \"回访\"], \"mobile\": null}}', NULL, sha256(i::text::bytea), sha256((i + 1)::text::bytea)
           FROM generate_series({from}::bigint, {to}::bigint - 1) AS i,
                LATERAL (SELECT CASE WHEN i % {BUSY} = 0 THEN 0 ELSE i * 2654435761 % {customers} END AS r) AS which"
    )
}

struct Asked {
    app: App,
    entries: u64,
}

impl Asked {
    /// The middle half of the time.
    fn days(&self, query: AuditQuery) -> Result<AuditQuery, Failure> {
        let span = i64::try_from(SPAN / self.entries.max(1) * self.entries)?;
        Ok(AuditQuery { from: Some(span / 4), to: Some(span / 4 * 3), ..query })
    }

    async fn ask(&self, branches: u64, query: &AuditQuery) -> Result<Vec<AuditView>, Failure> {
        let ids: Vec<BranchId> =
            (1..=branches).map(|number| BranchId(Uuid::from_u128(u128::from(number)))).collect();
        Ok(find(&self.app, &ids, query).await?)
    }

    /// The time for the first page, of several questions.
    async fn about(
        &self,
        name: &str,
        branches: u64,
        query: impl Fn(u64) -> AuditQuery,
    ) -> Result<Figure, Failure> {
        let mut times = Vec::new();
        let mut found = 0;
        for number in 1..=ASKED {
            let query = self.days(query(number))?;
            // Only the branch of the customer has what is told of it.
            let own = query
                .record
                .map_or(1, |id| u64::try_from((id.as_u128() - 1) % u128::from(BRANCHES)).unwrap_or(0) + 1);
            let began = Instant::now();
            let answer = if branches == 1 {
                find(&self.app, &[BranchId(Uuid::from_u128(u128::from(own)))], &query).await?
            } else {
                self.ask(branches, &query).await?
            };
            times.push(millis(began.elapsed()));
            found += answer.len();
        }
        if found == 0 {
            return Err(format!("{name}: nothing was found").into());
        }
        Ok(Figure {
            name: format!("{name}: first page, p95"),
            ours: p95(times),
            unit: "ms",
            against: None,
            goal: Some(LIMIT),
        })
    }

    /// All pages about the customer of whom much is told, together.
    async fn leafed(&self) -> Result<Figure, Failure> {
        let began = Instant::now();
        let mut query = record(0);
        let mut found = 0_u64;
        loop {
            let page = self.ask(BRANCHES, &query).await?;
            found += u64::try_from(page.len())?;
            let Some(last) = page.last() else { break };
            query.before_at = Some(last.at);
            query.before_position = Some(last.position);
            query.before_branch = Some(last.branch);
        }
        let told = self.entries.div_ceil(BUSY);
        if found < told {
            return Err(format!("{found} entries of at least {told} were found").into());
        }
        Ok(Figure {
            name: format!("all {found} entries of that customer, page by page"),
            ours: millis(began.elapsed()),
            unit: "ms",
            against: None,
            goal: None,
        })
    }
}
