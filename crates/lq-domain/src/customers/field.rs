//! The customer's fields, declared once: name, class, merge rule, shape, and who may change them.
//!
//! Forms, import mapping, export columns, masking, history, search and sync all read this table.

use crate::masking::FieldClass;
use crate::record::MergeRule;
use serde::{Deserialize, Serialize};

/// How a field's text is read, checked and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// The customer's name.
    Name,
    /// One line.
    Line,
    /// Several lines.
    Text,
    /// One of a short list of words.
    Choice,
    /// A calendar day, `2026-11-24`.
    Date,
    /// A calendar day, or `long_term`.
    Expiry,
    /// Minor units of CNY as a decimal integer.
    Money,
    /// A mainland mobile number, 11 digits.
    Mobile,
    /// Other phone numbers, separated by a space.
    Phones,
    /// An e-mail address.
    Email,
    /// The number of an identity document; its form depends on the document type.
    DocumentNumber,
    /// A unified social credit code.
    Uscc,
    /// A division code of 2, 4, 6 or 9 digits.
    Division,
    /// A user's id.
    User,
    /// A branch's id.
    Branch,
    /// Tag ids, separated by a space.
    Tags,
    /// A JSON object of text values: columns of imported files that have no field of their own.
    Extra,
}

/// Which customers have a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Kinds {
    /// Persons and companies.
    Both,
    /// Persons.
    Personal,
    /// Companies.
    Corporate,
}

/// What is fixed about a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct FieldSpec {
    /// The field.
    pub field: Field,
    /// How its text is read and shown.
    pub shape: Shape,
    /// Which customers have it.
    pub kinds: Kinds,
    /// How it is protected.
    #[serde(skip)]
    pub class: FieldClass,
    /// How two edits of it meet.
    #[serde(skip)]
    pub rule: MergeRule,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident $word:literal: $shape:ident $kinds:ident $class:ident $rule:ident;)*) => {
        /// A field of a customer.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
        #[serde(rename_all = "snake_case")]
        pub enum Field { $($(#[$doc])* $name,)* }

        impl Field {
            /// Every field, in the order of forms and exports.
            pub const ALL: &'static [Field] = &[$(Field::$name,)*];

            /// The field's word: column, wire name and key in the words files.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Field::$name => $word,)* }
            }

            /// The field with this word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Field::$name),)* _ => None }
            }

            /// What is fixed about the field.
            #[must_use]
            pub const fn spec(self) -> FieldSpec {
                match self { $(Field::$name => FieldSpec {
                    field: Field::$name,
                    shape: Shape::$shape,
                    kinds: Kinds::$kinds,
                    class: FieldClass::$class,
                    rule: MergeRule::$rule,
                },)* }
            }
        }
    };
}

fields! {
    /// Person or company.
    Kind "kind": Choice Both Public Ask;
    /// Full name, or registered name of a company.
    Name "name": Name Both Personal Ask;
    /// Gender.
    Gender "gender": Choice Personal Personal Ask;
    /// Day of birth; the age is computed from it.
    BirthDate "birth_date": Date Personal Personal Ask;
    /// Kind of identity document.
    DocumentType "document_type": Choice Both Personal Ask;
    /// Number of the identity document.
    DocumentNumber "document_number": DocumentNumber Both Sensitive Ask;
    /// Last day on which the document is valid.
    DocumentExpiry "document_expiry": Expiry Both Personal Ask;
    /// Unified social credit code.
    Uscc "uscc": Uscc Corporate Personal Ask;
    /// Mobile number.
    Mobile "mobile": Mobile Both Sensitive Ask;
    /// Other phone numbers.
    Phones "phones": Phones Both Sensitive Union;
    /// E-mail address.
    Email "email": Email Both Sensitive Newest;
    /// Administrative division of the address.
    Division "division": Division Both Personal Ask;
    /// Street, building, door.
    Address "address": Line Both Sensitive Ask;
    /// Occupation.
    Occupation "occupation": Line Personal Personal Newest;
    /// Employer.
    Employer "employer": Line Personal Personal Newest;
    /// Income a year.
    Income "income": Money Both Sensitive Newest;
    /// Assets held with the bank and elsewhere.
    Assets "assets": Money Both Sensitive Newest;
    /// Risk tolerance C1 to C5.
    RiskGrade "risk_grade": Choice Both Personal Ask;
    /// How the customer came to the bank.
    Source "source": Choice Both Public Newest;
    /// The relationship manager who looks after the customer.
    Owner "owner": User Both Public Ask;
    /// The branch that the customer belongs to.
    Branch "branch": Branch Both Public Ask;
    /// Tags.
    Tags "tags": Tags Both Personal Union;
    /// Notes.
    Notes "notes": Text Both Personal Newest;
    /// Columns of imported files that have no field of their own.
    Extra "extra": Extra Both Personal Newest;
}

/// The merge rule of a customer's field, known or from a newer release.
#[must_use]
pub fn merge_rule(field: &str) -> MergeRule {
    if field == crate::record::DELETED {
        return MergeRule::Ask;
    }
    Field::parse(field).map_or(MergeRule::Newest, |field| field.spec().rule)
}

/// Words a choice field may hold. Empty for fields that are no choice.
#[must_use]
pub const fn choices(field: Field) -> &'static [&'static str] {
    match field {
        Field::Kind => &["personal", "corporate"],
        Field::Gender => &["male", "female"],
        Field::RiskGrade => &["C1", "C2", "C3", "C4", "C5"],
        Field::Source => {
            &["counter", "referral", "campaign", "online", "visit", "payroll", "import", "other"]
        }
        Field::DocumentType => &[
            "resident_id",
            "passport",
            "hk_macao_permit",
            "taiwan_permit",
            "foreign_permanent_residence",
            "household_register",
            "military",
            "business_licence",
            "other",
        ],
        _ => &[],
    }
}
