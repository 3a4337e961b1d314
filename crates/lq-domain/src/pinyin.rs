//! Names as they are typed into a search box: characters, full pinyin, initials.

use ::pinyin::ToPinyin;
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
    /// Other ways to read it: from which syllable on, and the syllables that stand there instead. 单 as a surname is
    /// found by `dan` too, 乐 in a given name by `yue` too.
    others: Vec<(usize, Vec<String>)>,
}

/// The most readings of one name; each costs room in the index.
const MAX_READINGS: usize = 8;

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

    /// All readings up to [`MAX_READINGS`], the usual one first, then those with one difference, then with two.
    #[must_use]
    pub fn readings(&self) -> Vec<Vec<String>> {
        let with = |reading: &[String], (at, other): &(usize, Vec<String>)| {
            let mut reading = reading.to_vec();
            reading.splice(*at..(at + other.len()).min(self.syllables.len()), other.iter().cloned());
            reading
        };
        let one = self.others.iter().map(|other| with(&self.syllables, other));
        let two = self.others.iter().enumerate().flat_map(|(index, first)| {
            let later = self.others[index + 1..].iter().filter(|second| second.0 >= first.0 + first.1.len());
            later.map(|second| with(&with(&self.syllables, first), second))
        });
        std::iter::once(self.syllables.clone()).chain(one).chain(two).take(MAX_READINGS).collect()
    }
}

/// The first letter of each syllable.
#[must_use]
pub fn initials(syllables: &[String]) -> String {
    syllables.iter().filter_map(|syllable| syllable.chars().next()).collect()
}

/// A text in the form that searches compare: NFKC, lower case, without white space and without the apostrophes that
/// input methods put between syllables while composing (`z's`). A text of nothing else keeps its apostrophes.
#[must_use]
pub fn normalise(text: &str) -> String {
    let plain = |separates: fn(char) -> bool| -> String {
        if text.is_ascii() {
            return text.chars().filter(|c| !separates(*c)).map(|c| c.to_ascii_lowercase()).collect();
        }
        // Taken apart first and put together last, so that what was dropped leaves no other order of marks behind.
        text.nfkd().filter(|c| !separates(*c)).flat_map(char::to_lowercase).nfkc().collect()
    };
    let stripped = plain(separates);
    if stripped.is_empty() { plain(char::is_whitespace) } else { stripped }
}

fn separates(c: char) -> bool {
    c.is_whitespace() || c == '\'' || c == '\u{2019}'
}

/// What a person's or a company's name can be found by.
#[must_use]
pub fn search_keys(name: &str) -> SearchKeys {
    let name = normalise(name);
    let mut keys = SearchKeys { syllables: Vec::with_capacity(name.len() / 3 + 1), ..SearchKeys::default() };
    let mut rest = push_surname(&mut keys, &name);
    while let Some(c) = rest.chars().next() {
        rest = push_word(&mut keys, rest).unwrap_or_else(|| {
            push_char(&mut keys, c);
            &rest[c.len_utf8()..]
        });
    }
    keys.name = name;
    keys
}

/// The longest name in characters that is taken for a person's: two of the surname, two given.
const PERSON_MAX: usize = 4;

/// Reads the surname, and keeps what its characters are read elsewhere. Gives the rest of the name.
fn push_surname<'a>(keys: &mut SearchKeys, name: &'a str) -> &'a str {
    // 东 is a surname, but a company that begins with 东莞 is called after the place.
    let is_place =
        head(name, PERSON_MAX + 1).is_some() && head(name, 2).is_some_and(|(word, _)| listed(word).is_some());
    let Some((surname, rest, reading)) = surname(name).filter(|_| !is_place) else { return name };
    keys.syllables.extend(split(reading));
    let mut elsewhere = SearchKeys::default();
    surname.chars().for_each(|c| push_char(&mut elsewhere, c));
    let differs = |other: &Vec<String>| other[..] != keys.syllables[..];
    keys.others = elsewhere.readings().into_iter().filter(differs).map(|other| (0, other)).collect();
    rest
}

/// Reads a word that fixes how its two characters are read. Gives what follows it.
fn push_word<'a>(keys: &mut SearchKeys, text: &'a str) -> Option<&'a str> {
    let (word, rest) = head(text, 2)?;
    keys.syllables.extend(split(listed(word)?));
    Some(rest)
}

fn push_char(keys: &mut SearchKeys, c: char) {
    let at = keys.syllables.len();
    match listed(c.encode_utf8(&mut [0; 4])) {
        Some(readings) => {
            let mut readings = readings.split(' ').map(str::to_owned);
            keys.syllables.extend(readings.next());
            keys.others.extend(readings.map(|other| (at, vec![other])));
        }
        // ü is typed as v.
        None => {
            keys.syllables.push(c.to_pinyin().map_or_else(|| c.to_string(), |r| r.plain().replace('ü', "v")))
        }
    }
}

fn split(reading: &str) -> impl Iterator<Item = String> {
    reading.split(' ').map(str::to_owned)
}

/// The first characters of a text, and the rest.
fn head(text: &str, chars: usize) -> Option<(&str, &str)> {
    let (last, c) = text.char_indices().nth(chars - 1)?;
    text.split_at_checked(last + c.len_utf8())
}

/// The surname that a name begins with, what follows it, and how it is read: a compound one before a single one. A name
/// that is nothing but a surname still has its reading.
fn surname(name: &str) -> Option<(&str, &str, &'static str)> {
    static SURNAMES: Readings = OnceLock::new();
    let surnames = table(&SURNAMES, include_str!("../data/surnames.tsv"));
    [2, 1].into_iter().find_map(|chars| {
        let (surname, rest) = head(name, chars)?;
        surnames.get(surname).map(|reading| (surname, rest, *reading))
    })
}

/// The readings of a character that has several, the usual one first, or those of a word.
fn listed(text: &str) -> Option<&'static str> {
    static READINGS: Readings = OnceLock::new();
    table(&READINGS, include_str!("../data/readings.tsv")).get(text).copied()
}

type Readings = OnceLock<HashMap<&'static str, &'static str>>;

fn table(cell: &'static Readings, text: &'static str) -> &'static HashMap<&'static str, &'static str> {
    cell.get_or_init(|| text.lines().filter_map(|line| line.split_once('\t')).collect())
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

    #[test]
    fn x16_a_given_name_is_found_by_its_other_readings_too() {
        let found_by = |name: &str| -> Vec<String> {
            search_keys(name).readings().iter().map(|reading| reading.concat()).collect()
        };
        assert_eq!(found_by("张乐"), ["zhangle", "zhangyue"]);
        assert_eq!(found_by("单朝晖"), ["shanchaohui", "danchaohui", "shanzhaohui", "danzhaohui"]);
        assert_eq!(
            found_by("万俟晟"),
            ["moqisheng", "wansisheng", "wanqisheng", "moqicheng", "wansicheng", "wanqicheng"]
        );
        assert!(found_by("行行行行行").len() <= MAX_READINGS);
    }

    #[test]
    fn x16_a_word_fixes_the_reading_of_its_characters() {
        assert_eq!(
            search_keys("重庆银行长寿支行").readings()[0].concat(),
            "chongqingyinhangchangshouzhihang"
        );
        assert_eq!(search_keys("东莞会计公司").pinyin(), "dongguankuaijigongsi");
        assert_eq!(search_keys("成都").pinyin(), "chengdou");
    }

    #[test]
    fn x16_what_has_no_pinyin_is_kept() {
        let keys = search_keys("Li 吕a1·");
        assert_eq!((keys.pinyin().as_str(), keys.initials().as_str()), ("lilva1·", "lila1·"));
        assert_eq!(search_keys("").readings(), [Vec::<String>::new()]);
    }
}
