//! What the one that is killed says: a line before it begins something, and a line when that is done.

use serde::{Deserialize, Serialize};
use std::io::Write as _;

/// Something that may be called done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Step {
    /// A customer is saved from a form.
    Save {
        /// The name; no two customers have the same.
        name: String,
        /// The notes, which differ with every save.
        notes: String,
    },
    /// The file is imported.
    Import,
    /// The import is taken back.
    Undo,
    /// A round with the server.
    Round,
    /// A backup; the path is known when it is done.
    Backup {
        /// The file.
        path: String,
    },
    /// A backup is brought back.
    Restore {
        /// Whether it is the one with the colleagues' customers.
        later: bool,
    },
    /// The password becomes the one of this number.
    Password {
        /// The number.
        number: u64,
    },
    /// The store gets a new data key.
    Rekey,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Said {
    /// The store is open.
    Open,
    /// A step begins.
    Begins(Step),
    /// A step is done: whatever happens from here on, it stands.
    Done(Step),
    /// The last part of a step begins, which is short and decides.
    Close,
    /// All that is done again and again was done once.
    Cycle,
    /// The disk is full; it waits until it is told to go on.
    Full,
    /// It can't go on.
    Failed(String),
}

impl Said {
    /// Says it, in one write: who hears a line hears all of it.
    pub(crate) fn say(&self) -> std::io::Result<()> {
        let mut line = serde_json::to_string(self).map_err(std::io::Error::other)?;
        line.push('\n');
        let mut out = std::io::stdout().lock();
        out.write_all(line.as_bytes())?;
        out.flush()
    }

    /// What a line says.
    pub(crate) fn read(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }
}
