//! Imports of the past, and how their columns were mapped.

use crate::error::StoreError;
use crate::open::Store;
use crate::tx::WriteTx;
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_domain::ids::ImportId;
use sqlx::Row;

/// An import of the past. Its changes carry its id as their group.
#[derive(Debug, Clone)]
pub struct Import {
    /// The import.
    pub id: ImportId,
    /// The file's name.
    pub name: String,
    /// When it ran.
    pub at: Timestamp,
    /// Its counts as JSON.
    pub counts: String,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
}

impl Store {
    /// All imports, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn imports(&self) -> Result<Vec<Import>, StoreError> {
        let rows = sqlx::query("SELECT import_id, name, at, counts, undone_at FROM imports ORDER BY at DESC")
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Import {
                    id: ImportId(row.try_get(0)?),
                    name: row.try_get(1)?,
                    at: Timestamp(row.try_get(2)?),
                    counts: row.try_get(3)?,
                    undone_at: row.try_get::<Option<i64>, _>(4)?.map(Timestamp),
                })
            })
            .collect()
    }

    /// How the columns of a file with this header were mapped last time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mapping(&self, fingerprint: &str) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar("SELECT mapping FROM import_mappings WHERE fingerprint = ?1")
            .bind(fingerprint)
            .fetch_optional(&self.readers)
            .await?)
    }
}

impl WriteTx<'_> {
    /// Notes an import, with the mapping to remember.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_import(
        &mut self,
        import: &Import,
        fingerprint: &str,
        mapping: &str,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO imports (import_id, name, at, counts) VALUES (?1, ?2, ?3, ?4)")
            .bind(import.id.0)
            .bind(&import.name)
            .bind(import.at.0)
            .bind(&import.counts)
            .execute(self.connection())
            .await?;
        sqlx::query(
            "INSERT INTO import_mappings (fingerprint, mapping, at) VALUES (?1, ?2, ?3)
             ON CONFLICT (fingerprint) DO UPDATE SET mapping = excluded.mapping, at = excluded.at",
        )
        .bind(fingerprint)
        .bind(mapping)
        .bind(import.at.0)
        .execute(self.connection())
        .await?;
        self.touched.insert(Feature::Imports);
        Ok(())
    }

    /// Notes that an import was undone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_import_undone(&mut self, id: ImportId, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE imports SET undone_at = ?1 WHERE import_id = ?2")
            .bind(at.0)
            .bind(id.0)
            .execute(self.connection())
            .await?;
        self.touched.insert(Feature::Imports);
        Ok(())
    }
}
