//! The rows that could not be taken, as a file that can be imported again.

use super::columns;
use super::rows::Fault;
use super::table::Line;
use crate::error::ClientError;
use crate::exports::cells::{Cell, csv_text};
use lq_protocol::error::ErrorCode;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::OnceLock;

/// What an import leaves for its error file.
pub(super) struct BadRows {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<BadRow>,
}

/// A row that could not be taken.
pub(super) struct BadRow {
    pub(super) line: Line,
    pub(super) faults: Vec<Fault>,
}

/// The screen's own words, so that the file says what the screen says.
const CHINESE: &str = include_str!("../../../../ui/locales/zh-CN.json");
const ENGLISH: &str = include_str!("../../../../ui/locales/en.json");

type Words = BTreeMap<String, String>;

#[derive(serde::Deserialize)]
struct WordsFile {
    errors: Words,
}

fn words(chinese: bool) -> &'static Words {
    static WORDS: [OnceLock<Words>; 2] = [OnceLock::new(), OnceLock::new()];
    let text = if chinese { CHINESE } else { ENGLISH };
    WORDS[usize::from(chinese)]
        .get_or_init(|| serde_json::from_str::<WordsFile>(text).map(|file| file.errors).unwrap_or_default())
}

fn worded(code: ErrorCode, params: &BTreeMap<String, String>, chinese: bool) -> String {
    let mut text = words(chinese).get(code.as_str()).map_or(code.as_str(), String::as_str).to_owned();
    for (name, figure) in params {
        text = text.replace(&format!("{{{{{name}}}}}"), figure);
    }
    text
}

fn cause(faults: &[Fault], chinese: bool) -> String {
    let one = |fault: &Fault| {
        let words = worded(fault.code, &fault.params, chinese);
        match &fault.column {
            Some(column) if chinese => format!("{column}：{words}"),
            Some(column) => format!("{column}: {words}"),
            None => words,
        }
    };
    faults.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Writes the rows as CSV in UTF-8 with byte order mark: the file's own columns, row number, cause.
/// A file that is there stays.
pub(super) fn write(path: &Path, bad: &BadRows, chinese: bool) -> Result<(), ClientError> {
    let file = match std::fs::File::create_new(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(ErrorCode::FileExists.into());
        }
        file => file?,
    };
    let written = write_rows(file, bad, chinese);
    if written.is_err() {
        // Half a file would look like the whole.
        let _ = std::fs::remove_file(path);
    }
    written
}

fn write_rows(file: std::fs::File, bad: &BadRows, chinese: bool) -> Result<(), ClientError> {
    let mut file = std::io::BufWriter::new(file);
    file.write_all(b"\xEF\xBB\xBF")?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
    let added = columns::error_columns(&bad.columns);
    let own: Vec<usize> = (0..bad.columns.len()).filter(|index| !added.contains(index)).collect();
    let titles = if chinese { ["行号", "原因"] } else { ["Row", "Cause"] };
    let header = own.iter().map(|index| guarded(&bad.columns[*index])).chain(titles.map(str::to_owned));
    writer.write_record(header).map_err(unwritten)?;
    for row in &bad.rows {
        let cell = |index: &usize| row.line.cells.get(*index).map_or_else(String::new, |cell| guarded(cell));
        let tail = [row.line.row.to_string(), cause(&row.faults, chinese)];
        writer.write_record(own.iter().map(cell).chain(tail)).map_err(unwritten)?;
    }
    writer.flush()?;
    Ok(())
}

/// A cell that a spreadsheet neither computes nor rounds.
fn guarded(cell: &str) -> String {
    csv_text(&Cell::Text(cell.to_owned())).into_owned()
}

fn unwritten(error: csv::Error) -> ClientError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        _ => ClientError::Internal("a row could not be written"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x1_every_cause_has_words_in_both_languages() {
        for code in ErrorCode::ALL {
            for chinese in [true, false] {
                assert!(words(chinese).contains_key(code.as_str()), "{} {chinese}", code.as_str());
            }
        }
    }
}
