//! What follows a customer: its accounts, what was booked on them, and its cases.

use crate::db::{accounts, records, transactions};
use crate::error::ServerError;
use lq_domain::accounts::{BRANCH, OWNER};
use lq_domain::feature::Feature;
use lq_domain::record::{DELETED, Record};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What decides where a customer's accounts are.
const PLACE: [&str; 3] = [OWNER, BRANCH, DELETED];

/// What a record of a feature takes from its customer. A case is looked into, whoever deletes the customer.
fn place_of(entity: Feature) -> &'static [&'static str] {
    if entity == Feature::Cases { &[BRANCH] } else { &PLACE }
}

/// Lets a customer's accounts and their transactions follow it to another owner or branch, out of sight when it is deleted, and
/// back; and its cases to another branch. What they were and what they are now, for the feeds.
pub(super) async fn follow(
    connection: &mut PgConnection,
    before: Option<&Record>,
    after: &Record,
) -> Result<Vec<(Record, Record)>, ServerError> {
    let stays = |before: &Record| PLACE.iter().all(|field| before.get(field) == after.get(field));
    if after.entity != Feature::Customers || before.is_none_or(stays) {
        return Ok(Vec::new());
    }
    let followers: Vec<(Record, Record)> = accounts::of_customer(connection, after.id)
        .await?
        .into_iter()
        .map(|record| {
            let mut moved = record.clone();
            for field in place_of(record.entity) {
                moved.set(field, after.get(field).map(str::to_owned));
            }
            moved.revision += 1;
            moved.updated_at = after.updated_at;
            (record, moved)
        })
        .filter(|(record, moved)| record.fields != moved.fields)
        .collect();
    leave_branches(connection, &followers).await?;
    let moved: Vec<Record> = followers.iter().map(|(_, moved)| moved.clone()).collect();
    records::save_many(connection, &moved).await?;
    Ok(followers)
}

/// Takes what goes to another branch out of the tables of the first.
async fn leave_branches(
    connection: &mut PgConnection,
    followers: &[(Record, Record)],
) -> Result<(), ServerError> {
    records::leave(connection, followers.iter().map(|(before, after)| (before, after))).await?;
    let mut leaving: BTreeMap<(Uuid, Uuid), Vec<&Record>> = BTreeMap::new();
    for (before, after) in followers {
        let way = (records::branch_of(before), records::branch_of(after));
        if way.0 != way.1 {
            leaving.entry(way).or_default().push(before);
        }
    }
    for ((from, to), records) in leaving {
        let accounts = records.iter().filter(|record| record.entity == Feature::Accounts);
        let accounts: Vec<Uuid> = accounts.map(|record| record.id).collect();
        transactions::move_to(connection, &accounts, from, to).await?;
    }
    Ok(())
}
