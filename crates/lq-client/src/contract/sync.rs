//! The sync centre, staff lists, divisions and settings as the screen sees them.

use super::customers::{ConflictView, RefusedView};
use super::{Input, View};
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_domain::ids::{BranchId, ChangeId, CustomerId, UserId};
use lq_protocol::error::ErrorCode;
use std::collections::BTreeMap;

View! {
    /// How the device stands with its server.
    pub struct SyncView {
        /// Whether there is a server.
        pub joined: bool,
        /// Whether the server answered last time.
        pub state: SyncState,
        /// Changes that wait to be sent.
        pub pending: u32,
        /// Changes that the server refused.
        pub refused: u32,
        /// Fields that wait for a choice.
        pub conflicts: u32,
        /// The end of the last round that succeeded.
        pub last_success: Option<Timestamp>,
        /// Why the last round failed.
        pub error: Option<ErrorCode>,
        /// How far the running round is: done and total, of a first sync.
        pub progress: Option<(u32, u32)>,
        /// The server's name.
        pub server_name: Option<String>,
        /// How far this device's clock is ahead of the server's, in milliseconds, when by more than two minutes.
        pub clock_ahead_ms: Option<i64>,
    }
}

View! {
    /// What the exchange with the server is doing.
    #[derive(Copy, PartialEq, Eq)]
    pub enum SyncState {
        /// Works alone.
        Standalone,
        /// Nothing to do.
        Idle,
        /// A round runs.
        Running,
        /// The server can't be reached.
        Offline,
        /// The session ended: sign in again to sync.
        SignInNeeded,
    }
}

View! {
    /// A change that waits to be sent, or was refused.
    pub struct PendingView {
        /// The change.
        pub change: ChangeId,
        /// Its feature.
        pub entity: Feature,
        /// The customer, when it is one's.
        pub customer: Option<CustomerId>,
        /// The record's name.
        pub name: String,
        /// The fields that change.
        pub fields: Vec<String>,
        /// When it was made.
        pub made_at: Timestamp,
        /// Why the server refused it.
        pub refused: Option<RefusedView>,
    }
}

View! {
    /// What the sync centre lists.
    pub struct SyncQueue {
        /// The first waiting changes, at most 200, oldest first.
        pub pending: Vec<PendingView>,
        /// Refused changes.
        pub refused: Vec<PendingView>,
        /// Fields that wait for a choice.
        pub conflicts: Vec<ConflictView>,
    }
}

View! {
    /// One round with the server.
    pub struct SyncRound {
        /// When it began.
        pub at: Timestamp,
        /// How long it took.
        pub took_ms: u32,
        /// Changes sent.
        pub pushed: u32,
        /// Records received.
        pub pulled: u32,
        /// Why it failed.
        pub error: Option<ErrorCode>,
    }
}

Input! {
    /// Settles a conflict of one change.
    pub struct SettleConflict {
        /// The change.
        pub change: ChangeId,
        /// What stands, by field.
        pub choices: BTreeMap<String, Choice>,
    }
}

Input! {
    /// What stands after a conflict.
    #[serde(tag = "kind")]
    pub enum Choice {
        /// What the user entered.
        Mine,
        /// What the server has.
        Theirs,
        /// Something else.
        Typed {
            /// What was typed.
            text: String,
        },
    }
}

Input! {
    /// Names a change.
    pub struct ChangeRef {
        /// The change.
        pub change: ChangeId,
    }
}

View! {
    /// A colleague.
    pub struct ColleagueView {
        /// The user.
        pub id: UserId,
        /// The name.
        pub name: String,
        /// The branch.
        pub branch: Option<BranchId>,
    }
}

View! {
    /// A branch.
    pub struct BranchView {
        /// The branch.
        pub id: BranchId,
        /// The name.
        pub name: String,
        /// The branch above.
        pub parent: Option<BranchId>,
    }
}

Input! {
    /// Asks for the divisions below one, or for the provinces.
    pub struct ListDivisions {
        /// The division above.
        pub parent: Option<String>,
    }
}

View! {
    /// A division.
    pub struct DivisionView {
        /// Its code: 2, 4, 6 or 9 digits.
        pub code: String,
        /// Its name.
        pub name: String,
        /// Whether there is nothing below it.
        pub leaf: bool,
    }
}

Input! {
    /// Preferences of this workstation. They hold nothing about customers.
    #[derive(PartialEq, Eq)]
    pub struct Settings {
        /// `zh-CN` or `en`.
        pub language: String,
        /// `light`, `dark` or `system`.
        pub theme: String,
        /// `compact`, `standard` or `comfortable`.
        pub density: String,
        /// Size of type in percent, 100 to 200.
        pub font_scale: u32,
        /// Minutes without a key or pointer after which the store locks, 1 to 60.
        pub lock_minutes: u32,
        /// `red_up` or `green_up`.
        pub market_colour: String,
        /// Whether single keys act.
        pub single_keys: bool,
        /// Keys that the user changed, by action.
        pub keys: BTreeMap<String, String>,
        /// Guides already shown.
        pub seen: Vec<String>,
    }
}
