//! Values picked from a short list.

/// An enum whose every value has one canonical code, and other words people use for it.
///
/// The codes are wire and storage format. The other words are what files and typists say, compared without regard to
/// case and width.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident => $code:literal $(| $other:literal)*),* $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, ts_rs::TS,
        )]
        pub enum $name { $($(#[$value_doc])* #[serde(rename = $code)] $value,)* }

        impl $name {
            /// Every value, in the order shown.
            pub const ALL: &'static [$name] = &[$($name::$value,)*];

            /// The canonical code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$value => $code,)* }
            }

            /// Reads a code or one of the usual words.
            ///
            /// # Errors
            /// [`ValueProblem::ChoiceUnknown`](crate::values::ValueProblem::ChoiceUnknown) for anything else.
            pub fn parse(typed: &str) -> Result<Self, $crate::values::ValueProblem> {
                match $crate::values::typed::plain(typed).to_lowercase().as_str() {
                    $($code $(| $other)* => Ok(Self::$value),)*
                    _ => Err($crate::values::ValueProblem::ChoiceUnknown),
                }
            }
        }
    };
}
pub(super) use choice;
