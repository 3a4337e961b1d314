//! What the program does.

use crate::error::RescueError;
use lq_domain::clock::{Clock as _, Random as _};
use lq_domain::ids::{DeviceId, UserId};
use lq_machine::{SystemClock, SystemRandom};
use lq_protocol::change::{Change, ChangeResult};
use lq_protocol::error::ErrorCode;
use lq_protocol::secret::{KdfParams, WeakPassword, check_password, derive};
use lq_store::Store;
use lq_store::audits::Audit;
use lq_store::key::{DataKey, Vault};
use lq_store::recovery::RecoverySecret;
use serde::Serialize;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The first line of the file of changes.
#[derive(Serialize)]
struct Head<'a> {
    /// Always `langqiao-unsent`.
    format: &'static str,
    /// Of the lines' form.
    version: u32,
    user: UserId,
    login: &'a str,
    device: DeviceId,
    server: Option<&'a str>,
    /// Lines that follow.
    changes: usize,
}

/// A line of the file of changes.
#[derive(Serialize)]
struct Line {
    /// `waiting`, `conflict` or `refused`.
    state: &'static str,
    /// As a device sends it.
    change: Change,
    /// What the server said, when it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<ChangeResult>,
}

/// A file that nobody else may read, and that was not there.
fn new_file(path: &Path) -> Result<File, RescueError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}

fn read_secret(path: &Path) -> Result<RecoverySecret, RescueError> {
    let text = Zeroizing::new(fs::read_to_string(path)?);
    Ok(RecoverySecret::parse(&text).ok_or(ErrorCode::RecoveryForm)?)
}

fn print_public(secret: &RecoverySecret) -> Result<(), RescueError> {
    let key = secret.public();
    let view = serde_json::json!({ "key": key.to_string(), "fingerprint": key.fingerprint() });
    writeln!(std::io::stdout(), "{view:#}")?;
    Ok(())
}

/// Makes a recovery key.
pub(crate) fn keygen(file: &Path) -> Result<(), RescueError> {
    let secret = RecoverySecret::new(&SystemRandom::default());
    let mut out = new_file(file)?;
    out.write_all(secret.text().as_bytes())?;
    out.sync_all()?;
    print_public(&secret)
}

/// Prints the public half of a private key.
pub(crate) fn show(key: &Path) -> Result<(), RescueError> {
    print_public(&read_secret(key)?)
}

async fn open(vault: &Vault, data_key: &DataKey) -> Result<Store, RescueError> {
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom::default()));
    Ok(Store::open(&vault.database(), data_key, vault.device(), clock, random).await?)
}

/// A copy of a vault and its store, which goes when this does.
struct Beside(PathBuf);

impl Beside {
    /// Copies beside `out`.
    fn new(vault: &Vault, out: &Path) -> Result<Self, RescueError> {
        let name = out.file_name().unwrap_or_default().to_string_lossy();
        let beside = Self(out.with_file_name(format!(".{name}.work")));
        fs::create_dir(&beside.0)?;
        for file in vault.files() {
            if file.exists() {
                fs::copy(&file, beside.0.join(file.file_name().unwrap_or_default()))?;
            }
        }
        Ok(beside)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the copy that was worked on is still there");
        }
    }
}

/// Writes what a store has not sent. It is opened as a copy: what a restore of evidence may need stays as it was.
pub(crate) async fn changes(key: &Path, store: &Path, out: &Path) -> Result<(), RescueError> {
    let secret = read_secret(key)?;
    let original = Vault::at(store)?;
    let data_key = original.rescue(&secret)?;
    let file = new_file(out)?;
    let written = write_out(&original, &data_key, file, out).await;
    if written.is_err() {
        // Half a list would be taken for a whole one, and stand in the way of the next attempt.
        fs::remove_file(out)?;
    }
    writeln!(std::io::stdout(), "{}", serde_json::json!({ "changes": written? }))?;
    Ok(())
}

async fn write_out(
    original: &Vault,
    data_key: &DataKey,
    file: File,
    out: &Path,
) -> Result<usize, RescueError> {
    let mut file = BufWriter::new(file);
    let beside = Beside::new(original, out)?;
    let vault = Vault::at(&beside.0)?;
    vault.heal()?;
    let store = open(&vault, data_key).await?;
    let written = write(&store, &vault, &mut file).await;
    store.close().await;
    let count = written?;
    file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    Ok(count)
}

async fn write(store: &Store, vault: &Vault, file: &mut BufWriter<File>) -> Result<usize, RescueError> {
    let owner = store.owner().await?.ok_or(ErrorCode::StoreMissing)?;
    let (waiting, conflicts, refused) = store.unsettled().await?;
    let of = |state: &'static str| {
        move |queued: lq_store::outbox::Queued| Line { state, change: queued.change, result: queued.result }
    };
    let lines: Vec<Line> = (waiting.into_iter().map(of("waiting")))
        .chain(conflicts.into_iter().map(of("conflict")))
        .chain(refused.into_iter().map(of("refused")))
        .collect();
    let head = Head {
        format: "langqiao-unsent",
        version: 1,
        user: owner.profile.id,
        login: &owner.profile.login,
        device: vault.device(),
        server: vault.server(),
        changes: lines.len(),
    };
    put(file, &head)?;
    lines.iter().try_for_each(|line| put(file, line))?;
    Ok(lines.len())
}

fn put(file: &mut BufWriter<File>, line: &impl Serialize) -> Result<(), RescueError> {
    let text = serde_json::to_string(line).map_err(std::io::Error::from)?;
    Ok(writeln!(file, "{text}")?)
}

/// Gives a store a new password, after it was opened and the deed is in its audit.
pub(crate) async fn password(key: &Path, folder: &Path) -> Result<(), RescueError> {
    let secret = read_secret(key)?;
    let mut vault = Vault::at(folder)?;
    let data_key = vault.rescue(&secret)?;
    vault.heal()?;
    let store = open(&vault, &data_key).await?;
    let renewed = renew(&store, &mut vault, &data_key, &secret).await;
    store.close().await;
    renewed
}

async fn renew(
    store: &Store,
    vault: &mut Vault,
    data_key: &DataKey,
    secret: &RecoverySecret,
) -> Result<(), RescueError> {
    let profile = store.owner().await?.ok_or(ErrorCode::StoreMissing)?.profile;
    let password = given_password(&profile.login)?;
    let mut salt = [0; 16];
    SystemRandom::default().fill(&mut salt);
    let kdf = KdfParams::standard(&salt);
    let derived = derive(&password, &kdf).map_err(|_| ErrorCode::Internal)?;
    let entry = Audit {
        at: SystemClock.now(),
        actor: profile.id,
        device: vault.device(),
        action: "session_rescue".to_owned(),
        record: None,
        detail: serde_json::json!({ "fingerprint": secret.public().fingerprint() }).to_string(),
    };
    store.audit(&entry).await?;
    Ok(vault.renew(data_key, kdf, &derived.key, &SystemRandom::default())?)
}

/// A password that is not on the command line, where other users of the machine would see it.
fn given_password(login: &str) -> Result<Zeroizing<String>, RescueError> {
    let password = match std::env::var("LQ_PASSWORD") {
        Ok(password) => Zeroizing::new(password),
        Err(_) => {
            let mut line = Zeroizing::new(String::new());
            std::io::stdin().read_line(&mut line)?;
            Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned())
        }
    };
    check_password(&password, login).map_err(|weak| match weak {
        WeakPassword::Short => ErrorCode::PasswordShort,
        WeakPassword::Uniform => ErrorCode::PasswordUniform,
        WeakPassword::Common => ErrorCode::PasswordCommon,
    })?;
    Ok(password)
}
