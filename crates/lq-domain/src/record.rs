//! Records: what is merged field by field. Every synced row is one, whatever its feature.
//!
//! A field's value is its canonical text, or nothing. The feature's own module parses and checks it, so the store,
//! the wire, the history, the import and the export can treat all fields alike.

use crate::clock::{Stamp, Timestamp};
use crate::feature::Feature;
use crate::ids::UserId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Canonical text of a field, or nothing.
pub type FieldValue = Option<String>;

/// The pseudo-field that says a record is deleted: `"1"`, or nothing.
pub const DELETED: &str = "deleted";

/// What one edit did to one field: from which value, to which.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The value its author saw.
    pub base: FieldValue,
    /// The value its author wants.
    pub new: FieldValue,
}

// Field values are customer data, so a change shows only that there is one.
impl std::fmt::Debug for FieldChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FieldChange({} -> {})", seen(&self.base), seen(&self.new))
    }
}

const fn seen(value: &FieldValue) -> &'static str {
    if value.is_some() { "•" } else { "∅" }
}

/// The fields of one edit, by name.
pub type FieldChanges = BTreeMap<String, FieldChange>;

/// A synced row in its canonical form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Which feature's row this is.
    pub entity: Feature,
    /// The row's id.
    pub id: Uuid,
    /// Counts the server's writes of this row; 0 before the server has seen it.
    pub revision: u64,
    /// The values, without the absent ones.
    pub fields: BTreeMap<String, String>,
    /// When each field was last written.
    #[serde(default)]
    pub stamps: BTreeMap<String, Stamp>,
    /// When the row was made, on the device that made it.
    pub created_at: Timestamp,
    /// When the row was last written.
    pub updated_at: Timestamp,
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Record({} {} r{})", self.entity.as_str(), self.id, self.revision)
    }
}

impl Record {
    /// A row without values that no server has seen yet.
    #[must_use]
    pub fn new(entity: Feature, id: Uuid, at: Timestamp) -> Self {
        Self {
            entity,
            id,
            revision: 0,
            fields: BTreeMap::new(),
            stamps: BTreeMap::new(),
            created_at: at,
            updated_at: at,
        }
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }

    /// Sets or clears a field, without a stamp.
    pub fn set(&mut self, field: &str, value: FieldValue) {
        match value {
            Some(value) => self.fields.insert(field.to_owned(), value),
            None => self.fields.remove(field),
        };
    }

    /// Whether the row is deleted.
    #[must_use]
    pub fn deleted(&self) -> bool {
        self.get(DELETED).is_some()
    }

    /// A checksum of all values but [`DELETED`]: two records that say the same have the same one, on every machine and in every
    /// release (FNV-1a, 64 bits). It guards against nobody: whoever wants two records with one checksum can make them.
    #[must_use]
    pub fn checksum(&self) -> u64 {
        const BASIS: u64 = 0xCBF2_9CE4_8422_2325;
        const PRIME: u64 = 0x0100_0000_01B3;
        let values = self.fields.iter().filter(|(field, _)| *field != DELETED);
        let bytes =
            values.flat_map(|(field, value)| field.bytes().chain([0xFF]).chain(value.bytes()).chain([0xFE]));
        bytes.fold(BASIS, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(PRIME))
    }

    /// The stamp of what stands against somebody's edit of a field. Against a deletion stands the newest edit, whatever
    /// field it was of.
    #[must_use]
    pub fn stamp_against(&self, field: &str) -> Option<Stamp> {
        if field == DELETED && !self.deleted() {
            return self.stamps.values().max().copied();
        }
        self.stamps.get(field).copied()
    }

    /// Takes an edit as its author meant it, without looking at what others did: the local overlay.
    pub fn overlay(&mut self, changes: &FieldChanges, stamp: Stamp) {
        for (field, change) in changes {
            self.set(field, change.new.clone());
            self.stamps.insert(field.clone(), stamp);
        }
        self.updated_at = self.updated_at.max(stamp.wall);
    }

    /// The changes that turn `self` into a row with `wanted` values; fields not named stay.
    #[must_use]
    pub fn diff(&self, wanted: &BTreeMap<String, FieldValue>) -> FieldChanges {
        wanted
            .iter()
            .filter(|(field, new)| self.get(field) != new.as_deref())
            .map(|(field, new)| {
                (field.clone(), FieldChange { base: self.get(field).map(str::to_owned), new: new.clone() })
            })
            .collect()
    }
}

/// What the author of an edit saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saw {
    /// The server's revision.
    pub revision: u64,
    /// The [`Record::checksum`] of what the author saw, own edits that had not been sent included; none when it was not told.
    pub checksum: Option<u64>,
}

impl Saw {
    /// Whether the author saw everything that a record says.
    fn all_of(self, record: &Record) -> bool {
        self.revision == record.revision || self.checksum == Some(record.checksum())
    }
}

/// How two edits of one field meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeRule {
    /// The newer edit stands (hybrid clock); the older is kept in the history.
    Newest,
    /// A set of words separated by spaces: what either side added or removed is added or removed.
    Union,
    /// The server's value stands until the author of the later edit has chosen.
    Ask,
}

/// A field whose edits met and that a person has to settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The field, or [`DELETED`].
    pub field: String,
    /// What the author saw.
    pub base: FieldValue,
    /// What the author wants.
    pub mine: FieldValue,
    /// What the server has.
    pub theirs: FieldValue,
    /// Who wrote what the server has, when the server knows; a merge does not know users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs_by: Option<UserId>,
    /// When that was written, by the hybrid clock of who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs_at: Option<Timestamp>,
}

/// The result of merging one edit into a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The row afterwards; its revision is not yet counted up.
    pub record: Record,
    /// Fields that took the edit's value.
    pub taken: BTreeSet<String>,
    /// Fields where both sides changed and a rule settled it.
    pub merged: BTreeSet<String>,
    /// Fields that a person has to settle.
    pub conflicts: Vec<Conflict>,
}

/// Merges an edit into the server's row, field by field (sync design, section 4).
///
/// `rule` names the rule of each field.
#[must_use]
pub fn merge(
    server: &Record,
    changes: &FieldChanges,
    saw: Saw,
    stamp: Stamp,
    rule: impl Fn(&str) -> MergeRule,
) -> Merged {
    let mut merged = Merged {
        record: server.clone(),
        taken: BTreeSet::new(),
        merged: BTreeSet::new(),
        conflicts: Vec::new(),
    };
    if server.deleted() && !changes.contains_key(DELETED) {
        merged.conflicts.push(Conflict {
            field: DELETED.to_owned(),
            base: None,
            mine: None,
            theirs: server.get(DELETED).map(str::to_owned),
            theirs_by: None,
            theirs_at: server.stamp_against(DELETED).map(|stamp| stamp.wall),
        });
        return merged;
    }
    for (field, change) in changes {
        let theirs = server.get(field).map(str::to_owned);
        if theirs == change.new {
            continue;
        }
        let unseen_edit = field == DELETED && change.new.is_some() && !saw.all_of(server);
        if theirs == change.base && !unseen_edit {
            take(&mut merged, field, change.new.clone(), stamp);
            continue;
        }
        settle(
            &mut merged,
            field,
            change,
            theirs,
            stamp,
            if unseen_edit { MergeRule::Ask } else { rule(field) },
        );
    }
    for conflict in &mut merged.conflicts {
        conflict.theirs_at = server.stamp_against(&conflict.field).map(|stamp| stamp.wall);
    }
    merged
}

fn take(merged: &mut Merged, field: &str, value: FieldValue, stamp: Stamp) {
    merged.record.set(field, value);
    merged.record.stamps.insert(field.to_owned(), stamp);
    merged.record.updated_at = merged.record.updated_at.max(stamp.wall);
    merged.taken.insert(field.to_owned());
}

fn settle(
    merged: &mut Merged,
    field: &str,
    change: &FieldChange,
    theirs: FieldValue,
    stamp: Stamp,
    rule: MergeRule,
) {
    match rule {
        MergeRule::Newest => {
            merged.merged.insert(field.to_owned());
            if merged.record.stamps.get(field).is_none_or(|theirs| *theirs < stamp) {
                take(merged, field, change.new.clone(), stamp);
            }
        }
        MergeRule::Union => {
            merged.merged.insert(field.to_owned());
            let union = merge_words(theirs.as_deref(), change.base.as_deref(), change.new.as_deref());
            if union != theirs {
                take(merged, field, union, stamp);
            }
        }
        MergeRule::Ask => merged.conflicts.push(Conflict {
            field: field.to_owned(),
            base: change.base.clone(),
            mine: change.new.clone(),
            theirs,
            theirs_by: None,
            theirs_at: None,
        }),
    }
}

fn merge_words(theirs: Option<&str>, base: Option<&str>, mine: Option<&str>) -> FieldValue {
    let (theirs, base, mine) = (words(theirs), words(base), words(mine));
    let mut union: BTreeSet<&str> = theirs.clone();
    union.extend(mine.difference(&base));
    for removed in base.difference(&mine) {
        union.remove(removed);
    }
    join_words(union)
}

/// The words of a set-valued field.
#[must_use]
pub fn words(value: Option<&str>) -> BTreeSet<&str> {
    value.into_iter().flat_map(str::split_whitespace).collect()
}

/// The canonical text of a set-valued field: its words sorted, one space between.
#[must_use]
pub fn join_words<'a>(words: impl IntoIterator<Item = &'a str>) -> FieldValue {
    let sorted: BTreeSet<&str> = words.into_iter().collect();
    if sorted.is_empty() { None } else { Some(sorted.into_iter().collect::<Vec<_>>().join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::DeviceId;

    fn stamp(wall: i64, device: u128) -> Stamp {
        Stamp { wall: Timestamp(wall), counter: 0, device: DeviceId(Uuid::from_u128(device)) }
    }

    fn record(fields: &[(&str, &str)], revision: u64) -> Record {
        let mut record = Record::new(Feature::Customers, Uuid::from_u128(1), Timestamp(1));
        record.revision = revision;
        for (field, value) in fields {
            record.set(field, Some((*value).to_owned()));
            record.stamps.insert((*field).to_owned(), stamp(10, 1));
        }
        record
    }

    fn change(field: &str, base: Option<&str>, new: Option<&str>) -> FieldChanges {
        FieldChanges::from([(
            field.to_owned(),
            FieldChange { base: base.map(str::to_owned), new: new.map(str::to_owned) },
        )])
    }

    fn seen(revision: u64) -> Saw {
        Saw { revision, checksum: None }
    }

    fn rule(field: &str) -> MergeRule {
        match field {
            "tags" => MergeRule::Union,
            "mobile" => MergeRule::Ask,
            _ => MergeRule::Newest,
        }
    }

    #[test]
    fn x33_an_edit_of_an_untouched_field_is_taken_whatever_its_rule() {
        let server = record(&[("mobile", "1"), ("notes", "x")], 5);
        let merged = merge(&server, &change("mobile", Some("1"), Some("2")), seen(3), stamp(5, 2), rule);
        assert_eq!(merged.record.get("mobile"), Some("2"));
        assert_eq!(merged.record.get("notes"), Some("x"));
        assert!(merged.conflicts.is_empty());
    }

    #[test]
    fn x33_two_edits_of_a_mobile_ask_and_the_server_keeps_its_value() {
        let server = record(&[("mobile", "2")], 5);
        let merged = merge(&server, &change("mobile", Some("1"), Some("3")), seen(4), stamp(50, 2), rule);
        assert_eq!(merged.record.get("mobile"), Some("2"));
        assert_eq!(merged.conflicts.len(), 1);
        assert_eq!(merged.conflicts[0].theirs.as_deref(), Some("2"));
        assert_eq!(merged.conflicts[0].theirs_at, Some(Timestamp(10)), "when theirs was written");
    }

    #[test]
    fn two_edits_of_notes_keep_the_newer() {
        let server = record(&[("notes", "theirs")], 5);
        let newer = merge(&server, &change("notes", None, Some("mine")), seen(4), stamp(11, 2), rule);
        assert_eq!(newer.record.get("notes"), Some("mine"));
        let older = merge(&server, &change("notes", None, Some("mine")), seen(4), stamp(9, 2), rule);
        assert_eq!(older.record.get("notes"), Some("theirs"));
        assert!(older.merged.contains("notes"));
    }

    #[test]
    fn tags_of_both_sides_are_kept_and_removals_too() {
        let server = record(&[("tags", "a b c")], 5);
        let merged = merge(&server, &change("tags", Some("a b"), Some("b d")), seen(4), stamp(1, 2), rule);
        assert_eq!(merged.record.get("tags"), Some("b c d"));
    }

    #[test]
    fn a_delete_that_did_not_see_the_last_edit_asks() {
        let server = record(&[("name", "n")], 5);
        let blind = merge(&server, &change(DELETED, None, Some("1")), seen(4), stamp(90, 2), rule);
        assert!(!blind.record.deleted());
        assert_eq!(blind.conflicts.len(), 1);
        assert_eq!(blind.conflicts[0].theirs_at, Some(Timestamp(10)), "when the unseen edit was made");
        let seeing = merge(&server, &change(DELETED, None, Some("1")), seen(5), stamp(90, 2), rule);
        assert!(seeing.record.deleted());
    }

    #[test]
    fn a_delete_behind_ones_own_unsent_edit_is_taken() {
        let before = record(&[("name", "n"), ("notes", "x")], 4);
        let mut saw = before.clone();
        saw.set("notes", Some("mine".to_owned()));
        let delete = change(DELETED, None, Some("1"));
        let saw = Saw { revision: before.revision, checksum: Some(saw.checksum()) };
        // The edit came first, and nobody else's.
        let alone = record(&[("name", "n"), ("notes", "mine")], 5);
        assert!(merge(&alone, &delete, saw, stamp(90, 2), rule).record.deleted());
        let others = record(&[("name", "else"), ("notes", "mine")], 6);
        let blind = merge(&others, &delete, saw, stamp(90, 2), rule);
        assert!(!blind.record.deleted());
        assert_eq!(blind.conflicts.len(), 1);
    }

    #[test]
    fn the_checksum_of_a_record_tells_values_from_names_and_is_the_same_in_every_release() {
        assert_eq!(record(&[], 0).checksum(), 0xCBF2_9CE4_8422_2325);
        let one = record(&[("name", "张三"), ("notes", "x")], 5);
        assert_eq!(one.checksum(), record(&[("notes", "x"), ("name", "张三"), (DELETED, "1")], 9).checksum());
        assert_eq!(one.checksum(), 0x69DB_D007_CC3E_5491);
        assert_ne!(record(&[("a", "bc")], 1).checksum(), record(&[("ab", "c")], 1).checksum());
        assert_ne!(record(&[("a", "")], 1).checksum(), record(&[], 1).checksum());
    }

    #[test]
    fn an_edit_of_a_deleted_row_asks() {
        let server = record(&[("name", "n"), (DELETED, "1")], 5);
        let merged = merge(&server, &change("name", Some("n"), Some("m")), seen(4), stamp(90, 2), rule);
        assert_eq!(merged.record.get("name"), Some("n"));
        assert_eq!(merged.conflicts[0].field, DELETED);
    }

    #[test]
    fn the_same_value_twice_is_no_conflict() {
        let server = record(&[("mobile", "2")], 5);
        let merged = merge(&server, &change("mobile", Some("1"), Some("2")), seen(4), stamp(50, 2), rule);
        assert!(merged.conflicts.is_empty() && merged.taken.is_empty());
    }

    #[test]
    fn values_never_show_in_debug() {
        let server = record(&[("name", "张三")], 5);
        assert!(!format!("{server:?}").contains("张三"));
        assert!(!format!("{:?}", change("name", Some("张三"), None)).contains("张三"));
    }
}
