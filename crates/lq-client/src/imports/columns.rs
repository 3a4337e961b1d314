//! What a file's columns are: their names, and the fields they seem to be.

use super::names;
use super::table::{self, Format, Line};
use crate::contract::files::{FileOptions, Target};
use crate::error::ClientError;
use chrono::NaiveDate;
use lq_domain::customers::{Field, is_assigned, parse_field};
use lq_domain::ids::CustomerId;
use lq_domain::values::{Email, Mobile, ResidentId, Uscc};
use lq_protocol::error::ErrorCode;
use std::collections::BTreeSet;

/// Rows shown and guessed by.
pub(super) const SAMPLE: usize = 20;

/// A file as it was understood.
pub(super) struct Understood {
    pub(super) format: Format,
    pub(super) options: FileOptions,
    pub(super) sheets: Vec<String>,
    pub(super) names: Vec<String>,
    pub(super) sample: Vec<Vec<String>>,
    pub(super) rows: u32,
}

/// Reads a whole file once: how it is read, what its columns are, how many rows it has.
pub(super) fn understand(bytes: &[u8], wanted: Option<&FileOptions>) -> Result<Understood, ClientError> {
    let open = FileOptions { encoding: None, delimiter: None, sheet: None, header: true };
    let mut options = table::settle(bytes, wanted.unwrap_or(&open))?;
    let format = table::format(bytes)?;
    let sheets = if format == Format::Xlsx { table::sheets(bytes)? } else { Vec::new() };
    let mut head: Vec<Line> = Vec::new();
    let mut rows = 0_u32;
    table::each_row(bytes, &options, &mut |line| {
        rows += 1;
        if head.len() <= SAMPLE {
            head.push(line);
        }
        Ok(())
    })?;
    let first = head.first().ok_or(ErrorCode::FileEmpty)?;
    if wanted.is_none() {
        options.header = is_header(&first.cells);
    }
    let names = column_names(&head, options.header);
    if options.header {
        head.remove(0);
        rows -= 1;
    }
    if rows == 0 {
        return Err(ErrorCode::FileEmpty.into());
    }
    let mut sample: Vec<Vec<String>> = head.into_iter().take(SAMPLE).map(|line| line.cells).collect();
    for cells in &mut sample {
        cells.resize(names.len(), String::new());
    }
    Ok(Understood { format, options, sheets, names, sample, rows })
}

/// The names of the columns, from the first rows alone.
pub(super) fn names_of(bytes: &[u8], options: &FileOptions) -> Result<Vec<String>, ClientError> {
    let mut head: Vec<Line> = Vec::new();
    let read = table::each_row(bytes, options, &mut |line| {
        head.push(line);
        if head.len() > SAMPLE { Err(ErrorCode::Cancelled.into()) } else { Ok(()) }
    });
    if head.len() <= SAMPLE {
        read?;
    }
    Ok(column_names(&head, options.header))
}

/// Whether a row names columns rather than being the first customer.
fn is_header(cells: &[String]) -> bool {
    if cells.iter().any(|cell| names::field(cell).is_some()) {
        return true;
    }
    let distinct: BTreeSet<&str> = cells.iter().map(|cell| cell.trim()).collect();
    let looks_like_data = |cell: &String| {
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        cell.contains('@') || digits * 2 > cell.chars().count()
    };
    distinct.len() == cells.len() && !cells.iter().any(looks_like_data)
}

/// The columns' names, each its own; columns without one are called as a spreadsheet calls them.
fn column_names(head: &[Line], header: bool) -> Vec<String> {
    let first = head.first().map(|line| line.cells.as_slice()).unwrap_or_default();
    let filled =
        |cells: &[String]| cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1);
    let width = if header {
        filled(first)
            .max(head.iter().skip(1).map(|line| filled(&line.cells).min(first.len())).max().unwrap_or(0))
    } else {
        head.iter().map(|line| line.cells.len()).max().unwrap_or(0)
    };
    let mut names: Vec<String> = Vec::with_capacity(width);
    for index in 0..width {
        let cell = first.get(index).map(|cell| cell.trim()).filter(|cell| header && !cell.is_empty());
        let name = cell.map_or_else(|| letters(index), str::to_owned);
        let again = (2..).map(|count| format!("{name} ({count})"));
        let free = std::iter::once(name.clone()).chain(again).find(|name| !names.contains(name));
        names.push(free.unwrap_or(name));
    }
    names
}

fn letters(index: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(index % 26).unwrap_or_default());
    if index < 26 { letter.to_string() } else { format!("{}{letter}", letters(index / 26 - 1)) }
}

/// Whether the file is one of ours that names each row's customer in this column.
pub(super) fn is_identity(name: &str) -> bool {
    names::is_identity(name)
}

/// The columns that an error file adds: row number and cause, when it has both.
pub(super) fn error_columns(columns: &[String]) -> BTreeSet<usize> {
    let found: BTreeSet<usize> =
        (0..columns.len()).filter(|index| names::is_error_column(&columns[*index])).collect();
    if found.len() == 2 { found } else { BTreeSet::new() }
}

/// Where each column seems to go.
pub(super) fn guess(
    columns: &[String],
    header: bool,
    sample: &[Vec<String>],
    today: NaiveDate,
) -> Vec<Target> {
    let errors = error_columns(columns);
    let is_ours = columns.iter().any(|name| is_identity(name));
    let mut taken: BTreeSet<Field> = BTreeSet::new();
    let mut targets = Vec::with_capacity(columns.len());
    for (index, name) in columns.iter().enumerate() {
        let cells: Vec<&str> = sample
            .iter()
            .filter_map(|row| row.get(index))
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty())
            .collect();
        let is_id = !cells.is_empty() && cells.iter().all(|cell| CustomerId::parse(cell).is_some());
        if errors.contains(&index) || (is_id && is_identity(name)) {
            targets.push(Target::Skip);
            continue;
        }
        let named = names::field(name).filter(|_| header);
        if named.is_some_and(is_assigned) {
            // Our own exports name owner and branch as this device knows them. What another program's file calls so may be
            // anything, so its customers are the importing user's unless the user says otherwise.
            let field = named.filter(|field| is_ours && taken.insert(*field));
            targets.push(field.map_or(Target::Extra, |field| Target::Field { field }));
            continue;
        }
        let named = named.filter(|field| fits(*field, &cells, today));
        let field = named.or_else(|| by_shape(&cells, header, today)).filter(|field| taken.insert(*field));
        targets.push(field.map_or(Target::Extra, |field| Target::Field { field }));
    }
    targets
}

fn most(cells: &[&str], is: impl Fn(&str) -> bool) -> bool {
    cells.iter().filter(|cell| is(cell)).count() * 2 > cells.len()
}

/// Names that are also used for other things count only when the values agree.
fn fits(field: Field, cells: &[&str], today: NaiveDate) -> bool {
    match field {
        Field::Name
        | Field::DocumentNumber
        | Field::Email
        | Field::Address
        | Field::Notes
        | Field::Phones => true,
        Field::Occupation | Field::Employer | Field::Tags | Field::Uscc => true,
        Field::Extra => cells.iter().all(|cell| cell.starts_with('{')),
        _ if cells.is_empty() => true,
        Field::Mobile => !most(cells, |cell| Mobile::parse(cell).is_err() && cell.contains(['-', '(', '（'])),
        _ => {
            most(cells, |cell| parse_field(field, &names::worded(field, cell), "resident_id", today).is_ok())
        }
    }
}

fn by_shape(cells: &[&str], header: bool, today: NaiveDate) -> Option<Field> {
    if cells.is_empty() {
        return None;
    }
    let is_name = |cell: &str| {
        (2..=4).contains(&cell.chars().count()) && cell.chars().all(|c| matches!(c, '\u{4E00}'..='\u{9FFF}'))
    };
    let gender = ["男", "女", "male", "female"];
    let shape = |cell: &str| match cell {
        _ if ResidentId::parse(cell, today).is_ok() => Some(Field::DocumentNumber),
        _ if Uscc::parse(cell).is_ok() => Some(Field::Uscc),
        _ if Mobile::parse(cell).is_ok() => Some(Field::Mobile),
        _ if Email::parse(cell).is_ok() => Some(Field::Email),
        _ if gender.contains(&cell.to_lowercase().as_str()) => Some(Field::Gender),
        _ => None,
    };
    let shapes = [Field::DocumentNumber, Field::Uscc, Field::Mobile, Field::Email, Field::Gender];
    let found = shapes.into_iter().find(|field| most(cells, |cell| shape(cell) == Some(*field)));
    // Under a name of its own a column of short words may be anything.
    found.or_else(|| (!header && most(cells, is_name)).then_some(Field::Name))
}
