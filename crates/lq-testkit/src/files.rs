//! Files as other systems hand them out: customer lists with rows that can't be taken, in the encodings people have.

use crate::random::Seeded;
use crate::sample::{Sample, SampleCustomer};
use encoding_rs::GB18030;
use lq_domain::customers::Field;
use lq_domain::divisions;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Columns of the list: the header as branches write it, and what is in it.
const COLUMNS: [(&str, Field); 13] = [
    ("姓名", Field::Name),
    ("性别", Field::Gender),
    ("出生日期", Field::BirthDate),
    ("证件类型", Field::DocumentType),
    ("证件号码", Field::DocumentNumber),
    ("手机号", Field::Mobile),
    ("邮箱", Field::Email),
    ("所在地区", Field::Division),
    ("详细地址", Field::Address),
    ("职业", Field::Occupation),
    ("工作单位", Field::Employer),
    ("年收入", Field::Income),
    ("风险等级", Field::RiskGrade),
];

/// What can be wrong with a row, in turn.
const FAULTS: [(Field, Fault); 7] = [
    (Field::Name, |_| String::new()),
    (Field::Mobile, |mobile| mobile.chars().take(10).collect()),
    (Field::Mobile, |mobile| format!("128{}", mobile.chars().skip(3).collect::<String>())),
    (Field::DocumentNumber, wrong_check),
    (Field::BirthDate, |_| "2026-02-30".to_owned()),
    (Field::Email, |_| "somebody at home".to_owned()),
    (Field::RiskGrade, |_| "C9".to_owned()),
];

type Fault = fn(&str) -> String;

/// The encoding of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 with a byte order mark, as newer programs write it.
    Utf8,
    /// GB18030, as older ones do.
    Gb18030,
}

/// A customer list to write.
#[derive(Debug, Clone, Copy)]
pub struct List {
    /// Whose customers. Companies are left out, so that all rows have the same columns.
    pub sample: Sample,
    /// The first customer's place in the sample.
    pub from: u64,
    /// Rows, the bad ones among them.
    pub rows: u64,
    /// Rows that can't be taken, spread evenly; each for one reason.
    pub bad: u64,
    /// The encoding.
    pub encoding: Encoding,
}

impl List {
    /// Writes the list.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write(self, path: &Path) -> std::io::Result<()> {
        let mut out = Encoded { file: BufWriter::new(File::create(path)?), encoding: self.encoding };
        if self.encoding == Encoding::Utf8 {
            out.file.write_all("\u{feff}".as_bytes())?;
        }
        out.line(COLUMNS.iter().map(|(header, _)| (*header).to_owned()))?;
        let persons = (self.from..).map(|index| self.sample.customer(index)).filter(is_person);
        for (row, customer) in (0..self.rows).zip(persons) {
            out.line(self.cells(row, &customer).into_iter())?;
        }
        out.file.flush()
    }

    fn cells(self, row: u64, customer: &SampleCustomer) -> Vec<String> {
        // So many bad rows have passed before this one, and so many before the next.
        let passed = |rows: u64| rows * self.bad / self.rows.max(1);
        let fault = (passed(row + 1) > passed(row))
            .then(|| FAULTS[usize::try_from(passed(row)).unwrap_or_default() % FAULTS.len()]);
        let cell = |field: Field| {
            let text = shown(customer, field);
            match fault {
                Some((wrong, spoil)) if wrong == field => spoil(&text),
                _ => text,
            }
        };
        COLUMNS.iter().map(|(_, field)| cell(*field)).collect()
    }
}

fn is_person(customer: &SampleCustomer) -> bool {
    customer.values.get(&Field::Kind).is_some_and(|kind| kind == "personal")
}

/// A value as a branch writes it.
fn shown(customer: &SampleCustomer, field: Field) -> String {
    let text = customer.values.get(&field).cloned().unwrap_or_default();
    match (field, text.as_str()) {
        (Field::Gender, "male") => "男".to_owned(),
        (Field::Gender, "female") => "女".to_owned(),
        (Field::DocumentType, "resident_id") => "居民身份证".to_owned(),
        (Field::Division, code) => divisions::full_name(code).unwrap_or_default(),
        _ => text,
    }
}

fn wrong_check(number: &str) -> String {
    let (first, check) = number.split_at(number.len().saturating_sub(1));
    format!("{first}{}", if check == "1" { "2" } else { "1" })
}

struct Encoded {
    file: BufWriter<File>,
    encoding: Encoding,
}

impl Encoded {
    fn line(&mut self, cells: impl Iterator<Item = String>) -> std::io::Result<()> {
        let quoted: Vec<String> = cells.map(quoted).collect();
        let line = format!("{}\r\n", quoted.join(","));
        match self.encoding {
            Encoding::Utf8 => self.file.write_all(line.as_bytes()),
            Encoding::Gb18030 => self.file.write_all(&GB18030.encode(&line).0),
        }
    }
}

fn quoted(cell: String) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

/// Writes a list as analysts know it from public churn studies: Latin names, columns that no field of ours matches, and
/// a column of numbers per customer that is neither a document nor a phone.
///
/// # Errors
/// When the file can't be written.
pub fn write_churn_list(path: &Path, seed: u64, rows: u64) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(
        out,
        "RowNumber,CustomerId,Surname,CreditScore,Geography,Gender,Age,Tenure,Balance,NumOfProducts,HasCrCard,IsActiveMember,EstimatedSalary,Exited"
    )?;
    for row in 1..=rows {
        let mut chance = Seeded::of_item(seed, row);
        let surname =
            chance.pick(&["Ashdown", "Brook", "O'Dell", "Marchetti", "Lindqvist", "Weber", "Chen", "Duval"]);
        let (place, gender) =
            (chance.pick(&["France", "Spain", "Germany"]), chance.pick(&["Female", "Male"]));
        let (score, age, tenure) = (chance.between(350, 850), chance.between(18, 92), chance.below(11));
        let (balance, salary) = (chance.below(25_000_000), chance.below(20_000_000));
        let (products, card, active, left) =
            (chance.between(1, 4), chance.below(2), chance.below(2), u64::from(chance.chance(20)));
        writeln!(
            out,
            "{row},{},{surname},{score},{place},{gender},{age},{tenure},{}.{:02},{products},{card},{active},{}.{:02},{left}",
            15_500_000 + row,
            balance / 100,
            balance % 100,
            salary / 100,
            salary % 100
        )?;
    }
    out.flush()
}
