//! What fuzzing calls inside this crate; see `lq_testkit::fuzz`.

use crate::exports::cells::{Cell, csv_text, read_back};
use crate::imports;
use chrono::NaiveDate;

const TODAY: NaiveDate = NaiveDate::MIN;

/// A text file in any encoding.
pub fn csv(bytes: &[u8]) {
    imports::examine(bytes, TODAY);
}

/// A workbook: as it is, or with the bytes as the cells of its sheet, which no chance would pack.
pub fn xlsx(bytes: &[u8]) {
    if bytes.starts_with(b"PK") {
        imports::examine(bytes, TODAY);
        return;
    }
    let (sheet, texts) = match bytes.iter().position(|byte| *byte == 0) {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[][..]),
    };
    imports::examine(&workbook(sheet, texts), TODAY);
}

/// A text goes out as a cell and comes back as it was, through the file that a spreadsheet would open.
///
/// # Panics
/// When it does not, or when a spreadsheet would compute it.
pub fn exported(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let cell = Cell::Text(text.clone());
    let written = csv_text(&cell);
    assert!(!written.starts_with(['=', '+', '-', '@', '\r']), "a formula");
    assert_eq!(read_back(&written), text, "not read back");
    let mut file = csv::Writer::from_writer(Vec::new());
    // Not the first cell: a file's first character may be a mark of its encoding.
    let wrote = file.write_record(["x", written.as_ref()]).is_ok();
    let file = file.into_inner().unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(file.as_slice());
    let read = reader.records().next().and_then(Result::ok);
    assert!(wrote && read.is_some_and(|read| read.get(1) == Some(&written)), "another cell in the file");
    imports::examine(&file, TODAY);
}

/// A workbook with one sheet and its shared texts.
fn workbook(sheet: &[u8], texts: &[u8]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let book = format!(
        r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#
    );
    let part = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{RELATIONS}/{kind}" Target="{target}"/>"#)
    };
    let relations = format!(
        r#"<Relationships xmlns="{PACKAGE}">{}{}</Relationships>"#,
        part("r1", "worksheet", "worksheets/sheet1.xml"),
        part("r2", "sharedStrings", "sharedStrings.xml")
    );
    let open = format!(r#"<worksheet xmlns="{MAIN}"><sheetData>"#);
    let sheet = [open.as_bytes(), sheet, b"</sheetData></worksheet>"].concat();
    let open = format!(r#"<sst xmlns="{MAIN}">"#);
    let texts = [open.as_bytes(), texts, b"</sst>"].concat();
    let root = format!(
        r#"<Relationships xmlns="{PACKAGE}">{}</Relationships>"#,
        part("r0", "officeDocument", "xl/workbook.xml")
    );
    packed(&[
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", &sheet),
        ("xl/sharedStrings.xml", &texts),
    ])
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in parts {
        if archive.start_file(*name, stored).is_err() || archive.write_all(bytes).is_err() {
            return Vec::new();
        }
    }
    archive.finish().map(std::io::Cursor::into_inner).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::rows_of;
    use lq_protocol::error::ErrorCode;
    use lq_testkit::fuzz::around;
    use std::io::Write as _;

    const ROWS: &[u8] =
        br#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>x</t></is></c></row>
        <row r="2"><c r="A2"><v>13812345678</v></c><c r="XFD2" t="b"><v>1</v></c></row>"#;
    const TEXTS: &[u8] = b"\0<si><t>name</t></si>";

    #[test]
    fn no_text_file_makes_the_import_fail() {
        let text = "姓名,手机\n张三,13812345678\n\"a\n\"\"b\",'=1+1\n";
        let gb = encoding_rs::GB18030.encode(text).0.into_owned();
        let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        around(&[text.as_bytes(), &gb, &utf_16, b"a;b\r\rc;d\r"], 5_000, csv);
    }

    #[test]
    fn no_workbook_makes_the_import_fail() {
        let rows = [ROWS, TEXTS].concat();
        let formula = br#"<row><c r="A1"><f>1+1</f><v>2</v></c></row>"#;
        around(&[&rows, formula, &workbook(ROWS, TEXTS)], 1_500, xlsx);
    }

    #[test]
    fn f2_2_every_text_goes_out_without_a_formula_and_comes_back() {
        let long = b"6222021000000000017";
        around(&[b"=1+1", b"'''@SUM(1)", b"\t007", long, b"a\"b\r\nc"], 5_000, exported);
    }

    #[test]
    fn x1_a_cell_far_to_the_right_makes_no_room_for_all_before_it() {
        let row = |cell: &str| {
            format!(r#"<row r="1"><c r="A1"><v>1</v></c><c r="{cell}"><v>1</v></c></row>"#).into_bytes()
        };
        assert_eq!(rows_of(&workbook(&row("XFD1"), b"")).unwrap(), 1);
        for far in ["XFE1", "ZZZZ1", "ZZZZZZ1", "ZZZZZZZZZZ1"] {
            assert_eq!(rows_of(&workbook(&row(far), b"")).unwrap_err().code(), ErrorCode::FileUnreadable);
        }
    }

    /// A part of so many MiB of blanks, which packs to a thousandth.
    fn bomb(name: &str, mebibytes: usize) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(name, options.large_file(true)).unwrap();
        let blanks = vec![b' '; 1024 * 1024];
        for _ in 0..mebibytes {
            archive.write_all(&blanks).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn x1_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read() {
        let bomb = bomb("xl/sharedStrings.xml", 257);
        assert!(bomb.len() < 1024 * 1024, "{}", bomb.len());
        assert_eq!(rows_of(&bomb).unwrap_err().code(), ErrorCode::FileSize);
        // A size that the file names itself is not believed.
        let (from, to) = (((257_u32) << 20).to_le_bytes(), 1_u32.to_le_bytes());
        let mut lying = bomb.clone();
        let mut lies = 0;
        for at in 0..lying.len() - 4 {
            if lying[at..at + 4] == from {
                lying[at..at + 4].copy_from_slice(&to);
                lies += 1;
            }
        }
        assert!(lies > 0);
        assert_ne!(rows_of(&lying).unwrap_err().code(), ErrorCode::Internal);
    }

    #[test]
    fn x1_entities_that_multiply_are_not_unfolded() {
        let mut entities = String::from(r#"<!DOCTYPE x [<!ENTITY a0 "ha">"#);
        for level in 1..40 {
            let below = format!("&a{};", level - 1).repeat(10);
            entities.push_str(&format!(r#"<!ENTITY a{level} "{below}">"#));
        }
        entities.push_str("]>");
        let cell = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>&a39;</t></is></c></row>"#;
        let outside = r#"<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>"#;
        let file = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>&f;</t></is></c></row>"#;
        for (declared, cell) in [(entities.as_str(), cell), (outside, file)] {
            let sheet = format!("{declared}{cell}");
            let mut texts = Vec::new();
            let read = crate::imports::each_cell(&workbook(sheet.as_bytes(), b""), &mut |cell| {
                texts.push(cell.to_owned());
            });
            // Refused, or left as it stands: never unfolded.
            assert!(read.is_err() || texts.iter().all(|text| text.len() < 10), "{texts:?}");
        }
    }
}
