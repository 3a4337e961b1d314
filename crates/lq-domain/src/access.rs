//! Who may see and do what. The device asks before it writes, the server asks again with the same code.

use crate::ids::{BranchId, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a member of staff is at the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 普通员工: reads the customers of the branch.
    Staff,
    /// 客户经理: works with the customers in the own portfolio.
    RelationshipManager,
    /// 网点/支行负责人: works with the customers of the branch and the branches below.
    Manager,
    /// 风险/合规: reads the customers of the branch and the branches below.
    RiskOfficer,
    /// 系统管理员: manages users and branches, reads no customer.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 5] =
        [Role::Staff, Role::RelationshipManager, Role::Manager, Role::RiskOfficer, Role::Administrator];

    /// The role's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Staff => "staff",
            Role::RelationshipManager => "relationship_manager",
            Role::Manager => "manager",
            Role::RiskOfficer => "risk_officer",
            Role::Administrator => "administrator",
        }
    }

    /// The role with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Whose customers the role reaches.
    #[must_use]
    pub const fn scope(self) -> Scope {
        match self {
            Role::RelationshipManager => Scope::Own,
            Role::Staff | Role::Manager | Role::RiskOfficer => Scope::Branch,
            Role::Administrator => Scope::None,
        }
    }

    /// Whether the role may do this at all.
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Role::Staff => matches!(permission, P::CustomersRead),
            Role::RiskOfficer => {
                matches!(
                    permission,
                    P::CustomersRead | P::CustomersReveal | P::CustomersExport | P::AuditsRead
                )
            }
            Role::RelationshipManager => {
                !matches!(permission, P::CustomersAssign | P::AuditsRead | P::UsersEdit)
            }
            Role::Manager => !matches!(permission, P::UsersEdit),
            Role::Administrator => matches!(permission, P::UsersEdit),
        }
    }

    /// Everything the role may do.
    #[must_use]
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| self.allows(*permission)).collect()
    }
}

/// Whose customers a role reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those the user owns.
    Own,
    /// Those of the user's branch and the branches below it.
    Branch,
    /// None.
    None,
}

/// Something a role may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See customers within the scope.
    CustomersRead,
    /// Add customers.
    CustomersCreate,
    /// Change customers.
    CustomersEdit,
    /// Delete customers, and bring them back.
    CustomersDelete,
    /// See a masked field for a while, with a reason.
    CustomersReveal,
    /// Bring in files of customers.
    CustomersImport,
    /// Take out files of customers.
    CustomersExport,
    /// Give customers to another owner or branch.
    CustomersAssign,
    /// Make, rename and delete tags.
    TagsEdit,
    /// Look for who saw, changed or took out what, within the scope.
    AuditsRead,
    /// Administer users and branches.
    UsersEdit,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Permission; 11] = [
        Permission::CustomersRead,
        Permission::CustomersCreate,
        Permission::CustomersEdit,
        Permission::CustomersDelete,
        Permission::CustomersReveal,
        Permission::CustomersImport,
        Permission::CustomersExport,
        Permission::CustomersAssign,
        Permission::TagsEdit,
        Permission::AuditsRead,
        Permission::UsersEdit,
    ];
}

/// What a key of another system may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyScope {
    /// Deliver accounts.
    Accounts,
    /// Deliver transactions.
    Transactions,
}

impl KeyScope {
    /// Every scope.
    pub const ALL: [KeyScope; 2] = [KeyScope::Accounts, KeyScope::Transactions];

    /// The scope's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            KeyScope::Accounts => "accounts",
            KeyScope::Transactions => "transactions",
        }
    }

    /// The scope with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

/// Why something may not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// Outside the scope: to this user the record does not exist.
    #[error("not visible")]
    NotVisible,
    /// Visible, but the role may not do this.
    #[error("not allowed")]
    NotAllowed,
}

/// Who acts: a user with the role and the branches that count now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The user.
    pub user: UserId,
    /// The user's role.
    pub role: Role,
    /// The user's branch.
    pub branch: BranchId,
    /// The user's branch and all branches below it.
    pub branches: BTreeSet<BranchId>,
}

impl Actor {
    /// Whether a customer with this owner and branch is within the actor's scope.
    #[must_use]
    pub fn sees(&self, owner: Option<UserId>, branch: Option<BranchId>) -> bool {
        match self.role.scope() {
            Scope::Own => owner == Some(self.user),
            Scope::Branch => branch.is_some_and(|branch| self.branches.contains(&branch)),
            Scope::None => false,
        }
    }

    /// Asks for a permission that concerns no particular record.
    ///
    /// # Errors
    /// [`Denial::NotAllowed`] when the role lacks it.
    pub fn may(&self, permission: Permission) -> Result<(), Denial> {
        if self.role.allows(permission) { Ok(()) } else { Err(Denial::NotAllowed) }
    }

    /// Asks for a permission on one customer.
    ///
    /// # Errors
    /// [`Denial::NotVisible`] outside the scope, else [`Denial::NotAllowed`] when the role lacks it.
    pub fn may_on(
        &self,
        permission: Permission,
        owner: Option<UserId>,
        branch: Option<BranchId>,
    ) -> Result<(), Denial> {
        if self.sees(owner, branch) { self.may(permission) } else { Err(Denial::NotVisible) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn actor(role: Role) -> Actor {
        let branch = BranchId(Uuid::from_u128(1));
        let below = BranchId(Uuid::from_u128(2));
        Actor { user: UserId(Uuid::from_u128(9)), role, branch, branches: BTreeSet::from([branch, below]) }
    }

    #[test]
    fn s7_1_staff_reads_the_branch_and_changes_nothing() {
        let staff = actor(Role::Staff);
        let branch = Some(BranchId(Uuid::from_u128(2)));
        assert_eq!(staff.may_on(Permission::CustomersRead, None, branch), Ok(()));
        for permission in Permission::ALL.into_iter().filter(|p| *p != Permission::CustomersRead) {
            assert_eq!(staff.may_on(permission, None, branch), Err(Denial::NotAllowed), "{permission:?}");
        }
    }

    #[test]
    fn f4_2_another_branch_does_not_exist() {
        for role in Role::ALL {
            let other = Some(BranchId(Uuid::from_u128(77)));
            let denied = actor(role).may_on(Permission::CustomersRead, None, other);
            assert_eq!(denied, Err(Denial::NotVisible), "{role:?}");
        }
    }

    #[test]
    fn s7_1_the_administrator_of_users_reads_no_customer() {
        let admin = actor(Role::Administrator);
        assert!(!admin.sees(Some(admin.user), Some(admin.branch)));
        assert_eq!(admin.may(Permission::UsersEdit), Ok(()));
    }

    #[test]
    fn a_relationship_manager_sees_own_customers_only() {
        let manager = actor(Role::RelationshipManager);
        assert!(manager.sees(Some(manager.user), None));
        assert!(!manager.sees(Some(UserId(Uuid::from_u128(8))), Some(manager.branch)));
    }
}
