//! The one way from the screens to the use cases.

use lq_client::{ApiError, Client};
use serde_json::Value;
use tauri::State;

/// Runs a command of the contract by its name.
#[tauri::command]
pub(crate) async fn call(
    client: State<'_, Client>,
    command: String,
    input: Value,
) -> Result<Value, ApiError> {
    client.dispatch(&command, input).await
}

/// Locks the store, so that nothing decrypted outlives the window.
pub(crate) fn lock(client: &Client) {
    // A store that is not open answers with a code that nobody is left to read.
    let _ = tauri::async_runtime::block_on(client.dispatch("session_lock", Value::Null));
}
