//! The way of an import's rows into the store: in large parts, but nobody who saves a form waits for more than some rows.

use crate::error::ClientError;
use lq_domain::customers::DuplicateKey;
use lq_domain::ids::CustomerId;
use lq_domain::record::Record;
use lq_store::{Store, WriteTx};

/// Rows kept together while nobody waits: each time rows are kept, most pages of all indexes are written once more.
const PART: usize = 10_000;

/// Where rows go: nowhere when they are only counted.
pub(super) struct Door<'a> {
    store: &'a Store,
    dry: bool,
    /// The part that is not kept yet.
    part: Option<WriteTx<'a>>,
    /// Its rows.
    rows: usize,
}

impl<'a> Door<'a> {
    pub(super) fn new(store: &'a Store, dry: bool) -> Self {
        Self { store, dry, part: None, rows: 0 }
    }

    /// Customers that some rows may be, with those of the part.
    pub(super) async fn holders(
        &mut self,
        keys: &[DuplicateKey],
        ids: &[CustomerId],
    ) -> Result<Vec<Record>, ClientError> {
        Ok(match self.part().await? {
            None => self.store.holders(keys, ids).await?,
            Some(tx) => tx.holders(keys, ids).await?,
        })
    }

    /// The part that rows go into; none when they are only counted.
    pub(super) async fn part(&mut self) -> Result<Option<&mut WriteTx<'a>>, ClientError> {
        if self.part.is_none() && !self.dry {
            self.part = Some(self.store.write().await?);
        }
        Ok(self.part.as_mut())
    }

    /// Lets go of what is not kept yet.
    pub(super) fn drop_part(&mut self) {
        self.part = None;
        self.rows = 0;
    }

    /// Keeps the part, when it is large or somebody waits, and at the end.
    pub(super) async fn keep(&mut self, new: usize, last: bool) -> Result<(), ClientError> {
        self.rows += new;
        let due = |tx: &WriteTx<'_>| last || self.rows >= PART || tx.is_wanted();
        if self.part.as_ref().is_some_and(due)
            && let Some(tx) = self.part.take()
        {
            self.rows = 0;
            tx.commit_part().await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lq_domain::ids::DeviceId;
    use lq_store::key::DataKey;
    use lq_testkit::clock::FixedClock;
    use lq_testkit::random::SeededRandom;
    use std::sync::Arc;
    use tokio::time::timeout;
    use uuid::Uuid;

    async fn store(folder: &tempfile::TempDir) -> Store {
        let random = Arc::new(SeededRandom::new(1));
        let key = DataKey::new(random.as_ref());
        let device = DeviceId(Uuid::from_u128(1));
        Store::create(&folder.path().join("store.db"), &key, device, Arc::new(FixedClock::default()), random)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn x1_rows_are_kept_when_they_are_many_or_somebody_waits_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let mut door = Door::new(&store, false);
        door.part().await.unwrap();
        door.keep(PART - 1, false).await.unwrap();
        assert!(door.part.is_some(), "few, and nobody waits");
        door.keep(1, false).await.unwrap();
        assert!(door.part.is_none(), "many");

        door.part().await.unwrap();
        {
            let form = store.write();
            tokio::pin!(form);
            assert!(timeout(std::time::Duration::ZERO, &mut form).await.is_err(), "the form waits");
            door.keep(1, false).await.unwrap();
            assert!(door.part.is_none(), "somebody waits");
            form.await.unwrap();
        }
        door.part().await.unwrap();
        door.keep(1, false).await.unwrap();
        assert!(door.part.is_some(), "who has had a turn or gave up waits no more");
    }

    #[tokio::test]
    async fn x1_counting_rows_keeps_the_door_shut() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let mut door = Door::new(&store, true);
        assert!(door.part().await.unwrap().is_none());
        door.keep(PART, true).await.unwrap();
        store.write().await.unwrap();
    }
}
