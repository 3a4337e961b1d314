//! A store that worked alone joins a server.

use super::enter::Entry;
use super::read_login;
use crate::Client;
use crate::contract::session::{JoinServer, SessionView};
use crate::error::ClientError;
use lq_domain::access::Permission;
use lq_protocol::error::{ApiError, ErrorCode};
use zeroize::Zeroizing;

impl Client {
    /// Joins the open store to a server: its customers become those of the user at the server, and wait to be sent.
    ///
    /// # Errors
    /// `not_allowed` for a store that has a server, or whose user may add no customers there; `sample_server` and
    /// `sample_store` when real customers would meet invented ones;
    /// `job_running` while the data key changes; `store_exists` when that user has a store here; and what the server says.
    pub async fn session_join(&self, input: JoinServer) -> Result<SessionView, ClientError> {
        let _one = self.inner().session.one.lock().await;
        let password = Zeroizing::new(input.password);
        let open = self.open()?;
        self.no_rekey()?;
        let before = open.owner();
        if open.server.is_some() {
            return Err(ErrorCode::NotAllowed.into());
        }
        let login = read_login(&input.login)?;
        let same = login.to_lowercase() == before.profile.login.to_lowercase();
        if !same && self.vault(&login)?.is_some() {
            return Err(ApiError::new(ErrorCode::StoreExists).in_field("login").into());
        }
        let mut vault = open.vault.lock().await.clone();
        let remote =
            self.knock(&input.server, &login, &password, vault.device(), Some(before.sample)).await?;
        remote.reply.user.actor().may(Permission::CustomersCreate)?;
        open.store.hand_over(&before.profile, &remote.reply.user).await?;
        self.belong(&open.store, &remote).await?;
        let data_key = open.data_key.clone();
        drop(open);
        // The files move to the other login name.
        self.close().await;
        vault.rewrap(&data_key, remote.kdf, &remote.derived.key, self.random())?;
        vault.set_server(&remote.address)?;
        vault.rename(&self.inner().workstation, &login)?;
        self.enter(Entry { vault, data_key, derived: remote.derived, reply: Some(remote.reply) }).await?;
        Ok(self.arrived(&login))
    }
}
