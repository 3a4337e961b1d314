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
/// Short names are read (北京, 内蒙古, 恩施州), and levels may be left out (杭州市西湖区, 江苏省昆山市). A name that fits
/// several places gives nothing.
#[must_use]
pub fn find(text: &str) -> Option<&'static str> {
    let text: String = text.chars().filter(|c| !is_separator(*c)).collect();
    let text = text.strip_prefix("中国").unwrap_or(&text);
    let from_province = children(None)
        .into_iter()
        .filter_map(|province| descend(text, province))
        .min_by_key(|found| found.rest);
    let from_city = || {
        let named = level(4).iter().filter(|city| !UNNAMED.contains(&city.name));
        only(named.filter_map(|city| descend(text, *city)))
    };
    let from_area = || only(level(6).iter().filter_map(|area| descend(text, *area)));
    // 吉林市船营区 begins with the short name of a province, but the city explains more of it.
    let found = match from_province {
        Some(found) if found.code.len() > 2 || found.rest == 0 => Some(found),
        short => short.into_iter().chain(from_city()).min_by_key(|found| found.rest).or_else(from_area),
    };
    found.map(|found| found.code)
}

/// All cities or all areas: those whose codes have `length` digits. An import looks for thousands of addresses.
fn level(length: usize) -> &'static [Division] {
    static CITIES: OnceLock<Vec<Division>> = OnceLock::new();
    static AREAS: OnceLock<Vec<Division>> = OnceLock::new();
    let cell = if length == 4 { &CITIES } else { &AREAS };
    cell.get_or_init(|| {
        let of_level = (0..table().len()).filter(|index| table()[*index].0.len() == length);
        of_level.map(division).collect()
    })
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || "-/\\|,，、·.".contains(c)
}

/// A division that a text begins with.
#[derive(Clone, Copy)]
struct Found {
    code: &'static str,
    /// How many bytes of the text follow it.
    rest: usize,
}

fn below(division: Division) -> Vec<Division> {
    children(Some(division.code))
}

/// The one that explains most of the text, unless two do.
fn only(found: impl Iterator<Item = Found>) -> Option<Found> {
    let found: Vec<Found> = found.collect();
    let least = found.iter().map(|found| found.rest).min()?;
    let mut best = found.into_iter().filter(|found| found.rest == least);
    best.next().filter(|_| best.next().is_none())
}

/// The deepest division within `division` that `text` begins with.
fn descend(text: &str, division: Division) -> Option<Found> {
    let rest = after_name(text, division)?;
    Some(deepest(rest, division).unwrap_or(Found { code: division.code, rest: rest.len() }))
}

fn deepest(rest: &str, division: Division) -> Option<Found> {
    let parts = below(division);
    if rest.is_empty() || parts.is_empty() {
        return None;
    }
    let named = only(parts.iter().filter_map(|part| descend(rest, *part)));
    named
        .or_else(|| {
            let is_hidden = |part: &&Division| UNNAMED.contains(&part.name) || part.name == division.name;
            let hidden = parts.iter().filter(is_hidden).flat_map(|part| below(*part));
            hidden.filter_map(|part| descend(rest, part)).min_by_key(|found| found.rest)
        })
        // 江苏省昆山市: towns are often named without the city that they belong to.
        .or_else(|| {
            let is_province = division.code.len() == 2;
            only(
                parts
                    .iter()
                    .filter(|_| is_province)
                    .flat_map(|part| below(*part))
                    .filter_map(|part| descend(rest, part)),
            )
        })
}

/// What follows the name of a division, whole or short.
fn after_name(text: &str, division: Division) -> Option<&str> {
    // 上海市辖区 is 上海 and 市辖区, written without what joins them.
    let whole = text.strip_prefix(division.name).filter(|rest| !rest.starts_with("辖区"));
    if whole.is_some() || division.code.len() > 4 {
        return whole;
    }
    let short = short_name(division.name);
    // 北京 for 北京市, but no single character.
    if short.chars().count() < 2 {
        return None;
    }
    // 朝阳区 is no part of 朝阳市.
    let rest = text.strip_prefix(short).filter(|rest| !rest.starts_with(['区', '县']))?;
    let is_prefecture = division.name.ends_with("自治州");
    Some(rest.strip_prefix('州').filter(|_| is_prefecture).unwrap_or(rest))
}

/// The peoples after whom autonomous regions and prefectures are named.
const PEOPLES: [&str; 20] = [
    "蒙古",
    "回族",
    "藏族",
    "维吾尔",
    "苗族",
    "彝族",
    "壮族",
    "布依族",
    "朝鲜族",
    "侗族",
    "白族",
    "土家族",
    "哈尼族",
    "哈萨克",
    "傣族",
    "傈僳族",
    "柯尔克孜",
    "景颇族",
    "羌族",
    "满族",
];

/// A name without its kind: 浙江 of 浙江省, 恩施 of 恩施土家族苗族自治州.
fn short_name(name: &str) -> &str {
    let kinds = ["特别行政区", "自治区", "自治州", "省", "市", "地区", "盟"];
    let Some(short) = kinds.iter().find_map(|kind| name.strip_suffix(kind)) else { return name };
    if !name.contains("自治") {
        return short;
    }
    // 内蒙古 is a name in itself: a people counts from the second place on.
    let peoples = PEOPLES.iter().filter_map(|people| short.find(people)).filter(|at| *at >= 6);
    peoples.min().map_or(short, |at| &short[..at])
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
        assert_eq!(find("上海 市辖区 黄浦区"), Some("310101"));
        assert_eq!(find("中国，北京市，东城区，东华门街道1号"), Some("110101001"));
        assert_eq!(find("内蒙古呼和浩特市新城区"), Some("150102"));
        assert_eq!(find("广西南宁"), Some("4501"));
        assert_eq!(find("新疆乌鲁木齐天山区"), Some("650102"));
        assert_eq!(find("湖北恩施州恩施市"), Some("422801"));
        assert_eq!(find("吉林市船营区"), Some("220204"));
        assert_eq!(find("江苏省昆山市"), Some("320583"));
        assert_eq!(find("昆山市玉山镇"), Some("320583100"));
        assert_eq!(find("广东东莞南城街道"), Some("441900004"));
        assert_eq!(find("香港中环"), Some("81"));
    }

    #[test]
    fn what_is_nowhere_or_in_several_places_finds_nothing() {
        for text in ["", " ", "月球", "朝阳区", "市辖区", "县"] {
            assert_eq!(find(text), None, "{text}");
        }
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
