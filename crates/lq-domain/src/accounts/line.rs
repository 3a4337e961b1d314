//! One account, as a bank's system tells it, and what becomes of the record.

use super::{
    Account, BALANCE, BRANCH, COUNT, CURRENCY, CUSTOMER, KIND, MATURES_ON, NUMBER, OPENED_ON, OPENING, OWNER,
    PRODUCT, PRODUCT_MAX, RATE, minor_text, parse_currency, parse_number,
};
use crate::clock::Timestamp;
use crate::columns::{CellProblem, columns, parse_words};
use crate::customers::{Customer, DuplicateKey, document_key, uscc_key};
use crate::record::{FieldValue, Record};
use crate::transactions::Transaction;
use crate::values::{
    AccountKind, DocumentNumber, DocumentType, Money, Uscc, ValueProblem, parse_date, parse_instant,
};
use chrono::NaiveDate;

columns! {
    /// A column of a file of accounts.
    Column {
        /// The account's number.
        Number => "number" | "account" | "账号" | "账户" | "卡号" | "贷款账号",
        /// Kind of the holder's document; a resident ID when it is not said, and a credit code when it says so.
        HolderType => "holder_type" | "证件类型",
        /// Number of the holder's document, or the holder's credit code.
        Holder => "holder" | "证件号码" | "证件号" | "客户证件" | "统一社会信用代码",
        /// [`AccountKind`].
        Kind => "kind" | "账户类型" | "产品类型" | "类型",
        /// What the product is called.
        Product => "product" | "产品名称" | "产品",
        /// ISO 4217 code.
        Currency => "currency" | "币种",
        /// The day it was opened.
        OpenedOn => "opened_on" | "开户日期" | "起息日" | "开户日",
        /// The day it comes due.
        MaturesOn => "matures_on" | "到期日期" | "到期日",
        /// Percent a year.
        Rate => "rate" | "利率" | "年利率",
        /// What is in it; owed amounts negative.
        Balance => "balance" | "余额" | "账户余额" | "市值",
        /// When that was in it; the present when it is not said.
        BalanceAt => "balance_at" | "余额日期" | "日期",
    }
}

/// An account, as a bank's system tells it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountLine {
    /// Its number.
    pub number: String,
    /// What proves whose it is.
    pub holder: DuplicateKey,
    /// What it is.
    pub kind: AccountKind,
    /// What the product is called.
    pub product: Option<String>,
    /// The currency's code.
    pub currency: String,
    /// The day it was opened.
    pub opened_on: Option<NaiveDate>,
    /// The day it comes due.
    pub matures_on: Option<NaiveDate>,
    /// Percent a year.
    pub rate: Option<String>,
    /// What is in it.
    pub balance: Money,
    /// When that was in it.
    pub balance_at: Timestamp,
}

impl std::fmt::Debug for AccountLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccountLine(****)")
    }
}

/// Why an account is not taken as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineProblem {
    /// Another customer holds the account of this number.
    Holder,
    /// The account is of another kind.
    Kind,
    /// The account is in another currency.
    Currency,
    /// The balance is not the opening balance and all transactions: some of them are missing.
    Balance,
}

/// Reads a line. `cell` gives the text of a column, empty when the file has no such column; `now` is the present.
///
/// # Errors
/// The first column that is wrong.
pub fn read_line<'a>(cell: impl Fn(Column) -> &'a str, now: Timestamp) -> Result<AccountLine, CellProblem> {
    let read = |column: Column| cell(column).trim();
    let at = |column: Column| move |problem: ValueProblem| column.wrong(problem);
    let day = |column: Column| match read(column) {
        "" => Ok(None),
        text => parse_date(text).map(Some).map_err(at(column)),
    };
    let balance_at = match read(Column::BalanceAt) {
        "" => now,
        text => parse_instant(text).map_err(at(Column::BalanceAt))?,
    };
    if balance_at > now {
        return Err(Column::BalanceAt.wrong(ValueProblem::DateFuture));
    }
    Ok(AccountLine {
        number: parse_number(read(Column::Number)).map_err(at(Column::Number))?,
        holder: holder(read(Column::HolderType), read(Column::Holder), now.china_day())?,
        kind: AccountKind::parse(read(Column::Kind)).map_err(at(Column::Kind))?,
        product: parse_words(read(Column::Product), PRODUCT_MAX).map_err(at(Column::Product))?,
        currency: parse_currency(read(Column::Currency)).map_err(at(Column::Currency))?,
        opened_on: day(Column::OpenedOn)?,
        matures_on: day(Column::MaturesOn)?,
        rate: rate(read(Column::Rate)).map_err(at(Column::Rate))?,
        balance: Money::parse(read(Column::Balance)).map_err(at(Column::Balance))?,
        balance_at,
    })
}

fn holder(kind: &str, number: &str, today: NaiveDate) -> Result<DuplicateKey, CellProblem> {
    if number.is_empty() {
        return Err(Column::Holder.wrong(ValueProblem::TextBlank));
    }
    let is_code = matches!(kind.to_lowercase().as_str(), "uscc" | "统一社会信用代码");
    if is_code || (kind.is_empty() && Uscc::parse(number).is_ok()) {
        let code = Uscc::parse(number).map_err(|problem| Column::Holder.wrong(problem))?;
        return Ok(uscc_key(code.as_str()));
    }
    let document = if kind.is_empty() {
        DocumentType::ResidentId
    } else {
        DocumentType::parse(kind).map_err(|problem| Column::HolderType.wrong(problem))?
    };
    let number =
        DocumentNumber::parse(document, number, today).map_err(|problem| Column::Holder.wrong(problem))?;
    Ok(document_key(document.as_str(), number.as_str()))
}

/// Percent a year: `2.15`, `2.15%`.
fn rate(text: &str) -> Result<Option<String>, ValueProblem> {
    let percent = text.trim_end_matches(['%', '％']).trim_end();
    if percent.is_empty() {
        return Ok(None);
    }
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
    let digits = |text: &str, most: usize| text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole, 3) || !digits(fraction, 6) {
        return Err(ValueProblem::MoneyForm);
    }
    Ok(Some(percent.to_owned()))
}

impl AccountLine {
    /// The fields that the line sets; what belongs to the journal is not among them.
    fn fields(&self) -> [(&'static str, FieldValue); 4] {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        [
            (PRODUCT, self.product.clone()),
            (OPENED_ON, day(self.opened_on)),
            (MATURES_ON, day(self.matures_on)),
            (RATE, self.rate.clone()),
        ]
    }

    /// Makes a new account of it: what is in it now is its opening balance.
    #[must_use]
    pub fn open(&self, mut record: Record, holder: Customer<'_>) -> Record {
        let fixed = [
            (CUSTOMER, Some(holder.id().to_string())),
            (OWNER, holder.owner().map(|owner| owner.to_string())),
            (BRANCH, holder.branch().map(|branch| branch.to_string())),
            (NUMBER, Some(self.number.clone())),
            (KIND, Some(self.kind.as_str().to_owned())),
            (CURRENCY, Some(self.currency.clone())),
            (OPENING, minor_text(self.balance)),
            (BALANCE, minor_text(self.balance)),
            (COUNT, Some("0".to_owned())),
        ];
        for (field, value) in fixed.into_iter().chain(self.fields()) {
            record.set(field, value);
        }
        record
    }

    /// What the line makes of an account that is there: the fields that change, and what has to be booked. Of what has a market, a
    /// new balance is a valuation and is booked as one, so that the curve of AUM stays the sum of the journal; of all others it has
    /// to be the balance that the transactions give.
    ///
    /// # Errors
    /// [`LineProblem`].
    pub fn over(
        &self,
        known: Account<'_>,
        holder: Customer<'_>,
    ) -> Result<(Record, Option<Transaction>), LineProblem> {
        if known.customer() != Some(holder.id()) {
            return Err(LineProblem::Holder);
        }
        if known.kind() != Some(self.kind) {
            return Err(LineProblem::Kind);
        }
        if known.currency() != self.currency {
            return Err(LineProblem::Currency);
        }
        let mut after = known.0.clone();
        for (field, value) in self.fields() {
            // What the file does not tell stays.
            if value.is_some() {
                after.set(field, value);
            }
        }
        let change = self.balance.minor() - known.balance().minor();
        if change == 0 {
            return Ok((after, None));
        }
        if !self.kind.is_valued() {
            return Err(LineProblem::Balance);
        }
        let amount = Money::from_minor(change).map_err(|_| LineProblem::Balance)?;
        Ok((after, Some(Transaction::valuation(self.balance_at, amount))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::Feature;
    use crate::ids::AccountId;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp(1_795_487_405_000);

    fn read(cells: &[(Column, &str)]) -> Result<AccountLine, CellProblem> {
        let mut all = BTreeMap::from([
            (Column::Number, "6222 0210 0000 0000 017"),
            (Column::Holder, "11010519491231002X"),
            (Column::Kind, "活期存款"),
            (Column::Balance, "1,234.50"),
        ]);
        all.extend(cells.iter().copied());
        read_line(|column| all.get(&column).copied().unwrap_or_default(), NOW)
    }

    fn customer() -> Record {
        let mut record = Record::new(Feature::Customers, Uuid::from_u128(5), NOW);
        record.set("branch", Some(Uuid::from_u128(3).to_string()));
        record.set("owner", Some(Uuid::from_u128(4).to_string()));
        record
    }

    fn opened(line: &AccountLine) -> Record {
        let new = super::super::new_record(AccountId(Uuid::from_u128(9)), NOW);
        line.open(new, Customer(&customer()))
    }

    #[test]
    fn x5_an_account_is_read_and_opened_where_its_customer_is() {
        let line = read(&[(Column::MaturesOn, "2027-01-31"), (Column::Rate, "2.15%")]).unwrap();
        let record = opened(&line);
        let account = Account(&record);
        assert_eq!(account.number(), "6222021000000000017");
        assert_eq!((account.balance().minor(), account.opening().minor()), (123_450, 123_450));
        assert_eq!(account.branch().unwrap().0, Uuid::from_u128(3));
        assert_eq!((record.get(RATE), record.get(MATURES_ON)), (Some("2.15"), Some("2027-01-31")));
    }

    #[test]
    fn a_wrong_cell_is_named() {
        for (column, text, code) in [
            (Column::Number, "", "text_blank"),
            (Column::Holder, "110105194912310021", "document_number_check"),
            (Column::HolderType, "借书证", "choice_unknown"),
            (Column::Kind, "存折", "choice_unknown"),
            (Column::Balance, "1.234", "money_precision"),
            (Column::MaturesOn, "03/04/2027", "date_form"),
            (Column::BalanceAt, "2027-01-01", "date_future"),
            (Column::Rate, "two", "money_form"),
        ] {
            let problem = read(&[(column, text)]).unwrap_err();
            assert_eq!((problem.column, problem.problem.code()), (column.as_str(), code));
        }
    }

    #[test]
    fn a_credit_code_is_known_by_its_form() {
        let line = read(&[(Column::Holder, "91350100M000100Y43")]).unwrap();
        assert_eq!(line.holder, uscc_key("91350100M000100Y43"));
    }

    #[test]
    fn x5_a_new_balance_is_a_valuation_of_what_has_a_market_and_a_gap_in_all_else() {
        let fund = read(&[(Column::Kind, "基金")]).unwrap();
        let (known, holder) = (opened(&fund), customer());
        let risen = AccountLine { balance: Money::from_minor(130_000).unwrap(), ..fund.clone() };
        let (_, booked) = risen.over(Account(&known), Customer(&holder)).unwrap();
        assert_eq!(booked.unwrap().amount.minor(), 6_550);
        let (_, nothing) = fund.over(Account(&known), Customer(&holder)).unwrap();
        assert_eq!(nothing, None);
        let current = read(&[]).unwrap();
        let known = opened(&current);
        let other = AccountLine { balance: Money::ZERO, ..current.clone() };
        assert_eq!(other.over(Account(&known), Customer(&holder)), Err(LineProblem::Balance));
        let dollars = AccountLine { currency: "USD".to_owned(), ..current };
        assert_eq!(dollars.over(Account(&known), Customer(&holder)), Err(LineProblem::Currency));
    }
}
