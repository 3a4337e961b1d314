//! The log: one file beside the data, which tells what failed and never about whom.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::Mutex;
use tracing_subscriber::EnvFilter;

/// A log that grew beyond this is put aside when the program starts; the one put aside before is dropped.
const LIMIT_BYTES: u64 = 2 * 1024 * 1024;

/// Foreign crates may print addresses and queries, so they are heard only when they fail.
const HEARD: &str = "error,lq_client=info,lq_store=info,lq_sync=info,langqiao=info";

/// Writes the log into the folder. A log that can't be written is no reason not to start.
pub(crate) fn to_file(folder: &Path) {
    let Ok(file) = open(folder) else { return };
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_env_filter(EnvFilter::new(HEARD))
        .with_writer(Mutex::new(file))
        .finish();
    // Only a second start in one process could find one set already.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

fn open(folder: &Path) -> std::io::Result<File> {
    let path = folder.join("langqiao.log");
    if std::fs::metadata(&path).is_ok_and(|found| found.len() > LIMIT_BYTES) {
        std::fs::rename(&path, folder.join("langqiao.old.log"))?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_is_put_aside_and_a_short_one_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("langqiao.log");
        std::fs::write(&path, "short").unwrap();
        drop(open(folder.path()).unwrap());
        assert_eq!(std::fs::read(&path).unwrap(), b"short");
        std::fs::write(&path, vec![b'x'; usize::try_from(LIMIT_BYTES).unwrap() + 1]).unwrap();
        drop(open(folder.path()).unwrap());
        assert_eq!(std::fs::read(&path).unwrap(), b"");
        assert!(folder.path().join("langqiao.old.log").is_file());
    }
}
