//! Phone numbers other than the customer's mainland mobile.

use super::{Mobile, problem::ValueProblem, text_value, typed};
use serde::{Deserialize, Serialize};

/// A phone number of any kind, in one form each: mobile `13812345678`, landline `010-12345678` with extension
/// `010-12345678-123`, service number `400-123-4567` or `95588`, number of another country `+85291234567`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct Phone(String);

text_value!(Phone, Phone::parse);

/// Digits of an international number with its country code: ITU-T E.164, and the shortest in use.
const E164_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

impl Phone {
    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`ValueProblem::PhoneAreaCode`] for a landline without area code, otherwise [`ValueProblem::PhoneForm`].
    pub fn parse(typed: &str) -> Result<Self, ValueProblem> {
        let plain = typed::plain(typed).to_lowercase();
        let (number, extension) = split_extension(&plain);
        let kept: String = number.chars().filter(|c| !" -.()".contains(*c)).collect();
        let read = if extension.is_empty() { read_whole(&kept) } else { None };
        match read {
            Some(phone) => Ok(Self(phone)),
            None => landline(&kept, extension).map(Self),
        }
    }
}

/// Parts `010-12345678转123` at its sign; a third group of digits behind two dashes is an extension too.
fn split_extension(text: &str) -> (&str, &str) {
    let at_sign = ["转", "分机", "ext.", "ext", "x", "#"].iter().find_map(|sign| text.split_once(sign));
    if let Some((number, extension)) = at_sign {
        return (number, extension.trim_matches([' ', '-', ':']));
    }
    match text.rsplit_once('-') {
        Some((number, extension)) if looks_like_landline(number) && (1..=6).contains(&extension.len()) => {
            (number, extension)
        }
        _ => (text, ""),
    }
}

fn looks_like_landline(number: &str) -> bool {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    number.trim_start_matches('(').starts_with('0')
        && area_code(&digits).is_some_and(|(_, rest)| rest.len() >= 7)
}

/// A mobile, service number or number of another country.
fn read_whole(kept: &str) -> Option<String> {
    if let Ok(mobile) = Mobile::parse(kept) {
        return Some(mobile.into());
    }
    let abroad = kept.strip_prefix('+').or_else(|| kept.strip_prefix("00"));
    if let Some(digits) = abroad.filter(|digits| !digits.starts_with("86")) {
        let right = all_digits(digits) && E164_DIGITS.contains(&digits.len()) && !digits.starts_with('0');
        return right.then(|| format!("+{digits}"));
    }
    if !all_digits(kept) {
        return None;
    }
    match (kept.len(), kept.get(..3)?) {
        (10, "400" | "800") => Some(format!("{}-{}-{}", &kept[..3], &kept[3..6], &kept[6..])),
        // 95xxx of banks and companies, 96xxx of a province, 12xxx of public services; 110, 114 and the like are
        // nobody's own number.
        (5..=6, _) if kept.starts_with("95") || kept.starts_with("96") || kept.starts_with("12") => {
            Some(kept.to_owned())
        }
        _ => None,
    }
}

fn landline(kept: &str, extension: &str) -> Result<String, ValueProblem> {
    let national = match kept.strip_prefix("+86").or_else(|| kept.strip_prefix("0086")) {
        // Written internationally the trunk 0 is left out; people put it there all the same.
        Some(rest) => format!("0{}", rest.trim_start_matches('0')),
        None => kept.to_owned(),
    };
    if !all_digits(&national) || !extension.bytes().all(|b| b.is_ascii_digit()) || extension.len() > 6 {
        return Err(ValueProblem::PhoneForm);
    }
    let Some((area, number)) = area_code(&national) else {
        let is_local = (7..=8).contains(&national.len()) && !national.starts_with(['0', '1']);
        return Err(if is_local { ValueProblem::PhoneAreaCode } else { ValueProblem::PhoneForm });
    };
    if !(7..=8).contains(&number.len()) || number.starts_with(['0', '1']) {
        return Err(ValueProblem::PhoneForm);
    }
    let tail = if extension.is_empty() { String::new() } else { format!("-{extension}") };
    Ok(format!("{area}-{number}{tail}"))
}

/// Parts the area code from the number: 010 and 02x have three digits, 03xx to 09xx four.
fn area_code(national: &str) -> Option<(&str, &str)> {
    let length = match national.as_bytes().get(..2)? {
        b"01" if national.as_bytes().get(2) == Some(&b'0') => 3,
        b"02" => 3,
        b"03" | b"04" | b"05" | b"06" | b"07" | b"08" | b"09" => 4,
        _ => return None,
    };
    national.split_at_checked(length)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_one_form() {
        for (typed, stored) in [
            ("+86 138-1234-5678", "13812345678"),
            ("010-82345678", "010-82345678"),
            ("(010) 6234 5678", "010-62345678"),
            ("01062345678", "010-62345678"),
            ("０５７１－８７６５４３２１", "0571-87654321"),
            ("0571 8765432", "0571-8765432"),
            ("+86 10 6234 5678", "010-62345678"),
            ("+86 (0)571-87654321", "0571-87654321"),
            ("010-62345678转801", "010-62345678-801"),
            ("010-62345678-801", "010-62345678-801"),
            ("0571-87654321 ext 12", "0571-87654321-12"),
            ("400-123-4567", "400-123-4567"),
            ("4001234567", "400-123-4567"),
            ("95588", "95588"),
            ("+852 9123 4567", "+85291234567"),
            ("00852-91234567", "+85291234567"),
            ("+1 (650) 253-0000", "+16502530000"),
        ] {
            let read = Phone::parse(typed).map(String::from);
            assert_eq!(read, Ok(stored.to_owned()), "{typed}");
            assert_eq!(Phone::parse(stored).map(String::from), Ok(stored.to_owned()), "{stored} again");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_its_reason() {
        assert_eq!(Phone::parse("62345678"), Err(ValueProblem::PhoneAreaCode));
        for typed in [
            "",
            "abc",
            "123",
            "1381234567",
            "010-123456",
            "010-1234567890",
            "+123",
            "+86",
            "0100-1234567",
            "张三",
        ] {
            assert_eq!(Phone::parse(typed), Err(ValueProblem::PhoneForm), "{typed}");
        }
    }
}
