//! Customers are saved.

use crate::Failure;
use crate::deed::Deed;
use crate::desk::{Desk, password};
use crate::found::Found;
use crate::hunt::Trial;
use crate::look::{Saves, pending};
use crate::said::Said;
use crate::worker::Order;
use std::path::Path;

/// A store that works alone: nothing of it is sent, so that everything that was saved waits.
pub(crate) struct Writing {
    desk: Desk,
    saves: Saves,
}

impl Writing {
    pub(crate) async fn new(within: &Path, seed: u64) -> Result<Self, Failure> {
        Ok(Self { desk: Desk::alone(within, seed).await?, saves: Saves::default() })
    }
}

impl Trial for Writing {
    const DEED: Deed = Deed::Write;

    fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }

    fn prepare(&mut self, _: &mut Order) {}

    async fn look(&mut self, heard: &[Said], found: &mut Found) -> Result<(), Failure> {
        heard.iter().for_each(|said| self.saves.hear(said));
        let seen = self.saves.look(&mut self.desk, &password(0), &pending(heard), found).await?;
        if let Some(seen) = seen {
            let (waiting, saved) = (usize::try_from(seen.waiting)?, self.saves.times());
            if waiting != saved {
                found.lost(format!("{waiting} changes wait of {saved}"));
            }
        }
        Ok(())
    }
}
