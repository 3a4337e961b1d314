//! The words on the window, from the words file that it shows.

use serde_json::Value;
use std::sync::OnceLock;

static CHINESE: &str = include_str!("../../ui/locales/zh-CN.json");

/// The Chinese words of a key, such as `session.unlock`; the key itself when there are none, which nothing on the window
/// will match.
#[must_use]
pub fn word(key: &str) -> String {
    static WORDS: OnceLock<Value> = OnceLock::new();
    let words = WORDS.get_or_init(|| serde_json::from_str(CHINESE).unwrap_or_default());
    let found = key.split('.').fold(words, |section, part| &section[part]);
    found.as_str().unwrap_or(key).to_owned()
}
