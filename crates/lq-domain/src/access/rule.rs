//! The rules of access by name. Whatever decides names the rule that decided, and yes or no follows from the rule: so what a person is
//! told about a decision is the decision.

use super::Denial;
use serde::{Deserialize, Serialize};

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident: $answer:ident;)*) => {
        /// The rule that decided.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
        #[serde(rename_all = "snake_case")]
        pub enum Rule { $($(#[$doc])* $name,)* }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Rule] = &[$(Rule::$name,)*];

            const fn answer(self) -> Answer {
                match self { $(Rule::$name => Answer::$answer,)* }
            }
        }
    };
}

/// What follows from a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// It is so.
    Yes,
    /// The record is there, and this may not be done with it.
    No,
    /// To the user there is no such record.
    Unseen,
}

rules! {
    /// The user looks after the customer.
    OwnCustomer: Yes;
    /// The customer belongs to the user's branch.
    OwnBranch: Yes;
    /// The customer belongs to a branch below the user's.
    BranchBelow: Yes;
    /// The role reaches the user's own customers, and somebody else looks after this one.
    OthersCustomer: Unseen;
    /// The role reaches the user's branch and those below, and the customer belongs to another.
    OtherBranch: Unseen;
    /// The role reaches no customers.
    NoCustomers: Unseen;
    /// The role reads customers.
    ReadsCustomers: Yes;
    /// The role works with customers: adds, changes, deletes, imports, exports, tags, unmasks.
    WorksWithCustomers: Yes;
    /// Whoever leads a branch gives its customers to others and looks into its audit.
    LeadsBranch: Yes;
    /// Whoever checks a branch unmasks, exports and looks into its audit.
    ChecksBranch: Yes;
    /// The role works on suspicious-transaction cases.
    WorksOnCases: Yes;
    /// Of suspicious-transaction cases nobody learns but who works on them (反洗钱法 2024, art. 35).
    CasesKeptSecret: No;
    /// The role administers users and branches.
    AdministersUsers: Yes;
    /// Staff reads and changes nothing.
    StaffReadsOnly: No;
    /// Who checks others' work does not do it.
    ChecksWithoutChanging: No;
    /// Customers are given to others by whoever leads the branch.
    LeaderAssigns: No;
    /// The audit is for whoever leads or checks the branch.
    AuditBySupervisors: No;
    /// Who administers users has nothing to do with customers.
    AdministratorApart: No;
    /// Users and branches are administered by administrators alone.
    UsersByAdministrator: No;
    /// The field is shown to whoever may see the customer.
    ShownInScope: Yes;
    /// The amount is shown to whoever may see the customer: the scope protects it.
    AmountInScope: Yes;
    /// The field is sensitive (JR/T 0171-2020): it is shown masked to everybody.
    MaskedByClass: Yes;
    /// Columns of imported files come from files, nobody types them.
    ColumnsOfFiles: No;
}

impl Rule {
    /// Whether it says yes.
    #[must_use]
    pub const fn allows(self) -> bool {
        matches!(self.answer(), Answer::Yes)
    }

    /// Its answer to somebody who wants to do something.
    ///
    /// # Errors
    /// The denial that follows from the rule.
    pub const fn verdict(self) -> Result<(), Denial> {
        match self.answer() {
            Answer::Yes => Ok(()),
            Answer::No => Err(Denial::NotAllowed),
            Answer::Unseen => Err(Denial::NotVisible),
        }
    }
}
