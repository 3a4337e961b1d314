//! How personal values are shown: enough to recognise them, not enough to misuse them (JR/T 0171-2020, annex A).

use serde::{Deserialize, Serialize};

/// How a field is protected (JR/T 0171-2020 names them C1 to C3; C3, credentials and biometrics, is never stored).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldClass {
    /// Tells nothing about a person.
    Public,
    /// About a person; shown to whoever may see the customer.
    Personal,
    /// Shown masked; unmasking asks for a reason and is audited.
    Sensitive,
}

/// The sign that stands for a hidden character.
pub const SIGN: char = '*';

/// Hides all but `head` first and `tail` last characters. A text too short to hide half of it is hidden whole.
#[must_use]
pub fn ends(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    if count < (head + tail) * 3 / 2 + 1 {
        return SIGN.to_string().repeat(count);
    }
    let hidden = |index: usize| index >= head && index < count - tail;
    text.chars().enumerate().map(|(index, c)| if hidden(index) { SIGN } else { c }).collect()
}

/// A mobile number: `138****5678`.
#[must_use]
pub fn mobile(number: &str) -> String {
    ends(number, 3, 4)
}

/// Another phone number: the last four digits, and an area or country code as far as it fits: `010****5678`.
#[must_use]
pub fn phone(number: &str) -> String {
    ends(number, 3, 4)
}

/// A resident identity number: first and last character.
#[must_use]
pub fn resident_id(number: &str) -> String {
    ends(number, 1, 1)
}

/// The number of another document: first and last character.
#[must_use]
pub fn document_number(number: &str) -> String {
    ends(number, 1, 1)
}

/// An e-mail address: first character and the domain.
#[must_use]
pub fn email(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}***@{domain}")
        }
        None => ends(address, 1, 0),
    }
}

/// Street, building and door: the first two characters. The division stands in a field of its own.
#[must_use]
pub fn address(text: &str) -> String {
    let count = text.chars().count();
    let head: String = text.chars().take(if count > 4 { 2 } else { 0 }).collect();
    format!("{head}******")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r14_each_kind_shows_what_the_standard_allows() {
        assert_eq!(mobile("13812345678"), "138****5678");
        assert_eq!(resident_id("11010519491231002X"), "1****************X");
        assert_eq!(email("zhang.san@example.com"), "z***@example.com");
        assert_eq!(document_number("E12345678"), "E*******8");
        assert_eq!(phone("95588"), "*****");
    }

    #[test]
    fn r14_an_address_keeps_two_characters_and_hides_its_length() {
        assert_eq!(address("文三路199号"), "文三******");
        assert_eq!(address("1号"), "******");
    }
}
