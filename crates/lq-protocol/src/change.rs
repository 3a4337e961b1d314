//! One change of one record, and what became of it.

use crate::error::ErrorCode;
use lq_domain::clock::Stamp;
use lq_domain::feature::Feature;
use lq_domain::ids::{ChangeId, UserId};
use lq_domain::record::{Conflict, FieldChanges, Record, Saw};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One change of one record, made on a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Names the change; a repeated id is the same change.
    pub id: ChangeId,
    /// Counts the device's changes within one incarnation of its store, from 1, without holes.
    pub sequence: u64,
    /// The feature whose record changes.
    pub entity: Feature,
    /// The record.
    pub record_id: Uuid,
    /// The server's revision that the author saw; 0 makes the record.
    pub base_revision: u64,
    /// The [`Record::checksum`] of what the author saw, where that matters: before a deletion. Releases before did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<u64>,
    /// From what to what, field by field. Deleting sets the field `deleted`.
    pub fields: FieldChanges,
    /// When it was made, by the device's hybrid clock.
    pub made_at: Stamp,
    /// Who made it.
    pub actor: UserId,
    /// Wire shape of the device that made it.
    pub schema: u16,
    /// Why, where the author was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The way it was made.
    pub channel: Channel,
}

impl Change {
    /// What its author saw.
    #[must_use]
    pub const fn saw(&self) -> Saw {
        Saw { revision: self.base_revision, checksum: self.seen }
    }
}

/// The way a change was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By hand, in a form.
    Form,
    /// By an import.
    Import,
    /// By undoing an earlier change.
    Undo,
    /// By settling a conflict.
    Settle,
    /// Through the server's API.
    Api,
}

/// What the server made of a change. A repeated change gets its first outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The change.
    pub change: ChangeId,
    /// What became of it.
    pub result: ChangeResult,
    /// The record as the server has it now, when the author may see it.
    pub record: Option<Record>,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChangeResult {
    /// Taken as it was meant.
    Applied,
    /// Taken, and these fields had also changed on the server; each field's rule settled it.
    Merged {
        /// The fields.
        fields: Vec<String>,
    },
    /// These fields wait for their author; all others were taken.
    Conflict {
        /// The fields with base, mine and theirs.
        conflicts: Vec<Conflict>,
    },
    /// Nothing was taken.
    Refused {
        /// Why.
        code: ErrorCode,
        /// The field that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<String>,
    },
}
