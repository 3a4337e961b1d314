//! Cells: a customer's value as a person reads it, safe to open in a spreadsheet, and the way back.

use super::labels::{self, Language};
use crate::client::Open;
use crate::customers::Names;
use crate::error::ClientError;
use lq_domain::customers::{Field, Shape, shown};
use lq_domain::divisions;
use lq_domain::values::Money;
use std::borrow::Cow;
use std::collections::HashMap;

/// What separates the tags, or the phones, of one customer.
pub(crate) const BETWEEN: &str = "; ";

/// A cell before it has the form of a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// An amount in fen.
    Amount(i64),
}

/// Turns values into what people read.
pub(super) struct Writing {
    language: Language,
    names: Names,
    tags: HashMap<String, String>,
    /// Divisions met so far: looking one up costs more than anything else in a row.
    divisions: HashMap<String, String>,
}

impl Writing {
    pub(super) async fn new(open: &Open, language: Language) -> Result<Self, ClientError> {
        let tags = open.store.tags().await?;
        Ok(Self {
            language,
            names: Names::all(open).await?,
            tags: tags.into_iter().map(|tag| (tag.id.to_string(), tag.name)).collect(),
            divisions: HashMap::new(),
        })
    }

    /// The headers of these columns, and of the id behind them.
    pub(super) fn headers(&self, columns: &[Field]) -> Vec<&'static str> {
        let headers = columns.iter().map(|field| labels::header(*field, self.language));
        headers.chain([labels::id_header(self.language)]).collect()
    }

    /// A field's cell, masked as on the screen.
    pub(super) fn cell(&mut self, field: Field, value: &str, document: Option<&str>) -> Cell {
        Cell::Text(match field.spec().shape {
            Shape::Money => match value.parse() {
                Ok(minor) => return Cell::Amount(minor),
                Err(_) => value.to_owned(),
            },
            Shape::Choice | Shape::Expiry => {
                labels::choice(field, value, self.language).unwrap_or(value).to_owned()
            }
            Shape::User | Shape::Branch => self.names.label(field, value).unwrap_or_else(|| value.to_owned()),
            Shape::Division => self.division(value),
            Shape::Tags => tag_names(value, &self.tags),
            Shape::Phones => shown(field, value, document).replace(' ', BETWEEN),
            _ => shown(field, value, document),
        })
    }

    /// The full name, when it leads back to the same division, else the code.
    fn division(&mut self, code: &str) -> String {
        if let Some(known) = self.divisions.get(code) {
            return known.clone();
        }
        let name = divisions::full_name(code).filter(|name| divisions::find(name) == Some(code));
        let text = name.unwrap_or_else(|| code.to_owned());
        self.divisions.insert(code.to_owned(), text.clone());
        text
    }
}

/// The names of a customer's tags as a file has them; `names` has them by id. A tag without a name is deleted.
pub(crate) fn tag_names(value: &str, names: &HashMap<String, String>) -> String {
    value.split(' ').filter_map(|id| names.get(id).map(String::as_str)).collect::<Vec<_>>().join(BETWEEN)
}

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell's text in a CSV file. A text that a spreadsheet would compute gets an apostrophe in front, and a long number,
/// which it would round, a tab.
pub(crate) fn csv_text(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Empty => Cow::Borrowed(""),
        Cell::Amount(minor) => match Money::from_minor(*minor) {
            Ok(money) => Cow::Owned(money.canonical()),
            Err(_) => Cow::Owned(minor.to_string()),
        },
        Cell::Text(text) if is_formula(text) => Cow::Owned(format!("'{text}")),
        Cell::Text(text) if is_long_number(text) => Cow::Owned(format!("\t{text}")),
        Cell::Text(text) => Cow::Borrowed(text),
    }
}

/// A cell of our own export without what [`csv_text`] put in front of it. The importer reads every cell of a CSV file
/// through this, before anything else.
pub(crate) fn read_back(cell: &str) -> &str {
    match (cell.strip_prefix('\''), cell.strip_prefix('\t')) {
        (Some(text), _) if is_formula(text) => text,
        (_, Some(text)) if is_long_number(text) => text,
        _ => cell,
    }
}

/// A text that already begins with apostrophes gets another one, so that reading back takes off no apostrophe too many.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

/// A number that a spreadsheet would round, show with an exponent, or strip of its zeros.
fn is_long_number(text: &str) -> bool {
    let begins = text.bytes().next().is_some_and(|first| first.is_ascii_digit());
    let changes = text.len() > 11 || text.contains(['e', 'E']) || (text.len() > 1 && text.starts_with('0'));
    begins && changes && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        csv_text(&Cell::Text(text.to_owned())).into_owned()
    }

    #[test]
    fn f2_2_what_a_spreadsheet_would_compute_is_text() {
        assert_eq!(written("=1+1"), "'=1+1");
        assert_eq!(written("@SUM(1)"), "'@SUM(1)");
        assert_eq!(written("+86 10"), "'+86 10");
        assert_eq!(written("-"), "'-");
        assert_eq!(written("张三"), "张三");
    }

    #[test]
    fn f2_2_long_numbers_stay_whole_and_amounts_are_numbers() {
        assert_eq!(written("110105194912310021"), "\t110105194912310021");
        assert_eq!(written("6222021000000000017"), "\t6222021000000000017");
        assert_eq!(written("0571"), "\t0571");
        assert_eq!(written("9E5"), "\t9E5");
        assert_eq!(written("2026-11-25"), "2026-11-25");
        assert_eq!(written("138****5678"), "138****5678");
        assert_eq!(csv_text(&Cell::Amount(-123_456)), "-1234.56");
    }

    #[test]
    fn f2_2_every_text_reads_back_as_it_was() {
        for text in [
            "",
            "=1+1",
            "'=1+1",
            "''=x",
            "'",
            "'张三",
            "\t=1",
            "\t110105194912310021",
            "-5",
            "0",
            "007",
            "\r\n",
        ] {
            assert_eq!(read_back(&written(text)), text, "{text:?}");
        }
    }
}
