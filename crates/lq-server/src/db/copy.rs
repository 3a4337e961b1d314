//! Rows on their way into a table by COPY, in PostgreSQL's binary form (its documentation, COPY, "Binary Format"): for many rows that
//! are all new.

use uuid::Uuid;

const SIGNATURE: &[u8] = b"PGCOPY\n\xFF\r\n\0";
/// No flags, and a header that ends here.
const HEADER_REST: [u8; 8] = [0; 8];
/// What stands for a value that is not there, and for the end.
const NONE: i32 = -1;
const END: i16 = -1;

/// Rows of one table, written one after the other.
#[derive(Debug)]
pub(super) struct Rows(Vec<u8>);

impl Rows {
    /// None yet, with room for so many bytes.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        let mut rows = Self(Vec::with_capacity(bytes));
        rows.0.extend_from_slice(SIGNATURE);
        rows.0.extend_from_slice(&HEADER_REST);
        rows
    }

    /// Begins a row of so many columns.
    pub(super) fn begin(&mut self, columns: i16) {
        self.0.extend_from_slice(&columns.to_be_bytes());
    }

    pub(super) fn uuid(&mut self, value: Uuid) {
        self.value(value.as_bytes());
    }

    pub(super) fn bigint(&mut self, value: i64) {
        self.value(&value.to_be_bytes());
    }

    pub(super) fn integer(&mut self, value: Option<i32>) {
        match value {
            Some(value) => self.value(&value.to_be_bytes()),
            None => self.none(),
        }
    }

    pub(super) fn text(&mut self, value: Option<&str>) {
        match value {
            Some(value) => self.value(value.as_bytes()),
            None => self.none(),
        }
    }

    /// All of them, as PostgreSQL takes them.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.0.extend_from_slice(&END.to_be_bytes());
        self.0
    }

    fn none(&mut self) {
        self.0.extend_from_slice(&NONE.to_be_bytes());
    }

    fn value(&mut self, bytes: &[u8]) {
        // No value of ours comes near the two gigabytes at which the form ends; PostgreSQL refuses one that says it is shorter than it is.
        let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
    }
}
