//! The one door for writes: rows, search index, history and outbox land together, or not at all.

use crate::apply;
use crate::customers::rows;
use crate::error::StoreError;
use crate::open::{Identity, Store};
use crate::outbox;
use crate::records::{self, Stored};
use lq_domain::clock::{Stamp, Timestamp};
use lq_domain::customers::query::SyncMark;
use lq_domain::feature::Feature;
use lq_domain::ids::{ChangeId, ImportId, UserId};
use lq_domain::record::{DELETED, FieldChanges, Record, Saw};
use lq_protocol::change::Channel;
use sqlx::{Sqlite, SqliteConnection, Transaction};
use std::collections::BTreeSet;
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

/// A change that somebody wants to make.
#[derive(Debug, Clone)]
pub struct NewChange {
    /// The feature whose record changes.
    pub entity: Feature,
    /// The record; one that is not there yet is made.
    pub record_id: Uuid,
    /// From what to what.
    pub fields: FieldChanges,
    /// Who makes it.
    pub actor: UserId,
    /// The way it is made.
    pub channel: Channel,
    /// Why, when the author was asked.
    pub reason: Option<String>,
    /// Changes saved together carry the same mark, and are taken back together.
    pub group: Option<Uuid>,
}

/// A change that was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The change.
    pub change: ChangeId,
    /// The record afterwards.
    pub record: Record,
}

/// A write in progress. Dropped without [`WriteTx::commit`] it leaves nothing.
pub struct WriteTx<'a> {
    /// Gone once committed.
    tx: Option<Transaction<'static, Sqlite>>,
    pub(crate) identity: OwnedMutexGuard<Identity>,
    before: Identity,
    pub(crate) store: &'a Store,
    pub(crate) touched: BTreeSet<Feature>,
    /// Whether a record was removed, of which bytes are left.
    removed: bool,
}

impl std::fmt::Debug for WriteTx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WriteTx")
    }
}

impl Store {
    /// Begins a write. Writes come one after the other.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn write(&self) -> Result<WriteTx<'_>, StoreError> {
        let identity = self.identity().await;
        let tx = match self.begin_write().await {
            // When the disk is full SQLite ends the transaction by itself, and sqlx goes on counting it as open.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                self.writer.acquire().await?.close().await?;
                self.begin_write().await?
            }
            begun => begun?,
        };
        let before = identity.clone();
        Ok(WriteTx { tx: Some(tx), identity, before, store: self, touched: BTreeSet::new(), removed: false })
    }

    async fn begin_write(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.waiting.wait(self.writer.begin_with("BEGIN IMMEDIATE")).await
    }
}

impl Drop for WriteTx<'_> {
    fn drop(&mut self) {
        if self.tx.is_some() {
            *self.identity = self.before.clone();
        }
    }
}

impl WriteTx<'_> {
    /// The connection, for the features' own statements.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        match &mut self.tx {
            Some(tx) => tx,
            // Only `commit` takes it, and `commit` takes the whole value.
            None => unreachable!("a committed write is gone"),
        }
    }

    /// A record as the user sees it, within this write.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record(&mut self, entity: Feature, id: Uuid) -> Result<Option<Record>, StoreError> {
        Ok(records::load(self.connection(), entity, id).await?.map(|known| known.stored.shown))
    }

    /// Removes every trace of a record's values except its unsent changes. What is left of its bytes is due to be overwritten.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn remove_record(&mut self, entity: Feature, id: Uuid) -> Result<(), StoreError> {
        self.removed = true;
        records::remove(self.connection(), entity, id).await
    }

    /// Writes a change: the record, its index, its history and the outbox.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn change(&mut self, change: NewChange) -> Result<Written, StoreError> {
        let now = self.store.clock.now();
        let known = records::load(self.connection(), change.entity, change.record_id).await?;
        let (stamp, sequence) = self.next(now);
        let id = ChangeId::new(now, self.store.random.as_ref());
        let mut stored = known.as_ref().map_or_else(
            || Stored { shown: Record::new(change.entity, change.record_id, now), base: None },
            |known| known.stored.clone(),
        );
        if stored.base.is_none() && stored.shown.revision > 0 {
            stored.base = Some(stored.shown.clone());
        }
        let deletes = change.fields.get(DELETED).is_some_and(|deleted| deleted.new.is_some());
        let saw = Saw {
            revision: stored.canonical().revision,
            checksum: (deletes && known.is_some()).then(|| stored.shown.checksum()),
        };
        stored.shown.overlay(&change.fields, stamp);
        stored.shown.stamps.clear();
        let mark = match outbox::mark(self.connection(), change.record_id).await? {
            SyncMark::Synced => SyncMark::Pending,
            worse => worse,
        };
        // Bringing back a record that has left this device needs no row here: the server sends it again.
        let record = stored.shown.clone();
        if record.revision > 0 || record.fields.len() > 1 {
            records::save(self.connection(), known.as_ref(), stored, mark).await?;
        }
        let line = outbox::Line { id, sequence, stamp, record_id: change.record_id, fields: &change.fields };
        outbox::insert(self.connection(), &line, &change, saw).await?;
        self.touched.insert(change.entity);
        Ok(Written { change: id, record })
    }

    /// Writes many new customers at once, all of one import.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_customers(
        &mut self,
        new: &[(Record, FieldChanges)],
        actor: UserId,
        import: Option<ImportId>,
    ) -> Result<(), StoreError> {
        let now = self.store.clock.now();
        let mut lines = Vec::with_capacity(new.len());
        for (record, fields) in new {
            let (stamp, sequence) = self.next(now);
            let id = ChangeId::new(now, self.store.random.as_ref());
            lines.push(outbox::Line { id, sequence, stamp, record_id: record.id, fields });
        }
        rows::insert_many(self.connection(), new.iter().map(|(record, _)| record), import, SyncMark::Pending)
            .await?;
        outbox::insert_many(self.connection(), &lines, actor, import).await?;
        self.touched.insert(Feature::Customers);
        Ok(())
    }

    /// Keeps the write, and tells who listens which features changed.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is kept then.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let identity = self.identity.clone();
        crate::facts::set_identity(self.connection(), &identity).await?;
        if self.removed {
            crate::facts::set(self.connection(), apply::SCRUB_DUE, &true).await?;
        }
        if let Some(tx) = self.tx.take()
            && let Err(error) = tx.commit().await
        {
            *self.identity = self.before.clone();
            return Err(error.into());
        }
        let touched = std::mem::take(&mut self.touched);
        if touched.is_empty() {
            self.store.lists.forget()
        } else {
            self.store.tell(touched.into_iter().collect())
        }
        Ok(())
    }

    /// Whether somebody waits for this write to end: time to keep the part of a longer work that is done.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.store.waiting.any()
    }

    /// Keeps one part of a longer work and tells nobody: the last part does.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is kept then.
    pub async fn commit_part(mut self) -> Result<(), StoreError> {
        self.touched.clear();
        self.commit().await
    }

    /// The next stamp and sequence.
    pub(crate) fn next(&mut self, now: Timestamp) -> (Stamp, u64) {
        let stamp = Stamp::next(self.identity.stamp, now, self.identity.device);
        self.identity.stamp = Some(stamp);
        self.identity.sequence += 1;
        (stamp, self.identity.sequence)
    }
}
