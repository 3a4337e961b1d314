//! The bank's audit, looked through at the server.

use crate::Client;
use crate::client::Open;
use crate::contract::audits::{AuditField, AuditPlace, AuditRow, AuditsPage, AuditsPageView};
use crate::error::ClientError;
use lq_domain::access::Permission;
use lq_domain::clock::Timestamp;
use lq_domain::customers::Customer;
use lq_domain::feature::Feature;
use lq_domain::ids::{BranchId, ChangeId, DeviceId, UserId};
use lq_domain::record::FieldValue;
use lq_protocol::audit::{AUDITS_PAGE, AuditQuery, AuditView};
use lq_protocol::error::{ApiError, ErrorCode};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use uuid::Uuid;

impl Client {
    /// Entries of the bank's audit that match, newest first, a page at a time.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`], [`ErrorCode::NotJoined`], [`ErrorCode::ServerUnreachable`] and others.
    pub async fn audits_page(&self, input: AuditsPage) -> Result<AuditsPageView, ClientError> {
        let open = self.open()?;
        open.may(Permission::AuditsRead)?;
        let engine = open.engine().ok_or(ErrorCode::NotJoined)?;
        let found = engine.find_audits(&query(input)?).await?;
        let full = found.len() >= usize::try_from(AUDITS_PAGE).unwrap_or(usize::MAX);
        let next = found.last().filter(|_| full).map(place);
        let mut names = self.names(&open).await?;
        let mut rows = Vec::with_capacity(found.len());
        for entry in found {
            names.learn(&open, &entry).await?;
            rows.push(row(entry, &names));
        }
        Ok(AuditsPageView { rows, next })
    }

    async fn names(&self, open: &Open) -> Result<Names, ClientError> {
        let users = self.users_list(()).await?.into_iter().map(|user| (user.id.0, user.name));
        let branches = open.store.branches().await?.into_iter().map(|branch| (branch.id.0, branch.name));
        Ok(Names { staff: users.chain(branches).collect(), records: BTreeMap::new() })
    }
}

/// Names that this device knows. Those of customers only as far as its user sees them.
struct Names {
    /// People and branches.
    staff: BTreeMap<Uuid, String>,
    /// Customers and tags, as they were asked for; empty when there is no name.
    records: BTreeMap<Uuid, String>,
}

impl Names {
    async fn learn(&mut self, open: &Open, entry: &AuditView) -> Result<(), ClientError> {
        let entity = entry.entity.as_deref().and_then(Feature::parse);
        let Some((entity @ (Feature::Customers | Feature::Tags | Feature::Cases), id)) =
            entity.zip(entry.record)
        else {
            return Ok(());
        };
        if let Entry::Vacant(place) = self.records.entry(id) {
            let record = open.store.record(entity, id).await?.filter(|record| {
                let customer = Customer(record);
                // Whoever may not know of a case has none on the device.
                entity != Feature::Customers || open.actor().sees(customer.owner(), customer.branch())
            });
            let name = record.as_ref().and_then(|record| record.get("name")).unwrap_or_default();
            place.insert(name.to_owned());
        }
        Ok(())
    }

    fn of(&self, id: Option<Uuid>) -> String {
        id.and_then(|id| self.records.get(&id).or_else(|| self.staff.get(&id))).cloned().unwrap_or_default()
    }
}

/// Days become the instants at which they begin and end in China.
fn query(input: AuditsPage) -> Result<AuditQuery, ApiError> {
    let AuditsPage { user, action, record, device, from, to, after } = input;
    let end = match to {
        Some(day) => {
            let next = day.succ_opt().ok_or(ApiError::new(ErrorCode::RequestForm).in_field("to"))?;
            Some(Timestamp::of_china_day(next).0 - 1)
        }
        None => None,
    };
    Ok(AuditQuery {
        record,
        user: user.map(|user| user.0),
        device: device.map(|device| device.0),
        action,
        from: from.map(|day| Timestamp::of_china_day(day).0),
        to: end,
        before_at: after.as_ref().map(|place| place.at.0),
        before_position: after.as_ref().map(|place| place.position),
        before_branch: after.as_ref().map(|place| place.branch.0),
    })
}

fn place(entry: &AuditView) -> AuditPlace {
    AuditPlace {
        at: Timestamp(entry.at),
        position: entry.position,
        branch: BranchId(entry.chain.unwrap_or(entry.branch)),
    }
}

fn row(entry: AuditView, names: &Names) -> AuditRow {
    let values: BTreeMap<String, Option<(FieldValue, FieldValue)>> =
        serde_json::from_value(entry.fields).unwrap_or_default();
    AuditRow {
        branch: BranchId(entry.branch),
        branch_name: names.of(Some(entry.branch)),
        position: entry.position,
        at: Timestamp(entry.at),
        made_at: Timestamp(entry.made_at),
        user: entry.user.map(UserId),
        user_name: names.of(entry.user),
        device: entry.device.map(DeviceId),
        device_name: entry.device_name.unwrap_or_default(),
        action: entry.action,
        record_name: names.of(entry.record),
        entity: entry.entity,
        record: entry.record,
        change: entry.change.map(ChangeId),
        fields: values
            .into_iter()
            .map(|(name, values)| {
                let hidden = values.is_none();
                let (old, new) = values.unwrap_or_default();
                AuditField { name, hidden, old, new }
            })
            .collect(),
        reason: entry.reason,
    }
}
