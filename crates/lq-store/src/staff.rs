//! Colleagues and branches, as the bank's feed told them.

use crate::error::StoreError;
use crate::open::Store;
use lq_domain::ids::{BranchId, UserId};
use sqlx::Row;

/// A colleague.
#[derive(Debug, Clone)]
pub struct Colleague {
    /// The user.
    pub id: UserId,
    /// The name.
    pub name: String,
    /// The branch.
    pub branch: Option<BranchId>,
    /// Whether the user may not sign in any more, and so gets no more customers.
    pub disabled: bool,
}

/// A branch.
#[derive(Debug, Clone)]
pub struct Branch {
    /// The branch.
    pub id: BranchId,
    /// The name.
    pub name: String,
    /// The branch above.
    pub parent: Option<BranchId>,
}

impl Store {
    /// All colleagues, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn colleagues(&self) -> Result<Vec<Colleague>, StoreError> {
        let rows = sqlx::query(
            "SELECT record_id, coalesce(fields ->> 'name', '') AS name, fields ->> 'branch' AS branch,
                    fields ->> 'disabled' IS NOT NULL AS disabled
               FROM users WHERE deleted IS NULL ORDER BY name",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Colleague {
                    id: UserId(row.try_get("record_id")?),
                    name: row.try_get("name")?,
                    branch: row.try_get::<Option<&str>, _>("branch")?.and_then(BranchId::parse),
                    disabled: row.try_get("disabled")?,
                })
            })
            .collect()
    }

    /// All branches, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn branches(&self) -> Result<Vec<Branch>, StoreError> {
        let rows = sqlx::query(
            "SELECT record_id, coalesce(fields ->> 'name', '') AS name, fields ->> 'parent' AS parent FROM branches
              WHERE deleted IS NULL ORDER BY name",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Branch {
                    id: BranchId(row.try_get("record_id")?),
                    name: row.try_get("name")?,
                    parent: row.try_get::<Option<&str>, _>("parent")?.and_then(BranchId::parse),
                })
            })
            .collect()
    }
}
