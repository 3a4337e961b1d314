//! Running an import, or counting what it would do: read, parse on all cores, settle in order, part by part.

use super::columns;
use super::door::Door;
use super::file::{self, Seen};
use super::named::Named;
use super::report::{BadRow, BadRows};
use super::rows::{Fault, Plan, Reading};
use super::table::{self, Line};
use crate::client::Open;
use crate::contract::files::{
    FileOptions, ImportCounts, ImportMode, JobResult, JobStep, RowError, StartImport,
};
use crate::error::ClientError;
use crate::jobs::JobHandle;
use lq_domain::access::{Actor, Denial, Permission};
use lq_domain::clock::{Clock, Random, Timestamp};
use lq_domain::customers::{Customer, DuplicateKey, Field, Typed, duplicate_keys, new_record};
use lq_domain::feature::Feature;
use lq_domain::ids::{CustomerId, ImportId};
use lq_domain::record::{FieldChanges, Record};
use lq_protocol::change::Channel;
use lq_protocol::error::ErrorCode;
use lq_store::audits::Audit;
use lq_store::{NewChange, WriteTx};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

/// Rows that go through the steps together.
const BATCH: usize = 1000;
/// Batches being parsed at once, beside the one being written.
const AHEAD: usize = 3;
/// The pause before what half came in is taken out once more.
const RETRY: Duration = Duration::from_secs(2);
/// Errors shown; the error file has them all.
const SHOWN_ERRORS: usize = 100;

/// What an import needs.
pub(super) struct Task {
    pub(super) open: Arc<Open>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) input: StartImport,
    pub(super) seen: Seen,
    pub(super) name: String,
}

/// The job of an import or of its check.
pub(super) async fn run(task: Task, job: JobHandle) -> Result<JobResult, ClientError> {
    let bytes = file::read_seen(&task.input.path, task.seen).await?;
    let plan = Arc::new(plan(&task, bytes.clone()).await?);
    let mut settler = Settler::new(&task, plan.clone());
    let import = if task.input.dry_run {
        job.step(JobStep::Checking, task.seen.rows);
        settle_all(&mut settler, bytes, &job).await?;
        None
    } else {
        job.step(JobStep::Writing, task.seen.rows);
        let written = write(&mut settler, bytes, &job).await;
        if written.is_err() {
            // Taking back goes through the same door.
            settler.door.drop_part();
            // The disk may be full, which stops this too. What is half in must not stay, so it is tried until it is out; a
            // lock ends the job, and the store then takes the import back as it is opened next.
            while take_back(&task, settler.import).await.is_err() {
                tokio::time::sleep(RETRY).await;
            }
        }
        written?;
        Some(settler.import)
    };
    job.attach(BadRows { columns: plan.columns.clone(), rows: settler.bad });
    Ok(JobResult::Import { import, counts: settler.counts, errors: settler.errors })
}

/// Writes an import in parts, each in a moment, so that whoever saves a form meanwhile does not wait for all of it. It
/// counts only when its last part is in; before that it is taken back, here or as the store is opened next.
async fn write(settler: &mut Settler<'_>, bytes: Arc<Vec<u8>>, job: &JobHandle) -> Result<(), ClientError> {
    let task = settler.task;
    let mut tx = task.open.store.write().await?;
    tx.begin_import(settler.import, &task.name, task.clock.now()).await?;
    tx.commit_part().await?;
    settle_all(settler, bytes, job).await?;
    keep(settler, job).await
}

async fn take_back(task: &Task, import: ImportId) -> Result<(), ClientError> {
    let mut tx = task.open.store.write().await?;
    tx.take_back_import(import).await?;
    Ok(tx.commit().await?)
}

async fn settle_all(
    settler: &mut Settler<'_>,
    bytes: Arc<Vec<u8>>,
    job: &JobHandle,
) -> Result<(), ClientError> {
    let (sender, mut batches) = mpsc::channel(AHEAD);
    let options = settler.task.input.options.clone();
    let reading = tokio::task::spawn_blocking(move || read_batches(&bytes, &options, &sender));
    let mut parsing = VecDeque::new();
    loop {
        while parsing.len() < AHEAD
            && let Some(lines) = batches.recv().await
        {
            let plan = settler.plan.clone();
            parsing.push_back(tokio::task::spawn_blocking(move || parse(&plan, lines)));
        }
        let Some(parsed) = parsing.pop_front() else { break };
        let readings = parsed.await.map_err(|_| ClientError::Internal("a row could not be parsed"))?;
        job.check()?;
        settler.settle(readings).await?;
        job.done(settler.counts.rows);
    }
    settler.door.keep(0, true).await?;
    reading.await.map_err(|_| ClientError::Internal("the file could not be read"))?
}

/// The last part: from here on the import counts.
async fn keep(settler: &Settler<'_>, job: &JobHandle) -> Result<(), ClientError> {
    let (task, plan) = (settler.task, &settler.plan);
    let counts = serde_json::to_string(&settler.counts).map_err(|_| ClientError::Internal("counts"))?;
    let (fingerprint, mapping) = file::to_remember(&plan.columns, &plan.targets);
    let mut tx = task.open.store.write().await?;
    tx.finish_import(settler.import, &counts, &fingerprint, &mapping).await?;
    let counts = serde_json::json!(settler.counts);
    let detail = serde_json::json!({ "import": settler.import, "file": task.name, "counts": counts });
    let entry = audit_entry(&tx, task.clock.now(), &settler.actor, "customers_import", &detail);
    tx.audit(&entry).await?;
    job.check()?;
    Ok(tx.commit().await?)
}

/// An entry of the audit about an import: the file's name and counts, nothing out of the file.
pub(super) fn audit_entry(
    tx: &WriteTx<'_>,
    at: Timestamp,
    actor: &Actor,
    action: &str,
    detail: &serde_json::Value,
) -> Audit {
    Audit {
        at,
        actor: actor.user,
        device: tx.device(),
        action: action.to_owned(),
        record: None,
        detail: detail.to_string(),
    }
}

async fn plan(task: &Task, bytes: Arc<Vec<u8>>) -> Result<Plan, ClientError> {
    let options = task.input.options.clone();
    let columns = tokio::task::spawn_blocking(move || columns::names_of(&bytes, &options))
        .await
        .map_err(|_| ClientError::Internal("the file could not be read"))??;
    if columns.len() != task.input.mapping.len() {
        return Err(ErrorCode::FileChanged.into());
    }
    let named = Named::load(&task.open).await?;
    let actor = task.open.actor();
    Ok(Plan {
        columns,
        targets: task.input.mapping.clone(),
        mode: task.input.mode,
        short_rows: task.input.options.sheet.is_some(),
        today: task.clock.today(),
        named,
        assigned: Typed::from([
            (Field::Owner, actor.user.to_string()),
            (Field::Branch, actor.branch.to_string()),
        ]),
    })
}

fn read_batches(
    bytes: &[u8],
    options: &FileOptions,
    sender: &mpsc::Sender<Vec<Line>>,
) -> Result<(), ClientError> {
    let mut header = options.header;
    let mut batch = Vec::with_capacity(BATCH);
    // Nobody listens any more when the job has failed or was cancelled.
    let send = |batch| sender.blocking_send(batch).map_err(|_| ErrorCode::Cancelled);
    table::each_row(bytes, options, &mut |line| {
        if std::mem::take(&mut header) {
            return Ok(());
        }
        batch.push(line);
        if batch.len() == BATCH {
            send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)))?;
        }
        Ok(())
    })?;
    Ok(send(batch)?)
}

fn parse(plan: &Plan, lines: Vec<Line>) -> Vec<Reading> {
    lines.into_iter().map(|line| plan.read(line)).collect()
}

/// What a row comes to.
enum Verdict {
    New(FieldChanges),
    Change(Uuid, FieldChanges),
    Same,
    Bad(Vec<Fault>),
}

/// Takes the rows in order: what came before decides what comes twice.
struct Settler<'a> {
    task: &'a Task,
    plan: Arc<Plan>,
    actor: Actor,
    import: ImportId,
    keys: HashSet<DuplicateKey>,
    ids: HashSet<Uuid>,
    counts: ImportCounts,
    errors: Vec<RowError>,
    bad: Vec<BadRow>,
    door: Door<'a>,
}

/// Customers that the rows of a batch may be.
struct Known {
    by_id: HashMap<Uuid, Record>,
    by_key: HashMap<DuplicateKey, BTreeSet<Uuid>>,
}

impl Known {
    fn new(records: Vec<Record>) -> Self {
        let mut by_key: HashMap<DuplicateKey, BTreeSet<Uuid>> = HashMap::new();
        for record in &records {
            for key in duplicate_keys(Customer(record)).into_iter().filter(|key| key.proof) {
                by_key.entry(key).or_default().insert(record.id);
            }
        }
        Self { by_id: records.into_iter().map(|record| (record.id, record)).collect(), by_key }
    }

    fn of(&self, reading: &Reading) -> BTreeSet<Uuid> {
        let named = reading.id.map(|id| id.0).filter(|id| self.by_id.contains_key(id));
        let by_key = reading.keys.iter().filter_map(|key| self.by_key.get(key)).flatten().copied();
        named.into_iter().chain(by_key).collect()
    }
}

impl<'a> Settler<'a> {
    fn new(task: &'a Task, plan: Arc<Plan>) -> Self {
        Self {
            task,
            plan,
            actor: task.open.actor(),
            import: ImportId::new(task.clock.now(), task.random.as_ref()),
            keys: HashSet::new(),
            ids: HashSet::new(),
            counts: ImportCounts::default(),
            errors: Vec::new(),
            bad: Vec::new(),
            door: Door::new(task.open.store.as_ref(), task.input.dry_run),
        }
    }

    async fn settle(&mut self, readings: Vec<Reading>) -> Result<(), ClientError> {
        let keys: Vec<DuplicateKey> =
            readings.iter().flat_map(|reading| reading.keys.iter().cloned()).collect();
        let ids: Vec<CustomerId> = readings.iter().filter_map(|reading| reading.id).collect();
        let known = Known::new(self.door.holders(&keys, &ids).await?);
        let mut new = Vec::new();
        let mut changes = Vec::new();
        for mut reading in readings {
            self.counts.rows += 1;
            match self.judge(&mut reading, &known) {
                Verdict::New(fields) => {
                    self.counts.new += 1;
                    new.push(self.record(fields));
                }
                Verdict::Change(id, fields) => {
                    self.counts.updated += 1;
                    changes.push((id, fields));
                }
                Verdict::Same => self.counts.duplicates += 1,
                Verdict::Bad(faults) => self.refuse(reading, faults),
            }
        }
        let rows = new.len() + changes.len();
        let changes: Vec<NewChange> =
            changes.into_iter().map(|(id, fields)| self.change(id, fields)).collect();
        if let Some(tx) = self.door.part().await? {
            tx.add_customers(&new, self.actor.user, Some(self.import)).await?;
            for change in changes {
                tx.change(change).await?;
            }
        }
        self.door.keep(rows, false).await
    }

    fn judge(&mut self, reading: &mut Reading, known: &Known) -> Verdict {
        let matched = known.of(reading);
        let twice = reading.keys.iter().any(|key| self.keys.contains(key))
            || matched.iter().any(|id| self.ids.contains(id));
        if twice {
            return Verdict::Bad(vec![Fault::of_row(ErrorCode::RowTwice)]);
        }
        if matched.len() > 1 {
            return Verdict::Bad(vec![Fault::of_row(ErrorCode::RowAmbiguous)]);
        }
        let before = matched.first().and_then(|id| known.by_id.get(id));
        let verdict = match before {
            Some(before) => self.existing(reading, before),
            None => reading.new_or_faults().map_or_else(Verdict::Bad, Verdict::New),
        };
        if !matches!(verdict, Verdict::Bad(_)) {
            self.keys.extend(reading.keys.drain(..));
            self.ids.extend(matched);
        }
        verdict
    }

    fn existing(&self, reading: &Reading, before: &Record) -> Verdict {
        let customer = Customer(before);
        let wanted = match self.plan.mode {
            ImportMode::AddOnly => Permission::CustomersRead,
            ImportMode::Update => Permission::CustomersEdit,
        };
        match self.actor.may_on(wanted, customer.owner(), customer.branch()) {
            Ok(()) => {}
            Err(Denial::NotVisible) => return Verdict::Bad(vec![Fault::of_row(ErrorCode::RowForeign)]),
            Err(Denial::NotAllowed) => return Verdict::Bad(vec![Fault::of_row(ErrorCode::NotAllowed)]),
        }
        if self.plan.mode == ImportMode::AddOnly {
            return Verdict::Same;
        }
        match self.plan.changes(reading, before) {
            Ok(fields) if fields.is_empty() => Verdict::Same,
            Ok(fields) => Verdict::Change(before.id, fields),
            Err(faults) => Verdict::Bad(faults),
        }
    }

    fn record(&self, fields: FieldChanges) -> (Record, FieldChanges) {
        let now = self.task.clock.now();
        let mut record = new_record(CustomerId::new(now, self.task.random.as_ref()), now);
        for (field, change) in &fields {
            record.set(field, change.new.clone());
        }
        (record, fields)
    }

    fn change(&self, record_id: Uuid, fields: FieldChanges) -> NewChange {
        NewChange {
            entity: Feature::Customers,
            record_id,
            fields,
            actor: self.actor.user,
            channel: Channel::Import,
            reason: None,
            group: Some(self.import.0),
        }
    }

    fn refuse(&mut self, reading: Reading, faults: Vec<Fault>) {
        self.counts.errors += 1;
        for fault in &faults {
            if self.errors.len() < SHOWN_ERRORS {
                let params: BTreeMap<String, String> = fault.params.clone();
                let column = fault.column.clone();
                self.errors.push(RowError { row: reading.line.row, column, code: fault.code, params });
            }
        }
        self.bad.push(BadRow { line: reading.line, faults });
    }
}
