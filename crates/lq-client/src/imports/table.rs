//! Files as rows of cells: CSV and XLSX alike.

use super::packed;
use super::physical::{PhysicalLines, line_ends};
use super::text;
use crate::contract::files::FileOptions;
use crate::error::ClientError;
use crate::exports::cells::read_back;
use calamine::{DataRef, Reader as _, Xlsx};
use lq_protocol::error::ErrorCode;
use std::io::{Cursor, Read};

/// Characters that may stand between cells, the likelier first.
const DELIMITERS: [u8; 4] = *b",\t;|";
/// Bytes of text that the delimiter is found by.
const HEAD: u64 = 64 * 1024;
/// Columns of a sheet, by the format. A cell that says it stands further right would make room for all before it.
const COLUMNS_MAX: usize = 16_384;
/// From here on a spreadsheet's number has lost digits.
const WHOLE_BELOW: f64 = 1e15;

/// A row of a file.
#[derive(Clone)]
pub(super) struct Line {
    /// Counts from 1, with the header, as a spreadsheet that shows the file does: an empty line is a row, and a line break
    /// inside a cell begins none.
    pub(super) row: u32,
    /// The cells.
    pub(super) cells: Vec<String>,
}

/// A kind of file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    Xlsx,
}

impl Format {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }
}

/// The kind of a file, by its first bytes.
pub(super) fn format(bytes: &[u8]) -> Result<Format, ClientError> {
    match bytes {
        [] => Err(ErrorCode::FileEmpty.into()),
        [b'P', b'K', 3, 4, ..] => Ok(Format::Xlsx),
        // Old Excel workbooks and PDF.
        [0xD0, 0xCF, 0x11, 0xE0, ..] | [b'%', b'P', b'D', b'F', b'-', ..] => Err(ErrorCode::FileKind.into()),
        _ => Ok(Format::Csv),
    }
}

/// Lets the reader of workbooks do something. What it computes with numbers that a hostile file made up may overflow, in which it
/// panics: then the file can't be read, and nothing else happens.
fn guarded<T, E>(work: impl FnOnce() -> Result<T, E>, code: ErrorCode) -> Result<T, ErrorCode> {
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    done.map_or(Err(code), |done| done.map_err(|_| code))
}

fn workbook(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>, ClientError> {
    Ok(guarded(|| Xlsx::new(Cursor::new(bytes)), ErrorCode::FileKind)?)
}

/// The sheets of a workbook.
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<String>, ClientError> {
    Ok(workbook(bytes)?.sheet_names())
}

/// The first sheet with anything in it: some workbooks begin with a cover.
fn first_filled(bytes: &[u8]) -> Result<Option<String>, ClientError> {
    let mut workbook = workbook(bytes)?;
    for sheet in workbook.sheet_names() {
        let begins = |workbook: &mut Xlsx<Cursor<&[u8]>>| -> Result<bool, calamine::XlsxError> {
            Ok(workbook.worksheet_cells_reader(&sheet)?.next_cell()?.is_some())
        };
        if guarded(|| begins(&mut workbook), ErrorCode::FileUnreadable).is_ok_and(|filled| filled) {
            return Ok(Some(sheet));
        }
    }
    Ok(None)
}

/// Fills in what the options leave open.
pub(super) fn settle(bytes: &[u8], options: &FileOptions) -> Result<FileOptions, ClientError> {
    let mut settled = options.clone();
    match format(bytes)? {
        Format::Csv => {
            settled.sheet = None;
            let encoding = options.encoding.or_else(|| text::detect(bytes)).ok_or(ErrorCode::FileEncoding)?;
            settled.encoding = Some(encoding);
            if settled.delimiter.as_ref().is_none_or(|delimiter| delimiter.len() != 1) {
                let mut head = Vec::new();
                text::reader(bytes, encoding).take(HEAD).read_to_end(&mut head).map_err(undecoded)?;
                settled.delimiter = Some(char::from(delimiter(&head)).to_string());
            }
        }
        Format::Xlsx => {
            packed::check(bytes)?;
            (settled.encoding, settled.delimiter) = (None, None);
            let known =
                options.sheet.clone().filter(|sheet| sheets(bytes).is_ok_and(|all| all.contains(sheet)));
            let sheet = known.map_or_else(|| first_filled(bytes), |sheet| Ok(Some(sheet)))?;
            settled.sheet = Some(sheet.ok_or(ErrorCode::FileEmpty)?);
        }
    }
    Ok(settled)
}

fn undecoded(error: std::io::Error) -> ClientError {
    if error.kind() == std::io::ErrorKind::InvalidData {
        ErrorCode::FileEncoding.into()
    } else {
        error.into()
    }
}

/// The character that cuts the first rows into most cells, equally many in each.
fn delimiter(head: &[u8]) -> u8 {
    let score = |delimiter: &u8| {
        let mut reader = csv_reader(head, *delimiter);
        let widths: Vec<usize> =
            reader.byte_records().take(20).map_while(Result::ok).map(|record| record.len()).collect();
        let first = widths.first().copied().unwrap_or_default();
        let alike = widths.iter().filter(|width| **width == first).count();
        // The last record may be cut by the end of the head.
        let even = alike + 1 >= widths.len();
        if first > 1 { first + if even { 1000 } else { 0 } } else { 0 }
    };
    // The first of the best: `max_by_key` takes the last.
    DELIMITERS.iter().rev().copied().max_by_key(score).unwrap_or(b',')
}

fn csv_reader<R: Read>(reader: R, delimiter: u8) -> csv::Reader<R> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(reader)
}

/// Hands out every row that is not empty, the header too.
pub(super) fn each_row(
    bytes: &[u8],
    options: &FileOptions,
    take: &mut dyn FnMut(Line) -> Result<(), ClientError>,
) -> Result<(), ClientError> {
    match format(bytes)? {
        Format::Csv => each_csv_row(bytes, options, take),
        Format::Xlsx => each_xlsx_row(bytes, options.sheet.as_deref().unwrap_or_default(), take),
    }
}

fn each_csv_row(
    bytes: &[u8],
    options: &FileOptions,
    take: &mut dyn FnMut(Line) -> Result<(), ClientError>,
) -> Result<(), ClientError> {
    let encoding = options.encoding.ok_or(ErrorCode::FileEncoding)?;
    let delimiter = options.delimiter.as_ref().and_then(|delimiter| delimiter.bytes().next()).unwrap_or(b',');
    let mut reader = csv_reader(PhysicalLines::new(text::reader(bytes, encoding)), delimiter);
    let mut record = csv::StringRecord::new();
    // Line breaks inside the cells so far.
    let mut inside = 0;
    loop {
        let from = reader.position().byte();
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(error) => {
                return Err(match error.into_kind() {
                    csv::ErrorKind::Io(error) => undecoded(error),
                    _ => ErrorCode::FileEncoding.into(),
                });
            }
        }
        let row = reader.get_mut().line_from(from).saturating_sub(inside);
        inside += record.iter().map(line_ends).sum::<u32>();
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            take(Line { row, cells: record.iter().map(|cell| read_back(cell).to_owned()).collect() })?;
        }
    }
}

fn each_xlsx_row(
    bytes: &[u8],
    sheet: &str,
    take: &mut dyn FnMut(Line) -> Result<(), ClientError>,
) -> Result<(), ClientError> {
    let mut workbook = workbook(bytes)?;
    let mut cells = guarded(|| workbook.worksheet_cells_reader(sheet), ErrorCode::FileUnreadable)?;
    let mut line = Line { row: 0, cells: Vec::new() };
    let mut flush = |line: &mut Line| {
        let full = Line { row: line.row, cells: std::mem::take(&mut line.cells) };
        if full.cells.iter().any(|cell| !cell.trim().is_empty()) { take(full) } else { Ok(()) }
    };
    while let Some(cell) = guarded(|| cells.next_cell(), ErrorCode::FileUnreadable)? {
        let (row, column) = cell.get_position();
        if line.row != row + 1 {
            flush(&mut line)?;
            line.row = row + 1;
        }
        let column = column as usize;
        if column >= COLUMNS_MAX {
            return Err(ErrorCode::FileUnreadable.into());
        }
        if line.cells.len() <= column {
            line.cells.resize(column + 1, String::new());
        }
        line.cells[column] = cell_text(cell.get_value());
    }
    flush(&mut line)
}

fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.abs() < WHOLE_BELOW => number.to_string(),
        // An 18-digit number kept as a number is no longer that number: this form fits no field, so the row is told.
        DataRef::Float(number) => format!("{number:E}"),
        DataRef::DateTime(at) if at.is_duration() => at.as_f64().to_string(),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) {
                return date;
            }
            format!("{date} {hour:02}:{minute:02}:{second:02}")
        }
    }
}
