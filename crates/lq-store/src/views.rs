//! Saved views of lists.

use crate::error::StoreError;
use crate::open::Store;
use lq_domain::feature::Feature;
use lq_domain::ids::ViewId;
use sqlx::Row;

/// A saved view. What is in it is the application's to know.
#[derive(Debug, Clone)]
pub struct View {
    /// The view.
    pub id: ViewId,
    /// Its name.
    pub name: String,
    /// Query and columns as JSON.
    pub content: String,
}

impl Store {
    /// All views, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn views(&self) -> Result<Vec<View>, StoreError> {
        let rows = sqlx::query("SELECT view_id, name, content FROM views ORDER BY created_at, name")
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(View { id: ViewId(row.try_get(0)?), name: row.try_get(1)?, content: row.try_get(2)? })
            })
            .collect()
    }

    /// Keeps a view, in the place of the one with the same id.
    ///
    /// # Errors
    /// [`StoreError::NameTaken`] when another view has the name.
    pub async fn save_view(&self, view: &View) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO views (view_id, name, content, created_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (view_id) DO UPDATE SET name = excluded.name, content = excluded.content",
        )
        .bind(view.id.0)
        .bind(&view.name)
        .bind(&view.content)
        .bind(self.clock.now().0)
        .execute(&mut *self.writer().await?)
        .await?;
        self.tell(vec![Feature::Views]);
        Ok(())
    }

    /// Deletes a view.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn delete_view(&self, id: ViewId) -> Result<(), StoreError> {
        let done = sqlx::query("DELETE FROM views WHERE view_id = ?1")
            .bind(id.0)
            .execute(&mut *self.writer().await?)
            .await?;
        self.tell(vec![Feature::Views]);
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::NotFound) }
    }
}
