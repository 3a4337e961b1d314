//! The backups in a folder.

use super::{name, stamp};
use crate::client::Open;
use crate::contract::backups::BackupFile;
use crate::error::ClientError;
use lq_domain::backups::surplus;
use lq_domain::clock::Timestamp;
use lq_domain::ids::{DeviceId, UserId};
use lq_protocol::error::ErrorCode;
use lq_store::StoreError;
use lq_store::backups::Header;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// The ending of a backup's name.
const ENDING: &str = "lqbackup";

fn read(path: &Path) -> Result<Header, StoreError> {
    Ok(Header::read(&mut BufReader::new(File::open(path)?))?.0)
}

/// The header of a file.
pub(super) async fn header(path: &Path) -> Result<Header, ClientError> {
    let path = path.to_owned();
    beside(move || Ok(read(&path)?)).await
}

/// Runs what waits for a disk, which may be far away, beside the other work.
pub(super) async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ClientError> + Send + 'static,
) -> Result<T, ClientError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ClientError::Internal("backup files"))?
}

struct Found {
    path: PathBuf,
    bytes: u64,
    header: Result<Header, StoreError>,
}

fn find(folder: &Path) -> std::io::Result<Vec<Found>> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(folder) {
        // Nothing was backed up yet.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == ENDING) {
            let bytes = entry.metadata().map_or(0, |data| data.len());
            found.push(Found { header: read(&path), path, bytes });
        }
    }
    Ok(found)
}

/// The user's backups, newest first; those that can't be read come last, with the reason.
pub(super) async fn list(
    open: &Open,
    folder: &Path,
) -> Result<(Vec<BackupFile>, Option<ErrorCode>), ClientError> {
    let folder = folder.to_owned();
    let found = match beside(move || Ok(find(&folder)?)).await {
        Ok(found) => found,
        Err(_) => return Ok((Vec::new(), Some(ErrorCode::FileUnreadable))),
    };
    let (user, device) = (open.actor().user, open.store.device().await);
    let mut files = Vec::new();
    for one in found {
        if one.header.as_ref().is_ok_and(|header| header.user != user) {
            continue;
        }
        files.push(view(open, one, device).await?);
    }
    files.sort_by(|a, b| (b.made_at, &b.name).cmp(&(a.made_at, &a.name)));
    Ok((files, None))
}

async fn view(open: &Open, found: Found, device: DeviceId) -> Result<BackupFile, ClientError> {
    let proof = open.store.last_proof(&found.path).await?;
    let header = found.header.as_ref().ok();
    let known = match header {
        Some(header) => open.store.backup_key_of(&header.kdf.salt).await?.is_some(),
        None => false,
    };
    let customers = header.and_then(|header| header.rows.get("customers")).copied().unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "a length for the eye")]
    let bytes = found.bytes as f64;
    Ok(BackupFile {
        name: name(&found.path),
        path: found.path.to_string_lossy().into_owned(),
        made_at: header.map(|header| header.made_at),
        bytes,
        customers: u32::try_from(customers).unwrap_or(u32::MAX),
        own: header.is_some_and(|header| header.device == device),
        known,
        verified_at: proof.as_ref().filter(|proof| proof.error.is_none()).map(|proof| proof.at),
        error: found.header.as_ref().err().map(StoreError::code).or(proof.and_then(|proof| proof.error)),
    })
}

/// The beginning of the names of a user's backups. It tells nothing about anybody.
fn beginning(user: UserId) -> String {
    format!("langqiao-{}-", &user.0.simple().to_string()[20..])
}

/// A name that no file has yet.
pub(super) fn free(folder: &Path, user: UserId, at: Timestamp) -> PathBuf {
    let stem = format!("{}{}", beginning(user), stamp(at));
    let numbered = (2..1000).map(|number| folder.join(format!("{stem}-{number}.{ENDING}")));
    let first = folder.join(format!("{stem}.{ENDING}"));
    std::iter::once(first.clone()).chain(numbered).find(|path| !path.exists()).unwrap_or(first)
}

/// Removes what a backup that was cut off left behind.
pub(super) fn tidy(folder: &Path, user: UserId) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let beginning = format!(".{}", beginning(user));
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(&beginning) && name.ends_with(".part") {
            drop_file(&entry.path());
        }
    }
}

/// Removes the backups of this device beyond the number to keep. What can't be read is left for the user to see.
pub(super) fn rotate(folder: &Path, user: UserId, device: DeviceId, keep: u32) -> u32 {
    let Ok(found) = find(folder) else { return 0 };
    let own: Vec<(PathBuf, Timestamp)> = found
        .into_iter()
        .filter_map(|one| Some((one.path, one.header.ok()?)))
        .filter(|(_, header)| header.user == user && header.device == device)
        .map(|(path, header)| (path, header.made_at))
        .collect();
    let times: Vec<Timestamp> = own.iter().map(|(_, at)| *at).collect();
    let old = surplus(&times, keep);
    old.iter().for_each(|index| drop_file(&own[*index].0));
    u32::try_from(old.len()).unwrap_or(u32::MAX)
}

fn drop_file(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(%error, "an old backup could not be removed");
    }
}
