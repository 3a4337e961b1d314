//! Where everything is kept.

use std::path::PathBuf;
use tauri::{App, Manager};

/// Names another folder than the system's usual one: a second installation, a demonstration, a test.
const ELSEWHERE: &str = "LANGQIAO_HOME";

/// The bank's own certificate authority, put into the folder by whoever installs the program.
pub(crate) const AUTHORITY: &str = "authority.pem";

/// The folder, made when it is missing and readable by its user only.
pub(crate) fn of(app: &App) -> Result<PathBuf, tauri::Error> {
    let folder = match std::env::var_os(ELSEWHERE).filter(|path| !path.is_empty()) {
        Some(path) => PathBuf::from(path),
        None => app.path().app_local_data_dir()?,
    };
    make_private(&folder)?;
    Ok(folder)
}

fn make_private(folder: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
