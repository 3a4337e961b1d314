//! Who may see and do what, and by which rule, as the screen sees it.

use super::{Input, View};
use lq_domain::access::{Permission, Role, Rule, Scope};
use lq_domain::customers::{Field, FieldAccess};
use lq_domain::ids::CustomerId;
use lq_protocol::error::ErrorCode;

View! {
    /// What the user's role may do, and whose customers it reaches.
    pub struct AccessOverview {
        /// The role.
        pub role: Role,
        /// Whose customers it reaches.
        pub scope: Scope,
        /// The names of the branches that it reaches, the user's own first; empty when the scope is not by branch.
        pub branches: Vec<String>,
        /// Each permission, given or not.
        pub permissions: Vec<PermissionWhy>,
        /// Each field of customers; empty for a role that reads none.
        pub fields: Vec<FieldWhy>,
    }
}

View! {
    /// A permission, and why the user has it or not.
    pub struct PermissionWhy {
        /// The permission.
        pub permission: Permission,
        /// Whether the user has it.
        pub allowed: bool,
        /// The rule that says so.
        pub rule: Rule,
    }
}

View! {
    /// What the user may do with a field, and why.
    pub struct FieldWhy {
        /// The field.
        pub field: Field,
        /// What follows from the rules.
        pub access: FieldAccess,
        /// How it is shown.
        pub seen: Rule,
        /// Whether its whole value may be seen for a while; absent when it is not masked.
        pub revealed: Option<Rule>,
        /// Whether it may be changed.
        pub changed: Rule,
    }
}

View! {
    /// Why the user sees a customer, and what may be done with it.
    pub struct CustomerAccess {
        /// The rule that lets the user see it.
        pub rule: Rule,
        /// Each permission that is about one customer.
        pub permissions: Vec<PermissionWhy>,
        /// Each field that the customer can have.
        pub fields: Vec<FieldWhy>,
    }
}

Input! {
    /// Names a customer to ask about.
    pub struct LookupCustomer {
        /// A name or a number. The server takes it whole, the device also in part.
        pub text: String,
    }
}

View! {
    /// What is known about a customer that was named.
    pub struct LookupView {
        /// Those on this device that the user may see.
        pub here: Vec<LookupHit>,
        /// Those that the user may see, by the server's word, and that this device does not hold.
        pub away: Vec<LookupHit>,
        /// Why a customer of the user's branch is out of the scope.
        pub beyond: Option<Rule>,
        /// Whose customers the role reaches.
        pub scope: Scope,
        /// Whether the server answered.
        pub asked: bool,
        /// Why it did not; absent also for a store that works alone.
        pub error: Option<ErrorCode>,
    }
}

View! {
    /// A customer that was found, and the rule that lets the user see it.
    pub struct LookupHit {
        /// The customer.
        pub id: CustomerId,
        /// The name.
        pub name: String,
        /// The rule.
        pub rule: Rule,
    }
}
