//! Why a typed value was refused.

use std::fmt;

/// One reason why a value was refused. It names what is wrong, never the value: it may be logged and sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.code())]
pub enum ValueProblem {
    /// A mainland mobile has 11 digits; this one has another number of them.
    MobileLength {
        /// How many digits there are.
        digits: usize,
    },
    /// No mainland operator has numbers that begin like this.
    MobilePrefix,
    /// Something other than digits and separators.
    MobileNotDigits,
    /// A number with the country code of another country: it belongs among the other phones.
    MobileCountry,
    /// Neither a mainland mobile or landline, nor a service number, nor an international number.
    PhoneForm,
    /// A landline without its area code.
    PhoneAreaCode,
    /// A document number of a length that its type does not have.
    DocumentNumberLength {
        /// The shortest allowed, in characters.
        min: usize,
        /// The longest allowed, in characters.
        max: usize,
    },
    /// A document number with a character that its type does not have.
    DocumentNumberCharacter,
    /// A document number whose shape is not that of its type.
    DocumentNumberForm,
    /// The check digit of a resident identity number is not the one its digits give.
    DocumentNumberCheck,
    /// The birth date in a resident identity number is no day between 1900 and today.
    DocumentNumberBirthDate,
    /// The area in a resident identity number lies in no province.
    DocumentNumberArea,
    /// A unified social credit code has 18 characters; this one has another number of them.
    UsccLength {
        /// How many characters there are.
        characters: usize,
    },
    /// A unified social credit code with a character it can't have at that place.
    UsccCharacter,
    /// A check character of a unified social credit code is not the one its characters give.
    UsccCheck,
    /// Not an e-mail address.
    EmailForm,
    /// Not a date in an unambiguous form, or no day of the calendar.
    DateForm,
    /// A day after today where only past days make sense.
    DateFuture,
    /// A day outside the years 1900 to 9999.
    DateRange,
    /// Not an amount of money.
    MoneyForm,
    /// An amount with a fraction of a fen.
    MoneyPrecision,
    /// An amount beyond what is kept exactly.
    MoneyRange,
    /// Nothing visible.
    TextBlank,
    /// More characters than allowed.
    TextLength {
        /// The most allowed, in characters.
        max: usize,
    },
    /// A character that can't be stored (U+0000).
    TextCharacter,
    /// None of the values offered.
    ChoiceUnknown,
    /// No administrative division has this code.
    DivisionUnknown,
}

macro_rules! codes {
    ($($variant:ident => $code:literal),* $(,)?) => {
        impl ValueProblem {
            /// The codes of all reasons.
            pub const CODES: &'static [&'static str] = &[$($code,)*];

            /// The stable code of this reason: it goes over the wire and picks the words shown.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code,)* }
            }
        }
    };
}

codes! {
    MobileLength => "mobile_length",
    MobilePrefix => "mobile_prefix",
    MobileNotDigits => "mobile_not_digits",
    MobileCountry => "mobile_country",
    PhoneForm => "phone_form",
    PhoneAreaCode => "phone_area_code",
    DocumentNumberLength => "document_number_length",
    DocumentNumberCharacter => "document_number_character",
    DocumentNumberForm => "document_number_form",
    DocumentNumberCheck => "document_number_check",
    DocumentNumberBirthDate => "document_number_birth_date",
    DocumentNumberArea => "document_number_area",
    UsccLength => "uscc_length",
    UsccCharacter => "uscc_character",
    UsccCheck => "uscc_check",
    EmailForm => "email_form",
    DateForm => "date_form",
    DateFuture => "date_future",
    DateRange => "date_range",
    MoneyForm => "money_form",
    MoneyPrecision => "money_precision",
    MoneyRange => "money_range",
    TextBlank => "text_blank",
    TextLength => "text_length",
    TextCharacter => "text_character",
    ChoiceUnknown => "choice_unknown",
    DivisionUnknown => "division_unknown",
}

impl ValueProblem {
    /// What the words of this reason need to know, by name: counts and limits, never the value.
    #[must_use]
    pub fn params(&self) -> Vec<(&'static str, String)> {
        let number = |value: &dyn fmt::Display| value.to_string();
        match self {
            Self::MobileLength { digits } => vec![("digits", number(digits))],
            Self::DocumentNumberLength { min, max } => vec![("min", number(min)), ("max", number(max))],
            Self::UsccLength { characters } => vec![("characters", number(characters))],
            Self::TextLength { max } => vec![("max", number(max))],
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_snake_case_and_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for code in ValueProblem::CODES {
            assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{code}");
            assert!(seen.insert(code), "{code} twice");
        }
    }

    #[test]
    fn a_reason_carries_its_numbers_by_name() {
        let problem = ValueProblem::MobileLength { digits: 10 };
        assert_eq!(problem.to_string(), "mobile_length");
        assert_eq!(problem.params(), [("digits", "10".to_owned())]);
        assert_eq!(ValueProblem::TextBlank.params(), []);
    }
}
