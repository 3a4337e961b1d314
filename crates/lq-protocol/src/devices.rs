//! Devices, as an administrator sees them.

use lq_domain::clock::Timestamp;
use lq_domain::ids::{DeviceId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /v1/devices`: one installation of one user's store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, ts_rs::TS)]
pub struct DeviceView {
    /// The device.
    #[schema(value_type = Uuid)]
    pub id: DeviceId,
    /// Whose it is.
    #[schema(value_type = Uuid)]
    pub user: UserId,
    /// What the device calls itself.
    pub name: String,
    /// When it signed in first, UTC milliseconds.
    #[schema(value_type = i64)]
    pub registered_at: Timestamp,
    /// When it was last seen, UTC milliseconds.
    #[schema(value_type = i64)]
    pub seen_at: Timestamp,
    /// When it last asked for news, UTC milliseconds.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub pulled_at: Option<Timestamp>,
    /// How many customers it holds, by its own last word.
    #[serde(default)]
    pub held: Option<u64>,
    /// Entries of its feeds that it has not taken yet.
    #[serde(default)]
    pub behind: u64,
    /// When it was locked for good, UTC milliseconds.
    #[schema(value_type = Option<i64>)]
    pub revoked_at: Option<Timestamp>,
    /// When it told that it has wiped what it held, UTC milliseconds.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub wiped_at: Option<Timestamp>,
}

/// `GET /v1/devices/removals/{record}`: a device that held a record which has left one of its feeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemovalView {
    /// The device.
    #[schema(value_type = Uuid)]
    pub device: DeviceId,
    /// The feed that the record left.
    pub feed: String,
    /// When the device told that it is past the removal, UTC milliseconds; nothing while that is outstanding.
    #[schema(value_type = Option<i64>)]
    pub confirmed_at: Option<Timestamp>,
}
