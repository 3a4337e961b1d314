//! The door for writes. Each change is settled in one transaction: row, keys, audit, feeds, ledger, or nothing of it. Changes of one
//! push share a transaction, as long as none of them makes it fail.

mod accounts;
mod batch;
mod cases;
mod customers;
mod tags;

use crate::app::App;
use crate::db::audits::Entry;
use crate::db::changes::{self, Numbering, Place, Settled};
use crate::db::{audits, devices};
use crate::error::ServerError;
use crate::session::Signed;
use batch::Batch;
use lq_domain::access::{Actor, Denial};
use lq_domain::clock::{Stamp, Timestamp};
use lq_domain::customers::{Customer, FieldProblem};
use lq_domain::feature::Feature;
use lq_domain::feeds::permission_to_see;
use lq_domain::ids::DeviceId;
use lq_domain::record::{Conflict, DELETED, FieldChanges, Merged, Record};
use lq_protocol::change::{Change, ChangeResult, Outcome};
use lq_protocol::error::ErrorCode;
use sqlx::PgConnection;
use uuid::Uuid;

/// How far ahead of the server's a device's clock may count.
const AHEAD_MILLIS: i64 = 2 * 60 * 1_000;
/// Changes that share a transaction. Each keeps a lock of which a database has a few thousand.
const TOGETHER: usize = 50;

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

/// Settles changes that a device sent, each once, however often it is sent.
pub(crate) async fn settle(
    app: &App,
    signed: &Signed,
    incarnation: Uuid,
    changes: &[Change],
) -> Result<Vec<Outcome>, ServerError> {
    let mut outcomes = Vec::with_capacity(changes.len());
    for part in changes.chunks(TOGETHER) {
        match together(app, signed, incarnation, part).await {
            Ok(settled) => outcomes.extend(settled),
            // One of them spoils it for the others, or two devices waited for each other: each for itself, then.
            Err(error) if part.len() > 1 => {
                tracing::info!(code = error.code().as_str(), "changes are settled one by one");
                for change in part {
                    outcomes.extend(together(app, signed, incarnation, std::slice::from_ref(change)).await?);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(outcomes)
}

/// Settles changes in one transaction.
async fn together(
    app: &App,
    signed: &Signed,
    incarnation: Uuid,
    changes: &[Change],
) -> Result<Vec<Outcome>, ServerError> {
    let now = app.now();
    let author = Author::from(signed);
    let mut tx = app.db().begin().await?;
    let device = devices::lock(&mut tx, author.device).await?.ok_or(ErrorCode::SignedOut)?;
    if device.revoked_at.is_some() {
        return Err(ErrorCode::DeviceRevoked.into());
    }
    let by = Numbering { ledger: author.ledger, device: author.device, incarnation };
    let mut numbered = changes::numbered(&mut tx, by, changes).await?;
    let mut settled = changes::results(&mut tx, author.ledger, changes, author.actor.user).await?;
    let ids: Vec<Uuid> = changes.iter().map(|change| change.record_id).collect();
    let mut batch = Batch::hold(&mut tx, &ids).await?;
    let (mut outcomes, mut decided, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        let place = match numbered.place(change) {
            Place::Gap => return Err(ErrorCode::SequenceGap.into()),
            Place::Rewound => return Err(ErrorCode::SequenceRewound.into()),
            place => place,
        };
        let known = match settled.get(&change.id) {
            Some(known) => known.clone(),
            None => {
                let mut change = change.clone();
                let result = decide(&mut tx, &mut batch, &author, &mut change, now).await?;
                let known = Settled { ledger: author.ledger, result: result.clone() };
                settled.insert(change.id, known.clone());
                decided.push((change, result));
                known
            }
        };
        if place == Place::Next {
            numbers.push((known.ledger, change.sequence, change.id));
        }
        let record = visible(&batch, &author.actor, change);
        let mut result = known.result;
        if let (None, ChangeResult::Conflict { conflicts }) = (&record, &mut result) {
            // An answer of before, to somebody who may not see any more what stood there.
            conflicts.iter_mut().for_each(|conflict| conflict.theirs = None);
        }
        outcomes.push(Outcome { change: change.id, result, record });
    }
    batch.close(&mut tx).await?;
    changes::remember(&mut tx, &author, now, &decided).await?;
    changes::number(&mut tx, by, &numbers).await?;
    tx.commit().await?;
    for (change, outcome) in changes.iter().zip(&outcomes) {
        after_commit(app, &author, change, &outcome.result).await?;
    }
    Ok(outcomes)
}

/// Settles a change that came through the API.
pub(crate) async fn settle_api(
    app: &App,
    author: &Author,
    mut change: Change,
) -> Result<Outcome, ServerError> {
    let now = app.now();
    let mut tx = app.db().begin().await?;
    let mut batch = Batch::hold(&mut tx, &[change.record_id]).await?;
    let result = decide(&mut tx, &mut batch, author, &mut change, now).await?;
    let record = visible(&batch, &author.actor, &change);
    batch.close(&mut tx).await?;
    let decided = [(change, result)];
    changes::remember(&mut tx, author, now, &decided).await?;
    tx.commit().await?;
    let [(change, result)] = decided;
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

/// Decides about a change that is new.
async fn decide(
    connection: &mut PgConnection,
    batch: &mut Batch,
    author: &Author,
    change: &mut Change,
    now: Timestamp,
) -> Result<ChangeResult, ServerError> {
    let limit = now.plus_millis(AHEAD_MILLIS);
    change.made_at = Stamp { device: author.device, ..change.made_at.clamped(limit) };
    match take(connection, batch, author, change, now).await {
        Ok(result) => Ok(result),
        Err(Stop::Failed(error)) => Err(error),
        Err(Stop::Refused { code, field }) => Ok(refuse(batch, author, change, now, code, field)),
    }
}

/// Does what a change wants. Whoever refuses it has written nothing.
async fn take(
    connection: &mut PgConnection,
    batch: &mut Batch,
    author: &Author,
    change: &Change,
    now: Timestamp,
) -> Result<ChangeResult, Stop> {
    if change.actor != author.actor.user {
        return Err(ErrorCode::NotAllowed.into());
    }
    storable(change)?;
    if batch.is_of_another(change.entity, change.record_id) {
        return Err(ErrorCode::NotFound.into());
    }
    let mut plan = match change.entity {
        Feature::Customers => customers::plan(connection, batch, author, change, now).await?,
        Feature::Tags => tags::plan(connection, batch, author, change).await?,
        Feature::Cases => cases::plan(connection, batch, author, change).await?,
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
        batch.put(connection, plan.before, after, entry).await?;
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
fn refuse(
    batch: &mut Batch,
    author: &Author,
    change: &mut Change,
    now: Timestamp,
    code: ErrorCode,
    field: Option<String>,
) -> ChangeResult {
    if storable(change).is_err() {
        change.fields = FieldChanges::new();
        change.reason = None;
    }
    if matches!(code, ErrorCode::NotAllowed | ErrorCode::NotFound) {
        let chain = audits::chain_of(Some(change.entity), author.actor.branch);
        batch.note(chain, refusal(author, (change.entity, change.record_id), now));
    }
    ChangeResult::Refused { code, field }
}

fn refusal(author: &Author, about: (Feature, Uuid), now: Timestamp) -> Entry {
    let mut entry = Entry::new("refused", now, Some(author.actor.user)).about(about.0, about.1);
    entry.device = Some(author.device);
    entry
}

/// Writes into the audit that somebody reached for what is not theirs.
pub(crate) async fn note_refusal(
    connection: &mut PgConnection,
    author: &Author,
    about: (Feature, Uuid),
    now: Timestamp,
) -> Result<(), ServerError> {
    audits::append(connection, author.actor.branch, &refusal(author, about, now)).await
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

/// Writes one record with everything that goes with it.
pub(crate) async fn put(
    connection: &mut PgConnection,
    before: Option<Record>,
    after: Record,
    entry: Entry,
) -> Result<(), ServerError> {
    let mut batch = Batch::default();
    batch.put(connection, before, after, entry).await?;
    batch.close(connection).await
}

/// The record as it is now, if its author may see it.
fn visible(batch: &Batch, actor: &Actor, change: &Change) -> Option<Record> {
    batch.find(change.entity, change.record_id).filter(|record| may_see(actor, record)).cloned()
}

/// Whether a user may see a record.
pub(crate) fn may_see(actor: &Actor, record: &Record) -> bool {
    let Some(permission) = permission_to_see(record.entity) else { return true };
    let customer = Customer(record);
    actor.may_on(permission, customer.owner(), customer.branch()).is_ok()
}

/// Whether a change is of something that was there before: also one that was made before the server had heard of it. If that was
/// refused, half a record would come of it.
fn is_edit(change: &Change) -> bool {
    let had = change.fields.values().any(|field| field.base.is_some());
    change.base_revision != 0 || had || change.fields.contains_key(DELETED)
}

/// `deleted` is `"1"` or nothing.
fn check_deleted(fields: &FieldChanges) -> Result<(), Stop> {
    match fields.get(DELETED).and_then(|change| change.new.as_deref()) {
        None | Some("1") => Ok(()),
        Some(_) => Err(Stop::refused(ErrorCode::ChoiceUnknown, DELETED)),
    }
}
