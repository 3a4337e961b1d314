//! Saved views of the customer list. They stay on the workstation.

use crate::Client;
use crate::contract::tags::{SaveView, SavedView, ViewColumn, ViewRef};
use crate::error::{ClientError, about};
use lq_domain::customers::Field;
use lq_domain::customers::query::CustomerQuery;
use lq_domain::ids::ViewId;
use lq_domain::values::Name;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_store::StoreError;
use lq_store::views::View;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Columns that are no fields.
const OTHER_COLUMNS: [&str; 4] = ["age", "sync", "created_at", "updated_at"];
/// Widths that a column can have, in CSS pixels.
const WIDTHS: std::ops::RangeInclusive<u32> = 24..=2_000;

#[derive(Serialize, Deserialize)]
struct Content {
    query: CustomerQuery,
    columns: Vec<ViewColumn>,
}

impl Client {
    /// All views, oldest first. One that a newer release wrote and this one can't read is left out.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`].
    pub async fn views_list(&self, (): ()) -> Result<Vec<SavedView>, ClientError> {
        let views = self.open()?.store.views().await?;
        Ok(views
            .into_iter()
            .filter_map(|view| {
                let content: Content = serde_json::from_str(&view.content).ok()?;
                Some(SavedView {
                    id: view.id,
                    name: view.name,
                    query: content.query,
                    columns: content.columns,
                })
            })
            .collect())
    }

    /// Keeps a view.
    ///
    /// # Errors
    /// What is wrong with its name or columns; `name_taken`.
    pub async fn views_save(&self, input: SaveView) -> Result<SavedView, ClientError> {
        let open = self.open()?;
        let name = String::from(Name::parse(&input.name).map_err(|problem| about("name", &problem))?);
        check_columns(&input.columns)?;
        let id = input.id.unwrap_or_else(|| ViewId::new(self.clock().now(), self.random()));
        let content = Content { query: input.query, columns: input.columns };
        let text = serde_json::to_string(&content).map_err(|_| ClientError::Internal("view"))?;
        match open.store.save_view(&View { id, name: name.clone(), content: text }).await {
            Err(StoreError::NameTaken) => Err(ApiError::new(ErrorCode::NameTaken).in_field("name").into()),
            Err(error) => Err(error.into()),
            Ok(()) => Ok(SavedView { id, name, query: content.query, columns: content.columns }),
        }
    }

    /// Deletes a view.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn views_delete(&self, input: ViewRef) -> Result<(), ClientError> {
        Ok(self.open()?.store.delete_view(input.id).await?)
    }
}

fn check_columns(columns: &[ViewColumn]) -> Result<(), ApiError> {
    let known = |name: &str| Field::parse(name).is_some() || OTHER_COLUMNS.contains(&name);
    let names: BTreeSet<&str> = columns.iter().map(|column| column.column.as_str()).collect();
    let right = columns.iter().all(|column| known(&column.column) && WIDTHS.contains(&column.width));
    if right && names.len() == columns.len() {
        Ok(())
    } else {
        Err(ApiError::new(ErrorCode::RequestForm).in_field("columns"))
    }
}
