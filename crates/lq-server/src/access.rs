//! Why somebody may, or may not, see a customer.

use crate::app::App;
use crate::db::audits::{self, Entry};
use crate::db::customers;
use crate::error::ServerError;
use crate::session::Signed;
use lq_domain::access::{Actor, Rule};
use lq_domain::customers::Customer;
use lq_domain::feature::Feature;
use lq_domain::record::Record;
use lq_protocol::access::{LookupReply, LookupRequest, SEEN_MAX, SeenCustomer, parse_text};
use sqlx::PgConnection;

/// Looks a customer up in the branches that the asker reaches. What the asker may not know of is answered like what does not exist, and
/// every question is in the audit.
///
/// # Errors
/// As [`parse_text`], or what the database says.
pub(crate) async fn lookup(
    app: &App,
    signed: &Signed,
    request: &LookupRequest,
) -> Result<LookupReply, ServerError> {
    // PostgreSQL takes no text with this character, and no customer is called so.
    let text = parse_text(&request.text)?.replace('\0', "");
    let actor = signed.known.profile.actor();
    let mut tx = app.db().begin().await?;
    let found = customers::called(&mut tx, &actor.branches, &text, app.clock().today()).await?;
    let told = told(&actor, &found);
    note(&mut tx, app, signed, &told).await?;
    tx.commit().await?;
    let seen = told.iter().filter(|(rule, _)| rule.allows()).take(SEEN_MAX);
    Ok(LookupReply {
        seen: seen
            .map(|(rule, customer)| SeenCustomer {
                id: customer.id(),
                name: customer.name().to_owned(),
                rule: *rule,
            })
            .collect(),
        beyond: told.iter().map(|(rule, _)| *rule).find(|rule| !rule.allows()),
        scope: actor.role.scope(),
    })
}

/// The customers that the asker may be told of, with the rule.
fn told<'f>(actor: &Actor, found: &'f [(Record, bool)]) -> Vec<(Rule, Customer<'f>)> {
    let rule = |(record, proven): &'f (Record, bool)| {
        let customer = Customer(record);
        Some((actor.told(customer.owner(), customer.branch(), *proven)?, customer))
    };
    found.iter().filter_map(rule).collect()
}

/// What was typed stays out of the audit; whom it led to, beyond the scope, is in it.
async fn note(
    connection: &mut PgConnection,
    app: &App,
    signed: &Signed,
    told: &[(Rule, Customer<'_>)],
) -> Result<(), ServerError> {
    let mut entry = Entry::new("access_lookup", app.now(), Some(signed.session.user));
    entry.device = Some(signed.device());
    if let Some((_, customer)) = told.iter().find(|(rule, _)| !rule.allows()) {
        entry = entry.about(Feature::Customers, customer.id().0);
    }
    audits::append(connection, signed.known.profile.branch, &entry).await
}
