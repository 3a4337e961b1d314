//! News from the use cases to the screens.

use lq_client::events::Event;
use serde_json::{Value, json};
use tauri::{AppHandle, Emitter};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// Carries news to the window until the program ends.
pub(crate) fn forward(app: AppHandle, mut news: Receiver<Event>) {
    tauri::async_runtime::spawn(async move {
        loop {
            let event = match news.recv().await {
                Ok(event) => event,
                // What was lost is not known, so everything is read again.
                Err(RecvError::Lagged(_)) => Event::everything(),
                Err(RecvError::Closed) => return,
            };
            let (name, payload) = told(&event);
            if let Err(problem) = app.emit(name, payload) {
                tracing::warn!(error = %problem, "news did not reach the window");
            }
        }
    });
}

/// The screens' names for news: `changed`, `jobs`, `sync`, and `locked` for whatever happened to the session.
fn told(event: &Event) -> (&'static str, Value) {
    match event {
        Event::Changed { features } => ("changed", json!({ "features": features })),
        Event::Job { job } => ("jobs", json!(job)),
        Event::Sync { sync } => ("sync", json!(sync)),
        // The screens ask for the session's state themselves: it names the user, and is needed only there.
        Event::Session { .. } => ("locked", Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screens_hear_feature_words() {
        let (name, payload) = told(&Event::everything());
        assert_eq!(name, "changed");
        assert!(payload["features"].as_array().unwrap().contains(&json!("customers")));
    }
}
