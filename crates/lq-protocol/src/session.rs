//! Staff sign-in. The server never sees a password: it sees a secret derived from it.

use crate::secret::KdfParams;
use crate::staff::UserProfile;
use lq_domain::ids::DeviceId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// `GET /v1/server`: what a client checks before it trusts an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, ts_rs::TS)]
pub struct ServerInfo {
    /// Always `langqiao`.
    pub product: String,
    /// The bank's name for this server.
    pub name: String,
    /// The server's release.
    pub version: String,
    /// Oldest wire shape the server understands.
    pub schema_oldest: u16,
    /// Newest wire shape the server understands.
    pub schema: u16,
    /// Whether the server's customers are invented. Releases before this field had none such.
    #[serde(default)]
    pub sample: bool,
}

/// `POST /v1/sessions/parameters`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParametersRequest {
    /// The login name.
    pub login: String,
}

/// How to derive the secret. An unknown login gets parameters too, always the same ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParametersReply {
    /// Salt and cost.
    pub kdf: KdfParams,
}

/// `POST /v1/sessions`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignInRequest {
    /// The login name.
    pub login: String,
    /// The secret derived from the password, base64.
    pub secret: String,
    /// The device that signs in; registered by the first sign-in.
    #[schema(value_type = String, format = Uuid)]
    pub device: DeviceId,
    /// How the device is called in lists.
    pub device_name: String,
}

impl std::fmt::Debug for SignInRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignInRequest(device {})", self.device)
    }
}

/// `POST /v1/sessions/refresh`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefreshRequest {
    /// The device.
    #[schema(value_type = String, format = Uuid)]
    pub device: DeviceId,
    /// The refresh token of the last sign-in or refresh; it works once.
    pub refresh_token: String,
}

impl std::fmt::Debug for RefreshRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RefreshRequest(device {})", self.device)
    }
}

/// `POST /v1/sessions/password`: sets a new password for the signed-in user.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PasswordRequest {
    /// Secret of the present password, base64.
    pub old_secret: String,
    /// Secret of the new password, base64.
    pub new_secret: String,
    /// Salt and cost of the new secret.
    pub kdf: KdfParams,
}

impl std::fmt::Debug for PasswordRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordRequest")
    }
}

/// A signed-in session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionReply {
    /// Sent with each request as a bearer token.
    pub access_token: String,
    /// When the access token ends, UTC milliseconds.
    pub expires_at: i64,
    /// For the next refresh.
    pub refresh_token: String,
    /// The life of the server's database.
    pub epoch: Uuid,
    /// The server's name.
    pub server_name: String,
    /// Who signed in.
    pub user: UserProfile,
    /// Whether the password was given by an administrator and has to be changed.
    pub password_expired: bool,
    /// Days without contact after which the device refuses to unlock offline.
    pub offline_days: u32,
    /// Whether the server's customers are invented.
    #[serde(default)]
    pub sample: bool,
    /// The public half of the bank's recovery key, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<String>,
}

impl std::fmt::Debug for SessionReply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SessionReply(user {})", self.user.id)
    }
}
