//! Bugs planted on purpose in the one that is killed. Kills that do not find them prove nothing.

use crate::deed::Deed;
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// A planted bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plant {
    /// A form is called saved before the store has it.
    SavedBeforeDisk,
    /// A file is imported as two.
    ImportInHalves,
    /// A round is called done when it has begun.
    RoundBeforeAnswer,
    /// A backup is written where it will be, and not moved there.
    BackupInPlace,
    /// The store is written over instead of changing places with another.
    StoreInPlace,
    /// The vault is written over.
    VaultInPlace,
    /// The vault names the file of the new key, and the file comes after it.
    VaultBeforeFile,
}

impl Plant {
    /// Every planted bug.
    pub(crate) const ALL: [Plant; 7] = [
        Plant::SavedBeforeDisk,
        Plant::ImportInHalves,
        Plant::RoundBeforeAnswer,
        Plant::BackupInPlace,
        Plant::StoreInPlace,
        Plant::VaultInPlace,
        Plant::VaultBeforeFile,
    ];

    /// How the bug is called.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Plant::SavedBeforeDisk => "saved-before-disk",
            Plant::ImportInHalves => "import-in-halves",
            Plant::RoundBeforeAnswer => "round-before-answer",
            Plant::BackupInPlace => "backup-in-place",
            Plant::StoreInPlace => "store-in-place",
            Plant::VaultInPlace => "vault-in-place",
            Plant::VaultBeforeFile => "vault-before-file",
        }
    }

    /// The bug with this name.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plant| plant.as_str() == word)
    }

    /// The deed that it spoils.
    pub(crate) const fn deed(self) -> Deed {
        match self {
            Plant::SavedBeforeDisk => Deed::Write,
            Plant::ImportInHalves => Deed::Import,
            Plant::RoundBeforeAnswer => Deed::Sync,
            Plant::BackupInPlace => Deed::Backup,
            Plant::StoreInPlace => Deed::Restore,
            Plant::VaultInPlace => Deed::Password,
            Plant::VaultBeforeFile => Deed::Rekey,
        }
    }
}

/// How many pieces a file is written in, each waited for.
const PIECES: usize = 40;
/// What a slow disk takes for a piece: temporary folders may lie in memory.
const PIECE: std::time::Duration = std::time::Duration::from_millis(1);

/// Writes a file over, piece by piece, as nobody should.
fn write_over(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    for piece in bytes.chunks(bytes.len().div_ceil(PIECES).max(1)) {
        file.write_all(piece)?;
        file.sync_all()?;
        std::thread::sleep(PIECE);
    }
    Ok(())
}

/// Writes a copy of a backup where it will be; its path.
pub(crate) fn backup_in_place(path: &str) -> std::io::Result<String> {
    let bytes = fs::read(path)?;
    let copy = path.replace(".lqbackup", "-0.lqbackup");
    write_over(Path::new(&copy), &bytes)?;
    Ok(copy)
}

/// Writes the store over, whatever key it is of.
pub(crate) fn store_in_place(folder: &Path) -> std::io::Result<()> {
    each(folder, |name| name.starts_with("store") && name.ends_with(".db"))
}

/// Writes the vault over.
pub(crate) fn vault_in_place(folder: &Path) -> std::io::Result<()> {
    each(folder, |name| name == "vault.json")
}

fn each(folder: &Path, wanted: impl Fn(&str) -> bool) -> std::io::Result<()> {
    for user in fs::read_dir(folder.join("stores"))? {
        for entry in fs::read_dir(user?.path())? {
            let entry = entry?;
            if entry.file_name().to_str().is_some_and(&wanted) {
                let path = entry.path();
                write_over(&path, &fs::read(&path)?)?;
            }
        }
    }
    Ok(())
}
