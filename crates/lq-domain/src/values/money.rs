//! Amounts of money, exact.

use super::{problem::ValueProblem, typed};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in minor units (fen), within ±(2^53 − 1), so that JavaScript keeps it exactly too. In JSON it is that
/// number of minor units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "i64", into = "i64")]
#[ts(type = "number")]
pub struct Money(i64);

const MAX_MINOR: i64 = (1 << 53) - 1;

/// The words for multiples, longest first so that 万亿 is not read as 亿; as powers of ten.
const MULTIPLES: [(&str, u32); 8] =
    [("万亿", 12), ("千万", 7), ("百万", 6), ("十万", 5), ("亿", 8), ("万", 4), ("千", 3), ("百", 2)];

impl Money {
    /// No money.
    pub const ZERO: Money = Money(0);

    /// The amount of `minor` fen.
    ///
    /// # Errors
    /// [`ValueProblem::MoneyRange`] beyond ±(2^53 − 1).
    pub const fn from_minor(minor: i64) -> Result<Self, ValueProblem> {
        if minor < -MAX_MINOR || minor > MAX_MINOR { Err(ValueProblem::MoneyRange) } else { Ok(Self(minor)) }
    }

    /// The amount in fen.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// Reads yuan: `101348.88`, `1,234.5`, `１２３`, `12万`, `3.5亿元`, `¥ 1,000`, `-20`.
    ///
    /// Nothing is rounded: digits behind the fen must be zeros.
    ///
    /// # Errors
    /// One of the `Money…` reasons.
    pub fn parse(typed: &str) -> Result<Self, ValueProblem> {
        let plain = typed::plain(typed);
        let (negative, amount) = split_sign(&plain);
        let amount = without_currency(amount);
        let (amount, power) = split_multiple(amount);
        let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
        let whole = ungrouped(whole).ok_or(ValueProblem::MoneyForm)?;
        let is_number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
        if !is_number(&whole) || !is_number(fraction) || whole.len() + fraction.len() == 0 {
            return Err(ValueProblem::MoneyForm);
        }
        let minor = shifted(&whole, fraction, power as usize + 2)?;
        Self::from_minor(if negative { -minor } else { minor })
    }

    /// The amount in yuan with two decimals and no grouping, such as `101348.88`.
    #[must_use]
    pub fn canonical(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let minor = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", minor / 100, minor % 100)
    }
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn without_currency(text: &str) -> &str {
    let text = ["¥", "人民币", "RMB", "CNY", "rmb", "cny"]
        .iter()
        .find_map(|sign| text.strip_prefix(sign))
        .unwrap_or(text);
    let text =
        ["元整", "元", "圆", "RMB", "CNY"].iter().find_map(|sign| text.strip_suffix(sign)).unwrap_or(text);
    text.trim()
}

fn split_multiple(text: &str) -> (&str, u32) {
    MULTIPLES
        .iter()
        .find_map(|(word, power)| text.strip_suffix(word).map(|rest| (rest.trim_end(), *power)))
        .unwrap_or((text, 0))
}

/// The digits without their separators, if these part groups of three, or of four as 万 counts.
fn ungrouped(whole: &str) -> Option<String> {
    if !whole.contains(',') {
        return Some(whole.to_owned());
    }
    let (first, rest) = whole.split_once(',')?;
    let groups_of =
        |size: usize| (1..=size).contains(&first.len()) && rest.split(',').all(|g| g.len() == size);
    (groups_of(3) || groups_of(4)).then(|| whole.replace(',', ""))
}

/// `whole.fraction` with the point moved `places` to the right, which must leave nothing behind it.
fn shifted(whole: &str, fraction: &str, places: usize) -> Result<i64, ValueProblem> {
    let (kept, lost) = fraction.split_at(places.min(fraction.len()));
    if lost.bytes().any(|b| b != b'0') {
        return Err(ValueProblem::MoneyPrecision);
    }
    let zeros = places - kept.len();
    let digits =
        whole.bytes().chain(kept.bytes()).map(|b| i64::from(b - b'0')).chain(std::iter::repeat_n(0, zeros));
    digits
        .into_iter()
        .try_fold(0_i64, |sum, digit| sum.checked_mul(10)?.checked_add(digit))
        .ok_or(ValueProblem::MoneyRange)
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Money(****)")
    }
}

impl From<Money> for i64 {
    fn from(money: Money) -> i64 {
        money.0
    }
}

impl TryFrom<i64> for Money {
    type Error = ValueProblem;

    fn try_from(minor: i64) -> Result<Self, ValueProblem> {
        Self::from_minor(minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> Result<String, ValueProblem> {
        Money::parse(typed).map(Money::canonical)
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (typed, canonical) in [
            ("101348.88", "101348.88"),
            ("1,234.5", "1234.50"),
            ("１２３", "123.00"),
            ("￥1，000．50", "1000.50"),
            ("12万", "120000.00"),
            ("12.34567万元", "123456.70"),
            ("3.5亿", "350000000.00"),
            ("1万亿", "1000000000000.00"),
            ("5千", "5000.00"),
            ("1,0000", "10000.00"),
            ("¥ 20", "20.00"),
            ("人民币20元整", "20.00"),
            ("-0.5", "-0.50"),
            ("−20", "-20.00"),
            (".5", "0.50"),
            ("7.", "7.00"),
            ("1.230000", "1.23"),
            ("0", "0.00"),
        ] {
            assert_eq!(read(typed).as_deref(), Ok(canonical), "{typed}");
        }
    }

    #[test]
    fn what_is_not_exact_is_refused_with_its_reason() {
        for typed in [
            "",
            ".",
            "abc",
            "1,23",
            "12,345,67",
            "1,,000",
            ",100",
            "1.2.3",
            "1e5",
            "0x10",
            "1 2",
            "--1",
            "万",
        ] {
            assert_eq!(read(typed), Err(ValueProblem::MoneyForm), "{typed}");
        }
        assert_eq!(read("1.234"), Err(ValueProblem::MoneyPrecision));
        assert_eq!(read("90071992547409.91").as_deref(), Ok("90071992547409.91"));
        assert_eq!(read("-90071992547409.91").as_deref(), Ok("-90071992547409.91"));
        assert_eq!(read("90071992547409.92"), Err(ValueProblem::MoneyRange));
        assert_eq!(read("999999999999999999999999"), Err(ValueProblem::MoneyRange));
    }

    #[test]
    fn json_is_minor_units() {
        assert_eq!(serde_json::to_string(&Money::parse("1.05").unwrap()).unwrap(), "105");
        assert_eq!(serde_json::from_str::<Money>("-105").unwrap().canonical(), "-1.05");
        assert!(serde_json::from_str::<Money>("9007199254740992").is_err());
    }
}
