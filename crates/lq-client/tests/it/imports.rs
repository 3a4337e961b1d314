//! Files of customers come in through the client, whole or not at all, and are taken back.

use crate::desk::{AUTHOR, Desk, refusal};
use lq_client::contract::customers::CustomersPage;
use lq_client::contract::files::{
    Encoding, ExportFormat, FileView, ImportCounts, ImportMode, ImportRef, InspectFile, JobRef, JobResult,
    JobState, JobStep, JobView, RowError, SaveImportErrors, StartExport, StartImport, Target,
};
use lq_client::events::Event;
use lq_domain::access::Role;
use lq_domain::clock::Timestamp;
use lq_domain::customers::Field;
use lq_domain::customers::query::CustomerQuery;
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::ids::{CustomerId, ImportId, JobId};
use lq_domain::record::Record;
use lq_domain::values::Name;
use lq_protocol::error::ErrorCode;
use lq_protocol::sync::{FeedEntry, FeedPage};
use lq_store::Store;
use lq_testkit::clock::PRESENT;
use lq_testkit::files::{Encoding as Written, List};
use lq_testkit::sample::Sample;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use uuid::Uuid;

const ID: &str = "11010519491231002X";

pub(crate) fn data(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

async fn inspect(desk: &Desk, path: &Path) -> FileView {
    desk.client.imports_inspect(InspectFile { path: text(path), options: None }).await.unwrap()
}

fn targets(view: &FileView) -> Vec<Target> {
    view.columns.iter().map(|column| column.target.clone()).collect()
}

fn order(path: &Path, view: &FileView, mode: ImportMode, dry_run: bool) -> StartImport {
    StartImport { path: text(path), options: view.options.clone(), mapping: targets(view), mode, dry_run }
}

async fn end(desk: &Desk, id: JobId) -> JobView {
    loop {
        let job = desk.client.jobs_list(()).await.unwrap().into_iter().find(|job| job.id == id).unwrap();
        if job.state != JobState::Running {
            return job;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// An import that ended.
pub(crate) struct Ended {
    job: JobId,
    import: Option<ImportId>,
    pub(crate) counts: ImportCounts,
    pub(crate) errors: Vec<RowError>,
}

async fn run(desk: &Desk, order: StartImport) -> Ended {
    let started = desk.client.imports_start(order).await.unwrap();
    let job = end(desk, started.id).await;
    let code = job.error.as_ref().map(|error| error.code.as_str());
    assert!(job.state == JobState::Done, "{code:?}");
    match job.result {
        Some(JobResult::Import { import, counts, errors }) => Ended { job: job.id, import, counts, errors },
        _ => panic!("no import"),
    }
}

/// Looks at a file and imports it as it was understood.
pub(crate) async fn import(desk: &Desk, path: &Path, mode: ImportMode) -> Ended {
    let view = inspect(desk, path).await;
    run(desk, order(path, &view, mode, false)).await
}

async fn undo(desk: &Desk, id: ImportId) -> (u32, u32, u32) {
    let started = desk.client.imports_undo(ImportRef { id }).await.unwrap();
    match end(desk, started.id).await.result {
        Some(JobResult::ImportUndo { removed, restored, kept }) => (removed, restored, kept),
        _ => panic!("not undone"),
    }
}

async fn total(desk: &Desk) -> u32 {
    let page =
        CustomersPage { query: CustomerQuery::default(), columns: vec![Field::Name], offset: 0, limit: 1 };
    desk.client.customers_page(page).await.unwrap().total
}

pub(crate) fn counts(rows: u32, new: u32, updated: u32, duplicates: u32, errors: u32) -> ImportCounts {
    ImportCounts { rows, new, updated, duplicates, errors }
}

fn write(folder: &tempfile::TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

pub(crate) fn list(rows: u64, bad: u64) -> List {
    List { sample: Sample::new(5, PRESENT.china_day()), from: 0, rows, bad, encoding: Written::Gb18030 }
}

#[tokio::test]
async fn x1_csv_files_are_read_as_the_spectrum_answers() {
    let desk = Desk::new().await;
    let mut files = 0;
    for entry in std::fs::read_dir(data("badinput/csv-spectrum/csvs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let answer = std::fs::read(data(&format!("badinput/csv-spectrum/json/{name}.json"))).unwrap();
        // A file of one row is answered by that row alone.
        let answer: Vec<BTreeMap<String, String>> = match serde_json::from_slice(&answer).unwrap() {
            serde_json::Value::Array(rows) => {
                rows.into_iter().map(|row| serde_json::from_value(row).unwrap()).collect()
            }
            row => vec![serde_json::from_value(row).unwrap()],
        };
        let view = inspect(&desk, &path).await;
        let mut read: Vec<BTreeMap<String, String>> = view
            .sample
            .iter()
            .map(|row| {
                view.columns.iter().map(|column| column.name.clone()).zip(row.iter().cloned()).collect()
            })
            .collect();
        if name == "location_coordinates" {
            // The spectrum's answer names another phone number than its own file.
            assert_eq!(read[0]["Contact Phone Number"], "2095257564");
            read[0].insert("Contact Phone Number".to_owned(), "1234567890".to_owned());
        }
        assert_eq!(read, answer, "{name}");
        assert_eq!(view.rows as usize, answer.len(), "{name}");
        files += 1;
    }
    assert_eq!(files, 12);
}

#[tokio::test]
async fn x1_a_gb18030_list_counts_its_bad_rows_and_the_error_file_comes_in_when_mended() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let (path, good) = (folder.path().join("客户.csv"), folder.path().join("good.csv"));
    list(700, 35).write(&path).unwrap();
    List { encoding: Written::Utf8, ..list(700, 0) }.write(&good).unwrap();

    let view = inspect(&desk, &path).await;
    assert!(view.options.encoding == Some(Encoding::Gb18030) && view.rows == 700 && !view.remembered);
    assert!(
        view.columns.iter().all(|column| matches!(column.target, Target::Field { .. })),
        "all 13 are known"
    );
    let check = run(&desk, order(&path, &view, ImportMode::AddOnly, true)).await;
    assert!(check.import.is_none() && check.counts == counts(700, 665, 0, 0, 35));
    assert_eq!(total(&desk).await, 0, "a check changes nothing");
    let done = run(&desk, order(&path, &view, ImportMode::AddOnly, false)).await;
    assert!(done.counts == check.counts && done.import.is_some());
    assert_eq!(total(&desk).await, 665);
    assert_eq!(done.errors.len(), 35);
    assert!(done.errors.iter().all(|error| error.column.is_some()), "each names its column");

    let errors = folder.path().join("errors.csv");
    let save = SaveImportErrors { job: done.job, path: text(&errors) };
    desk.client.imports_save_errors(save).await.unwrap();
    let bytes = std::fs::read(&errors).unwrap();
    assert!(bytes.starts_with(b"\xEF\xBB\xBF"));
    let good: Vec<csv::StringRecord> =
        csv::Reader::from_path(&good).unwrap().records().map(|record| record.unwrap()).collect();
    let mut reader = csv::Reader::from_reader(&bytes[3..]);
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.iter().rev().take(2).collect::<Vec<_>>(), ["原因", "行号"]);
    let mended = folder.path().join("mended.csv");
    let mut writer = csv::Writer::from_path(&mended).unwrap();
    writer.write_record(&header).unwrap();
    for record in reader.records().map(|record| record.unwrap()) {
        let row: usize = record[13].parse().unwrap();
        assert!(!record[14].is_empty());
        writer.write_record(good[row - 2].iter().chain([&record[13], &record[14]])).unwrap();
    }
    writer.flush().unwrap();

    let again = inspect(&desk, &mended).await;
    assert!(again.remembered && again.rows == 35);
    assert!(targets(&again)[13..] == [Target::Skip, Target::Skip]);
    assert!(import(&desk, &mended, ImportMode::AddOnly).await.counts == counts(35, 35, 0, 0, 0));
    assert_eq!(total(&desk).await, 700);
    let whole = import(&desk, &path, ImportMode::AddOnly).await;
    assert_eq!(whole.counts.new, 0, "documents prove who is there already");
    assert_eq!(desk.client.imports_list(()).await.unwrap().len(), 3);
}

#[tokio::test]
async fn x1_seven_thousand_rows_of_a_foreign_file_come_in_by_a_mapping_made_by_hand() {
    let desk = Desk::new().await;
    let path = data("churn/churn_modelling_A7000.csv");
    let view = inspect(&desk, &path).await;
    let mut input = order(&path, &view, ImportMode::AddOnly, false);
    for (column, target) in view.columns.iter().zip(&mut input.mapping) {
        let field = match column.name.as_str() {
            "Surname" => Field::Name,
            "Gender" => Field::Gender,
            "Balance" => Field::Assets,
            "EstimatedSalary" => Field::Income,
            _ => {
                *target = Target::Extra;
                continue;
            }
        };
        *target = Target::Field { field };
    }
    let done = run(&desk, input).await;
    assert!(done.counts == counts(7000, 7000, 0, 0, 0), "{}", done.counts.errors);
    assert_eq!(total(&desk).await, 7000);
    assert!(inspect(&desk, &path).await.remembered);
    let hargrave = desk.find("Hargrave").await;
    assert!(hargrave.iter().all(|name| name.contains("Hargrave")) && !hargrave.is_empty());
    assert_eq!(undo(&desk, done.import.unwrap()).await, (7000, 0, 0));
    assert_eq!(total(&desk).await, 0);
}

#[tokio::test]
async fn x1_undo_takes_back_what_nobody_changed_and_the_queue_has_no_holes() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, "a.csv", "姓名,手机\n张三,13812345678\n李四,13912345678\n王五,13712345678\n");
    let first = import(&desk, &path, ImportMode::AddOnly).await;
    let wang = desk.add(&[(Field::Name, "王小二")]).await;
    let changed = customer(&desk, "李四").await;
    desk.update(changed, &[(Field::Email, "li@example.com")]).await.unwrap();
    assert_eq!(undo(&desk, first.import.unwrap()).await, (2, 0, 1));
    assert_eq!(total(&desk).await, 2);
    let again = desk.client.imports_undo(ImportRef { id: first.import.unwrap() }).await;
    assert_eq!(refusal(again).0, ErrorCode::UndoGone);
    let queue = desk.behind(async |store: &Store| store.outbox(100).await.unwrap().1).await;
    let numbers: Vec<u64> = queue.iter().map(|change| change.sequence).collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert!(queue.iter().all(|change| change.record_id == wang.0 || change.record_id == changed.0));
    desk.update(wang, &[(Field::Email, "wang@example.com")]).await.unwrap();
    let next = desk.behind(async |store: &Store| store.outbox(100).await.unwrap().1).await;
    assert_eq!(next.last().unwrap().sequence, 4);
}

async fn customer(desk: &Desk, name: &str) -> CustomerId {
    let input = lq_client::contract::customers::FindCustomers { text: name.to_owned(), limit: 5 };
    desk.client.customers_find(input).await.unwrap()[0].id
}

#[tokio::test]
async fn x1_update_fills_and_changes_and_undo_sets_back() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let known = [(Field::Name, "张三"), (Field::DocumentNumber, ID), (Field::Email, "z@example.com")];
    let id = desk.add(&known).await;
    let rows = format!("姓名,证件号码,邮箱,职业\n张三丰,{ID},,道士\n李四,,l@example.com,\n张三,{ID},,\n");
    let path = write(&folder, "b.csv", rows);
    let only_new = import(&desk, &path, ImportMode::AddOnly).await;
    assert!(only_new.counts == counts(3, 1, 0, 1, 1));
    assert!(only_new.errors[0].row == 4 && only_new.errors[0].code == ErrorCode::RowTwice);
    assert_eq!(undo(&desk, only_new.import.unwrap()).await, (1, 0, 0));

    let update = import(&desk, &path, ImportMode::Update).await;
    assert!(update.counts == counts(3, 1, 1, 0, 1));
    let after = desk.get(id).await.values;
    assert_eq!((after[&Field::Name].as_str(), after[&Field::Occupation].as_str()), ("张三丰", "道士"));
    assert!(after.contains_key(&Field::Email), "an empty cell clears nothing");
    assert_eq!(undo(&desk, update.import.unwrap()).await, (1, 1, 0));
    let back = desk.get(id).await.values;
    assert!(back[&Field::Name] == "张三" && !back.contains_key(&Field::Occupation));
}

#[tokio::test]
async fn f2_2_our_own_export_comes_back_without_a_change() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    desk.add(&[(Field::Name, "=1+1"), (Field::DocumentNumber, ID), (Field::Mobile, "13812345678")]).await;
    desk.add(&[(Field::Name, "张㐂"), (Field::Phones, "010-82345679"), (Field::Assets, "12万")]).await;
    let company =
        [(Field::Kind, "corporate"), (Field::Name, "某某公司"), (Field::Uscc, "91350100M000100Y43")];
    desk.add(&company).await;
    for (name, format, language) in [
        ("a.csv", ExportFormat::Csv, "zh-CN"),
        ("b.csv", ExportFormat::CsvGb18030, "en"),
        ("c.xlsx", ExportFormat::Xlsx, "zh-CN"),
    ] {
        let path = folder.path().join(name);
        let export = StartExport {
            query: CustomerQuery::default(),
            ids: None,
            columns: Field::ALL.to_vec(),
            format,
            path: text(&path),
            replace: false,
            reason: "盘点".to_owned(),
            language: language.to_owned(),
        };
        let job = desk.client.exports_start(export).await.unwrap();
        assert!(end(&desk, job.id).await.state == JobState::Done);
        for mode in [ImportMode::AddOnly, ImportMode::Update] {
            let done = import(&desk, &path, mode).await;
            let first = done.errors.first().map(|error| (error.column.clone(), error.code));
            assert!(done.counts == counts(3, 0, 0, 3, 0), "{name} {first:?}");
        }
    }
}

/// Who the bank's feed says works where, and which tags there are: 王芳 leads the branch of 李娜 and of the first 张伟; the
/// second 张伟 works elsewhere.
async fn with_colleagues() -> Desk {
    let desk = Desk::new().await;
    let home = desk.behind(async |store: &Store| store.owner().await.unwrap().unwrap().profile.branch).await;
    let away = Uuid::from_u128(70);
    let record = |entity, id: u128, fields: &[(&str, String)]| {
        let mut record = Record::new(entity, Uuid::from_u128(id), Timestamp(1));
        record.revision = 1;
        for (field, value) in fields {
            record.set(field, Some(value.clone()));
        }
        record
    };
    let user = |id, name: &str, branch: String| {
        record(
            Feature::Users,
            id,
            &[("name", name.to_owned()), ("branch", branch), ("role", "staff".to_owned())],
        )
    };
    // Who left the bank gets no customers, and makes no name ambiguous.
    let mut gone = user(74, "李娜", home.to_string());
    gone.set("disabled", Some("1".to_owned()));
    let records = [
        record(Feature::Branches, 70, &[("name", "城西支行".to_owned())]),
        user(71, "李娜", home.to_string()),
        user(72, "张伟", home.to_string()),
        user(73, "张伟", away.to_string()),
        gone,
        record(Feature::Tags, 81, &[("name", "贵宾,重点".to_owned()), ("colour", "red".to_owned())]),
        record(Feature::Tags, 82, &[("name", "老客户".to_owned()), ("colour", "red".to_owned())]),
    ];
    let entries = (1..).zip(records).map(|(position, record)| FeedEntry {
        position,
        entity: record.entity,
        record_id: record.id,
        record: Some(record),
    });
    let page = FeedPage { feed: FeedId::Bank, entries: entries.collect(), next: 6, head: 6, resync: false };
    desk.behind(async |store: &Store| store.apply(&page).await.unwrap()).await;
    desk.become_role(Role::Manager).await;
    desk
}

async fn export(desk: &Desk, path: &Path, format: ExportFormat) {
    let order = StartExport {
        query: CustomerQuery::default(),
        ids: None,
        columns: vec![Field::Name, Field::Owner, Field::Branch, Field::Tags],
        format,
        path: text(path),
        replace: true,
        reason: "盘点".to_owned(),
        language: "zh-CN".to_owned(),
    };
    let job = desk.client.exports_start(order).await.unwrap();
    assert!(end(desk, job.id).await.state == JobState::Done);
}

fn named(id: u128) -> String {
    Uuid::from_u128(id).to_string()
}

/// Three customers of three owners, two of whom have one name, and their tags.
async fn owned() -> (Desk, [CustomerId; 3]) {
    let desk = with_colleagues().await;
    let both = format!("{} {}", named(81), named(82));
    let one = desk.add(&[(Field::Name, "客户一"), (Field::Tags, both.as_str())]).await;
    let two = desk.add(&[(Field::Name, "客户二"), (Field::Owner, named(72).as_str())]).await;
    let (owner, tag) = (named(71), named(82));
    let three = desk
        .add(&[(Field::Name, "客户三"), (Field::Owner, owner.as_str()), (Field::Tags, tag.as_str())])
        .await;
    (desk, [one, two, three])
}

#[tokio::test]
async fn f2_2_owners_branches_and_tags_of_our_own_export_come_back_without_a_change() {
    let (desk, ids) = owned().await;
    let folder = tempfile::tempdir().unwrap();
    for (name, format) in [("a.csv", ExportFormat::Csv), ("b.xlsx", ExportFormat::Xlsx)] {
        let path = folder.path().join(name);
        export(&desk, &path, format).await;
        let view = inspect(&desk, &path).await;
        let mapped = |field| view.columns.iter().any(|column| column.target == Target::Field { field });
        assert!([Field::Owner, Field::Branch, Field::Tags].into_iter().all(mapped));
        let done = import(&desk, &path, ImportMode::Update).await;
        let first = done.errors.first().map(|error| (error.column.clone(), error.code));
        assert!(done.counts == counts(3, 0, 0, 3, 0), "{name} {first:?}");
    }
    assert_eq!(desk.get(ids[1]).await.values[&Field::Owner], named(72), "one of two with that name");
}

#[tokio::test]
async fn f2_2_a_changed_owner_or_tag_is_taken_by_who_may_or_refused_with_its_cause() {
    let (desk, ids) = owned().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    export(&desk, &path, ExportFormat::Csv).await;
    let whole = std::fs::read_to_string(&path).unwrap();
    let changed = |from: &str, to: &str| {
        assert!(whole.contains(from), "{whole}");
        std::fs::write(&path, whole.replace(from, to)).unwrap();
    };

    changed("客户三,李娜", "客户三,王芳");
    assert!(import(&desk, &path, ImportMode::Update).await.counts == counts(3, 0, 1, 2, 0));
    let three = desk.get(ids[2]).await;
    assert_eq!(three.labels[&Field::Owner], AUTHOR);
    changed("贵宾,重点; 老客户", "贵宾,重点");
    import(&desk, &path, ImportMode::Update).await;
    assert_eq!(desk.get(ids[0]).await.values[&Field::Tags], named(81));

    let refused = async |from: &str, to: &str| {
        changed(from, to);
        let done = import(&desk, &path, ImportMode::Update).await;
        // Rows of customers that the user does not see have no column.
        done.errors.into_iter().filter_map(|error| Some((error.column?, error.code))).collect::<Vec<_>>()
    };
    let cause = |column: &str, code| vec![(column.to_owned(), code)];
    let unknown = ErrorCode::ReferenceUnknown;
    assert_eq!(refused("客户三,李娜", "客户三,无此人").await, cause("管户经理", unknown));
    assert_eq!(refused("老客户\"", "无此标签\"").await, cause("标签", unknown));
    desk.become_role(Role::RelationshipManager).await;
    assert_eq!(refused("客户一,王芳", "客户一,李娜").await, cause("管户经理", ErrorCode::NotAllowed));
    assert_eq!(desk.get(ids[0]).await.labels[&Field::Owner], AUTHOR);
}

#[tokio::test]
async fn f2_2_a_name_of_two_colleagues_needs_its_branch() {
    let desk = with_colleagues().await;
    let folder = tempfile::tempdir().unwrap();
    let id = desk.add(&[(Field::Name, "客户一")]).await;
    let row = |branch: &str| format!("姓名,管户经理,所属机构,客户编号\n客户一,张伟,{branch},{id}\n");
    let path = write(&folder, "a.csv", row(""));
    let done = import(&desk, &path, ImportMode::Update).await;
    assert!(done.errors[0].code == ErrorCode::ReferenceAmbiguous && done.counts.errors == 1);
    write(&folder, "a.csv", row("城西支行"));
    assert!(import(&desk, &path, ImportMode::Update).await.counts == counts(1, 0, 1, 0, 0));
    let (owner, branch) = desk
        .behind(async |store: &Store| {
            let record = store.record(Feature::Customers, id.0).await.unwrap().unwrap();
            (record.get("owner").map(str::to_owned), record.get("branch").map(str::to_owned))
        })
        .await;
    assert_eq!((owner, branch), (Some(named(73)), Some(named(70))), "the customer goes where its owner is");
}

#[tokio::test]
async fn x1_imports_and_their_undoing_are_in_the_audit_without_a_customers_data() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, "名单.csv", "姓名,手机\n张三,13812345678\n李四,1391\n");
    let done = import(&desk, &path, ImportMode::AddOnly).await;
    undo(&desk, done.import.unwrap()).await;
    let audits = desk.audits().await;
    let actions: Vec<&str> = audits.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(actions, ["customers_import", "customers_import_undo"]);
    assert_eq!(audits[0].1["file"], "名单.csv");
    assert_eq!((&audits[0].1["counts"]["new"], &audits[0].1["counts"]["errors"]), (&1.into(), &1.into()));
    assert_eq!((&audits[1].1["file"], &audits[1].1["removed"]), (&"名单.csv".into(), &1.into()));
    let all = serde_json::to_string(&audits.iter().map(|(_, detail)| detail).collect::<Vec<_>>()).unwrap();
    assert!(!all.contains("张三") && !all.contains("13812345678") && !all.contains("1391"));
}

#[tokio::test]
async fn u13_an_import_cut_off_in_the_middle_has_left_nothing_when_the_store_is_opened_again() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.csv");
    list(6000, 0).write(&path).unwrap();
    let view = inspect(&desk, &path).await;
    desk.client.imports_start(order(&path, &view, ImportMode::AddOnly, false)).await.unwrap();
    while desk.client.jobs_list(()).await.unwrap()[0].done == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    // A form that is saved meanwhile waits for a part of it at most, and outlives it.
    let saved = desk.add(&[(Field::Name, "王小二")]).await;
    let (_, queue) = desk.behind(async |store: &Store| store.outbox(10_000).await.unwrap()).await;
    assert_eq!(desk.find("王小二").await, ["王小二"]);
    // On a machine that is fast enough the import is all in by now.
    let all_in = desk.client.imports_list(()).await.unwrap().len();
    assert_eq!(total(&desk).await, if all_in == 1 { 6001 } else { 1 });
    assert_eq!(queue.len(), if all_in == 1 { 6001 } else { 1 });
    assert!((1..).zip(&queue).all(|(number, change)| change.sequence == number));
    assert!(queue.iter().any(|change| change.record_id == saved.0));
}

#[tokio::test]
async fn u13_a_cancelled_import_leaves_nothing() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.csv");
    list(3000, 0).write(&path).unwrap();
    let view = inspect(&desk, &path).await;
    let mut events = desk.client.events();
    let started = desk.client.imports_start(order(&path, &view, ImportMode::AddOnly, false)).await.unwrap();
    loop {
        if let Event::Job { job } = events.recv().await.unwrap()
            && job.step == JobStep::Writing
        {
            break;
        }
    }
    desk.client.jobs_cancel(JobRef { id: started.id }).await.unwrap();
    assert!(end(&desk, started.id).await.state == JobState::Cancelled);
    assert_eq!(total(&desk).await, 0);
    assert!(desk.client.imports_list(()).await.unwrap().is_empty());
    assert!(!inspect(&desk, &path).await.remembered);
    assert_eq!(import(&desk, &path, ImportMode::AddOnly).await.counts.new, 3000);
}

#[tokio::test]
async fn x1_naughty_strings_survive_as_names_and_notes() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let strings: Vec<String> =
        serde_json::from_slice(&std::fs::read(data("badinput/blns.json")).unwrap()).unwrap();
    let path = folder.path().join("blns.csv");
    let mut writer = csv::Writer::from_path(&path).unwrap();
    writer.write_record(["姓名", "职业", "备注"]).unwrap();
    for (index, text) in strings.iter().enumerate() {
        // As our exports write it: a text that a spreadsheet would compute has an apostrophe in front.
        let computes = text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']);
        let cell = if computes { format!("'{text}") } else { text.clone() };
        let name = if Name::parse(text).is_ok() { cell.clone() } else { "备注".to_owned() };
        writer.write_record([name, format!("B{index}"), cell]).unwrap();
    }
    writer.flush().unwrap();
    let done = import(&desk, &path, ImportMode::AddOnly).await;
    assert_eq!(done.counts.new as usize, strings.len());
    let columns = vec![Field::Name, Field::Occupation, Field::Notes];
    let mut found = BTreeMap::new();
    for offset in [0, 500] {
        let page =
            CustomersPage { query: CustomerQuery::default(), columns: columns.clone(), offset, limit: 500 };
        for row in desk.client.customers_page(page).await.unwrap().rows {
            found.insert(row.values[&Field::Occupation].clone(), row.values);
        }
    }
    for (index, text) in strings.iter().enumerate() {
        let values = &found[&format!("B{index}")];
        if !text.trim().is_empty() {
            assert_eq!(values.get(&Field::Notes), Some(text));
        }
        let Ok(name) = Name::parse(text) else { continue };
        assert_eq!(values[&Field::Name], name.as_str());
    }
    let hits = desk.find("undefined").await;
    assert!(hits.iter().any(|name| name == "undefined"));
}

#[tokio::test]
async fn x1_utf16_and_other_delimiters_are_found() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let text = "姓名\t手机\r\n张三\t13812345678\r\n";
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xFF, 0xFE], units.as_slice()].concat();
    for (name, bytes) in [("a.txt", units.clone()), ("b.txt", marked)] {
        let view = inspect(&desk, &write(&folder, name, bytes)).await;
        assert!(view.options.encoding == Some(Encoding::Utf16Le), "{name}");
        assert_eq!(view.options.delimiter.as_deref(), Some("\t"));
        assert_eq!(view.sample, [["张三", "13812345678"]]);
    }
    for delimiter in [";", "|"] {
        let path = write(&folder, "c.csv", text.replace('\t', delimiter));
        assert_eq!(inspect(&desk, &path).await.options.delimiter.as_deref(), Some(delimiter));
    }
    let bare = write(&folder, "d.csv", "张三,13812345678\n李四,13912345678\n");
    let view = inspect(&desk, &bare).await;
    assert!(!view.options.header && view.rows == 2);
    assert!(targets(&view) == [Target::Field { field: Field::Name }, Target::Field { field: Field::Mobile }]);
}

#[tokio::test]
async fn x1_a_workbook_comes_in_with_its_dates_and_numbers() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("客户.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("封面").unwrap();
    let sheet = book.add_worksheet().set_name("客户").unwrap();
    for (column, title) in (0..).zip(["姓名", "出生日期", "手机", "年收入", "证件号码"]) {
        sheet.write(0, column, title).unwrap();
    }
    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(1990, 5, 4).unwrap();
    let format = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d");
    sheet.write(1, 0, "张三").unwrap();
    sheet.write_with_format(1, 1, &day, &format).unwrap();
    sheet.write(1, 2, 13_812_345_678_f64).unwrap();
    sheet.write(1, 3, 120_000.5).unwrap();
    sheet.write(3, 0, "李四").unwrap();
    sheet.write(3, 4, 110_105_194_912_310_020_f64).unwrap();
    book.save(&path).unwrap();

    let view = inspect(&desk, &path).await;
    assert_eq!(view.options.sheet.as_deref(), Some("客户"), "a cover has no rows");
    assert_eq!(view.sheets, ["封面", "客户"]);
    let done = run(&desk, order(&path, &view, ImportMode::AddOnly, false)).await;
    assert!(done.counts == counts(2, 1, 0, 0, 1));
    assert_eq!(done.errors[0].row, 4, "rows are numbered as the spreadsheet does");
    assert_eq!(
        done.errors[0].column.as_deref(),
        Some("证件号码"),
        "a number that lost digits is no document"
    );
    let values = desk.get(customer(&desk, "张三").await).await.values;
    assert_eq!(values[&Field::BirthDate], "1990-05-04");
    assert_eq!(values[&Field::Income], "12000050");
}

#[tokio::test]
async fn x1_a_file_that_changed_and_a_mapping_that_cannot_be_are_refused() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, "a.csv", "姓名,手机\n张三,13812345678\n");
    let view = inspect(&desk, &path).await;
    std::fs::write(&path, "姓名,手机\n李四,13812345678\n").unwrap();
    let started = desk.client.imports_start(order(&path, &view, ImportMode::AddOnly, false)).await.unwrap();
    let job = end(&desk, started.id).await;
    assert!(job.state == JobState::Failed && job.error.unwrap().code == ErrorCode::FileChanged);
    let with =
        |mapping: Vec<Target>| StartImport { mapping, ..order(&path, &view, ImportMode::AddOnly, true) };
    let field = |field| Target::Field { field };
    for (mapping, code) in [
        (vec![Target::Extra, field(Field::Mobile)], ErrorCode::MappingName),
        (vec![field(Field::Name), field(Field::Name)], ErrorCode::MappingTwice),
    ] {
        assert_eq!(refusal(desk.client.imports_start(with(mapping)).await).0, code);
    }
    for (name, bytes, code) in [
        ("x.csv", b"\xFF\xFF\x80\x81\xFF".as_slice(), ErrorCode::FileEncoding),
        ("x.pdf", b"%PDF-1.7".as_slice(), ErrorCode::FileKind),
        ("y.csv", b"".as_slice(), ErrorCode::FileEmpty),
    ] {
        let input = InspectFile { path: text(&write(&folder, name, bytes)), options: None };
        assert_eq!(refusal(desk.client.imports_inspect(input).await).0, code, "{name}");
    }
}
