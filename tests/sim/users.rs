//! What users do. It follows the use cases of the client, without its forms.

use crate::Failure;
use crate::deliver::passport;
use crate::seed::{Seed, Write};
use lq_domain::access::Permission;
use lq_domain::cases::{NARRATIVE, opened};
use lq_domain::customers::{Customer, Field};
use lq_domain::feature::Feature;
use lq_domain::feeds::is_of_customer;
use lq_domain::record::{DELETED, FieldChange, FieldChanges, FieldValue, Record, join_words, words};
use lq_domain::tags::NAME;
use lq_protocol::change::{ChangeResult, Channel};
use lq_store::NewChange;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Fields that people edit here, of every merge rule but union, which tags have.
const EDITED: [Field; 6] =
    [Field::Name, Field::Mobile, Field::RiskGrade, Field::Notes, Field::Occupation, Field::Email];

/// Fields that an undone creation must not clear.
const NEEDED: [&str; 5] =
    [Field::Kind.as_str(), NAME, Field::Owner.as_str(), Field::Branch.as_str(), Field::DocumentType.as_str()];

impl Seed<'_> {
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
        Ok(match record.filter(|record| is_of_customer(record.entity)) {
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

    pub(crate) async fn create(&mut self, at: usize) -> Result<(), Failure> {
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
            (Field::DocumentType, "passport".to_owned()),
            (Field::DocumentNumber, passport(number)),
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
    pub(crate) async fn edit(&mut self, at: usize) -> Result<bool, Failure> {
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

    pub(crate) async fn make_tag(&mut self, at: usize) -> Result<(), Failure> {
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
    pub(crate) async fn tag_customer(&mut self, at: usize) -> Result<(), Failure> {
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

    /// Opens a case of a customer, which the customer's manager must not hear of.
    pub(crate) async fn open_case(&mut self, at: usize) -> Result<(), Failure> {
        let Some(customer) = self.shown(at, Feature::Customers).await? else { return Ok(()) };
        if !self.may(at, Permission::CasesEdit, Some(&customer)).await? {
            return Ok(());
        }
        let id = self.new_id();
        let narrative = format!("可疑{}", self.dice.below(100));
        let fields = opened(&customer, &narrative)
            .into_iter()
            .map(|(field, new)| (field, FieldChange { base: None, new }))
            .collect();
        self.records.push((Feature::Cases, id));
        self.write(at, (Feature::Cases, id), fields, Channel::Form).await
    }

    pub(crate) async fn work_on_case(&mut self, at: usize) -> Result<(), Failure> {
        let Some(case) = self.shown(at, Feature::Cases).await? else { return Ok(()) };
        if !self.may(at, Permission::CasesEdit, Some(&case)).await? {
            return Ok(());
        }
        let found = format!("查明{}", self.dice.below(1_000));
        let fields = case.diff(&BTreeMap::from([(NARRATIVE.to_owned(), Some(found))]));
        if fields.is_empty() {
            return Ok(());
        }
        self.write(at, (Feature::Cases, case.id), fields, Channel::Form).await
    }

    pub(crate) async fn delete(&mut self, at: usize, entity: Feature) -> Result<(), Failure> {
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
    pub(crate) async fn undo(&mut self, at: usize) -> Result<(), Failure> {
        let own: Vec<usize> = self.machines[at].memory.iter().copied().collect();
        if own.is_empty() {
            return Ok(());
        }
        let write = self.writes[self.dice.pick(&own)].clone();
        // What was written of a case is never taken back.
        if write.entity == Feature::Cases {
            return Ok(());
        }
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
    pub(crate) async fn transfer(&mut self, at: usize) -> Result<bool, Failure> {
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
    pub(crate) async fn settle(&mut self, at: usize) -> Result<(), Failure> {
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
        let permission =
            if change.entity == Feature::Cases { Permission::CasesEdit } else { Permission::CustomersEdit };
        if fields.is_empty() || !self.may(at, permission, Some(&current)).await? {
            return Ok(());
        }
        self.write(at, (change.entity, change.record_id), fields, Channel::Settle).await
    }
}
