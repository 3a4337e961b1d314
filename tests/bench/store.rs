//! The store: search, lists, reads and writes, encrypted against plain, and against what one would write without an index.

use crate::files::{Failure, sqlite3};
use crate::measure::{Figure, RUNS, median, millis, p95, print, timed};
use lq_domain::clock::{Clock, Random, Timestamp};
use lq_domain::customers::query::{CustomerFilter, CustomerQuery, CustomerSort, SortKey};
use lq_domain::customers::{Field, Typed, read};
use lq_domain::feature::Feature;
use lq_domain::ids::{CustomerId, DeviceId, UserId, new_uuid};
use lq_domain::record::{FieldChange, FieldChanges, Record};
use lq_protocol::change::Channel;
use lq_store::key::DataKey;
use lq_store::{NewChange, Store, StoreError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

/// Customers written in one go.
const BATCH: usize = 1_000;
/// What lists show first.
const COLUMNS: &[Field] = &[
    Field::Name,
    Field::Mobile,
    Field::RiskGrade,
    Field::Assets,
    Field::Tags,
    Field::BirthDate,
    Field::Owner,
];

/// Where stores are made, and with what.
pub(crate) struct Bench<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

impl Bench<'_> {
    async fn store(&self, name: &str, encrypted: bool) -> Result<Store, StoreError> {
        let path = self.folder.join(name);
        let device = DeviceId(Uuid::from_u128(1));
        if encrypted {
            let key = DataKey::new(self.random.as_ref());
            Store::create(&path, &key, device, self.clock.clone(), self.random.clone()).await
        } else {
            Store::create_plain(&path, device, self.clock.clone(), self.random.clone()).await
        }
    }

    async fn fill(&self, store: &Store, customers: &[Typed]) -> Result<f64, StoreError> {
        let user = UserId(Uuid::from_u128(9));
        let today = self.clock.today();
        let mut new: Vec<(Record, FieldChanges)> = Vec::with_capacity(customers.len());
        for typed in customers {
            let mut record = Record::new(
                Feature::Customers,
                new_uuid(self.clock.now(), self.random.as_ref()),
                self.clock.now(),
            );
            let fields = read(&record, typed, today).map(|reading| reading.changes).unwrap_or_default();
            for (field, change) in &fields {
                record.set(field, change.new.clone());
            }
            new.push((record, fields));
        }
        let began = Instant::now();
        let mut tx = store.write().await?;
        for batch in new.chunks(BATCH) {
            tx.add_customers(batch, user, None).await?;
        }
        tx.commit().await?;
        Ok(millis(began.elapsed()))
    }
}

/// Two stores with the same customers.
struct Filled {
    ours: Store,
    plain: Store,
    wrote: f64,
    wrote_plain: f64,
    plain_path: PathBuf,
}

/// Fills stores in turns, and keeps the last two.
async fn filled(bench: &Bench<'_>, customers: &[Typed], runs: usize) -> Result<Filled, Failure> {
    let count = customers.len();
    let (mut times, mut times_plain) = (Vec::new(), Vec::new());
    let mut kept: Option<(Store, Store, PathBuf)> = None;
    for run in 0..runs {
        if let Some((ours, plain, _)) = kept.take() {
            ours.close().await;
            plain.close().await;
        }
        let plain_name = format!("plain-{count}-{run}.db");
        let ours = bench.store(&format!("ours-{count}-{run}.db"), true).await?;
        let plain = bench.store(&plain_name, false).await?;
        times.push(bench.fill(&ours, customers).await?);
        times_plain.push(bench.fill(&plain, customers).await?);
        kept = Some((ours, plain, bench.folder.join(plain_name)));
    }
    let (ours, plain, plain_path) = kept.ok_or("no runs")?;
    Ok(Filled { ours, plain, wrote: median(times), wrote_plain: median(times_plain), plain_path })
}

/// Measures with so many customers.
pub(crate) async fn run(bench: &Bench<'_>, customers: &[Typed]) -> Result<(), Failure> {
    let count = customers.len();
    let large = count >= 1_000_000;
    let writes = if large { 1 } else { RUNS };
    let Filled { ours, plain, wrote, wrote_plain, plain_path } = filled(bench, customers, writes).await?;
    let mut figures = vec![Figure {
        name: format!("write {count} customers in one transaction, {writes} runs"),
        ours: wrote,
        unit: "ms",
        against: Some(("plain SQLite".to_owned(), wrote_plain)),
        goal: Some(1.3),
    }];
    figures.extend(searching(&ours, &plain, &plain_path, customers, if large { 50.0 } else { 20.0 }).await?);
    figures.extend(listing(bench, &ours, &plain, count).await?);
    figures.extend(single(bench, &ours, &plain, if large { 2.0 } else { 1.15 }).await?);
    print(&format!("store, {count} customers"), &figures);
    ours.close().await;
    plain.close().await;
    Ok(())
}

/// Searches as people type them: name, its first two characters, a mobile's tail, and initials.
fn texts(customers: &[Typed]) -> Vec<String> {
    let mut texts = vec!["zs".to_owned(), "zhangw".to_owned(), "lx".to_owned(), "wang".to_owned()];
    for typed in customers.iter().step_by(customers.len() / 50 + 1) {
        let name = typed.get(&Field::Name).map_or("", String::as_str);
        texts.push(name.to_owned());
        texts.push(name.chars().take(2).collect());
        if let Some(mobile) = typed.get(&Field::Mobile).filter(|mobile| mobile.len() == 11) {
            texts.push(mobile[7..].to_owned());
        }
    }
    texts
}

async fn find_times(store: &Store, texts: &[String]) -> Result<Vec<f64>, StoreError> {
    let mut times = Vec::with_capacity(texts.len() * 2);
    for _ in 0..2 {
        for text in texts {
            let began = Instant::now();
            store.find(text, 12).await?;
            times.push(millis(began.elapsed()));
        }
    }
    Ok(times)
}

/// The same texts looked for without an index, by the sqlite3 program: milliseconds of each.
fn scan_times(plain: &Path, texts: &[String]) -> Result<Vec<f64>, Failure> {
    let mut commands = ".timer on\n".to_owned();
    // Every seventh: they differ less from each other than the scan lasts.
    for text in texts.iter().step_by(7) {
        let like = format!("LIKE '%{}%'", text.replace('\'', "''"));
        let columns = ["name", "mobile", "document_number", "phones"].map(|name| format!("{name} {like}"));
        commands.push_str(&format!(
            "SELECT customer_row FROM customers WHERE deleted IS NULL AND ({}) LIMIT 12;\n",
            columns.join(" OR ")
        ));
    }
    let (printed, _) = sqlite3(plain, &commands)?;
    let real = |line: &str| line.strip_prefix("Run Time: real ")?.split(' ').next()?.parse::<f64>().ok();
    let times: Vec<f64> = printed.lines().filter_map(real).map(|seconds| seconds * 1_000.0).collect();
    if times.is_empty() { Err("sqlite3 told no times".into()) } else { Ok(times) }
}

async fn searching(
    ours: &Store,
    plain: &Store,
    plain_path: &Path,
    customers: &[Typed],
    limit: f64,
) -> Result<Vec<Figure>, Failure> {
    let texts = texts(customers);
    let times = find_times(ours, &texts).await?;
    let plain_times = find_times(plain, &texts).await?;
    let scan = median(scan_times(plain_path, &texts)?);
    Ok(vec![
        Figure {
            name: "search as you type, p95".to_owned(),
            ours: p95(times.clone()),
            unit: "ms",
            against: None,
            goal: Some(limit),
        },
        Figure {
            name: "search as you type, median".to_owned(),
            ours: median(times.clone()),
            unit: "ms",
            against: Some(("the same index (FTS5) on plain SQLite".to_owned(), median(plain_times))),
            goal: Some(1.3),
        },
        Figure {
            name: "search as you type, median".to_owned(),
            ours: median(times),
            unit: "ms",
            against: Some(("a LIKE scan, sqlite3 on the plain store".to_owned(), scan)),
            goal: Some(1.0),
        },
    ])
}

/// Pages anywhere in lists with filters and orders.
fn pages(count: usize) -> Vec<(CustomerQuery, u32)> {
    let deep = u32::try_from(count * 3 / 4).unwrap_or_default();
    let sorted = |by, descending| CustomerQuery {
        sort: Some(CustomerSort { by, descending }),
        ..CustomerQuery::default()
    };
    let mut graded = sorted(SortKey::Assets, true);
    graded.filters.push(CustomerFilter::OneOf {
        field: Field::RiskGrade,
        values: vec!["C4".to_owned(), "C5".to_owned()],
    });
    vec![
        (CustomerQuery::default(), 0),
        (CustomerQuery::default(), deep),
        (sorted(SortKey::Assets, true), 0),
        (sorted(SortKey::BirthDate, false), deep),
        (sorted(SortKey::UpdatedAt, true), 500),
        (graded.clone(), 0),
        (graded, 5_000),
    ]
}

async fn page_times(store: &Store, count: usize, today: chrono::NaiveDate) -> Result<Vec<f64>, StoreError> {
    let mut times = Vec::new();
    for (query, offset) in pages(count) {
        // The first page of a list reads its order; scrolling then asks for window after window.
        store.page(&query, COLUMNS, offset, 50, today).await?;
        for step in 0..10 {
            let began = Instant::now();
            store.page(&query, COLUMNS, offset + step * 50, 50, today).await?;
            times.push(millis(began.elapsed()));
        }
    }
    Ok(times)
}

async fn listing(
    bench: &Bench<'_>,
    ours: &Store,
    plain: &Store,
    count: usize,
) -> Result<Vec<Figure>, StoreError> {
    let today = bench.clock.today();
    let times = page_times(ours, count, today).await?;
    let plain_times = page_times(plain, count, today).await?;
    let first = timed(async |run| {
        let mut query = pages(count).swap_remove(5).0;
        // Another question each time, so that nothing is remembered.
        query
            .filters
            .push(CustomerFilter::Age { from: Some(u32::try_from(run).unwrap_or_default()), to: None });
        let page = ours.page(&query, COLUMNS, 0, 50, today).await;
        std::hint::black_box(page.is_ok());
    })
    .await;
    Ok(vec![
        Figure {
            name: "page of 50 with filter and order, p95".to_owned(),
            ours: p95(times.clone()),
            unit: "ms",
            against: None,
            goal: Some(15.0),
        },
        Figure {
            name: "page of 50 with filter and order, median".to_owned(),
            ours: median(times),
            unit: "ms",
            against: Some(("the same on plain SQLite".to_owned(), median(plain_times))),
            goal: Some(1.3),
        },
        Figure {
            name: "first page of a new filter".to_owned(),
            ours: first,
            unit: "ms",
            against: None,
            goal: Some(300.0),
        },
    ])
}

/// One customer at a time: opening a page of one, saving a form.
async fn single(
    bench: &Bench<'_>,
    ours: &Store,
    plain: &Store,
    reads: f64,
) -> Result<Vec<Figure>, StoreError> {
    let ids = ours.ids(&CustomerQuery::default(), bench.clock.today()).await?;
    let plain_ids = plain.ids(&CustomerQuery::default(), bench.clock.today()).await?;
    let opening = timed(async |run| read_some(ours, &ids, run).await).await;
    let opening_plain = timed(async |run| read_some(plain, &plain_ids, run).await).await;
    let saving = timed(async |run| save_some(ours, &ids, run, bench.clock.now()).await).await;
    let saving_plain = timed(async |run| save_some(plain, &plain_ids, run, bench.clock.now()).await).await;
    Ok(vec![
        Figure {
            name: "open 200 customers one by one".to_owned(),
            ours: opening,
            unit: "ms",
            against: Some(("plain SQLite".to_owned(), opening_plain)),
            goal: Some(reads),
        },
        Figure {
            name: "save 50 forms, each kept for good".to_owned(),
            ours: saving,
            unit: "ms",
            against: Some(("plain SQLite".to_owned(), saving_plain)),
            goal: Some(1.3),
        },
    ])
}

async fn read_some(store: &Store, ids: &[CustomerId], run: usize) {
    for index in 0..200 {
        let id = ids[(index * 7_919 + run) % ids.len()];
        std::hint::black_box(store.customer(id).await.is_ok());
    }
}

async fn save_some(store: &Store, ids: &[CustomerId], run: usize, now: Timestamp) {
    for index in 0..50 {
        let id = ids[(index * 7_919 + run * 31) % ids.len()];
        let Ok(mut tx) = store.write().await else { return };
        let new = Some(format!("{} {index}", now.0));
        let change = NewChange {
            entity: Feature::Customers,
            record_id: id.0,
            fields: FieldChanges::from([("notes".to_owned(), FieldChange { base: None, new })]),
            actor: UserId(Uuid::from_u128(9)),
            channel: Channel::Form,
            reason: None,
            group: None,
        };
        if tx.change(change).await.is_ok() {
            std::hint::black_box(tx.commit().await.is_ok());
        }
    }
}
