//! Columns of the files that the bank's systems send: which there are, what they are called, what is wrong with a cell.

use crate::values::ValueProblem;

/// What is wrong with a line, at one of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellProblem {
    /// The column's word.
    pub column: &'static str,
    /// What is wrong.
    pub problem: ValueProblem,
}

/// An enum of columns. Each has one word for wire and reports, and the headings that bank's files use for it.
macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($(#[$column_doc:meta])* $column:ident => $word:literal $(| $heading:literal)*),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$column_doc])* $column,)* }

        impl $name {
            /// Every column.
            pub const ALL: &'static [$name] = &[$($name::$column,)*];

            /// The column's word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$column => $word,)* }
            }

            /// The column with this heading; capitals and white space around it make no difference.
            #[must_use]
            pub fn parse(heading: &str) -> Option<Self> {
                match heading.trim().to_lowercase().as_str() {
                    $($word $(| $heading)* => Some(Self::$column),)*
                    _ => None,
                }
            }

            /// A problem with this column.
            pub(crate) fn wrong(self, problem: $crate::values::ValueProblem) -> $crate::columns::CellProblem {
                $crate::columns::CellProblem { column: self.as_str(), problem }
            }
        }
    };
}
pub(crate) use columns;

/// Reads a cell of words: trimmed, at most `max` characters, nothing when blank.
///
/// # Errors
/// [`ValueProblem::TextLength`], [`ValueProblem::TextCharacter`].
pub fn parse_words(cell: &str, max: usize) -> Result<Option<String>, ValueProblem> {
    let words = cell.trim();
    match words.chars().count() {
        0 => Ok(None),
        _ if words.contains('\0') => Err(ValueProblem::TextCharacter),
        count if count > max => Err(ValueProblem::TextLength { max }),
        _ => Ok(Some(words.to_owned())),
    }
}
