//! Small facts about the store itself: who works with it, which server it belongs to, how far its numbering is.

use crate::error::StoreError;
use crate::imports::unfinished::take_back_all;
use crate::open::{Identity, Store};
use crate::tx::WriteTx;
use lq_domain::clock::{Clock, Random, Stamp, Timestamp};
use lq_domain::feature::Feature;
use lq_domain::ids::{DeviceId, new_uuid};
use lq_protocol::staff::UserProfile;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, SqliteExecutor};
use uuid::Uuid;

/// Who works with the store.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Owner {
    /// The user and what counts for permissions.
    pub profile: UserProfile,
    /// Whether an administrator gave the password.
    #[serde(default)]
    pub password_expired: bool,
    /// Whether the store holds invented customers. Such a store never joins a real server.
    #[serde(default)]
    pub sample: bool,
}

/// The server that the store belongs to.
#[derive(Clone, Serialize, Deserialize)]
pub struct Membership {
    /// The address.
    pub server: String,
    /// The bank's name for it.
    pub name: String,
    /// For the next session; works once.
    pub refresh_token: String,
    /// The life of the server's database, as last heard.
    pub epoch: Option<Uuid>,
    /// When the server last answered.
    pub last_contact: Timestamp,
    /// Days without contact after which the store refuses to open offline.
    pub offline_days: u32,
}

impl std::fmt::Debug for Membership {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Membership({})", self.server)
    }
}

pub(crate) const OWNER: &str = "owner";
pub(crate) const MEMBERSHIP: &str = "membership";
const INCARNATION: &str = "incarnation";
const STAMP: &str = "stamp";
pub(crate) const LAST_SIGN_IN: &str = "last_sign_in";
const SEQUENCE: &str = "sequence";
/// The recovery key that the server said last.
const RECOVERY: &str = "recovery";
const OPENED: &str = "opened";

/// The latest opening since the server's last answer.
#[derive(Serialize, Deserialize)]
struct Opened {
    contact: Timestamp,
    latest: Timestamp,
}

pub(crate) async fn get<T: DeserializeOwned>(
    executor: impl SqliteExecutor<'_>,
    name: &'static str,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = sqlx::query_scalar("SELECT value FROM facts WHERE name = ?1")
        .bind(name)
        .fetch_optional(executor)
        .await?;
    let read = |text: String| {
        serde_json::from_str(&text).map_err(|_| StoreError::Row { table: "facts", column: name })
    };
    text.map(read).transpose()
}

pub(crate) async fn set<T: Serialize>(
    executor: impl SqliteExecutor<'_>,
    name: &'static str,
    value: &T,
) -> Result<(), StoreError> {
    let text = serde_json::to_string(value).map_err(|_| StoreError::Row { table: "facts", column: name })?;
    sqlx::query("INSERT INTO facts (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name)
        .bind(text)
        .execute(executor)
        .await?;
    Ok(())
}

/// The last number given to a change in this incarnation.
pub(crate) async fn sequence(executor: impl SqliteExecutor<'_>) -> Result<u64, StoreError> {
    Ok(get(executor, SEQUENCE).await?.unwrap_or_default())
}

pub(crate) async fn set_sequence(executor: impl SqliteExecutor<'_>, sequence: u64) -> Result<(), StoreError> {
    set(executor, SEQUENCE, &sequence).await
}

/// Reads the numbering, or begins it. Before that, imports that were cut short are taken back, as their numbers become
/// free again.
pub(crate) async fn identity(
    writer: &SqlitePool,
    device: DeviceId,
    clock: &dyn Clock,
    random: &dyn Random,
) -> Result<Identity, StoreError> {
    take_back_all(writer).await?;
    let incarnation = match get(writer, INCARNATION).await? {
        Some(incarnation) => incarnation,
        None => {
            let incarnation = new_uuid(clock.now(), random);
            set(writer, INCARNATION, &incarnation).await?;
            incarnation
        }
    };
    let sequence = sequence(writer).await?;
    // A store that has only heard from others has noted that it gave no stamp.
    let stamp: Option<Option<Stamp>> = get(writer, STAMP).await?;
    Ok(Identity { device, incarnation, sequence, stamp: stamp.flatten() })
}

pub(crate) async fn set_identity(
    executor: &mut sqlx::SqliteConnection,
    identity: &Identity,
) -> Result<(), StoreError> {
    set(&mut *executor, INCARNATION, &identity.incarnation).await?;
    set(&mut *executor, SEQUENCE, &identity.sequence).await?;
    set(&mut *executor, STAMP, &identity.stamp).await
}

/// What authors of deletions that wait saw, now that their customers have another owner and branch.
async fn see_anew(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    let deleted: Vec<(i64, Uuid)> = sqlx::query_as(
        "SELECT change_row, record_id FROM changes WHERE state = 0 AND seen IS NOT NULL AND entity = 'customers'",
    )
    .fetch_all(tx.connection())
    .await?;
    for (change, customer) in deleted {
        let Some(record) = tx.record(Feature::Customers, customer).await? else { continue };
        sqlx::query("UPDATE changes SET seen = ?2 WHERE change_row = ?1")
            .bind(change)
            .bind(record.checksum().cast_signed())
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

impl Store {
    /// Who works with the store.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn owner(&self) -> Result<Option<Owner>, StoreError> {
        get(&self.readers, OWNER).await
    }

    /// Notes who works with the store.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_owner(&self, owner: &Owner) -> Result<(), StoreError> {
        set(&mut *self.writer().await?, OWNER, owner).await
    }

    /// The server that the store belongs to.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn membership(&self) -> Result<Option<Membership>, StoreError> {
        get(&self.readers, MEMBERSHIP).await
    }

    /// Notes the server that the store belongs to.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_membership(&self, membership: &Membership) -> Result<(), StoreError> {
        set(&mut *self.writer().await?, MEMBERSHIP, membership).await
    }

    /// The recovery key that the server said last, as it said it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn offered_recovery(&self) -> Result<Option<String>, StoreError> {
        Ok(get::<Option<String>>(&self.readers, RECOVERY).await?.flatten())
    }

    /// Notes the recovery key that the server says.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_offered_recovery(&self, key: Option<&str>) -> Result<(), StoreError> {
        set(&mut *self.writer().await?, RECOVERY, &key).await
    }

    /// Joins a store that worked alone to a server: its customers, its branch and the changes that wait to be sent become those of
    /// the user there.
    ///
    /// # Errors
    /// [`StoreError`]; the store works alone as before then.
    pub async fn join(
        &self,
        before: &UserProfile,
        owner: &Owner,
        membership: &Membership,
    ) -> Result<(), StoreError> {
        let after = &owner.profile;
        let mut tx = self.write().await?;
        for (column, old, new) in [
            ("owner", before.id.to_string(), after.id.to_string()),
            ("branch", before.branch.to_string(), after.branch.to_string()),
        ] {
            let sql = format!("UPDATE customers SET {column} = ?2 WHERE {column} = ?1");
            sqlx::query(AssertSqlSafe(sql)).bind(&old).bind(&new).execute(tx.connection()).await?;
            // An id is like no other text, so that its places in the JSON need not be known.
            sqlx::query("UPDATE changes SET fields = replace(fields, ?1, ?2) WHERE instr(fields, ?1) > 0")
                .bind(&old)
                .bind(&new)
                .execute(tx.connection())
                .await?;
        }
        sqlx::query("UPDATE changes SET actor = ?2 WHERE actor = ?1")
            .bind(before.id.0)
            .bind(after.id.0)
            .execute(tx.connection())
            .await?;
        see_anew(&mut tx).await?;
        set(tx.connection(), OWNER, owner).await?;
        set(tx.connection(), MEMBERSHIP, membership).await?;
        tx.touched.insert(Feature::Customers);
        tx.commit().await
    }

    /// Notes a sign-in, and tells of the one before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_sign_in(&self, at: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let before = get(&self.readers, LAST_SIGN_IN).await?;
        set(&mut *self.writer().await?, LAST_SIGN_IN, &at).await?;
        Ok(before)
    }

    /// Notes that somebody opens the store whose server last answered at `contact`; the latest time at which anybody did since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_opening(&self, contact: Timestamp, now: Timestamp) -> Result<Timestamp, StoreError> {
        let before: Option<Opened> = get(&self.readers, OPENED).await?;
        let before = before.filter(|before| before.contact == contact).map(|before| before.latest);
        let latest = before.map_or(now, |before| before.max(now));
        set(&mut *self.writer().await?, OPENED, &Opened { contact, latest }).await?;
        Ok(latest)
    }
}
