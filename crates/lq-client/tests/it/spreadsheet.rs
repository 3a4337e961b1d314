//! What LibreOffice makes of our files. It is a part of these tests, installed by `cargo xtask setup`: without it they fail.

use crate::exports::{filled, order, place, run};
use lq_client::contract::files::{ExportFormat, JobState};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Comma, double quotes, UTF-8, from the first row; every text in quotes, so that a number is told from a text; as shown.
const AS_SHOWN: &str = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true";

/// LibreOffice, where it is called by one of its names.
fn office() -> Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> =
        std::env::split_paths(&path).map(|folder| folder.join("soffice")).collect();
    places.push(PathBuf::from("/Applications/LibreOffice.app/Contents/MacOS/soffice"));
    places.push(PathBuf::from("C:\\Program Files\\LibreOffice\\program\\soffice.exe"));
    let found = places.into_iter().find(|place| place.is_file());
    Command::new(found.unwrap_or_else(|| panic!("there is no LibreOffice: cargo xtask setup installs it")))
}

/// Opens a file without a screen and gives it as LibreOffice shows it, line by line. `read_as` is what the import dialog is told, or
/// finds, about a text file.
fn shown(file: &Path, read_as: Option<&str>) -> Vec<String> {
    let beside = file.parent().unwrap();
    let mut command = office();
    // A profile of its own: a running LibreOffice of somebody else would take the work and do it elsewhere.
    command.arg(format!("-env:UserInstallation=file://{}", beside.join("profile").display()));
    command.args(["--headless", "--norestore"]).args(read_as.map(|filter| format!("--infilter={filter}")));
    let folder = beside.join("shown");
    let done = command.args(["--convert-to", AS_SHOWN, "--outdir"]).arg(&folder).arg(file).output().unwrap();
    let made = folder.join(file.file_name().unwrap()).with_extension("csv");
    let said = [done.stdout, done.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    let text = std::fs::read_to_string(&made).unwrap_or_else(|error| panic!("{error}: {said:?}"));
    text.lines().map(str::to_owned).collect()
}

async fn exported(name: &str, format: ExportFormat) -> (tempfile::TempDir, PathBuf) {
    let (desk, ids, folder) = filled().await;
    let path = place(&folder, name);
    let mut order = order(&path, format);
    order.ids = Some(ids);
    assert_eq!(run(&desk, order).await.state, JobState::Done);
    (folder, path)
}

#[tokio::test]
async fn f2_2_a_spreadsheet_opens_our_workbook_with_whole_numbers_and_names_that_are_no_formulas() {
    let (_folder, path) = exported("客户.xlsx", ExportFormat::Xlsx).await;
    let lines = shown(&path, None);
    assert_eq!(lines.len(), 4);
    assert!(
        lines[0].starts_with(r#""姓名","性别","手机","工作单位","资产","管户经理","客户编号""#),
        "{}",
        lines[0]
    );
    // In quotes: texts. A formula would show 2, and the number 1.10105E+17.
    let first = r#""=1+1","男","138****5678","110105194912310021","1,234.50","王芳","#;
    let plain = first.replace(r#""1,234.50""#, "1234.5");
    assert!(lines[1].starts_with(first) || lines[1].starts_with(&plain), "{}", lines[1]);
    assert!(lines[2].starts_with(r#""@SUM(1)",,,"某某,""公司""","#), "{}", lines[2]);
    assert!(lines[3].starts_with(r#""张㐂","#), "{}", lines[3]);
}

#[tokio::test]
async fn f2_2_a_spreadsheet_opens_our_csv_with_chinese_headers_in_both_encodings() {
    // The dialog finds UTF-8 by the mark at the file's beginning; without a screen there is no dialog, and it is told. The mark
    // must not stay in the first header. 76 and 85 are LibreOffice's numbers of UTF-8 and GB18030.
    for (name, format, encoding) in
        [("a.csv", ExportFormat::Csv, 76), ("b.csv", ExportFormat::CsvGb18030, 85)]
    {
        let (_folder, path) = exported(name, format).await;
        let lines = shown(&path, Some(&format!("Text - txt - csv (StarCalc):44,34,{encoding},1")));
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[0], r#""姓名","性别","手机","工作单位","资产","管户经理","客户编号""#);
        let first = "\"'=1+1\",\"男\",\"138****5678\",\"\t110105194912310021\",1234.5,\"王芳\",";
        assert!(lines[1].starts_with(first), "{}", lines[1]);
        assert!(lines[2].starts_with(r#""'@SUM(1)","#), "{}", lines[2]);
        assert!(lines[3].starts_with(r#""张㐂","#), "{}", lines[3]);
    }
}
