//! Sign-in: what is checked, and what a session gets. Neither answer nor time tells whether a login exists.

use crate::app::App;
use crate::db::audits::{self, Entry};
use crate::db::sessions::{self, Hashes, Session};
use crate::db::users::{self, Credentials, Known};
use crate::db::{devices, sign_ins};
use crate::error::ServerError;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD as BASE64, URL_SAFE_NO_PAD};
use lq_domain::clock::{Random, Timestamp};
use lq_domain::ids::{DeviceId, UserId};
use lq_protocol::error::{ApiError, ErrorCode};
use lq_protocol::secret::KdfParams;
use lq_protocol::session::{
    ParametersReply, ParametersRequest, PasswordRequest, RefreshRequest, SessionReply, SignInRequest,
};
use ring::{digest, hmac};
use sqlx::PgConnection;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Life of an access token.
const ACCESS_MILLIS: i64 = 15 * 60 * 1_000;
/// Life of a refresh token that nobody uses.
const REFRESH_MILLIS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Longest name of a device, in characters.
const DEVICE_NAME_MAX: usize = 100;
/// The secret has 256 random-looking bits, so that the hash need not be slow; it is memory-hard all the same.
const HASH_MEMORY_KIB: u32 = 4 * 1_024;

/// A login name in its canonical form.
pub(crate) fn canonical_login(typed: &str) -> String {
    typed.trim().to_lowercase()
}

fn keyed(app: &App, purpose: &str, login: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &app.server().secret);
    hmac::sign(&key, format!("{purpose}:{login}").as_bytes()).as_ref().to_vec()
}

/// Parameters that an unknown login gets, the same ones each time.
fn invented(app: &App, login: &str) -> KdfParams {
    let mut salt = [0_u8; 16];
    salt.copy_from_slice(&keyed(app, "salt", login)[..16]);
    KdfParams::standard(&salt)
}

/// How a login's secret is derived.
pub(crate) async fn parameters(
    app: &App,
    request: &ParametersRequest,
) -> Result<ParametersReply, ServerError> {
    let login = canonical_login(&request.login);
    let mut connection = app.db().pool.acquire().await?;
    let known = users::credentials(&mut connection, &login).await?;
    Ok(ParametersReply { kdf: known.map_or_else(|| invented(app, &login), |known| known.kdf) })
}

/// Signs a user in on a device.
pub(crate) async fn sign_in(app: &App, request: SignInRequest) -> Result<SessionReply, ServerError> {
    let login = canonical_login(&request.login);
    let login_hash = keyed(app, "login", &login);
    let now = app.now();
    let mut connection = app.db().pool.acquire().await?;
    let attempt = sign_ins::count(&mut connection, &login_hash, now).await?;
    if attempt.failures > sign_ins::FAILURES_MAX {
        return Err(locked(attempt.locked_until, now));
    }
    let credentials = users::credentials(&mut connection, &login).await?;
    drop(connection);
    let right = verify(credentials.clone(), request.secret).await?;
    let mut tx = app.db().begin().await?;
    // Not for a wrong secret: the time of the answer would tell which logins exist.
    let known = match &credentials {
        Some(credentials) if right => users::known(&mut tx, credentials.user).await?,
        _ => None,
    };
    let (Some(credentials), Some(known), true) = (credentials, known.filter(|known| !known.disabled), right)
    else {
        return Err(if attempt.failures < sign_ins::FAILURES_MAX {
            ErrorCode::SignInFailed.into()
        } else {
            locked(attempt.locked_until, now)
        });
    };
    sign_ins::forget(&mut tx, &login_hash, now).await?;
    let name: String =
        request.device_name.chars().filter(|c| !c.is_control()).take(DEVICE_NAME_MAX).collect();
    let device = devices::register(&mut tx, request.device, credentials.user, &name, now).await?;
    if device.user != credentials.user {
        return Err(ErrorCode::NotAllowed.into());
    }
    if device.revoked_at.is_some() {
        tx.commit().await?;
        return Err(ErrorCode::DeviceRevoked.into());
    }
    let id = app.new_id();
    let tokens = Tokens::new(app.random(), id);
    sessions::begin(&mut tx, id, credentials.user, request.device, &tokens.hashes(now), now).await?;
    let mut entry = Entry::new("sign_in", now, Some(credentials.user));
    entry.device = Some(request.device);
    audits::append(&mut tx, known.profile.branch, &entry).await?;
    let reply = reply(app, &mut tx, tokens, known, credentials.password_expired).await?;
    tx.commit().await?;
    Ok(reply)
}

fn locked(until: Timestamp, now: Timestamp) -> ServerError {
    let minutes = (until.0.saturating_sub(now.0).max(1) + 59_999) / 60_000;
    ApiError::new(ErrorCode::SignInLocked).with("minutes", minutes).into()
}

/// Compares a secret with the stored hash; for an unknown login it does the same work for nothing.
async fn verify(credentials: Option<Credentials>, secret: String) -> Result<bool, ServerError> {
    let secret = Zeroizing::new(secret);
    tokio::task::spawn_blocking(move || {
        let bytes = Zeroizing::new(BASE64.decode(secret.as_bytes()).unwrap_or_default());
        let salt = credentials.as_ref().map_or(&[0; 16][..], |known| &known.secret_salt);
        let hash = hash_secret(&bytes, salt)?;
        let expected = credentials.as_ref().map_or(&[0; 32][..], |known| &known.secret_hash);
        // Looks at every byte, so that the time tells nothing about where they differ.
        let differs = hash.iter().zip(expected).fold(0, |differs, (one, other)| differs | (one ^ other));
        let same = differs == 0 && hash.len() == expected.len();
        Ok(same && credentials.is_some() && bytes.len() == 32)
    })
    .await
    .map_err(|_| ServerError::Crypto)?
}

fn hash_secret(secret: &[u8], salt: &[u8]) -> Result<[u8; 32], ServerError> {
    #[cfg(test)]
    tests::HASHES.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let cost = argon2::Params::new(HASH_MEMORY_KIB, 1, 1, Some(32)).map_err(|_| ServerError::Crypto)?;
    let mut hash = [0_u8; 32];
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, cost)
        .hash_password_into(secret, salt, &mut hash)
        .map_err(|_| ServerError::Crypto)?;
    Ok(hash)
}

/// Credentials around a new secret, base64 as it crosses the wire.
pub(crate) fn new_credentials(
    user: UserId,
    secret: &str,
    kdf: KdfParams,
    password_expired: bool,
    random: &dyn Random,
) -> Result<Credentials, ServerError> {
    let form = |field| ServerError::from(ApiError::new(ErrorCode::RequestForm).in_field(field));
    let secret = Zeroizing::new(BASE64.decode(secret).map_err(|_| form("secret"))?);
    let salt_length = BASE64.decode(&kdf.salt).map_err(|_| form("kdf"))?.len();
    if secret.len() != 32 {
        return Err(form("secret"));
    }
    if salt_length < 16 || kdf.lanes != 1 {
        return Err(form("kdf"));
    }
    let mut salt = vec![0; 16];
    random.fill(&mut salt);
    let secret_hash = hash_secret(&secret, &salt)?.to_vec();
    Ok(Credentials { user, secret_salt: salt, secret_hash, kdf, password_expired })
}

/// Renews a session. A refresh token works once: one that comes back later was stolen, or its successor was.
pub(crate) async fn refresh(app: &App, request: &RefreshRequest) -> Result<SessionReply, ServerError> {
    let now = app.now();
    let (id, hash) = read_token(&request.refresh_token).ok_or(ErrorCode::SignedOut)?;
    let mut tx = app.db().begin().await?;
    let session = sessions::lock(&mut tx, id).await?.ok_or(ErrorCode::SignedOut)?;
    // The reply to the last refresh was lost on its way, if nobody has used what was in it.
    let lost = !session.access_used && session.replaced_hash.as_ref() == Some(&hash);
    if (session.refresh_hash != hash && !lost) || session.device != request.device {
        sessions::end(&mut tx, id).await?;
        tx.commit().await?;
        tracing::warn!(session = %id, "a used refresh token came back");
        return Err(ErrorCode::SignedOut.into());
    }
    if session.revoked {
        return Err(ErrorCode::DeviceRevoked.into());
    }
    let known = users::known(&mut tx, session.user).await?.filter(|known| !known.disabled);
    let Some(known) = known.filter(|_| now < session.refresh_until) else {
        return Err(ErrorCode::SignedOut.into());
    };
    let tokens = Tokens::new(app.random(), id);
    sessions::rotate(&mut tx, id, &tokens.hashes(now), &hash).await?;
    let reply = reply(app, &mut tx, tokens, known, session.password_expired).await?;
    tx.commit().await?;
    Ok(reply)
}

/// The device whose last refresh token this is, be the device locked or not.
pub(crate) async fn proven(
    connection: &mut PgConnection,
    request: &RefreshRequest,
) -> Result<DeviceId, ServerError> {
    let (id, hash) = read_token(&request.refresh_token).ok_or(ErrorCode::SignedOut)?;
    let session = sessions::lock(connection, id).await?.ok_or(ErrorCode::SignedOut)?;
    let known = session.refresh_hash == hash || session.replaced_hash.as_ref() == Some(&hash);
    if known && session.device == request.device {
        Ok(session.device)
    } else {
        Err(ErrorCode::SignedOut.into())
    }
}

/// Sets a new password; the user's other sessions end.
pub(crate) async fn password(
    app: &App,
    signed: &Signed,
    request: PasswordRequest,
) -> Result<SessionReply, ServerError> {
    let now = app.now();
    let login_hash = keyed(app, "login", &signed.known.profile.login);
    let mut connection = app.db().pool.acquire().await?;
    let attempt = sign_ins::count(&mut connection, &login_hash, now).await?;
    if attempt.failures > sign_ins::FAILURES_MAX {
        return Err(locked(attempt.locked_until, now));
    }
    let credentials = users::credentials(&mut connection, &signed.known.profile.login).await?;
    drop(connection);
    if !verify(credentials, request.old_secret.clone()).await? {
        return Err(ApiError::new(ErrorCode::SignInFailed).in_field("old_secret").into());
    }
    if request.old_secret == request.new_secret {
        return Err(ApiError::new(ErrorCode::PasswordSame).in_field("new_secret").into());
    }
    let credentials =
        new_credentials(signed.session.user, &request.new_secret, request.kdf, false, app.random())?;
    let mut tx = app.db().begin().await?;
    let session = sessions::lock(&mut tx, signed.session.id).await?.ok_or(ErrorCode::SignedOut)?;
    sign_ins::forget(&mut tx, &login_hash, now).await?;
    users::set_credentials(&mut tx, &credentials).await?;
    sessions::end_others(&mut tx, session.user, Some(session.id)).await?;
    let tokens = Tokens::new(app.random(), session.id);
    sessions::rotate(&mut tx, session.id, &tokens.hashes(now), &session.refresh_hash).await?;
    let mut entry = Entry::new("password_set", now, Some(session.user));
    entry.device = Some(session.device);
    audits::append(&mut tx, signed.known.profile.branch, &entry).await?;
    let reply = reply(app, &mut tx, tokens, signed.known.clone(), false).await?;
    tx.commit().await?;
    Ok(reply)
}

async fn reply(
    app: &App,
    connection: &mut PgConnection,
    tokens: Tokens,
    known: Known,
    password_expired: bool,
) -> Result<SessionReply, ServerError> {
    let (epoch, recovery) =
        sqlx::query_as("SELECT epoch, recovery FROM server").fetch_one(connection).await?;
    Ok(SessionReply {
        access_token: tokens.access,
        expires_at: app.now().plus_millis(ACCESS_MILLIS).0,
        refresh_token: tokens.refresh,
        epoch,
        server_name: app.server().name.clone(),
        user: known.profile,
        password_expired,
        offline_days: app.server().offline_days,
        sample: app.server().sample,
        recovery,
    })
}

/// Two tokens: the session's id and 32 unpredictable bytes each.
struct Tokens {
    access: String,
    refresh: String,
}

impl Tokens {
    fn new(random: &dyn Random, session: Uuid) -> Self {
        let token = || {
            let mut bytes = Zeroizing::new([0_u8; 48]);
            bytes[..16].copy_from_slice(session.as_bytes());
            random.fill(&mut bytes[16..]);
            URL_SAFE_NO_PAD.encode(bytes.as_ref())
        };
        Self { access: token(), refresh: token() }
    }

    fn hashes(&self, now: Timestamp) -> Hashes {
        Hashes {
            access: token_hash(&self.access),
            access_until: now.plus_millis(ACCESS_MILLIS),
            refresh: token_hash(&self.refresh),
            refresh_until: now.plus_millis(REFRESH_MILLIS),
        }
    }
}

fn token_hash(token: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, token.as_bytes()).as_ref().to_vec()
}

pub(crate) fn read_token(token: &str) -> Option<(Uuid, Vec<u8>)> {
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(token).ok()?);
    let id = Uuid::from_slice(bytes.get(..16)?).ok()?;
    (bytes.len() == 48).then(|| (id, token_hash(token)))
}

/// Who asks: a session of a user on a device that is not locked.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub(crate) session: Session,
    pub(crate) known: Known,
}

impl Signed {
    /// The device that asks.
    pub(crate) fn device(&self) -> DeviceId {
        self.session.device
    }
}

/// Finds who an access token belongs to.
pub(crate) async fn authenticate(app: &App, token: &str) -> Result<Signed, ServerError> {
    let now = app.now();
    let mut connection = app.db().pool.acquire().await?;
    let session =
        sessions::by_access(&mut connection, &token_hash(token)).await?.ok_or(ErrorCode::SignedOut)?;
    if session.revoked {
        return Err(ErrorCode::DeviceRevoked.into());
    }
    if now >= session.access_until {
        return Err(ErrorCode::SignedOut.into());
    }
    let known = users::known(&mut connection, session.user).await?.filter(|known| !known.disabled);
    let known = known.ok_or(ErrorCode::SignedOut)?;
    if !session.access_used {
        sessions::note_use(&mut connection, &session, now).await?;
    }
    Ok(Signed { session, known })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// How often a secret was hashed in this process. Only one test looks.
    pub(super) static HASHES: AtomicUsize = AtomicUsize::new(0);

    #[tokio::test]
    async fn s8_1_an_unknown_login_costs_the_same_hash_as_a_wrong_password() {
        let right = [7; 32];
        let known = || Credentials {
            user: UserId(Uuid::nil()),
            secret_salt: vec![1; 16],
            secret_hash: hash_secret(&right, &[1; 16]).unwrap().to_vec(),
            kdf: KdfParams::standard(&[1; 16]),
            password_expired: false,
        };
        let cases = [
            (Some(known()), BASE64.encode(right), true),
            (Some(known()), BASE64.encode([8; 32]), false),
            (None, BASE64.encode(right), false),
            // The hash that an unknown login is compared with has no secret either.
            (None, BASE64.encode([0; 32]), false),
            (None, "no base64".to_owned(), false),
            (Some(known()), "no base64".to_owned(), false),
            (Some(known()), String::new(), false),
        ];
        for (credentials, secret, right) in cases {
            let before = HASHES.load(Ordering::SeqCst);
            assert_eq!(verify(credentials, secret).await.unwrap(), right);
            assert_eq!(HASHES.load(Ordering::SeqCst) - before, 1, "one hash, whoever asks and whatever for");
        }
    }
}
