//! Somebody who works at a bank made for a test.

use lq_domain::access::Role;
use lq_domain::ids::{BranchId, UserId};
use lq_protocol::secret::KdfParams;
use lq_protocol::staff::UserProfile;
use lq_server::admin::{NewBranch, NewSecret, NewUser, branch_add, user_add};
use lq_server::{App, ServerError};

/// The lightest cost of a password that is accepted, so that tests are fast and measurements measure something else.
#[must_use]
pub fn light_kdf(salt: &[u8; 16]) -> KdfParams {
    KdfParams { memory_kib: 8 * 1024, passes: 1, ..KdfParams::standard(salt) }
}

/// A relationship manager as a session describes one.
#[must_use]
pub fn manager(id: UserId, branch: BranchId) -> UserProfile {
    UserProfile {
        id,
        login: "wangfang".to_owned(),
        name: "王芳".to_owned(),
        role: Role::RelationshipManager,
        branch,
        branch_name: "东城支行".to_owned(),
        branches: vec![branch],
    }
}

/// The first person of a bank.
#[derive(Debug, Clone, Copy)]
pub struct First<'a> {
    /// What the person types to sign in.
    pub login: &'a str,
    /// What the person is called.
    pub name: &'a str,
    /// In plain text; cheap to try, as it may be.
    pub password: &'a str,
    /// What the person does.
    pub role: Role,
    /// The name of the branch, which is made too.
    pub branch: &'a str,
}

impl First<'_> {
    /// Gives the bank its first branch and person.
    ///
    /// # Errors
    /// [`ServerError`], for instance for a weak password.
    pub async fn work_at(self, app: &App) -> Result<(BranchId, UserId), ServerError> {
        let branch = NewBranch { name: self.branch.to_owned(), parent: None };
        let branch = branch_add(app, None, branch).await?.id;
        let user = NewUser {
            login: self.login.to_owned(),
            name: self.name.to_owned(),
            role: self.role,
            branch,
            password: NewSecret::of_password(self.password, light_kdf(&[5; 16]), false)?,
        };
        Ok((branch, user_add(app, None, user).await?.user.id))
    }
}
