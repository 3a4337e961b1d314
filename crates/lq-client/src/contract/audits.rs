//! The bank's audit, for those who may look into it.

use super::{Input, View};
use chrono::NaiveDate;
use lq_domain::clock::Timestamp;
use lq_domain::ids::{BranchId, ChangeId, DeviceId, UserId};
use uuid::Uuid;

Input! {
    /// What is looked for in the audit; all parts narrow the answer.
    pub struct AuditsPage {
        /// Who did it.
        pub user: Option<UserId>,
        /// What was done, for example `update` or `customers_export`.
        pub action: Option<String>,
        /// The record it was done to, for example a customer.
        #[ts(type = "string | null")]
        pub record: Option<Uuid>,
        /// The device on which it was done.
        pub device: Option<DeviceId>,
        /// The first day, in China.
        #[ts(type = "string | null")]
        pub from: Option<NaiveDate>,
        /// The last day, in China.
        #[ts(type = "string | null")]
        pub to: Option<NaiveDate>,
        /// Goes on behind this entry.
        pub after: Option<AuditPlace>,
    }
}

Input! {
    /// Where an entry stands among those that are found.
    pub struct AuditPlace {
        /// When the server noted it.
        pub at: Timestamp,
        /// Its place in the branch's chain.
        pub position: u64,
        /// The branch.
        pub branch: BranchId,
    }
}

View! {
    /// Entries that match, newest first.
    pub struct AuditsPageView {
        /// The entries.
        pub rows: Vec<AuditRow>,
        /// Behind which entry there may be more; nothing when these were the last.
        pub next: Option<AuditPlace>,
    }
}

View! {
    /// An entry of the bank's audit. Names are those that this device knows, and empty where it knows none.
    pub struct AuditRow {
        /// The branch in whose chain it stands.
        pub branch: BranchId,
        /// Its name.
        pub branch_name: String,
        /// The place in the branch's chain.
        pub position: u64,
        /// When the server noted it.
        pub at: Timestamp,
        /// When it was done, by the device's clock.
        pub made_at: Timestamp,
        /// Who did it.
        pub user: Option<UserId>,
        /// The name.
        pub user_name: String,
        /// On which device.
        pub device: Option<DeviceId>,
        /// What that device calls itself.
        pub device_name: String,
        /// What was done.
        pub action: String,
        /// The feature of the record.
        pub entity: Option<String>,
        /// The record.
        #[ts(type = "string | null")]
        pub record: Option<Uuid>,
        /// The name of a customer, tag, colleague or branch.
        pub record_name: String,
        /// The change, which has the values of sensitive fields.
        pub change: Option<ChangeId>,
        /// What was changed, or what is told of the deed.
        pub fields: Vec<AuditField>,
        /// Why.
        pub reason: Option<String>,
    }
}

View! {
    /// A field of an entry.
    pub struct AuditField {
        /// Its name.
        pub name: String,
        /// Whether its values are with the change only.
        pub hidden: bool,
        /// What it was.
        pub old: Option<String>,
        /// What it is since.
        pub new: Option<String>,
    }
}
