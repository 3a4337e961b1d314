//! Feeds: the unit of distribution. Which feeds a record belongs to, and which a user follows.

use crate::access::{Actor, Permission, Scope};
use crate::customers::Field;
use crate::feature::Feature;
use crate::ids::{BranchId, UserId};
use crate::record::Record;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A stream of changes with positions that have no holes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum FeedId {
    /// Tags, users, branches: what everybody at the bank needs.
    Bank,
    /// All customers of one branch, without those of the branches below.
    Branch(BranchId),
    /// The customers of one relationship manager within one branch.
    Portfolio(BranchId, UserId),
    /// The records of one feature that are about customers of one branch and that only some roles may know of.
    Restricted(BranchId, Feature),
}

impl fmt::Display for FeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FeedId::Bank => f.write_str("bank"),
            FeedId::Branch(branch) => write!(f, "branch:{branch}"),
            FeedId::Portfolio(branch, user) => write!(f, "portfolio:{branch}:{user}"),
            FeedId::Restricted(branch, feature) => write!(f, "restricted:{branch}:{}", feature.as_str()),
        }
    }
}

impl From<FeedId> for String {
    fn from(feed: FeedId) -> Self {
        feed.to_string()
    }
}

/// The text names no feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown feed")]
pub struct UnknownFeed;

impl TryFrom<String> for FeedId {
    type Error = UnknownFeed;

    fn try_from(text: String) -> Result<Self, UnknownFeed> {
        let mut parts = text.split(':');
        let feed = match (parts.next(), parts.next(), parts.next()) {
            (Some("bank"), None, None) => Some(FeedId::Bank),
            (Some("branch"), Some(branch), None) => BranchId::parse(branch).map(FeedId::Branch),
            (Some("portfolio"), Some(branch), Some(user)) => BranchId::parse(branch)
                .zip(UserId::parse(user))
                .map(|(branch, user)| FeedId::Portfolio(branch, user)),
            (Some("restricted"), Some(branch), Some(feature)) => BranchId::parse(branch)
                .zip(Feature::parse(feature).filter(|feature| restricted_to(*feature).is_some()))
                .map(|(branch, feature)| FeedId::Restricted(branch, feature)),
            _ => None,
        };
        feed.filter(|_| parts.next().is_none()).ok_or(UnknownFeed)
    }
}

/// Whether records of a feature belong to a customer: they have the customer's branch, under the same name, and lie where it lies.
#[must_use]
pub const fn is_of_customer(entity: Feature) -> bool {
    matches!(entity, Feature::Customers | Feature::Accounts | Feature::Transactions | Feature::Cases)
}

/// What it takes to know of a feature's records, when seeing the customer is not enough.
#[must_use]
pub const fn restricted_to(entity: Feature) -> Option<Permission> {
    match entity {
        Feature::Cases => Some(Permission::CasesEdit),
        _ => None,
    }
}

/// The features of which only some may know, as far as the actor is one of them.
pub fn restricted_known_to(actor: &Actor) -> impl Iterator<Item = Feature> {
    let known = |feature: Feature| restricted_to(feature).is_some_and(|it| actor.may(it).is_ok());
    Feature::ALL.iter().copied().filter(move |feature| known(*feature))
}

/// What it takes to see a record of a feature, when that is not everybody's.
#[must_use]
pub fn permission_to_see(entity: Feature) -> Option<Permission> {
    restricted_to(entity).or_else(|| is_of_customer(entity).then_some(Permission::CustomersRead))
}

/// The feeds that a record belongs to. A deleted record belongs to none.
#[must_use]
pub fn feeds_of(record: &Record) -> Vec<FeedId> {
    if record.deleted() {
        return Vec::new();
    }
    if !is_of_customer(record.entity) {
        return vec![FeedId::Bank];
    }
    let branch = record.get(Field::Branch.as_str()).and_then(BranchId::parse);
    if restricted_to(record.entity).is_some() {
        return branch.map(|branch| FeedId::Restricted(branch, record.entity)).into_iter().collect();
    }
    let owner = record.get(Field::Owner.as_str()).and_then(UserId::parse);
    let mut feeds: Vec<FeedId> = branch.map(FeedId::Branch).into_iter().collect();
    feeds.extend(branch.zip(owner).map(|(branch, owner)| FeedId::Portfolio(branch, owner)));
    feeds
}

/// The feeds that a user follows now.
#[must_use]
pub fn subscriptions(actor: &Actor) -> Vec<FeedId> {
    let mut feeds = vec![FeedId::Bank];
    match actor.role.scope() {
        Scope::Own => feeds.push(FeedId::Portfolio(actor.branch, actor.user)),
        Scope::Branch => feeds.extend(actor.branches.iter().copied().map(FeedId::Branch)),
        Scope::None => {}
    }
    for feature in restricted_known_to(actor) {
        feeds.extend(actor.branches.iter().map(|branch| FeedId::Restricted(*branch, feature)));
    }
    feeds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use uuid::Uuid;

    #[test]
    fn a_feed_reads_back_from_its_text() {
        let (branch, user) = (BranchId(Uuid::from_u128(3)), UserId(Uuid::from_u128(4)));
        let cases = FeedId::Restricted(branch, Feature::Cases);
        for feed in [FeedId::Bank, FeedId::Branch(branch), FeedId::Portfolio(branch, user), cases] {
            assert_eq!(FeedId::try_from(feed.to_string()), Ok(feed));
        }
        let open = FeedId::Restricted(branch, Feature::Customers).to_string();
        assert_eq!(FeedId::try_from(open), Err(UnknownFeed), "nothing about customers is restricted");
        assert_eq!(FeedId::try_from("bank:x".to_owned()), Err(UnknownFeed));
    }

    #[test]
    fn a_customer_goes_to_the_branch_and_the_portfolio_until_deleted() {
        let mut record = Record::new(Feature::Customers, Uuid::from_u128(1), Timestamp(1));
        record.set("branch", Some(Uuid::from_u128(3).to_string()));
        record.set("owner", Some(Uuid::from_u128(4).to_string()));
        assert_eq!(feeds_of(&record).len(), 2);
        record.set(crate::record::DELETED, Some("1".to_owned()));
        assert!(feeds_of(&record).is_empty());
    }

    #[test]
    fn x23_a_case_goes_to_those_who_work_on_cases_and_to_nobody_else() {
        let mut record = Record::new(Feature::Cases, Uuid::from_u128(1), Timestamp(1));
        record.set("branch", Some(Uuid::from_u128(3).to_string()));
        record.set("owner", Some(Uuid::from_u128(9).to_string()));
        let feeds = feeds_of(&record);
        assert_eq!(feeds, [FeedId::Restricted(BranchId(Uuid::from_u128(3)), Feature::Cases)]);
        let branch = BranchId(Uuid::from_u128(3));
        for role in crate::access::Role::ALL {
            let user = UserId(Uuid::from_u128(9));
            let actor = Actor { user, role, branch, branches: [branch].into() };
            let follows = subscriptions(&actor).contains(&feeds[0]);
            assert_eq!(follows, role == crate::access::Role::RiskOfficer, "{role:?}");
        }
    }

    #[test]
    fn s7_1_a_device_gets_what_the_rule_lets_its_user_see_and_nothing_else() {
        let id = |number: u128| Uuid::from_u128(number);
        let branches = std::collections::BTreeSet::from([1, 2].map(|number| BranchId(id(number))));
        for role in crate::access::Role::ALL {
            let actor =
                Actor { user: UserId(id(9)), role, branch: BranchId(id(1)), branches: branches.clone() };
            let followed = subscriptions(&actor);
            for (owner, branch) in [(9, 1), (8, 1), (0, 1), (8, 2), (8, 77), (0, 77)] {
                let mut record = Record::new(Feature::Customers, id(5), Timestamp(1));
                record.set("branch", Some(id(branch).to_string()));
                record.set("owner", (owner > 0).then(|| id(owner).to_string()));
                let customer = crate::customers::Customer(&record);
                let gets = feeds_of(&record).iter().any(|feed| followed.contains(feed));
                let rule = actor.scope_rule(customer.owner(), customer.branch());
                assert_eq!(gets, rule.allows(), "{role:?} {owner} {branch}: {rule:?}");
            }
        }
    }
}
