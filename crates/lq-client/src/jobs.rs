//! Work that runs beside the screen: progress, cancelling, and results that stay findable until the store is locked.

use crate::Client;
use crate::contract::files::{JobKind, JobRef, JobResult, JobState, JobStep, JobView};
use crate::error::ClientError;
use crate::events::{Event, Events};
use lq_domain::clock::{Clock, Random, Timestamp};
use lq_domain::ids::JobId;
use lq_protocol::error::ErrorCode;
use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::AbortHandle;

/// Least time between two reports of one job's progress.
const REPORT_MILLIS: i64 = 250;
/// Below this share of the work no remaining time is told: it would be a guess.
const REMAINING_FROM: f64 = 0.02;

/// All jobs since the store was opened.
#[derive(Clone)]
pub(crate) struct Jobs {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    events: Events,
    list: Arc<Mutex<BTreeMap<JobId, Entry>>>,
}

struct Entry {
    view: JobView,
    cancelled: Arc<AtomicBool>,
    reported: Timestamp,
    task: Option<AbortHandle>,
    attached: Option<Arc<dyn Any + Send + Sync>>,
}

impl Jobs {
    pub(crate) fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>, events: Events) -> Self {
        Self { clock, random, events, list: Arc::default() }
    }

    /// Starts `work` and returns at once. What it returns becomes the job's result; an error after a cancel makes the
    /// job `cancelled`, any other `failed`.
    pub(crate) fn start<F, W>(&self, kind: JobKind, title: &str, step: JobStep, work: W) -> JobView
    where
        F: Future<Output = Result<JobResult, ClientError>> + Send + 'static,
        W: FnOnce(JobHandle) -> F,
    {
        let now = self.clock.now();
        let id = JobId::new(now, self.random.as_ref());
        let view = JobView {
            id,
            kind,
            title: title.to_owned(),
            state: JobState::Running,
            step,
            done: 0,
            total: 0,
            started_at: now,
            ended_at: None,
            remaining_ms: None,
            result: None,
            error: None,
        };
        let cancelled = Arc::new(AtomicBool::new(false));
        let handle = JobHandle { id, jobs: self.clone(), cancelled: cancelled.clone() };
        let entry = Entry { view: view.clone(), cancelled, reported: now, task: None, attached: None };
        self.list().insert(id, entry);
        self.events.tell(Event::Job { job: view.clone() });
        let jobs = self.clone();
        let running = work(handle);
        let task = tokio::spawn(async move {
            let outcome = running.await;
            jobs.end(id, outcome);
        });
        if let Some(entry) = self.list().get_mut(&id) {
            entry.task = Some(task.abort_handle());
        }
        view
    }

    /// The jobs, newest first.
    pub(crate) fn all(&self) -> Vec<JobView> {
        self.list().values().rev().map(|entry| entry.view.clone()).collect()
    }

    /// Whether a job of this kind runs.
    pub(crate) fn running(&self, kind: JobKind) -> bool {
        self.list().values().any(|entry| entry.view.kind == kind && entry.view.state == JobState::Running)
    }

    /// Whether any job runs.
    pub(crate) fn any_running(&self) -> bool {
        self.list().values().any(|entry| entry.view.state == JobState::Running)
    }

    /// What the job left for later commands, for example its rows with errors.
    pub(crate) fn attached<T: Any + Send + Sync>(&self, id: JobId) -> Option<Arc<T>> {
        self.list().get(&id)?.attached.clone()?.downcast().ok()
    }

    /// Asks a job to stop.
    pub(crate) fn cancel(&self, id: JobId) -> Option<JobView> {
        let list = self.list();
        let entry = list.get(&id)?;
        entry.cancelled.store(true, Ordering::Relaxed);
        Some(entry.view.clone())
    }

    /// Stops all jobs but one and forgets them: the store is being locked.
    pub(crate) fn clear_but(&self, kept: Option<JobId>) {
        let mut list = self.list();
        let kept = kept.and_then(|id| list.remove_entry(&id));
        let ended = std::mem::replace(&mut *list, kept.into_iter().collect());
        drop(list);
        for (_, entry) in ended {
            entry.cancelled.store(true, Ordering::Relaxed);
            if let Some(task) = entry.task {
                task.abort();
            }
        }
    }

    fn list(&self) -> MutexGuard<'_, BTreeMap<JobId, Entry>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report(&self, id: JobId, at_once: bool, set: impl FnOnce(&mut JobView)) {
        let now = self.clock.now();
        let mut list = self.list();
        let Some(entry) = list.get_mut(&id) else { return };
        set(&mut entry.view);
        entry.view.remaining_ms = remaining(&entry.view, now);
        if at_once || now.0 - entry.reported.0 >= REPORT_MILLIS {
            entry.reported = now;
            self.events.tell(Event::Job { job: entry.view.clone() });
        }
    }

    fn end(&self, id: JobId, outcome: Result<JobResult, ClientError>) {
        let now = self.clock.now();
        let cancelled = self.list().get(&id).is_some_and(|entry| entry.cancelled.load(Ordering::Relaxed));
        self.report(id, true, |view| {
            view.ended_at = Some(now);
            match outcome {
                Ok(result) => {
                    view.state = JobState::Done;
                    view.result = Some(result);
                }
                Err(_) if cancelled => view.state = JobState::Cancelled,
                Err(error) => {
                    view.state = JobState::Failed;
                    view.error = Some(error.tell("job", || id.to_string()));
                }
            }
        });
    }
}

fn remaining(view: &JobView, now: Timestamp) -> Option<u32> {
    if view.state != JobState::Running || view.total == 0 || view.ended_at.is_some() {
        return None;
    }
    let share = f64::from(view.done) / f64::from(view.total);
    let spent = u32::try_from((now.0 - view.started_at.0).max(0)).ok()?;
    if share < REMAINING_FROM {
        return None;
    }
    let rest = f64::from(spent) * (1.0 - share.min(1.0)) / share;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time that is too long is cut off"
    )]
    Some(rest as u32)
}

/// A running job's side of the registry. Cheap to clone; usable from blocking threads.
#[derive(Clone)]
pub(crate) struct JobHandle {
    id: JobId,
    jobs: Jobs,
    cancelled: Arc<AtomicBool>,
}

impl JobHandle {
    /// Tells how much is done of how much, and whether to go on.
    pub(crate) fn goes_on(&self, done: u64, total: u64) -> bool {
        let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        self.done_of(number(done), number(total));
        self.check().is_ok()
    }

    /// The job.
    pub(crate) const fn id(&self) -> JobId {
        self.id
    }

    /// Enters a step: `total` items to do, 0 while unknown.
    pub(crate) fn step(&self, step: JobStep, total: u32) {
        self.jobs.report(self.id, true, |view| {
            view.step = step;
            view.total = total;
            view.done = 0;
        });
    }

    /// Tells how many items of the step are done; reported to the screen a few times a second at most.
    pub(crate) fn done(&self, done: u32) {
        self.jobs.report(self.id, false, |view| view.done = done);
    }

    /// Tells how much of how much is done.
    pub(crate) fn done_of(&self, done: u32, total: u32) {
        self.jobs.report(self.id, false, |view| (view.done, view.total) = (done, total));
    }

    /// Fails as soon as the user, or the lock, has asked the job to stop. Ask before each batch.
    pub(crate) fn check(&self) -> Result<(), ClientError> {
        if self.cancelled.load(Ordering::Relaxed) { Err(ErrorCode::Cancelled.into()) } else { Ok(()) }
    }

    /// Leaves something for later commands; it is dropped with the job.
    pub(crate) fn attach<T: Any + Send + Sync>(&self, value: T) {
        if let Some(entry) = self.jobs.list().get_mut(&self.id) {
            entry.attached = Some(Arc::new(value));
        }
    }
}

impl Client {
    /// The jobs since the store was opened, newest first.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`].
    #[expect(clippy::unused_async, reason = "commands are alike")]
    pub async fn jobs_list(&self, (): ()) -> Result<Vec<JobView>, ClientError> {
        self.open()?;
        Ok(self.jobs().all())
    }

    /// Asks a job to stop; it ends as `cancelled` and leaves nothing.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`], [`ErrorCode::NotFound`].
    #[expect(clippy::unused_async, reason = "commands are alike")]
    pub async fn jobs_cancel(&self, job: JobRef) -> Result<JobView, ClientError> {
        self.open()?;
        Ok(self.jobs().cancel(job.id).ok_or(ErrorCode::NotFound)?)
    }
}
