//! The domain's rules against the vectors of the shared data.
//!
//! They stand beside the checkout, as they are not ours to copy.

#![expect(clippy::unwrap_used, reason = "a test that can't read its data has failed")]

mod values;
mod vectors;

use std::path::PathBuf;

/// A file of the shared data.
fn shared(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path)
}

/// The rows of a shared CSV file as maps from column to cell.
fn rows(path: &str) -> Vec<std::collections::HashMap<String, String>> {
    let file = shared(path);
    let mut reader =
        csv::Reader::from_path(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    reader.deserialize().map(|row| row.unwrap()).collect()
}
