//! The checkout that a task works on.

use std::path::{Path, PathBuf};

/// Folders that hold nothing written by hand.
const SKIPPED: &[&str] = &["node_modules", "target", "dist", "artifacts"];

/// What a check found.
pub(crate) struct Verdict {
    /// One line each; none means passed.
    pub(crate) problems: Vec<String>,
    /// What was looked at, for the last line.
    pub(crate) summary: String,
}

/// A checkout.
pub(crate) struct Repo {
    root: PathBuf,
}

impl Repo {
    /// The checkout this program was started in.
    pub(crate) fn find() -> Result<Self, String> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => std::env::current_dir().map_err(|e| format!("no current folder: {e}"))?,
        };
        let is_root = |folder: &&Path| {
            std::fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.contains("[workspace]"))
        };
        match start.ancestors().find(is_root) {
            Some(root) => Ok(Self::at(root)),
            None => Err("run it inside the checkout".to_owned()),
        }
    }

    /// The checkout with this root.
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The path of a place given from the root.
    pub(crate) fn path(&self, place: &str) -> PathBuf {
        self.root.join(place)
    }

    /// A file's text, with plain line ends.
    pub(crate) fn read(&self, place: &str) -> Result<String, String> {
        let text = std::fs::read_to_string(self.path(place)).map_err(|e| format!("{place}: {e}"))?;
        Ok(text.replace("\r\n", "\n"))
    }

    /// The names of the folders and files directly in a folder, sorted; none when it does not exist.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.path(folder)) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Every file below a folder whose name ends in one of these, sorted, as places from the root.
    pub(crate) fn files(&self, folder: &str, endings: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for name in self.names(folder) {
            let place = format!("{folder}/{name}");
            if self.path(&place).is_dir() {
                if !SKIPPED.contains(&name.as_str()) && !name.starts_with('.') {
                    found.extend(self.files(&place, endings));
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(place);
            }
        }
        found
    }
}

/// Small trees that checks are tried on.
#[cfg(test)]
pub(crate) mod fixture {
    use super::Repo;
    use tempfile::TempDir;

    /// A checkout with these files. It is gone when the first value is dropped.
    pub(crate) fn tree(files: &[(&str, &str)]) -> (TempDir, Repo) {
        let folder = TempDir::new().unwrap();
        for (place, text) in files {
            let path = folder.path().join(place);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let repo = Repo::at(folder.path());
        (folder, repo)
    }
}

#[cfg(test)]
mod tests {
    use super::fixture::tree;

    #[test]
    fn files_are_found_below_a_folder_but_not_in_built_ones() {
        let (_kept, repo) =
            tree(&[("a/b/c.rs", ""), ("a/d.ts", ""), ("a/target/e.rs", ""), ("a/node_modules/f.ts", "")]);
        assert_eq!(repo.files("a", &[".rs", ".ts"]), ["a/b/c.rs", "a/d.ts"]);
        assert!(repo.files("nowhere", &[".rs"]).is_empty());
    }
}
