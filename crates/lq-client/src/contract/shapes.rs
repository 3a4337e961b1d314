//! What inputs and views have in common.

/// A type that crosses to or from the screen.
///
/// Its `Debug` shows the type's name and nothing else: inputs carry passwords, views carry customers.
macro_rules! Input {
    ($(#[$meta:meta])* pub struct $name:ident $($rest:tt)*) => {
        #[derive(Clone, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        $(#[$meta])*
        pub struct $name $($rest)*
        $crate::contract::shapes::opaque!($name);
    };
    ($(#[$meta:meta])* pub enum $name:ident $($rest:tt)*) => {
        #[derive(Clone, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[serde(rename_all = "snake_case")]
        $(#[$meta])*
        pub enum $name $($rest)*
        $crate::contract::shapes::opaque!($name);
    };
}

macro_rules! opaque {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}

pub(crate) use Input;
pub(crate) use Input as View;
pub(crate) use opaque;
