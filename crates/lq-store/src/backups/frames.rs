//! The content of a backup before it is compressed and sealed: a table's name and columns, its rows in parts, the next table,
//! and at the end what all of it sums up to.

use super::rows::Sums;
use crate::error::StoreError;
use std::io::{self, ErrorKind, Read, Write};

/// zstd's own middle: twice as small as its fastest at little more time.
pub(super) const WRITE_LEVEL: i32 = 3;
/// Longest frame that is read: a part of rows with one long row on top.
const LENGTH_MAX: u32 = 256 * 1024 * 1024;

const TABLE: u8 = 1;
const ROWS: u8 = 2;
const END: u8 = 3;

/// A piece of content.
pub(super) enum Frame {
    /// A table begins: its name and columns.
    Table(String, Vec<String>),
    /// So many rows of it.
    Rows(u64, Vec<u8>),
    /// All rows are told.
    End(Sums),
}

impl Frame {
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let (kind, bytes) = match self {
            Frame::Table(name, columns) => (TABLE, serde_json::to_vec(&(name, columns))?),
            Frame::Rows(_, bytes) if bytes.is_empty() => return Ok(()),
            Frame::Rows(rows, bytes) => (ROWS, [&rows.to_le_bytes()[..], bytes].concat()),
            Frame::End(sums) => (END, serde_json::to_vec(sums)?),
        };
        let length = u32::try_from(bytes.len()).map_err(|_| ErrorKind::InvalidData)?;
        out.write_all(&[kind])?;
        out.write_all(&length.to_le_bytes())?;
        out.write_all(&bytes)
    }

    /// Reads the next frame.
    pub(super) fn read(from: &mut impl Read) -> Result<Self, StoreError> {
        let mut head = [0; 5];
        from.read_exact(&mut head).map_err(unreadable)?;
        let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
        if length > LENGTH_MAX {
            return Err(StoreError::BackupDamaged);
        }
        // As far as there is content: a length alone takes no memory.
        let mut bytes = Vec::new();
        from.by_ref().take(u64::from(length)).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() != length as usize {
            return Err(StoreError::BackupDamaged);
        }
        match head[0] {
            TABLE => {
                let (name, columns) =
                    serde_json::from_slice(&bytes).map_err(|_| StoreError::BackupDamaged)?;
                Ok(Frame::Table(name, columns))
            }
            ROWS if bytes.len() >= 8 => {
                let rest = bytes.split_off(8);
                let rows = bytes.try_into().map_err(|_| StoreError::BackupDamaged)?;
                Ok(Frame::Rows(u64::from_le_bytes(rows), rest))
            }
            END => Ok(Frame::End(serde_json::from_slice(&bytes).map_err(|_| StoreError::BackupDamaged)?)),
            _ => Err(StoreError::BackupDamaged),
        }
    }
}

/// What cipher and decompressor find wrong is the file's fault; the rest is the disk's.
pub(super) fn unreadable(error: io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof | ErrorKind::Other => StoreError::BackupDamaged,
        _ => StoreError::File(error),
    }
}
