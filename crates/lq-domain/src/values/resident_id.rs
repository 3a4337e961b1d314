//! Citizen identity numbers (公民身份号码).

use super::{Gender, problem::ValueProblem, text_value, typed};
use crate::divisions;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A citizen identity number after GB 11643-1999: 18 characters, such as `11010519491231002X`: six digits of the area
/// where it was first given, eight of the birth date, three of a sequence (odd for men), and a check character.
///
/// Residence permits for residents of Hong Kong, Macao and Taiwan (areas 810000, 820000, 830000) are of the same kind.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct ResidentId(String);

// What was stored was not after the day of its entry; no later day can make it so.
text_value!(ResidentId, |text: &str| ResidentId::parse(text, NaiveDate::MAX));

const LENGTH: usize = 18;
const OLD_LENGTH: usize = 15;
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";
const FIRST_YEAR: i32 = 1900;

/// GB/T 2260 provinces: an area in none of them never existed. 83 and 91 are not of GB/T 2260: Taiwan on residence
/// permits, and foreigners.
const PROVINCES: [u8; 36] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54,
    61, 62, 63, 64, 65, 71, 81, 82, 83, 91,
];
/// Areas that residence permits carry; they are no divisions of GB/T 2260's list of counties.
const PERMIT_AREAS: [&str; 4] = ["710000", "810000", "820000", "830000"];

impl ResidentId {
    /// Reads a number, with a small x, grouped or full-width too. The 15-digit form, given until 1999, becomes the
    /// 18-digit number of the same person; GB 11643-1999 says how.
    ///
    /// # Errors
    /// One of the `DocumentNumber…` reasons; the birth date must lie between 1900 and `today`.
    pub fn parse(typed: &str, today: NaiveDate) -> Result<Self, ValueProblem> {
        let number = typed::code(typed);
        let number = if number.chars().count() == OLD_LENGTH { upgraded(&number)? } else { number };
        if number.chars().count() != LENGTH {
            return Err(ValueProblem::DocumentNumberLength { min: LENGTH, max: LENGTH });
        }
        let (digits, check) =
            number.split_at_checked(LENGTH - 1).ok_or(ValueProblem::DocumentNumberCharacter)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) || !CHECKS.contains(&check.as_bytes()[0]) {
            return Err(ValueProblem::DocumentNumberCharacter);
        }
        if !PROVINCES.iter().any(|province| digits.starts_with(&province.to_string())) {
            return Err(ValueProblem::DocumentNumberArea);
        }
        let born = birth_date(digits).filter(|born| born.year() >= FIRST_YEAR && *born <= today);
        if born.is_none() {
            return Err(ValueProblem::DocumentNumberBirthDate);
        }
        if check.as_bytes()[0] != check_character(digits) {
            return Err(ValueProblem::DocumentNumberCheck);
        }
        Ok(Self(number))
    }

    /// The birth date in the number.
    #[must_use]
    pub fn birth_date(&self) -> NaiveDate {
        birth_date(&self.0).unwrap_or_default()
    }

    /// The gender in the number.
    #[must_use]
    pub fn gender(&self) -> Gender {
        if self.0.as_bytes()[16].is_multiple_of(2) { Gender::Female } else { Gender::Male }
    }

    /// The six digits of the area where the number was first given. It says nothing of where the person lives.
    #[must_use]
    pub fn area(&self) -> &str {
        &self.0[..6]
    }

    /// Whether the area is on today's list no more. Areas are merged and renamed, numbers stay: such a number is as
    /// good as any, and only worth a second look.
    #[must_use]
    pub fn area_retired(&self) -> bool {
        !divisions::area_exists(self.area()) && !PERMIT_AREAS.contains(&self.area())
    }
}

/// Who has a 15-digit number was born in the 1900s, but for sequences from 996, kept for who was 100 or older then.
fn upgraded(old: &str) -> Result<String, ValueProblem> {
    if !old.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ValueProblem::DocumentNumberCharacter);
    }
    let (area, rest) = old.split_at(6);
    if rest[6..] >= *"996" {
        return Err(ValueProblem::DocumentNumberBirthDate);
    }
    let digits = format!("{area}19{rest}");
    Ok(format!("{digits}{}", char::from(check_character(&digits))))
}

fn birth_date(number: &str) -> Option<NaiveDate> {
    let part = |range| number.get(range).and_then(|digits: &str| digits.parse::<u32>().ok());
    NaiveDate::from_ymd_opt(i32::try_from(part(6..10)?).ok()?, part(10..12)?, part(12..14)?)
}

/// ISO 7064 MOD 11-2 over the first seventeen digits.
pub(super) fn check_character(digits: &str) -> u8 {
    let sum: u32 = digits.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    CHECKS[(sum % 11) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    fn parse(typed: &str) -> Result<ResidentId, ValueProblem> {
        ResidentId::parse(typed, today())
    }

    #[test]
    fn s1_1_an_id_gives_birth_date_and_gender() {
        let id = parse("11010519491231002X").unwrap();
        assert_eq!(id.birth_date(), NaiveDate::from_ymd_opt(1949, 12, 31).unwrap());
        assert_eq!(id.gender(), Gender::Female);
        assert_eq!(id.area(), "110105");
        assert!(!id.area_retired());
        for typed in ["11010519491231002x", "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ"]
        {
            assert_eq!(parse(typed).as_ref(), Ok(&id), "{typed}");
        }
    }

    #[test]
    fn s1_1_a_wrong_id_is_refused_with_its_reason() {
        assert_eq!(parse("110105194912310021"), Err(ValueProblem::DocumentNumberCheck));
        assert_eq!(parse("1101051949123100"), Err(ValueProblem::DocumentNumberLength { min: 18, max: 18 }));
        assert_eq!(parse("110105194913310023"), Err(ValueProblem::DocumentNumberBirthDate));
        assert_eq!(parse("110105189912310029"), Err(ValueProblem::DocumentNumberBirthDate));
        assert_eq!(parse("110105202611250021"), Err(ValueProblem::DocumentNumberBirthDate));
        assert_eq!(parse("990105194912310021"), Err(ValueProblem::DocumentNumberArea));
        assert_eq!(parse("X1010519491231002X"), Err(ValueProblem::DocumentNumberCharacter));
        assert_eq!(parse("身份证号码身份证号码身份证号码身份证"), Err(ValueProblem::DocumentNumberCharacter));
    }

    #[test]
    fn a_retired_area_is_accepted_and_flagged() {
        // 110103 was Chongwen, one with Dongcheng since 2010.
        let digits = "11010319800101001";
        let id = parse(&format!("{digits}{}", char::from(check_character(digits)))).unwrap();
        assert!(id.area_retired());
        assert!(!parse("81000019980902013X").unwrap().area_retired());
    }

    #[test]
    fn an_old_number_becomes_the_new_one() {
        assert_eq!(parse("110105491231002").map(String::from), Ok("11010519491231002X".to_owned()));
        assert_eq!(parse("110105491231996"), Err(ValueProblem::DocumentNumberBirthDate));
        assert_eq!(parse("11010549123100X"), Err(ValueProblem::DocumentNumberCharacter));
    }

    #[test]
    fn s1_4_debug_tells_nothing() {
        assert_eq!(format!("{:?}", parse("11010519491231002X").unwrap()), "ResidentId(****)");
    }
}
