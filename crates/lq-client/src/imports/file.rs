//! The file itself: reading it, knowing it again, and what is remembered about its columns.

use super::columns;
use crate::contract::files::Target;
use crate::error::ClientError;
use lq_protocol::error::ErrorCode;
use std::collections::BTreeMap;
use std::hash::Hasher as _;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Between the names of columns in a fingerprint; no name has it.
const SEPARATOR: char = '\u{1F}';

/// A file as it was when it was looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    size: usize,
    hash: u64,
    pub(super) rows: u32,
}

impl Seen {
    pub(super) fn new(bytes: &[u8], rows: u32) -> Self {
        Self { size: bytes.len(), hash: hash(bytes), rows }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// The files that were looked at since the program began.
#[derive(Default)]
pub(crate) struct Inspected(Mutex<BTreeMap<String, Seen>>);

impl Inspected {
    pub(super) fn note(&self, path: &str, seen: Seen) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), seen);
    }

    pub(super) fn get(&self, path: &str) -> Option<Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(path).copied()
    }
}

/// Largest file that is read.
const FILE_MAX: u64 = 1024 * 1024 * 1024;

/// Reads a file. What is no file, such as a device that never ends, is not read, and a large one not to its end.
pub(super) fn read(path: &str) -> Result<Vec<u8>, ClientError> {
    let unreadable = |_| ErrorCode::FileUnreadable;
    let known = std::fs::metadata(path).map_err(unreadable)?;
    if !known.is_file() {
        return Err(ErrorCode::FileUnreadable.into());
    }
    if known.len() > FILE_MAX {
        return Err(ErrorCode::FileSize.into());
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(FILE_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > FILE_MAX { Err(ErrorCode::FileSize.into()) } else { Ok(bytes) }
}

/// Reads a file that has to be the one that was looked at.
pub(super) async fn read_seen(path: &str, seen: Seen) -> Result<Arc<Vec<u8>>, ClientError> {
    let path = path.to_owned();
    let read = move || {
        let bytes = read(&path)?;
        if Seen::new(&bytes, seen.rows) != seen {
            return Err(ErrorCode::FileChanged.into());
        }
        Ok(Arc::new(bytes))
    };
    tokio::task::spawn_blocking(read)
        .await
        .map_err(|_| ClientError::Internal("the file could not be read"))?
}

/// A file's name without its folder.
pub(super) fn name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The columns that are the file's own, and not added by an error file.
fn own_columns(names: &[String]) -> impl Iterator<Item = usize> {
    let added = columns::error_columns(names);
    (0..names.len()).filter(move |index| !added.contains(index))
}

/// What a header is known again by.
pub(super) fn fingerprint(names: &[String]) -> String {
    own_columns(names).map(|index| names[index].trim()).collect::<Vec<_>>().join(&SEPARATOR.to_string())
}

/// Fingerprint and mapping, as the store keeps them.
pub(super) fn to_remember(names: &[String], targets: &[Target]) -> (String, String) {
    let own: Vec<&Target> = own_columns(names).filter_map(|index| targets.get(index)).collect();
    (fingerprint(names), serde_json::to_string(&own).unwrap_or_default())
}

/// A remembered mapping for these columns; those of an error file are left out.
pub(super) fn remembered(names: &[String], mapping: &str) -> Option<Vec<Target>> {
    let own: Vec<Target> = serde_json::from_str(mapping).ok()?;
    let places: Vec<usize> = own_columns(names).collect();
    if places.len() != own.len() {
        return None;
    }
    let mut targets = vec![Target::Skip; names.len()];
    for (place, target) in places.into_iter().zip(own) {
        targets[place] = target;
    }
    Some(targets)
}
