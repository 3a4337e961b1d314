//! Colleagues and branches, for owners and filters.

use crate::Client;
use crate::contract::sync::{BranchView, ColleagueView};
use crate::error::ClientError;

impl Client {
    /// All colleagues, by name; the user is always among them.
    ///
    /// # Errors
    /// [`lq_protocol::error::ErrorCode::StoreLocked`].
    pub async fn users_list(&self, (): ()) -> Result<Vec<ColleagueView>, ClientError> {
        let open = self.open()?;
        let me = open.owner().profile;
        let known = open.store.colleagues().await?;
        let missing = !known.iter().any(|colleague| colleague.id == me.id);
        let mine = missing.then_some(ColleagueView { id: me.id, name: me.name, branch: Some(me.branch) });
        let others =
            known.into_iter().map(|one| ColleagueView { id: one.id, name: one.name, branch: one.branch });
        Ok(mine.into_iter().chain(others).collect())
    }

    /// All branches, by name.
    ///
    /// # Errors
    /// [`lq_protocol::error::ErrorCode::StoreLocked`].
    pub async fn branches_list(&self, (): ()) -> Result<Vec<BranchView>, ClientError> {
        let branches = self.open()?.store.branches().await?;
        Ok(branches
            .into_iter()
            .map(|one| BranchView { id: one.id, name: one.name, parent: one.parent })
            .collect())
    }
}
