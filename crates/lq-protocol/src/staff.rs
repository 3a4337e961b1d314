//! Members of staff and branches, as the administration and the sign-in know them.

use lq_domain::access::{Actor, Role};
use lq_domain::ids::{BranchId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A user with what counts for permissions now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserProfile {
    /// The user.
    #[schema(value_type = String, format = Uuid)]
    pub id: UserId,
    /// The login name.
    pub login: String,
    /// The name colleagues see.
    pub name: String,
    /// The role.
    #[schema(value_type = String)]
    pub role: Role,
    /// The branch.
    #[schema(value_type = String, format = Uuid)]
    pub branch: BranchId,
    /// The branch's name.
    pub branch_name: String,
    /// The branch and all below it.
    #[schema(value_type = Vec<String>)]
    pub branches: Vec<BranchId>,
}

impl UserProfile {
    /// The user as the rules see them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            user: self.id,
            role: self.role,
            branch: self.branch,
            branches: self.branches.iter().copied().collect(),
        }
    }
}
