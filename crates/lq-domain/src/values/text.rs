//! Names and notes: kept as typed.

use super::{problem::ValueProblem, text_value, typed};
use serde::{Deserialize, Serialize};

/// A name of 1 to 100 characters, trimmed at both ends and otherwise as typed: whatever it looks like, it may be
/// somebody's name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct Name(String);

/// Text of up to 4,000 characters, exactly as typed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct FreeText(String);

text_value!(Name, Name::parse);
text_value!(FreeText, FreeText::parse);

impl Name {
    /// The most characters of a name.
    pub const MAX: usize = 100;

    /// Reads a name.
    ///
    /// # Errors
    /// [`ValueProblem::TextBlank`] when nothing of it can be seen, [`ValueProblem::TextLength`],
    /// [`ValueProblem::TextCharacter`].
    pub fn parse(typed: &str) -> Result<Self, ValueProblem> {
        let name = typed.trim();
        if name.chars().all(|c| c.is_whitespace() || typed::is_invisible(c)) {
            return Err(ValueProblem::TextBlank);
        }
        storable(name, Self::MAX).map(Self)
    }
}

impl FreeText {
    /// The most characters of a text.
    pub const MAX: usize = 4_000;

    /// Reads a text; an empty one is a text too.
    ///
    /// # Errors
    /// [`ValueProblem::TextLength`], [`ValueProblem::TextCharacter`].
    pub fn parse(typed: &str) -> Result<Self, ValueProblem> {
        storable(typed, Self::MAX).map(Self)
    }
}

/// PostgreSQL's `text` holds every character but U+0000.
fn storable(text: &str, max: usize) -> Result<String, ValueProblem> {
    if text.contains('\0') {
        return Err(ValueProblem::TextCharacter);
    }
    // Characters are never more than bytes, so that most texts need no counting.
    if text.len() > max && text.chars().count() > max {
        return Err(ValueProblem::TextLength { max });
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_otherwise_kept() {
        assert_eq!(Name::parse("　张 三\u{a0}").unwrap().as_str(), "张 三");
        assert_eq!(Name::parse("=1+1").unwrap().as_str(), "=1+1");
        assert_eq!(Name::parse("ＡＢＣ（中国）").unwrap().as_str(), "ＡＢＣ（中国）");
        assert_eq!(Name::parse(&"张".repeat(100)).unwrap().as_str().chars().count(), 100);
    }

    #[test]
    fn a_name_must_show_something_and_fit() {
        for blank in ["", "  ", "\u{3000}\t", "\u{200b}", "\u{feff}"] {
            assert_eq!(Name::parse(blank), Err(ValueProblem::TextBlank), "{blank:?}");
        }
        assert_eq!(Name::parse(&"张".repeat(101)), Err(ValueProblem::TextLength { max: 100 }));
        assert_eq!(Name::parse("a\0b"), Err(ValueProblem::TextCharacter));
    }

    #[test]
    fn free_text_is_untouched() {
        assert_eq!(FreeText::parse("  第一行\r\n第二行 ").unwrap().as_str(), "  第一行\r\n第二行 ");
        assert_eq!(FreeText::parse("").unwrap().as_str(), "");
        assert_eq!(FreeText::parse(&"x".repeat(4001)), Err(ValueProblem::TextLength { max: 4000 }));
    }
}
