//! Tags on this device.

use crate::error::StoreError;
use crate::open::Store;
use crate::records::mark_of;
use crate::tx::WriteTx;
use lq_domain::customers::query::SyncMark;
use lq_domain::ids::TagId;
use sqlx::Row;
use uuid::Uuid;

/// A tag with how many customers have it.
#[derive(Debug, Clone)]
pub struct Tag {
    /// The tag.
    pub id: TagId,
    /// Its name.
    pub name: String,
    /// Its colour's word.
    pub colour: String,
    /// Customers on this device that have it.
    pub customers: u32,
    /// How it stands with the server.
    pub sync: SyncMark,
}

impl Store {
    /// All tags, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tags(&self) -> Result<Vec<Tag>, StoreError> {
        let rows = sqlx::query(
            "SELECT record_id, fields ->> 'name' AS name, fields ->> 'colour' AS colour, sync_mark FROM tags
              WHERE deleted IS NULL ORDER BY name",
        )
        .fetch_all(&self.readers)
        .await?;
        let mut tags = Vec::with_capacity(rows.len());
        for row in rows {
            let id = TagId(row.try_get("record_id")?);
            let customers: i64 = sqlx::query_scalar("SELECT count(*) FROM customer_tags WHERE tag_id = ?1")
                .bind(id.to_string())
                .fetch_one(&self.readers)
                .await?;
            tags.push(Tag {
                id,
                name: row.try_get::<Option<String>, _>("name")?.unwrap_or_default(),
                colour: row.try_get::<Option<String>, _>("colour")?.unwrap_or_default(),
                customers: u32::try_from(customers).unwrap_or(u32::MAX),
                sync: mark_of(row.try_get("sync_mark")?),
            });
        }
        Ok(tags)
    }
}

impl WriteTx<'_> {
    /// The customers that have a tag.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn customers_with(&mut self, tag: TagId) -> Result<Vec<Uuid>, StoreError> {
        let ids = sqlx::query_scalar(
            "SELECT customer_id FROM customer_tags JOIN customers USING (customer_row) WHERE tag_id = ?1",
        )
        .bind(tag.to_string())
        .fetch_all(self.connection())
        .await?;
        Ok(ids)
    }
}
