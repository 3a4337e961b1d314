//! Putting a restored store in the place of the present one, so that one of the two is there whatever happens.

use crate::error::StoreError;
use crate::vault::Vault;
use std::fs;
use std::path::{Path, PathBuf};

impl Vault {
    /// Where a store is made that is to take this one's place.
    #[must_use]
    pub fn restored(&self) -> PathBuf {
        self.folder.join("store.db.restored")
    }

    /// Where a backup is proven.
    #[must_use]
    pub fn scratch(&self) -> PathBuf {
        self.folder.join("store.db.scratch")
    }

    /// Where the replaced store lies until the new one has opened.
    pub(crate) fn replaced(&self) -> PathBuf {
        self.folder.join("store.db.replaced")
    }

    /// Puts the store at [`Vault::restored`] in the place of the present one, which stays beside until
    /// [`Vault::drop_replaced`]. Both are closed. Cut off at any point, one of them is in the place when the vault is found
    /// next.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a store was not closed well, [`StoreError::File`].
    pub fn replace(&self) -> Result<(), StoreError> {
        let live = self.database();
        for path in [&live, &self.restored()] {
            // A log belongs to its file and would spoil another one.
            if fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0) {
                return Err(StoreError::Damaged);
            }
            for ending in ["-wal", "-shm"] {
                gone(fs::remove_file(beside(path, ending)))?;
            }
        }
        gone(fs::rename(&live, self.replaced()))?;
        fs::rename(self.restored(), &live)?;
        self.flush()
    }

    /// Puts the replaced store back, if there is one: the new one does not open. Whether there was one.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn put_back(&self) -> Result<bool, StoreError> {
        if !self.replaced().exists() {
            return Ok(false);
        }
        for ending in ["-wal", "-shm"] {
            gone(fs::remove_file(beside(&self.database(), ending)))?;
        }
        fs::rename(self.replaced(), self.database())?;
        self.flush()?;
        Ok(true)
    }

    /// Puts the replaced store back where a replacement was cut off between its two steps.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn heal(&self) -> Result<(), StoreError> {
        if !self.database().exists() {
            self.put_back()?;
        }
        Ok(())
    }

    /// Lets the replaced store go, what was left in the making, and what a change of the data key left.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn drop_replaced(&self) -> Result<(), StoreError> {
        for path in [self.replaced(), self.restored(), self.scratch()] {
            for ending in ["", "-wal", "-shm", "-journal"] {
                gone(fs::remove_file(beside(&path, ending)))?;
            }
        }
        self.clear_others()
    }
}

/// What SQLite puts beside a database.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    PathBuf::from(path)
}

/// A file that was not there is gone as well.
pub(crate) fn gone(done: std::io::Result<()>) -> Result<(), StoreError> {
    match done {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
