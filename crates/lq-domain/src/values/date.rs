//! Days, and ages counted from them.

use super::{problem::ValueProblem, typed};
use crate::clock::Timestamp;
use chrono::{Datelike, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// The first and last year a day may have. A customer born before 1900 would be older than anybody alive; after 9999
/// the text form would no longer have ten characters.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=9999;

/// Reads a day: `2026-11-24`, `2026/11/24`, `2026.11.24`, `2026 11 24`, `20261124`, `2026年11月24日`, month and day with
/// or without leading zero, and with or without a time of midnight behind it, as spreadsheets write it.
///
/// Forms that begin with the day or month are refused: nobody can tell 03/04/2026 from 04/03/2026.
///
/// # Errors
/// [`ValueProblem::DateForm`], [`ValueProblem::DateRange`].
pub fn parse_date(typed: &str) -> Result<NaiveDate, ValueProblem> {
    let plain = typed::plain(typed);
    let text = without_midnight(&plain);
    let (year, month, day) = parts(text).ok_or(ValueProblem::DateForm)?;
    let date = NaiveDate::from_ymd_opt(year, month, day).ok_or(ValueProblem::DateForm)?;
    if YEARS.contains(&year) { Ok(date) } else { Err(ValueProblem::DateRange) }
}

/// Reads an instant: a day in any form of [`parse_date`], alone (then its first moment in China) or with a time behind it, as
/// `2026-11-24 10:30:05`, `2026-11-24T10:30:05+08:00`, `2026-11-24T02:30:05.250Z` or `20261124103005`. Without an offset the time
/// is China's (UTC+8).
///
/// # Errors
/// [`ValueProblem::DateForm`], [`ValueProblem::DateRange`].
pub fn parse_instant(typed: &str) -> Result<Timestamp, ValueProblem> {
    let plain = typed::plain(typed);
    let (day, time) =
        match plain.split_once('T').or_else(|| plain.rsplit_once(' ').filter(|(_, t)| t.contains(':'))) {
            Some((day, time)) => (day.to_owned(), time.to_owned()),
            None if plain.len() == 14 && plain.bytes().all(|b| b.is_ascii_digit()) => {
                (plain[..8].to_owned(), format!("{}:{}:{}", &plain[8..10], &plain[10..12], &plain[12..]))
            }
            None => (plain, "00:00:00".to_owned()),
        };
    let (time, offset) = split_offset(&time).ok_or(ValueProblem::DateForm)?;
    let time = ["%H:%M:%S%.f", "%H:%M"]
        .iter()
        .find_map(|form| NaiveTime::parse_from_str(time, form).ok())
        .ok_or(ValueProblem::DateForm)?;
    let local = parse_date(day.trim_end())?.and_time(time).and_utc().timestamp_millis();
    Ok(Timestamp(local).plus_millis(-offset))
}

/// A time without its offset, and the offset in milliseconds.
fn split_offset(time: &str) -> Option<(&str, i64)> {
    const MINUTE: i64 = 60_000;
    if let Some(time) = time.strip_suffix('Z') {
        return Some((time, 0));
    }
    let Some(at) = time.find(['+', '-']) else { return Some((time, 8 * 60 * MINUTE)) };
    let (time, offset) = time.split_at(at);
    let (hours, minutes) = offset[1..].split_once(':')?;
    let minutes = number::<i64>(hours).filter(|hours| *hours <= 14)? * 60
        + number::<i64>(minutes).filter(|m| *m < 60)?;
    Some((time, if offset.starts_with('-') { -minutes } else { minutes } * MINUTE))
}

fn without_midnight(text: &str) -> &str {
    let Some((day, time)) = text.split_once('T').or_else(|| text.rsplit_once(' ')) else { return text };
    let is_midnight = time.contains(':') && time.chars().all(|c| matches!(c, '0' | ':' | '.' | 'Z'));
    if is_midnight { day.trim_end() } else { text }
}

fn parts(text: &str) -> Option<(i32, u32, u32)> {
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some((number(&text[..4])?, number(&text[4..6])?, number(&text[6..])?));
    }
    let (year, month, day) = if let Some((year, rest)) = text.split_once('年') {
        let (month, day) = rest.split_once('月')?;
        (year, month, day.strip_suffix(['日', '号']).unwrap_or(day))
    } else {
        let separator = ['-', '/', '.', ' '].into_iter().find(|c| text.contains(*c))?;
        let (year, rest) = text.split_once(separator)?;
        let (month, day) = rest.split_once(separator)?;
        (year, month, day)
    };
    let (year, month, day) = (year.trim(), month.trim(), day.trim());
    let short = |text: &str| (1..=2).contains(&text.len());
    if year.len() != 4 || !short(month) || !short(day) {
        return None;
    }
    Some((number(year)?, number(month)?, number(day)?))
}

fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    // `parse` alone would take a sign.
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// The day a customer was born: between 1900 and the day it was entered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct BirthDate(NaiveDate);

impl BirthDate {
    /// Reads a birth date in any form of [`parse_date`].
    ///
    /// # Errors
    /// As [`parse_date`], and [`ValueProblem::DateFuture`] for a day after `today`.
    pub fn parse(typed: &str, today: NaiveDate) -> Result<Self, ValueProblem> {
        Self::on(parse_date(typed)?, today)
    }

    /// The birth date `date`.
    ///
    /// # Errors
    /// [`ValueProblem::DateFuture`] for a day after `today`, [`ValueProblem::DateRange`] for one before 1900.
    pub fn on(date: NaiveDate, today: NaiveDate) -> Result<Self, ValueProblem> {
        if date > today {
            Err(ValueProblem::DateFuture)
        } else if date.year() < *YEARS.start() {
            Err(ValueProblem::DateRange)
        } else {
            Ok(Self(date))
        }
    }

    /// The day itself.
    #[must_use]
    pub const fn date(self) -> NaiveDate {
        self.0
    }

    /// The canonical text, such as `1949-12-31`.
    #[must_use]
    pub fn canonical(self) -> String {
        self.0.to_string()
    }

    /// The age on `today`, see [`age_on`].
    #[must_use]
    pub fn age_on(self, today: NaiveDate) -> u32 {
        age_on(self.0, today)
    }
}

impl std::fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BirthDate(****)")
    }
}

impl From<BirthDate> for String {
    fn from(birth: BirthDate) -> String {
        birth.canonical()
    }
}

impl TryFrom<String> for BirthDate {
    type Error = ValueProblem;

    /// Reads what was stored; that it was not after the day of entry was seen then.
    fn try_from(text: String) -> Result<Self, ValueProblem> {
        parse_date(&text).map(Self)
    }
}

/// The age in full years on `today`; 0 before birth.
///
/// Who was born on 29 February is a year older on 28 February in common years: 民法典 art. 202 ends a period of years on
/// the last day of the month when the month lacks the day, and features.md S4.1 wishes a happy birthday on that day.
#[must_use]
pub fn age_on(birth: NaiveDate, today: NaiveDate) -> u32 {
    let years = today.year() - birth.year();
    let birthday = birth.with_year(today.year()).or_else(|| NaiveDate::from_ymd_opt(today.year(), 2, 28));
    let had_birthday = birthday.is_some_and(|birthday| today >= birthday);
    u32::try_from(if had_birthday { years } else { years - 1 }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn an_instant_is_chinas_unless_it_names_its_offset() {
        let at = Timestamp(1_795_487_405_000);
        for typed in [
            "2026-11-24 10:30:05",
            "20261124103005",
            "2026-11-24T10:30:05",
            "2026/11/24 10:30:05",
            "2026-11-24T10:30:05+08:00",
            "2026-11-24T02:30:05Z",
            "2026-11-23T21:30:05.000-05:00",
        ] {
            assert_eq!(parse_instant(typed), Ok(at), "{typed}");
        }
        assert_eq!(parse_instant("2026-11-24"), Ok(Timestamp(1_795_449_600_000)));
        assert_eq!(parse_instant("2026-11-24").unwrap().china_day(), day(2026, 11, 24));
        for typed in [
            "",
            "10:30",
            "2026-11-24 25:00:00",
            "2026-11-24T10:30+8",
            "03/04/2026 10:00:00",
            "2026-11-24T10:30:00+99:00",
        ] {
            assert_eq!(parse_instant(typed), Err(ValueProblem::DateForm), "{typed}");
        }
    }

    #[test]
    fn unambiguous_forms_are_read() {
        for typed in [
            "2026-11-24",
            "2026/11/24",
            "2026.11.24",
            "2026 11 24",
            "20261124",
            "2026年11月24日",
            "2026 年 11 月 24 日",
            "２０２６年１１月２４日",
            "２０２６－１１－２４",
            "2026/11/24 0:00",
            "2026-11-24 00:00:00",
            "2026-11-24T00:00:00.000Z",
        ] {
            assert_eq!(parse_date(typed), Ok(day(2026, 11, 24)), "{typed}");
        }
        assert_eq!(parse_date("2026/1/5"), Ok(day(2026, 1, 5)));
    }

    #[test]
    fn ambiguous_and_impossible_days_are_refused() {
        for typed in [
            "",
            "24.11.2026",
            "11/24/2026",
            "26-11-24",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "20260230",
            "2026-11",
            "2026-11-24 13:00",
            "2026-11-2４5",
            "2026-+1-02",
            "2026-11/24",
            "明天",
            "45000",
        ] {
            assert_eq!(parse_date(typed), Err(ValueProblem::DateForm), "{typed}");
        }
        assert_eq!(parse_date("1899-12-31"), Err(ValueProblem::DateRange));
    }

    #[test]
    fn a_birth_date_is_not_in_the_future() {
        let today = day(2026, 11, 24);
        assert_eq!(
            BirthDate::parse("2026-11-24", today).map(BirthDate::canonical),
            Ok("2026-11-24".to_owned())
        );
        assert_eq!(BirthDate::parse("2026-11-25", today), Err(ValueProblem::DateFuture));
        assert_eq!(format!("{:?}", BirthDate::parse("1949-12-31", today)), "Ok(BirthDate(****))");
    }

    #[test]
    fn s1_1_age_is_computed_in_full_years() {
        let birth = day(1949, 12, 31);
        assert_eq!(age_on(birth, day(2026, 12, 30)), 76);
        assert_eq!(age_on(birth, day(2026, 12, 31)), 77);
        assert_eq!(age_on(birth, day(1949, 12, 31)), 0);
        assert_eq!(age_on(birth, day(1940, 1, 1)), 0);
    }

    #[test]
    fn who_was_born_on_a_leap_day_ages_on_28_february_in_common_years() {
        let birth = day(2000, 2, 29);
        assert_eq!(age_on(birth, day(2025, 2, 27)), 24);
        assert_eq!(age_on(birth, day(2025, 2, 28)), 25);
        assert_eq!(age_on(birth, day(2024, 2, 28)), 23);
        assert_eq!(age_on(birth, day(2024, 2, 29)), 24);
    }
}
