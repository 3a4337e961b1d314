//! Documents that prove who a customer is.

use super::{
    ResidentId, Uscc, parse_date, problem::ValueProblem, resident_id::check_character, text_value, typed,
};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

super::choice::choice! {
    /// The kinds of identity documents a bank takes.
    DocumentType {
        /// 居民身份证, and the residence permits for residents of Hong Kong, Macao and Taiwan, numbered the same way.
        ResidentId => "resident_id" | "居民身份证" | "身份证" | "二代身份证" | "港澳台居民居住证" | "id card",
        /// 护照
        Passport => "passport" | "护照" | "中国护照" | "外国护照",
        /// 港澳居民来往内地通行证
        HkMacaoPermit => "hk_macao_permit" | "港澳居民来往内地通行证" | "港澳通行证" | "回乡证",
        /// 台湾居民来往大陆通行证
        TaiwanPermit => "taiwan_permit" | "台湾居民来往大陆通行证" | "台胞证",
        /// 外国人永久居留身份证
        ForeignPermanentResidence => "foreign_permanent_residence" | "外国人永久居留身份证" | "外国人永久居留证",
        /// 户口簿
        HouseholdRegister => "household_register" | "户口簿" | "户口本",
        /// 军人证件
        Military => "military" | "军官证" | "士兵证" | "军人证" | "军人身份证" | "武警证" | "文职干部证",
        /// 营业执照
        BusinessLicence => "business_licence" | "营业执照" | "business license",
        /// 其他
        Other => "other" | "其他" | "其他证件",
    }
}

/// The number of a document, in capitals, without spaces and dashes, of the shape its kind has.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct DocumentNumber(String);

// The kind is kept elsewhere, so that only what all kinds share is looked at again.
text_value!(DocumentNumber, |text: &str| any_number(text, 1, MAX_LENGTH));

const MAX_LENGTH: usize = 30;

impl DocumentNumber {
    /// Reads the number of a document of `kind`.
    ///
    /// # Errors
    /// One of the `DocumentNumber…` reasons, for a business licence of 18 characters one of the `Uscc…` reasons.
    pub fn parse(kind: DocumentType, typed: &str, today: NaiveDate) -> Result<Self, ValueProblem> {
        let number = typed::code(typed).replace(['(', ')'], "");
        match kind {
            DocumentType::ResidentId => ResidentId::parse(typed, today).map(|id| Self(id.into())),
            DocumentType::Passport => alphanumeric(number, 5, 17),
            DocumentType::HkMacaoPermit => shaped(number, &["A########", "A##########"]),
            DocumentType::TaiwanPermit => shaped(number, &["########", "##########", "##########A"]),
            DocumentType::ForeignPermanentResidence => permanent_residence(number),
            DocumentType::HouseholdRegister => alphanumeric(number, 5, 20),
            DocumentType::Military | DocumentType::Other => any_number(&number, 2, MAX_LENGTH),
            DocumentType::BusinessLicence if number.len() == 15 => shaped(number, &["###############"]),
            DocumentType::BusinessLicence => Uscc::parse(typed).map(|code| Self(code.into())),
        }
    }
}

fn with_length(number: &str, min: usize, max: usize) -> Result<(), ValueProblem> {
    if (min..=max).contains(&number.chars().count()) {
        Ok(())
    } else {
        Err(ValueProblem::DocumentNumberLength { min, max })
    }
}

fn alphanumeric(number: String, min: usize, max: usize) -> Result<DocumentNumber, ValueProblem> {
    with_length(&number, min, max)?;
    if number.bytes().all(|b| b.is_ascii_alphanumeric()) {
        Ok(DocumentNumber(number))
    } else {
        Err(ValueProblem::DocumentNumberCharacter)
    }
}

/// Any letters and digits, Chinese too (军字第1234567号).
fn any_number(number: &str, min: usize, max: usize) -> Result<DocumentNumber, ValueProblem> {
    with_length(number, min, max)?;
    let allowed = |c: char| c.is_alphanumeric() || "/.:#_".contains(c);
    if number.chars().all(allowed) {
        Ok(DocumentNumber(number.to_owned()))
    } else {
        Err(ValueProblem::DocumentNumberCharacter)
    }
}

/// A number of one of the `shapes`: `#` stands for a digit, `A` for a letter.
fn shaped(number: String, shapes: &[&str]) -> Result<DocumentNumber, ValueProblem> {
    let lengths = || shapes.iter().map(|shape| shape.len());
    with_length(&number, lengths().min().unwrap_or_default(), lengths().max().unwrap_or_default())?;
    let fits = |shape: &&str| {
        shape.len() == number.len()
            && shape.bytes().zip(number.bytes()).all(|(place, character)| match place {
                b'#' => character.is_ascii_digit(),
                _ => character.is_ascii_uppercase(),
            })
    };
    if shapes.iter().any(fits) { Ok(DocumentNumber(number)) } else { Err(ValueProblem::DocumentNumberForm) }
}

/// Three letters and twelve digits until 2023; since then 18 characters that begin with 9 and end with the check
/// character of GB 11643.
fn permanent_residence(number: String) -> Result<DocumentNumber, ValueProblem> {
    if number.len() != 18 {
        return shaped(number, &["AAA############"]);
    }
    let digits = number
        .get(..17)
        .filter(|digits| digits.starts_with('9') && digits.bytes().all(|b| b.is_ascii_digit()));
    let digits = digits.ok_or(ValueProblem::DocumentNumberForm)?;
    if number.as_bytes()[17] == check_character(digits) {
        Ok(DocumentNumber(number))
    } else {
        Err(ValueProblem::DocumentNumberCheck)
    }
}

/// Until when a document is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub enum DocumentExpiry {
    /// The last day on which it is good.
    Until(NaiveDate),
    /// 长期: it never expires.
    LongTerm,
}

const LONG_TERM: &str = "long_term";

impl DocumentExpiry {
    /// Reads a day in any form of [`parse_date`], or that there is none: `长期`, `long_term`, or the days by which
    /// bank files say so, 2099-12-31 and 9999-12-31.
    ///
    /// # Errors
    /// As [`parse_date`].
    pub fn parse(typed: &str) -> Result<Self, ValueProblem> {
        match typed::plain(typed).to_lowercase().as_str() {
            LONG_TERM | "long term" | "long-term" | "长期" | "长期有效" | "永久" | "永久有效" | "无期限" => {
                Ok(Self::LongTerm)
            }
            text => {
                let date = parse_date(text)?;
                let stands_for_none =
                    [2099, 9999].iter().any(|year| NaiveDate::from_ymd_opt(*year, 12, 31) == Some(date));
                Ok(if stands_for_none { Self::LongTerm } else { Self::Until(date) })
            }
        }
    }

    /// The canonical text: `2030-01-01` or `long_term`.
    #[must_use]
    pub fn canonical(self) -> String {
        match self {
            Self::Until(date) => date.to_string(),
            Self::LongTerm => LONG_TERM.to_owned(),
        }
    }

    /// Whether the document is good no more on `today`.
    #[must_use]
    pub fn expired_on(self, today: NaiveDate) -> bool {
        matches!(self, Self::Until(date) if date < today)
    }

    /// Whether the document has expired on `today` or will within `days` days (features.md S1.2: 90).
    #[must_use]
    pub fn expires_within(self, today: NaiveDate, days: u32) -> bool {
        let limit = today.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX);
        matches!(self, Self::Until(date) if date <= limit)
    }
}

impl From<DocumentExpiry> for String {
    fn from(expiry: DocumentExpiry) -> String {
        expiry.canonical()
    }
}

impl TryFrom<String> for DocumentExpiry {
    type Error = ValueProblem;

    fn try_from(text: String) -> Result<Self, ValueProblem> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    fn read(kind: DocumentType, typed: &str) -> Result<String, ValueProblem> {
        DocumentNumber::parse(kind, typed, today()).map(String::from)
    }

    #[test]
    fn each_kind_has_its_shape() {
        for (kind, typed, stored) in [
            (DocumentType::ResidentId, "11010519491231002x", "11010519491231002X"),
            (DocumentType::Passport, "e12 345-678", "E12345678"),
            (DocumentType::HkMacaoPermit, "h12345678", "H12345678"),
            (DocumentType::HkMacaoPermit, "M1234567801", "M1234567801"),
            (DocumentType::TaiwanPermit, "12345678", "12345678"),
            (DocumentType::TaiwanPermit, "1234567890(B)", "1234567890B"),
            (DocumentType::ForeignPermanentResidence, "CAN110012345678", "CAN110012345678"),
            (DocumentType::HouseholdRegister, "110105001234", "110105001234"),
            (DocumentType::Military, "军字第1234567号", "军字第1234567号"),
            (DocumentType::BusinessLicence, "91350100M000100Y43", "91350100M000100Y43"),
            (DocumentType::BusinessLicence, "110108001234567", "110108001234567"),
        ] {
            assert_eq!(read(kind, typed).as_deref(), Ok(stored), "{typed}");
        }
    }

    #[test]
    fn a_wrong_number_is_refused_with_its_reason() {
        use ValueProblem as P;
        for (kind, typed, problem) in [
            (DocumentType::ResidentId, "110105194912310021", P::DocumentNumberCheck),
            (DocumentType::Passport, "E123", P::DocumentNumberLength { min: 5, max: 17 }),
            (DocumentType::Passport, "护照一二三四", P::DocumentNumberCharacter),
            (DocumentType::HkMacaoPermit, "12345678H", P::DocumentNumberForm),
            (DocumentType::TaiwanPermit, "123456789", P::DocumentNumberForm),
            (DocumentType::BusinessLicence, "91350211M000100Y43", P::UsccCheck),
            (DocumentType::ForeignPermanentResidence, "911156198001010011", P::DocumentNumberCheck),
            (DocumentType::Other, "", P::DocumentNumberLength { min: 2, max: 30 }),
        ] {
            assert_eq!(read(kind, typed), Err(problem), "{typed}");
        }
    }

    #[test]
    fn expiry_is_a_day_or_never() {
        let until = DocumentExpiry::parse("2027/2/22").unwrap();
        assert_eq!(until.canonical(), "2027-02-22");
        assert!(until.expires_within(today(), 90));
        assert!(!until.expires_within(today(), 89));
        assert!(!until.expired_on(NaiveDate::from_ymd_opt(2027, 2, 22).unwrap()));
        assert!(until.expired_on(NaiveDate::from_ymd_opt(2027, 2, 23).unwrap()));
        for typed in ["长期", "long_term", "20991231", "9999-12-31"] {
            assert_eq!(DocumentExpiry::parse(typed), Ok(DocumentExpiry::LongTerm), "{typed}");
        }
        assert!(!DocumentExpiry::LongTerm.expires_within(today(), 36_500));
        assert_eq!(serde_json::to_string(&DocumentExpiry::LongTerm).unwrap(), "\"long_term\"");
        assert!(DocumentExpiry::parse("soon").is_err());
    }
}
