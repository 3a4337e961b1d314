//! A new password.

use super::create::{judge, new_kdf};
use super::enter::Entry;
use super::{keys, locked};
use crate::Client;
use crate::contract::session::{ChangePassword, SessionView};
use crate::error::ClientError;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_protocol::secret::Derived;
use lq_protocol::session::PasswordRequest;
use lq_store::key::{Shut, Vault};
use zeroize::Zeroizing;

impl Client {
    /// Asks whoever is signed in for the password once more; a wrong one counts as at sign-in.
    pub(super) async fn known(
        &self,
        vault: &mut Vault,
        password: &Zeroizing<String>,
        field: &str,
    ) -> Result<Derived, ClientError> {
        let derived = keys(password, vault.kdf(), ErrorCode::StoreDamaged).await?;
        let now = self.clock().now();
        match vault.attempt(&derived.key, now) {
            Ok(_) => Ok(derived),
            Err(Shut::WrongKey) => Err(ApiError::new(ErrorCode::PasswordWrong).in_field(field).into()),
            Err(Shut::Locked(until)) => Err(locked(until, now)),
            Err(Shut::Store(error)) => Err(error.into()),
        }
    }

    /// Sets a new password: at the server first, when there is one, then for the store's key. Nothing is encrypted anew.
    ///
    /// # Errors
    /// `password_wrong` for a wrong old password, a weak new one, `job_running` while the data key changes, and what the
    /// server says.
    pub async fn session_change_password(&self, input: ChangePassword) -> Result<SessionView, ClientError> {
        let _one = self.inner().session.one.lock().await;
        let (old, new) = (Zeroizing::new(input.old), Zeroizing::new(input.new));
        let open = self.open()?;
        self.no_rekey()?;
        let login = open.owner().profile.login;
        if old == new {
            return Err(ApiError::new(ErrorCode::PasswordSame).in_field("new").into());
        }
        judge(&new, &login, "new")?;
        let mut vault = open.vault.lock().await;
        let present = self.known(&mut vault, &old, "old").await?;
        let kdf = new_kdf(self.random());
        let derived = keys(&new, &kdf, ErrorCode::Internal).await?;
        let reply = match open.engine() {
            Some(engine) => {
                let request = PasswordRequest {
                    old_secret: present.secret_base64(),
                    new_secret: derived.secret_base64(),
                    kdf: kdf.clone(),
                };
                let token = engine.token(false).await?;
                Some(engine.transport().password(&token, &request).await?)
            }
            None => None,
        };
        vault.rewrap(&open.data_key, kdf, &derived.key, self.random())?;
        let now = self.clock().now();
        // Otherwise the next sign-in does.
        if let Err(error) = open.store.keep_backup_key(&derived.key, vault.kdf(), now).await {
            tracing::warn!(%error, "backups are still opened by the old password");
        }
        let entry = Entry { vault: vault.clone(), data_key: open.data_key.clone(), derived, reply };
        drop(vault);
        if entry.reply.is_some() {
            // What runs in the background has to prove itself with the new password.
            self.enter(entry).await?;
        }
        Ok(self.announce())
    }
}
