//! The lines of a text file as they lie in it, empty ones too, which the CSV reader skips without a word.

use std::collections::VecDeque;
use std::io::Read;

/// Counts the lines of what is read through it.
pub(super) struct PhysicalLines<R> {
    source: R,
    /// Bytes read so far.
    read: u64,
    /// Line ends met so far.
    ended: u32,
    /// Whether the last byte was a carriage return, which a line feed may complete.
    returned: bool,
    /// Whether the line being read has a character yet.
    filled: bool,
    /// Where each line that is not empty begins, with its number; only those not asked for yet.
    begun: VecDeque<(u64, u32)>,
}

impl<R> PhysicalLines<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, read: 0, ended: 0, returned: false, filled: false, begun: VecDeque::new() }
    }

    /// The number, from 1, of the first line with anything in it from this byte on. Bytes are asked for in order.
    pub(super) fn line_from(&mut self, byte: u64) -> u32 {
        while self.begun.len() > 1 && self.begun.front().is_some_and(|(at, _)| *at < byte) {
            self.begun.pop_front();
        }
        self.begun.front().map_or(self.ended + 1, |(_, line)| *line)
    }

    fn count(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match byte {
                b'\n' if self.returned => self.returned = false,
                b'\n' | b'\r' => {
                    self.ended += 1;
                    self.returned = byte == b'\r';
                    self.filled = false;
                }
                _ => {
                    if !self.filled {
                        self.begun.push_back((self.read, self.ended + 1));
                    }
                    (self.filled, self.returned) = (true, false);
                }
            }
            self.read += 1;
        }
    }
}

impl<R: Read> Read for PhysicalLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.count(&buffer[..read]);
        Ok(read)
    }
}

/// How many lines end within a text; carriage return and line feed together are one end.
pub(super) fn line_ends(text: &str) -> u32 {
    if !text.contains(['\r', '\n']) {
        return 0;
    }
    let mut lines = PhysicalLines::new(std::io::empty());
    lines.count(text.as_bytes());
    lines.ended
}

#[cfg(test)]
mod tests {
    use super::super::table::each_row;
    use crate::contract::files::{Encoding, FileOptions};

    /// The rows of a file: number and first cell.
    fn rows(text: &str) -> Vec<(u32, String)> {
        let options = FileOptions {
            encoding: Some(Encoding::Utf8),
            delimiter: Some(",".to_owned()),
            sheet: None,
            header: true,
        };
        let mut rows = Vec::new();
        let mut take = |line: super::super::table::Line| {
            rows.push((line.row, line.cells[0].clone()));
            Ok(())
        };
        assert!(each_row(text.as_bytes(), &options, &mut take).is_ok());
        rows
    }

    fn expected(rows: &[(u32, &str)]) -> Vec<(u32, String)> {
        rows.iter().map(|(row, cell)| (*row, (*cell).to_owned())).collect()
    }

    #[test]
    fn x1_rows_are_numbered_as_a_spreadsheet_shows_them() {
        // Two empty lines in front, one between, and cells with line breaks, one of them with an empty line inside.
        let text = "\n\n姓名,备注\n甲,\"一\n\n二\"\n\n乙,三\n   ,\n\"丙\n丁\",四\n戊,五";
        let shown = expected(&[(3, "姓名"), (4, "甲"), (6, "乙"), (8, "丙\n丁"), (9, "戊")]);
        assert_eq!(rows(text), shown);
        for line_end in ["\r\n", "\r"] {
            let other = rows(&text.replace('\n', line_end));
            assert_eq!(
                other.iter().map(|(row, _)| *row).collect::<Vec<_>>(),
                shown.iter().map(|(row, _)| *row).collect::<Vec<_>>(),
                "{line_end:?}"
            );
        }
    }

    #[test]
    fn x1_rows_keep_their_numbers_across_the_readers_buffers() {
        let mut text = String::from("姓名,备注\n");
        for index in 0..20_000_u32 {
            text.push_str(&format!("客户{index},\"一\n二\"\n\n"));
        }
        let rows = rows(&text);
        assert_eq!(rows.len(), 20_001);
        for (index, (row, name)) in (0_u32..).zip(&rows[1..]) {
            assert_eq!((*row, name.as_str()), (2 + 2 * index, format!("客户{index}").as_str()));
        }
    }
}
