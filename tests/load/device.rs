//! A device that pushes: new customers and edits of its own, as they come from a form.

use crate::ears::Track;
use lq_domain::clock::{Clock as _, Stamp};
use lq_domain::customers::{Field, Typed, read};
use lq_domain::feature::Feature;
use lq_domain::ids::{ChangeId, DeviceId};
use lq_domain::record::{FieldChanges, Record};
use lq_protocol::SCHEMA;
use lq_protocol::change::{Change, ChangeResult, Channel};
use lq_protocol::sync::PushRequest;
use lq_sync::Transport;
use lq_testkit::clock::SystemClock;
use lq_testkit::fleet::Member;
use lq_testkit::sample::Sample;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use uuid::Uuid;

/// One of so many changes makes a customer; the others edit one.
const NEW_OF: u64 = 5;
/// Of the customers.
const SEED: u64 = 20_261_125;
/// More than a device makes.
const CUSTOMERS_MAX: u64 = 1 << 14;
/// Wait before a push that failed is made again.
const PAUSE: Duration = Duration::from_millis(500);

/// What became of the pushes of all devices.
#[derive(Debug, Default)]
pub(crate) struct Pushes(Mutex<Seen>);

#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// From the moment at which each push was due to its answer.
    pub(crate) latencies: Vec<Duration>,
    /// What went wrong, by its word.
    pub(crate) errors: BTreeMap<String, u64>,
}

impl Pushes {
    /// What was seen so far.
    pub(crate) fn take(&self) -> Seen {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, due: Instant) {
        let took = due.elapsed();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).latencies.push(took);
    }

    fn fail(&self, word: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).errors.entry(word).or_default() += 1;
    }
}

/// A device that pushes whenever it is due.
pub(crate) struct Device {
    member: Member,
    /// Tells devices apart.
    number: u64,
    sequence: u64,
    records: Vec<Record>,
    sample: Sample,
}

impl Device {
    /// A device that has not pushed yet.
    pub(crate) fn new(member: Member, number: u64) -> Self {
        // One sample for all: of one, no two customers have the same document.
        let sample = Sample::new(SEED, SystemClock.today());
        Self { member, number, sequence: 0, records: Vec::new(), sample }
    }

    /// Pushes one change for each moment that it is told, one after the other.
    pub(crate) async fn work(
        mut self,
        mut due: mpsc::UnboundedReceiver<Instant>,
        transport: Arc<dyn Transport>,
        pushes: Arc<Pushes>,
        track: Arc<Track>,
    ) {
        while let Some(due) = due.recv().await {
            self.sequence += 1;
            let Some((place, change)) = self.next() else {
                pushes.fail("the sample does not parse".to_owned());
                continue;
            };
            let record = self.push(change, transport.as_ref(), &pushes).await;
            pushes.note(due);
            track.answered(Instant::now());
            match place {
                Some(place) => self.records[place] = record,
                None => self.records.push(record),
            }
        }
    }

    /// Sends a change until it is taken; the record as it is then.
    async fn push(&self, change: Change, transport: &dyn Transport, pushes: &Pushes) -> Record {
        let (device, token) = &self.member.devices[0];
        let request = PushRequest {
            device: *device,
            incarnation: Uuid::from_u128(u128::from(self.number) + 1),
            epoch: None,
            changes: vec![change],
        };
        loop {
            match transport.push(token, &request).await {
                Ok(reply) => match reply.outcomes.into_iter().next() {
                    Some(outcome) if outcome.result == ChangeResult::Applied => {
                        if let Some(record) = outcome.record {
                            return record;
                        }
                        pushes.fail("no record".to_owned());
                    }
                    other => pushes.fail(format!("{:?}", other.map(|outcome| outcome.result))),
                },
                Err(error) => pushes.fail(error.code().as_str().to_owned()),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The next change, and the place of the customer that it edits.
    fn next(&self) -> Option<(Option<usize>, Change)> {
        let now = SystemClock.now();
        if self.records.is_empty() || self.sequence.is_multiple_of(NEW_OF) {
            let id = Uuid::from_u128(u128::from(self.number + 1) << 64 | u128::from(self.sequence));
            let record = Record::new(Feature::Customers, id, now);
            let typed = self.sample.customer(self.number * CUSTOMERS_MAX + self.sequence).values;
            return Some((None, self.change(&record, &typed)?));
        }
        let place = usize::try_from(self.sequence).ok()? % self.records.len();
        let typed = Typed::from([(Field::Notes, format!("第{}次回访", self.sequence))]);
        Some((Some(place), self.change(&self.records[place], &typed)?))
    }

    fn change(&self, before: &Record, typed: &Typed) -> Option<Change> {
        let fields: FieldChanges = read(before, typed, SystemClock.today()).ok()?.changes;
        let device: DeviceId = self.member.devices[0].0;
        Some(Change {
            id: ChangeId(Uuid::from_u128(u128::from(self.number + 1) << 96 | u128::from(self.sequence))),
            sequence: self.sequence,
            entity: Feature::Customers,
            record_id: before.id,
            base_revision: before.revision,
            seen: None,
            fields,
            made_at: Stamp { wall: SystemClock.now(), counter: 0, device },
            actor: self.member.user,
            schema: SCHEMA,
            reason: None,
            channel: Channel::Form,
        })
    }
}
