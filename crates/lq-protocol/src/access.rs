//! Why somebody may, or may not, see a customer: what the server is asked when the device does not hold it.

use crate::error::{ApiError, ErrorCode};
use lq_domain::access::{Rule, Scope};
use lq_domain::ids::CustomerId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest text that can be looked up, in characters.
pub const TEXT_MAX: usize = 100;
/// Most customers that an answer names.
pub const SEEN_MAX: usize = 20;

/// What is looked up of what somebody typed. The device asks before it sends, and the server again.
///
/// # Errors
/// [`ErrorCode::TextBlank`], [`ErrorCode::TextLength`].
pub fn parse_text(typed: &str) -> Result<&str, ApiError> {
    let text = typed.trim();
    if text.is_empty() {
        return Err(ApiError::new(ErrorCode::TextBlank).in_field("text"));
    }
    if text.chars().count() > TEXT_MAX {
        return Err(ApiError::new(ErrorCode::TextLength).in_field("text").with("max", TEXT_MAX));
    }
    Ok(text)
}

/// `POST /v1/access`: the customers that are called so, or have this document or credit code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LookupRequest {
    /// A whole name, or the whole number of a document or a credit code.
    pub text: String,
}

impl std::fmt::Debug for LookupRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LookupRequest")
    }
}

/// The answer. Without `seen` and `beyond` it is the same whether there is no such customer, or one of whom the asker may not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LookupReply {
    /// Customers within the asker's scope, at most [`SEEN_MAX`].
    pub seen: Vec<SeenCustomer>,
    /// Why a customer of the asker's branch is out of the scope. Nothing else is said about it.
    #[schema(value_type = Option<String>)]
    pub beyond: Option<Rule>,
    /// What the asker's role reaches.
    #[schema(value_type = String)]
    pub scope: Scope,
}

/// A customer within the asker's scope.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeenCustomer {
    /// The customer.
    #[schema(value_type = Uuid)]
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// The rule that lets the asker see it.
    #[schema(value_type = String)]
    pub rule: Rule,
}

impl std::fmt::Debug for SeenCustomer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SeenCustomer({:?})", self.rule)
    }
}
