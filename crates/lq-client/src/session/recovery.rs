//! The copy of the store's key for the bank: sealed to the recovery key that the server says, never unseen
//! (docs/adr/0019-recovery-key.md).

use crate::Client;
use crate::client::Open;
use crate::contract::session::RecoveryView;
use crate::error::ClientError;
use lq_protocol::recovery::RecoveryKey;
use lq_store::StoreError;
use lq_store::audits::Audit;
use lq_store::key::Vault;
use lq_store::recovery::Recovery;
use std::sync::{Arc, PoisonError};

/// Where a bank puts its public key if devices are to take no other.
const PINNED: &str = "recovery.pub";

/// What is to become of the copy.
enum Verdict {
    /// It stays as it is.
    Stays,
    /// It is sealed to another key, or there is none any more.
    Becomes(Option<RecoveryKey>),
    /// What the server says is not taken.
    Refused(String),
}

/// Without a pinned key the server's word counts; with one nothing else does.
fn judge(offered: Option<&str>, pinned: Option<&str>, present: Option<RecoveryKey>) -> Verdict {
    let read =
        |text: &str| RecoveryKey::parse(text).ok_or_else(|| text.chars().take(100).collect::<String>());
    let said = match offered.map(read).transpose() {
        Ok(said) => said,
        Err(text) => return Verdict::Refused(text),
    };
    if let (Some(pinned), Some(said)) = (pinned, said)
        && RecoveryKey::parse(pinned) != Some(said)
    {
        return Verdict::Refused(said.fingerprint());
    }
    // A server that says none takes nothing away from a bank that pinned one.
    if said == present || (said.is_none() && pinned.is_some()) {
        Verdict::Stays
    } else {
        Verdict::Becomes(said)
    }
}

impl Client {
    /// As [`Client::follow_recovery`], for whoever is not signing in: the store that is open may be another one meanwhile.
    pub(crate) async fn hear_recovery(&self, open: &Arc<Open>) {
        let _one = self.inner().session.one.lock().await;
        if self.open().is_ok_and(|now| Arc::ptr_eq(&now, open)) {
            self.follow_recovery(open).await;
        }
    }

    /// Seals the store's key to the recovery key that the server said last, notes it in the audit, and shows it. To be called
    /// with `one` held.
    pub(super) async fn follow_recovery(&self, open: &Open) {
        // Nobody is kept from working by it; the next session asks again.
        if let Err(error) = self.seal_to_bank(open).await {
            tracing::warn!(%error, "the key was not sealed to the bank's recovery key");
        }
    }

    async fn seal_to_bank(&self, open: &Open) -> Result<(), ClientError> {
        if open.server.is_none() {
            return Ok(());
        }
        let offered = open.store.offered_recovery().await?;
        let pinned = match std::fs::read_to_string(self.inner().config.folder.join(PINNED)) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            // What can't be read is no key, and no leave to take any other.
            Err(_) => Some(String::new()),
        };
        let mut vault = open.vault.lock().await;
        let before = vault.recovery().map(|recovery| recovery.key);
        let refused = match judge(offered.as_deref(), pinned.as_deref(), before) {
            Verdict::Stays => None,
            Verdict::Refused(what) => Some(what),
            Verdict::Becomes(key) => self.reseal(open, &mut vault, before, key).await?,
        };
        let news = refused.is_some() && open.recovery().refused != refused;
        let kept = vault.recovery();
        *open.recovery.write().unwrap_or_else(PoisonError::into_inner) = RecoveryView {
            fingerprint: kept.map(|kept| kept.key.fingerprint()),
            since: kept.map(|kept| kept.since),
            refused: refused.clone(),
        };
        if news {
            let detail =
                serde_json::json!({ "refused": refused, "kept": before.map(|key| key.fingerprint()) });
            self.note_recovery(open, &vault, "recovery_refuse", &detail).await?;
        }
        Ok(())
    }

    /// Seals anew and notes it. The key that was not taken, when it keeps no secret.
    async fn reseal(
        &self,
        open: &Open,
        vault: &mut Vault,
        before: Option<RecoveryKey>,
        key: Option<RecoveryKey>,
    ) -> Result<Option<String>, ClientError> {
        let to = key.map(|key| Recovery { key, since: self.clock().now() });
        let fingerprint = |key: Option<RecoveryKey>| key.map(|key| key.fingerprint());
        match vault.set_recovery(&open.data_key, to, self.random()) {
            Err(StoreError::RecoveryKey) => return Ok(fingerprint(key)),
            done => done?,
        }
        let detail = serde_json::json!({ "key": fingerprint(key), "before": fingerprint(before) });
        self.note_recovery(open, vault, "recovery_seal", &detail).await?;
        Ok(None)
    }

    async fn note_recovery(
        &self,
        open: &Open,
        vault: &Vault,
        action: &str,
        detail: &serde_json::Value,
    ) -> Result<(), ClientError> {
        let entry = Audit {
            at: self.clock().now(),
            actor: open.actor().user,
            device: vault.device(),
            action: action.to_owned(),
            record: None,
            detail: detail.to_string(),
        };
        Ok(open.store.audit(&entry).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s1_4_a_pinned_recovery_key_is_the_only_one_that_is_taken() {
        let (bank, foreign) = (RecoveryKey::new([1; 32]), RecoveryKey::new([2; 32]));
        let becomes = |verdict| match verdict {
            Verdict::Becomes(key) => Some(key),
            _ => None,
        };
        let (said, other) = (bank.to_string(), foreign.to_string());
        assert_eq!(becomes(judge(Some(&said), None, None)), Some(Some(bank)));
        assert_eq!(becomes(judge(Some(&other), None, Some(bank))), Some(Some(foreign)));
        assert_eq!(becomes(judge(None, None, Some(bank))), Some(None));
        assert!(matches!(judge(Some(&said), None, Some(bank)), Verdict::Stays));
        assert_eq!(becomes(judge(Some(&said), Some(&format!("{said}\n")), None)), Some(Some(bank)));
        for present in [None, Some(bank)] {
            let refused = judge(Some(&other), Some(&said), present);
            assert!(matches!(refused, Verdict::Refused(what) if what == foreign.fingerprint()));
        }
        assert!(matches!(judge(None, Some(&said), Some(bank)), Verdict::Stays), "nor taken away");
        assert!(
            matches!(judge(Some(&said), Some("no key"), None), Verdict::Refused(_)),
            "a spoilt pin opens nothing"
        );
        assert!(matches!(judge(Some("lqr1-nonsense"), None, None), Verdict::Refused(_)));
    }
}
