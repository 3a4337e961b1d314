//! The copy of the data key for the bank: sealed to its public recovery key, opened by the private one, which is on no device
//! and no server (docs/adr/0019-recovery-key.md).
//!
//! A sealed key is 32 bytes of a public key made for it alone, and the data key under AES-256-GCM with its tag. The cipher's key is
//! HKDF-SHA256 of what X25519 gives for the two; the salt is both public keys, so that neither can be exchanged. It is used
//! once, therefore the nonce is zero. Device and number of the data key are bound to it.

use crate::error::StoreError;
use crate::key::cipher;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use lq_domain::clock::{Random, Timestamp};
use lq_domain::ids::DeviceId;
use lq_protocol::recovery::RecoveryKey;
use ring::aead::{Aad, LessSafeKey, NONCE_LEN, Nonce};
use ring::hkdf::{HKDF_SHA256, Salt};
use serde::{Deserialize, Serialize};
use x25519_dalek::{PublicKey, SharedSecret, StaticSecret};
use zeroize::{Zeroize as _, Zeroizing};

const PREFIX: &str = "lq-recovery-secret-1 ";
const INFO: &[u8] = b"langqiao recovery 1";
const PUBLIC: usize = 32;

/// The private half of the bank's recovery key. It leaves memory when dropped.
pub struct RecoverySecret(StaticSecret);

impl std::fmt::Debug for RecoverySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoverySecret(…)")
    }
}

impl RecoverySecret {
    /// A new one.
    #[must_use]
    pub fn new(random: &dyn Random) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut());
        Self(StaticSecret::from(*bytes))
    }

    /// Reads what [`RecoverySecret::text`] writes; nothing for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(BASE64.decode(text.trim().strip_prefix(PREFIX)?.trim()).ok()?);
        let bytes = Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).ok()?);
        Some(Self(StaticSecret::from(*bytes)))
    }

    /// What its file holds.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}\n", BASE64.encode(self.0.as_bytes())))
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> RecoveryKey {
        RecoveryKey::new(PublicKey::from(&self.0).to_bytes())
    }
}

/// The copy beside a vault's wrapped key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ForBank {
    /// To which key, as [`RecoveryKey`] is written.
    key: String,
    /// Since when it is this key.
    since: Timestamp,
    /// The sealed data key, base64.
    sealed: String,
}

/// Which recovery key a vault's copy is sealed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// The bank's key.
    pub key: RecoveryKey,
    /// Since when.
    pub since: Timestamp,
}

/// Which data key it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Which {
    pub(crate) device: DeviceId,
    pub(crate) generation: u64,
}

impl Which {
    fn aad(self) -> Aad<String> {
        Aad::from(format!("langqiao recovery 1 {} {}", self.device, self.generation))
    }
}

impl ForBank {
    /// Seals a data key to the bank's key. [`StoreError::RecoveryKey`] for one that keeps no secret.
    pub(crate) fn seal(
        secret: &[u8; 32],
        to: Recovery,
        which: Which,
        random: &dyn Random,
    ) -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut());
        let once = StaticSecret::from(*bytes);
        let public = PublicKey::from(&once);
        let shared = once.diffie_hellman(&PublicKey::from(*to.key.bytes()));
        let mut sealed = secret.to_vec();
        key(&shared, &public, &to.key)?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key([0; NONCE_LEN]), which.aad(), &mut sealed)
            .map_err(|_| StoreError::Damaged)?;
        let sealed = BASE64.encode([&public.as_bytes()[..], &sealed].concat());
        Ok(Self { key: to.key.to_string(), since: to.since, sealed })
    }

    /// Opens it. [`StoreError::RecoveryKey`] when it is sealed to another key.
    pub(crate) fn open(&self, secret: &RecoverySecret, which: Which) -> Result<[u8; 32], StoreError> {
        let bytes = BASE64.decode(&self.sealed).map_err(|_| StoreError::Damaged)?;
        let (public, sealed) = bytes.split_at_checked(PUBLIC).ok_or(StoreError::Damaged)?;
        let public: [u8; PUBLIC] = public.try_into().map_err(|_| StoreError::Damaged)?;
        let public = PublicKey::from(public);
        let mut sealed = sealed.to_vec();
        let opened = key(&secret.0.diffie_hellman(&public), &public, &secret.public())?
            .open_in_place(Nonce::assume_unique_for_key([0; NONCE_LEN]), which.aad(), &mut sealed)
            .map_err(|_| StoreError::RecoveryKey)?;
        let data_key = <[u8; 32]>::try_from(&*opened).map_err(|_| StoreError::Damaged);
        sealed.zeroize();
        data_key
    }

    /// To which key it is sealed.
    pub(crate) fn recovery(&self) -> Option<Recovery> {
        Some(Recovery { key: RecoveryKey::parse(&self.key)?, since: self.since })
    }
}

/// The cipher for one sealed key.
fn key(shared: &SharedSecret, once: &PublicKey, bank: &RecoveryKey) -> Result<LessSafeKey, StoreError> {
    // Some points give the same secret to everybody: sealed to one of them is not sealed.
    if !shared.was_contributory() {
        return Err(StoreError::RecoveryKey);
    }
    let mut own = Zeroizing::new([0; 32]);
    Salt::new(HKDF_SHA256, &[&once.as_bytes()[..], bank.bytes()].concat())
        .extract(shared.as_bytes())
        .expand(&[INFO], HKDF_SHA256)
        .and_then(|okm| okm.fill(own.as_mut()))
        .map_err(|_| StoreError::Damaged)?;
    cipher(&own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lq_testkit::random::SeededRandom;
    use uuid::Uuid;

    const WHICH: Which = Which { device: DeviceId(Uuid::from_u128(1)), generation: 3 };

    fn sealed(to: RecoveryKey) -> Result<ForBank, StoreError> {
        let to = Recovery { key: to, since: Timestamp(5) };
        ForBank::seal(&[9; 32], to, WHICH, &SeededRandom::new(2))
    }

    #[test]
    fn s1_4_what_is_sealed_to_the_bank_opens_by_its_private_key_only() {
        let secret = RecoverySecret::new(&SeededRandom::new(1));
        let read = RecoverySecret::parse(&secret.text()).unwrap();
        assert_eq!(read.public(), secret.public());
        let copy = sealed(secret.public()).unwrap();
        assert_eq!(copy.open(&read, WHICH).unwrap(), [9; 32]);
        assert_eq!(copy.recovery().unwrap(), Recovery { key: secret.public(), since: Timestamp(5) });
        let other = RecoverySecret::new(&SeededRandom::new(4));
        assert!(matches!(copy.open(&other, WHICH), Err(StoreError::RecoveryKey)));
        // Nor for another device, nor as another of its keys.
        for which in
            [Which { device: DeviceId(Uuid::from_u128(2)), ..WHICH }, Which { generation: 4, ..WHICH }]
        {
            assert!(matches!(copy.open(&read, which), Err(StoreError::RecoveryKey)));
        }
        for at in [0, 40, 70] {
            let mut bytes = BASE64.decode(&copy.sealed).unwrap();
            bytes[at] ^= 1;
            let flipped = ForBank { sealed: BASE64.encode(bytes), ..copy.clone() };
            assert!(flipped.open(&read, WHICH).is_err(), "{at}");
        }
        assert!(matches!(
            ForBank { sealed: "AAAA".to_owned(), ..copy }.open(&read, WHICH),
            Err(StoreError::Damaged)
        ));
        assert_eq!(format!("{secret:?}"), "RecoverySecret(…)");
        for wrong in ["", "lq-recovery-secret-1 AAAA", "lq-recovery-secret-2 x"] {
            assert!(RecoverySecret::parse(wrong).is_none());
        }
    }

    #[test]
    fn a_recovery_key_that_gives_everybody_the_same_secret_is_refused() {
        // Points of small order: what X25519 gives for them depends on no private key.
        let mut one = [0; 32];
        one[0] = 1;
        for weak in [[0; 32], one] {
            assert!(matches!(sealed(RecoveryKey::new(weak)), Err(StoreError::RecoveryKey)));
        }
    }
}
