//! Devices as an administrator sees them.

use super::{Input, View};
use lq_domain::ids::DeviceId;
use lq_protocol::devices::DeviceView;

View! {
    /// A device with whose it is.
    pub struct DeviceRow {
        /// The device.
        pub device: DeviceView,
        /// The user's name; empty when this workstation does not know it.
        pub user_name: String,
        /// Whether it is this one.
        pub is_this: bool,
    }
}

Input! {
    /// Names one device.
    pub struct DeviceRef {
        /// The device.
        pub id: DeviceId,
    }
}
