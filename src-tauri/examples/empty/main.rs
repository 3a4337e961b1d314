//! A window with an empty page: what the platform alone costs, for `cargo xtask bench start` and `memory`. Built from the same
//! crates with the same settings, and shown the same way, as the real one.

use std::process::ExitCode;
use tauri::WebviewWindowBuilder;

/// Where the web view keeps its files, as in the real window.
const HOME: &str = "LANGQIAO_HOME";

fn main() -> ExitCode {
    let shown = tauri::Builder::default()
        .setup(|app| {
            let home = std::path::PathBuf::from(std::env::var_os(HOME).unwrap_or_default());
            for config in &app.config().app.windows {
                WebviewWindowBuilder::from_config(app, config)?
                    .data_directory(home.join("webview"))
                    .build()?;
            }
            Ok(())
        })
        .run(tauri::generate_context!("examples/empty/tauri.conf.json"));
    if shown.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
