//! Langqiao's window. It carries commands to the use cases and news to the screens, and holds no rule of its own.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod commands;
mod folder;
mod log;
mod machine;
mod news;
#[cfg(test)]
mod rights;
mod window;

use lq_client::{Client, Config};
use lq_machine::{SystemClock, SystemRandom};
use std::process::ExitCode;
use std::sync::Arc;
use tauri::{App, Manager, RunEvent};

fn main() -> ExitCode {
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(tauri::generate_handler![commands::call])
        .setup(|app| Ok(start(app)?))
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|app, event| {
                if let RunEvent::Exit = event {
                    commands::lock(&app.state::<Client>());
                }
            });
            ExitCode::SUCCESS
        }
        Err(problem) => {
            tracing::error!(error = %problem, "the window did not open");
            ExitCode::FAILURE
        }
    }
}

/// Opens the folder, the use cases over it, and the window.
fn start(app: &mut App) -> Result<(), tauri::Error> {
    let folder = folder::of(app)?;
    log::to_file(&folder);
    let client = Client::new(Config {
        authority: Some(folder.join(folder::AUTHORITY)).filter(|file| file.is_file()),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom::default()),
        device_name: machine::name(),
        version: app.package_info().version.to_string(),
        folder: folder.clone(),
    });
    news::forward(app.handle().clone(), client.events());
    app.manage(client);
    window::open(app, &folder)
}
