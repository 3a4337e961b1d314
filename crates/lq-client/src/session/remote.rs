//! Sign-in at a server.

use super::enter::Entry;
use super::keys;
use crate::Client;
use crate::error::ClientError;
use lq_domain::clock::Timestamp;
use lq_domain::ids::DeviceId;
use lq_protocol::SCHEMA;
use lq_protocol::error::ErrorCode;
use lq_protocol::secret::{Derived, KdfParams};
use lq_protocol::session::{ParametersRequest, ServerInfo, SessionReply, SignInRequest};
use lq_store::facts::{Membership, Owner};
use lq_store::key::{DataKey, Vault};
use lq_sync::{HttpTransport, Transport as _, may_meet};
use zeroize::Zeroizing;

/// A server that knows the user's password.
pub(super) struct Remote {
    pub(super) address: String,
    pub(super) kdf: KdfParams,
    pub(super) derived: Derived,
    pub(super) reply: SessionReply,
}

impl Remote {
    /// What a store keeps of it.
    pub(super) fn membership(&self, now: Timestamp) -> Membership {
        let reply = &self.reply;
        Membership {
            server: self.address.clone(),
            name: reply.server_name.clone(),
            refresh_token: reply.refresh_token.clone(),
            epoch: None,
            last_contact: now,
            offline_days: reply.offline_days,
        }
    }

    /// Who works with a store of its user.
    pub(super) fn owner(&self) -> Owner {
        let reply = &self.reply;
        Owner { profile: reply.user.clone(), password_expired: reply.password_expired, sample: reply.sample }
    }
}

impl Client {
    /// The server at an address, when it is one to work with.
    pub(super) async fn call_on(&self, server: &str) -> Result<(HttpTransport, ServerInfo), ClientError> {
        let transport = HttpTransport::new(server, self.inner().config.authority.as_deref())?;
        let info = transport.server().await?;
        if (info.schema_oldest..=info.schema).contains(&SCHEMA) {
            Ok((transport, info))
        } else {
            Err(ErrorCode::SchemaMismatch.into())
        }
    }

    /// Begins a session. `sample` says whether the store that is to work with it holds invented customers, when there is one
    /// and it is open.
    pub(super) async fn knock(
        &self,
        server: &str,
        login: &str,
        password: &Zeroizing<String>,
        device: DeviceId,
        sample: Option<bool>,
    ) -> Result<Remote, ClientError> {
        let (transport, info) = self.call_on(server).await?;
        // Before the server hears of the user, and again by the session that counts.
        may_meet(sample.unwrap_or(info.sample), info.sample)?;
        let asked = ParametersRequest { login: login.to_owned() };
        let kdf = transport.parameters(&asked).await?.kdf;
        let derived = keys(password, &kdf, ErrorCode::ServerForeign).await?;
        let sign_in = SignInRequest {
            login: login.to_owned(),
            secret: derived.secret_base64(),
            device,
            device_name: self.inner().config.device_name.clone(),
        };
        let reply = transport.sign_in(&sign_in).await?;
        may_meet(sample.unwrap_or(reply.sample), reply.sample)?;
        Ok(Remote { address: transport.address().to_owned(), kdf, derived, reply })
    }

    /// Makes the store of a user who is known to the server and new on this workstation.
    pub(super) async fn first_sign_in(
        &self,
        server: &str,
        login: &str,
        password: &Zeroizing<String>,
    ) -> Result<(), ClientError> {
        let device = DeviceId::new(self.clock().now(), self.random());
        let remote = self.knock(server, login, password, device, None).await?;
        let workstation = &self.inner().workstation;
        let (mut vault, data_key) =
            workstation.create(login, device, remote.kdf.clone(), &remote.derived.key, self.random())?;
        if let Err(error) = self.furnish_joined(&mut vault, &data_key, &remote).await {
            vault.remove()?;
            return Err(error);
        }
        self.enter(Entry { vault, data_key, derived: remote.derived, reply: Some(remote.reply) }).await
    }

    async fn furnish_joined(
        &self,
        vault: &mut Vault,
        data_key: &DataKey,
        remote: &Remote,
    ) -> Result<(), ClientError> {
        vault.set_server(&remote.address)?;
        let store = self.new_store(vault, data_key).await?;
        let kept = async {
            store.set_membership(&remote.membership(self.clock().now())).await?;
            store.set_owner(&remote.owner()).await
        };
        let kept = kept.await;
        store.close().await;
        Ok(kept?)
    }
}
