//! Records that several people change.

use super::Draw;
use lq_domain::clock::{Stamp, Timestamp};
use lq_domain::customers::merge_rule;
use lq_domain::feature::Feature;
use lq_domain::ids::DeviceId;
use lq_domain::record::{DELETED, FieldChange, FieldChanges, FieldValue, Record, Saw, merge as merged};
use uuid::Uuid;

/// Fields of each rule, the deletion, and one that no release knows.
const FIELDS: [&str; 8] = ["name", "notes", "mobile", "tags", "owner", "risk_grade", DELETED, "shoe_size"];

fn value(draw: &mut Draw<'_>) -> FieldValue {
    match draw.below(8) {
        0 => None,
        1 => Some(draw.text()),
        // Few different ones, so that edits meet.
        other => Some(["1", "a", "a b", "b", "b c a", ""][other - 2].to_owned()),
    }
}

fn changes(draw: &mut Draw<'_>) -> FieldChanges {
    let mut changes = FieldChanges::new();
    for _ in 0..draw.below(5) {
        let field = FIELDS[draw.below(FIELDS.len())].to_owned();
        changes.insert(field, FieldChange { base: value(draw), new: value(draw) });
    }
    changes
}

fn stamp(draw: &mut Draw<'_>) -> Stamp {
    let (wall, counter) = (Timestamp(i64::from(draw.byte() % 4)), u32::from(draw.byte() % 3));
    Stamp { wall, counter, device: DeviceId(Uuid::from_u128(u128::from(draw.byte() % 3))) }
}

/// Merging never loses what the rules promise: the same edit twice is the same edit once, equal edits are no conflict, and
/// what an edit does not name stays.
///
/// # Panics
/// When it does.
pub fn merge(bytes: &[u8]) {
    let mut draw = Draw(bytes);
    let mut server = Record::new(Feature::Customers, Uuid::from_u128(1), Timestamp(0));
    server.revision = u64::from(draw.byte() % 3) + 1;
    let before = changes(&mut draw);
    server.overlay(&before, stamp(&mut draw));
    while !draw.is_empty() {
        let (edit, at) = (changes(&mut draw), stamp(&mut draw));
        let base = Saw { revision: u64::from(draw.byte() % 4), checksum: None };
        let once = merged(&server, &edit, base, at, merge_rule);
        holds(&server, &edit, &once);
        let twice = merged(&once.record, &edit, base, at, merge_rule);
        assert_eq!(twice.record.fields, once.record.fields, "the same edit twice");
        let mut same = server.clone();
        same.overlay(&edit, at);
        let equal = merged(&same, &edit, base, at, merge_rule);
        assert!(equal.taken.is_empty(), "an equal edit has nothing to do");
        let after_deletion = same.deleted() && !edit.contains_key(DELETED);
        assert_eq!(equal.conflicts.is_empty(), !after_deletion, "equal edits are no conflict");
        server = once.record;
        server.revision += u64::from(!once.taken.is_empty());
    }
}

fn holds(server: &Record, edit: &FieldChanges, merged: &lq_domain::record::Merged) {
    for field in FIELDS {
        let changed = server.get(field) != merged.record.get(field);
        assert_eq!(changed, changed && merged.taken.contains(field), "{field} changed and was not taken");
        assert!(edit.contains_key(field) || !changed, "{field} is not in the edit");
        if merged.taken.contains(field) {
            assert!(merged.record.stamps.contains_key(field), "{field} has no stamp");
        }
    }
    for conflict in &merged.conflicts {
        assert!(!merged.taken.contains(&conflict.field), "taken, and asked about");
        assert_eq!(conflict.theirs.as_deref(), server.get(&conflict.field), "theirs is what stands");
    }
}
