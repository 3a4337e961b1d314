//! What happens: everything that users, machines and administrators do in a seed.

use crate::Failure;
use crate::machine::Standing;
use crate::plant::Plant;
use crate::seed::{Seed, Write};
use lq_domain::access::{Permission, Role};
use lq_domain::customers::{Customer, Field};
use lq_domain::feature::Feature;
use lq_domain::record::{DELETED, FieldChange, FieldChanges, FieldValue, Record, join_words, words};
use lq_domain::tags::NAME;
use lq_protocol::change::{ChangeResult, Channel};
use lq_server::admin::UserChange;
use lq_store::NewChange;
use std::collections::BTreeMap;
use uuid::Uuid;

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// Something that can happen, and how often it does.
const STEPS: &[(Step, u64)] = &[
    (Step::Create, 12),
    (Step::Edit, 26),
    (Step::TagCustomer, 8),
    (Step::MakeTag, 4),
    (Step::DeleteTag, 2),
    (Step::Delete, 5),
    (Step::Undo, 6),
    (Step::Transfer, 6),
    (Step::Settle, 6),
    (Step::Sync, 28),
    (Step::Crash, 4),
    (Step::DieInSync, 3),
    (Step::BackUp, 3),
    (Step::Restore, 2),
    (Step::Clone, 2),
    (Step::Cable, 4),
    (Step::Year, 1),
    (Step::ClockJump, 3),
    (Step::Role, 3),
    (Step::Revoke, 1),
    (Step::LateMail, 4),
    (Step::Dump, 2),
    (Step::ServerRestore, 2),
    (Step::Meet, 5),
];

#[derive(Debug, Clone, Copy)]
enum Step {
    Create,
    Edit,
    TagCustomer,
    MakeTag,
    DeleteTag,
    Delete,
    Undo,
    Transfer,
    Settle,
    Sync,
    Crash,
    DieInSync,
    BackUp,
    Restore,
    Clone,
    Cable,
    Year,
    ClockJump,
    Role,
    Revoke,
    LateMail,
    Dump,
    ServerRestore,
    Meet,
}

/// Fields that people edit here, of every merge rule but union, which tags have.
const EDITED: [Field; 6] =
    [Field::Name, Field::Mobile, Field::RiskGrade, Field::Notes, Field::Occupation, Field::Email];

impl Seed<'_> {
    /// One step of a machine that the dice choose.
    pub(crate) async fn step(&mut self, number: i64) -> Result<(), Failure> {
        let working = self.working();
        if working.is_empty() {
            return Ok(());
        }
        let at = self.dice.pick(&working);
        let all: u64 = STEPS.iter().map(|(_, weight)| weight).sum();
        let mut left = self.dice.below(all);
        let mut step = Step::Sync;
        for (candidate, weight) in STEPS {
            if left < *weight {
                step = *candidate;
                break;
            }
            left -= weight;
        }
        self.trace.line(format!("{number} {step:?} m{at}"));
        self.perform(step, at).await
    }

    async fn perform(&mut self, step: Step, at: usize) -> Result<(), Failure> {
        match step {
            Step::Create => self.create(at).await,
            Step::Edit => self.edit(at).await.map(drop),
            Step::TagCustomer => self.tag_customer(at).await,
            Step::MakeTag => self.make_tag(at).await,
            Step::DeleteTag => self.delete(at, Feature::Tags).await,
            Step::Delete => self.delete(at, Feature::Customers).await,
            Step::Undo => self.undo(at).await,
            Step::Transfer => self.transfer(at).await.map(drop),
            Step::Settle => self.settle(at).await,
            Step::Sync => self.round(at).await.map(drop),
            Step::Crash => self.machines[at].crash(self.world).await,
            Step::DieInSync => self.die_in_sync(at).await,
            Step::BackUp => self.machines[at].back_up(),
            Step::Restore => self.restore(at).await,
            Step::Clone => self.clone_machine(at).await,
            Step::Cable => self.cable(at),
            Step::Year => self.year(at).await,
            Step::ClockJump => self.clock_jump(at),
            Step::Role => self.role(at).await,
            Step::Revoke => self.revoke(at).await,
            Step::LateMail => self.late_mail(at).await,
            Step::Dump => self.dump().await,
            Step::ServerRestore => self.restore_server().await,
            Step::Meet => self.meet(at).await,
        }
    }

    /// Writes a change as the use cases do. What the store called saved is noted.
    async fn write(
        &mut self,
        at: usize,
        (entity, record): (Feature, Uuid),
        fields: FieldChanges,
        channel: Channel,
    ) -> Result<(), Failure> {
        let plant = self.world.plant;
        let machine = &mut self.machines[at];
        machine.about_to_write(plant)?;
        let actor = machine.actor().await?.user;
        let new = NewChange {
            entity,
            record_id: record,
            fields: fields.clone(),
            actor,
            channel,
            reason: None,
            group: None,
        };
        let mut tx = machine.store.write().await?;
        let id = tx.change(new).await?.change;
        tx.commit().await?;
        machine.memory.insert(self.writes.len());
        self.trace.line(format!("m{at} wrote {record} {:?}", fields.keys().collect::<Vec<_>>()));
        self.writes.push(Write { id, entity, record, fields });
        Ok(())
    }

    async fn may(&self, at: usize, permission: Permission, record: Option<&Record>) -> Result<bool, Failure> {
        let actor = self.machines[at].actor().await?;
        Ok(match record.filter(|record| record.entity == Feature::Customers) {
            Some(record) => {
                let customer = Customer(record);
                actor.may_on(permission, customer.owner(), customer.branch()).is_ok()
            }
            None => actor.may(permission).is_ok(),
        })
    }

    fn new_id(&mut self) -> Uuid {
        let bytes = u128::from(self.dice.next()) << 64 | u128::from(self.dice.next());
        uuid::Builder::from_random_bytes(bytes.to_be_bytes()).into_uuid()
    }

    async fn create(&mut self, at: usize) -> Result<(), Failure> {
        if !self.may(at, Permission::CustomersCreate, None).await? {
            return Ok(());
        }
        let actor = self.machines[at].actor().await?;
        let id = self.new_id();
        let number = self.records.len();
        let mut values = vec![
            (Field::Kind, "personal".to_owned()),
            (Field::Name, format!("客户{number}")),
            (Field::Owner, actor.user.to_string()),
            (Field::Branch, actor.branch.to_string()),
        ];
        if self.dice.chance(50) {
            values.push((Field::Notes, format!("初次{}", self.dice.below(100))));
        }
        let fields = values
            .into_iter()
            .map(|(field, value)| (field.as_str().to_owned(), FieldChange { base: None, new: Some(value) }))
            .collect();
        self.records.push((Feature::Customers, id));
        self.write(at, (Feature::Customers, id), fields, Channel::Form).await
    }

    fn value(&mut self, field: Field) -> FieldValue {
        let number = self.dice.below(1_000);
        match field {
            Field::Name => Some(format!("改名{number}")),
            Field::Mobile => Some(format!("139{:08}", number * 977)),
            Field::RiskGrade => Some(format!("C{}", number % 5 + 1)),
            Field::Email => Some(format!("k{number}@example.com")),
            _ if number.is_multiple_of(7) => None,
            _ => Some(format!("字{number}")),
        }
    }

    /// Edits one or two fields of a customer; whether there was one to edit.
    async fn edit(&mut self, at: usize) -> Result<bool, Failure> {
        let Some(record) = self.shown(at, Feature::Customers).await? else { return Ok(false) };
        if !self.may(at, Permission::CustomersEdit, Some(&record)).await? {
            return Ok(false);
        }
        let mut wanted = BTreeMap::new();
        for _ in 0..self.dice.between(1, 2) {
            let field = self.dice.pick(&EDITED);
            let value = self.value(field);
            wanted.insert(field.as_str().to_owned(), value);
        }
        let fields = record.diff(&wanted);
        if fields.is_empty() {
            return Ok(false);
        }
        self.write(at, (Feature::Customers, record.id), fields, Channel::Form).await?;
        Ok(true)
    }

    async fn make_tag(&mut self, at: usize) -> Result<(), Failure> {
        if !self.may(at, Permission::TagsEdit, None).await? {
            return Ok(());
        }
        let id = self.new_id();
        // Few names, so that two machines sometimes make the same.
        let name = format!("标签{}", self.dice.below(6));
        let fields = BTreeMap::from([(NAME.to_owned(), FieldChange { base: None, new: Some(name) })]);
        self.records.push((Feature::Tags, id));
        self.write(at, (Feature::Tags, id), fields, Channel::Form).await
    }

    /// Puts a tag on a customer, or takes it off.
    async fn tag_customer(&mut self, at: usize) -> Result<(), Failure> {
        let Some(tag) = self.shown(at, Feature::Tags).await? else { return Ok(()) };
        let Some(record) = self.shown(at, Feature::Customers).await? else { return Ok(()) };
        if !self.may(at, Permission::CustomersEdit, Some(&record)).await? {
            return Ok(());
        }
        let tag = tag.id.to_string();
        let before = record.get(Field::Tags.as_str());
        let mut tags = words(before);
        if !tags.remove(tag.as_str()) {
            tags.insert(&tag);
        }
        let wanted = BTreeMap::from([(Field::Tags.as_str().to_owned(), join_words(tags))]);
        let fields = record.diff(&wanted);
        self.write(at, (Feature::Customers, record.id), fields, Channel::Form).await
    }

    async fn delete(&mut self, at: usize, entity: Feature) -> Result<(), Failure> {
        let Some(record) = self.shown(at, entity).await? else { return Ok(()) };
        let permission =
            if entity == Feature::Tags { Permission::TagsEdit } else { Permission::CustomersDelete };
        if !self.may(at, permission, Some(&record)).await? {
            return Ok(());
        }
        let gone = FieldChange { base: None, new: Some("1".to_owned()) };
        let fields = BTreeMap::from([(DELETED.to_owned(), gone)]);
        self.write(at, (entity, record.id), fields, Channel::Form).await
    }

    /// Takes back one of the machine's own writes, as far as nothing newer stands on it.
    async fn undo(&mut self, at: usize) -> Result<(), Failure> {
        let own: Vec<usize> = self.machines[at].memory.iter().copied().collect();
        if own.is_empty() {
            return Ok(());
        }
        let write = self.writes[self.dice.pick(&own)].clone();
        let here = self.machines[at].store.record(write.entity, write.record).await?;
        let brings_back = write.fields.get(DELETED).is_some_and(|change| change.new.is_some());
        let fields: FieldChanges = match &here {
            None if brings_back => {
                let back = FieldChange { base: Some("1".to_owned()), new: None };
                BTreeMap::from([(DELETED.to_owned(), back)])
            }
            Some(record) if !record.deleted() || brings_back => {
                let stands = |(field, change): (&String, &FieldChange)| {
                    let same = record.get(field) == change.new.as_deref();
                    // A customer without a name or an owner is none.
                    let may_go = change.base.is_some() || !NEEDED.contains(&field.as_str());
                    (same && may_go).then(|| (field.clone(), change.base.clone()))
                };
                record.diff(&write.fields.iter().filter_map(stands).collect())
            }
            _ => BTreeMap::new(),
        };
        let permission = match write.entity {
            Feature::Tags => Permission::TagsEdit,
            _ if fields.contains_key(DELETED) => Permission::CustomersDelete,
            _ if fields.contains_key(Field::Owner.as_str()) => Permission::CustomersAssign,
            _ => Permission::CustomersEdit,
        };
        if fields.is_empty() || !self.may(at, permission, here.as_ref()).await? {
            return Ok(());
        }
        self.write(at, (write.entity, write.record), fields, Channel::Undo).await
    }

    /// Gives a customer to somebody else, in this branch or the other; whether there was one to give.
    async fn transfer(&mut self, at: usize) -> Result<bool, Failure> {
        let Some(record) = self.shown(at, Feature::Customers).await? else { return Ok(false) };
        if !self.may(at, Permission::CustomersAssign, Some(&record)).await? {
            return Ok(false);
        }
        let to = usize::try_from(self.dice.below(self.world.people.len() as u64))?;
        let to = &self.world.people[to];
        let branch = self.world.branches[usize::from(!to.east)];
        let wanted = BTreeMap::from([
            (Field::Owner.as_str().to_owned(), Some(to.id.to_string())),
            (Field::Branch.as_str().to_owned(), Some(branch.to_string())),
        ]);
        let fields = record.diff(&wanted);
        if fields.is_empty() {
            return Ok(false);
        }
        self.write(at, (Feature::Customers, record.id), fields, Channel::Form).await?;
        Ok(true)
    }

    /// The author deals with what the server did not simply take.
    async fn settle(&mut self, at: usize) -> Result<(), Failure> {
        let store = self.machines[at].store.clone();
        let mut open = store.conflicts().await?;
        open.extend(store.refused().await?);
        if open.is_empty() {
            return Ok(());
        }
        let chosen = usize::try_from(self.dice.below(open.len() as u64))?;
        let queued = open.swap_remove(chosen);
        let change = &queued.change;
        let mine = self.dice.chance(50);
        let conflicts = match &queued.result {
            Some(ChangeResult::Conflict { conflicts }) => conflicts.as_slice(),
            _ => &[],
        };
        let plant = self.world.plant;
        self.machines[at].about_to_write(plant)?;
        let mut tx = store.write().await?;
        tx.close_change(change.id).await?;
        let current = tx.record(change.entity, change.record_id).await?;
        let never_taken = conflicts.is_empty() && current.as_ref().is_some_and(|record| record.revision == 0);
        let forgotten = never_taken && !tx.waits(change.record_id).await?;
        if forgotten {
            tx.forget_record(change.entity, change.record_id).await?;
        }
        tx.commit().await?;
        self.closed.insert(change.id);
        if forgotten {
            // What was changed of a record that never was goes with it.
            let of_it = self.writes.iter().filter(|write| write.record == change.record_id);
            self.closed.extend(of_it.map(|write| write.id));
        }
        self.trace.line(format!("m{at} settles {} of {}", conflicts.len(), change.record_id));
        let Some(current) = current.filter(|record| mine && !record.deleted()) else { return Ok(()) };
        let wanted: BTreeMap<String, FieldValue> = conflicts
            .iter()
            .filter(|conflict| conflict.field != DELETED)
            .map(|conflict| (conflict.field.clone(), conflict.mine.clone()))
            .collect();
        let fields = current.diff(&wanted);
        if fields.is_empty() || !self.may(at, Permission::CustomersEdit, Some(&current)).await? {
            return Ok(());
        }
        self.write(at, (change.entity, change.record_id), fields, Channel::Settle).await
    }

    /// Power goes in the middle of an exchange.
    async fn die_in_sync(&mut self, at: usize) -> Result<(), Failure> {
        let requests = u32::try_from(self.dice.below(4))?;
        self.machines[at].net.die_after(requests);
        // Nothing gets through from a point on, so that an error is what is expected.
        let _ = self.round(at).await?;
        self.machines[at].crash(self.world).await
    }

    async fn restore(&mut self, at: usize) -> Result<(), Failure> {
        let done = self.machines[at].restore(self.world).await?;
        self.trace.line(format!("m{at} restored: {done}"));
        Ok(())
    }

    async fn clone_machine(&mut self, at: usize) -> Result<(), Failure> {
        if self.machines.len() >= 7 {
            return Ok(());
        }
        let name = format!("m{}", self.machines.len());
        let seed = self.dice.next();
        self.trace.line(format!("{name} is a copy of m{at}"));
        let clone = self.machines[at].clone_to(self.world, name, seed).await?;
        self.machines.push(clone);
        Ok(())
    }

    fn cable(&mut self, at: usize) -> Result<(), Failure> {
        let net = &self.machines[at].net;
        net.cut(!net.is_cut());
        Ok(())
    }

    /// The machine comes back after a year in a drawer.
    async fn year(&mut self, at: usize) -> Result<(), Failure> {
        self.world.clock.advance(366 * DAY);
        self.machines[at].net.cut(false);
        self.round(at).await.map(drop)
    }

    fn clock_jump(&mut self, at: usize) -> Result<(), Failure> {
        let ahead = self.dice.between(-3 * DAY, 3 * DAY);
        let ahead = if self.dice.chance(30) { 0 } else { ahead };
        self.machines[at].clock.set(ahead);
        self.trace.line(format!("m{at} is {ahead} ms ahead"));
        Ok(())
    }

    async fn role(&mut self, at: usize) -> Result<(), Failure> {
        let person = self.machines[at].person;
        let roles = [Role::Staff, Role::RelationshipManager, Role::Manager, Role::RiskOfficer];
        let role = self.dice.pick(&roles);
        self.trace.line(format!("{} becomes {role:?}", self.world.people[person].login));
        self.world.set_user(person, UserChange { role: Some(role), ..UserChange::default() }).await
    }

    async fn revoke(&mut self, at: usize) -> Result<(), Failure> {
        if self.working().len() < 3 {
            return Ok(());
        }
        let device = self.machines[at].device;
        if !self.world.revoke(device).await? {
            return Ok(());
        }
        for machine in self.machines.iter_mut().filter(|machine| machine.device == device) {
            if machine.standing == Standing::Works {
                machine.standing = Standing::Revoked;
                // It wipes itself as soon as it hears of it: what it holds counts no more.
                machine.memory.clear();
            }
        }
        Ok(())
    }

    async fn late_mail(&mut self, at: usize) -> Result<(), Failure> {
        let net = self.machines[at].net.clone();
        net.deliver_late().await;
        self.heard(at);
        Ok(())
    }

    async fn dump(&mut self) -> Result<(), Failure> {
        self.dumped = true;
        self.world.dump("dump").await
    }

    /// The server loses everything since its last dump.
    async fn restore_server(&mut self) -> Result<(), Failure> {
        if !self.dumped {
            return Ok(());
        }
        let before = self.world.settled().await?;
        self.world.restore().await?;
        let after = self.world.settled().await?;
        self.trace.line(format!("the server had {} changes and has {}", before.len(), after.len()));
        let forgotten: Vec<usize> = (0..self.writes.len())
            .filter(|at| {
                let id = self.writes[*at].id.0;
                before.contains(&id) && !after.contains(&id)
            })
            .collect();
        // A machine has to give back what it holds. Of a record that had to leave it, it holds nothing any more.
        for at in self.working() {
            for write in &forgotten {
                let known = self.machines[at].memory.contains(write);
                if known && self.had_to_leave(at, *write).await? && !self.holds(at, *write).await? {
                    self.machines[at].memory.remove(write);
                }
            }
        }
        self.lock_again().await
    }

    /// Whether the record of a write has left a machine, be it for a while.
    async fn had_to_leave(&self, at: usize, write: usize) -> Result<bool, Failure> {
        let write = &self.writes[write];
        let left = self.machines[at].left.contains(&write.record);
        Ok(left || self.machines[at].store.record(write.entity, write.record).await?.is_none())
    }

    /// The administrator locks again what was locked; a device that the dump does not know is beyond reach.
    async fn lock_again(&mut self) -> Result<(), Failure> {
        for at in 0..self.machines.len() {
            if self.machines[at].standing == Standing::Revoked {
                let device = self.machines[at].device;
                if !self.world.revoke(device).await? {
                    self.machines[at].end().await?;
                }
            }
        }
        Ok(())
    }

    /// Two writers meet at the server, one of them held just before its commit, while a third reads.
    async fn meet(&mut self, at: usize) -> Result<(), Failure> {
        let working = self.working();
        let others: Vec<usize> = working
            .iter()
            .copied()
            .filter(|other| self.machines[*other].device != self.machines[at].device)
            .collect();
        if others.len() < 2 || self.world.plant == Some(Plant::AnsweredBeforeCommit) {
            return Ok(());
        }
        let first = usize::try_from(self.dice.below(others.len() as u64))?;
        let other = others[first];
        let reader = others[(first + 1) % others.len()];
        let all = [at, other, reader];
        let cut: Vec<bool> = all.iter().map(|one| self.machines[*one].net.is_cut()).collect();
        for one in all {
            self.machines[one].net.calm(true);
            self.machines[one].net.cut(false);
            let _ = self.round(one).await?;
        }
        let moved = self.transfer(at).await? || self.edit(at).await?;
        if moved && self.edit(other).await? {
            self.meet_at_the_gate(all).await?;
        }
        for (one, cut) in all.into_iter().zip(cut) {
            self.machines[one].net.calm(false);
            self.machines[one].net.cut(cut);
        }
        Ok(())
    }

    async fn meet_at_the_gate(&mut self, [at, other, reader]: [usize; 3]) -> Result<(), Failure> {
        let net = self.machines[at].net.clone();
        net.hold(true);
        self.world.close_gate().await?;
        let engine = self.machines[at].engine.clone();
        let one = tokio::spawn(async move { engine.round().await });
        let held = self.world.until_waiting(1, || net.answered() || one.is_finished()).await?;
        let engine = self.machines[other].engine.clone();
        let two = tokio::spawn(async move { engine.round().await });
        let waits = self.world.until_waiting(1 + i64::from(held), || two.is_finished()).await?;
        self.trace.line(format!("m{at} held: {held}; m{other} waits: {waits}"));
        let _ = self.round(reader).await?;
        self.world.open_gate().await?;
        // The first one hears of its commit only when the second is done: one after the other, whoever the machine would
        // have let go first.
        let two = two.await?;
        net.hold(false);
        let one = one.await?;
        for (machine, result) in [(at, one), (other, two)] {
            self.heard(machine);
            self.note_left(machine).await?;
            let word = result.map_or_else(|error| error.code().as_str(), |_| "done");
            self.trace.line(format!("m{machine} met: {word}"));
        }
        Ok(())
    }
}

/// Fields that an undone creation must not clear.
const NEEDED: [&str; 5] =
    [Field::Kind.as_str(), NAME, Field::Owner.as_str(), Field::Branch.as_str(), Field::DocumentType.as_str()];
