//! Suspicious-transaction cases as the screen sees them.

use super::{Input, View};
use lq_domain::cases::CaseState;
use lq_domain::clock::Timestamp;
use lq_domain::customers::query::SyncMark;
use lq_domain::ids::{BranchId, CaseId, CustomerId};

View! {
    /// A case.
    pub struct CaseView {
        /// The case.
        pub id: CaseId,
        /// The customer that it is about.
        pub customer: CustomerId,
        /// The customer's name when the case was opened.
        pub name: String,
        /// Whether the customer is on this device and can be looked at.
        pub customer_here: bool,
        /// The customer's branch.
        pub branch: Option<BranchId>,
        /// What the branch is called.
        pub branch_name: String,
        /// How far it is.
        pub state: CaseState,
        /// What was seen, and what was found out since.
        pub narrative: String,
        /// Why it was concluded as it was.
        pub conclusion: Option<String>,
        /// When it was opened.
        pub opened_at: Timestamp,
        /// When it was last changed.
        pub updated_at: Timestamp,
        /// The server's revision; 0 while the server has not heard of it.
        pub revision: u64,
        /// How it stands with the server.
        pub sync: SyncMark,
    }
}

Input! {
    /// Opens a case of a customer.
    pub struct OpenCase {
        /// The customer.
        pub customer: CustomerId,
        /// What was seen.
        pub narrative: String,
    }
}

Input! {
    /// Goes on with a case, concludes it, or opens it once more.
    pub struct UpdateCase {
        /// The case.
        pub id: CaseId,
        /// The revision that its author saw.
        pub revision: u64,
        /// What was seen, and what was found out since.
        pub narrative: String,
        /// How far it is now.
        pub state: CaseState,
        /// Why; not looked at while the case is open.
        pub conclusion: String,
    }
}
