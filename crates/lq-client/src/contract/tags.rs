//! Tags and saved views as the screen sees them.

use super::{Input, View};
use lq_domain::customers::query::{CustomerQuery, SyncMark};
use lq_domain::ids::{TagId, ViewId};

View! {
    /// A tag.
    pub struct TagView {
        /// The tag.
        pub id: TagId,
        /// Its name.
        pub name: String,
        /// Its colour's word.
        pub colour: String,
        /// How many customers on this device have it.
        pub customers: u32,
        /// How it stands with the server.
        pub sync: SyncMark,
    }
}

Input! {
    /// Makes a tag.
    pub struct CreateTag {
        /// Its name.
        pub name: String,
        /// Its colour's word.
        pub colour: String,
    }
}

Input! {
    /// Renames or recolours a tag.
    pub struct UpdateTag {
        /// The tag.
        pub id: TagId,
        /// Its name.
        pub name: String,
        /// Its colour's word.
        pub colour: String,
    }
}

Input! {
    /// Names a tag.
    pub struct TagRef {
        /// The tag.
        pub id: TagId,
    }
}

View! {
    /// A saved view of the customer list.
    pub struct SavedView {
        /// The view.
        pub id: ViewId,
        /// Its name.
        pub name: String,
        /// Which customers, in which order.
        pub query: CustomerQuery,
        /// Its columns, in order.
        pub columns: Vec<ViewColumn>,
    }
}

Input! {
    /// A column of a list.
    #[derive(PartialEq, Eq)]
    pub struct ViewColumn {
        /// The field; `age`, `sync`, `created_at` and `updated_at` also name columns.
        pub column: String,
        /// Width in CSS pixels.
        pub width: u32,
    }
}

Input! {
    /// Keeps a view; without an id it is a new one.
    pub struct SaveView {
        /// The view to replace.
        pub id: Option<ViewId>,
        /// Its name.
        pub name: String,
        /// Which customers, in which order.
        pub query: CustomerQuery,
        /// Its columns, in order.
        pub columns: Vec<ViewColumn>,
    }
}

Input! {
    /// Names a view.
    pub struct ViewRef {
        /// The view.
        pub id: ViewId,
    }
}
