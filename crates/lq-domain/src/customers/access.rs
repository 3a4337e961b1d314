//! How each field may be seen and changed, and by which rule.

use super::{Field, is_assigned};
use crate::access::{Permission, Role, Rule};
use crate::masking::FieldClass;
use serde::{Deserialize, Serialize};

/// What a user may do with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum FieldAccess {
    /// See it masked, and change it.
    Masked,
    /// See it masked.
    MaskedReadonly,
    /// See it.
    Readonly,
    /// See it and change it.
    Editable,
}

/// The rule by which a field is shown to whoever may see the customer.
#[must_use]
pub const fn sight(field: Field) -> Rule {
    match (field.spec().class, field) {
        (FieldClass::Sensitive, Field::Income | Field::Assets) => Rule::AmountInScope,
        (FieldClass::Sensitive, _) => Rule::MaskedByClass,
        (FieldClass::Public | FieldClass::Personal, _) => Rule::ShownInScope,
    }
}

/// The permission that it takes to change a field.
#[must_use]
pub const fn permission_to_change(field: Field) -> Permission {
    if is_assigned(field) { Permission::CustomersAssign } else { Permission::CustomersEdit }
}

/// The rules that decide about one field of a customer whom the role may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldRules {
    /// How it is shown.
    pub seen: Rule,
    /// Whether its whole value may be seen for a while, with a reason; nothing when it is not masked.
    pub revealed: Option<Rule>,
    /// Whether it may be changed in a form.
    pub changed: Rule,
}

impl FieldRules {
    /// The rules for a role.
    #[must_use]
    pub fn of(role: Role, field: Field) -> Self {
        let seen = sight(field);
        let changed = role.rule(permission_to_change(field));
        Self {
            seen,
            revealed: (seen == Rule::MaskedByClass).then(|| role.rule(Permission::CustomersReveal)),
            changed: if changed.allows() && field == Field::Extra { Rule::ColumnsOfFiles } else { changed },
        }
    }

    /// What follows from them.
    #[must_use]
    pub fn access(self) -> FieldAccess {
        match (self.seen == Rule::MaskedByClass, self.changed.allows()) {
            (true, true) => FieldAccess::Masked,
            (true, false) => FieldAccess::MaskedReadonly,
            (false, true) => FieldAccess::Editable,
            (false, false) => FieldAccess::Readonly,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::{is_masked, shown};

    const SAMPLE: &str = "11010519491231002X";

    #[test]
    fn r14_s7_1_a_field_is_shown_as_its_rule_says() {
        use Field as F;
        for &field in Field::ALL {
            let whole = shown(field, SAMPLE, Some("resident_id")) == SAMPLE;
            assert_eq!(whole, sight(field) != Rule::MaskedByClass, "{field:?}");
            assert_eq!(is_masked(field), !whole, "{field:?}");
            assert!(sight(field).allows(), "whoever sees the customer sees something of {field:?}");
        }
        let masked: Vec<_> = Field::ALL.iter().copied().filter(|field| is_masked(*field)).collect();
        assert_eq!(masked, [F::DocumentNumber, F::Mobile, F::Phones, F::Email, F::Address]);
    }

    #[test]
    fn s7_1_a_field_may_be_changed_by_whoever_has_the_permission_that_it_takes() {
        for role in Role::ALL {
            for &field in Field::ALL {
                let rules = FieldRules::of(role, field);
                let assigned = matches!(field, Field::Owner | Field::Branch);
                let needed = if assigned { Permission::CustomersAssign } else { Permission::CustomersEdit };
                let may = role.allows(needed) && field != Field::Extra;
                assert_eq!(rules.changed.allows(), may, "{role:?} {field:?}: {:?}", rules.changed);
                let changes = matches!(rules.access(), FieldAccess::Masked | FieldAccess::Editable);
                assert_eq!(changes, may, "{role:?} {field:?}");
                let masks = matches!(rules.access(), FieldAccess::Masked | FieldAccess::MaskedReadonly);
                assert_eq!(masks, is_masked(field), "{role:?} {field:?}");
                assert_eq!(
                    rules.revealed.map(Rule::allows),
                    is_masked(field).then(|| role.allows(Permission::CustomersReveal)),
                    "{role:?} {field:?}"
                );
            }
        }
    }
}
