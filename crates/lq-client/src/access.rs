//! Why the user may, or may not, see and do something. The rules that decide are asked for their names; nothing is decided here.

use crate::Client;
use crate::client::Open;
use crate::contract::access::{
    AccessOverview, CustomerAccess, FieldWhy, LookupCustomer, LookupHit, LookupView, PermissionWhy,
};
use crate::contract::customers::CustomerRef;
use crate::customers::visible;
use crate::error::ClientError;
use lq_domain::access::{Actor, Permission, Role, Rule, Scope};
use lq_domain::customers::{Customer, Field, FieldRules};
use lq_protocol::access::{LookupReply, SEEN_MAX, SeenCustomer, parse_text};

/// Customers of the device that are looked at for one question: what the user may not see is left out of them.
const HITS: u32 = 50;

impl Client {
    /// What the user's role may do, and whose customers it reaches.
    ///
    /// # Errors
    /// `store_locked`, and what the store says.
    pub async fn access_overview(&self, (): ()) -> Result<AccessOverview, ClientError> {
        let open = self.open()?;
        let actor = open.actor();
        let permissions = Permission::ALL.into_iter();
        Ok(AccessOverview {
            role: actor.role,
            scope: actor.role.scope(),
            branches: branches(&open, &actor).await?,
            permissions: permissions.map(|one| permission_why(one, actor.role.rule(one))).collect(),
            fields: if actor.may(Permission::CustomersRead).is_ok() {
                Field::ALL.iter().map(|field| field_why(actor.role, *field)).collect()
            } else {
                Vec::new()
            },
        })
    }

    /// Why the user sees a customer, and what may be done with it.
    ///
    /// # Errors
    /// `not_found` also for a customer that the user may not see, and others.
    pub async fn access_customer(&self, input: CustomerRef) -> Result<CustomerAccess, ClientError> {
        let open = self.open()?;
        let stored = visible(&open, Permission::CustomersRead, input.id).await?;
        let (actor, customer) = (open.actor(), Customer(&stored.record));
        let (owner, branch) = (customer.owner(), customer.branch());
        let permissions = Permission::ALL.into_iter().filter(|one| one.is_of_one_customer());
        let fields = Field::ALL.iter().filter(|field| customer.has(**field));
        Ok(CustomerAccess {
            rule: actor.scope_rule(owner, branch),
            permissions: permissions
                .map(|one| permission_why(one, actor.rule_on(one, owner, branch)))
                .collect(),
            fields: fields.map(|field| field_why(actor.role, *field)).collect(),
        })
    }

    /// Why the user sees a customer, or none of that name or number. The server is asked, too; without it the answer is what the device
    /// knows.
    ///
    /// # Errors
    /// As [`parse_text`], and what the store says. That the server could not be asked is no error.
    pub async fn access_lookup(&self, input: LookupCustomer) -> Result<LookupView, ClientError> {
        let open = self.open()?;
        let text = parse_text(&input.text)?;
        let actor = open.actor();
        let mut view = LookupView {
            here: here(&open, &actor, text).await?,
            away: Vec::new(),
            beyond: None,
            scope: actor.role.scope(),
            asked: false,
            error: None,
        };
        let Some(engine) = open.engine() else { return Ok(view) };
        match engine.lookup(text).await {
            Ok(reply) => {
                view.asked = true;
                add(&open, &mut view, reply).await?;
            }
            Err(error) => view.error = Some(error.code()),
        }
        Ok(view)
    }
}

fn permission_why(permission: Permission, rule: Rule) -> PermissionWhy {
    PermissionWhy { permission, allowed: rule.allows(), rule }
}

fn field_why(role: Role, field: Field) -> FieldWhy {
    let rules = FieldRules::of(role, field);
    let FieldRules { seen, revealed, changed } = rules;
    FieldWhy { field, access: rules.access(), seen, revealed, changed }
}

/// The names of the branches that a role reaches. The bank's list may not be on the device yet; the own branch is.
async fn branches(open: &Open, actor: &Actor) -> Result<Vec<String>, ClientError> {
    if actor.role.scope() != Scope::Branch {
        return Ok(Vec::new());
    }
    let known = open.store.branches().await?.into_iter();
    let below = known.filter(|one| one.id != actor.branch && actor.branches.contains(&one.id));
    Ok(std::iter::once(open.owner().profile.branch_name).chain(below.map(|one| one.name)).collect())
}

/// What the device finds. It may still hold a customer that has left the scope; such a one is not spoken of.
async fn here(open: &Open, actor: &Actor, text: &str) -> Result<Vec<LookupHit>, ClientError> {
    let found = open.store.find(text, HITS).await?;
    let hits = found.iter().filter_map(|hit| {
        let customer = Customer(&hit.record);
        let rule = actor.scope_rule(customer.owner(), customer.branch());
        rule.allows().then(|| LookupHit { id: hit.id, name: customer.name().to_owned(), rule })
    });
    Ok(hits.take(SEEN_MAX).collect())
}

/// What the server adds to what the device knows.
async fn add(open: &Open, view: &mut LookupView, reply: LookupReply) -> Result<(), ClientError> {
    view.scope = reply.scope;
    view.beyond = reply.beyond;
    for SeenCustomer { id, name, rule } in reply.seen {
        let held = open.store.customer(id).await?.is_some();
        let list = if held { &mut view.here } else { &mut view.away };
        // The device finds by parts, the server by the whole; what both find is told once.
        if list.iter().all(|hit| hit.id != id) {
            list.push(LookupHit { id, name, rule });
        }
    }
    Ok(())
}
