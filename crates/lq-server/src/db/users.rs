//! Members of staff: how they sign in, and what they are at the bank now.

use crate::db::records::{self, BANK};
use crate::error::ServerError;
use lq_domain::access::Role;
use lq_domain::feature::Feature;
use lq_domain::ids::{BranchId, UserId};
use lq_domain::record::Record;
use lq_protocol::secret::KdfParams;
use lq_protocol::staff::UserProfile;
use sqlx::types::Json;
use sqlx::{PgConnection, Row};
use std::collections::HashMap;
use uuid::Uuid;

/// Field of a user's record: the name colleagues see. Branches have it too.
pub(crate) const NAME: &str = "name";
/// Field of a user's record: the role's word.
pub(crate) const ROLE: &str = "role";
/// Field of a user's record: the branch.
pub(crate) const BRANCH: &str = "branch";
/// Field of a user's record: `"1"` when the user may not sign in.
pub(crate) const DISABLED: &str = "disabled";
/// Field of a branch's record: the branch above.
pub(crate) const PARENT: &str = "parent";

/// What a user signs in with.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) user: UserId,
    pub(crate) secret_salt: Vec<u8>,
    pub(crate) secret_hash: Vec<u8>,
    pub(crate) kdf: KdfParams,
    pub(crate) password_expired: bool,
}

/// A user as the bank's feed has them.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) profile: UserProfile,
    pub(crate) disabled: bool,
    /// The branch whose tables hold the ledger of the user's changes: the one in which the user began.
    pub(crate) ledger: Uuid,
}

/// The credentials behind a canonical login name.
pub(crate) async fn credentials(
    connection: &mut PgConnection,
    login: &str,
) -> Result<Option<Credentials>, ServerError> {
    // PostgreSQL takes no text with this character, so that asking for it would be a fault and not an answer.
    if login.contains('\0') {
        return Ok(None);
    }
    let row = sqlx::query(
        "SELECT user_id, secret_salt, secret_hash, kdf, password_expired
           FROM users
          WHERE login = $1",
    )
    .bind(login)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Credentials {
        user: UserId(row.try_get("user_id")?),
        secret_salt: row.try_get("secret_salt")?,
        secret_hash: row.try_get("secret_hash")?,
        kdf: row.try_get::<Json<KdfParams>, _>("kdf")?.0,
        password_expired: row.try_get("password_expired")?,
    }))
}

/// Keeps a new user's credentials, and the branch of the ledger. The login name may be taken.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    login: &str,
    ledger: BranchId,
    credentials: &Credentials,
) -> Result<bool, ServerError> {
    let done = sqlx::query(
        "INSERT INTO users (user_id, login, secret_salt, secret_hash, kdf, password_expired, ledger_branch_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (login) DO NOTHING",
    )
    .bind(credentials.user.0)
    .bind(login)
    .bind(&credentials.secret_salt)
    .bind(&credentials.secret_hash)
    .bind(Json(&credentials.kdf))
    .bind(credentials.password_expired)
    .bind(ledger.0)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Replaces a user's credentials.
pub(crate) async fn set_credentials(
    connection: &mut PgConnection,
    credentials: &Credentials,
) -> Result<(), ServerError> {
    sqlx::query(
        "UPDATE users
            SET secret_salt = $2,
                secret_hash = $3,
                kdf = $4,
                password_expired = $5
          WHERE user_id = $1",
    )
    .bind(credentials.user.0)
    .bind(&credentials.secret_salt)
    .bind(&credentials.secret_hash)
    .bind(Json(&credentials.kdf))
    .bind(credentials.password_expired)
    .execute(connection)
    .await?;
    Ok(())
}

/// A user with the role and the branches that count now.
pub(crate) async fn known(connection: &mut PgConnection, user: UserId) -> Result<Option<Known>, ServerError> {
    let Some(record) = records::find(connection, Feature::Users, user.0).await? else { return Ok(None) };
    let row: Option<(String, Uuid)> =
        sqlx::query_as("SELECT login, ledger_branch_id FROM users WHERE user_id = $1")
            .bind(user.0)
            .fetch_optional(&mut *connection)
            .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(describe(connection, row, &record).await?))
}

/// Every user, by name.
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<Known>, ServerError> {
    let records = records::of_bank(connection, Feature::Users).await?;
    let rows: Vec<(Uuid, String, Uuid)> =
        sqlx::query_as("SELECT user_id, login, ledger_branch_id FROM users")
            .fetch_all(&mut *connection)
            .await?;
    let mut rows: HashMap<Uuid, (String, Uuid)> =
        rows.into_iter().map(|(id, login, ledger)| (id, (login, ledger))).collect();
    let mut all = Vec::with_capacity(records.len());
    for record in &records {
        if let Some(row) = rows.remove(&record.id) {
            all.push(describe(connection, row, record).await?);
        }
    }
    Ok(all)
}

async fn describe(
    connection: &mut PgConnection,
    (login, ledger): (String, Uuid),
    record: &Record,
) -> Result<Known, ServerError> {
    let missing = |column| ServerError::Row { table: "records", column };
    let role = record.get(ROLE).and_then(Role::parse).ok_or(missing(ROLE))?;
    let branch = branch_of(record).ok_or(missing(BRANCH))?;
    let own = records::find(connection, Feature::Branches, branch.0).await?;
    let branches = below(connection, branch).await?;
    let profile = UserProfile {
        id: UserId(record.id),
        login,
        name: record.get(NAME).unwrap_or_default().to_owned(),
        role,
        branch,
        branch_name: own.as_ref().and_then(|own| own.get(NAME)).unwrap_or_default().to_owned(),
        branches,
    };
    Ok(Known { profile, disabled: record.get(DISABLED).is_some(), ledger })
}

/// The branch of a user's record.
pub(crate) fn branch_of(record: &Record) -> Option<BranchId> {
    record.get(BRANCH).and_then(BranchId::parse)
}

/// A branch and all branches below it.
pub(crate) async fn below(
    connection: &mut PgConnection,
    branch: BranchId,
) -> Result<Vec<BranchId>, ServerError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "WITH RECURSIVE below (record_id) AS (
           SELECT $2
           UNION
           SELECT r.record_id
             FROM records r
             JOIN below b ON r.fields ->> 'parent' = b.record_id::text
            WHERE r.branch_id = $1
              AND r.entity = 'branches'
         )
         SELECT record_id FROM below ORDER BY record_id",
    )
    .bind(BANK)
    .bind(branch.0)
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(BranchId).collect())
}
