//! From a row's cells to a customer's values.

use super::columns;
use super::named::{Cells, Named, Wrong, is_named};
use super::names;
use super::table::Line;
use crate::contract::files::{ImportMode, Target};
use crate::customers::is_own_masked;
use chrono::NaiveDate;
use lq_domain::clock::Timestamp;
use lq_domain::customers::{
    Customer, DuplicateKey, Field, FieldProblem, Typed, duplicate_keys, extra_text, is_masked, new_record,
    parse_field, read,
};
use lq_domain::ids::CustomerId;
use lq_domain::record::{FieldChanges, Record};
use lq_domain::values::{FreeText, ValueProblem};
use lq_protocol::error::ErrorCode;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How the rows of one file are read.
pub(super) struct Plan {
    pub(super) columns: Vec<String>,
    pub(super) targets: Vec<Target>,
    pub(super) mode: ImportMode,
    /// Whether empty cells at the end of a row are left out, as workbooks do.
    pub(super) short_rows: bool,
    pub(super) today: NaiveDate,
    /// Owners, branches and tags by name, as files call them.
    pub(super) named: Named,
    /// What every new customer gets unless the row says otherwise: owner and branch.
    pub(super) assigned: Typed,
}

/// What is wrong with a row.
#[derive(Clone)]
pub(super) struct Fault {
    pub(super) column: Option<String>,
    pub(super) code: ErrorCode,
    pub(super) params: BTreeMap<String, String>,
}

impl Fault {
    pub(super) fn of_row(code: ErrorCode) -> Self {
        Self { column: None, code, params: BTreeMap::new() }
    }
}

/// A row as it was read.
pub(super) struct Reading {
    pub(super) line: Line,
    /// The customer that the row names.
    pub(super) id: Option<CustomerId>,
    /// What proves who the customer is.
    pub(super) keys: Vec<DuplicateKey>,
    typed: Typed,
    /// Cells that name an owner, a branch or tags.
    named: Cells,
    extra: BTreeMap<String, String>,
    /// Cells that fit nowhere, whatever customer the row is of.
    faults: Vec<Fault>,
    /// The values of a new customer, or why there can't be one.
    pub(super) fresh: Result<FieldChanges, Vec<Fault>>,
}

impl Plan {
    /// Reads one row.
    pub(super) fn read(&self, line: Line) -> Reading {
        let mut reading = Reading {
            line,
            id: None,
            keys: Vec::new(),
            typed: Typed::new(),
            named: Cells::new(),
            extra: BTreeMap::new(),
            faults: Vec::new(),
            fresh: Err(Vec::new()),
        };
        self.cells(&mut reading);
        if reading.faults.is_empty() {
            reading.fresh = self.new_customer(&reading);
        }
        reading.keys = self.keys(&reading);
        if self.mode == ImportMode::AddOnly {
            (reading.typed, reading.named, reading.extra) = Default::default();
        }
        reading
    }

    fn cells(&self, reading: &mut Reading) {
        let cells = &reading.line.cells;
        let surplus = cells.iter().skip(self.columns.len()).any(|cell| !cell.trim().is_empty());
        let missing = !self.short_rows && cells.len() < self.last_mapped();
        if surplus || missing {
            reading.faults.push(Fault::of_row(ErrorCode::RowCells));
        }
        for ((name, target), cell) in self.columns.iter().zip(&self.targets).zip(cells) {
            let text = cell.as_str();
            if text.trim().is_empty() {
                continue;
            }
            match target {
                Target::Skip if columns::is_identity(name) => reading.id = CustomerId::parse(text.trim()),
                Target::Skip => {}
                Target::Field { field } if is_named(*field) => {
                    reading.named.insert(*field, text.to_owned());
                }
                Target::Field { field } => {
                    reading.typed.insert(*field, names::worded(*field, text).into_owned());
                }
                Target::Extra => match FreeText::parse(text) {
                    Ok(_) => drop(reading.extra.insert(name.clone(), text.to_owned())),
                    Err(problem) => reading.faults.push(value_fault(name, problem)),
                },
            }
        }
    }

    /// How many cells a row needs at least.
    fn last_mapped(&self) -> usize {
        self.targets
            .iter()
            .rposition(|target| matches!(target, Target::Field { .. }))
            .map_or(0, |last| last + 1)
    }

    fn resolve(&self, cells: &Cells, before: Option<&Record>) -> Result<Typed, Vec<Fault>> {
        let fault = |(field, code): Wrong| Fault { column: self.column_of(field), ..Fault::of_row(code) };
        self.named.resolve(cells, before).map_err(|wrong| wrong.into_iter().map(fault).collect())
    }

    fn new_customer(&self, reading: &Reading) -> Result<FieldChanges, Vec<Fault>> {
        let blank = new_record(CustomerId(Uuid::nil()), Timestamp(0));
        let mut typed = reading.typed.clone();
        typed.extend(self.assigned.clone());
        typed.extend(self.resolve(&reading.named, None)?);
        if let Some(extra) = merged_extra(&blank, &typed, &reading.extra) {
            typed.insert(Field::Extra, extra);
        }
        match read(&blank, &typed, self.today) {
            Ok(read) => Ok(read.changes),
            Err(problems) => Err(self.faults(&problems)),
        }
    }

    /// What proves identity, also in a row that has something else wrong with it.
    fn keys(&self, reading: &Reading) -> Vec<DuplicateKey> {
        let mut record = new_record(CustomerId(Uuid::nil()), Timestamp(0));
        let fields = [Field::Kind, Field::DocumentType, Field::DocumentNumber, Field::Uscc];
        if let Ok(changes) = &reading.fresh {
            for field in fields {
                record.set(field.as_str(), changes.get(field.as_str()).and_then(|change| change.new.clone()));
            }
        } else {
            for field in fields {
                let corporate = record.get(Field::Kind.as_str()) == Some("corporate");
                let usual = if corporate { "business_licence" } else { "resident_id" };
                let document = record.get(Field::DocumentType.as_str()).unwrap_or(usual).to_owned();
                let typed = reading.typed.get(&field).map_or("", String::as_str);
                if let Ok(Some(value)) = parse_field(field, typed, &document, self.today) {
                    if field == Field::DocumentNumber {
                        record.set(Field::DocumentType.as_str(), Some(document));
                    }
                    record.set(field.as_str(), Some(value));
                }
            }
        }
        duplicate_keys(Customer(&record)).into_iter().filter(|key| key.proof).collect()
    }

    /// What the row changes about a customer that exists; empty cells and masked ones change nothing.
    pub(super) fn changes(&self, reading: &Reading, before: &Record) -> Result<FieldChanges, Vec<Fault>> {
        if !reading.faults.is_empty() {
            return Err(reading.faults.clone());
        }
        let same = |field: Field, typed: &str| is_masked(field) && is_own_masked(field, typed, before);
        let differing = reading.typed.iter().filter(|(field, typed)| !same(**field, typed));
        let mut typed: Typed = differing.map(|(field, typed)| (*field, typed.clone())).collect();
        typed.extend(self.resolve(&reading.named, Some(before))?);
        if let Some(extra) = merged_extra(before, &typed, &reading.extra) {
            typed.insert(Field::Extra, extra);
        }
        if typed.is_empty() {
            return Ok(FieldChanges::new());
        }
        read(before, &typed, self.today).map(|read| read.changes).map_err(|problems| self.faults(&problems))
    }

    fn faults(&self, problems: &[FieldProblem]) -> Vec<Fault> {
        problems
            .iter()
            .map(|problem| Fault {
                column: self.column_of(problem.field),
                code: ErrorCode::parse(problem.problem.code()).unwrap_or(ErrorCode::Internal),
                params: problem
                    .problem
                    .params()
                    .into_iter()
                    .map(|(name, figure)| (name.to_owned(), figure))
                    .collect(),
            })
            .collect()
    }

    fn column_of(&self, field: Field) -> Option<String> {
        let at = self.targets.iter().position(|target| *target == Target::Field { field })?;
        self.columns.get(at).cloned()
    }
}

impl Reading {
    /// What is wrong with the row as one of a new customer.
    pub(super) fn new_or_faults(&mut self) -> Result<FieldChanges, Vec<Fault>> {
        if !self.faults.is_empty() {
            return Err(std::mem::take(&mut self.faults));
        }
        std::mem::replace(&mut self.fresh, Err(Vec::new()))
    }
}

fn value_fault(column: &str, problem: ValueProblem) -> Fault {
    Fault {
        column: Some(column.to_owned()),
        code: ErrorCode::parse(problem.code()).unwrap_or(ErrorCode::Internal),
        params: problem.params().into_iter().map(|(name, figure)| (name.to_owned(), figure)).collect(),
    }
}

/// The extra columns of a customer after the row; nothing when they stay as they are.
fn merged_extra(before: &Record, typed: &Typed, cells: &BTreeMap<String, String>) -> Option<String> {
    if cells.is_empty() {
        return None;
    }
    let mut extra = Customer(before).extra();
    if let Some(own) = typed.get(&Field::Extra).and_then(|text| serde_json::from_str(text).ok()) {
        let own: BTreeMap<String, String> = own;
        extra.extend(own);
    }
    extra.extend(cells.clone());
    extra_text(&extra).filter(|text| Some(text.as_str()) != before.get(Field::Extra.as_str()))
}
