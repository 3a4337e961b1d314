//! Owners, branches and tags: files name them, customers hold their ids.

use crate::client::Open;
use crate::customers::Names;
use crate::error::ClientError;
use crate::exports::cells::tag_names;
use lq_domain::access::{Actor, Permission};
use lq_domain::customers::{Customer, Field, Typed};
use lq_domain::ids::{BranchId, UserId};
use lq_domain::record::Record;
use lq_protocol::error::ErrorCode;
use std::collections::{BTreeMap, HashMap};

/// The cells of a row that name something.
pub(super) type Cells = BTreeMap<Field, String>;
/// A field whose cell can't be taken, and why.
pub(super) type Wrong = (Field, ErrorCode);

/// Whether a field's cells name something.
pub(super) const fn is_named(field: Field) -> bool {
    matches!(field, Field::Owner | Field::Branch | Field::Tags)
}

/// Everything that this device knows by a name.
pub(super) struct Named {
    actor: Actor,
    names: Names,
    users: HashMap<String, Vec<UserId>>,
    homes: HashMap<UserId, BranchId>,
    branches: HashMap<String, Vec<BranchId>>,
    /// Names of tags, by id and back.
    tags: HashMap<String, String>,
    tag_ids: HashMap<String, String>,
}

impl Named {
    pub(super) async fn load(open: &Open) -> Result<Self, ClientError> {
        let (actor, profile) = (open.actor(), open.owner().profile);
        let mut named = Self {
            users: HashMap::from([(profile.name, vec![actor.user])]),
            homes: HashMap::from([(actor.user, actor.branch)]),
            branches: HashMap::from([(profile.branch_name, vec![actor.branch])]),
            names: Names::all(open).await?,
            tags: HashMap::new(),
            tag_ids: HashMap::new(),
            actor,
        };
        // The names of those who left stay in `names`, so that our own exports read back.
        for colleague in open.store.colleagues().await?.into_iter().filter(|colleague| !colleague.disabled) {
            add(&mut named.users, colleague.name, colleague.id);
            named.homes.extend(colleague.branch.map(|branch| (colleague.id, branch)));
        }
        for branch in open.store.branches().await? {
            add(&mut named.branches, branch.name, branch.id);
        }
        for tag in open.store.tags().await? {
            named.tag_ids.insert(tag.name.clone(), tag.id.to_string());
            named.tags.insert(tag.id.to_string(), tag.name);
        }
        Ok(named)
    }

    /// The ids that the cells stand for, where they differ from what the customer has. A cell that says what our own
    /// export of the customer would say changes nothing, even where two colleagues have one name.
    pub(super) fn resolve(&self, cells: &Cells, before: Option<&Record>) -> Result<Typed, Vec<Wrong>> {
        let says_the_same = |field: Field, text: &str| {
            let value = before.and_then(|record| record.get(field.as_str()));
            value.is_some_and(|value| self.written(field, value) == text)
        };
        let changed: BTreeMap<Field, &str> = cells
            .iter()
            .map(|(field, text)| (*field, text.trim()))
            .filter(|(field, text)| !says_the_same(*field, text))
            .collect();
        let mut typed = Typed::new();
        let mut wrong = Vec::new();
        if let Some(text) = changed.get(&Field::Tags) {
            match self.tags_of(text) {
                Some(ids) => drop(typed.insert(Field::Tags, ids)),
                None => wrong.push((Field::Tags, ErrorCode::ReferenceUnknown)),
            }
        }
        match self.place(&changed, cells, before) {
            Ok(place) => typed.extend(place),
            Err(fault) => wrong.push(fault),
        }
        if wrong.is_empty() { Ok(typed) } else { Err(wrong) }
    }

    /// A value as our exports write it.
    fn written(&self, field: Field, value: &str) -> String {
        match field {
            Field::Tags => tag_names(value, &self.tags),
            _ => self.names.label(field, value).unwrap_or_else(|| value.to_owned()),
        }
    }

    /// A tag's name may hold any separator, so the one that our exports use is tried alone first.
    fn tags_of(&self, text: &str) -> Option<String> {
        let ids = |separators: &[char]| -> Option<Vec<&str>> {
            let names = text.split(separators).map(str::trim).filter(|name| !name.is_empty());
            names.map(|name| self.tag_ids.get(name).map(String::as_str)).collect()
        };
        let all = [',', '，', '、', ';', '；', '|', '\n'];
        Some(ids(&[';']).or_else(|| ids(&all))?.join(" "))
    }

    /// Owner and branch, if the row gives the customer to somebody else.
    fn place(
        &self,
        changed: &BTreeMap<Field, &str>,
        cells: &Cells,
        before: Option<&Record>,
    ) -> Result<Typed, Wrong> {
        let (named_owner, named_branch) = (changed.get(&Field::Owner), changed.get(&Field::Branch));
        let Some(first) = [Field::Owner, Field::Branch].into_iter().find(|field| changed.contains_key(field))
        else {
            return Ok(Typed::new());
        };
        let beside = cells.get(&Field::Branch).and_then(|text| self.branch(text.trim()).ok());
        let present = before.map_or(Some(self.actor.user), |record| Customer(record).owner());
        let owner = match named_owner {
            Some(text) => Some(self.owner(text, beside)?),
            None => present,
        };
        // A portfolio lies within one branch: the customer goes where its owner is.
        let home = owner.and_then(|owner| self.homes.get(&owner).copied());
        let branch = match named_branch {
            Some(text) => Some(self.branch(text)?),
            None => home,
        };
        if home.is_some() && branch != home {
            return Err((Field::Branch, ErrorCode::BranchOwner));
        }
        let place = (owner, branch);
        if place == before.map_or((Some(self.actor.user), Some(self.actor.branch)), place_of) {
            return Ok(Typed::new());
        }
        self.may_give(before, place).map_err(|code| (first, code))?;
        let owner = owner.map(|owner| (Field::Owner, owner.to_string()));
        let branch = branch.map(|branch| (Field::Branch, branch.to_string()));
        Ok(owner.into_iter().chain(branch).collect())
    }

    /// A customer that exists may be given to anybody by who may assign it; a new one is made where its author sees it.
    fn may_give(
        &self,
        before: Option<&Record>,
        (owner, branch): (Option<UserId>, Option<BranchId>),
    ) -> Result<(), ErrorCode> {
        let (owner, branch) = before.map_or((owner, branch), place_of);
        self.actor.may_on(Permission::CustomersAssign, owner, branch).map_err(|_| ErrorCode::NotAllowed)
    }

    fn owner(&self, text: &str, branch: Option<BranchId>) -> Result<UserId, Wrong> {
        let all = self.users.get(text).cloned().unwrap_or_default();
        let at_home = |user: &&UserId| branch.is_some() && self.homes.get(user).copied() == branch;
        let near: Vec<UserId> = all.iter().filter(at_home).copied().collect();
        one(if near.is_empty() { &all } else { &near }).map_err(|code| (Field::Owner, code))
    }

    fn branch(&self, text: &str) -> Result<BranchId, Wrong> {
        let all = self.branches.get(text).map(Vec::as_slice).unwrap_or_default();
        one(all).map_err(|code| (Field::Branch, code))
    }
}

fn place_of(record: &Record) -> (Option<UserId>, Option<BranchId>) {
    (Customer(record).owner(), Customer(record).branch())
}

fn add<T: PartialEq>(known: &mut HashMap<String, Vec<T>>, name: String, id: T) {
    let ids = known.entry(name).or_default();
    if !ids.contains(&id) {
        ids.push(id);
    }
}

fn one<T: Copy>(ids: &[T]) -> Result<T, ErrorCode> {
    match ids {
        [id] => Ok(*id),
        [] => Err(ErrorCode::ReferenceUnknown),
        _ => Err(ErrorCode::ReferenceAmbiguous),
    }
}
