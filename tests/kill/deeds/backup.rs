//! Backups.

use crate::Failure;
use crate::deed::Deed;
use crate::desk::{Desk, ended, password, sign_in};
use crate::found::Found;
use crate::hunt::Trial;
use crate::look::{Saves, pending};
use crate::said::{Said, Step};
use crate::worker::Order;
use lq_client::contract::backups::VerifyBackup;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A store that works alone and is backed up into the folder beside it.
pub(crate) struct Backing {
    desk: Desk,
    saves: Saves,
    /// Backups that were proven.
    proven: BTreeSet<String>,
}

impl Backing {
    pub(crate) async fn new(within: &Path, seed: u64) -> Result<Self, Failure> {
        Ok(Self { desk: Desk::alone(within, seed).await?, saves: Saves::default(), proven: BTreeSet::new() })
    }

    /// Every file that counts as a backup is one, and the last that was called made holds what was saved before it.
    async fn prove(&mut self, last: Option<(String, usize)>, found: &mut Found) -> Result<(), Failure> {
        let client = self.desk.client();
        if let Err(code) = sign_in(&client, &password(0)).await {
            found.corrupt(format!("the store does not open: {}", code.as_str()));
            return Ok(());
        }
        let view = client.backups_state(()).await?;
        let files: BTreeMap<String, u32> =
            view.files.iter().map(|file| (file.path.clone(), file.customers)).collect();
        if let Some((path, customers)) = last {
            match files.get(&path) {
                None => found.lost(format!("{path} is not there")),
                Some(held) if usize::try_from(*held)? < customers => {
                    found.lost(format!("{path} holds {held} customers of {customers}"));
                }
                Some(_) => {}
            }
        }
        for path in files.into_keys() {
            if self.proven.contains(&path) {
                continue;
            }
            let mut events = client.events();
            let input = VerifyBackup { path: path.clone(), password: None };
            let proof = match client.backups_verify(input).await {
                Ok(started) => ended(&mut events, &started).await?.map_err(|error| error.code),
                Err(error) => Err(error.code()),
            };
            match proof {
                Ok(_) => {
                    self.proven.insert(path);
                }
                Err(code) => found.half(format!("{path} counts as a backup and is none: {}", code.as_str())),
            }
        }
        client.session_lock(()).await?;
        Ok(())
    }
}

impl Trial for Backing {
    const DEED: Deed = Deed::Backup;

    fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }

    fn prepare(&mut self, _: &mut Order) {}

    async fn look(&mut self, heard: &[Said], found: &mut Found) -> Result<(), Failure> {
        let (mut last, mut held) = (None, 0);
        for said in heard {
            self.saves.hear(said);
            match said {
                Said::Begins(Step::Backup { .. }) => held = self.saves.customers(),
                Said::Done(Step::Backup { path }) => last = Some((path.clone(), held)),
                _ => {}
            }
        }
        self.prove(last, found).await?;
        let seen = self.saves.look(&mut self.desk, &password(0), &pending(heard), found).await?;
        if let Some(seen) = seen
            && usize::try_from(seen.waiting)? != self.saves.times()
        {
            found.lost(format!("{} changes wait of {}", seen.waiting, self.saves.times()));
        }
        Ok(())
    }
}
