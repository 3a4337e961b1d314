//! Where files are put, and what they may be called.

use std::path::{Path, PathBuf};

/// Folders below the user's own that files go to, the first that exists.
const FOLDERS: [&str; 4] = ["Downloads", "下载", "Documents", "文档"];
/// Characters that some file system or another takes for something else.
const RESERVED: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];
/// The most characters of a file's name.
const NAME_MAX: usize = 120;

/// The name with what file systems refuse left out; nothing when nothing remains.
pub(super) fn file_name(wanted: &str) -> Option<String> {
    let kept: String =
        wanted.chars().filter(|c| !RESERVED.contains(c) && !c.is_control()).take(NAME_MAX).collect();
    let name = kept.trim().trim_matches('.').trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// The folder for the user's files; the application's own when the user has none.
pub(super) fn for_files(own: &Path) -> PathBuf {
    let home = ["HOME", "USERPROFILE"].into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    let Some(home) = home.into_iter().find(|home| home.is_dir()) else { return own.to_owned() };
    FOLDERS.iter().map(|name| home.join(name)).find(|folder| folder.is_dir()).unwrap_or(home)
}

/// A path in the folder that no file has yet: `客户.csv`, `客户 (2).csv`.
pub(super) fn free(folder: &Path, name: &str) -> PathBuf {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) => (stem, format!(".{ending}")),
        None => (name, String::new()),
    };
    let numbered = (2..1000).map(|number| folder.join(format!("{stem} ({number}){ending}")));
    let first = folder.join(name);
    std::iter::once(first.clone()).chain(numbered).find(|path| !path.exists()).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_folder_and_replaces_nothing() {
        assert_eq!(file_name("客户 2026-11-25.csv").as_deref(), Some("客户 2026-11-25.csv"));
        assert_eq!(file_name("../../etc/passwd").as_deref(), Some("etcpasswd"));
        assert_eq!(file_name(" .. "), None);
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(free(folder.path(), "a.csv"), folder.path().join("a.csv"));
        std::fs::write(folder.path().join("a.csv"), "").unwrap();
        assert_eq!(free(folder.path(), "a.csv"), folder.path().join("a (2).csv"));
    }
}
