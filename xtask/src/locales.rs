//! Words files, read flat.

use crate::repo::Repo;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Endings by which a word has a form for one and a form for many. Chinese has one form.
const PLURALS: &[&str] = &["_one", "_other"];

/// One words file.
pub(crate) struct Words {
    /// Texts by the path of their key, `customers.title`, as the file has them.
    pub(crate) texts: BTreeMap<String, String>,
}

impl Words {
    /// The keys that code knows: forms of a plural are one key.
    pub(crate) fn keys(&self) -> BTreeSet<&str> {
        self.texts.keys().map(|key| base(key)).collect()
    }

    /// The first parts of the keys.
    pub(crate) fn sections(&self) -> BTreeSet<String> {
        self.texts.keys().filter_map(|key| key.split('.').next()).map(str::to_owned).collect()
    }

    /// The placeholders of a key, over all its forms.
    pub(crate) fn placeholders(&self, key: &str) -> BTreeSet<&str> {
        let texts = self.texts.iter().filter(|(path, _)| base(path) == key).map(|(_, text)| text);
        texts.flat_map(|text| placeholders(text)).collect()
    }
}

/// Reads a words file. An empty text counts as missing and is an error.
pub(crate) fn read(repo: &Repo, place: &str) -> Result<Words, String> {
    let value: Value = serde_json::from_str(&repo.read(place)?).map_err(|e| format!("{place}: {e}"))?;
    let mut texts = BTreeMap::new();
    flatten("", &value, &mut texts);
    match texts.iter().find(|(_, text)| text.trim().is_empty()) {
        Some((key, _)) => Err(format!("{place}: {key} is empty")),
        None => Ok(Words { texts }),
    }
}

/// A key without the ending of a plural's form.
pub(crate) fn base(key: &str) -> &str {
    PLURALS.iter().find_map(|ending| key.strip_suffix(ending)).unwrap_or(key)
}

/// Names in double braces.
pub(crate) fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim()).collect()
}

fn flatten(path: &str, value: &Value, texts: &mut BTreeMap<String, String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(entries) => {
            for (name, inner) in entries {
                flatten(&below(name), inner, texts);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                flatten(&below(&index.to_string()), inner, texts);
            }
        }
        Value::String(text) => drop(texts.insert(path.to_owned(), text.clone())),
        other => drop(texts.insert(path.to_owned(), other.to_string())),
    }
}
