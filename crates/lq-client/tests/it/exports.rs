use crate::desk::{AUTHOR, Desk, refusal};
use calamine::{Data, Reader as _};
use lq_client::contract::files::{
    ExportFormat, JobRef, JobResult, JobState, JobView, StartExport, SuggestPath,
};
use lq_client::events::Event;
use lq_domain::access::Role;
use lq_domain::customers::Field;
use lq_domain::customers::query::CustomerQuery;
use lq_domain::ids::{CustomerId, JobId};
use lq_protocol::error::ErrorCode;
use std::path::{Path, PathBuf};
use tokio::sync::broadcast;

const COLUMNS: [Field; 6] =
    [Field::Name, Field::Gender, Field::Mobile, Field::Employer, Field::Assets, Field::Owner];

pub(crate) fn order(path: &Path, format: ExportFormat) -> StartExport {
    StartExport {
        query: CustomerQuery::default(),
        ids: None,
        columns: COLUMNS.to_vec(),
        format,
        path: path.to_string_lossy().into_owned(),
        replace: false,
        reason: "季度盘点".to_owned(),
        language: "zh-CN".to_owned(),
    }
}

async fn end(events: &mut broadcast::Receiver<Event>, id: JobId) -> JobView {
    loop {
        match events.recv().await.unwrap() {
            Event::Job { job } if job.id == id && job.state != JobState::Running => return job,
            _ => {}
        }
    }
}

/// Runs an export to its end.
pub(crate) async fn run(desk: &Desk, order: StartExport) -> JobView {
    let mut events = desk.client.events();
    let job = desk.client.exports_start(order).await.unwrap();
    end(&mut events, job.id).await
}

/// Three customers, and an empty folder for files.
pub(crate) async fn filled() -> (Desk, Vec<CustomerId>, tempfile::TempDir) {
    let desk = Desk::new().await;
    let first = desk
        .add(&[
            (Field::Name, "=1+1"),
            (Field::Gender, "男"),
            (Field::Mobile, "13812345678"),
            (Field::Employer, "110105194912310021"),
            (Field::Assets, "1234.5"),
        ])
        .await;
    let second = desk.add(&[(Field::Name, "@SUM(1)"), (Field::Employer, "某某,\"公司\"")]).await;
    let third = desk.add(&[(Field::Name, "张㐂")]).await;
    (desk, vec![first, second, third], tempfile::tempdir().unwrap())
}

pub(crate) fn place(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

fn lines(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn f2_2_a_csv_file_opens_in_chinese_excel_without_garbling_or_formulas() {
    let (desk, ids, folder) = filled().await;
    let path = place(&folder, "客户.csv");
    let mut input = order(&path, ExportFormat::Csv);
    input.ids = Some(ids.clone());
    let job = run(&desk, input).await;
    assert_eq!(job.state, JobState::Done);
    assert!(matches!(job.result, Some(JobResult::Export { rows: 3, .. })));
    assert_eq!((job.done, job.total), (3, 3));
    let bytes = std::fs::read(&path).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    assert_eq!(text.matches("\r\n").count(), 4);
    let lines = lines(text);
    assert_eq!(lines[0], ["姓名", "性别", "手机", "工作单位", "资产", "管户经理", "客户编号"]);
    let first = ids[0].to_string();
    assert_eq!(lines[1], ["'=1+1", "男", "138****5678", "\t110105194912310021", "1234.50", AUTHOR, &first]);
    assert_eq!(lines[2][0], "'@SUM(1)");
    assert_eq!(lines[2][3], "某某,\"公司\"");
    assert_eq!(lines[3][6], ids[2].to_string());
}

#[tokio::test]
async fn f2_2_a_gb18030_file_holds_every_character() {
    let (desk, ids, folder) = filled().await;
    let path = place(&folder, "客户.csv");
    let mut input = order(&path, ExportFormat::CsvGb18030);
    input.ids = Some(vec![ids[2]]);
    assert_eq!(run(&desk, input).await.state, JobState::Done);
    let bytes = std::fs::read(&path).unwrap();
    let (text, _, damaged) = encoding_rs::GB18030.decode(&bytes);
    assert!(!damaged && std::str::from_utf8(&bytes).is_err());
    let lines = lines(&text);
    assert_eq!(lines[0][0], "姓名");
    assert_eq!(lines[1][0], "张㐂");
}

#[tokio::test]
async fn f2_2_a_workbook_has_texts_as_text_and_amounts_as_numbers() {
    let (desk, ids, folder) = filled().await;
    let path = place(&folder, "customers.xlsx");
    let mut input = order(&path, ExportFormat::Xlsx);
    input.ids = Some(ids.clone());
    input.language = "en".to_owned();
    assert_eq!(run(&desk, input).await.state, JobState::Done);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let rows: Vec<&[Data]> = sheet.rows().collect();
    let text = |text: &str| Data::String(text.to_owned());
    assert_eq!(rows[0][0], text("Name"));
    assert_eq!(rows[0][6], text("Customer ID"));
    assert_eq!(rows[1][0], text("=1+1"));
    assert_eq!(rows[1][1], text("Male"));
    assert_eq!(rows[1][2], text("138****5678"));
    assert_eq!(rows[1][3], text("110105194912310021"));
    assert_eq!(rows[1][4], Data::Float(1234.5));
    assert_eq!(rows[2][4], Data::Empty);
    assert_eq!(rows[3][6], text(&ids[2].to_string()));
    assert_eq!(rows.len(), 4);
}

#[tokio::test]
async fn f2_2_an_export_is_noted_with_its_reason_and_without_a_value() {
    let (desk, _, folder) = filled().await;
    let path = place(&folder, "客户.csv");
    let mut input = order(&path, ExportFormat::Csv);
    input.query.text = "张".to_owned();
    run(&desk, input).await;
    let audits = desk.audits().await;
    assert_eq!(audits.len(), 1);
    assert_eq!(audits[0].0, "customers_export");
    assert_eq!(
        audits[0].1,
        serde_json::json!({
            "rows": 1,
            "columns": ["name", "gender", "mobile", "employer", "assets", "owner"],
            "format": "csv",
            "reason": "季度盘点",
        })
    );
}

#[tokio::test]
async fn f2_2_an_existing_file_is_replaced_only_when_asked_for() {
    let (desk, _, folder) = filled().await;
    let path = place(&folder, "客户.csv");
    std::fs::write(&path, "mine").unwrap();
    let outcome = desk.client.exports_start(order(&path, ExportFormat::Csv)).await;
    assert_eq!(refusal(outcome), (ErrorCode::FileExists, "path".to_owned()));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    let mut input = order(&path, ExportFormat::Csv);
    input.replace = true;
    assert_eq!(run(&desk, input).await.state, JobState::Done);
    assert!(std::fs::read_to_string(&path).unwrap().contains("客户编号"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn f2_2_a_cancelled_export_leaves_nothing() {
    let (desk, _, folder) = filled().await;
    let path = place(&folder, "客户.csv");
    for format in [ExportFormat::Csv, ExportFormat::Xlsx] {
        let mut events = desk.client.events();
        // Nothing runs before the first wait, so the job meets the wish to stop at its first batch.
        let job = desk.client.exports_start(order(&path, format)).await.unwrap();
        desk.client.jobs_cancel(JobRef { id: job.id }).await.unwrap();
        let job = end(&mut events, job.id).await;
        assert_eq!(job.state, JobState::Cancelled);
        assert!(job.result.is_none());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
    assert!(desk.audits().await.is_empty());
}

#[tokio::test]
async fn s7_1_an_export_needs_the_right_a_reason_and_a_place() {
    let (desk, _, folder) = filled().await;
    let path = place(&folder, "客户.csv");
    let start = async |change: &dyn Fn(&mut StartExport)| {
        let mut input = order(&path, ExportFormat::Csv);
        change(&mut input);
        refusal(desk.client.exports_start(input).await)
    };
    assert_eq!(start(&|input| input.reason.clear()).await, (ErrorCode::ReasonMissing, "reason".to_owned()));
    assert_eq!(start(&|input| input.columns.clear()).await, (ErrorCode::RequestForm, "columns".to_owned()));
    assert_eq!(start(&|input| input.path = "客户.csv".to_owned()).await.1, "path");
    let nowhere = place(&folder, "missing").join("客户.csv").to_string_lossy().into_owned();
    assert_eq!(start(&|input| input.path.clone_from(&nowhere)).await.0, ErrorCode::FileUnwritable);
    desk.become_role(Role::Staff).await;
    assert_eq!(start(&|_| {}).await.0, ErrorCode::NotAllowed);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn f2_2_a_place_is_suggested_that_replaces_nothing() {
    let desk = Desk::new().await;
    let suggest = async |name: &str| desk.client.exports_suggest(SuggestPath { name: name.to_owned() }).await;
    let path = PathBuf::from(suggest("../客户:2026.csv").await.unwrap().path);
    assert!(path.is_absolute() && !path.exists());
    assert!(path.file_name().unwrap().to_string_lossy().starts_with("客户2026"));
    assert!(path.parent().unwrap().is_dir());
    assert_eq!(refusal(suggest("..").await).0, ErrorCode::RequestForm);
}
