//! Rounds with a server.

use crate::Failure;
use crate::bank::Bank;
use crate::deed::Deed;
use crate::desk::{Desk, create, password, rows, sign_in, update};
use crate::found::Found;
use crate::hunt::Trial;
use crate::look::{Saves, pending};
use crate::said::{Said, Step};
use crate::worker::{Order, SAVED};
use lq_client::Client;
use lq_domain::customers::Field;
use lq_domain::feature::Feature;
use std::collections::BTreeMap;
use std::path::Path;

/// Rounds until nothing waits any more.
const ROUNDS: u32 = 3;

/// A device of a bank, and another device of the same user that changes things meanwhile.
pub(crate) struct Syncing {
    bank: Bank,
    desk: Desk,
    saves: Saves,
    other: Client,
    _other_desk: Desk,
    looks: u64,
}

impl Syncing {
    pub(crate) async fn new(within: &Path, seed: u64) -> Result<Self, Failure> {
        let bank = Bank::open().await?;
        let desk = Desk::joined(within, &bank, seed).await?;
        let mut other_desk = Desk::joined(within, &bank, seed ^ 0xFFFF).await?;
        let other = other_desk.client();
        sign_in(&other, &password(0)).await.map_err(|code| code.as_str())?;
        Ok(Self { bank, desk, saves: Saves::default(), other, _other_desk: other_desk, looks: 0 })
    }

    /// After a round that was called done, only what was saved since may wait.
    async fn look_at_the_outbox(&mut self, heard: &[Said], found: &mut Found) -> Result<(), Failure> {
        let done = heard.iter().rposition(|said| *said == Said::Done(Step::Round));
        let Some(done) = done else { return Ok(()) };
        let began = heard[..done].iter().rposition(|said| *said == Said::Begins(Step::Round)).unwrap_or(0);
        let since =
            heard[began..].iter().filter(|said| matches!(said, Said::Begins(Step::Save { .. }))).count();
        let store = self.desk.store(&password(0)).await?;
        let waiting = usize::try_from(store.counts().await?.pending)?;
        store.close().await;
        if waiting > since {
            found.lost(format!("{waiting} changes wait after a round, and {since} were made since"));
        }
        Ok(())
    }

    /// The other device makes a customer, or changes another field of one.
    async fn meddle(&mut self) -> Result<(), Failure> {
        self.looks += 1;
        let text = format!("{COLLEAGUE}{}", self.looks, COLLEAGUE = super::COLLEAGUE);
        let known = rows(&self.other).await.map_err(|code| code.as_str())?;
        let own = known.iter().find(|row| row.name.starts_with(SAVED) && row.employer.is_empty());
        let done = match own {
            Some(row) if self.looks.is_multiple_of(2) => {
                update(&self.other, row.id, Field::Employer, &text).await
            }
            _ => create(&self.other, &text, "").await.map(drop),
        };
        done.map_err(|code| code.as_str())?;
        self.other.sync_run(()).await?;
        Ok(())
    }

    /// A round, and the device is as the server.
    async fn settle(&mut self, found: &mut Found) -> Result<(), Failure> {
        let client = self.desk.client();
        if let Err(code) = sign_in(&client, &password(0)).await {
            found.corrupt(format!("the store does not open: {}", code.as_str()));
            return Ok(());
        }
        for _ in 0..ROUNDS {
            match client.sync_run(()).await {
                Ok(view) if view.pending == 0 => break,
                Ok(_) => {}
                Err(error) => found.corrupt(format!("the round failed: {}", error.code().as_str())),
            }
        }
        let view = client.sync_state(()).await?;
        if view.pending + view.conflicts + view.refused > 0 {
            found.half(format!(
                "{} wait, {} ask, {} are refused after a round",
                view.pending, view.conflicts, view.refused
            ));
        }
        client.session_lock(()).await?;
        Ok(())
    }

    async fn compare(&mut self, found: &mut Found) -> Result<(), Failure> {
        let customers = self.bank.customers().await?;
        let store = self.desk.store(&password(0)).await?;
        for theirs in &customers {
            match store.record(Feature::Customers, theirs.id).await? {
                None => found.lost(format!("the device lacks {}", theirs.id)),
                Some(mine) if mine.fields != theirs.fields || mine.revision != theirs.revision => {
                    found.half(format!("{} is another at the server", theirs.id));
                }
                Some(_) => {}
            }
        }
        store.close().await;
        let ledger = self.bank.saves().await?;
        let names: BTreeMap<_, _> =
            customers.iter().filter_map(|customer| Some((customer.get("name")?, customer.id))).collect();
        for (name, times) in self.saves.each() {
            let settled = names.get(name).and_then(|id| ledger.get(id)).copied().unwrap_or_default();
            let times = i64::try_from(times)?;
            if settled < times {
                found.lost(format!("the server settled {settled} of {times} changes of {name}"));
            } else if settled > times {
                found.half(format!("the server settled {settled} changes of {name}, {times} were made"));
            }
        }
        for change in self.bank.twice().await? {
            found.half(format!("{change} had its effect twice"));
        }
        Ok(())
    }
}

impl Trial for Syncing {
    const DEED: Deed = Deed::Sync;

    fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }

    fn prepare(&mut self, _: &mut Order) {}

    async fn look(&mut self, heard: &[Said], found: &mut Found) -> Result<(), Failure> {
        heard.iter().for_each(|said| self.saves.hear(said));
        self.look_at_the_outbox(heard, found).await?;
        self.settle(found).await?;
        let seen = self.saves.look(&mut self.desk, &password(0), &pending(heard), found).await?;
        if let Some(seen) = seen {
            let there = self.bank.customers().await?.len();
            if seen.rows.len() != there {
                found.half(format!("{} customers, and {there} at the server", seen.rows.len()));
            }
            self.compare(found).await?;
        }
        self.meddle().await
    }
}
