//! A store that works alone.

use super::enter::Entry;
use super::{keys, read_login};
use crate::Client;
use crate::contract::session::{CreateStore, SessionView};
use crate::error::{ClientError, about};
use lq_domain::access::Role;
use lq_domain::clock::Random;
use lq_domain::ids::{BranchId, DeviceId, UserId};
use lq_domain::values::Name;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_protocol::secret::{KdfParams, PASSWORD_MIN, WeakPassword, check_password};
use lq_protocol::staff::UserProfile;
use lq_store::Store;
use lq_store::facts::Owner;
use lq_store::key::{DataKey, Vault};
use zeroize::Zeroizing;

/// Refuses a weak password, at the field it was typed into.
pub(super) fn judge(password: &str, login: &str, field: &str) -> Result<(), ApiError> {
    check_password(password, login).map_err(|weak| {
        let error = match weak {
            WeakPassword::Short => ApiError::new(ErrorCode::PasswordShort).with("min", PASSWORD_MIN),
            WeakPassword::Uniform => ApiError::new(ErrorCode::PasswordUniform),
            WeakPassword::Common => ApiError::new(ErrorCode::PasswordCommon),
        };
        error.in_field(field)
    })
}

/// The product's cost with a new salt.
pub(super) fn new_kdf(random: &dyn Random) -> KdfParams {
    let mut salt = [0; 16];
    random.fill(&mut salt);
    KdfParams::standard(&salt)
}

impl Client {
    /// Makes a store that works alone, and opens it.
    ///
    /// # Errors
    /// `store_exists`, a weak password, a name that is none.
    pub async fn session_create(&self, input: CreateStore) -> Result<SessionView, ClientError> {
        let _one = self.inner().session.one.lock().await;
        let password = Zeroizing::new(input.password);
        let name = Name::parse(&input.name).map_err(|problem| about("name", &problem))?;
        let login = read_login(&input.login)?;
        judge(&password, &login, "password")?;
        if self.vault(&login)?.is_some() {
            return Err(ApiError::new(ErrorCode::StoreExists).in_field("login").into());
        }
        let kdf = new_kdf(self.random());
        let derived = keys(&password, &kdf, ErrorCode::Internal).await?;
        let now = self.clock().now();
        let device = DeviceId::new(now, self.random());
        let branch = BranchId::new(now, self.random());
        let owner = Owner {
            profile: UserProfile {
                id: UserId::new(now, self.random()),
                login: login.clone(),
                name: String::from(name),
                role: Role::RelationshipManager,
                branch,
                branch_name: String::new(),
                branches: vec![branch],
            },
            password_expired: false,
            sample: false,
        };
        let (vault, data_key) =
            self.inner().workstation.create(&login, device, kdf, &derived.key, self.random())?;
        if let Err(error) = self.furnish(&vault, &data_key, &owner).await {
            vault.remove()?;
            return Err(error);
        }
        self.enter(Entry { vault, data_key, derived, reply: None }).await?;
        Ok(self.arrived(&login))
    }

    /// Makes the store of a new vault; its owner is the first thing in it.
    async fn furnish(&self, vault: &Vault, data_key: &DataKey, owner: &Owner) -> Result<(), ClientError> {
        let store = self.new_store(vault, data_key).await?;
        let kept = store.set_owner(owner).await;
        store.close().await;
        Ok(kept?)
    }

    pub(super) async fn new_store(&self, vault: &Vault, data_key: &DataKey) -> Result<Store, ClientError> {
        let config = &self.inner().config;
        let (clock, random) = (config.clock.clone(), config.random.clone());
        Ok(Store::create(&vault.database(), data_key, vault.device(), clock, random).await?)
    }
}
