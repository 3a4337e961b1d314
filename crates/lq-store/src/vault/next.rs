//! How a vault goes on to the next data key, and what is left of others.

use super::{VAULT, VAULT_NEW, VAULT_VERSION, Vault, VaultContent, context};
use crate::error::StoreError;
use crate::key::{DataKey, wrap};
use crate::recovery;
use crate::replace::gone;
use lq_domain::clock::Random;
use std::fs;
use std::path::PathBuf;

/// What a vault becomes.
pub(crate) struct NextVault(VaultContent);

impl Vault {
    /// Where the copy is made that the next data key is to open.
    #[must_use]
    pub fn next_database(&self) -> PathBuf {
        self.folder.join(file_of(self.content.generation.saturating_add(1)))
    }

    /// Writes beside the vault what it becomes when it goes on to the copy at [`Vault::next_database`], which another data key
    /// opens.
    pub(crate) fn write_next(
        &self,
        data_key: &DataKey,
        key: &[u8; 32],
        random: &dyn Random,
    ) -> Result<NextVault, StoreError> {
        let mut content = VaultContent {
            version: VAULT_VERSION,
            generation: self.content.generation.saturating_add(1),
            wrapped: wrap(&data_key.0, key, context(self.content.device), random)?,
            ..self.content.clone()
        };
        // The bank's copy goes on with the key, or not at all.
        let seal = |to| recovery::ForBank::seal(&data_key.0, to, content.which(), random);
        content.recovery = self.recovery().map(seal).transpose()?;
        self.write_beside(&content)?;
        Ok(NextVault(content))
    }

    /// Lets it take the vault's place. It is the new one as soon as this returns well; whether that outlives a power cut,
    /// [`Vault::flush`] says.
    pub(crate) fn become_next(&mut self, next: NextVault) -> Result<(), StoreError> {
        fs::rename(self.folder.join(VAULT_NEW), self.folder.join(VAULT))?;
        self.content = next.0;
        Ok(())
    }

    /// Removes the files of other data keys, and a vault that was not finished: what a change of the key leaves, whether it was
    /// cut off or not. That the present vault is on the disk is made sure first.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn clear_others(&self) -> Result<(), StoreError> {
        self.flush()?;
        let mut cleared = false;
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let other = name.to_str().is_some_and(|name| {
                name == VAULT_NEW || generation_of(name).is_some_and(|found| found != self.content.generation)
            });
            if other {
                gone(fs::remove_file(entry.path()))?;
                cleared = true;
            }
        }
        if cleared { self.flush() } else { Ok(()) }
    }
}

/// The file that the data key of this number opens.
pub(super) fn file_of(generation: u64) -> String {
    if generation == 0 { "store.db".to_owned() } else { format!("store-{generation}.db") }
}

/// The number of the data key that a file, or what SQLite puts beside it, belongs to.
fn generation_of(name: &str) -> Option<u64> {
    let name = ["-wal", "-shm", "-journal"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    let number = name.strip_prefix("store")?.strip_suffix(".db")?;
    if number.is_empty() { Some(0) } else { number.strip_prefix('-')?.parse().ok() }
}
