//! Rows of cells with their columns, from whatever way a delivery is written.

use super::report::{BadLine, Report, cell};
use super::text::{encoding_of, text_of};
use super::{CHUNK, Delivery, Format};
use crate::error::ServerError;
use csv::{Position, ReaderBuilder, StringRecord, Trim};
use lq_domain::columns::CellProblem;
use lq_protocol::error::{ApiError, ErrorCode};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A row with the line on which it begins.
pub(super) type Row = Result<(u64, StringRecord), BadLine>;

/// How headings and words name the columns of one kind of delivery.
pub(super) trait Columns: Copy + Eq + Send + Sync + 'static {
    /// Every column.
    const ALL: &'static [Self];
    /// Columns without which there is nothing to take.
    const NEEDED: &'static [Self];
    /// The column with a heading.
    fn of(heading: &str) -> Option<Self>;
    /// The column's word.
    fn word(self) -> &'static str;
}

/// Rows and what their cells mean.
pub(super) struct Table<C> {
    /// The column of each cell.
    pub(super) columns: Vec<Option<C>>,
    /// The rows.
    pub(super) rows: Box<dyn Iterator<Item = Row> + Send>,
}

/// The lines of a table, which is read beside whoever takes them.
pub(super) struct Ahead<L> {
    chunks: mpsc::Receiver<(Vec<(u64, L)>, Report)>,
    reading: JoinHandle<()>,
}

impl<L> Ahead<L> {
    /// The next lines, with what was wrong among them added to a report; nothing after the last.
    ///
    /// # Errors
    /// When the reader failed: there may have been more.
    pub(super) async fn lines(&mut self, report: &mut Report) -> Result<Option<Vec<(u64, L)>>, ServerError> {
        if let Some((lines, read)) = self.chunks.recv().await {
            report.add(read);
            return Ok(Some(lines));
        }
        (&mut self.reading).await.map_err(std::io::Error::from)?;
        Ok(None)
    }
}

impl<C: Columns> Table<C> {
    /// Reads the table into lines while those before are written: reading takes about half as long as PostgreSQL does.
    pub(super) fn ahead<L: Send + 'static>(
        mut self,
        line_of: impl for<'r> Fn(&dyn Fn(C) -> &'r str) -> Result<L, CellProblem> + Send + 'static,
    ) -> Ahead<L> {
        let (told, chunks) = mpsc::channel(1);
        let reading = tokio::task::spawn_blocking(move || {
            let mut read = Report::default();
            while let Some(lines) = self.lines(&line_of, &mut read) {
                if told.blocking_send((lines, std::mem::take(&mut read))).is_err() {
                    // Nobody takes them any more.
                    return;
                }
            }
        });
        Ahead { chunks, reading }
    }

    /// The text of a column; nothing when there is none.
    pub(super) fn cell<'r>(columns: &[Option<C>], row: &'r StringRecord, column: C) -> &'r str {
        let at = columns.iter().position(|one| *one == Some(column));
        at.and_then(|at| row.get(at)).unwrap_or_default()
    }

    /// Reads the next rows into lines, as many as are taken together, and notes those that are wrong; nothing after the last row.
    pub(super) fn lines<L>(
        &mut self,
        line_of: &impl for<'r> Fn(&dyn Fn(C) -> &'r str) -> Result<L, CellProblem>,
        report: &mut Report,
    ) -> Option<Vec<(u64, L)>> {
        let before = report.read;
        let mut lines = Vec::with_capacity(CHUNK);
        for row in self.rows.by_ref().take(CHUNK) {
            report.read += 1;
            let read = row.map_err(|bad| (bad.line, bad.error)).and_then(|(line, row)| {
                let cell_of = |column| Self::cell(&self.columns, &row, column);
                line_of(&cell_of).map(|read| (line, read)).map_err(|problem| (line, cell(problem)))
            });
            match read {
                Ok(read) => lines.push(read),
                Err((line, error)) => report.wrong(line, error),
            }
        }
        (report.read > before).then_some(lines)
    }
}

/// Reads a delivery that is no statement.
///
/// # Errors
/// What is wrong with it as a whole: [`ErrorCode::ColumnMissing`], [`ErrorCode::MappingTwice`], [`ErrorCode::FileEncoding`],
/// [`ErrorCode::FileEmpty`], [`ErrorCode::FileForm`].
pub(super) fn read<C: Columns>(delivery: &Delivery<'_>) -> Result<Table<C>, ApiError> {
    let table = match delivery.format {
        Format::Csv => csv(delivery.bytes)?,
        Format::Fixed { layout } => fixed(delivery.bytes, layout)?,
        Format::Json => json(delivery.bytes)?,
        Format::Camt053 => return Err(ErrorCode::FileKind.into()),
    };
    for (at, column) in table.columns.iter().enumerate() {
        if column.is_some() && table.columns[..at].contains(column) {
            return Err(about(ErrorCode::MappingTwice, *column));
        }
    }
    let missing = C::NEEDED.iter().find(|needed| !table.columns.contains(&Some(**needed)));
    match missing {
        Some(column) => Err(about(ErrorCode::ColumnMissing, Some(*column))),
        None => Ok(table),
    }
}

fn about<C: Columns>(code: ErrorCode, column: Option<C>) -> ApiError {
    ApiError::new(code).in_field(column.map_or("", C::word))
}

/// The separator that stands most often in the heading.
fn separator(heading: &str) -> u8 {
    let count = |sign: u8| heading.bytes().filter(|byte| *byte == sign).count();
    // The last of equals wins.
    [b'|', b';', b'\t', b','].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

fn csv<C: Columns>(bytes: &[u8]) -> Result<Table<C>, ApiError> {
    let text = text_of(bytes)?;
    let separator = separator(text.trim_start().lines().next().unwrap_or_default());
    let bytes: Arc<[u8]> = text.as_bytes().into();
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .trim(Trim::Headers)
        .from_reader(Cursor::new(bytes.clone()));
    let heading = reader.headers().map_err(|_| ErrorCode::FileForm)?.clone();
    let width = heading.len();
    let rows = reader.into_records().map(move |record| match record {
        Ok(row) => {
            let line = row.position().map_or(0, |at| first_line(&bytes, at));
            if row.len() == width {
                Ok((line, row))
            } else {
                Err(BadLine { line, error: ErrorCode::RowCells.into() })
            }
        }
        Err(error) => {
            let line = error.position().map_or(0, |at| first_line(&bytes, at));
            Err(BadLine { line, error: ErrorCode::FileForm.into() })
        }
    });
    Ok(Table { columns: heading.iter().map(C::of).collect(), rows: Box::new(rows) })
}

/// The line on which a row's first cell is: the reader counts from the blank lines before it.
fn first_line(bytes: &[u8], at: &Position) -> u64 {
    let from = usize::try_from(at.byte()).unwrap_or(usize::MAX).min(bytes.len());
    let blank = bytes[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + u64::try_from(blank.filter(|byte| **byte == b'\n').count()).unwrap_or_default()
}

/// Where a column lies: bytes from, to, counted from 0, the end not included.
type Span<C> = (C, usize, usize);

fn layout<C: Columns>(text: &str) -> Result<Vec<Span<C>>, ApiError> {
    let bad = || ApiError::new(ErrorCode::RequestForm).in_field("layout");
    let span = |part: &str| {
        let (word, bytes) = part.split_once(':')?;
        let (from, to) = bytes.split_once('-')?;
        let (from, to): (usize, usize) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        (1 <= from && from <= to).then_some((C::of(word)?, from - 1, to))
    };
    text.split(',').map(|part| span(part).ok_or_else(bad)).collect()
}

fn fixed<C: Columns>(bytes: &[u8], text: &str) -> Result<Table<C>, ApiError> {
    let spans: Vec<Span<C>> = layout(text)?;
    text_of(bytes)?;
    let encoding = encoding_of(bytes);
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let columns = spans.iter().map(|(column, ..)| Some(*column)).collect();
    let shortest = spans.iter().map(|(_, from, _)| *from).max().unwrap_or_default();
    let row_of = move |(row, line): (&[u8], u64)| {
        let row = row.strip_suffix(b"\r").unwrap_or(row);
        if row.iter().all(u8::is_ascii_whitespace) {
            return None;
        }
        if row.len() <= shortest {
            return Some(Err(BadLine { line, error: ErrorCode::RowCells.into() }));
        }
        let cell =
            |(_, from, to): &Span<C>| encoding.decode_without_bom_handling(&row[*from..row.len().min(*to)]).0;
        Some(Ok((line, spans.iter().map(cell).collect::<Vec<_>>().iter().map(AsRef::as_ref).collect())))
    };
    let ends: Vec<usize> = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(at, _)| at)
        .chain([bytes.len()])
        .collect();
    let bytes: Arc<[u8]> = bytes.into();
    let mut from = 0;
    let rows = ends.into_iter().zip(1..).filter_map(move |(end, line)| {
        let row = row_of((&bytes[from..end], line));
        from = end + 1;
        row
    });
    Ok(Table { columns, rows: Box::new(rows) })
}

/// A batch as JSON.
#[derive(Deserialize)]
struct Batch {
    rows: Vec<BTreeMap<String, Option<String>>>,
}

fn json<C: Columns>(bytes: &[u8]) -> Result<Table<C>, ApiError> {
    let batch: Batch = serde_json::from_slice(bytes).map_err(|_| ErrorCode::FileForm)?;
    if batch.rows.is_empty() {
        return Err(ErrorCode::FileEmpty.into());
    }
    let rows = batch.rows.into_iter().zip(1..).map(|(row, line)| {
        match row.keys().find(|name| C::of(name).is_none_or(|column| column.word() != name.as_str())) {
            Some(_) => {
                // Of a word that is none of ours nobody knows what it tells.
                Err(BadLine { line, error: ErrorCode::FieldUnknown.into() })
            }
            None => {
                let cell = |column: &C| row.get(column.word()).and_then(Option::as_deref).unwrap_or_default();
                Ok((line, C::ALL.iter().map(cell).collect()))
            }
        }
    });
    Ok(Table { columns: C::ALL.iter().copied().map(Some).collect(), rows: Box::new(rows) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lq_domain::transactions::Column;

    fn rows(format: &Format, bytes: &[u8]) -> Vec<(u64, String)> {
        let delivery = Delivery { format, bytes, strict: false, key: None };
        let table: Table<Column> = read(&delivery).unwrap();
        let columns = table.columns;
        let all = table.rows.map(|row| match row {
            Ok((line, row)) => {
                let cell = |column| Table::cell(&columns, &row, column);
                (line, format!("{}/{}", cell(Column::Reference), cell(Column::Amount)))
            }
            Err(bad) => (bad.line, bad.error.code.as_str().to_owned()),
        });
        all.collect()
    }

    fn problem(format: &Format, bytes: &[u8]) -> (ErrorCode, Option<String>) {
        let delivery = Delivery { format, bytes, strict: false, key: None };
        match read::<Column>(&delivery) {
            Ok(_) => panic!("was read"),
            Err(error) => (error.code, error.field),
        }
    }

    #[test]
    fn a_table_is_read_whatever_separates_its_cells_and_a_short_row_is_named() {
        for separator in [",", "\t", ";", "|"] {
            let text = "账号,流水号,交易时间,金额\n1,LQ1,2026-11-24,5.00\n1,LQ2\n\n1,\"LQ\n3\",2026-11-24,7\n1,LQ4,2026-11-24,8";
            let text = text.replace(',', separator);
            let read = rows(&Format::Csv, text.as_bytes());
            let expected = [(2, "LQ1/5.00"), (3, "row_cells"), (5, "LQ\n3/7"), (7, "LQ4/8")];
            assert_eq!(read, expected.map(|(line, text)| (line, text.to_owned())), "{separator:?}");
        }
    }

    #[test]
    fn columns_at_fixed_bytes_are_read_in_the_banks_encoding() {
        let format = Format::Fixed {
            layout: "account:1-6,reference:7-10,booked_at:11-18,amount:19-26,摘要:27-40".to_owned(),
        };
        let (bytes, ..) = encoding_rs::GB18030
            .encode("622202LQ0120261124    5.00工资\r\n622202\r\n\r\n622202LQ0220261124    7.25奖金");
        assert_eq!(
            rows(&format, &bytes),
            [(1, "LQ01/5.00".to_owned()), (2, "row_cells".to_owned()), (4, "LQ02/7.25".to_owned())].map(
                |(line, text)| (
                    line,
                    text.replace("LQ01/5.00", "LQ01/    5.00").replace("LQ02/7.25", "LQ02/    7.25")
                )
            )
        );
        let format = Format::Fixed { layout: "account:6-1".to_owned() };
        assert_eq!(problem(&format, &bytes), (ErrorCode::RequestForm, Some("layout".to_owned())));
    }

    #[test]
    fn a_batch_names_a_column_that_is_none() {
        let read = rows(
            &Format::Json,
            br#"{"rows":[{"account":"1","reference":"LQ1","amount":"5"},{"colour":"red"}]}"#,
        );
        assert_eq!(read, [(1, "LQ1/5".to_owned()), (2, "field_unknown".to_owned())]);
        assert_eq!(problem(&Format::Json, b"[]").0, ErrorCode::FileForm);
        assert_eq!(problem(&Format::Json, br#"{"rows":[]}"#).0, ErrorCode::FileEmpty);
    }

    #[test]
    fn a_heading_that_lacks_a_column_or_has_it_twice_is_refused() {
        let missing = problem(&Format::Csv, "账号,流水号,金额\n".as_bytes());
        assert_eq!(missing, (ErrorCode::ColumnMissing, Some("booked_at".to_owned())));
        let twice = problem(&Format::Csv, "账号,卡号,流水号,金额,交易时间\n".as_bytes());
        assert_eq!(twice, (ErrorCode::MappingTwice, Some("account".to_owned())));
    }
}
