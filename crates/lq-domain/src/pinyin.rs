//! Names as they are typed into a search box: characters, full pinyin, initials.

use ::pinyin::{ToPinyin, ToPinyinMulti};
use std::collections::HashMap;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;

/// What a name can be found by. All texts are [`normalise`]d.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SearchKeys {
    /// The name itself.
    pub name: String,
    /// The syllables of its usual reading, one per character; what is no Chinese character stays a syllable of its own.
    pub syllables: Vec<String>,
    /// The surname's reading in the dictionary, where it differs from its reading as a surname: 单 is found by `dan` too.
    pub other_surname: Option<Vec<String>>,
}

impl SearchKeys {
    /// The full pinyin without spaces: `zhangsan`.
    #[must_use]
    pub fn pinyin(&self) -> String {
        self.syllables.concat()
    }

    /// The first letter of each syllable: `zs`.
    #[must_use]
    pub fn initials(&self) -> String {
        initials(&self.syllables)
    }

    /// All readings, the usual one first.
    #[must_use]
    pub fn readings(&self) -> Vec<Vec<String>> {
        let mut readings = vec![self.syllables.clone()];
        if let Some(surname) = &self.other_surname {
            let mut other = self.syllables.clone();
            other.splice(..surname.len().min(other.len()), surname.iter().cloned());
            readings.push(other);
        }
        readings
    }
}

/// The first letter of each syllable.
#[must_use]
pub fn initials(syllables: &[String]) -> String {
    syllables.iter().filter_map(|syllable| syllable.chars().next()).collect()
}

/// A text in the form that searches compare: NFKC, lower case, without white space and without the apostrophes that
/// input methods put between syllables while composing (`z's`).
#[must_use]
pub fn normalise(text: &str) -> String {
    if text.is_ascii() {
        return text
            .bytes()
            .filter(|b| !separates(char::from(*b)))
            .map(|b| char::from(b.to_ascii_lowercase()))
            .collect();
    }
    text.nfkc().flat_map(char::to_lowercase).filter(|c| !separates(*c)).collect()
}

fn separates(c: char) -> bool {
    c.is_whitespace() || c == '\'' || c == '\u{2019}'
}

/// What a person's or a company's name can be found by.
#[must_use]
pub fn search_keys(name: &str) -> SearchKeys {
    let name = normalise(name);
    let surname = surname(&name);
    let mut syllables: Vec<String> = surname.map_or_else(Vec::new, |(_, reading)| split(reading));
    let surname_chars = surname.map_or(0, |(surname, _)| surname.chars().count());
    syllables.extend(name.chars().skip(surname_chars).map(syllable));
    let usual: Vec<String> = name.chars().take(surname_chars).map(syllable).collect();
    let other_surname = Some(usual).filter(|usual| syllables[..surname_chars] != usual[..]);
    SearchKeys { name, syllables, other_surname }
}

fn split(reading: &str) -> Vec<String> {
    reading.split(' ').map(str::to_owned).collect()
}

/// Characters whose first reading in the dictionary is not the one of given names (长安, 茜).
const GIVEN: [(char, &str); 2] = [('长', "chang"), ('茜', "qian")];

fn syllable(c: char) -> String {
    if let Some((_, reading)) = GIVEN.iter().find(|(known, _)| *known == c) {
        return (*reading).to_owned();
    }
    // ü is typed as v.
    c.to_pinyin().map_or_else(|| c.to_string(), |reading| reading.plain().replace('ü', "v"))
}

/// The surname that a name begins with, and its reading: a compound one before a single one. A name that is nothing but
/// a surname still has its reading.
fn surname(name: &str) -> Option<(&str, &'static str)> {
    [2, 1].into_iter().find_map(|chars| {
        let end = name.char_indices().nth(chars).map_or(name.len(), |(at, _)| at);
        let head = &name[..end];
        surnames().get(head).map(|reading| (head, *reading))
    })
}

fn surnames() -> &'static HashMap<&'static str, &'static str> {
    static READINGS: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    READINGS.get_or_init(|| {
        include_str!("../data/surnames.tsv").lines().filter_map(|line| line.split_once('\t')).collect()
    })
}

/// Whether a character can be read like this, in any of its readings.
#[must_use]
pub fn reads(c: char, syllable: &str) -> bool {
    c.to_pinyin_multi()
        .is_some_and(|readings| readings.into_iter().any(|reading| reading.plain() == syllable))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x16_a_surname_is_read_as_a_surname() {
        for (name, pinyin, initials) in [
            ("单雄信", "shanxiongxin", "sxx"),
            ("曾国藩", "zengguofan", "zgf"),
            ("欧阳修", "ouyangxiu", "oyx"),
        ] {
            let keys = search_keys(name);
            assert_eq!((keys.pinyin().as_str(), keys.initials().as_str()), (pinyin, initials));
        }
        assert_eq!(search_keys("单雄信").readings()[1].concat(), "danxiongxin");
    }

    #[test]
    fn x16_what_is_typed_while_composing_is_plain() {
        assert_eq!(normalise("z's"), "zs");
        assert_eq!(normalise(" ＺＨＡＮＧ san "), "zhangsan");
    }
}
