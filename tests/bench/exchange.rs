//! The exchange at the size of a large branch: taking in a journal, and a device's first exchange, its restart, and what comes after.

use crate::files::Failure;
use crate::measure::{Figure, RUNS, held_memory, median, millis, p95, peak_memory, print};
use lq_domain::access::Role;
use lq_domain::clock::{Clock, Random};
use lq_domain::customers::query::CustomerQuery;
use lq_domain::customers::{Field, read};
use lq_domain::feature::Feature;
use lq_domain::ids::{BranchId, CustomerId, DeviceId, UserId, new_uuid};
use lq_domain::record::Record;
use lq_domain::transactions::TransactionQuery;
use lq_protocol::change::Channel;
use lq_protocol::session::SignInRequest;
use lq_server::admin::{NewBranch, NewSecret, NewUser, branch_add, user_add};
use lq_server::intake::{Delivery, Format, Report, take_accounts, take_transactions};
use lq_server::{App, Config, Running, start};
use lq_store::facts::{Membership, Owner};
use lq_store::key::DataKey;
use lq_store::{NewChange, Store};
use lq_sync::{Credentials, Engine, HttpTransport, Parts, Transport as _};
use lq_testkit::postgres::{Cluster, app_at};
use lq_testkit::sample::Sample;
use lq_testkit::{branch, wire};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The secret of the one user, as it crosses the wire.
const SECRET: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const LOGIN: &str = "wangfang";
/// Edits that are sent in one go.
pub(crate) const EDITS: usize = 1_000;

/// What is measured with.
pub(crate) struct Bench<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) sample: Sample,
}

/// A server with a branch's customers, their accounts and transactions.
pub(crate) struct Bank {
    url: String,
    pub(crate) running: Running,
    customers: u64,
    pub(crate) records: Vec<Record>,
    _cluster: Cluster,
}

/// Measures with so many customers, and so many transactions in all.
pub(crate) async fn run(bench: &Bench<'_>, customers: u64, transactions: usize) -> Result<(), Failure> {
    let mut figures = Vec::new();
    let bank = furnish(bench, customers, transactions, &mut figures).await?;
    let csv = rows_as_csv(&bank).await?;
    let store = first(bench, &bank, &csv, &mut figures).await?;
    looked_at(bench, &store, &mut figures).await?;
    after(bench, &bank, store, &mut figures).await?;
    print(&format!("exchange, {customers} customers, {transactions} transactions"), &figures);
    Ok(())
}

pub(crate) async fn furnish(
    bench: &Bench<'_>,
    customers: u64,
    transactions: usize,
    figures: &mut Vec<Figure>,
) -> Result<Bank, Failure> {
    let cluster = Cluster::start_careful()?;
    let url = cluster.create_database().await?;
    let app = app_at(&url, bench.clock.clone(), bench.random.clone()).await?;
    let branch = branch_add(&app, None, NewBranch { name: "示例支行".to_owned(), parent: None }).await?.id;
    let kdf = lq_protocol::secret::KdfParams::standard(&[7; 16]);
    let user = NewUser {
        login: LOGIN.to_owned(),
        name: "王芳".to_owned(),
        role: Role::RelationshipManager,
        branch,
        password: NewSecret { secret: SECRET.to_owned(), kdf, expired: false },
    };
    let user = user_add(&app, None, user).await?.user.id;
    let records = records(bench, customers, branch, user);
    branch::put_customers(&url, &records).await?;
    if transactions > 0 {
        figures.push(take_in(bench, &app, &url, customers, transactions).await?);
    }
    let running = start(app, &Config::local()).await?;
    Ok(Bank { url, running, customers, records, _cluster: cluster })
}

/// Takes in the accounts and transactions of a branch.
async fn take_in(
    bench: &Bench<'_>,
    app: &App,
    url: &str,
    customers: u64,
    transactions: usize,
) -> Result<Figure, Failure> {
    let (accounts, booked) = deliveries(bench.sample, customers, transactions);
    let opened = take_accounts(app, &delivery(accounts.as_bytes())).await?;
    if opened.bad > 0 {
        return Err(format!("{} accounts are bad: {:?}", opened.bad, opened.problems.first()).into());
    }
    let began = Instant::now();
    let report: Report = take_transactions(app, &delivery(booked.as_bytes())).await?;
    let took = began.elapsed();
    if report.taken != u64::try_from(transactions)? {
        return Err(format!("{} of {transactions} transactions were taken", report.taken).into());
    }
    let copied = branch::copy_transactions(url).await?;
    Ok(Figure {
        name: format!("taking in {transactions} transactions, CSV to blocks and feeds, one run"),
        ours: millis(took),
        unit: "ms",
        against: Some(("COPY of the same rows into the same table".to_owned(), millis(copied))),
        goal: Some(2.0),
    })
}

/// Every customer's accounts, and for each customer as many transactions, the oldest.
fn deliveries(sample: Sample, customers: u64, transactions: usize) -> (String, String) {
    let each = transactions / usize::try_from(customers).unwrap_or(usize::MAX).max(1);
    let (mut accounts, mut booked) = (String::new(), String::new());
    for customer in sample.customers(customers) {
        let (opened, moved) = sample.deliveries(std::iter::once(customer));
        // The heading of the first stands for all.
        let skipped = usize::from(!accounts.is_empty());
        accounts.extend(opened.split_inclusive('\n').skip(skipped));
        booked.extend(moved.split_inclusive('\n').skip(skipped).take(each + 1 - skipped));
    }
    (accounts, booked)
}

fn delivery(bytes: &[u8]) -> Delivery<'_> {
    Delivery { format: &Format::Csv, bytes, strict: true, key: None }
}

fn records(bench: &Bench<'_>, customers: u64, branch: BranchId, owner: UserId) -> Vec<Record> {
    let today = bench.clock.today();
    let record = |typed| {
        let id = new_uuid(bench.clock.now(), bench.random.as_ref());
        let mut record = Record::new(Feature::Customers, id, bench.clock.now());
        let changes = read(&record, &typed, today).map(|reading| reading.changes).unwrap_or_default();
        for (field, change) in changes {
            record.set(&field, change.new);
        }
        record.set(Field::Owner.as_str(), Some(owner.to_string()));
        record.set(Field::Branch.as_str(), Some(branch.to_string()));
        record
    };
    bench.sample.customers(customers).map(|customer| record(customer.values)).collect()
}

/// The same rows as PostgreSQL copies them out: how long that takes, and their bytes.
struct Csv {
    took: Duration,
    bytes: Vec<u8>,
}

async fn rows_as_csv(bank: &Bank) -> Result<Csv, Failure> {
    let (took, bytes) = branch::copy_out(&bank.url).await?;
    Ok(Csv { took, bytes })
}

/// A device that has signed in.
pub(crate) async fn engine(
    bench: &Bench<'_>,
    bank: &Bank,
    store: &Arc<Store>,
    number: u128,
    address: &str,
) -> Result<Engine, Failure> {
    let device = DeviceId(Uuid::from_u128(number));
    let http = HttpTransport::new(address, None)?;
    let request = SignInRequest {
        login: LOGIN.to_owned(),
        secret: SECRET.to_owned(),
        device,
        device_name: "测量".to_owned(),
    };
    let reply = http.sign_in(&request).await?;
    store.set_owner(&Owner { profile: reply.user.clone(), password_expired: false, sample: false }).await?;
    let membership = Membership {
        server: bank.running.url(),
        name: reply.server_name.clone(),
        refresh_token: reply.refresh_token.clone(),
        epoch: Some(reply.epoch),
        last_contact: bench.clock.now(),
        offline_days: reply.offline_days,
    };
    if store.membership().await?.is_none() {
        store.set_membership(&membership).await?;
    }
    let engine = Engine::new(Parts {
        store: store.clone(),
        transport: Arc::new(http),
        clock: bench.clock.clone(),
        random: bench.random.clone(),
        device,
        credentials: Credentials {
            login: LOGIN.to_owned(),
            device_name: "测量".to_owned(),
            secret: SECRET.to_owned().into(),
        },
    });
    engine.adopt(reply).await?;
    Ok(engine)
}

pub(crate) async fn blank(
    bench: &Bench<'_>,
    name: &str,
    number: u128,
) -> Result<(Arc<Store>, PathBuf), Failure> {
    let path = bench.folder.join(name);
    let key = DataKey::new(bench.random.as_ref());
    let device = DeviceId(Uuid::from_u128(number));
    let store = Store::create(&path, &key, device, bench.clock.clone(), bench.random.clone()).await?;
    Ok((Arc::new(store), path))
}

/// The first exchange of a device, whole, and of another that is cut off in its middle.
async fn first(
    bench: &Bench<'_>,
    bank: &Bank,
    csv: &Csv,
    figures: &mut Vec<Figure>,
) -> Result<Arc<Store>, Failure> {
    let (store, path) = blank(bench, "first.db", 1).await?;
    let counted = wire::Counting::start(bank.running.address()).await?;
    let whole = engine(bench, bank, &store, 1, &counted.url()).await?;
    let held = held_memory();
    let before = counted.bytes();
    let began = Instant::now();
    let totals = whole.round().await?;
    let took = began.elapsed();
    let bytes = counted.bytes() - before;
    let packed = u64::try_from(zstd::encode_all(csv.bytes.as_slice(), 3)?.len())?;
    let seconds = |took: Duration| took.as_secs_f64();
    figures.push(Figure {
        name: format!(
            "first exchange: {} customers, encrypted and searchable, {} entries",
            bank.customers, totals.pulled
        ),
        ours: seconds(took),
        unit: "s",
        against: None,
        goal: Some(90.0),
    });
    figures.push(Figure {
        name: "first exchange".to_owned(),
        ours: seconds(took),
        unit: "s",
        against: Some(("COPY of the same rows out of PostgreSQL".to_owned(), seconds(csv.took))),
        goal: None,
    });
    figures.push(Figure {
        name: "bytes on the wire".to_owned(),
        ours: megabytes(bytes),
        unit: "MB",
        against: Some(("the same rows as CSV through zstd -3".to_owned(), megabytes(packed))),
        goal: Some(1.2),
    });
    figures.push(Figure::told(
        "memory that it adds, server in the same process, the most".to_owned(),
        peak_memory() - held,
        "MB",
    ));
    let began = Instant::now();
    store.scrub().await?;
    figures.push(Figure::told(
        "overwriting what has left the device".to_owned(),
        seconds(began.elapsed()),
        "s",
    ));
    figures.push(Figure::told(
        "file of the store".to_owned(),
        megabytes(std::fs::metadata(&path)?.len()),
        "MB",
    ));
    figures.push(cut(bench, bank, totals.pulled, took).await?);
    Ok(store)
}

#[expect(clippy::cast_precision_loss, reason = "a size to be read by people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

/// A first exchange that is cut off in its middle: what has to be fetched once more.
async fn cut(bench: &Bench<'_>, bank: &Bank, whole: u32, took: Duration) -> Result<Figure, Failure> {
    let (store, _) = blank(bench, "cut.db", 2).await?;
    let device = engine(bench, bank, &store, 2, &bank.running.url()).await?;
    let half = tokio::time::timeout(took / 2, device.round()).await;
    if half.is_ok() {
        return Err("it was not cut off".into());
    }
    let mut had = 0;
    for cursor in store.cursors().await? {
        had += branch::entries_up_to(&bank.url, &cursor.feed.to_string(), cursor.after).await?;
    }
    let rest = engine(bench, bank, &store, 2, &bank.running.url()).await?.round().await?;
    let again = (u64::from(rest.pulled) + had).saturating_sub(u64::from(whole));
    store.close().await;
    #[expect(clippy::cast_precision_loss, reason = "a count to be read by people")]
    let again = again as f64;
    Ok(Figure {
        name: format!("cut off in its middle, with {had} entries: entries fetched twice"),
        ours: again,
        unit: "entries",
        against: None,
        goal: Some(2_000.0),
    })
}

/// Search, list and customer page on the filled device.
async fn looked_at(bench: &Bench<'_>, store: &Arc<Store>, figures: &mut Vec<Figure>) -> Result<(), Failure> {
    let mut searches = Vec::new();
    let mut pages = Vec::new();
    for text in ["zs", "zhangw", "李", "王芳", "5678", "lx", "wang", "欧阳", "1234", "陈"] {
        let began = Instant::now();
        store.find(text, 20).await?;
        searches.push(millis(began.elapsed()));
    }
    let query = CustomerQuery::default();
    let list = store.page(&query, &[Field::Name, Field::Mobile], 0, 500, bench.clock.today()).await?;
    let to = bench.clock.today();
    for row in list.rows.iter().take(200) {
        let began = Instant::now();
        customer_page(store, row.id, to).await?;
        pages.push(millis(began.elapsed()));
    }
    let limit = |name: &str, ours, goal| Figure {
        name: name.to_owned(),
        ours,
        unit: "ms",
        against: None,
        goal: Some(goal),
    };
    figures.push(limit("search as you type, p95", p95(searches), 20.0));
    figures.push(limit(
        "customer page: record, history, holdings, curve of two years, transactions, p95",
        p95(pages),
        500.0,
    ));
    Ok(())
}

async fn customer_page(store: &Store, id: CustomerId, to: chrono::NaiveDate) -> Result<(), Failure> {
    store.customer(id).await?;
    store.history(id.0, 100).await?;
    store.accounts(id).await?;
    store.moves(id, to - chrono::Months::new(24)).await?;
    let query = TransactionQuery::of(id);
    store.turnover(&query).await?;
    store.transactions(&query, 0, 100).await?;
    Ok(())
}

/// What a device that has everything exchanges.
async fn after(
    bench: &Bench<'_>,
    bank: &Bank,
    store: Arc<Store>,
    figures: &mut Vec<Figure>,
) -> Result<(), Failure> {
    let counted = wire::Counting::start(bank.running.address()).await?;
    let device = engine(bench, bank, &store, 1, &counted.url()).await?;
    device.round().await?;
    let (mut empty, mut sizes) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let before = counted.bytes();
        let began = Instant::now();
        device.round().await?;
        empty.push(millis(began.elapsed()));
        sizes.push(megabytes(counted.bytes() - before) * 1_000.0);
    }
    let limit = |name: &str, ours, unit, goal| Figure {
        name: name.to_owned(),
        ours,
        unit,
        against: None,
        goal: Some(goal),
    };
    figures.push(limit("exchange with nothing new", median(empty), "ms", 10.0));
    figures.push(limit("exchange with nothing new, both ways", median(sizes), "kB", 1.0));
    let mut pushes = Vec::new();
    for run in 0..RUNS {
        edit(bench, &store, run).await?;
        let began = Instant::now();
        device.round().await?;
        pushes.push(millis(began.elapsed()));
    }
    figures.push(Figure::told(format!("{EDITS} edits sent, answered and pulled"), median(pushes), "ms"));
    store.close().await;
    Ok(())
}

/// Changes so many customers of a list, one after the other.
pub(crate) async fn edit(bench: &Bench<'_>, store: &Store, run: usize) -> Result<(), Failure> {
    let offset = u32::try_from(run * EDITS)?;
    let rows =
        store.page(&CustomerQuery::default(), &[Field::Name], offset, 500, bench.clock.today()).await?.rows;
    let more = store
        .page(&CustomerQuery::default(), &[Field::Name], offset + 500, 500, bench.clock.today())
        .await?
        .rows;
    let actor = store.owner().await?.ok_or("no owner")?.profile.id;
    let mut tx = store.write().await?;
    for row in rows.iter().chain(&more) {
        let record = tx.record(Feature::Customers, row.id.0).await?.ok_or("a customer is gone")?;
        let wanted = std::collections::BTreeMap::from([("notes".to_owned(), Some(format!("第{run}次回访")))]);
        let new = NewChange {
            entity: Feature::Customers,
            record_id: row.id.0,
            fields: record.diff(&wanted),
            actor,
            channel: Channel::Form,
            reason: None,
            group: None,
        };
        tx.change(new).await?;
    }
    Ok(tx.commit().await?)
}
