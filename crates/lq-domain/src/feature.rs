//! The feature words: one word per thing, the same in every layer.

use serde::{Deserialize, Serialize};

macro_rules! features {
    ($($(#[$doc:meta])* $name:ident => $word:literal),* $(,)?) => {
        /// A feature of the product. Its word names modules, tables, commands, screens and words-file sections.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
        #[serde(rename_all = "snake_case")]
        pub enum Feature { $($(#[$doc])* $name,)* }

        impl Feature {
            /// Every feature.
            pub const ALL: &'static [Feature] = &[$(Feature::$name,)*];

            /// The feature's word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Feature::$name => $word,)* }
            }

            /// The feature with this word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Feature::$name),)* _ => None }
            }
        }
    };
}

features! {
    /// Customers, personal and corporate.
    Customers => "customers",
    /// Tags on customers.
    Tags => "tags",
    /// What customers hold with the bank, or owe it.
    Accounts => "accounts",
    /// What was booked on accounts.
    Transactions => "transactions",
    /// Suspicious-transaction cases, secret from all who do not work on them.
    Cases => "cases",
    /// Saved views of lists.
    Views => "views",
    /// Files brought in.
    Imports => "imports",
    /// Files taken out.
    Exports => "exports",
    /// Who saw, changed or exported what.
    Audits => "audits",
    /// Members of staff.
    Users => "users",
    /// Branches and their hierarchy.
    Branches => "branches",
    /// Who may see and do what, and why.
    Access => "access",
    /// Installations.
    Devices => "devices",
    /// Administrative divisions, for addresses.
    Divisions => "divisions",
    /// Sign-in, lock and unlock.
    Session => "session",
    /// The exchange with the server.
    Sync => "sync",
    /// Preferences.
    Settings => "settings",
    /// Copies of the store to bring back.
    Backups => "backups",
    /// Work beside the screen.
    Jobs => "jobs",
    /// Guides.
    Help => "help",
}
