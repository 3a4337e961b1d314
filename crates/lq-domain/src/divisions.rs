//! Administrative divisions of four levels: province, city, area, street. Codes have 2, 4, 6 and 9 digits, and a
//! division's code begins with the code of the one above it. Where the data comes from stands in `data/README.md`.

use std::collections::HashMap;
use std::sync::OnceLock;

/// A division.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Division {
    /// Its code: 2, 4, 6 or 9 digits.
    pub code: &'static str,
    /// Its own name, without those above it.
    pub name: &'static str,
    /// Whether there is nothing below it.
    pub leaf: bool,
}

/// Code and name, sorted by code, so that every division stands right before those below it.
static TABLE: &str = include_str!("../data/divisions.tsv");

fn table() -> &'static [(&'static str, &'static str)] {
    static ROWS: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    ROWS.get_or_init(|| TABLE.lines().filter_map(|line| line.split_once('\t')).collect())
}

fn position(code: &str) -> Option<usize> {
    table().binary_search_by(|(known, _)| (*known).cmp(code)).ok()
}

fn division(index: usize) -> Division {
    let (code, name) = table()[index];
    let leaf = table().get(index + 1).is_none_or(|(next, _)| !next.starts_with(code));
    Division { code, name, leaf }
}

/// How many digits the code of the division above has.
const fn length_above(length: usize) -> usize {
    match length {
        9 => 6,
        6 => 4,
        4 => 2,
        _ => 0,
    }
}

/// The divisions right below one, or the provinces.
#[must_use]
pub fn children(parent: Option<&str>) -> Vec<Division> {
    let below = parts().get(parent.unwrap_or_default());
    below.map_or_else(Vec::new, |indexes| indexes.iter().map(|index| division(*index)).collect())
}

/// Where the parts of each division stand in the table; the provinces under the empty code.
fn parts() -> &'static HashMap<&'static str, Vec<usize>> {
    static PARTS: OnceLock<HashMap<&'static str, Vec<usize>>> = OnceLock::new();
    PARTS.get_or_init(|| {
        let mut parts: HashMap<&'static str, Vec<usize>> = HashMap::new();
        for (index, (code, _)) in table().iter().enumerate() {
            parts.entry(&code[..length_above(code.len())]).or_default().push(index);
        }
        parts
    })
}

/// A division with all above it, the province first.
#[must_use]
pub fn path(code: &str) -> Option<Vec<Division>> {
    position(code)?;
    let lengths = [2, 4, 6, 9].into_iter().take_while(|length| *length <= code.len());
    lengths.map(|length| code.get(..length).and_then(position).map(division)).collect()
}

/// A division's own name.
#[must_use]
pub fn name(code: &str) -> Option<&'static str> {
    position(code).map(|index| table()[index].1)
}

/// Names that only hold a place in the hierarchy and that no address repeats.
const UNNAMED: [&str; 4] = ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"];

/// The name as an address begins with it, for example 北京市东城区东华门街道.
#[must_use]
pub fn full_name(code: &str) -> Option<String> {
    let mut full = String::new();
    let mut last = "";
    for part in path(code)?.iter().map(|division| division.name) {
        // 东莞市 has no areas: the list repeats its name one level below.
        if !UNNAMED.contains(&part) && part != last {
            full.push_str(part);
            last = part;
        }
    }
    Some(full)
}

/// Whether a resident identity number may begin with these six digits today.
#[must_use]
pub fn area_exists(code: &str) -> bool {
    code.len() == 6 && position(code).is_some()
}

/// The division that a text begins with, as far down as it goes: `浙江省杭州市西湖区文三路1号` gives 330106.
///
/// Levels may be left out of the text from the top (杭州市西湖区), but not from the middle, except those that no address
/// names. A name that fits several places gives nothing.
#[must_use]
pub fn find(text: &str) -> Option<&'static str> {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-' && *c != '/').collect();
    if text.chars().count() < 2 {
        return None;
    }
    let from_top = children(None).into_iter().find_map(|province| descend(&text, province));
    from_top
        .or_else(|| only(children(None).into_iter().flat_map(below).filter_map(|city| descend(&text, city))))
}

fn below(division: Division) -> Vec<Division> {
    children(Some(division.code))
}

fn only(mut found: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    found.next().filter(|_| found.next().is_none())
}

/// The deepest division within `division` that `text` begins with.
fn descend(text: &str, division: Division) -> Option<&'static str> {
    let rest = text.strip_prefix(division.name).or_else(|| {
        let short = division.name.trim_end_matches(['省', '市']);
        // 北京 for 北京市, but not 沙 for 沙市.
        (division.code.len() <= 4 && short.chars().count() >= 2).then(|| text.strip_prefix(short)).flatten()
    })?;
    Some(deepest(rest, division).unwrap_or(division.code))
}

fn deepest(rest: &str, division: Division) -> Option<&'static str> {
    let parts = below(division);
    let named = parts.iter().find_map(|part| descend(rest, *part));
    named.or_else(|| {
        let hidden = parts.iter().filter(|part| UNNAMED.contains(&part.name) || part.name == division.name);
        hidden.flat_map(|part| below(*part)).find_map(|part| descend(rest, part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s1_1_the_picker_goes_down_four_levels() {
        assert_eq!(children(None).len(), 34);
        let cities = children(Some("33"));
        assert!(cities.iter().any(|city| city.name == "杭州市" && !city.leaf));
        let streets = children(Some("330106"));
        assert!(streets.len() > 5 && streets.iter().all(|street| street.leaf && street.code.len() == 9));
        let names: Vec<_> = path("330106").unwrap().iter().map(|division| division.name).collect();
        assert_eq!(names, ["浙江省", "杭州市", "西湖区"]);
    }

    #[test]
    fn a_full_name_leaves_out_what_no_address_says() {
        assert_eq!(full_name("110101").unwrap(), "北京市东城区");
        assert_eq!(full_name("441900003").unwrap(), "东莞市东城街道".replace("东莞市", "广东省东莞市"));
        assert_eq!(full_name("999999"), None);
    }

    #[test]
    fn an_address_finds_its_division() {
        assert_eq!(find("浙江省杭州市西湖区文三路1号"), Some("330106"));
        assert_eq!(find("杭州市西湖区"), Some("330106"));
        assert_eq!(find("北京市东城区"), Some("110101"));
        assert_eq!(find("上海市"), Some("31"));
        assert_eq!(find("月球"), None);
    }

    #[test]
    fn every_full_name_finds_its_code_or_a_namesake() {
        for (code, _) in table().iter().filter(|(code, _)| code.len() == 6) {
            let full = full_name(code).unwrap();
            let found = find(&full).unwrap_or_else(|| panic!("{full}"));
            assert_eq!(full_name(found).unwrap(), full, "{code} {found}");
        }
    }
}
