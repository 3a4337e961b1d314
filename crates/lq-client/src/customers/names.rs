//! What a person reads instead of a code: names of colleagues, branches and divisions.

use crate::client::Open;
use crate::error::ClientError;
use lq_domain::customers::Field;
use lq_domain::divisions;
use lq_domain::ids::{BranchId, UserId};
use lq_domain::record::Record;
use std::collections::{BTreeMap, HashMap};

/// Names of colleagues and branches.
pub(crate) struct Names {
    users: HashMap<UserId, String>,
    branches: HashMap<BranchId, String>,
}

impl Names {
    /// All names that the device knows.
    pub(crate) async fn all(open: &Open) -> Result<Self, ClientError> {
        let mut names = Self::own(open);
        for colleague in open.store.colleagues().await? {
            names.users.entry(colleague.id).or_insert(colleague.name);
        }
        for branch in open.store.branches().await? {
            names.branches.entry(branch.id).or_insert(branch.name);
        }
        Ok(names)
    }

    /// The names that these values need. Whose customers are all the user's own needs no list of colleagues.
    pub(crate) async fn covering<'v>(
        open: &Open,
        values: impl IntoIterator<Item = (Field, &'v str)>,
    ) -> Result<Self, ClientError> {
        let own = Self::own(open);
        let known = |(field, value)| match field {
            Field::Owner | Field::Branch => own.label(field, value).is_some(),
            _ => true,
        };
        if values.into_iter().all(known) { Ok(own) } else { Self::all(open).await }
    }

    fn own(open: &Open) -> Self {
        let profile = open.owner().profile;
        Self {
            users: HashMap::from([(profile.id, profile.name)]),
            branches: HashMap::from([(profile.branch, profile.branch_name)]),
        }
    }

    /// A colleague's name.
    pub(crate) fn user(&self, id: UserId) -> Option<String> {
        self.users.get(&id).cloned()
    }

    /// Whether there is such a colleague.
    pub(crate) fn knows_user(&self, id: UserId) -> bool {
        self.users.contains_key(&id)
    }

    /// Whether there is such a branch.
    pub(crate) fn knows_branch(&self, id: BranchId) -> bool {
        self.branches.contains_key(&id)
    }

    /// What to show instead of an owner, a branch or a division.
    pub(crate) fn label(&self, field: Field, value: &str) -> Option<String> {
        match field {
            Field::Owner => self.user(UserId::parse(value)?),
            Field::Branch => self.branches.get(&BranchId::parse(value)?).cloned(),
            Field::Division => divisions::full_name(value),
            _ => None,
        }
    }

    /// The labels of all values that have one.
    pub(crate) fn labels(&self, values: &BTreeMap<Field, String>) -> BTreeMap<Field, String> {
        values.iter().filter_map(|(field, value)| Some((*field, self.label(*field, value)?))).collect()
    }
}

/// The values of a record that have names.
pub(super) fn assigned(record: &Record) -> impl Iterator<Item = (Field, &str)> {
    [Field::Owner, Field::Branch]
        .into_iter()
        .filter_map(|field| record.get(field.as_str()).map(|value| (field, value)))
}
