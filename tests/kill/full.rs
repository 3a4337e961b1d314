//! A full disk: the same deeds on a small file system of their own, which has less and less room. What fails says that the disk is
//! full, leaves nothing half-done, and works on when there is room again.

use crate::Failure;
use crate::deed::Deed;
use crate::deeds::{Backing, Changing, Importing, Rekeying, Restoring, Syncing, Writing};
use crate::desk::{password, sign_in};
use crate::found::Found;
use crate::hunt::Trial;
use crate::prey::Prey;
use crate::said::Said;
use crate::worker::Order;
use lq_domain::clock::Clock as _;
use lq_protocol::error::ErrorCode;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The word that asks for a full disk.
pub(crate) const WORD: &str = "--full";
/// The same, on the small file system.
pub(crate) const WITHIN: &str = "--full-within";
/// Room that is left on the disk, in KiB.
const ROOMS: [u64; 6] = [0, 12, 60, 200, 700, 2_000];
const MIB: usize = 1 << 20;
const SEED: u64 = 5;
/// After so long there is room again: an import that is half in tries to get out until it can, and what is written over and over
/// again may never need all the room.
const STUCK: Duration = Duration::from_secs(6);
/// How often the disk must have been full, so that anything was shown.
const FULLS: usize = 3;
/// Mounts the small file system, which nobody else sees and which goes with the process.
const MOUNT: &str = r#"mount -t tmpfs -o size=96m,mode=1777 none "$1" && shift && exec "$@""#;

/// Starts this program again on a small file system.
pub(crate) fn enter(deed: Deed) -> Result<bool, Failure> {
    let place = tempfile::tempdir()?;
    let own = place.path().metadata()?;
    let mut command = Command::new("unshare");
    if own.uid() == 0 {
        command.args(["--mount", "sh", "-c", MOUNT, "sh"]).arg(place.path());
    } else {
        // Root in a namespace of its own to mount, and then itself again.
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", MOUNT, "sh"]).arg(place.path());
        let (user, group) = (format!("--map-user={}", own.uid()), format!("--map-group={}", own.gid()));
        command.args(["unshare", "--user", &user, &group]);
    }
    command.arg(std::env::current_exe()?).args([WITHIN, deed.as_str()]).arg(place.path());
    Ok(command.status()?.success())
}

/// Fills the file system again and again and does the deed on it; whether nothing was found.
pub(crate) fn fill(deed: Deed, folder: &Path) -> Result<bool, Failure> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let found = match deed {
            Deed::Write => rooms(Writing::new(folder, SEED).await?, folder).await?,
            Deed::Import => rooms(Importing::new(folder, SEED, None).await?, folder).await?,
            Deed::Sync => rooms(Syncing::new(folder, SEED).await?, folder).await?,
            Deed::Backup => rooms(Backing::new(folder, SEED).await?, folder).await?,
            Deed::Restore => rooms(Restoring::new(folder, SEED).await?, folder).await?,
            Deed::Password => rooms(Changing::new(folder, SEED).await?, folder).await?,
            Deed::Rekey => rooms(Rekeying::new(folder, SEED).await?, folder).await?,
        };
        Ok(!found.any())
    })
}

async fn rooms<T: Trial>(mut trial: T, folder: &Path) -> Result<Found, Failure> {
    let mut found = Found::default();
    let mut fulls = 0;
    for (life, room) in (1..).zip(ROOMS) {
        fulls += one(&mut trial, folder, (life, room), &mut found).await?;
    }
    if fulls < FULLS {
        found.lost(format!("the disk was full {fulls} times only"));
    }
    for note in found.notes() {
        println!("{note}");
    }
    println!("{}: the disk was full {fulls} times", T::DEED);
    Ok(found)
}

/// A life on a disk with so much room, which is full at some time and then has room again; how often it was full.
async fn one<T: Trial>(
    trial: &mut T,
    folder: &Path,
    (life, room): (u64, u64),
    found: &mut Found,
) -> Result<usize, Failure> {
    let order = order(trial, life);
    let mut prey = Prey::start(&order)?;
    prey.hears(|said| *said == Said::Open).await?.ok_or("the store does not open")?;
    let ballast = Ballast::load(folder, room)?;
    prey.go_on().await?;
    prey.hears_within(STUCK, |said| matches!(said, Said::Full | Said::Failed(_))).await?;
    drop(ballast);
    prey.go_on().await?;
    // It works on, and does everything once more.
    prey.hears(|said| matches!(said, Said::Cycle | Said::Failed(_))).await?;
    prey.hears(|said| matches!(said, Said::Cycle | Said::Failed(_))).await?;
    let life = prey.kill().await?;
    if let Some(fault) = life.fault() {
        found.lost(format!("with {room} KiB: {fault}"));
    }
    let fulls = life.heard.iter().filter(|said| **said == Said::Full).count();
    trial.look(&settled(life.heard), found).await?;
    closed(trial, folder, found).await?;
    Ok(fulls)
}

fn order<T: Trial>(trial: &mut T, life: u64) -> Order {
    let desk = trial.desk();
    desk.clock.advance(60_000);
    let mut order = Order {
        deed: T::DEED.to_string(),
        folder: desk.folder.path().to_owned(),
        now: desk.clock.now().0,
        seed: SEED + life,
        life,
        password: 0,
        plant: None,
        files: Vec::new(),
        idle: false,
        waits: true,
    };
    trial.prepare(&mut order);
    order
}

/// What failed must not be there: it counts as never begun.
fn settled(heard: Vec<Said>) -> Vec<Said> {
    let mut kept: Vec<Said> = Vec::new();
    for said in heard {
        if said == Said::Full {
            let open = crate::look::pending(&kept);
            kept.retain(|said| !matches!(said, Said::Begins(step) if open.contains(step)));
        } else {
            kept.push(said);
        }
    }
    kept
}

/// Signing in on a full disk says so, or works; the vault stays whole.
async fn closed<T: Trial>(trial: &mut T, folder: &Path, found: &mut Found) -> Result<(), Failure> {
    let mut order = order(trial, 0);
    trial.prepare(&mut order);
    let client = trial.desk().client();
    let ballast = Ballast::load(folder, 0)?;
    match sign_in(&client, &password(order.password)).await {
        Ok(()) | Err(ErrorCode::DiskFull) => {}
        Err(code) => found.corrupt(format!("signing in on a full disk says {}", code.as_str())),
    }
    drop(ballast);
    client.session_lock(()).await?;
    if let Err(code) = sign_in(&client, &password(order.password)).await {
        found.corrupt(format!("signing in after a full disk says {}", code.as_str()));
    }
    client.session_lock(()).await?;
    Ok(())
}

/// A file that takes the room of others. It is removed when it is dropped.
struct Ballast(PathBuf);

impl Ballast {
    /// Fills the file system but for so many KiB.
    fn load(folder: &Path, room: u64) -> Result<Self, Failure> {
        let this = Self(folder.join("ballast"));
        let mut file = File::create(&this.0)?;
        let block = vec![0; MIB];
        let mut size = block.len();
        while size > 0 {
            match file.write(&block[..size]) {
                Ok(0) => size /= 2,
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::StorageFull => size /= 2,
                Err(error) => return Err(error.into()),
            }
        }
        let length = file.metadata()?.len();
        file.set_len(length.saturating_sub(room * 1_024))?;
        Ok(this)
    }
}

impl Drop for Ballast {
    fn drop(&mut self) {
        // The file system goes with the process.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::said::Step;

    #[test]
    fn what_failed_on_a_full_disk_counts_as_never_begun() {
        let failed = [Said::Begins(Step::Import), Said::Full];
        let again = [Said::Begins(Step::Import), Said::Done(Step::Import), Said::Begins(Step::Undo)];
        assert_eq!(settled([&failed[..], &again[..]].concat()), again);
    }
}
