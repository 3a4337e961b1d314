//! From a password to two keys that tell nothing of each other (sync design, section 6).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::hkdf;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Salt and cost of the password hash (Argon2id). Stored beside what it protects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KdfParams {
    /// 16 random bytes, base64.
    pub salt: String,
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl KdfParams {
    /// The product's cost: 64 MiB, 3 passes, 1 lane.
    #[must_use]
    pub fn standard(salt: &[u8; 16]) -> Self {
        Self { salt: BASE64.encode(salt), memory_kib: 64 * 1024, passes: 3, lanes: 1 }
    }
}

/// Why no keys could be derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The salt is not base64, or too short.
    #[error("salt")]
    Salt,
    /// The cost is outside what is allowed, be it too weak or too heavy.
    #[error("cost")]
    Cost,
}

/// What a password gives: a key that never leaves the device, and a secret for the server.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Derived {
    /// Encrypts the data key on the device.
    pub key: [u8; 32],
    /// Proves to the server that the password is known.
    pub secret: [u8; 32],
}

impl std::fmt::Debug for Derived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Derived(…)")
    }
}

impl Derived {
    /// The server's half, as it crosses the wire.
    #[must_use]
    pub fn secret_base64(&self) -> String {
        BASE64.encode(self.secret)
    }
}

/// Bounds on the cost: a hostile server can neither weaken the hash nor exhaust the device.
const MEMORY_KIB: std::ops::RangeInclusive<u32> = 8 * 1024..=1024 * 1024;
const PASSES: std::ops::RangeInclusive<u32> = 1..=16;

/// Derives both keys from a password.
///
/// # Errors
/// [`SecretError`] when the parameters are not acceptable.
pub fn derive(password: &str, params: &KdfParams) -> Result<Derived, SecretError> {
    let salt = BASE64.decode(&params.salt).map_err(|_| SecretError::Salt)?;
    if salt.len() < 16 {
        return Err(SecretError::Salt);
    }
    if !MEMORY_KIB.contains(&params.memory_kib) || !PASSES.contains(&params.passes) || params.lanes != 1 {
        return Err(SecretError::Cost);
    }
    let cost = argon2::Params::new(params.memory_kib, params.passes, params.lanes, Some(32))
        .map_err(|_| SecretError::Cost)?;
    let mut root = Zeroizing::new([0_u8; 32]);
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, cost)
        .hash_password_into(password.as_bytes(), &salt, root.as_mut())
        .map_err(|_| SecretError::Cost)?;
    let root = hkdf::Salt::new(hkdf::HKDF_SHA256, &salt).extract(root.as_ref());
    let mut derived = Derived { key: [0; 32], secret: [0; 32] };
    expand(&root, b"langqiao store key 1", &mut derived.key)?;
    expand(&root, b"langqiao server secret 1", &mut derived.secret)?;
    Ok(derived)
}

fn expand(root: &hkdf::Prk, purpose: &[u8], out: &mut [u8; 32]) -> Result<(), SecretError> {
    root.expand(&[purpose], hkdf::HKDF_SHA256).and_then(|key| key.fill(out)).map_err(|_| SecretError::Cost)
}

/// Fewest characters of a password.
pub const PASSWORD_MIN: usize = 8;

/// Why a password is too weak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than [`PASSWORD_MIN`] characters.
    #[error("short")]
    Short,
    /// Fewer than three of: lower case, upper case, digits, others.
    #[error("uniform")]
    Uniform,
    /// Contains the login name, or is one of the commonest passwords.
    #[error("common")]
    Common,
}

/// Parts of the passwords that are tried first everywhere.
const COMMON: [&str; 12] = [
    "password", "12345678", "qwerty", "abc123", "admin", "welcome", "letmein", "iloveyou", "888888",
    "666666", "5201314", "woaini",
];

/// Judges a new password.
///
/// # Errors
/// [`WeakPassword`] with the first reason found.
pub fn check_password(password: &str, login: &str) -> Result<(), WeakPassword> {
    if password.chars().count() < PASSWORD_MIN {
        return Err(WeakPassword::Short);
    }
    let lower = password.to_lowercase();
    let login = login.to_lowercase();
    if COMMON.iter().any(|common| lower.contains(common)) || (!login.is_empty() && lower.contains(&login)) {
        return Err(WeakPassword::Common);
    }
    let classes = [
        password.chars().any(char::is_lowercase),
        password.chars().any(char::is_uppercase),
        password.chars().any(|c| c.is_ascii_digit()),
        password.chars().any(|c| !c.is_lowercase() && !c.is_uppercase() && !c.is_ascii_digit()),
    ];
    if classes.into_iter().filter(|class| *class).count() < 3 { Err(WeakPassword::Uniform) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap(salt: u8) -> KdfParams {
        KdfParams { memory_kib: 8 * 1024, passes: 1, ..KdfParams::standard(&[salt; 16]) }
    }

    #[test]
    fn the_two_keys_differ_and_depend_on_password_and_salt() {
        let derived = derive("Langqiao-2026", &cheap(1)).unwrap();
        assert_ne!(derived.key, derived.secret);
        assert_eq!(derived.key, derive("Langqiao-2026", &cheap(1)).unwrap().key);
        assert_ne!(derived.key, derive("Langqiao-2026", &cheap(2)).unwrap().key);
        assert_ne!(derived.secret, derive("Langqiao-2027", &cheap(1)).unwrap().secret);
    }

    #[test]
    fn a_hostile_cost_is_refused() {
        let weak = KdfParams { memory_kib: 8, ..cheap(1) };
        assert_eq!(derive("x", &weak).unwrap_err(), SecretError::Cost);
        let heavy = KdfParams { passes: 1_000_000, ..cheap(1) };
        assert_eq!(derive("x", &heavy).unwrap_err(), SecretError::Cost);
    }

    #[test]
    fn s8_1_weak_passwords_are_refused() {
        assert_eq!(check_password("Ab1!", "li.na"), Err(WeakPassword::Short));
        assert_eq!(check_password("bridgebridge", "li.na"), Err(WeakPassword::Uniform));
        assert_eq!(check_password("Li.Na-20261124", "li.na"), Err(WeakPassword::Common));
        assert_eq!(check_password("Password-2026", "li.na"), Err(WeakPassword::Common));
        assert_eq!(check_password("Langqiao-2026", "li.na"), Ok(()));
    }
}
