//! What a store holds after a kill, against what was said.

use crate::Failure;
use crate::desk::{self, Desk, Row, sign_in};
use crate::found::Found;
use crate::said::{Said, Step};
use crate::worker::SAVED;
use lq_client::Client;
use lq_client::contract::customers::FindCustomers;
use std::collections::{BTreeMap, BTreeSet};

/// Changes of one customer that are read.
const HISTORY: u32 = 10_000;
/// What lies beside a store only while something is made of it.
const MAKING: [&str; 4] = ["store.db.restored", "store.db.scratch", "store.db.replaced", "vault.json.new"];

/// Steps that had begun and were not called done when the life ended.
pub(crate) fn pending(heard: &[Said]) -> Vec<Step> {
    let mut open: Vec<Step> = Vec::new();
    for said in heard {
        match said {
            Said::Begins(step) => open.push(step.clone()),
            Said::Done(step) => {
                let same = |other: &Step| match other {
                    Step::Save { .. } => other == step,
                    _ => std::mem::discriminant(other) == std::mem::discriminant(step),
                };
                if let Some(at) = open.iter().position(same) {
                    open.remove(at);
                }
            }
            _ => {}
        }
    }
    open
}

/// A customer as it was last called saved, and how often it was.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Save {
    notes: String,
    times: usize,
}

/// Everything that was called saved, by the customer's name.
#[derive(Debug, Default)]
pub(crate) struct Saves {
    by_name: BTreeMap<String, Save>,
    /// Since the last look.
    touched: BTreeSet<String>,
}

/// What a look has seen.
pub(crate) struct Seen {
    /// All customers.
    pub(crate) rows: Vec<Row>,
    /// Changes that wait for the server.
    pub(crate) waiting: u32,
}

impl Saves {
    /// How many saves there were in all.
    pub(crate) fn times(&self) -> usize {
        self.by_name.values().map(|save| save.times).sum()
    }

    /// How many customers were saved.
    pub(crate) fn customers(&self) -> usize {
        self.by_name.len()
    }

    /// How often each customer was saved.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&str, usize)> {
        self.by_name.iter().map(|(name, save)| (name.as_str(), save.times))
    }

    fn take(&mut self, name: &str, notes: &str) {
        let save =
            self.by_name.entry(name.to_owned()).or_insert_with(|| Save { notes: String::new(), times: 0 });
        notes.clone_into(&mut save.notes);
        save.times += 1;
        self.touched.insert(name.to_owned());
    }

    /// Notes what was called saved.
    pub(crate) fn hear(&mut self, said: &Said) {
        if let Said::Done(Step::Save { name, notes }) = said {
            self.take(name, notes);
        }
    }

    /// Compares with what is there. A save that was not called done may have been; it counts from then on.
    fn compare(&mut self, rows: &[Row], open: &[Step], found: &mut Found) {
        let own: Vec<&Row> = rows.iter().filter(|row| row.name.starts_with(SAVED)).collect();
        for step in open {
            let Step::Save { name, notes } = step else { continue };
            if own.iter().any(|row| row.name == *name && row.notes == *notes) {
                self.take(name, notes);
            }
        }
        let mut there: BTreeMap<&str, &str> = BTreeMap::new();
        for row in own {
            if there.insert(&row.name, &row.notes).is_some() {
                found.half(format!("{} is there twice", row.name));
            }
            if !self.by_name.contains_key(&row.name) {
                found.half(format!("{} was saved by nobody", row.name));
            }
        }
        for (name, save) in &self.by_name {
            match there.get(name.as_str()) {
                None => found.lost(format!("{name} is not there")),
                Some(notes) if *notes != save.notes => {
                    found.lost(format!("{name} says {notes:?} and not {:?}", save.notes));
                }
                Some(_) => {}
            }
        }
    }

    /// Opens the store as its user does and then as it is, and looks at all of it.
    pub(crate) async fn look(
        &mut self,
        desk: &mut Desk,
        password: &str,
        open: &[Step],
        found: &mut Found,
    ) -> Result<Option<Seen>, Failure> {
        let client = desk.client();
        if let Err(code) = sign_in(&client, password).await {
            found.corrupt(format!("the store does not open: {}", code.as_str()));
            return Ok(None);
        }
        let rows = desk::rows(&client).await.map_err(|code| code.as_str())?;
        self.compare(&rows, open, found);
        self.search(&client, found).await?;
        client.session_lock(()).await?;
        let waiting = self.inspect(desk, password, &rows, found).await?;
        let named = desk.vault()?.database();
        for file in desk.files()? {
            let of_another_key = file.extension().is_some_and(|ending| ending == "db") && file != named;
            if of_another_key || MAKING.iter().any(|name| file.ends_with(name)) {
                found.half(format!("{} is left", file.display()));
            }
        }
        self.touched.clear();
        Ok(Some(Seen { rows, waiting }))
    }

    /// What was saved since the last look is found by its name.
    async fn search(&self, client: &Client, found: &mut Found) -> Result<(), Failure> {
        for name in &self.touched {
            let hits = client.customers_find(FindCustomers { text: name.clone(), limit: 50 }).await?;
            if !hits.iter().any(|hit| hit.name == *name) {
                found.corrupt(format!("search does not find {name}"));
            }
        }
        Ok(())
    }

    /// The closed store: sound, and with one change for each save.
    async fn inspect(
        &self,
        desk: &mut Desk,
        password: &str,
        rows: &[Row],
        found: &mut Found,
    ) -> Result<u32, Failure> {
        let store = desk.store(password).await?;
        for fault in store.faults().await? {
            found.corrupt(fault);
        }
        for row in rows.iter().filter(|row| self.touched.contains(&row.name)) {
            let past = store.history(row.id.0, HISTORY).await?;
            let saves =
                past.iter().filter(|past| past.here && past.change.fields.contains_key("notes")).count();
            let times = self.by_name.get(&row.name).map_or(0, |save| save.times);
            if saves < times {
                found.lost(format!("{} has {saves} changes of {times}", row.name));
            } else if saves > times {
                found.half(format!("{} has {saves} changes of {times}", row.name));
            }
        }
        let waiting = store.counts().await?.pending;
        store.close().await;
        Ok(waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn save(notes: &str) -> Step {
        Step::Save { name: format!("{SAVED}1"), notes: notes.to_owned() }
    }

    fn row(notes: &str) -> Row {
        Row {
            name: format!("{SAVED}1"),
            mobile: String::new(),
            employer: String::new(),
            notes: notes.to_owned(),
            id: lq_domain::ids::CustomerId(uuid::Uuid::nil()),
        }
    }

    fn found(heard: &[Said], rows: &[Row]) -> Vec<String> {
        let (mut saves, mut found) = (Saves::default(), Found::default());
        heard.iter().for_each(|said| saves.hear(said));
        saves.compare(rows, &pending(heard), &mut found);
        found.notes().collect()
    }

    #[test]
    fn a_save_that_was_called_done_must_be_there_and_one_that_had_begun_may_be() {
        let first = [Said::Begins(save("a")), Said::Done(save("a"))];
        assert_eq!(found(&first, &[row("a")]), [""; 0]);
        assert_eq!(found(&first, &[]), ["lost: 存1 is not there"]);
        let second = [&first[..], &[Said::Begins(save("b"))]].concat();
        assert_eq!(found(&second, &[row("a")]), [""; 0]);
        assert_eq!(found(&second, &[row("b")]), [""; 0]);
        assert_eq!(found(&second, &[row("c")]).len(), 1);
        assert_eq!(found(&second, &[row("a"), row("a")]), ["half-done: 存1 is there twice"]);
        assert_eq!(found(&[], &[row("a")]), ["half-done: 存1 was saved by nobody"]);
    }

    #[test]
    fn a_backup_that_is_done_has_a_name_that_it_had_not_when_it_began() {
        let begins = Said::Begins(Step::Backup { path: String::new() });
        assert_eq!(pending(std::slice::from_ref(&begins)).len(), 1);
        assert!(pending(&[begins, Said::Done(Step::Backup { path: "b".to_owned() })]).is_empty());
    }
}
