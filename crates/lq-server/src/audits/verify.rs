//! Whether the audit is what was once written, by its chains and by their anchors.

use crate::audits::anchors::{Anchor, PublicKey};
use crate::db::Db;
use crate::db::audits_anchors;
use crate::db::audits_verify::{Chain, walk};
use crate::error::ServerError;
use lq_domain::ids::BranchId;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use uuid::Uuid;

/// What is wrong with an audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Entries from this position on are gone, with others behind them.
    Removed,
    /// The entry at this position is not the one that was written.
    Changed,
    /// The entry at this position was written at another.
    Reordered,
    /// Entries from this position to the end are gone.
    Truncated,
    /// The chain fits together, but at this position an anchor has another hash: it was written anew, from somewhere behind the anchor before.
    Rebuilt,
    /// The note of the chain's end is not the end of the chain.
    Head,
    /// An anchor of this position that none of the keys signed, or that was changed.
    AnchorForged,
    /// An anchor of this position is in the table and in none of the files.
    AnchorMissing,
    /// A line of a file that is no anchor.
    AnchorUnreadable,
}

/// A fault, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Whose chain; the nil id is the bank's own. None for a line that does not read.
    pub branch: Option<Uuid>,
    /// Where in the chain.
    pub position: Option<u64>,
    /// What.
    pub fault: Fault,
    /// The file's name and the number of the line, where an anchor stands in a file.
    pub line: Option<String>,
}

/// What was looked at, and what is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Chains.
    pub branches: u64,
    /// Their entries.
    pub entries: u64,
    /// Anchors whose position was looked at, each once.
    pub anchors: u64,
    /// What is wrong; of a chain at most a hundred places.
    pub findings: Vec<Finding>,
}

/// With what an audit is compared.
#[derive(Debug, Clone, Default)]
pub struct Against {
    /// This branch's chain only; the nil id is the bank's own.
    pub branch: Option<BranchId>,
    /// Public keys that have signed.
    pub keys: Vec<PublicKey>,
    /// Files of anchors; with none, those of the table count alone.
    pub files: Vec<PathBuf>,
}

/// Anchors of files, with the place of each.
type Filed = BTreeMap<Uuid, Vec<(Anchor, String)>>;

/// Walks chains from their first entry to their last, and holds them against their anchors.
///
/// # Errors
/// [`ServerError::AuditKey`] when there are anchors and no key to verify them with, [`ServerError::Io`] when a file does not read, or
/// what the database says.
pub async fn verify(db: &Db, against: &Against) -> Result<Report, ServerError> {
    let files = against.files.clone();
    let mut report = Report::default();
    let (filed, unreadable) =
        tokio::task::spawn_blocking(move || read(&files)).await.map_err(std::io::Error::other)??;
    report.findings.extend(unreadable);
    let mut connection = db.pool.acquire().await?;
    let mut branches = audits_anchors::branches(&mut connection).await?;
    branches.extend(filed.keys());
    branches.retain(|branch| against.branch.is_none_or(|only| only.0 == *branch));
    for branch in branches {
        let table = audits_anchors::of_branch(&mut connection, branch).await?;
        let filed = filed.get(&branch).map_or(&[][..], Vec::as_slice);
        if against.keys.is_empty() && !(table.is_empty() && filed.is_empty()) {
            return Err(ServerError::AuditKey("there are anchors, and no public key to verify them with"));
        }
        let anchors = judge(&mut report, against, &table, filed);
        let wanted: BTreeSet<u64> = anchors.iter().map(|anchor| anchor.position).collect();
        let chain = walk(&mut connection, branch, &wanted).await?;
        report.branches += 1;
        report.entries += chain.entries;
        report.anchors += u64::try_from(anchors.len()).unwrap_or(u64::MAX);
        let faults = compare(chain, &anchors);
        report.findings.extend(faults.into_iter().map(|(position, fault)| Finding {
            branch: Some(branch),
            position: Some(position),
            fault,
            line: None,
        }));
    }
    Ok(report)
}

/// The first position of a branch's chain at which something is wrong, without its anchors. The nil id names the bank's own chain.
///
/// # Errors
/// What the database says.
pub async fn first_fault(db: &Db, branch: BranchId) -> Result<Option<u64>, ServerError> {
    let mut connection = db.pool.acquire().await?;
    let chain = walk(&mut connection, branch.0, &BTreeSet::new()).await?;
    Ok(chain.faults.first_key_value().map(|(position, _)| *position))
}

/// Anchors that count, each once; what is wrong with the others is reported.
fn judge<'a>(
    report: &mut Report,
    against: &Against,
    table: &'a [Anchor],
    filed: &'a [(Anchor, String)],
) -> BTreeSet<&'a Anchor> {
    let finding = |anchor: &Anchor, fault, line: Option<&String>| Finding {
        branch: Some(anchor.branch),
        position: Some(anchor.position),
        fault,
        line: line.cloned(),
    };
    let in_files: BTreeSet<&Anchor> = filed.iter().map(|(anchor, _)| anchor).collect();
    let mut good = BTreeSet::new();
    let both = table.iter().map(|anchor| (anchor, None)).chain(filed.iter().map(|(a, line)| (a, Some(line))));
    for (anchor, line) in both {
        if !anchor.holds(&against.keys) {
            report.findings.push(finding(anchor, Fault::AnchorForged, line));
            continue;
        }
        if line.is_none() && !against.files.is_empty() && !in_files.contains(anchor) {
            report.findings.push(finding(anchor, Fault::AnchorMissing, None));
        }
        good.insert(anchor);
    }
    good
}

/// The chain's faults, with those that only its anchors show. They are in the order of their positions.
fn compare(chain: Chain, anchors: &BTreeSet<&Anchor>) -> BTreeMap<u64, Fault> {
    let mut faults = chain.faults;
    let mut rebuilt = false;
    for anchor in anchors {
        if anchor.position > chain.last {
            faults.insert(chain.last + 1, Fault::Truncated);
        } else if !rebuilt && chain.hashes.get(&anchor.position).is_some_and(|hash| *hash != anchor.hash) {
            // The first tells where; all behind it differ, too.
            rebuilt = true;
            faults.entry(anchor.position).or_insert(Fault::Rebuilt);
        }
    }
    faults
}

fn read(files: &[PathBuf]) -> Result<(Filed, Vec<Finding>), ServerError> {
    let mut filed = Filed::new();
    let mut unreadable = Vec::new();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for (number, line) in (1_u64..).zip(BufReader::new(std::fs::File::open(path)?).split(b'\n')) {
            let place = format!("{name}:{number}");
            match serde_json::from_slice::<Anchor>(&line?) {
                Ok(anchor) => filed.entry(anchor.branch).or_default().push((anchor, place)),
                Err(_) => unreadable.push(Finding {
                    branch: None,
                    position: None,
                    fault: Fault::AnchorUnreadable,
                    line: Some(place),
                }),
            }
        }
    }
    Ok((filed, unreadable))
}
