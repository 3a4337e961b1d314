//! From typed text to a customer's values, all fields of a form together.

use super::field::{Field, Kinds, Shape, choices};
use crate::divisions;
use crate::ids::{BranchId, TagId, UserId};
use crate::record::{FieldChanges, FieldValue, Record, join_words};
use crate::values::{
    BirthDate, DocumentExpiry, DocumentNumber, DocumentType, Email, FreeText, Gender, Mobile, Money, Name,
    Phone, ResidentId, RiskGrade, Uscc, ValueProblem,
};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What was typed, by field. An empty text clears the field.
pub type Typed = BTreeMap<Field, String>;

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", field.as_str(), problem.code())]
pub struct FieldProblem {
    /// The field.
    pub field: Field,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong with a field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The text is no value of the field.
    Value(ValueProblem),
    /// Only the other kind of customer has the field.
    Kind,
    /// The resident ID says another birth date or gender.
    Mismatch,
    /// No such user, branch or tag.
    Reference,
}

impl Problem {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Problem::Value(problem) => problem.code(),
            Problem::Kind => "field_kind",
            Problem::Mismatch => "document_number_mismatch",
            Problem::Reference => "reference_unknown",
        }
    }

    /// Figures for the wording, never the value.
    #[must_use]
    pub fn params(self) -> Vec<(&'static str, String)> {
        match self {
            Problem::Value(problem) => problem.params(),
            _ => Vec::new(),
        }
    }
}

impl From<ValueProblem> for Problem {
    fn from(problem: ValueProblem) -> Self {
        Problem::Value(problem)
    }
}

/// What a form says, when nothing in it is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// From what to what.
    pub changes: FieldChanges,
    /// Values that were not typed but follow from what was: document type, birth date, gender.
    pub derived: BTreeMap<Field, String>,
}

/// Reads a form over a customer's present values.
///
/// A resident ID fills birth date and gender (GB 11643) unless they are known; if they are known and differ, the number
/// is refused.
///
/// # Errors
/// All problems of all fields.
pub fn read(before: &Record, typed: &Typed, today: NaiveDate) -> Result<Reading, Vec<FieldProblem>> {
    let (wanted, mut problems) = parse_all(before, typed, today);
    let mut after = before.clone();
    for (field, value) in &wanted {
        after.set(field.as_str(), value.clone());
    }
    let derived = match derive(&after, &wanted, today) {
        Ok(derived) => derived,
        Err(problem) => {
            problems.push(problem);
            BTreeMap::new()
        }
    };
    if after.get(Field::Name.as_str()).is_none()
        && !problems.iter().any(|problem| problem.field == Field::Name)
    {
        problems.push(FieldProblem { field: Field::Name, problem: ValueProblem::TextBlank.into() });
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let all = wanted.into_iter().chain(derived.iter().map(|(field, value)| (*field, Some(value.clone()))));
    let wanted = all.map(|(field, value)| (field.as_str().to_owned(), value)).collect();
    Ok(Reading { changes: before.diff(&wanted), derived })
}

fn parse_all(
    before: &Record,
    typed: &Typed,
    today: NaiveDate,
) -> (BTreeMap<Field, FieldValue>, Vec<FieldProblem>) {
    let kind = typed.get(&Field::Kind).map(String::as_str).or(before.get(Field::Kind.as_str()));
    let corporate = kind.map(str::trim) == Some("corporate");
    let document =
        typed.get(&Field::DocumentType).map(String::as_str).or(before.get(Field::DocumentType.as_str()));
    let document = document.filter(|document| !document.trim().is_empty());
    let mut wanted = BTreeMap::new();
    let mut problems = Vec::new();
    for (&field, text) in typed {
        let foreign = if corporate { Kinds::Personal } else { Kinds::Corporate };
        let parsed = if field.spec().kinds == foreign && !text.trim().is_empty() {
            Err(Problem::Kind)
        } else {
            parse_field(field, text, document.unwrap_or(default_document(corporate)), today)
        };
        match parsed {
            Ok(value) => {
                wanted.insert(field, value);
            }
            Err(problem) => problems.push(FieldProblem { field, problem }),
        }
    }
    if before.get(Field::Kind.as_str()).is_none() {
        wanted.entry(Field::Kind).or_insert_with(|| Some("personal".to_owned()));
    }
    if wanted.get(&Field::DocumentNumber).is_some_and(Option::is_some) && document.is_none() {
        wanted.insert(Field::DocumentType, Some(default_document(corporate).to_owned()));
    }
    (wanted, problems)
}

const fn default_document(corporate: bool) -> &'static str {
    if corporate { "business_licence" } else { "resident_id" }
}

/// Reads one field's text into its canonical form; an empty text is no value.
///
/// `document` is the document type that a document number belongs to.
///
/// # Errors
/// What is wrong with the text.
pub fn parse_field(
    field: Field,
    typed: &str,
    document: &str,
    today: NaiveDate,
) -> Result<FieldValue, Problem> {
    if typed.trim().is_empty() && field != Field::Notes {
        return if field == Field::Name { Err(ValueProblem::TextBlank.into()) } else { Ok(None) };
    }
    let text = match field.spec().shape {
        Shape::Name => Name::parse(typed)?.into(),
        Shape::Line => Name::parse(typed)?.into(),
        Shape::Text => FreeText::parse(typed)?.into(),
        Shape::Choice => choice(field, typed)?,
        Shape::Date => BirthDate::parse(typed, today)?.canonical(),
        Shape::Expiry => DocumentExpiry::parse(typed)?.canonical(),
        Shape::Money => money(typed)?,
        Shape::Mobile => Mobile::parse(typed)?.into(),
        Shape::Phones => return phones(typed),
        Shape::Email => Email::parse(typed)?.into(),
        Shape::DocumentNumber => {
            DocumentNumber::parse(DocumentType::parse(document)?, typed, today)?.as_str().to_owned()
        }
        Shape::Uscc => Uscc::parse(typed)?.into(),
        Shape::Division => division(typed)?,
        Shape::User => UserId::parse(typed.trim()).ok_or(Problem::Reference)?.to_string(),
        Shape::Branch => BranchId::parse(typed.trim()).ok_or(Problem::Reference)?.to_string(),
        Shape::Tags => return tags(typed),
        Shape::Extra => extra(typed)?,
    };
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn choice(field: Field, typed: &str) -> Result<String, Problem> {
    Ok(match field {
        Field::Gender => Gender::parse(typed)?.as_str().to_owned(),
        Field::RiskGrade => RiskGrade::parse(typed)?.as_str().to_owned(),
        Field::DocumentType => DocumentType::parse(typed)?.as_str().to_owned(),
        _ => {
            let word = typed.trim().to_lowercase();
            let found = choices(field).iter().find(|choice| **choice == word);
            (*found.ok_or(ValueProblem::ChoiceUnknown)?).to_owned()
        }
    })
}

/// Amounts of income and assets can't be negative.
fn money(typed: &str) -> Result<String, Problem> {
    let minor = Money::parse(typed)?.minor();
    if minor < 0 { Err(ValueProblem::MoneyRange.into()) } else { Ok(minor.to_string()) }
}

fn phones(typed: &str) -> Result<FieldValue, Problem> {
    let mut phones = Vec::new();
    for part in typed.split([',', ';', '，', '；', '、', '/', '\n']).filter(|part| !part.trim().is_empty())
    {
        phones.push(String::from(Phone::parse(part)?));
    }
    Ok(join_words(phones.iter().map(String::as_str)))
}

fn tags(typed: &str) -> Result<FieldValue, Problem> {
    let ids: Option<Vec<String>> =
        typed.split_whitespace().map(|word| TagId::parse(word).map(|id| id.to_string())).collect();
    Ok(join_words(ids.ok_or(Problem::Reference)?.iter().map(String::as_str)))
}

fn division(typed: &str) -> Result<String, Problem> {
    let typed = typed.trim();
    if divisions::name(typed).is_some() {
        return Ok(typed.to_owned());
    }
    divisions::find(typed).map(Into::into).ok_or(ValueProblem::DivisionUnknown.into())
}

fn extra(typed: &str) -> Result<String, Problem> {
    let map: BTreeMap<String, String> =
        serde_json::from_str(typed).map_err(|_| Problem::Value(ValueProblem::TextCharacter))?;
    for value in map.values() {
        FreeText::parse(value)?;
    }
    super::extra_text(&map).ok_or(Problem::Value(ValueProblem::TextBlank))
}

/// What follows from a resident ID that was just typed.
fn derive(
    after: &Record,
    wanted: &BTreeMap<Field, FieldValue>,
    today: NaiveDate,
) -> Result<BTreeMap<Field, String>, FieldProblem> {
    let mut derived = BTreeMap::new();
    let touched = [Field::DocumentNumber, Field::DocumentType, Field::BirthDate, Field::Gender];
    let number = after.get(Field::DocumentNumber.as_str());
    let resident = after.get(Field::DocumentType.as_str()) == Some("resident_id");
    let (Some(number), true, true) =
        (number, resident, touched.iter().any(|field| wanted.contains_key(field)))
    else {
        return Ok(derived);
    };
    let Ok(id) = ResidentId::parse(number, today) else { return Ok(derived) };
    let facts =
        [(Field::BirthDate, id.birth_date().to_string()), (Field::Gender, id.gender().as_str().to_owned())];
    for (field, fact) in facts {
        match after.get(field.as_str()) {
            None => {
                derived.insert(field, fact);
            }
            Some(known) if known == fact => {}
            Some(_) => return Err(FieldProblem { field: Field::DocumentNumber, problem: Problem::Mismatch }),
        }
    }
    Ok(derived)
}

/// Checks a record that came over the wire: every value is canonical and allowed. The server asks before it keeps one.
///
/// # Errors
/// The first problem found.
pub fn check(record: &Record, today: NaiveDate) -> Result<(), FieldProblem> {
    let document = record.get(Field::DocumentType.as_str()).unwrap_or("resident_id");
    for (&field, name) in Field::ALL.iter().map(|field| (field, field.as_str())) {
        let Some(value) = record.get(name) else { continue };
        let parsed = match field.spec().shape {
            // Canonical amounts are minor units, which a person never types.
            Shape::Money => canonical_money(value),
            Shape::Phones => phones(&value.replace(' ', ",")),
            _ => parse_field(field, value, document, today),
        };
        match parsed {
            Ok(Some(canonical)) if canonical == value => {}
            Ok(_) => return Err(FieldProblem { field, problem: ValueProblem::TextCharacter.into() }),
            Err(problem) => return Err(FieldProblem { field, problem }),
        }
    }
    if record.get(Field::Name.as_str()).is_none() {
        return Err(FieldProblem { field: Field::Name, problem: ValueProblem::TextBlank.into() });
    }
    Ok(())
}

fn canonical_money(value: &str) -> Result<FieldValue, Problem> {
    let minor: i64 = value.parse().map_err(|_| ValueProblem::MoneyForm)?;
    if minor < 0 {
        return Err(ValueProblem::MoneyRange.into());
    }
    Ok(Some(Money::from_minor(minor)?.minor().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::feature::Feature;
    use uuid::Uuid;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    fn empty() -> Record {
        Record::new(Feature::Customers, Uuid::from_u128(1), Timestamp(1))
    }

    fn typed(fields: &[(Field, &str)]) -> Typed {
        fields.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
    }

    fn after(before: &Record, reading: &Reading) -> Record {
        let mut record = before.clone();
        for (field, change) in &reading.changes {
            record.set(field, change.new.clone());
        }
        record
    }

    #[test]
    fn s1_1_a_resident_id_fills_gender_and_birth_date() {
        let form = typed(&[(Field::Name, "张三"), (Field::DocumentNumber, "11010519491231002X")]);
        let reading = read(&empty(), &form, today()).unwrap();
        assert_eq!(reading.derived[&Field::BirthDate], "1949-12-31");
        assert_eq!(reading.derived[&Field::Gender], "female");
        let record = after(&empty(), &reading);
        assert_eq!(record.get("document_type"), Some("resident_id"));
        assert_eq!(super::super::Customer(&record).age(today()), Some(76));
        assert_eq!(check(&record, today()), Ok(()));
    }

    #[test]
    fn s1_1_all_problems_of_a_form_are_told_at_once() {
        let form = typed(&[(Field::Mobile, "1381234567"), (Field::DocumentNumber, "110105194912310021")]);
        let problems = read(&empty(), &form, today()).unwrap_err();
        let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
        assert!(fields.contains(&Field::Mobile) && fields.contains(&Field::DocumentNumber));
        assert!(fields.contains(&Field::Name), "the name is missing too");
    }

    #[test]
    fn s1_1_a_birth_date_that_contradicts_the_resident_id_is_refused() {
        let form = typed(&[
            (Field::Name, "张三"),
            (Field::BirthDate, "1950-01-01"),
            (Field::DocumentNumber, "11010519491231002X"),
        ]);
        let problems = read(&empty(), &form, today()).unwrap_err();
        assert_eq!(problems, [FieldProblem { field: Field::DocumentNumber, problem: Problem::Mismatch }]);
    }

    #[test]
    fn x13_a_company_has_a_credit_code_and_no_gender() {
        let form = typed(&[
            (Field::Kind, "corporate"),
            (Field::Name, "某某有限公司"),
            (Field::Uscc, "91350100M000100Y43"),
            (Field::Gender, "male"),
        ]);
        let problems = read(&empty(), &form, today()).unwrap_err();
        assert_eq!(problems, [FieldProblem { field: Field::Gender, problem: Problem::Kind }]);
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let form = typed(&[(Field::Name, "李四"), (Field::Mobile, "+86 138-1234-5678")]);
        let record = after(&empty(), &read(&empty(), &form, today()).unwrap());
        assert_eq!(record.get("mobile"), Some("13812345678"));
        let again = read(&record, &form, today()).unwrap();
        assert!(again.changes.is_empty());
        let cleared = read(&record, &typed(&[(Field::Mobile, "")]), today()).unwrap();
        assert_eq!(cleared.changes["mobile"].new, None);
    }

    #[test]
    fn amounts_are_kept_in_fen() {
        let form = typed(&[(Field::Name, "李四"), (Field::Income, "12万")]);
        let record = after(&empty(), &read(&empty(), &form, today()).unwrap());
        assert_eq!(record.get("income"), Some("12000000"));
        assert_eq!(check(&record, today()), Ok(()));
    }

    #[test]
    fn a_value_that_is_not_canonical_does_not_pass_the_door() {
        let mut record = after(&empty(), &read(&empty(), &typed(&[(Field::Name, "李四")]), today()).unwrap());
        record.set("mobile", Some("138-1234-5678".to_owned()));
        assert_eq!(check(&record, today()).unwrap_err().field, Field::Mobile);
    }
}
