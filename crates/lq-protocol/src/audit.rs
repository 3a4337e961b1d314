//! The audit: what devices deliver into it, as entries that each carry the hash of the one before, and how it is looked through.

use lq_domain::clock::Timestamp;
use lq_domain::ids::{DeviceId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
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

/// Entries of one answer to `GET /v1/audits`.
pub const AUDITS_PAGE: u32 = 100;

/// `GET /v1/audits`: what is looked for; all parts narrow the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
pub struct AuditQuery {
    /// The record it was done to, for example a customer.
    pub record: Option<Uuid>,
    /// Who did it.
    pub user: Option<Uuid>,
    /// The device on which it was done.
    pub device: Option<Uuid>,
    /// What was done, for example `update` or `customers_export`.
    pub action: Option<String>,
    /// Not before this instant, UTC milliseconds.
    pub from: Option<i64>,
    /// Not after this instant, UTC milliseconds.
    pub to: Option<i64>,
    /// Goes on behind an entry: `at`, `position` and `branch` of the last one told.
    pub before_at: Option<i64>,
    /// With `before_at`.
    pub before_position: Option<u64>,
    /// With `before_at`: entries of two branches may share their time and position. The `chain` of the last one where it tells one.
    pub before_branch: Option<Uuid>,
}

impl AuditQuery {
    /// The parts that are there, as they stand behind the question mark of an address.
    #[must_use]
    pub fn parts(&self) -> Vec<(&'static str, String)> {
        fn text<T: ToString>(value: Option<T>) -> Option<String> {
            value.map(|value| value.to_string())
        }
        let all = [
            ("record", text(self.record)),
            ("user", text(self.user)),
            ("device", text(self.device)),
            ("action", self.action.clone()),
            ("from", text(self.from)),
            ("to", text(self.to)),
            ("before_at", text(self.before_at)),
            ("before_position", text(self.before_position)),
            ("before_branch", text(self.before_branch)),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// An entry of the bank's audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditView {
    /// The branch in whose chain it stands.
    pub branch: Uuid,
    /// That chain, when it is not the one that everybody reads who reads the branch's audit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Uuid>,
    /// Its place there.
    pub position: u64,
    /// When the server noted it, UTC milliseconds.
    pub at: i64,
    /// When it was done, by the device's clock, UTC milliseconds.
    pub made_at: i64,
    /// Who did it.
    pub user: Option<Uuid>,
    /// On which device.
    pub device: Option<Uuid>,
    /// What that device calls itself.
    #[serde(default)]
    pub device_name: Option<String>,
    /// What was done.
    pub action: String,
    /// The feature of the record.
    pub entity: Option<String>,
    /// The record.
    pub record: Option<Uuid>,
    /// The change, which has the values of sensitive fields.
    pub change: Option<Uuid>,
    /// Names of fields with old and new value; of sensitive fields the name alone.
    #[schema(value_type = Object)]
    pub fields: serde_json::Value,
    /// Why.
    pub reason: Option<String>,
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
