//! One transaction, as a bank's system tells it.

use super::Transaction;
use crate::accounts::{parse_currency, parse_number};
use crate::clock::Timestamp;
use crate::columns::{CellProblem, columns, parse_words};
use crate::values::{Money, ValueProblem, parse_instant};

/// Longest reference, in characters.
const REFERENCE_MAX: usize = 64;
/// Longest purpose: four lines of a remittance of 140 characters (ISO 20022, `Max140Text`).
const PURPOSE_MAX: usize = 560;
/// Longest name of the other side (ISO 20022, `Max140Text`).
const COUNTERPARTY_MAX: usize = 140;

columns! {
    /// A column of a file of transactions.
    Column {
        /// The account's number.
        Account => "account" | "账号" | "卡号" | "账户",
        /// The bank's reference.
        Reference => "reference" | "流水号" | "交易流水号" | "核心流水号" | "参考号",
        /// When it was booked.
        BookedAt => "booked_at" | "交易时间" | "记账时间" | "交易日期" | "记账日期",
        /// How much; with a minus what went, unless [`Column::Side`] says so.
        Amount => "amount" | "金额" | "交易金额" | "发生额",
        /// Whether it came or went: 贷 or 借.
        Side => "side" | "借贷标志" | "借贷方向" | "收付标志" | "借贷",
        /// ISO 4217 code.
        Currency => "currency" | "币种",
        /// What for.
        Purpose => "purpose" | "摘要" | "用途" | "附言" | "交易类型",
        /// Who is on the other side.
        Counterparty => "counterparty" | "对方户名" | "对手方" | "对方名称",
        /// Kind of the merchant (ISO 18245).
        Merchant => "merchant" | "商户类别码" | "mcc",
    }
}

/// A transaction that has not met its account yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// The account's number.
    pub account: String,
    /// The currency's code.
    pub currency: String,
    /// What was booked.
    pub transaction: Transaction,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Line(****)")
    }
}

/// Reads a line. `cell` gives the text of a column, empty when the file has no such column; `now` is the present.
///
/// # Errors
/// The first column that is wrong.
pub fn read_line<'a>(cell: impl Fn(Column) -> &'a str, now: Timestamp) -> Result<Line, CellProblem> {
    let read = |column: Column| cell(column).trim();
    let at = |column: Column| move |problem: ValueProblem| column.wrong(problem);
    let words = |column: Column, max: usize| parse_words(read(column), max).map_err(at(column));
    let reference = words(Column::Reference, REFERENCE_MAX)?;
    let booked = parse_instant(read(Column::BookedAt)).map_err(at(Column::BookedAt))?;
    if booked.china_day() > now.china_day() {
        return Err(Column::BookedAt.wrong(ValueProblem::DateFuture));
    }
    let amount = Money::parse(read(Column::Amount)).map_err(at(Column::Amount))?;
    let amount = if went(read(Column::Side)).map_err(at(Column::Side))? {
        Money::from_minor(-amount.minor()).map_err(at(Column::Amount))?
    } else {
        amount
    };
    Ok(Line {
        account: parse_number(read(Column::Account)).map_err(at(Column::Account))?,
        currency: parse_currency(read(Column::Currency)).map_err(at(Column::Currency))?,
        transaction: Transaction {
            reference: reference.ok_or(Column::Reference.wrong(ValueProblem::TextBlank))?,
            at: booked,
            amount,
            purpose: words(Column::Purpose, PURPOSE_MAX)?.unwrap_or_default(),
            counterparty: words(Column::Counterparty, COUNTERPARTY_MAX)?,
            merchant: merchant(read(Column::Merchant)).map_err(at(Column::Merchant))?,
        },
    })
}

/// Whether the amount has to change its sign: the debit of an account takes money from it.
fn went(side: &str) -> Result<bool, ValueProblem> {
    match side.to_lowercase().as_str() {
        "" | "c" | "cr" | "crdt" | "贷" | "贷方" | "收" | "收入" | "+" => Ok(false),
        "d" | "dr" | "dbit" | "借" | "借方" | "付" | "支出" | "-" => Ok(true),
        _ => Err(ValueProblem::ChoiceUnknown),
    }
}

fn merchant(code: &str) -> Result<Option<u16>, ValueProblem> {
    if code.is_empty() {
        return Ok(None);
    }
    let is_code = code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit());
    code.parse().ok().filter(|_| is_code).map(Some).ok_or(ValueProblem::ChoiceUnknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const NOW: Timestamp = Timestamp(1_795_487_405_000);

    fn read(cells: &[(Column, &str)]) -> Result<Line, CellProblem> {
        let mut all = BTreeMap::from([
            (Column::Account, "6222021000000000017"),
            (Column::Reference, "LQ1"),
            (Column::BookedAt, "2026-11-24 10:30:05"),
            (Column::Amount, "25.60"),
        ]);
        all.extend(cells.iter().copied());
        read_line(|column| all.get(&column).copied().unwrap_or_default(), NOW)
    }

    #[test]
    fn x5_the_side_decides_about_the_sign() {
        let amount = |cells: &[(Column, &str)]| read(cells).unwrap().transaction.amount.minor();
        assert_eq!(amount(&[]), 2_560);
        assert_eq!(amount(&[(Column::Amount, "-25.60")]), -2_560);
        assert_eq!(amount(&[(Column::Side, "借")]), -2_560);
        assert_eq!(amount(&[(Column::Side, "贷")]), 2_560);
        assert_eq!(amount(&[(Column::Side, "D"), (Column::Amount, "-25.60")]), 2_560, "taken back in red");
    }

    #[test]
    fn a_wrong_cell_is_named() {
        for (column, text, code) in [
            (Column::Account, "卡", "text_character"),
            (Column::Reference, " ", "text_blank"),
            (Column::BookedAt, "昨天", "date_form"),
            (Column::BookedAt, "2026-11-26", "date_future"),
            (Column::Amount, "1e5", "money_form"),
            (Column::Side, "左", "choice_unknown"),
            (Column::Merchant, "54", "choice_unknown"),
        ] {
            let problem = read(&[(column, text)]).unwrap_err();
            assert_eq!((problem.column, problem.problem.code()), (column.as_str(), code));
        }
        assert_eq!(Column::parse(" 交易流水号 "), Some(Column::Reference));
        assert_eq!(Column::parse("天气"), None);
    }
}
