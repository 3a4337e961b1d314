//! Walks a chain of the audit from its first entry to its last, and tells what was done to it.

use crate::audits::verify::Fault;
use crate::db::audits::{Entry, read};
use crate::db::{signed, unsigned};
use crate::error::ServerError;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Entries that are read at once.
const STEP: i64 = 1_000;
/// Faults of one chain that are told; whoever rewrites more of it is known by these.
const TOLD: usize = 100;

/// What a walk along a chain has found.
#[derive(Default)]
pub(crate) struct Chain {
    /// How many entries there are.
    pub(crate) entries: u64,
    /// The position of the last.
    pub(crate) last: u64,
    /// What is wrong, by position; at most [`TOLD`] of each kind.
    pub(crate) faults: BTreeMap<u64, Fault>,
    /// Hashes at the positions that were asked for.
    pub(crate) hashes: BTreeMap<u64, Vec<u8>>,
}

/// An entry that is not what its hash says.
struct Suspect {
    position: u64,
    previous: Vec<u8>,
    hash: Vec<u8>,
    entry: Option<Entry>,
}

struct Walk<'a> {
    branch: Uuid,
    wanted: &'a BTreeSet<u64>,
    chain: Chain,
    /// The hash of the last entry, as it stands there.
    hash: Vec<u8>,
    /// Whether the last entry is a suspect: then it explains that the next does not fit.
    doubtful: bool,
    suspects: Vec<Suspect>,
    /// Positions without an entry.
    missing: Vec<u64>,
}

/// Walks a branch's chain, and keeps the hashes at these positions.
pub(crate) async fn walk(
    connection: &mut PgConnection,
    branch: Uuid,
    wanted: &BTreeSet<u64>,
) -> Result<Chain, ServerError> {
    let mut walk = Walk {
        branch,
        wanted,
        chain: Chain::default(),
        hash: Vec::new(),
        doubtful: false,
        suspects: Vec::new(),
        missing: Vec::new(),
    };
    loop {
        let rows = sqlx::query(
            "SELECT position, at, made_at, user_id, device_id, action, entity, record_id, change_id, fields, reason,
                    previous, hash
               FROM audits
              WHERE branch_id = $1
                AND position > $2
              ORDER BY position
              LIMIT $3",
        )
        .bind(branch)
        .bind(signed(walk.chain.last))
        .bind(STEP)
        .fetch_all(&mut *connection)
        .await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            walk.step(row)?;
        }
    }
    let head = sqlx::query("SELECT position, hash FROM audit_heads WHERE branch_id = $1")
        .bind(branch)
        .fetch_optional(connection)
        .await?;
    let head = match head {
        Some(row) => (unsigned(&row, "position")?, row.try_get("hash")?),
        None => (0, Vec::new()),
    };
    Ok(walk.end(&head))
}

impl Walk<'_> {
    fn step(&mut self, row: &PgRow) -> Result<(), ServerError> {
        let position = unsigned(row, "position")?;
        let previous: Vec<u8> = row.try_get("previous")?;
        let hash: Vec<u8> = row.try_get("hash")?;
        // What does not even read was not written by a server.
        let entry = read(row).ok();
        let own = match &entry {
            Some(entry) => entry.hash(self.branch, position, &previous)? == hash,
            None => false,
        };
        let last = self.chain.last;
        if position > last + 1 {
            self.tell(last + 1, Fault::Removed);
            self.missing.extend((last + 1..position).take(TOLD));
        } else if own && previous != self.hash && !self.doubtful {
            // The entry before got a hash of its own choice, and this one still knows the old.
            self.tell(last.max(1), Fault::Changed);
        }
        if self.wanted.contains(&position) {
            self.chain.hashes.insert(position, hash.clone());
        }
        self.hash.clone_from(&hash);
        self.doubtful = !own;
        self.chain.entries += 1;
        self.chain.last = position;
        if !own && self.suspects.len() < TOLD {
            self.suspects.push(Suspect { position, previous, hash, entry });
        }
        Ok(())
    }

    fn tell(&mut self, position: u64, fault: Fault) {
        if self.chain.faults.len() < TOLD {
            self.chain.faults.entry(position).or_insert(fault);
        }
    }

    fn end(mut self, head: &(u64, Vec<u8>)) -> Chain {
        let last = self.chain.last;
        if head.0 > last {
            self.chain.faults.insert(last + 1, Fault::Truncated);
            self.missing.extend((last + 1..=head.0).take(TOLD));
        } else if head.0 < last || head.1 != self.hash && !self.doubtful {
            self.chain.faults.entry(last).or_insert(Fault::Head);
        }
        let moved: Vec<(u64, bool)> =
            self.suspects.iter().map(|suspect| (suspect.position, self.moved(suspect))).collect();
        for (position, moved) in moved {
            self.chain.faults.insert(position, if moved { Fault::Reordered } else { Fault::Changed });
        }
        self.chain
    }

    /// Whether an entry was written for another place of those that are in doubt, or another of those entries for its place.
    fn moved(&self, suspect: &Suspect) -> bool {
        let is = |entry: &Option<Entry>, position: u64| {
            entry.as_ref().is_some_and(|entry| {
                entry.hash(self.branch, position, &suspect.previous).is_ok_and(|hash| hash == suspect.hash)
            })
        };
        let places = self.suspects.iter().map(|other| other.position).chain(self.missing.iter().copied());
        places.filter(|place| *place != suspect.position).any(|place| is(&suspect.entry, place))
            || self.suspects.iter().any(|other| is(&other.entry, suspect.position))
    }
}
