//! The formats of files: CSV in two encodings, and XLSX.

use super::beside::Beside;
use super::cells::{Cell, csv_text};
use crate::contract::files::ExportFormat;
use crate::error::ClientError;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// Bytes gathered before they are encoded and written.
const CHUNK: usize = 256 * 1024;
/// Fen of a yuan.
const MINOR: f64 = 100.0;
/// Width of a column in characters.
const COLUMN_WIDTH: f64 = 18.0;

/// A file in the making, row by row.
pub(super) struct Sheet {
    rows: Rows,
    beside: Beside,
    file: File,
}

enum Rows {
    Csv { writer: Box<csv::Writer<Vec<u8>>>, gb18030: bool },
    Xlsx(Box<Book>),
}

struct Book {
    workbook: Workbook,
    amount: Format,
    next: u32,
}

impl Sheet {
    /// Begins a file with its headers.
    pub(super) fn begin(
        format: ExportFormat,
        target: &Path,
        mark: &str,
        headers: &[&str],
    ) -> Result<Self, ClientError> {
        let (beside, mut file) = Beside::begin(target, mark)?;
        let rows = match format {
            ExportFormat::Xlsx => Rows::Xlsx(Box::new(book(target, headers).map_err(xlsx)?)),
            ExportFormat::Csv => {
                // By this mark Excel knows the encoding.
                file.write_all("\u{feff}".as_bytes())?;
                Rows::Csv { writer: Box::new(csv_writer(headers)?), gb18030: false }
            }
            ExportFormat::CsvGb18030 => Rows::Csv { writer: Box::new(csv_writer(headers)?), gb18030: true },
        };
        Ok(Self { rows, beside, file })
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), ClientError> {
        match &mut self.rows {
            Rows::Csv { writer, gb18030 } => {
                let texts: Vec<_> = cells.iter().map(csv_text).collect();
                writer.write_record(texts.iter().map(|text| text.as_bytes())).map_err(csv_error)?;
                if writer.get_ref().len() >= CHUNK {
                    write_out(writer, *gb18030, &mut self.file)?;
                }
                Ok(())
            }
            Rows::Xlsx(book) => book.row(cells).map_err(xlsx),
        }
    }

    /// Ends the file; it still stands beside its place.
    pub(super) fn finish(mut self) -> Result<Beside, ClientError> {
        match self.rows {
            Rows::Csv { mut writer, gb18030 } => write_out(&mut writer, gb18030, &mut self.file)?,
            Rows::Xlsx(mut book) => {
                let mut buffered = BufWriter::new(&mut self.file);
                book.workbook.save_to_writer(&mut buffered).map_err(xlsx)?;
                buffered.flush()?;
            }
        }
        self.file.sync_all()?;
        Ok(self.beside)
    }
}

fn csv_writer(headers: &[&str]) -> Result<csv::Writer<Vec<u8>>, ClientError> {
    let mut builder = csv::WriterBuilder::new();
    builder.terminator(csv::Terminator::CRLF);
    let mut writer = builder.from_writer(Vec::with_capacity(2 * CHUNK));
    writer.write_record(headers).map_err(csv_error)?;
    Ok(writer)
}

fn write_out(writer: &mut csv::Writer<Vec<u8>>, gb18030: bool, file: &mut File) -> Result<(), ClientError> {
    writer.flush()?;
    let headless = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let full = std::mem::replace(writer, headless);
    let bytes = full.into_inner().map_err(|_| ClientError::Internal("csv buffer"))?;
    if gb18030 {
        let text = String::from_utf8(bytes).map_err(|_| ClientError::Internal("csv text"))?;
        file.write_all(&encoding_rs::GB18030.encode(&text).0)?;
    } else {
        file.write_all(&bytes)?;
    }
    Ok(())
}

fn book(target: &Path, headers: &[&str]) -> Result<Book, XlsxError> {
    let mut workbook = Workbook::new();
    // Rows that don't fit into memory go to files without a name, in the folder that gets the whole file anyway.
    workbook.set_tempdir(target.parent().unwrap_or(target))?;
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, header) in (0..).zip(headers) {
        sheet.set_column_width(column, COLUMN_WIDTH)?;
        sheet.write_string_with_format(0, column, *header, &bold)?;
    }
    Ok(Book { workbook, amount: Format::new().set_num_format("#,##0.00"), next: 1 })
}

impl Book {
    fn row(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        let Self { workbook, amount, next } = self;
        let sheet = workbook.worksheet_from_index(0)?;
        for (column, cell) in (0..).zip(cells) {
            write_cell(sheet, *next, column, cell, amount)?;
        }
        *next += 1;
        Ok(())
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    amount: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, text)?;
        }
        Cell::Amount(minor) => {
            #[expect(clippy::cast_precision_loss, reason = "amounts are below 2^53")]
            sheet.write_number_with_format(row, column, *minor as f64 / MINOR, amount)?;
        }
    }
    Ok(())
}

fn csv_error(error: csv::Error) -> ClientError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ClientError::File(error),
        _ => ClientError::Internal("csv row"),
    }
}

fn xlsx(error: XlsxError) -> ClientError {
    match error {
        XlsxError::IoError(error) => ClientError::File(error),
        _ => ClientError::Internal("xlsx sheet"),
    }
}
