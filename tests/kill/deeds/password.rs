//! The password is changed.

use crate::Failure;
use crate::deed::Deed;
use crate::desk::{Desk, light, password};
use crate::found::Found;
use crate::hunt::Trial;
use crate::look::{Saves, pending};
use crate::said::{Said, Step};
use crate::worker::Order;
use lq_protocol::secret::derive;
use std::path::Path;

/// A store that works alone, and the number of the password that opens it.
pub(crate) struct Changing {
    desk: Desk,
    saves: Saves,
    number: u64,
}

impl Changing {
    pub(crate) async fn new(within: &Path, seed: u64) -> Result<Self, Failure> {
        Ok(Self { desk: Desk::alone(within, seed).await?, saves: Saves::default(), number: 0 })
    }

    /// Exactly one password opens the vault: the last that was called set, or the one that was being set.
    fn settle(&mut self, wanted: Option<u64>, found: &mut Found) -> Result<bool, Failure> {
        let old = self.desk.key(&password(self.number))?.is_some();
        let new = wanted.is_some_and(|number| number != self.number)
            && self.desk.key(&password(wanted.unwrap_or_default()))?.is_some();
        match (old, new) {
            (true, true) => found.half("both passwords open the vault"),
            (false, false) => found.lost("no password opens the vault"),
            (true, false) => {}
            (false, true) => self.number = wanted.unwrap_or_default(),
        }
        Ok(old != new)
    }

    /// Wraps the key by the same password at a lighter cost: deriving at the product's would be most of the next life.
    fn lighten(&mut self) -> Result<(), Failure> {
        let text = password(self.number);
        let key = self.desk.key(&text)?.ok_or("the password opens nothing")?;
        let chance = self.desk.chance();
        let kdf = light(chance.as_ref());
        let derived = derive(&text, &kdf).map_err(|_| "the cost is none")?;
        Ok(self.desk.vault()?.rewrap(&key, kdf, &derived.key, chance.as_ref())?)
    }
}

impl Trial for Changing {
    const DEED: Deed = Deed::Password;

    fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }

    fn prepare(&mut self, order: &mut Order) {
        order.password = self.number;
    }

    async fn look(&mut self, heard: &[Said], found: &mut Found) -> Result<(), Failure> {
        let before = self.number;
        for said in heard {
            self.saves.hear(said);
            if let Said::Done(Step::Password { number }) = said {
                self.number = *number;
            }
        }
        if self.number != before && self.desk.key(&password(before)).is_ok_and(|key| key.is_some()) {
            found.half("the old password opens the vault still");
        }
        let open = pending(heard);
        let wanted = open.iter().find_map(|step| match step {
            Step::Password { number } => Some(*number),
            _ => None,
        });
        let settled = match self.settle(wanted, found) {
            Ok(settled) => settled,
            Err(error) => {
                found.corrupt(format!("the vault: {error}"));
                false
            }
        };
        if settled {
            self.lighten()?;
            self.saves.look(&mut self.desk, &password(self.number), &open, found).await?;
        }
        Ok(())
    }
}
