//! Identifiers: UUIDv7, made on the device, one type per thing.

use crate::clock::{Random, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A new UUIDv7 from the given instant and source of randomness.
#[must_use]
pub fn new_uuid(now: Timestamp, random: &dyn Random) -> Uuid {
    let mut bytes = [0_u8; 10];
    random.fill(&mut bytes);
    let millis = u64::try_from(now.0).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(pub Uuid);

        impl $name {
            /// Makes a new id.
            #[must_use]
            pub fn new(now: Timestamp, random: &dyn Random) -> Self {
                Self(new_uuid(now, random))
            }

            /// Reads the canonical text form.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::parse_str(text).ok().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A customer.
    CustomerId,
    /// An account of a customer.
    AccountId,
    /// A suspicious-transaction case.
    CaseId,
    /// A tag that can be put on customers.
    TagId,
    /// A member of the bank's staff.
    UserId,
    /// A branch, at any level of the hierarchy.
    BranchId,
    /// One installation of one user's store.
    DeviceId,
    /// One change of one record.
    ChangeId,
    /// One import run.
    ImportId,
    /// A saved view of a list.
    ViewId,
    /// Work that runs beside the screen.
    JobId,
}
