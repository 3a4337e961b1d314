//! What is killed.

use std::fmt;

/// Something that a user does, and that is killed while it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deed {
    /// Customers are saved.
    Write,
    /// A file of customers is imported and taken back, while forms are saved.
    Import,
    /// Rounds with a server.
    Sync,
    /// Backups.
    Backup,
    /// One of two backups is brought back, in turn.
    Restore,
    /// The password is changed.
    Password,
    /// The store gets a new data key.
    Rekey,
}

impl Deed {
    /// Every deed.
    pub(crate) const ALL: [Deed; 7] =
        [Deed::Write, Deed::Import, Deed::Sync, Deed::Backup, Deed::Restore, Deed::Password, Deed::Rekey];

    /// The deed's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Deed::Write => "write",
            Deed::Import => "import",
            Deed::Sync => "sync",
            Deed::Backup => "backup",
            Deed::Restore => "restore",
            Deed::Password => "password",
            Deed::Rekey => "rekey",
        }
    }

    /// The deed with this word.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.as_str() == word)
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
