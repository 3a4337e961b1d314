//! Which customers a list shows, and in which order. The store turns it into SQL.

use super::Field;
use crate::ids::{ImportId, TagId};
use serde::{Deserialize, Serialize};

/// Which customers, in which order. All parts narrow the list.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
pub struct CustomerQuery {
    /// Words as typed into the search box; empty for all.
    #[serde(default)]
    pub text: String,
    /// Conditions; all of them hold.
    #[serde(default)]
    pub filters: Vec<CustomerFilter>,
    /// Order; by name when absent.
    #[serde(default)]
    pub sort: Option<CustomerSort>,
}

// What is searched for is often a name or a number.
impl std::fmt::Debug for CustomerQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CustomerQuery({} filters, {:?})", self.filters.len(), self.sort)
    }
}

/// One condition of a list.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CustomerFilter {
    /// The choice, user or branch field holds one of these; an empty text stands for "nothing entered".
    OneOf {
        /// The field.
        field: Field,
        /// The values.
        values: Vec<String>,
    },
    /// The money or date field lies between these, both included; canonical text.
    Between {
        /// The field.
        field: Field,
        /// The least value.
        from: Option<String>,
        /// The greatest value.
        to: Option<String>,
    },
    /// The age in years lies between these, both included.
    Age {
        /// The least.
        from: Option<u32>,
        /// The greatest.
        to: Option<u32>,
    },
    /// Has at least one of these tags.
    Tags {
        /// The tags.
        tags: Vec<TagId>,
    },
    /// Lives in this division or one below it.
    Division {
        /// The division's code.
        code: String,
    },
    /// Stands like this with the server.
    Sync {
        /// One of these.
        states: Vec<SyncMark>,
    },
    /// Came in with this import.
    Import {
        /// The import.
        import: ImportId,
    },
}

/// Order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
pub struct CustomerSort {
    /// What to sort by.
    pub by: SortKey,
    /// Greatest first.
    pub descending: bool,
}

/// What a list can be sorted by. Rows without the value come last in either direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    /// Name, in pinyin order.
    Name,
    /// Day of birth.
    BirthDate,
    /// Income a year.
    Income,
    /// Assets.
    Assets,
    /// Risk grade.
    RiskGrade,
    /// When the record was made.
    CreatedAt,
    /// When the record was last changed.
    UpdatedAt,
}

/// How a record stands with the server, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncMark {
    /// The server has it as it is shown.
    Synced,
    /// Changes wait to be sent.
    Pending,
    /// Somebody else changed the same field; the user has to choose.
    Conflict,
    /// The server refused a change.
    Refused,
}
