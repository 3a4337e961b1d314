//! Who may see and do what. The device asks before it writes, the server asks again with the same code.

mod rule;

pub use rule::Rule;

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
    /// 风险/合规: reads the customers of the branch and the branches below, and works on cases.
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

    /// The rule that says whether the role may do this at all.
    #[must_use]
    pub const fn rule(self, permission: Permission) -> Rule {
        use Permission as P;
        match (self, permission) {
            (Role::Administrator, P::UsersEdit) => Rule::AdministersUsers,
            (Role::Administrator, _) => Rule::AdministratorApart,
            (_, P::UsersEdit) => Rule::UsersByAdministrator,
            (Role::RiskOfficer, P::CasesEdit) => Rule::WorksOnCases,
            (_, P::CasesEdit) => Rule::CasesKeptSecret,
            (_, P::CustomersRead) => Rule::ReadsCustomers,
            (Role::Staff, _) => Rule::StaffReadsOnly,
            (Role::RiskOfficer, P::CustomersReveal | P::CustomersExport | P::AuditsRead) => {
                Rule::ChecksBranch
            }
            (Role::RiskOfficer, _) => Rule::ChecksWithoutChanging,
            (Role::Manager, P::CustomersAssign | P::AuditsRead) => Rule::LeadsBranch,
            (Role::RelationshipManager, P::CustomersAssign) => Rule::LeaderAssigns,
            (Role::RelationshipManager, P::AuditsRead) => Rule::AuditBySupervisors,
            (Role::RelationshipManager | Role::Manager, _) => Rule::WorksWithCustomers,
        }
    }

    /// Whether the role may do this at all.
    #[must_use]
    pub const fn allows(self, permission: Permission) -> bool {
        self.rule(permission).allows()
    }

    /// Everything the role may do.
    #[must_use]
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| self.allows(*permission)).collect()
    }
}

/// Whose customers a role reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
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
    /// Open, follow and conclude suspicious-transaction cases, and know of them at all.
    CasesEdit,
    /// Look for who saw, changed or took out what, within the scope.
    AuditsRead,
    /// Administer users and branches.
    UsersEdit,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Permission; 12] = [
        Permission::CustomersRead,
        Permission::CustomersCreate,
        Permission::CustomersEdit,
        Permission::CustomersDelete,
        Permission::CustomersReveal,
        Permission::CustomersImport,
        Permission::CustomersExport,
        Permission::CustomersAssign,
        Permission::TagsEdit,
        Permission::CasesEdit,
        Permission::AuditsRead,
        Permission::UsersEdit,
    ];

    /// Whether it is asked for one customer that is there.
    #[must_use]
    pub const fn is_of_one_customer(self) -> bool {
        use Permission as P;
        match self {
            P::CustomersRead
            | P::CustomersEdit
            | P::CustomersDelete
            | P::CustomersReveal
            | P::CustomersExport
            | P::CustomersAssign
            | P::CasesEdit => true,
            P::CustomersCreate | P::CustomersImport | P::TagsEdit | P::AuditsRead | P::UsersEdit => false,
        }
    }
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
    /// The rule that says whether a customer with this owner and branch is within the actor's scope.
    #[must_use]
    pub fn scope_rule(&self, owner: Option<UserId>, branch: Option<BranchId>) -> Rule {
        match self.role.scope() {
            Scope::Own if owner == Some(self.user) => Rule::OwnCustomer,
            Scope::Own => Rule::OthersCustomer,
            Scope::Branch => match branch.filter(|branch| self.branches.contains(branch)) {
                Some(branch) if branch == self.branch => Rule::OwnBranch,
                Some(_) => Rule::BranchBelow,
                None => Rule::OtherBranch,
            },
            Scope::None => Rule::NoCustomers,
        }
    }

    /// The rule that says whether the actor may do this with a customer: the scope comes first, then the role.
    #[must_use]
    pub fn rule_on(&self, permission: Permission, owner: Option<UserId>, branch: Option<BranchId>) -> Rule {
        let scope = self.scope_rule(owner, branch);
        if scope.allows() { self.role.rule(permission) } else { scope }
    }

    /// The rule that the actor may be told about a customer, by whether its document or credit code was named in full (`proven`).
    /// None when the answer must be that of a customer that does not exist.
    ///
    /// Of what is out of the scope only the own branch's is spoken of, to somebody who may add customers there and has the number
    /// already: a duplicate that is refused (docs/adr/0011) tells the same.
    #[must_use]
    pub fn told(&self, owner: Option<UserId>, branch: Option<BranchId>, proven: bool) -> Option<Rule> {
        let rule = self.scope_rule(owner, branch);
        let refusal_tells =
            proven && branch == Some(self.branch) && self.role.allows(Permission::CustomersCreate);
        (rule.allows() || refusal_tells).then_some(rule)
    }

    /// Whether a customer with this owner and branch is within the actor's scope.
    #[must_use]
    pub fn sees(&self, owner: Option<UserId>, branch: Option<BranchId>) -> bool {
        self.scope_rule(owner, branch).allows()
    }

    /// Asks for a permission that concerns no particular record.
    ///
    /// # Errors
    /// [`Denial::NotAllowed`] when the role lacks it.
    pub const fn may(&self, permission: Permission) -> Result<(), Denial> {
        self.role.rule(permission).verdict()
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
        self.rule_on(permission, owner, branch).verdict()
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

    /// What each role may do, written down once more: a rule that is renamed or moved changes nobody's rights unnoticed.
    const RIGHTS: [(Role, &[Permission]); 5] = {
        use Permission as P;
        [
            (Role::Staff, &[P::CustomersRead]),
            (
                Role::RelationshipManager,
                &[
                    P::CustomersRead,
                    P::CustomersCreate,
                    P::CustomersEdit,
                    P::CustomersDelete,
                    P::CustomersReveal,
                    P::CustomersImport,
                    P::CustomersExport,
                    P::TagsEdit,
                ],
            ),
            (
                Role::Manager,
                &[
                    P::CustomersRead,
                    P::CustomersCreate,
                    P::CustomersEdit,
                    P::CustomersDelete,
                    P::CustomersReveal,
                    P::CustomersImport,
                    P::CustomersExport,
                    P::CustomersAssign,
                    P::TagsEdit,
                    P::AuditsRead,
                ],
            ),
            (
                Role::RiskOfficer,
                &[P::CustomersRead, P::CustomersReveal, P::CustomersExport, P::CasesEdit, P::AuditsRead],
            ),
            (Role::Administrator, &[P::UsersEdit]),
        ]
    };

    /// Where a customer can be: who looks after it, at which branch, and whether it lies within the scope of somebody with the own
    /// customers, and of somebody with the branch.
    fn places() -> Vec<(Option<UserId>, Option<BranchId>, bool, bool)> {
        let branch = |number| Some(BranchId(Uuid::from_u128(number)));
        let (me, colleague) = (Some(UserId(Uuid::from_u128(9))), Some(UserId(Uuid::from_u128(8))));
        vec![
            (me, branch(1), true, true),
            (colleague, branch(1), false, true),
            (None, branch(1), false, true),
            (colleague, branch(2), false, true),
            (colleague, branch(77), false, false),
            (None, branch(77), false, false),
            (None, None, false, false),
        ]
    }

    #[test]
    fn s7_1_the_named_rule_says_what_is_decided_for_every_role_place_and_permission() {
        for (role, rights) in RIGHTS {
            let actor = actor(role);
            for (owner, branch, own, within) in places() {
                let seen = match role.scope() {
                    Scope::Own => own,
                    Scope::Branch => within,
                    Scope::None => false,
                };
                let scope = actor.scope_rule(owner, branch);
                assert_eq!(scope.allows(), seen, "{role:?} {owner:?} {branch:?}: {scope:?}");
                assert_eq!(actor.sees(owner, branch), seen);
                for permission in Permission::ALL {
                    let rule = actor.rule_on(permission, owner, branch);
                    let has = rights.contains(&permission);
                    let expected = match (seen, has) {
                        (false, _) => Err(Denial::NotVisible),
                        (true, false) => Err(Denial::NotAllowed),
                        (true, true) => Ok(()),
                    };
                    assert_eq!(rule.verdict(), expected, "{role:?} {permission:?}: {rule:?}");
                    assert_eq!(actor.may_on(permission, owner, branch), expected);
                    assert_eq!(actor.may(permission).is_ok(), has, "{role:?} {permission:?}");
                    assert_eq!(role.permissions().contains(&permission), has);
                }
            }
        }
    }

    #[test]
    fn s7_1_the_rule_of_a_place_is_the_one_that_fits_it() {
        use Rule as R;
        let rules = |role| {
            let actor = actor(role);
            places()
                .into_iter()
                .map(|(owner, branch, ..)| actor.scope_rule(owner, branch))
                .collect::<Vec<_>>()
        };
        let by_branch = vec![
            R::OwnBranch,
            R::OwnBranch,
            R::OwnBranch,
            R::BranchBelow,
            R::OtherBranch,
            R::OtherBranch,
            R::OtherBranch,
        ];
        for role in [Role::Staff, Role::Manager, Role::RiskOfficer] {
            assert_eq!(rules(role), by_branch, "{role:?}");
        }
        let mut own = vec![R::OthersCustomer; 7];
        own[0] = R::OwnCustomer;
        assert_eq!(rules(Role::RelationshipManager), own);
        assert_eq!(rules(Role::Administrator), vec![R::NoCustomers; 7]);
    }

    #[test]
    fn f4_2_beyond_the_scope_only_who_could_add_it_and_has_its_number_is_told_of_a_customer() {
        for role in Role::ALL {
            let actor = actor(role);
            for (owner, branch, ..) in places() {
                let rule = actor.scope_rule(owner, branch);
                let seen = rule.allows().then_some(rule);
                assert_eq!(actor.told(owner, branch, false), seen, "by name: {role:?} {owner:?} {branch:?}");
                let could_add = role == Role::RelationshipManager && branch == Some(actor.branch);
                let expected = if could_add { Some(rule) } else { seen };
                assert_eq!(
                    actor.told(owner, branch, true),
                    expected,
                    "by number: {role:?} {owner:?} {branch:?}"
                );
            }
        }
    }
}
