//! A store that worked alone joins a server.

use super::enter::Entry;
use super::read_login;
use crate::Client;
use crate::contract::session::{JoinServer, SessionView};
use crate::error::ClientError;
use lq_domain::access::Permission;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_store::key::{DataKey, Vault};
use lq_store::{Store, StoreError};
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
        if !same && let Some(there) = self.inner().workstation.find(&login)? {
            if there.database().exists() {
                return Err(ApiError::new(ErrorCode::StoreExists).in_field("login").into());
            }
            // A first sign-in that was cut off before there was anything in it.
            there.remove()?;
        }
        let mut vault = open.vault.lock().await.clone();
        let remote =
            self.knock(&input.server, &login, &password, vault.device(), Some(before.sample)).await?;
        remote.reply.user.actor().may(Permission::CustomersCreate)?;
        let membership = remote.membership(self.clock().now());
        open.store.join(&before.profile, &remote.owner(), &membership).await?;
        let data_key = open.data_key.clone();
        drop(open);
        // The files move to the other login name.
        self.close().await;
        let folder = self.inner().workstation.folder(&login);
        let keys = (remote.kdf, &remote.derived.key);
        vault.join((&remote.address, &folder), &data_key, keys, self.random())?;
        vault.rename(&self.inner().workstation, &login)?;
        self.enter(Entry { vault, data_key, derived: remote.derived, reply: Some(remote.reply) }).await?;
        Ok(self.arrived(&login))
    }

    /// Does the rest of a join that was cut off: the store in it belongs to a server, and what lies beside it says nothing of that. Its
    /// password stays that of before, until that at the server is typed. Under which login name it lies now.
    pub(super) async fn finish_join(
        &self,
        vault: &mut Vault,
        data_key: &DataKey,
        login: &str,
    ) -> Result<String, ClientError> {
        if vault.server().is_some() {
            return Ok(login.to_owned());
        }
        self.close().await;
        let config = &self.inner().config;
        let (clock, random) = (config.clock.clone(), config.random.clone());
        let opened = Store::open(&vault.database(), data_key, vault.device(), clock, random).await;
        // Who enters it afterwards says why it does not open.
        let Ok(store) = opened else { return Ok(login.to_owned()) };
        let joined = async { Ok::<_, StoreError>(store.membership().await?.zip(store.owner().await?)) };
        let joined = joined.await;
        store.close().await;
        let Some((membership, owner)) = joined? else { return Ok(login.to_owned()) };
        vault.set_server(&membership.server)?;
        match vault.rename(&self.inner().workstation, &owner.profile.login) {
            // Somebody signed in there meanwhile; this one is found under the name of before.
            Err(StoreError::NameTaken) => Ok(login.to_owned()),
            renamed => Ok(renamed.map(|()| owner.profile.login)?),
        }
    }
}
