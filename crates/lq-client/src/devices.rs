//! Devices of the bank: looked at and locked by an administrator, at the server.

use crate::Client;
use crate::contract::devices::{DeviceRef, DeviceRow};
use crate::error::ClientError;
use lq_domain::access::Permission;
use lq_protocol::error::ErrorCode;

impl Client {
    /// Every device of the bank, the last seen first.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`], [`ErrorCode::NotJoined`], [`ErrorCode::ServerUnreachable`] and others.
    pub async fn devices_list(&self, (): ()) -> Result<Vec<DeviceRow>, ClientError> {
        let open = self.open()?;
        open.may(Permission::UsersEdit)?;
        let engine = open.engine().ok_or(ErrorCode::NotJoined)?;
        let names = self.users_list(()).await?;
        let this = open.store.device().await;
        Ok(engine
            .devices()
            .await?
            .into_iter()
            .map(|device| DeviceRow {
                user_name: names
                    .iter()
                    .find(|user| user.id == device.user)
                    .map_or_else(String::new, |user| user.name.clone()),
                is_this: device.id == this,
                device,
            })
            .collect())
    }

    /// Locks a device for good. It wipes what it holds as soon as it hears of it, and tells when that is done.
    ///
    /// # Errors
    /// As [`Client::devices_list`], and [`ErrorCode::NotFound`].
    pub async fn devices_revoke(&self, input: DeviceRef) -> Result<(), ClientError> {
        let open = self.open()?;
        open.may(Permission::UsersEdit)?;
        let engine = open.engine().ok_or(ErrorCode::NotJoined)?;
        Ok(engine.revoke(input.id).await?)
    }
}
