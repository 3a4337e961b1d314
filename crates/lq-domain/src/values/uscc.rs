//! Unified social credit codes (统一社会信用代码) of companies and other organisations.

use super::{problem::ValueProblem, text_value, typed};
use serde::{Deserialize, Serialize};

/// A unified social credit code after GB 32100-2015: 18 characters, such as `91350100M000100Y43`. Of these the first
/// two name the registering office and kind, six digits the area, nine the organisation (GB 11714, with a check
/// character of its own), and the last checks the whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct Uscc(String);

text_value!(Uscc, Uscc::parse);

/// GB 32100: digits and capitals without I, O, S, V and Z, which look like others. A character's place is its value.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const LENGTH: usize = 18;
const AREA: std::ops::Range<usize> = 2..8;
const ORGANISATION: std::ops::Range<usize> = 8..17;
/// GB 11714.
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

impl Uscc {
    /// Reads what a person typed: grouped or not, in capitals or not, full-width or not.
    ///
    /// # Errors
    /// One of the `Uscc…` reasons.
    pub fn parse(typed: &str) -> Result<Self, ValueProblem> {
        let code = typed::code(typed);
        let characters = code.chars().count();
        if characters != LENGTH {
            return Err(ValueProblem::UsccLength { characters });
        }
        let values: Option<Vec<u32>> = code.bytes().map(value).collect();
        let values = values.ok_or(ValueProblem::UsccCharacter)?;
        if !code.as_bytes()[AREA].iter().all(u8::is_ascii_digit) {
            return Err(ValueProblem::UsccCharacter);
        }
        let whole_is_right = check_value(&values[..LENGTH - 1]) == values[LENGTH - 1];
        if !whole_is_right || !organisation_is_right(&code.as_bytes()[ORGANISATION]) {
            return Err(ValueProblem::UsccCheck);
        }
        Ok(Self(code))
    }
}

fn value(character: u8) -> Option<u32> {
    ALPHABET.iter().position(|c| *c == character).and_then(|at| u32::try_from(at).ok())
}

/// Weights are the powers of 3, modulo 31.
fn check_value(values: &[u32]) -> u32 {
    let (sum, _) = values.iter().fold((0, 1), |(sum, weight), value| (sum + value * weight, weight * 3 % 31));
    (31 - sum % 31) % 31
}

fn organisation_is_right(code: &[u8]) -> bool {
    // GB 11714 counts letters straight through, without leaving any out.
    let value = |c: &u8| char::from(*c).to_digit(36).unwrap_or_default();
    let sum: u32 = code.iter().zip(ORGANISATION_WEIGHTS).map(|(c, weight)| value(c) * weight).sum();
    let check = match 11 - sum % 11 {
        11 => b'0',
        10 => b'X',
        digit => b"0123456789"[digit as usize],
    };
    code.last() == Some(&check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_code_is_read_however_typed() {
        for typed in [
            "91350100M000100Y43",
            " 91350100m000100y43 ",
            "91350100-M000100Y4-3",
            "９１３５０１００Ｍ０００１００Ｙ４３",
        ] {
            assert_eq!(Uscc::parse(typed).map(String::from), Ok("91350100M000100Y43".to_owned()), "{typed}");
        }
    }

    #[test]
    fn a_wrong_code_is_refused_with_its_reason() {
        assert_eq!(Uscc::parse("91350211M000100Y43"), Err(ValueProblem::UsccCheck));
        assert_eq!(Uscc::parse("91350100M000100Y4"), Err(ValueProblem::UsccLength { characters: 17 }));
        assert_eq!(Uscc::parse("91350100I000100Y43"), Err(ValueProblem::UsccCharacter));
        assert_eq!(Uscc::parse("9135010AM000100Y43"), Err(ValueProblem::UsccCharacter));
        assert_eq!(Uscc::parse("统一社会信用代码统一社会信用代码统一"), Err(ValueProblem::UsccCharacter));
        assert_eq!(Uscc::parse(""), Err(ValueProblem::UsccLength { characters: 0 }));
    }
}
