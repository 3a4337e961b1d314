//! How much there is in a workbook, before anything of it is kept: a few kilobytes can be made to unpack to terabytes.

use crate::error::ClientError;
use lq_protocol::error::ErrorCode;
use std::io::{Cursor, Read, Write};
use zip::ZipArchive;

/// Most bytes of a workbook's sheets, unpacked. They are read cell by cell.
const SHEETS_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// Most bytes of everything else, unpacked: texts, styles and the list of sheets are read as a whole.
const REST_MAX: u64 = 256 * 1024 * 1024;
/// Most parts of a workbook.
const PARTS_MAX: usize = 10_000;

/// Refuses a workbook that holds more than fits. The sizes that it names itself are not believed: each part is unpacked,
/// counted and thrown away.
pub(super) fn check(bytes: &[u8]) -> Result<(), ClientError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ErrorCode::FileKind)?;
    if archive.len() > PARTS_MAX {
        return Err(ErrorCode::FileSize.into());
    }
    let (mut sheets, mut rest) = (SHEETS_MAX, REST_MAX);
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| ErrorCode::FileKind)?;
        let is_sheet = part.name().is_ok_and(|name| name.starts_with("xl/worksheets/"));
        let left = if is_sheet { &mut sheets } else { &mut rest };
        let mut counted = Counted(0);
        // A part that does not unpack counts as far as it does: whoever reads it will say what is wrong.
        let _ = std::io::copy(&mut part.take(*left + 1), &mut counted);
        *left = left.checked_sub(counted.0).ok_or(ErrorCode::FileSize)?;
    }
    Ok(())
}

struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
