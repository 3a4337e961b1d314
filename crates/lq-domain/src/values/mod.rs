//! Values that a person types: parsed once, at the door, and right ever after.
//!
//! Every type here has `parse`, which reads what was typed or imported, and gives the canonical form back with
//! `as_str` (or `canonical`). In JSON a value is its canonical string, and reading JSON parses again. `Debug` of a
//! personal value shows that there is one, never which: it may end in a log.

pub mod account_kind;
mod choice;
pub mod date;
pub mod document;
pub mod email;
pub mod gender;
pub mod mobile;
pub mod money;
pub mod phone;
pub mod problem;
pub mod resident_id;
pub mod risk_grade;
pub mod text;
mod typed;
pub mod uscc;

pub use account_kind::AccountKind;
pub use date::{BirthDate, age_on, parse_date, parse_instant};
pub use document::{DocumentExpiry, DocumentNumber, DocumentType};
pub use email::Email;
pub use gender::Gender;
pub use mobile::Mobile;
pub use money::Money;
pub use phone::Phone;
pub use problem::ValueProblem;
pub use resident_id::ResidentId;
pub use risk_grade::RiskGrade;
pub use text::{FreeText, Name};
pub use uscc::Uscc;

/// Gives a private-`String` value its canonical text, a `Debug` that tells nothing, and its way in and out of JSON.
/// `$restore` reads the canonical form back.
macro_rules! text_value {
    ($name:ident, $restore:expr) => {
        impl $name {
            /// The canonical text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(****)"))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::values::ValueProblem;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                $restore(&text)
            }
        }
    };
}
pub(crate) use text_value;
