//! The door for writes. Each change is settled in one transaction: row, keys, audit, feeds, ledger, or nothing of it.

mod accounts;
mod customers;
mod tags;

use crate::app::App;
use crate::db::audits::{self, Entry};
use crate::db::changes::{self, Numbering, Place};
use crate::db::{devices, feeds, records};
use crate::error::ServerError;
use crate::session::Signed;
use lq_domain::access::{Actor, Denial, Permission};
use lq_domain::clock::{Stamp, Timestamp};
use lq_domain::customers::{Customer, FieldProblem};
use lq_domain::feature::Feature;
use lq_domain::feeds::is_of_customer;
use lq_domain::ids::{BranchId, DeviceId};
use lq_domain::record::{Conflict, DELETED, FieldChanges, Merged, Record};
use lq_protocol::change::{Change, ChangeResult, Outcome};
use lq_protocol::error::ErrorCode;
use sqlx::{Acquire as _, PgConnection};
use uuid::Uuid;

/// How far ahead of the server's a device's clock may count.
const AHEAD_MILLIS: i64 = 2 * 60 * 1_000;

/// Who makes a change, and with what.
#[derive(Debug, Clone)]
pub(crate) struct Author {
    pub(crate) actor: Actor,
    pub(crate) device: DeviceId,
    /// The branch whose tables hold the ledger of the user's changes.
    pub(crate) ledger: Uuid,
}

impl From<&Signed> for Author {
    fn from(signed: &Signed) -> Self {
        let known = &signed.known;
        Self { actor: known.profile.actor(), device: signed.device(), ledger: known.ledger }
    }
}

/// Why a change is not taken: its author is told, or the server failed.
#[derive(Debug)]
enum Stop {
    Refused { code: ErrorCode, field: Option<String> },
    Failed(ServerError),
}

impl Stop {
    fn refused(code: ErrorCode, field: &str) -> Self {
        Self::Refused { code, field: Some(field.to_owned()) }
    }
}

impl From<ErrorCode> for Stop {
    fn from(code: ErrorCode) -> Self {
        Self::Refused { code, field: None }
    }
}

impl From<Denial> for Stop {
    fn from(denial: Denial) -> Self {
        ErrorCode::from(denial).into()
    }
}

impl From<FieldProblem> for Stop {
    fn from(problem: FieldProblem) -> Self {
        let code = ErrorCode::parse(problem.problem.code()).unwrap_or(ErrorCode::RequestForm);
        Self::refused(code, problem.field.as_str())
    }
}

impl From<ServerError> for Stop {
    fn from(error: ServerError) -> Self {
        Self::Failed(error)
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// What a change makes of a record.
#[derive(Debug)]
struct Plan {
    before: Option<Record>,
    /// The record afterwards, when anything changes.
    after: Option<Record>,
    result: ChangeResult,
}

impl Plan {
    fn merged(before: Record, merged: Merged) -> Self {
        let result = if !merged.conflicts.is_empty() {
            ChangeResult::Conflict { conflicts: merged.conflicts }
        } else if !merged.merged.is_empty() {
            ChangeResult::Merged { fields: merged.merged.into_iter().collect() }
        } else {
            ChangeResult::Applied
        };
        let after = (!merged.taken.is_empty()).then_some(merged.record);
        Self { before: Some(before), after, result }
    }
}

/// Settles a change that a device sent, once, however often it is sent.
pub(crate) async fn settle(
    app: &App,
    signed: &Signed,
    incarnation: Uuid,
    mut change: Change,
) -> Result<Outcome, ServerError> {
    let now = app.now();
    let author = Author::from(signed);
    let mut tx = app.db().pool.begin().await?;
    let device = devices::lock(&mut tx, author.device).await?.ok_or(ErrorCode::SignedOut)?;
    if device.revoked_at.is_some() {
        return Err(ErrorCode::DeviceRevoked.into());
    }
    let mut by = Numbering { ledger: author.ledger, device: author.device, incarnation };
    let place = match changes::place(&mut tx, by, &change).await? {
        Place::Gap => return Err(ErrorCode::SequenceGap.into()),
        Place::Rewound => return Err(ErrorCode::SequenceRewound.into()),
        place => place,
    };
    let result = match changes::result(&mut tx, author.ledger, change.id, author.actor.user).await? {
        Some(settled) => {
            by.ledger = settled.ledger;
            settled.result
        }
        None => decide(&mut tx, &author, &mut change, now).await?,
    };
    if place == Place::Next {
        changes::number(&mut tx, by, &change).await?;
    }
    let record = visible(&mut tx, &author.actor, &change).await?;
    tx.commit().await?;
    after_commit(app, &author, &change, &result).await?;
    Ok(Outcome { change: change.id, result, record })
}

/// Settles a change that came through the API.
pub(crate) async fn settle_api(
    app: &App,
    author: &Author,
    mut change: Change,
) -> Result<Outcome, ServerError> {
    let mut tx = app.db().pool.begin().await?;
    let result = decide(&mut tx, author, &mut change, app.now()).await?;
    let record = visible(&mut tx, &author.actor, &change).await?;
    tx.commit().await?;
    after_commit(app, author, &change, &result).await?;
    Ok(Outcome { change: change.id, result, record })
}

/// What follows from a change that was taken. Whose change was refused may not set it off either.
async fn after_commit(
    app: &App,
    author: &Author,
    change: &Change,
    result: &ChangeResult,
) -> Result<(), ServerError> {
    if matches!(result, ChangeResult::Refused { .. }) {
        return Ok(());
    }
    tags::take_off_everybody(app, author, change).await
}

/// Decides about a change that is new, and remembers what was decided.
async fn decide(
    connection: &mut PgConnection,
    author: &Author,
    change: &mut Change,
    now: Timestamp,
) -> Result<ChangeResult, ServerError> {
    let limit = now.plus_millis(AHEAD_MILLIS);
    change.made_at = Stamp { device: author.device, ..change.made_at.clamped(limit) };
    records::lock(&mut *connection, change.record_id).await?;
    let mut attempt = connection.begin().await?;
    let result = match take(&mut attempt, author, change, now).await {
        Ok(result) => {
            attempt.commit().await?;
            result
        }
        Err(Stop::Failed(error)) => return Err(error),
        Err(Stop::Refused { code, field }) => {
            attempt.rollback().await?;
            refuse(connection, author, change, now, code, field).await?
        }
    };
    changes::remember(connection, change, author, now, &result).await?;
    Ok(result)
}

async fn take(
    connection: &mut PgConnection,
    author: &Author,
    change: &Change,
    now: Timestamp,
) -> Result<ChangeResult, Stop> {
    if change.actor != author.actor.user {
        return Err(ErrorCode::NotAllowed.into());
    }
    storable(change)?;
    let mut plan = match change.entity {
        Feature::Customers => customers::plan(connection, author, change, now).await?,
        Feature::Tags => tags::plan(connection, author, change).await?,
        _ => return Err(ErrorCode::NotAllowed.into()),
    };
    if let (Some(before), ChangeResult::Conflict { conflicts }) = (&plan.before, &mut plan.result) {
        name_authors(connection, before, conflicts).await?;
    }
    if let Some(after) = plan.after {
        let mut entry = Entry::new(action(plan.before.as_ref(), &after), now, Some(author.actor.user));
        entry.made_at = change.made_at.wall;
        entry.device = Some(author.device);
        entry.change = Some(change.id);
        entry.reason.clone_from(&change.reason);
        put(connection, plan.before.as_ref(), after, entry).await?;
    }
    Ok(plan.result)
}

/// Tells who wrote the values that stand against an edit: a stamp names the device, and a device is one user's.
async fn name_authors(
    connection: &mut PgConnection,
    before: &Record,
    conflicts: &mut [Conflict],
) -> Result<(), ServerError> {
    for conflict in conflicts {
        let Some(stamp) = before.stamp_against(&conflict.field) else { continue };
        conflict.theirs_by = devices::user_of(connection, stamp.device).await?;
    }
    Ok(())
}

/// The one character that PostgreSQL can't keep.
fn storable(change: &Change) -> Result<(), Stop> {
    let bad = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains('\0'));
    for (name, values) in &change.fields {
        if name.contains('\0') || bad(&values.base) || bad(&values.new) {
            return Err(Stop::refused(ErrorCode::TextCharacter, &name.replace('\0', "")));
        }
    }
    if bad(&change.reason) { Err(Stop::refused(ErrorCode::TextCharacter, "reason")) } else { Ok(()) }
}

/// A refusal that tries out rights is audited.
async fn refuse(
    connection: &mut PgConnection,
    author: &Author,
    change: &mut Change,
    now: Timestamp,
    code: ErrorCode,
    field: Option<String>,
) -> Result<ChangeResult, ServerError> {
    if storable(change).is_err() {
        change.fields = FieldChanges::new();
        change.reason = None;
    }
    if matches!(code, ErrorCode::NotAllowed | ErrorCode::NotFound) {
        note_refusal(connection, author, (change.entity, change.record_id), now).await?;
    }
    Ok(ChangeResult::Refused { code, field })
}

/// Writes into the audit that somebody reached for what is not theirs.
pub(crate) async fn note_refusal(
    connection: &mut PgConnection,
    author: &Author,
    about: (Feature, Uuid),
    now: Timestamp,
) -> Result<(), ServerError> {
    let mut entry = Entry::new("refused", now, Some(author.actor.user)).about(about.0, about.1);
    entry.device = Some(author.device);
    audits::append(connection, author.actor.branch, &entry).await
}

fn action(before: Option<&Record>, after: &Record) -> &'static str {
    match before {
        None => "create",
        Some(before) if before.deleted() != after.deleted() => {
            if after.deleted() {
                "delete"
            } else {
                "restore"
            }
        }
        Some(_) => "update",
    }
}

/// Writes a record with everything that goes with it: the only way a row changes.
pub(crate) async fn put(
    connection: &mut PgConnection,
    before: Option<&Record>,
    mut after: Record,
    entry: Entry,
) -> Result<Record, ServerError> {
    after.revision = before.map_or(0, |before| before.revision) + 1;
    let mut entry = entry.about(after.entity, after.id);
    entry.fields = audits::fields(after.entity, &audits::difference(before, &after));
    records::save(connection, before, &after).await?;
    audits::append(connection, BranchId(records::branch_of(&after)), &entry).await?;
    // Locked before any feed is: whoever adds to an account holds it when he comes to the feeds.
    let followers = accounts::follow(connection, before, &after).await?;
    let followed = followers.iter().map(|(before, after)| (Some(before), after));
    feeds::publish(connection, std::iter::once((before, &after)).chain(followed)).await?;
    Ok(after)
}

/// The record as it is now, if its author may see it.
async fn visible(
    connection: &mut PgConnection,
    actor: &Actor,
    change: &Change,
) -> Result<Option<Record>, ServerError> {
    let record = records::find(connection, change.entity, change.record_id).await?;
    Ok(record.filter(|record| may_see(actor, record)))
}

/// Whether a user may see a record.
pub(crate) fn may_see(actor: &Actor, record: &Record) -> bool {
    if !is_of_customer(record.entity) {
        return true;
    }
    let customer = Customer(record);
    actor.may_on(Permission::CustomersRead, customer.owner(), customer.branch()).is_ok()
}

/// `deleted` is `"1"` or nothing.
fn check_deleted(fields: &FieldChanges) -> Result<(), Stop> {
    match fields.get(DELETED).and_then(|change| change.new.as_deref()) {
        None | Some("1") => Ok(()),
        Some(_) => Err(Stop::refused(ErrorCode::ChoiceUnknown, DELETED)),
    }
}
