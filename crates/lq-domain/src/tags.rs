//! Tags: short words that staff put on customers.

use crate::record::{FieldValue, MergeRule, join_words, words};
use crate::values::problem::ValueProblem;

/// The tag's name.
pub const NAME: &str = "name";
/// The tag's colour, one of [`COLOURS`].
pub const COLOUR: &str = "colour";
/// Longest name, in characters.
pub const NAME_MAX: usize = 20;

/// Colours a tag may have; the screen's tokens say how each looks in light and dark.
pub const COLOURS: [&str; 8] = ["blue", "teal", "green", "gold", "orange", "red", "purple", "grey"];

/// Reads a tag's name: trimmed, not blank, at most [`NAME_MAX`] characters.
///
/// # Errors
/// A [`ValueProblem`] that says what is wrong.
pub fn parse_name(typed: &str) -> Result<String, ValueProblem> {
    let name = typed.trim();
    match name.chars().count() {
        0 => Err(ValueProblem::TextBlank),
        1..=NAME_MAX => Ok(name.to_owned()),
        _ => Err(ValueProblem::TextLength { max: NAME_MAX }),
    }
}

/// Reads a tag's colour.
///
/// # Errors
/// [`ValueProblem::ChoiceUnknown`] for a word outside [`COLOURS`].
pub fn parse_colour(typed: &str) -> Result<String, ValueProblem> {
    if COLOURS.contains(&typed) { Ok(typed.to_owned()) } else { Err(ValueProblem::ChoiceUnknown) }
}

/// A customer's tags without those that are gone: a tag that is deleted is taken off every customer, and no later edit,
/// merge or undo brings it back.
#[must_use]
pub fn without(tags: Option<&str>, is_gone: impl Fn(&str) -> bool) -> FieldValue {
    join_words(words(tags).into_iter().filter(|tag| !is_gone(tag)))
}

/// Both fields of a tag take the newer edit.
#[must_use]
pub fn merge_rule(field: &str) -> MergeRule {
    if field == crate::record::DELETED { MergeRule::Ask } else { MergeRule::Newest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s1_3_only_what_is_gone_is_taken_off() {
        let gone = |tag: &str| tag == "b";
        assert_eq!(without(Some("c b a"), gone).as_deref(), Some("a c"));
        assert_eq!(without(Some("b"), gone), None);
        assert_eq!(without(None, gone), None);
    }
}
