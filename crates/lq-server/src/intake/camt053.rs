//! Statements as ISO 20022 writes them: camt.053, any of its versions. An entry (`Ntry`) is one transaction, also one that stands for
//! many payments: it is what moved the balance.

use super::report::BadLine;
use super::table::Table;
use super::text::text_of;
use csv::StringRecord;
use lq_domain::transactions::Column;
use lq_protocol::error::{ApiError, ErrorCode};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Deepest nesting of elements; the schema needs 14.
const DEPTH: usize = 40;
/// Longest text of one element that is kept, in bytes; the schema allows no more than some hundred characters.
const TEXT: usize = 8_192;

/// What a statement told.
pub(super) struct Statement {
    /// Its booked entries.
    pub(super) table: Table<Column>,
    /// Entries that are not booked yet.
    pub(super) pending: u64,
}

/// One entry while it is read.
#[derive(Default)]
struct Entry {
    line: u64,
    amount: String,
    currency: String,
    side: String,
    status: String,
    booked: String,
    valued: String,
    reference: String,
    bank_reference: String,
    detail_reference: String,
    information: String,
    remittance: Vec<String>,
    debtors: Vec<String>,
    creditors: Vec<String>,
}

impl Entry {
    /// Takes a text by the path of its element below the entry.
    fn take(&mut self, path: &[String], text: String) {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        // An element around others has no text of its own.
        if text.is_empty() {
            return;
        }
        match path.as_slice() {
            ["Amt"] => self.amount = text,
            ["CdtDbtInd"] => self.side = text,
            ["Sts"] | ["Sts", "Cd"] => self.status = text,
            ["BookgDt", "Dt" | "DtTm"] => self.booked = text,
            ["ValDt", "Dt" | "DtTm"] => self.valued = text,
            ["NtryRef"] => self.reference = text,
            ["AcctSvcrRef"] => self.bank_reference = text,
            ["NtryDtls", "TxDtls", "Refs", "AcctSvcrRef"] => self.detail_reference = text,
            ["AddtlNtryInf"] => self.information = text,
            ["NtryDtls", "TxDtls", "RmtInf", "Ustrd"] => self.remittance.push(text),
            ["NtryDtls", "TxDtls", "RltdPties", "Dbtr", "Nm"]
            | ["NtryDtls", "TxDtls", "RltdPties", "Dbtr", "Pty", "Nm"] => self.debtors.push(text),
            ["NtryDtls", "TxDtls", "RltdPties", "Cdtr", "Nm"]
            | ["NtryDtls", "TxDtls", "RltdPties", "Cdtr", "Pty", "Nm"] => self.creditors.push(text),
            _ => {}
        }
    }

    fn is_booked(&self) -> bool {
        matches!(self.status.as_str(), "" | "BOOK")
    }

    /// The cells, in the order of [`Column::ALL`].
    fn row(&self, account: &str, account_currency: &str) -> StringRecord {
        let first = |texts: &[&str]| {
            texts.iter().copied().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
        };
        let others = if self.side == "DBIT" { &self.creditors } else { &self.debtors };
        // Of an entry for many payments nobody in particular is on the other side.
        let other = if let [one] = others.as_slice() { one.as_str() } else { "" };
        let remittance = self.remittance.join(" ");
        Column::ALL
            .iter()
            .map(|column| match column {
                Column::Account => account.to_owned(),
                Column::Reference => first(&[&self.bank_reference, &self.reference, &self.detail_reference]),
                Column::BookedAt => first(&[&self.booked, &self.valued]),
                Column::Amount => self.amount.clone(),
                // Without it nobody knows whether money came or went; the column's reader refuses the word.
                Column::Side => first(&[&self.side, "?"]),
                Column::Currency => first(&[&self.currency, account_currency]),
                Column::Purpose => first(&[&remittance, &self.information]),
                Column::Counterparty => other.to_owned(),
                Column::Merchant => String::new(),
            })
            .collect()
    }
}

/// What is being read.
#[derive(Default)]
struct Reading {
    path: Vec<String>,
    text: String,
    account: String,
    currency: String,
    entry: Option<Entry>,
    rows: Vec<(u64, StringRecord)>,
    pending: u64,
    is_statement: bool,
}

/// Where a statement's entries are, and where its account.
const STATEMENT: [&str; 3] = ["Document", "BkToCstmrStmt", "Stmt"];

impl Reading {
    fn below(&self, parents: &[&str]) -> bool {
        self.path.len() > parents.len() && self.path.iter().zip(parents).all(|(one, other)| one == other)
    }

    fn start(&mut self, element: &BytesStart<'_>, line: u64) -> Result<(), ErrorCode> {
        if self.path.len() == DEPTH {
            return Err(ErrorCode::FileForm);
        }
        self.path.push(element.local_name().as_ref().to_owned());
        self.text.clear();
        let at: Vec<&str> = self.path.iter().map(String::as_str).collect();
        if at == STATEMENT {
            self.is_statement = true;
            self.account.clear();
            self.currency.clear();
        } else if at.len() == 4 && at[..3] == STATEMENT && at[3] == "Ntry" {
            self.entry = Some(Entry { line, ..Entry::default() });
        } else if at.len() == 5
            && at[4] == "Amt"
            && let Some(entry) = &mut self.entry
        {
            let currency = element.try_get_attribute("Ccy").map_err(|_| ErrorCode::FileForm)?;
            entry.currency = currency.map(|found| found.value.into_owned()).unwrap_or_default();
        }
        Ok(())
    }

    fn end(&mut self) {
        let text = std::mem::take(&mut self.text).trim().to_owned();
        if let Some(entry) = &mut self.entry
            && self.path.len() > 4
        {
            entry.take(&self.path[4..], text);
        } else if self.below(&STATEMENT) {
            let rest: Vec<&str> = self.path[3..].iter().map(String::as_str).collect();
            match rest.as_slice() {
                ["Acct", "Id", "IBAN"] | ["Acct", "Id", "Othr", "Id"] => self.account = text,
                ["Acct", "Ccy"] => self.currency = text,
                ["Ntry"] => self.finish(),
                _ => {}
            }
        }
        self.path.pop();
    }

    fn finish(&mut self) {
        let Some(entry) = self.entry.take() else { return };
        if entry.is_booked() {
            self.rows.push((entry.line, entry.row(&self.account, &self.currency)));
        } else {
            self.pending += 1;
        }
    }

    fn add(&mut self, text: &str) -> Result<(), ErrorCode> {
        self.text.push_str(text);
        if self.text.len() > TEXT { Err(ErrorCode::FileForm) } else { Ok(()) }
    }
}

/// Reads a statement.
///
/// # Errors
/// [`ErrorCode::FileForm`] with the line when it is no XML, or no such statement; [`ErrorCode::FileEncoding`].
pub(super) fn read(bytes: &[u8]) -> Result<Statement, ApiError> {
    let text = text_of(bytes)?;
    let mut reader = Reader::from_str(&text);
    let mut reading = Reading::default();
    let mut lines = Lines::default();
    loop {
        let begins = reader.buffer_position();
        let line = |lines: &mut Lines| lines.at(&text, begins);
        let step = match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(Event::Start(element)) => reading.start(&element, line(&mut lines)),
            Ok(Event::Empty(element)) => {
                let started = reading.start(&element, line(&mut lines));
                reading.end();
                started
            }
            Ok(Event::End(_)) => {
                reading.end();
                Ok(())
            }
            Ok(Event::Text(text)) => reading.add(&text),
            Ok(Event::CData(text)) => reading.add(&text),
            Ok(Event::GeneralRef(name)) => {
                entity(&name).ok_or(ErrorCode::FileForm).and_then(|sign| reading.add(&sign))
            }
            // Definitions of entities are how a small file becomes a large one.
            Ok(Event::DocType(_)) | Err(_) => Err(ErrorCode::FileForm),
            Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_)) => Ok(()),
        };
        step.map_err(|code| ApiError::new(code).with("line", lines.at(&text, begins)))?;
    }
    if !reading.is_statement || !reading.path.is_empty() {
        return Err(ApiError::new(ErrorCode::FileForm).with("line", text.lines().count().max(1)));
    }
    let columns = Column::ALL.iter().copied().map(Some).collect();
    let rows = reading.rows.into_iter().map(Ok::<_, BadLine>);
    Ok(Statement { table: Table { columns, rows: Box::new(rows) }, pending: reading.pending })
}

/// The five entities of XML, and characters by their number.
fn entity(name: &quick_xml::events::BytesRef<'_>) -> Option<String> {
    if let Ok(Some(sign)) = name.resolve_char_ref() {
        return Some(sign.to_string());
    }
    let sign = match name.as_ref() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    };
    Some(sign.to_owned())
}

/// Counts lines up to a position that only grows.
#[derive(Default)]
struct Lines {
    to: usize,
    count: u64,
}

impl Lines {
    fn at(&mut self, text: &str, position: u64) -> u64 {
        let to = usize::try_from(position).unwrap_or(usize::MAX).min(text.len()).max(self.to);
        let between = &text.as_bytes()[self.to..to];
        self.count +=
            u64::try_from(between.iter().filter(|byte| **byte == b'\n').count()).unwrap_or_default();
        self.to = to;
        self.count + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(inside: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\n\
             <BkToCstmrStmt><Stmt><Acct><Id><Othr><Id>6222021000000000017</Id></Othr></Id><Ccy>CNY</Ccy></Acct>\n{inside}\n\
             </Stmt></BkToCstmrStmt></Document>"
        )
    }

    const PAID: &str = "<Ntry><Amt Ccy=\"CNY\">25.60</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
        <BookgDt><DtTm>2026-11-24T10:30:05+08:00</DtTm></BookgDt><AcctSvcrRef>LQ1</AcctSvcrRef>\
        <NtryDtls><TxDtls><RltdPties><Cdtr><Pty><Nm>面馆 &amp; 茶</Nm></Pty></Cdtr></RltdPties>\
        <RmtInf><Ustrd>午餐</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>";

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let read = read(text.as_bytes()).unwrap();
        read.table
            .rows
            .map(|row| row.map(|(line, row)| (line, row.iter().map(str::to_owned).collect())).unwrap())
            .collect()
    }

    #[test]
    fn x5_a_booked_entry_becomes_a_row_at_its_line_and_a_pending_one_is_counted() {
        let pending = |status: &str| {
            format!("<Ntry><Amt Ccy=\"CNY\">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{status}</Sts></Ntry>")
        };
        let text = statement(&format!("{}{}\n{PAID}", pending("PDNG"), pending("\n<Cd>PDNG</Cd>")));
        let cells = [
            "6222021000000000017",
            "LQ1",
            "2026-11-24T10:30:05+08:00",
            "25.60",
            "DBIT",
            "CNY",
            "午餐",
            "面馆 & 茶",
            "",
        ];
        assert_eq!(rows(&text), [(6, cells.map(str::to_owned).to_vec())]);
        assert_eq!(read(text.as_bytes()).unwrap().pending, 2);
    }

    #[test]
    fn an_entry_for_many_payments_names_nobody() {
        let two = PAID.replace(
            "</Cdtr></RltdPties>",
            "</Cdtr></RltdPties></TxDtls><TxDtls><RltdPties><Cdtr><Nm>书店</Nm></Cdtr></RltdPties>",
        );
        assert_eq!(rows(&statement(&two))[0].1[7], "");
    }

    #[test]
    fn what_is_no_statement_is_refused_with_its_line() {
        let bomb = "<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n<Document>&b;</Document>";
        let deep = "<a>".repeat(50);
        let long = statement(&format!("<Ntry><AddtlNtryInf>{}</AddtlNtryInf></Ntry>", "x".repeat(10_000)));
        let cut = statement(PAID).replace("</Stmt>", "");
        let unknown = statement("<Ntry>&unknown;</Ntry>");
        let other = "<Document><Invoice/></Document>".to_owned();
        for (text, line) in
            [(bomb.to_owned(), "1"), (deep, "1"), (long, "4"), (cut, "5"), (unknown, "4"), (other, "1")]
        {
            let error = match read(text.as_bytes()) {
                Ok(_) => panic!("was read: {text}"),
                Err(error) => error,
            };
            assert_eq!(
                (error.code, error.params.get("line").map(String::as_str)),
                (ErrorCode::FileForm, Some(line))
            );
        }
    }
}
