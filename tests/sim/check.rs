//! What has to hold when everybody is at rest.

use crate::Failure;
use crate::machine::Standing;
use crate::seed::{Seed, Write};
use crate::world::Settled;
use lq_domain::access::Actor;
use lq_domain::cases::{CUSTOMER, NAME};
use lq_domain::customers::Field;
use lq_domain::feature::Feature;
use lq_domain::feeds::{feeds_of, subscriptions};
use lq_domain::ids::{ChangeId, UserId};
use lq_domain::record::{DELETED, Record, words};
use lq_protocol::change::ChangeResult;
use lq_protocol::error::ErrorCode;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What was found, and where.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    pub(crate) lost: u64,
    pub(crate) doubled: u64,
    pub(crate) differing: u64,
    pub(crate) notes: Vec<String>,
    /// Machines whose last round failed.
    pub(crate) unsettled: Vec<String>,
}

impl Found {
    pub(crate) const fn any(&self) -> bool {
        self.lost + self.doubled + self.differing > 0
    }

    pub(crate) fn lost(&mut self, note: String) {
        self.lost += 1;
        self.notes.push(format!("lost: {note}"));
    }

    pub(crate) fn doubled(&mut self, note: String) {
        self.doubled += 1;
        self.notes.push(format!("doubled: {note}"));
    }

    pub(crate) fn differing(&mut self, note: String) {
        self.differing += 1;
        self.notes.push(format!("differing: {note}"));
    }
}

/// The server at rest.
pub(crate) struct Truth {
    pub(crate) records: BTreeMap<Uuid, Record>,
    ledger: Vec<Settled>,
    actors: BTreeMap<UserId, Actor>,
}

impl Seed<'_> {
    /// Compares every write with the server, and every machine with what its user may see.
    pub(crate) async fn check(&mut self, found: &mut Found) -> Result<(), Failure> {
        let truth = Truth {
            records: self.world.records().await?,
            ledger: self.world.ledger().await?,
            actors: self.world.actors().await?,
        };
        let open = self.open_changes(found).await?;
        let accounts = self.check_journal(found).await?;
        self.check_writes(&truth, &open, found);
        self.check_ledger(&truth, found).await?;
        for at in self.working() {
            self.check_machine(at, &truth, &open[at], found).await?;
            let person = self.world.people[self.machines[at].person].id;
            let actor = truth.actors.get(&person).ok_or("a user is gone")?;
            self.check_accounts(at, &accounts, (actor, &truth), found).await?;
        }
        Ok(())
    }

    /// The changes that wait for their author, by machine.
    async fn open_changes(&self, found: &mut Found) -> Result<Vec<BTreeSet<ChangeId>>, Failure> {
        let mut open = Vec::new();
        for (at, machine) in self.machines.iter().enumerate() {
            let mut here = BTreeSet::new();
            if machine.standing == Standing::Works {
                for queued in
                    machine.store.conflicts().await?.into_iter().chain(machine.store.refused().await?)
                {
                    here.insert(queued.change.id);
                }
                let pending = machine.store.counts().await?.pending;
                if pending > 0 {
                    found.lost(format!("m{at} has {pending} changes that are never sent"));
                }
            }
            open.push(here);
        }
        Ok(open)
    }

    fn check_writes(&self, truth: &Truth, open: &[BTreeSet<ChangeId>], found: &mut Found) {
        let by_id: BTreeMap<Uuid, &Settled> =
            truth.ledger.iter().map(|settled| (settled.id, settled)).collect();
        for (at, write) in self.writes.iter().enumerate() {
            let holders: Vec<usize> =
                self.working().into_iter().filter(|one| self.machines[*one].memory.contains(&at)).collect();
            let Some(settled) = by_id.get(&write.id.0) else {
                // A restored server may have forgotten what it did not take; the author is still told.
                if holders.iter().any(|holder| !open[*holder].contains(&write.id))
                    && !self.closed.contains(&write.id)
                {
                    found.lost(format!(
                        "{} of {} on {holders:?} is unknown to the server",
                        write.id, write.record
                    ));
                }
                continue;
            };
            match &settled.result {
                ChangeResult::Applied | ChangeResult::Merged { .. } => {
                    check_effect(write, settled, truth, &BTreeSet::new(), found);
                }
                ChangeResult::Conflict { conflicts } => {
                    let asked = conflicts.iter().map(|conflict| conflict.field.as_str()).collect();
                    check_effect(write, settled, truth, &asked, found);
                    self.check_shown(write, &holders, open, found);
                }
                ChangeResult::Refused { code, .. } => {
                    // Whatever the server has forgotten of a case's customer, the case is kept. Of one who was given away meanwhile its
                    // author may know nothing any more.
                    if *code == ErrorCode::NotFound && self.stayed(opening_of(write)) {
                        found.lost(format!("the case {} was refused, as of nobody", write.record));
                    }
                    self.check_shown(write, &holders, open, found);
                }
            }
        }
    }

    /// Whether there is a customer, and nobody wanted to give them to another branch.
    fn stayed(&self, customer: Option<Uuid>) -> bool {
        let gives = |write: &&Write| {
            let branch = write.fields.get(Field::Branch.as_str());
            Some(write.record) == customer && branch.is_some_and(|branch| branch.base.is_some())
        };
        customer.is_some() && !self.writes.iter().any(|write| gives(&write))
    }

    /// What was not taken is shown to its author, unless he has dealt with it.
    fn check_shown(&self, write: &Write, holders: &[usize], open: &[BTreeSet<ChangeId>], found: &mut Found) {
        if self.closed.contains(&write.id) {
            return;
        }
        for holder in holders {
            if !open[*holder].contains(&write.id) {
                found.lost(format!("{} was not taken, and m{holder} does not say so", write.id));
            }
        }
    }

    /// Nothing is settled twice, and nothing that nobody wrote.
    async fn check_ledger(&mut self, truth: &Truth, found: &mut Found) -> Result<(), Failure> {
        let written: BTreeSet<Uuid> = self.writes.iter().map(|write| write.id.0).collect();
        let mut seen = BTreeSet::new();
        for settled in &truth.ledger {
            if !seen.insert(settled.id) {
                found.doubled(format!("{} was settled twice", settled.id));
            }
            if !written.contains(&settled.id) {
                found.doubled(format!("{} was written by nobody", settled.id));
            }
        }
        for id in self.world.audited_twice().await? {
            found.doubled(format!("{id} had its effect twice"));
        }
        Ok(())
    }

    async fn check_machine(
        &self,
        at: usize,
        truth: &Truth,
        open: &BTreeSet<ChangeId>,
        found: &mut Found,
    ) -> Result<(), Failure> {
        let machine = &self.machines[at];
        let person = self.world.people[machine.person].id;
        let actor = truth.actors.get(&person).ok_or("a user is gone")?;
        let followed: BTreeSet<_> = subscriptions(actor).into_iter().collect();
        for (entity, id) in &self.records {
            let expected = truth
                .records
                .get(id)
                .filter(|record| feeds_of(record).iter().any(|feed| followed.contains(feed)));
            let here = machine.store.record(*entity, *id).await?;
            match (expected, here) {
                (Some(expected), Some(here)) => {
                    if expected.fields != here.fields || expected.revision != here.revision {
                        let (theirs, mine) = (expected.revision, here.revision);
                        found.differing(format!("{id} is r{theirs} at the server and r{mine} on m{at}"));
                    }
                }
                (Some(_), None) => found.differing(format!("m{at} lacks {id}")),
                (None, here) => self.check_absent(at, (*id, here), open, found).await?,
            }
        }
        Ok(())
    }

    /// A machine holds nothing of a record that its user may not see, but for what he wrote himself and has to deal with.
    async fn check_absent(
        &self,
        at: usize,
        (id, here): (Uuid, Option<Record>),
        open: &BTreeSet<ChangeId>,
        found: &mut Found,
    ) -> Result<(), Failure> {
        let past = self.machines[at].store.history(id, 1_000).await?;
        let own = past.iter().any(|past| open.contains(&past.change.id));
        if let Some(here) = here
            && !(own && here.revision == 0)
        {
            found.differing(format!("m{at} holds {id} r{}, which its user may not see", here.revision));
            return Ok(());
        }
        let left = past.iter().filter(|past| !open.contains(&past.change.id) && !past.pending).count();
        if left > 0 && !own {
            found.differing(format!("m{at} holds {left} changes of {id}, which its user may not see"));
        }
        Ok(())
    }
}

/// The customer of whom a write opens a case.
fn opening_of(write: &Write) -> Option<Uuid> {
    let customer = write.fields.get(CUSTOMER).filter(|_| write.entity == Feature::Cases)?;
    customer.new.as_deref().and_then(|id| Uuid::parse_str(id).ok())
}

/// What a taken change wanted stands, or something later stands in its place.
fn check_effect(write: &Write, settled: &Settled, truth: &Truth, asked: &BTreeSet<&str>, found: &mut Found) {
    // Of a record that is deleted, no field is taken: there is one question for all.
    if asked.contains(DELETED) && !write.fields.contains_key(DELETED) {
        return;
    }
    let record = truth.records.get(&write.record);
    for (field, change) in &write.fields {
        // What a case is called by says its customer.
        let of_customer = write.entity == Feature::Cases && field == NAME;
        if asked.contains(field.as_str()) || field == Field::Branch.as_str() || of_customer {
            continue;
        }
        let value = record.and_then(|record| record.get(field));
        let stands = if write.entity == Feature::Customers && field == Field::Tags.as_str() {
            tags_stand(change.base.as_deref(), change.new.as_deref(), value)
        } else {
            value == change.new.as_deref()
        };
        if !stands && !superseded(write, settled, truth, field) {
            found.lost(format!("{field} of {} by {} stands nowhere", write.record, write.id));
        }
    }
}

fn tags_stand(base: Option<&str>, new: Option<&str>, value: Option<&str>) -> bool {
    let (base, new, value) = (words(base), words(new), words(value));
    new.difference(&base).all(|tag| value.contains(tag))
        && base.difference(&new).all(|tag| !value.contains(tag))
}

/// Whether another change of the field was taken: settled later, or made later where a rule merged the two. A tag that is deleted
/// leaves the customers that had it.
fn superseded(write: &Write, settled: &Settled, truth: &Truth, field: &str) -> bool {
    let merged = match &settled.result {
        ChangeResult::Merged { fields } => fields.iter().any(|merged| merged == field),
        // It tells only of the fields that wait for their author.
        ChangeResult::Conflict { .. } => true,
        _ => false,
    };
    let taken = |other: &&Settled| !matches!(other.result, ChangeResult::Refused { .. });
    truth.ledger.iter().filter(taken).any(|other| {
        let same = other.id != settled.id && other.record == write.record && other.fields.contains_key(field);
        let later = other.at >= settled.at || (merged && other.made_at >= settled.made_at);
        let tag_gone = field == Field::Tags.as_str()
            && other.entity == Feature::Tags.as_str()
            && other.fields.contains_key(DELETED);
        (same && later) || tag_gone
    })
}
