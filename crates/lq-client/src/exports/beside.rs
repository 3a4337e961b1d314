//! A file that is written beside its place, and moved there when it is whole.

use lq_protocol::error::{ApiError, ErrorCode};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::ClientError;

/// The path of a file in the making. Dropped before [`Beside::keep`] it leaves nothing.
pub(super) struct Beside {
    path: PathBuf,
    kept: bool,
}

impl Beside {
    /// Begins a file that shall stand at `target`; `mark` keeps two of them apart.
    pub(super) fn begin(target: &Path, mark: &str) -> io::Result<(Self, File)> {
        let path = target.with_file_name(format!(".{mark}.part"));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        // Other users of the machine have no business with the bank's customers.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        Ok((Self { path, kept: false }, file))
    }

    /// Moves the whole file to its place.
    pub(super) fn keep(mut self, target: &Path, replace: bool) -> Result<(), ClientError> {
        if !replace && target.exists() {
            return Err(ApiError::new(ErrorCode::FileExists).in_field("path").into());
        }
        fs::rename(&self.path, target)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, "a file in the making could not be removed");
        }
    }
}
