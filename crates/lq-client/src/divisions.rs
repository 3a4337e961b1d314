//! Administrative divisions, for addresses.

use crate::Client;
use crate::contract::sync::{DivisionView, ListDivisions};
use crate::error::ClientError;
use lq_domain::divisions::{children, name};
use lq_protocol::error::{ApiError, ErrorCode};

impl Client {
    /// The divisions right below one, or the provinces. They are public and need no open store.
    ///
    /// # Errors
    /// [`ErrorCode::DivisionUnknown`].
    #[expect(clippy::unused_async, reason = "commands are alike")]
    pub async fn divisions_list(&self, input: ListDivisions) -> Result<Vec<DivisionView>, ClientError> {
        let parent = input.parent.as_deref();
        if parent.is_some_and(|code| name(code).is_none()) {
            return Err(ApiError::new(ErrorCode::DivisionUnknown).in_field("parent").into());
        }
        Ok(children(parent)
            .into_iter()
            .map(|one| DivisionView { code: one.code.to_owned(), name: one.name.to_owned(), leaf: one.leaf })
            .collect())
    }
}
