//! The bank's recovery key: what a device wraps its data key to besides the password, so that an administrator can rescue
//! what was not sent (docs/adr/0019-recovery-key.md).
//!
//! Only its public half crosses a wire. It is written as `lqr1-` and base64url of 32 bytes (X25519) with four bytes of their
//! SHA-256, so that a slip in copying is noticed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

const PREFIX: &str = "lqr1-";
const LENGTH: usize = 32;
const CHECK: usize = 4;
/// Bytes of the hash that people compare.
const FINGERPRINT: usize = 16;

/// The public half of the bank's recovery key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecoveryKey([u8; LENGTH]);

impl RecoveryKey {
    /// The key of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; LENGTH]) -> Self {
        Self(bytes)
    }

    /// Reads what [`RecoveryKey`]'s `Display` writes; nothing for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim().strip_prefix(PREFIX)?).ok()?;
        let (key, check) = bytes.split_at_checked(LENGTH)?;
        let key: [u8; LENGTH] = key.try_into().ok()?;
        (check == &hash(&key)[..CHECK]).then_some(Self(key))
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    /// What people compare: the first half of the key's SHA-256 in groups of four digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digits: Vec<String> = hash(&self.0)[..FINGERPRINT]
            .chunks(2)
            .map(|pair| pair.iter().map(|byte| format!("{byte:02X}")).collect())
            .collect();
        digits.join("-")
    }
}

impl std::fmt::Display for RecoveryKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = [&self.0[..], &hash(&self.0)[..CHECK]].concat();
        write!(f, "{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }
}

fn hash(key: &[u8; LENGTH]) -> Vec<u8> {
    digest(&SHA256, key).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_key_is_read_as_it_was_written_and_a_slip_is_noticed() {
        let key = RecoveryKey::new([7; LENGTH]);
        let text = key.to_string();
        assert_eq!(RecoveryKey::parse(&format!(" {text}\n")), Some(key));
        assert_eq!(key.fingerprint().len(), 39);
        for wrong in ["", "lqr1-", "lqr1-AAAA", &text[..text.len() - 1], &text.replace("lqr1", "lqr2")] {
            assert_eq!(RecoveryKey::parse(wrong), None, "{wrong}");
        }
        for at in PREFIX.len()..text.len() - 1 {
            let mut slipped = text.clone().into_bytes();
            slipped[at] = if slipped[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(RecoveryKey::parse(&String::from_utf8(slipped).unwrap()), None, "{at}");
        }
    }
}
