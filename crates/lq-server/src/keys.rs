//! Keys with which the bank's other systems deliver: who may, and only that.

use crate::admin::parse_name;
use crate::app::App;
use crate::db::audits::{self, Entry};
use crate::db::keys::{self, Key};
use crate::db::records;
use crate::error::ServerError;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lq_domain::access::KeyScope;
use lq_domain::clock::{Random, Timestamp};
use lq_domain::feature::Feature;
use lq_domain::ids::BranchId;
use lq_protocol::error::{ApiError, ErrorCode};
use ring::digest::{SHA256, digest};
use serde::Serialize;
use zeroize::Zeroizing;

/// How a key begins, so that whoever finds one somewhere knows what it is.
const PREFIX: &str = "lqk_";

/// A key of another system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyView {
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<KeyScope>,
    /// When it was made, UTC milliseconds.
    pub made_at: Timestamp,
    /// When it was ended, UTC milliseconds.
    pub revoked_at: Option<Timestamp>,
}

impl From<Key> for KeyView {
    fn from(key: Key) -> Self {
        Self { name: key.name, scopes: key.scopes, made_at: key.made_at, revoked_at: key.revoked_at }
    }
}

/// A new key with what opens with it.
#[derive(Clone, Serialize)]
pub struct NewKey {
    /// Sent with each request as a bearer token.
    pub secret: String,
    /// What it may do.
    #[serde(flatten)]
    pub key: KeyView,
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewKey(…)")
    }
}

/// Makes a key for another system. What opens with it is told once, and can't be told again.
///
/// # Errors
/// [`ErrorCode::NameTaken`], [`ErrorCode::ChoiceUnknown`] without a scope, or what is wrong with the name.
pub async fn add(app: &App, name: &str, scopes: Vec<KeyScope>) -> Result<NewKey, ServerError> {
    let name = parse_name(name)?;
    if scopes.is_empty() {
        return Err(ApiError::new(ErrorCode::ChoiceUnknown).in_field("scopes").into());
    }
    let (secret, hash) = new_secret(app.random());
    let now = app.now();
    let key = Key { id: app.new_id(), name, scopes, made_at: now, revoked_at: None };
    let mut tx = app.db().begin().await?;
    if !keys::insert(&mut tx, &key, &hash).await? {
        return Err(ApiError::new(ErrorCode::NameTaken).in_field("name").into());
    }
    let entry = Entry::new("key_add", now, None).about(Feature::Session, key.id);
    audits::append(&mut tx, BranchId(records::BANK), &entry).await?;
    tx.commit().await?;
    Ok(NewKey { secret, key: key.into() })
}

/// Every key, by name.
///
/// # Errors
/// What the database says.
pub async fn list(app: &App) -> Result<Vec<KeyView>, ServerError> {
    let mut connection = app.db().pool.acquire().await?;
    Ok(keys::all(&mut connection).await?.into_iter().map(KeyView::from).collect())
}

/// Ends a key for good.
///
/// # Errors
/// [`ErrorCode::NotFound`].
pub async fn revoke(app: &App, name: &str) -> Result<(), ServerError> {
    let now = app.now();
    let mut tx = app.db().begin().await?;
    let id = keys::revoke(&mut tx, name, now).await?.ok_or(ErrorCode::NotFound)?;
    let entry = Entry::new("key_revoke", now, None).about(Feature::Session, id);
    audits::append(&mut tx, BranchId(records::BANK), &entry).await?;
    tx.commit().await?;
    Ok(())
}

/// A secret of 256 random bits, and its hash.
fn new_secret(random: &dyn Random) -> (String, Vec<u8>) {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    random.fill(bytes.as_mut());
    let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes.as_ref()));
    let hash = hash(&secret);
    (secret, hash)
}

fn hash(secret: &str) -> Vec<u8> {
    digest(&SHA256, secret.as_bytes()).as_ref().to_vec()
}

/// The key that a bearer token is.
pub(crate) async fn authenticate(app: &App, token: &str) -> Result<Key, ServerError> {
    if !token.starts_with(PREFIX) {
        return Err(ErrorCode::SignedOut.into());
    }
    let mut connection = app.db().pool.acquire().await?;
    Ok(keys::by_hash(&mut connection, &hash(token)).await?.ok_or(ErrorCode::SignedOut)?)
}
