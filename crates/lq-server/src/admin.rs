//! What an administrator does, through the API or on the server itself: branches, users, devices.

use crate::app::App;
use crate::db::audits::Entry;
use crate::db::users::{BRANCH, Credentials, DISABLED, Known, NAME, PARENT, ROLE};
use crate::db::{audits, feeds, records, sessions, users};
use crate::devices;
use crate::error::ServerError;
use crate::session::{canonical_login, new_credentials};
use crate::write;
use lq_domain::access::Role;
use lq_domain::clock::Stamp;
use lq_domain::customers::{Field, parse_field};
use lq_domain::feature::Feature;
use lq_domain::ids::{BranchId, DeviceId, UserId};
use lq_domain::record::Record;
use lq_protocol::error::{ApiError, ErrorCode};
use lq_protocol::secret::{KdfParams, derive};
use lq_protocol::staff::UserProfile;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

/// A branch, as an administrator makes it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NewBranch {
    /// The name.
    pub name: String,
    /// The branch above.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    pub parent: Option<BranchId>,
}

/// A branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BranchView {
    /// The branch.
    #[schema(value_type = Uuid)]
    pub id: BranchId,
    /// The name.
    pub name: String,
    /// The branch above.
    #[schema(value_type = Option<Uuid>)]
    pub parent: Option<BranchId>,
}

/// A secret derived from a password, with how it was derived. The server never sees the password.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct NewSecret {
    /// The secret, base64.
    pub secret: String,
    /// Salt and cost.
    pub kdf: KdfParams,
    /// Whether the user has to change the password at the next sign-in.
    #[serde(default = "yes")]
    pub expired: bool,
}

const fn yes() -> bool {
    true
}

impl std::fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewSecret(…)")
    }
}

impl NewSecret {
    /// What the device would derive from a password.
    ///
    /// # Errors
    /// [`ErrorCode::RequestForm`] when the parameters are not acceptable.
    pub fn of_password(password: &str, kdf: KdfParams, expired: bool) -> Result<Self, ServerError> {
        let derived = derive(password, &kdf).map_err(|_| ErrorCode::RequestForm)?;
        Ok(Self { secret: derived.secret_base64(), kdf, expired })
    }
}

/// A user, as an administrator makes one.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NewUser {
    /// The login name.
    pub login: String,
    /// The name colleagues see.
    pub name: String,
    /// The role.
    #[schema(value_type = String)]
    pub role: Role,
    /// The branch.
    #[schema(value_type = Uuid)]
    pub branch: BranchId,
    /// The first password.
    pub password: NewSecret,
}

/// What changes about a user; what is not named stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct UserChange {
    /// The name colleagues see.
    #[serde(default)]
    pub name: Option<String>,
    /// The role.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub role: Option<Role>,
    /// The branch.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    pub branch: Option<BranchId>,
    /// Whether the user may not sign in.
    #[serde(default)]
    pub disabled: Option<bool>,
    /// A new password.
    #[serde(default)]
    pub password: Option<NewSecret>,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserView {
    /// Name, role and branches.
    pub user: UserProfile,
    /// Whether the user may not sign in.
    pub disabled: bool,
}

impl From<Known> for UserView {
    fn from(known: Known) -> Self {
        Self { user: known.profile, disabled: known.disabled }
    }
}

/// Makes a branch. `by` is the administrator; nobody when it is done on the server itself.
///
/// # Errors
/// [`ErrorCode::ReferenceUnknown`] when there is no such branch above, or what is wrong with the name.
pub async fn branch_add(app: &App, by: Option<UserId>, new: NewBranch) -> Result<BranchView, ServerError> {
    let name = parse_name(&new.name)?;
    let mut tx = app.db().begin().await?;
    let mut fields = vec![(NAME, Some(name.clone()))];
    if let Some(parent) = new.parent {
        branch_exists(&mut tx, parent, PARENT).await?;
        fields.push((PARENT, Some(parent.to_string())));
    }
    let id = app.new_id();
    save(app, &mut tx, by, (Feature::Branches, id), fields).await?;
    tx.commit().await?;
    Ok(BranchView { id: BranchId(id), name, parent: new.parent })
}

/// Every branch, by name.
///
/// # Errors
/// What the database says.
pub async fn branch_list(app: &App) -> Result<Vec<BranchView>, ServerError> {
    let mut connection = app.db().pool.acquire().await?;
    let records = records::of_bank(&mut connection, Feature::Branches).await?;
    Ok(records
        .iter()
        .map(|record| BranchView {
            id: BranchId(record.id),
            name: record.get(NAME).unwrap_or_default().to_owned(),
            parent: record.get(PARENT).and_then(BranchId::parse),
        })
        .collect())
}

/// Makes a user.
///
/// # Errors
/// [`ErrorCode::LoginForm`], [`ErrorCode::LoginTaken`], [`ErrorCode::ReferenceUnknown`], or what is wrong with the name.
pub async fn user_add(app: &App, by: Option<UserId>, new: NewUser) -> Result<UserView, ServerError> {
    let login = parse_login(&new.login)?;
    let name = parse_name(&new.name)?;
    let user = UserId(app.new_id());
    let credentials = credentials(app, user, new.password).await?;
    let mut tx = app.db().begin().await?;
    branch_exists(&mut tx, new.branch, BRANCH).await?;
    if !users::insert(&mut tx, &login, new.branch, &credentials).await? {
        return Err(ApiError::new(ErrorCode::LoginTaken).in_field("login").into());
    }
    let fields = vec![
        (NAME, Some(name)),
        (ROLE, Some(new.role.as_str().to_owned())),
        (BRANCH, Some(new.branch.to_string())),
    ];
    save(app, &mut tx, by, (Feature::Users, user.0), fields).await?;
    let known = users::known(&mut tx, user).await?.ok_or(ErrorCode::NotFound)?;
    tx.commit().await?;
    Ok(known.into())
}

/// Every user, by name.
///
/// # Errors
/// What the database says.
pub async fn user_list(app: &App) -> Result<Vec<UserView>, ServerError> {
    let mut connection = app.db().pool.acquire().await?;
    Ok(users::all(&mut connection).await?.into_iter().map(UserView::from).collect())
}

/// The user with a login name.
///
/// # Errors
/// [`ErrorCode::NotFound`].
pub async fn user_by_login(app: &App, login: &str) -> Result<UserView, ServerError> {
    let mut connection = app.db().pool.acquire().await?;
    let found =
        users::credentials(&mut connection, &canonical_login(login)).await?.ok_or(ErrorCode::NotFound)?;
    let known = users::known(&mut connection, found.user).await?.ok_or(ErrorCode::NotFound)?;
    Ok(known.into())
}

/// Changes a user. Role and branch count from the next request; a new password, and being disabled, end all sessions.
///
/// # Errors
/// [`ErrorCode::NotFound`], [`ErrorCode::ReferenceUnknown`], or what is wrong with the name.
pub async fn user_set(
    app: &App,
    by: Option<UserId>,
    user: UserId,
    change: UserChange,
) -> Result<UserView, ServerError> {
    let password = match change.password {
        Some(password) => Some(credentials(app, user, password).await?),
        None => None,
    };
    let mut tx = app.db().begin().await?;
    records::lock(&mut tx, user.0).await?;
    users::known(&mut tx, user).await?.ok_or(ErrorCode::NotFound)?;
    let mut fields = Vec::new();
    if let Some(name) = &change.name {
        fields.push((NAME, Some(parse_name(name)?)));
    }
    if let Some(role) = change.role {
        fields.push((ROLE, Some(role.as_str().to_owned())));
    }
    if let Some(branch) = change.branch {
        branch_exists(&mut tx, branch, BRANCH).await?;
        fields.push((BRANCH, Some(branch.to_string())));
    }
    if let Some(disabled) = change.disabled {
        fields.push((DISABLED, disabled.then(|| "1".to_owned())));
    }
    if !fields.is_empty() {
        save(app, &mut tx, by, (Feature::Users, user.0), fields).await?;
    }
    if let Some(credentials) = &password {
        users::set_credentials(&mut tx, credentials).await?;
        let entry = Entry::new("password_given", app.now(), by).about(Feature::Users, user.0);
        audits::append(&mut tx, BranchId(records::BANK), &entry).await?;
    }
    if password.is_some() || change.disabled == Some(true) {
        sessions::end_others(&mut tx, user, None).await?;
    }
    if change.role.is_some() || change.branch.is_some() || change.disabled.is_some() {
        devices::wake(&mut tx, user).await?;
    }
    let known = users::known(&mut tx, user).await?.ok_or(ErrorCode::NotFound)?;
    tx.commit().await?;
    Ok(known.into())
}

/// Forgets which records left their feeds more than so many days ago. A device that has been away for longer takes its feeds anew
/// and lets go of what they do not tell of. How many entries went.
///
/// # Errors
/// What the database says.
pub async fn feeds_compact(app: &App, days: u32) -> Result<u64, ServerError> {
    let before = app.now().plus_millis(-i64::from(days) * 24 * 60 * 60 * 1_000);
    let mut tx = app.db().begin().await?;
    let gone = feeds::forget(&mut tx, before).await?;
    tx.commit().await?;
    Ok(gone)
}

async fn credentials(app: &App, user: UserId, new: NewSecret) -> Result<Credentials, ServerError> {
    let app = app.clone();
    tokio::task::spawn_blocking(move || {
        new_credentials(user, &new.secret, new.kdf, new.expired, app.random())
    })
    .await
    .map_err(|_| ServerError::Crypto)?
}

/// Writes fields of one of the bank's own records.
async fn save(
    app: &App,
    connection: &mut PgConnection,
    by: Option<UserId>,
    (entity, id): (Feature, Uuid),
    fields: Vec<(&str, Option<String>)>,
) -> Result<(), ServerError> {
    let now = app.now();
    records::lock(connection, id).await?;
    let before = records::find(connection, entity, id).await?;
    let mut after = before.clone().unwrap_or_else(|| Record::new(entity, id, now));
    for (field, value) in fields {
        after.set(field, value);
        after.stamps.insert(field.to_owned(), Stamp { wall: now, counter: 0, device: DeviceId(Uuid::nil()) });
    }
    after.updated_at = now;
    let action = if before.is_some() { "update" } else { "create" };
    write::put(connection, before, after, Entry::new(action, now, by)).await?;
    Ok(())
}

async fn branch_exists(
    connection: &mut PgConnection,
    branch: BranchId,
    field: &str,
) -> Result<(), ServerError> {
    match records::find(connection, Feature::Branches, branch.0).await? {
        Some(_) => Ok(()),
        None => Err(ApiError::new(ErrorCode::ReferenceUnknown).in_field(field).into()),
    }
}

/// Names of users and branches obey the rule for names of customers.
pub(crate) fn parse_name(typed: &str) -> Result<String, ServerError> {
    let today = chrono::NaiveDate::MIN;
    match parse_field(Field::Name, typed, "", today) {
        Ok(name) => Ok(name.unwrap_or_default()),
        Err(problem) => {
            let code = ErrorCode::parse(problem.code()).unwrap_or(ErrorCode::RequestForm);
            Err(ApiError::new(code).in_field(NAME).into())
        }
    }
}

/// A login name has 2 to 64 small letters, digits and the signs `.`, `-`, `_`, `@`.
fn parse_login(typed: &str) -> Result<String, ServerError> {
    let login = canonical_login(typed);
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_@".contains(c);
    if (2..=64).contains(&login.len()) && login.chars().all(allowed) {
        Ok(login)
    } else {
        Err(ApiError::new(ErrorCode::LoginForm).in_field("login").into())
    }
}

/// Reads and judges what an administrator sends, without keeping it. The secrets' hash reads nothing and is slow on purpose.
#[cfg(any(test, feature = "fuzz"))]
pub(crate) fn examine(bytes: &[u8]) {
    use crate::fuzz::read;
    if let Some(new) = read::<NewUser>(bytes) {
        let _ = (parse_login(&new.login), parse_name(&new.name));
    }
    if let Some(change) = read::<UserChange>(bytes) {
        let _ = change.name.as_deref().map(parse_name);
    }
    let _ = read::<NewBranch>(bytes).map(|new| parse_name(&new.name));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_names_are_small_and_plain() {
        assert_eq!(parse_login(" Li.Na ").unwrap(), "li.na");
        for bad in ["", "a", "li na", "李娜", "a'b"] {
            assert_eq!(parse_login(bad).unwrap_err().code(), ErrorCode::LoginForm, "{bad}");
        }
    }
}
