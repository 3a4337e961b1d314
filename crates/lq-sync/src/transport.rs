//! What the engine asks of a server, whatever carries it: HTTP in the product, a simulated network in tests.

use crate::error::SyncError;
use lq_domain::ids::DeviceId;
use lq_protocol::access::{LookupReply, LookupRequest};
use lq_protocol::audit::{AuditQuery, AuditView, AuditsReply, AuditsRequest};
use lq_protocol::devices::DeviceView;
use lq_protocol::session::{
    ParametersReply, ParametersRequest, PasswordRequest, RefreshRequest, ServerInfo, SessionReply,
    SignInRequest,
};
use lq_protocol::sync::{FeedEvent, PullReply, PullRequest, PushReply, PushRequest};
use std::pin::Pin;

/// An answer that is on its way.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, SyncError>> + Send + 'a>>;

/// A server. `token` is the access token of a session.
pub trait Transport: Send + Sync {
    /// Who answers at the address.
    fn server(&self) -> Reply<'_, ServerInfo>;
    /// How to derive a user's secret.
    fn parameters<'a>(&'a self, request: &'a ParametersRequest) -> Reply<'a, ParametersReply>;
    /// Begins a session.
    fn sign_in<'a>(&'a self, request: &'a SignInRequest) -> Reply<'a, SessionReply>;
    /// Renews a session.
    fn refresh<'a>(&'a self, request: &'a RefreshRequest) -> Reply<'a, SessionReply>;
    /// Sets the user's password; the session's tokens may be replaced.
    fn password<'a>(&'a self, token: &'a str, request: &'a PasswordRequest) -> Reply<'a, SessionReply>;
    /// Sends changes.
    fn push<'a>(&'a self, token: &'a str, request: &'a PushRequest) -> Reply<'a, PushReply>;
    /// Asks for news.
    fn pull<'a>(&'a self, token: &'a str, request: &'a PullRequest) -> Reply<'a, PullReply>;
    /// Tells that a locked device has wiped what it held; its last refresh token proves it.
    fn wiped<'a>(&'a self, request: &'a RefreshRequest) -> Reply<'a, ()>;
    /// Every device of the bank, for an administrator.
    fn devices<'a>(&'a self, token: &'a str) -> Reply<'a, Vec<DeviceView>>;
    /// Locks a device for good.
    fn revoke<'a>(&'a self, token: &'a str, device: DeviceId) -> Reply<'a, ()>;
    /// Why the user may see a customer that the device may not hold.
    fn lookup<'a>(&'a self, token: &'a str, request: &'a LookupRequest) -> Reply<'a, LookupReply>;
    /// Delivers what was looked at and taken out on this device.
    fn audits<'a>(&'a self, token: &'a str, request: &'a AuditsRequest) -> Reply<'a, AuditsReply>;
    /// Looks for entries of the bank's audit, for those who may; a page, newest first.
    fn find_audits<'a>(&'a self, token: &'a str, query: &'a AuditQuery) -> Reply<'a, Vec<AuditView>>;
    /// Listens for feeds that have news.
    fn events<'a>(&'a self, token: &'a str) -> Reply<'a, Box<dyn News>>;
}

/// News as it comes in.
pub trait News: Send {
    /// Waits for the next one; nothing when the server has closed the connection.
    fn next(&mut self) -> Reply<'_, Option<FeedEvent>>;
}
