//! One of two backups is brought back, in turn.

use crate::Failure;
use crate::bank::Bank;
use crate::deed::Deed;
use crate::desk::{Desk, create, ended, password, sign_in};
use crate::found::Found;
use crate::hunt::Trial;
use crate::look::{Saves, pending};
use crate::said::{Said, Step};
use crate::worker::Order;
use lq_client::Client;
use lq_client::contract::files::JobResult;
use std::path::{Path, PathBuf};

/// Customers that a colleague makes between the two backups.
const COLLEAGUES: usize = 40;

/// A device whose server is gone, so that nothing that is saved is ever sent. The later backup holds customers that came from the
/// server, and the earlier does not.
pub(crate) struct Restoring {
    desk: Desk,
    saves: Saves,
    backups: Vec<PathBuf>,
    /// Which of the two the store was made of last.
    later: bool,
}

impl Restoring {
    pub(crate) async fn new(within: &Path, seed: u64) -> Result<Self, Failure> {
        let bank = Bank::open().await?;
        let mut desk = Desk::joined(within, &bank, seed).await?;
        let mut other_desk = Desk::joined(within, &bank, seed ^ 0xFFFF).await?;
        let (client, other) = (desk.client(), other_desk.client());
        for one in [&client, &other] {
            sign_in(one, &password(0)).await.map_err(|code| code.as_str())?;
        }
        client.sync_run(()).await?;
        let earlier = back_up(&client).await?;
        for number in 0..COLLEAGUES {
            let name = format!("{}{number}", super::COLLEAGUE);
            create(&other, &name, "").await.map_err(|code| code.as_str())?;
        }
        other.sync_run(()).await?;
        client.sync_run(()).await?;
        desk.clock.advance(1_000);
        let later = back_up(&client).await?;
        for one in [client, other] {
            one.session_lock(()).await?;
        }
        bank.leave().await?;
        Ok(Self { desk, saves: Saves::default(), backups: vec![earlier, later], later: true })
    }
}

async fn back_up(client: &Client) -> Result<PathBuf, Failure> {
    let mut events = client.events();
    let started = client.backups_create(()).await?;
    match ended(&mut events, &started).await? {
        Ok(JobResult::Backup { path, .. }) => Ok(PathBuf::from(path)),
        Ok(_) => Err("no backup came of it".into()),
        Err(error) => Err(error.code.as_str().into()),
    }
}

impl Trial for Restoring {
    const DEED: Deed = Deed::Restore;

    fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }

    fn prepare(&mut self, order: &mut Order) {
        order.files.clone_from(&self.backups);
    }

    async fn look(&mut self, heard: &[Said], found: &mut Found) -> Result<(), Failure> {
        for said in heard {
            self.saves.hear(said);
            if let Said::Done(Step::Restore { later }) = said {
                self.later = *later;
            }
        }
        let open = pending(heard);
        let Some(seen) = self.saves.look(&mut self.desk, &password(0), &open, found).await? else {
            return Ok(());
        };
        let held = seen.rows.iter().filter(|row| row.name.starts_with(super::COLLEAGUE)).count();
        let is_later = held == COLLEAGUES;
        if held != 0 && !is_later {
            found.half(format!("{held} customers of {COLLEAGUES} came back"));
        } else if is_later != self.later {
            if open.contains(&Step::Restore { later: is_later }) {
                self.later = is_later;
            } else {
                found.lost("the store is made of the other backup");
            }
        }
        if usize::try_from(seen.waiting)? != self.saves.times() {
            found.lost(format!("{} changes wait of {}", seen.waiting, self.saves.times()));
        }
        Ok(())
    }
}
