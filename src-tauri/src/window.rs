//! The window.

use std::path::Path;
use tauri::{App, WebviewWindowBuilder};

/// Opens the window that `tauri.conf.json` describes. What the web view keeps stays in our folder, where it is watched.
pub(crate) fn open(app: &App, folder: &Path) -> Result<(), tauri::Error> {
    for config in &app.config().app.windows {
        WebviewWindowBuilder::from_config(app, config)?.data_directory(folder.join("webview")).build()?;
    }
    Ok(())
}
