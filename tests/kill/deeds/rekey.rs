//! The store gets a new data key.

use crate::Failure;
use crate::deed::Deed;
use crate::desk::{Desk, password};
use crate::found::Found;
use crate::hunt::Trial;
use crate::look::{Saves, pending};
use crate::said::{Said, Step};
use crate::worker::Order;
use std::path::{Path, PathBuf};

/// A store that works alone, and how many data keys it has had.
pub(crate) struct Rekeying {
    desk: Desk,
    saves: Saves,
    keys: u64,
}

impl Rekeying {
    pub(crate) async fn new(within: &Path, seed: u64) -> Result<Self, Failure> {
        Ok(Self { desk: Desk::alone(within, seed).await?, saves: Saves::default(), keys: 0 })
    }

    /// The file that the key of a number opens.
    fn file(&self, number: u64) -> Result<PathBuf, Failure> {
        let name = if number == 0 { "store.db".to_owned() } else { format!("store-{number}.db") };
        Ok(self.desk.vault()?.database().with_file_name(name))
    }

    /// The vault names the file of the last key that was called set, or of the one that was being set.
    fn settle(&mut self, open: &[Step], found: &mut Found) -> Result<(), Failure> {
        let named = self.desk.vault()?.database();
        if named == self.file(self.keys)? {
            return Ok(());
        }
        if open.contains(&Step::Rekey) && named == self.file(self.keys + 1)? {
            self.keys += 1;
        } else {
            found.lost(format!("the vault names {} after {} keys", named.display(), self.keys));
        }
        Ok(())
    }
}

impl Trial for Rekeying {
    const DEED: Deed = Deed::Rekey;

    fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }

    fn prepare(&mut self, _: &mut Order) {}

    async fn look(&mut self, heard: &[Said], found: &mut Found) -> Result<(), Failure> {
        heard.iter().for_each(|said| self.saves.hear(said));
        self.keys += heard.iter().filter(|said| **said == Said::Done(Step::Rekey)).count() as u64;
        let open = pending(heard);
        if let Err(error) = self.settle(&open, found) {
            found.corrupt(format!("the vault: {error}"));
            return Ok(());
        }
        let Some(seen) = self.saves.look(&mut self.desk, &password(0), &open, found).await? else {
            return Ok(());
        };
        let (waiting, saved) = (usize::try_from(seen.waiting)?, self.saves.times());
        if waiting != saved {
            found.lost(format!("{waiting} changes wait of {saved}"));
        }
        Ok(())
    }
}
