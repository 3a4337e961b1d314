//! Mobile numbers of the Chinese mainland.

use super::{problem::ValueProblem, text_value, typed};
use serde::{Deserialize, Serialize};

/// A mainland mobile number: 11 digits that begin with a segment an operator has, such as `13812345678`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct Mobile(String);

text_value!(Mobile, Mobile::parse);

/// The three-digit segments in use by persons: China Mobile, Unicom, Telecom, Broadnet and the virtual operators (162,
/// 165, 167, 170, 171), from the ministry's numbering plan (电信网码号资源). 140, 141 and 144 open 13-digit numbers of
/// machines, so they are left out; of 174 only the satellite block 1740 is assigned.
const SEGMENTS: [u16; 55] = [
    130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 145, 146, 147, 148, 149, 150, 151, 152, 153, 155, 156,
    157, 158, 159, 162, 165, 166, 167, 170, 171, 172, 173, 175, 176, 177, 178, 180, 181, 182, 183, 184, 185,
    186, 187, 188, 189, 190, 191, 192, 193, 195, 196, 197, 198, 199,
];

const DIGITS: usize = 11;

impl Mobile {
    /// Reads what a person typed: grouped or not, full-width or not, with or without `+86`, `0086`, `86` or the trunk
    /// `0` of old.
    ///
    /// # Errors
    /// One of the `Mobile…` reasons.
    pub fn parse(typed: &str) -> Result<Self, ValueProblem> {
        let kept: String = typed::plain(typed).chars().filter(|c| !" -.()".contains(*c)).collect();
        let digits = without_country(&kept)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ValueProblem::MobileNotDigits);
        }
        if digits.len() != DIGITS {
            return Err(ValueProblem::MobileLength { digits: digits.len() });
        }
        if !is_assigned(digits) {
            return Err(ValueProblem::MobilePrefix);
        }
        Ok(Self(digits.to_owned()))
    }
}

fn without_country(kept: &str) -> Result<&str, ValueProblem> {
    if let Some(international) = kept.strip_prefix('+').or_else(|| kept.strip_prefix("00")) {
        return international.strip_prefix("86").ok_or(ValueProblem::MobileCountry);
    }
    // Without a sign the country code or trunk digit is only believed when exactly a mobile is left after it.
    let rest = kept.strip_prefix("86").or_else(|| kept.strip_prefix('0'));
    Ok(rest.filter(|rest| rest.len() == DIGITS && rest.starts_with('1')).unwrap_or(kept))
}

fn is_assigned(digits: &str) -> bool {
    let segment = digits.get(..3).and_then(|text| text.parse().ok()).unwrap_or_default();
    SEGMENTS.binary_search(&segment).is_ok() || digits.starts_with("1740")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(typed: &str) -> String {
        Mobile::parse(typed).unwrap().into()
    }

    #[test]
    fn s1_1_a_mobile_is_stored_in_one_form_however_it_was_typed() {
        for typed in [
            "13812345678",
            "138 1234 5678",
            "138-1234-5678",
            "+86 138-1234-5678",
            "+8613812345678",
            "(+86)13812345678",
            "0086 13812345678",
            "8613812345678",
            "013812345678",
            "１３８１２３４５６７８",
            "１３８　１２３４　５６７８",
            "＋８６１３８１２３４５６７８",
            "\u{202D}138 1234 5678\u{202C}",
        ] {
            assert_eq!(stored(typed), "13812345678", "{typed}");
        }
    }

    #[test]
    fn s1_1_a_wrong_mobile_is_refused_with_its_reason() {
        assert_eq!(Mobile::parse("1381234567"), Err(ValueProblem::MobileLength { digits: 10 }));
        assert_eq!(Mobile::parse("138123456789"), Err(ValueProblem::MobileLength { digits: 12 }));
        assert_eq!(Mobile::parse("12812345678"), Err(ValueProblem::MobilePrefix));
        assert_eq!(Mobile::parse("17912345678"), Err(ValueProblem::MobilePrefix));
        assert_eq!(Mobile::parse("1381234567a"), Err(ValueProblem::MobileNotDigits));
        assert_eq!(Mobile::parse("+85291234567"), Err(ValueProblem::MobileCountry));
        assert_eq!(Mobile::parse(""), Err(ValueProblem::MobileLength { digits: 0 }));
    }

    #[test]
    fn s1_4_debug_tells_nothing() {
        assert_eq!(format!("{:?}", Mobile::parse("13812345678").unwrap()), "Mobile(****)");
    }

    #[test]
    fn json_is_the_canonical_text_and_is_parsed_again() {
        let mobile: Mobile = serde_json::from_str("\"138 1234 5678\"").unwrap();
        assert_eq!(serde_json::to_string(&mobile).unwrap(), "\"13812345678\"");
        assert!(serde_json::from_str::<Mobile>("\"12812345678\"").is_err());
    }

    #[test]
    fn segments_can_be_searched() {
        assert!(SEGMENTS.is_sorted());
    }
}
