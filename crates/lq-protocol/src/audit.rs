//! What was looked at and taken out on a device: entries that each carry the hash of the one before.

use lq_domain::clock::Timestamp;
use lq_domain::ids::{DeviceId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Most entries of one request.
pub const AUDITS_MAX: u32 = 500;

/// An entry of a device's audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// When, by the device's clock.
    pub at: Timestamp,
    /// Who.
    pub actor: UserId,
    /// Where.
    pub device: DeviceId,
    /// What was done, for example `customers_reveal`.
    pub action: String,
    /// To which record.
    pub record: Option<Uuid>,
    /// What exactly, as JSON; never a value of a customer.
    pub detail: String,
}

impl Audit {
    /// SHA-256 of the hash before and the entry: taking one out, changing or moving it changes all that follow.
    #[must_use]
    pub fn hash(&self, before: &[u8]) -> Vec<u8> {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        let text = serde_json::json!([
            self.at,
            self.actor,
            self.device,
            self.action,
            self.record.map(|record| record.to_string()),
            self.detail
        ]);
        context.update(before);
        context.update(text.to_string().as_bytes());
        context.finish().as_ref().to_vec()
    }
}

/// `POST /v1/sync/audits`: entries that follow each other in a device's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditsRequest {
    /// The device.
    pub device: DeviceId,
    /// The hash before the first entry, hexadecimal; empty at the chain's beginning.
    pub before: String,
    /// The entries, oldest first, at most [`AUDITS_MAX`].
    pub entries: Vec<Audit>,
    /// The hash of the last entry as the device has it, hexadecimal.
    pub last: String,
}

/// The answer: everything is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditsReply {
    /// How many of the entries were new.
    pub kept: u32,
}

/// Bytes as hexadecimal text.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s1_4_another_order_or_another_word_is_another_chain() {
        let entry = |action: &str| Audit {
            at: Timestamp(1),
            actor: UserId(Uuid::from_u128(1)),
            device: DeviceId(Uuid::from_u128(2)),
            action: action.to_owned(),
            record: None,
            detail: "{}".to_owned(),
        };
        let chain =
            |actions: &[&str]| actions.iter().fold(Vec::new(), |before, action| entry(action).hash(&before));
        let told = chain(&["a", "b", "c"]);
        for other in [&["b", "a", "c"][..], &["a", "c"], &["a", "b", "d"]] {
            assert_ne!(chain(other), told);
        }
        assert_eq!(hex(&told).len(), 64);
    }
}
