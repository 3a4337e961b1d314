//! Changes that are settled together: each is decided about in its turn, and what follows from all of them is written in a few statements
//! at the end. A device that comes back with a day's work waits for one disk and not for a thousand.

use super::accounts;
use crate::db::audits::{self, Entry};
use crate::db::{feeds, records};
use crate::error::ServerError;
use lq_domain::feature::Feature;
use lq_domain::ids::BranchId;
use lq_domain::record::Record;
use sqlx::PgConnection;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A record that nobody else writes until the transaction ends.
#[derive(Debug, Default)]
struct Held {
    /// As the tables have it.
    stored: Option<Record>,
    /// As it will be.
    now: Option<Record>,
    changed: bool,
}

/// What the changes of one transaction make of the records that it holds.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    records: HashMap<(Feature, Uuid), Held>,
    audits: BTreeMap<BranchId, Vec<Entry>>,
    news: Vec<(Option<Record>, Record)>,
}

impl Batch {
    /// Keeps everybody else away from these ids until the transaction ends, and reads the records that have them.
    pub(super) async fn hold(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Self, ServerError> {
        records::lock_all(connection, ids).await?;
        let mut held = HashMap::new();
        for record in records::find_all(connection, ids).await? {
            let place = (record.entity, record.id);
            held.insert(place, Held { stored: Some(record.clone()), now: Some(record), changed: false });
        }
        Ok(Self { records: held, ..Self::default() })
    }

    /// A record that is held, as it is by now.
    pub(super) fn find(&self, entity: Feature, id: Uuid) -> Option<&Record> {
        self.records.get(&(entity, id))?.now.as_ref()
    }

    /// Reads a record once more, for what somebody else may write who does not keep others away from its id.
    pub(super) async fn look_again(
        &mut self,
        connection: &mut PgConnection,
        entity: Feature,
        id: Uuid,
    ) -> Result<Option<Record>, ServerError> {
        if let Some(held) = self.records.get_mut(&(entity, id))
            && !held.changed
        {
            held.stored = records::find(connection, entity, id).await?;
            held.now.clone_from(&held.stored);
        }
        Ok(self.find(entity, id).cloned())
    }

    /// Whether a record of another feature has the id.
    pub(super) fn is_of_another(&self, entity: Feature, id: Uuid) -> bool {
        let mut others = Feature::ALL.iter().filter(|other| **other != entity);
        others.any(|other| self.records.contains_key(&(*other, id)))
    }

    /// Notes something in a branch's audit.
    pub(super) fn note(&mut self, branch: BranchId, entry: Entry) {
        self.audits.entry(branch).or_default().push(entry);
    }

    /// Writes a record with everything that goes with it: the only way a row changes.
    pub(super) async fn put(
        &mut self,
        connection: &mut PgConnection,
        before: Option<Record>,
        mut after: Record,
        entry: Entry,
    ) -> Result<(), ServerError> {
        after.revision = before.as_ref().map_or(0, |before| before.revision) + 1;
        let mut entry = entry.about(after.entity, after.id);
        entry.fields = audits::fields(after.entity, &audits::difference(before.as_ref(), &after));
        let branch = BranchId(records::branch_of(&after));
        self.note(audits::chain_of(Some(after.entity), branch), entry);
        // Locked before any feed is: whoever adds to an account holds it when he comes to the feeds.
        let followers = accounts::follow(connection, before.as_ref(), &after).await?;
        let held = self
            .records
            .entry((after.entity, after.id))
            .or_insert_with(|| Held { stored: before.clone(), ..Held::default() });
        held.now = Some(after.clone());
        held.changed = true;
        self.news.push((before, after));
        self.news.extend(followers.into_iter().map(|(before, after)| (Some(before), after)));
        Ok(())
    }

    /// Writes what came of it: rows, feeds, and last the audit, whose ends everybody of a branch waits for.
    pub(super) async fn close(self, connection: &mut PgConnection) -> Result<(), ServerError> {
        let changed: Vec<&Held> = self.records.values().filter(|held| held.changed).collect();
        records::leave(
            connection,
            changed.iter().filter_map(|held| held.stored.as_ref().zip(held.now.as_ref())),
        )
        .await?;
        let now: Vec<&Record> = changed.iter().filter_map(|held| held.now.as_ref()).collect();
        records::save_all(connection, &now).await?;
        feeds::publish(connection, self.news.iter().map(|(before, after)| (before.as_ref(), after))).await?;
        for (branch, entries) in &self.audits {
            audits::append_all(connection, *branch, entries).await?;
        }
        Ok(())
    }
}
