//! Suspicious-transaction cases, for those who work on them.

use crate::Client;
use crate::client::Open;
use crate::contract::cases::{CaseView, OpenCase, UpdateCase};
use crate::customers::allowed;
use crate::error::{ClientError, about};
use lq_domain::access::Permission;
use lq_domain::cases::{
    CONCLUSION, Case, CaseState, NARRATIVE, STATE, blank, check, keep_together, opened, parse_text,
};
use lq_domain::feature::Feature;
use lq_domain::ids::{BranchId, CaseId};
use lq_domain::record::{FieldValue, Record};
use lq_protocol::error::{ApiError, ErrorCode};
use lq_store::WriteTx;
use lq_store::cases::KnownCase;
use std::collections::BTreeMap;

type Wanted = BTreeMap<String, FieldValue>;

impl Client {
    /// All cases: those that are open first, and of these the one that was changed last.
    ///
    /// # Errors
    /// `not_allowed`.
    pub async fn cases_list(&self, (): ()) -> Result<Vec<CaseView>, ClientError> {
        let open = self.open()?;
        open.may(Permission::CasesEdit)?;
        views(&open).await
    }

    /// Opens a case of a customer.
    ///
    /// # Errors
    /// What is wrong with the narrative; `not_found`, `not_allowed`.
    pub async fn cases_open(&self, input: OpenCase) -> Result<CaseView, ClientError> {
        let open = self.open()?;
        let actor = open.may(Permission::CasesEdit)?;
        let narrative = text(NARRATIVE, &input.narrative)?;
        let mut tx = open.store.write().await?;
        let customer = tx.record(Feature::Customers, input.customer.0).await?;
        let customer = customer.filter(|customer| !customer.deleted()).ok_or(ErrorCode::NotFound)?;
        allowed(&actor, Permission::CasesEdit, &customer)?;
        let id = CaseId::new(self.clock().now(), self.random());
        write(&open, tx, &blank(id, self.clock().now()), &opened(&customer, &narrative)).await?;
        view(&open, id).await
    }

    /// Goes on with a case, concludes it, or opens it once more.
    ///
    /// # Errors
    /// What is wrong with the texts; `not_found`, `not_allowed`; `revision_old` when it was changed meanwhile.
    pub async fn cases_update(&self, input: UpdateCase) -> Result<CaseView, ClientError> {
        let open = self.open()?;
        open.may(Permission::CasesEdit)?;
        let conclusion = match input.state {
            CaseState::Open => None,
            _ => Some(text(CONCLUSION, &input.conclusion)?),
        };
        let wanted = BTreeMap::from([
            (NARRATIVE.to_owned(), Some(text(NARRATIVE, &input.narrative)?)),
            (STATE.to_owned(), Some(input.state.as_str().to_owned())),
            (CONCLUSION.to_owned(), conclusion),
        ]);
        let mut tx = open.store.write().await?;
        let before = tx.record(Feature::Cases, input.id.0).await?.ok_or(ErrorCode::NotFound)?;
        if before.revision != input.revision {
            return Err(ErrorCode::RevisionOld.into());
        }
        write(&open, tx, &before, &wanted).await?;
        view(&open, input.id).await
    }
}

fn text(field: &str, typed: &str) -> Result<String, ApiError> {
    parse_text(typed).map_err(|problem| about(field, &problem))
}

async fn write(
    open: &Open,
    mut tx: WriteTx<'_>,
    before: &Record,
    wanted: &Wanted,
) -> Result<(), ClientError> {
    let mut fields = before.diff(wanted);
    if fields.is_empty() {
        return Ok(());
    }
    keep_together(before, &mut fields);
    let mut after = before.clone();
    for (field, change) in &fields {
        after.set(field, change.new.clone());
    }
    check(&after).map_err(|wrong| about(wrong.field, &wrong.problem))?;
    tx.change(open.by_form(Feature::Cases, before.id, fields)).await?;
    Ok(tx.commit().await?)
}

async fn view(open: &Open, id: CaseId) -> Result<CaseView, ClientError> {
    let all = views(open).await?;
    Ok(all.into_iter().find(|case| case.id == id).ok_or(ErrorCode::NotFound)?)
}

async fn views(open: &Open) -> Result<Vec<CaseView>, ClientError> {
    let branches: BTreeMap<BranchId, String> =
        open.store.branches().await?.into_iter().map(|branch| (branch.id, branch.name)).collect();
    Ok(open.store.cases().await?.iter().filter_map(|case| shown(case, &branches)).collect())
}

fn shown(known: &KnownCase, branches: &BTreeMap<BranchId, String>) -> Option<CaseView> {
    let record = &known.record;
    let case = Case(record);
    let branch = case.branch();
    Some(CaseView {
        id: case.id(),
        customer: case.customer()?,
        name: case.name().to_owned(),
        customer_here: known.customer_here,
        branch,
        branch_name: branch.and_then(|branch| branches.get(&branch)).cloned().unwrap_or_default(),
        state: case.state(),
        narrative: case.narrative().to_owned(),
        conclusion: case.conclusion().map(str::to_owned),
        opened_at: record.created_at,
        updated_at: record.updated_at,
        revision: record.revision,
        sync: known.sync,
    })
}
