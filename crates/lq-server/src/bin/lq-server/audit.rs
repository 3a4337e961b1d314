//! Words of the command line about the audit.

use crate::cli::{branch, print};
use clap::Args;
use lq_domain::clock::Random;
use lq_domain::ids::BranchId;
use lq_server::audits::anchors::{AnchorKey, Anchoring, PublicKey};
use lq_server::audits::verify::{self, Against};
use lq_server::audits::{self, AuditQuery};
use lq_server::{App, Db, ServerError, admin};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

/// How the ends of the audit are anchored.
#[derive(Args)]
pub(crate) struct Anchors {
    /// The file of the key that signs the ends of the audit; `audit-key-make` makes it.
    #[arg(long, env = "LQ_AUDIT_KEY", requires = "audit_anchors")]
    audit_key: Option<PathBuf>,
    /// The file to which each signed end is added as a line. Copy it to where nothing is overwritten.
    #[arg(long, env = "LQ_AUDIT_ANCHORS", requires = "audit_key")]
    audit_anchors: Option<PathBuf>,
    /// Minutes between two times of signing.
    #[arg(long, env = "LQ_AUDIT_ANCHOR_MINUTES", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=10_080))]
    audit_anchor_minutes: u64,
}

impl Anchors {
    /// With the key out of its file; nothing when none is named.
    pub(crate) fn read(self) -> Result<Option<Anchoring>, ServerError> {
        let Some((key, file)) = self.audit_key.zip(self.audit_anchors) else {
            return Ok(None);
        };
        let every = Duration::from_secs(self.audit_anchor_minutes * 60);
        Ok(Some(Anchoring { key: AnchorKey::read(&key)?, file, every }))
    }
}

/// What is checked.
#[derive(Args)]
pub(crate) struct Verify {
    /// This branch's chain only; 00000000-0000-0000-0000-000000000000 is the bank's own.
    #[arg(long, value_parser = branch)]
    branch: Option<BranchId>,
    /// A public key that has signed, as `audit-key-make` printed it; several with a comma between.
    #[arg(long, env = "LQ_AUDIT_PUBLIC_KEY", value_parser = public_key, value_delimiter = ',')]
    public_key: Vec<PublicKey>,
    /// A file of anchors, best a copy from where nothing is overwritten. Name each, when processes wrote into several.
    #[arg(long)]
    anchors: Vec<PathBuf>,
}

/// What is looked for.
#[derive(Args)]
pub(crate) struct Search {
    /// The record it was done to, for example a customer.
    #[arg(long)]
    record: Option<Uuid>,
    /// The login name of who did it.
    #[arg(long)]
    login: Option<String>,
    /// What was done, for example update or customers_export.
    #[arg(long)]
    action: Option<String>,
    /// Not before this instant, UTC milliseconds.
    #[arg(long)]
    from: Option<i64>,
    /// Not after this instant, UTC milliseconds.
    #[arg(long)]
    to: Option<i64>,
}

fn public_key(text: &str) -> Result<PublicKey, String> {
    PublicKey::parse(text).ok_or_else(|| "not 32 bytes in base64".to_owned())
}

/// Makes a key's file, and prints what verifies.
pub(crate) fn make_key(file: &Path, random: &dyn Random) -> Result<(), ServerError> {
    let key = AnchorKey::make(file, random)?;
    print(&json!({ "public_key": key.public().to_string() }))
}

/// Checks the audit, and prints what is wrong.
pub(crate) async fn verify(db: &Db, words: &Verify) -> Result<(), ServerError> {
    let against =
        Against { branch: words.branch, keys: words.public_key.clone(), files: words.anchors.clone() };
    let report = verify::verify(db, &against).await?;
    print(&report)?;
    if report.findings.is_empty() { Ok(()) } else { Err(ServerError::AuditBroken) }
}

/// Prints entries that match.
pub(crate) async fn search(app: &App, words: Search) -> Result<(), ServerError> {
    let user = match &words.login {
        Some(login) => Some(admin::user_by_login(app, login).await?.user.id.0),
        None => None,
    };
    let mut branches: Vec<BranchId> =
        admin::branch_list(app).await?.into_iter().map(|branch| branch.id).collect();
    branches.push(BranchId(Uuid::nil()));
    let Search { record, action, from, to, .. } = words;
    let query = AuditQuery { record, user, action, from, to, ..AuditQuery::default() };
    print(&audits::find(app, &branches, &query).await?)
}
