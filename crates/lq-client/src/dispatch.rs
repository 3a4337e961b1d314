//! Commands by name, for whoever carries them: the window's bridge, or a test.

use crate::Client;
use crate::contract::{
    access::*, accounts::*, audits::*, backups::*, cases::*, customers::*, devices::*, files::*, session::*,
    sync::*, tags::*,
};
use crate::error::ClientError;
use lq_domain::ids::new_uuid;
use lq_protocol::error::{ApiError, ErrorCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn read<T: DeserializeOwned>(input: Value) -> Result<T, ClientError> {
    serde_json::from_value(input).map_err(|_| ErrorCode::RequestForm.into())
}

fn answer<T: Serialize>(output: T) -> Result<Value, ClientError> {
    serde_json::to_value(output).map_err(|_| ClientError::Internal("answer"))
}

macro_rules! table {
    ($($name:ident($input:ty) -> $output:ty;)*) => {
        /// Runs the command of this name. Each is boxed: together they would need the stack of the largest.
        async fn run(client: &Client, command: &str, input: Value) -> Result<Value, ClientError> {
            match command {
                $(stringify!($name) => {
                    let output: $output = Box::pin(client.$name(read::<$input>(input)?)).await?;
                    answer(output)
                })*
                _ => Err(ErrorCode::RequestForm.into()),
            }
        }
    };
}

crate::commands!(table);

impl Client {
    /// Runs a command by its name.
    ///
    /// # Errors
    /// A code; what lies behind a fault is in the log, under the trace id.
    pub async fn dispatch(&self, command: &str, input: Value) -> Result<Value, ApiError> {
        run(self, command, input).await.map_err(|error| {
            error.tell(command, || new_uuid(self.clock().now(), self.random()).simple().to_string())
        })
    }
}
