//! One seed: machines, what happens to them, and the trace of it.

use crate::Failure;
use crate::check::Found;
use crate::deliver::Delivered;
use crate::machine::{Machine, Standing};
use crate::world::World;
use lq_domain::feature::Feature;
use lq_domain::ids::ChangeId;
use lq_domain::record::{FieldChanges, Record};
use lq_sync::SyncError;
use lq_testkit::random::Seeded;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Passes over all machines until nothing may move any more.
const PASSES: u32 = 12;

/// A write that a store called saved.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) id: ChangeId,
    pub(crate) entity: Feature,
    pub(crate) record: Uuid,
    pub(crate) fields: FieldChanges,
}

/// What happened, line by line, as a hash; and as text when somebody wants to read it.
#[derive(Debug)]
pub(crate) struct Trace {
    hash: u64,
    lines: Option<Vec<String>>,
}

impl Trace {
    pub(crate) const fn new(kept: bool) -> Self {
        Self { hash: 0xCBF2_9CE4_8422_2325, lines: if kept { Some(Vec::new()) } else { None } }
    }

    pub(crate) fn line(&mut self, line: String) {
        for byte in line.bytes().chain([b'\n']) {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
        if let Some(lines) = &mut self.lines {
            lines.push(line);
        }
    }
}

/// How a seed ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) found: Found,
    pub(crate) trace: u64,
    pub(crate) lines: Vec<String>,
}

/// A seed in progress.
pub(crate) struct Seed<'w> {
    pub(crate) world: &'w mut World,
    pub(crate) dice: Seeded,
    pub(crate) machines: Vec<Machine>,
    pub(crate) writes: Vec<Write>,
    pub(crate) records: Vec<(Feature, Uuid)>,
    pub(crate) delivered: Delivered,
    /// Changes that their author has dealt with.
    pub(crate) closed: BTreeSet<ChangeId>,
    pub(crate) dumped: bool,
    pub(crate) trace: Trace,
}

/// Runs one seed from its first day to the last check.
pub(crate) async fn run(world: &mut World, number: u64, traced: bool) -> Result<Outcome, Failure> {
    world.restart(number).await?;
    let mut seed = Seed {
        world,
        dice: Seeded::of_item(0x51AD, number),
        machines: Vec::new(),
        writes: Vec::new(),
        records: Vec::new(),
        delivered: Delivered::default(),
        closed: BTreeSet::new(),
        dumped: false,
        trace: Trace::new(traced),
    };
    let found = seed.live().await;
    for machine in &mut seed.machines {
        if machine.standing != Standing::Gone {
            machine.end().await?;
        }
    }
    let found = found?;
    for entry in std::fs::read_dir(seed.world.folder.path())? {
        let path = entry?.path();
        if path.is_dir() {
            std::fs::remove_dir_all(path)?;
        }
    }
    let Trace { hash, lines } = seed.trace;
    Ok(Outcome { found, trace: hash, lines: lines.unwrap_or_default() })
}

impl Seed<'_> {
    async fn live(&mut self) -> Result<Found, Failure> {
        self.install_all().await?;
        let steps = self.dice.between(30, 100);
        for step in 0..steps {
            let pause = if self.dice.chance(4) { 3_600_000 } else { 20_000 };
            self.world.clock.advance(self.dice.between(50, pause));
            self.step(step).await?;
        }
        let mut found = self.rest().await?;
        self.check(&mut found).await?;
        self.trace.line(format!("found {found:?}"));
        Ok(found)
    }

    async fn install_all(&mut self) -> Result<(), Failure> {
        let both = self.dice.chance(70);
        let choice: Vec<usize> =
            (0..self.world.people.len()).filter(|person| both || self.world.people[*person].east).collect();
        for _ in 0..self.dice.between(2, 5) {
            let person = self.dice.pick(&choice);
            self.install(person).await?;
        }
        Ok(())
    }

    async fn install(&mut self, person: usize) -> Result<(), Failure> {
        let name = format!("m{}", self.machines.len());
        let seed = self.dice.next();
        self.trace.line(format!("{name} is {}'s", self.world.people[person].login));
        let machine = Machine::install(self.world, name, person, seed).await?;
        self.machines.push(machine);
        Ok(())
    }

    /// One round of one machine, and what it came to.
    pub(crate) async fn round(&mut self, at: usize) -> Result<Result<u32, SyncError>, Failure> {
        let machine = &self.machines[at];
        let result = machine.engine.round().await;
        self.heard(at);
        self.note_left(at).await?;
        Ok(match result {
            Ok(totals) => {
                self.trace.line(format!("m{at} pushed {} pulled {}", totals.pushed, totals.pulled));
                Ok(totals.pushed + totals.pulled)
            }
            Err(SyncError::Store(error)) => return Err(error.into()),
            Err(error) => {
                self.trace.line(format!("m{at} failed: {}", error.code().as_str()));
                Err(error)
            }
        })
    }

    /// Notes the records that are not on a machine after a round.
    pub(crate) async fn note_left(&mut self, at: usize) -> Result<(), Failure> {
        for (entity, id) in &self.records {
            let machine = &mut self.machines[at];
            if !machine.left.contains(id) && machine.store.record(*entity, *id).await?.is_none() {
                machine.left.insert(*id);
            }
        }
        Ok(())
    }

    /// Takes what the wire has to tell into the trace.
    pub(crate) fn heard(&mut self, at: usize) {
        for line in self.machines[at].net.take_log() {
            self.trace.line(format!("m{at} {line}"));
        }
    }

    /// The network is good, and everybody exchanges until nothing moves.
    async fn rest(&mut self) -> Result<Found, Failure> {
        self.trace.line("rest".to_owned());
        let mut found = Found::default();
        for at in 0..self.machines.len() {
            let net = self.machines[at].net.clone();
            net.settle_debts().await;
            net.deliver_late().await;
            net.calm(true);
            net.cut(false);
            self.heard(at);
            self.machines[at].clock.set(0);
        }
        self.deliver_again(&mut found).await?;
        for _ in 0..PASSES {
            let mut moved = 0;
            let mut failed = Vec::new();
            for at in 0..self.machines.len() {
                match self.machines[at].standing {
                    Standing::Gone => {}
                    Standing::Revoked => self.take_leave(at, &mut found).await?,
                    Standing::Works => match self.round(at).await? {
                        Ok(count) => moved += count,
                        Err(error) => failed.push(format!("m{at} {}", error.code().as_str())),
                    },
                }
                self.machines[at].net.settle_debts().await;
            }
            if moved == 0 && failed.is_empty() {
                return Ok(found);
            }
            self.world.clock.advance(1_000);
            found.unsettled = failed;
        }
        let reason = format!("not at rest after {PASSES} passes: {:?}", found.unsettled);
        found.differing(reason);
        Ok(found)
    }

    /// A locked machine is told so at its next request, and wipes itself.
    pub(crate) async fn take_leave(&mut self, at: usize, found: &mut Found) -> Result<(), Failure> {
        let told = match self.round(at).await? {
            Err(error) => error.code().as_str(),
            Ok(_) => "nothing",
        };
        if told != "device_revoked" {
            found.differing(format!("m{at} is locked and was told {told}"));
        }
        self.machines[at].end().await
    }

    /// Machines that work.
    pub(crate) fn working(&self) -> Vec<usize> {
        (0..self.machines.len()).filter(|at| self.machines[*at].standing == Standing::Works).collect()
    }

    /// A record of a feature that a machine shows, if the dice find one.
    pub(crate) async fn shown(&mut self, at: usize, entity: Feature) -> Result<Option<Record>, Failure> {
        let known: Vec<Uuid> =
            self.records.iter().filter(|(feature, _)| *feature == entity).map(|(_, id)| *id).collect();
        if known.is_empty() {
            return Ok(None);
        }
        for _ in 0..4 {
            let id = self.dice.pick(&known);
            let record = self.machines[at].store.record(entity, id).await?;
            if let Some(record) = record.filter(|record| !record.deleted()) {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// Whether a machine's files hold a write.
    pub(crate) async fn holds(&self, at: usize, write: usize) -> Result<bool, Failure> {
        let write = &self.writes[write];
        let past = self.machines[at].store.history(write.record, 1_000).await?;
        Ok(past.iter().any(|past| past.change.id == write.id))
    }
}
