//! Suspicious-transaction cases: who works on them, and what is kept of each.
//!
//! That somebody looks into a customer is kept secret from everybody else at the bank (反洗钱法 2024, art. 35): a case travels in a feed
//! of its own, which only the devices of those who work on cases follow.

use crate::clock::Timestamp;
use crate::customers::{Customer, Field};
use crate::feature::Feature;
use crate::ids::{BranchId, CaseId, CustomerId};
use crate::record::{FieldChange, FieldChanges, FieldValue, MergeRule, Record};
use crate::values::FreeText;
use crate::values::problem::ValueProblem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The customer that the case is about.
pub const CUSTOMER: &str = "customer";
/// The customer's name when the case was opened: the case stays when the customer is deleted.
pub const NAME: &str = "name";
/// The customer's branch; the case follows the customer to another.
pub const BRANCH: &str = Field::Branch.as_str();
/// What was seen, and what was found out since.
pub const NARRATIVE: &str = "narrative";
/// One of [`CaseState`].
pub const STATE: &str = "state";
/// Why the case was concluded as it was; nothing while it is open.
pub const CONCLUSION: &str = "conclusion";

/// How far a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Somebody looks into it.
    Open,
    /// Concluded: it is to be reported.
    Reported,
    /// Concluded: there is nothing to report.
    Dismissed,
}

impl CaseState {
    /// Every state.
    pub const ALL: [CaseState; 3] = [CaseState::Open, CaseState::Reported, CaseState::Dismissed];

    /// The state's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            CaseState::Open => "open",
            CaseState::Reported => "reported",
            CaseState::Dismissed => "dismissed",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What is wrong with a case, and with which of its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseProblem {
    /// The field's name.
    pub field: &'static str,
    /// What is wrong.
    pub problem: ValueProblem,
}

/// A case over its record.
#[derive(Debug, Clone, Copy)]
pub struct Case<'r>(pub &'r Record);

impl<'r> Case<'r> {
    /// The case.
    #[must_use]
    pub const fn id(self) -> CaseId {
        CaseId(self.0.id)
    }

    /// The customer that it is about.
    #[must_use]
    pub fn customer(self) -> Option<CustomerId> {
        self.0.get(CUSTOMER).and_then(CustomerId::parse)
    }

    /// The customer's name when it was opened.
    #[must_use]
    pub fn name(self) -> &'r str {
        self.0.get(NAME).unwrap_or_default()
    }

    /// The customer's branch.
    #[must_use]
    pub fn branch(self) -> Option<BranchId> {
        self.0.get(BRANCH).and_then(BranchId::parse)
    }

    /// How far it is; a state that this release does not know is one that somebody works on.
    #[must_use]
    pub fn state(self) -> CaseState {
        self.0.get(STATE).and_then(CaseState::parse).unwrap_or(CaseState::Open)
    }

    /// What was seen.
    #[must_use]
    pub fn narrative(self) -> &'r str {
        self.0.get(NARRATIVE).unwrap_or_default()
    }

    /// Why it was concluded as it was.
    #[must_use]
    pub fn conclusion(self) -> Option<&'r str> {
        self.0.get(CONCLUSION)
    }
}

/// The values of a new case of a customer.
#[must_use]
pub fn opened(customer: &Record, narrative: &str) -> BTreeMap<String, FieldValue> {
    let mut values = about(customer);
    values.insert(NARRATIVE.to_owned(), Some(narrative.to_owned()));
    values.insert(STATE.to_owned(), Some(CaseState::Open.as_str().to_owned()));
    values
}

/// What a case has from its customer, whatever its author says.
#[must_use]
pub fn about(customer: &Record) -> BTreeMap<String, FieldValue> {
    let known = Customer(customer);
    BTreeMap::from([
        (CUSTOMER.to_owned(), Some(customer.id.to_string())),
        (NAME.to_owned(), Some(known.name().to_owned())),
        (BRANCH.to_owned(), known.branch().map(|branch| branch.to_string())),
    ])
}

/// Whether a field is what [`about`] says.
#[must_use]
pub fn is_of_customer(field: &str) -> bool {
    [CUSTOMER, NAME, BRANCH].contains(&field)
}

/// A state and its reason are one statement: an edit of one names the other too, though it stays, so that two people who wrote them at
/// once are asked.
pub fn keep_together(case: &Record, fields: &mut FieldChanges) {
    if fields.contains_key(STATE) || fields.contains_key(CONCLUSION) {
        for field in [STATE, CONCLUSION] {
            let value = case.get(field).map(str::to_owned);
            let same = FieldChange { base: value.clone(), new: value };
            fields.entry(field.to_owned()).or_insert(same);
        }
    }
}

/// Whether a field may be changed once the case is open.
#[must_use]
pub fn is_editable(field: &str) -> bool {
    [NARRATIVE, STATE, CONCLUSION].contains(&field)
}

/// Reads a narrative or a conclusion: trimmed, not blank, as long as a [`FreeText`] may be.
///
/// # Errors
/// What is wrong with it.
pub fn parse_text(typed: &str) -> Result<String, ValueProblem> {
    let text = FreeText::parse(typed.trim())?;
    if text.as_str().is_empty() { Err(ValueProblem::TextBlank) } else { Ok(text.as_str().to_owned()) }
}

/// Whether a case is one: it tells what was seen, and why it was concluded exactly when it was.
///
/// # Errors
/// What is wrong.
pub fn check(case: &Record) -> Result<(), CaseProblem> {
    let wrong = |field, problem| Err(CaseProblem { field, problem });
    let text = |field: &'static str| match case.get(field).map(parse_text) {
        Some(Err(problem)) => wrong(field, problem),
        Some(Ok(canonical)) if Some(canonical.as_str()) != case.get(field) => {
            wrong(field, ValueProblem::TextCharacter)
        }
        _ => Ok(()),
    };
    text(NARRATIVE)?;
    text(CONCLUSION)?;
    if case.get(NARRATIVE).is_none() {
        return wrong(NARRATIVE, ValueProblem::TextBlank);
    }
    match case.get(STATE).and_then(CaseState::parse) {
        None => wrong(STATE, ValueProblem::ChoiceUnknown),
        Some(CaseState::Open) => Ok(()),
        Some(_) if case.get(CONCLUSION).is_none() => wrong(CONCLUSION, ValueProblem::TextBlank),
        Some(_) => Ok(()),
    }
}

/// Two people who wrote about one case at once are asked.
#[must_use]
pub const fn merge_rule(_field: &str) -> MergeRule {
    MergeRule::Ask
}

/// A case without values.
#[must_use]
pub fn blank(id: CaseId, at: Timestamp) -> Record {
    Record::new(Feature::Cases, id.0, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Stamp;
    use crate::ids::DeviceId;
    use crate::record::{Saw, merge};
    use uuid::Uuid;

    fn case(values: &[(&str, &str)]) -> Record {
        let mut record = blank(CaseId(Uuid::from_u128(1)), Timestamp(1));
        for (field, value) in values {
            record.set(field, Some((*value).to_owned()));
        }
        record
    }

    #[test]
    fn x23_a_case_tells_what_was_seen_and_why_it_was_concluded() {
        let wrong = |values: &[(&str, &str)]| check(&case(values)).map_err(|problem| problem.field);
        assert_eq!(wrong(&[(NARRATIVE, "三天内分散转入"), (STATE, "open")]), Ok(()));
        assert_eq!(wrong(&[(STATE, "open")]), Err(NARRATIVE));
        assert_eq!(wrong(&[(NARRATIVE, " 三天 "), (STATE, "open")]), Err(NARRATIVE));
        assert_eq!(wrong(&[(NARRATIVE, "三天"), (STATE, "closed")]), Err(STATE));
        assert_eq!(wrong(&[(NARRATIVE, "三天"), (STATE, "reported")]), Err(CONCLUSION));
        assert_eq!(wrong(&[(NARRATIVE, "三天"), (STATE, "dismissed"), (CONCLUSION, "工资")]), Ok(()));
        let long = "长".repeat(FreeText::MAX + 1);
        assert_eq!(parse_text(&long), Err(ValueProblem::TextLength { max: FreeText::MAX }));
        assert_eq!(parse_text(" \n"), Err(ValueProblem::TextBlank));
    }

    #[test]
    fn x23_a_state_and_a_reason_that_two_people_wrote_at_once_ask() {
        let values = [(NARRATIVE, "三天"), (STATE, "dismissed"), (CONCLUSION, "工资代发")];
        let server = case(&values);
        let edit = |field: &str, new: &str| {
            let mut fields = server.diff(&BTreeMap::from([(field.to_owned(), Some(new.to_owned()))]));
            keep_together(&server, &mut fields);
            fields
        };
        let stamp = |wall| Stamp { wall: Timestamp(wall), counter: 0, device: DeviceId(Uuid::from_u128(1)) };
        let saw = Saw { revision: server.revision, checksum: None };
        let first = merge(&server, &edit(STATE, "reported"), saw, stamp(1), merge_rule);
        assert_eq!(Case(&first.record).state(), CaseState::Reported);
        let second = merge(&first.record, &edit(CONCLUSION, "工资代发，有合同"), saw, stamp(2), merge_rule);
        let asked: Vec<&str> = second.conflicts.iter().map(|conflict| conflict.field.as_str()).collect();
        assert_eq!(asked, [STATE]);
        let mut narrative = server.diff(&BTreeMap::from([(NARRATIVE.to_owned(), Some("四天".to_owned()))]));
        keep_together(&server, &mut narrative);
        assert_eq!(narrative.len(), 1, "what was seen stands by itself");
    }

    #[test]
    fn x23_a_case_has_name_and_branch_of_its_customer() {
        let mut customer = Record::new(Feature::Customers, Uuid::from_u128(7), Timestamp(1));
        customer.set(Field::Name.as_str(), Some("张三".to_owned()));
        customer.set(BRANCH, Some(Uuid::from_u128(3).to_string()));
        let mut record = case(&[]);
        for (field, value) in opened(&customer, "三天内分散转入") {
            record.set(&field, value);
        }
        let case = Case(&record);
        assert_eq!(case.customer(), Some(CustomerId(Uuid::from_u128(7))));
        assert_eq!((case.name(), case.branch()), ("张三", Some(BranchId(Uuid::from_u128(3)))));
        assert_eq!((case.state(), case.narrative()), (CaseState::Open, "三天内分散转入"));
        assert_eq!(check(&record), Ok(()));
    }
}
