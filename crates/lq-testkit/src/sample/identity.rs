//! Numbers that are right by the rules and never given twice in a branch.

use crate::random::Seeded;
use chrono::{Datelike, Days, NaiveDate};
use lq_domain::divisions;
use std::sync::OnceLock;

/// Customers are from 18 to 78 years old. The number is prime, so that steps through it meet every day once.
const BIRTH_DAYS: u64 = 21_911;
const YOUNGEST_DAYS: u64 = 18 * 366;

const SEGMENTS: [&str; 12] =
    ["130", "135", "136", "138", "139", "150", "158", "176", "180", "186", "188", "199"];
const MAILS: [&str; 3] = ["mail.example", "post.example.cn", "qq.example"];
const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// What a resident ID says.
pub(crate) struct Identity {
    pub(crate) male: bool,
    pub(crate) birth: NaiveDate,
    pub(crate) number: String,
}

impl Identity {
    pub(crate) fn of(index: u64, today: NaiveDate, chance: &mut Seeded) -> Self {
        let areas = areas();
        let many = areas.len() as u64;
        let area = areas[usize::try_from(index % many).unwrap_or_default()];
        let day = (index / many).wrapping_mul(7919).wrapping_add(index.wrapping_mul(131)) % BIRTH_DAYS;
        let birth = today - Days::new(YOUNGEST_DAYS + day);
        let male = chance.chance(50);
        let order = chance.below(499) * 2 + u64::from(male);
        let first = format!("{area}{:04}{:02}{:02}{order:03}", birth.year(), birth.month(), birth.day());
        Self { male, birth, number: format!("{first}{}", resident_check(&first)) }
    }
}

/// GB 11643: weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2, modulo 11.
fn resident_check(first: &str) -> char {
    const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize =
        first.bytes().zip(WEIGHTS).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    char::from(b"10X98765432"[sum % 11])
}

/// The county-level divisions of the mainland.
fn areas() -> &'static [&'static str] {
    static AREAS: OnceLock<Vec<&'static str>> = OnceLock::new();
    AREAS.get_or_init(|| {
        let provinces = divisions::children(None).into_iter().filter(|province| province.code < "70");
        let cities = provinces.flat_map(|province| divisions::children(Some(province.code)));
        let areas = cities.flat_map(|city| divisions::children(Some(city.code)));
        areas.map(|area| area.code).filter(|code| code.len() == 6 && divisions::area_exists(code)).collect()
    })
}

/// A mobile number: the last eight digits of two customers differ, whatever the segment.
pub(crate) fn mobile(index: u64, chance: &mut Seeded) -> String {
    let rest = index.wrapping_mul(48_271).wrapping_add(31_415_926) % 100_000_000;
    format!("{}{rest:08}", chance.pick(&SEGMENTS))
}

/// An address at a name that the standard keeps free for examples; some have none.
pub(crate) fn email(number: &str, chance: &mut Seeded) -> String {
    if chance.chance(40) {
        return String::new();
    }
    format!("u{}@{}", number[6..].to_lowercase(), chance.pick(&MAILS))
}

/// GB 32100: registration authority, kind, area, organisation code with its own check (GB 11714), check.
pub(crate) fn uscc(index: u64) -> String {
    let organisation = format!("{:08}", index % 100_000_000);
    let weights = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        organisation.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = match 11 - sum % 11 {
        11 => '0',
        10 => 'X',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    };
    let first = format!("91330106{organisation}{check}");
    let value = |c: u8| USCC_ALPHABET.iter().position(|known| *known == c).unwrap_or_default();
    let (sum, _) = first.bytes().fold((0, 1), |(sum, weight), c| (sum + value(c) * weight, weight * 3 % 31));
    format!("{first}{}", char::from(USCC_ALPHABET[(31 - sum % 31) % 31]))
}
