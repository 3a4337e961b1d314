//! The network is gone, then the window is: what was done between, and what comes of it.

use crate::alone::PASSWORD;
use crate::bank::{Bank, Device, LOGIN, sorted};
use crate::steps::Steps;
use lq_domain::customers::Field;
use lq_tests::desk::{Desk, word};
use std::collections::BTreeMap;
use std::path::Path;

/// There before the network goes.
const OLD: &str = "欧阳慕白";
/// Made while there is none.
const NEW: &str = "司马长风";
const TAG: &str = "重点客户";
/// A column of the file that no field stands for.
const LEVEL: &str = "会员等级";
const IMPORTED: u32 = 20;

type Row = BTreeMap<String, String>;

#[tokio::test]
async fn x33_work_without_a_network_outlives_a_killed_window_and_reaches_the_other_device_once() {
    let mut steps = Steps::begin();
    let mut bank = Bank::open().await;
    let home = tempfile::tempdir().unwrap();
    let desk = Desk::open(home.path()).await.unwrap();
    join(&desk, &bank).await;
    desk.add_customer(&[("name", OLD), ("mobile", "13800138000")]).await.unwrap();
    sent(&desk).await;
    let device = Device::of(&bank).await;
    device.one(OLD).await;
    steps.done("joined; the second device has the first customer");

    bank.kill();
    let before = work(&desk, home.path(), &mut steps).await;
    device.change(OLD, Field::Employer, "某某大学").await;
    assert!(device.client.sync_run(()).await.is_err(), "there is no network");
    steps.done("worked without the network");

    desk.cut().unwrap();
    let desk = Desk::open(home.path()).await.unwrap();
    desk.give_password(PASSWORD).await.unwrap();
    desk.sees(&word("customers.total_other").replace("{{shown}}", "22")).await.unwrap();
    assert_eq!(
        exported(&desk, &home.path().join("killed.csv")).await,
        before,
        "nothing is lost, no field is another"
    );
    desk.go("nav.sync").await.unwrap();
    desk.sees(&word("sync.text_offline")).await.unwrap();
    steps.done("killed, and signed in without the network");

    bank.serve();
    sent(&desk).await;
    device.client.sync_run(()).await.unwrap();
    desk.click(&word("sync.now")).await.unwrap();
    open(&desk, OLD).await;
    desk.sees("某某大学").await.unwrap();
    let there = device.all().await;
    assert_eq!(exported(&desk, &home.path().join("after.csv")).await, there, "both devices have the same");
    assert_eq!(
        there,
        with_employer(before),
        "and it is what was there before, with the other device's change"
    );
    assert_other_device(&device).await;
    steps.done("both devices have the same");
    desk.close().await.unwrap();
}

/// The first sign-in, at the server.
async fn join(desk: &Desk, bank: &Bank) {
    desk.click(&word("session.way_join")).await.unwrap();
    desk.fill(&word("session.server"), &bank.url()).await.unwrap();
    desk.enter().await.unwrap();
    desk.sees("示例银行").await.unwrap();
    desk.fill(&word("session.login"), LOGIN).await.unwrap();
    desk.give_password(PASSWORD).await.unwrap();
    desk.sees(&word("customers.empty_title")).await.unwrap();
}

/// Waits until nothing waits to be sent.
async fn sent(desk: &Desk) {
    desk.go("nav.sync").await.unwrap();
    desk.click(&word("sync.now")).await.unwrap();
    desk.sees(&word("sync.waiting_empty_title")).await.unwrap();
    desk.sees(&word("sync.text_idle")).await.unwrap();
}

async fn open(desk: &Desk, name: &str) {
    desk.go("nav.customers").await.unwrap();
    desk.search(name, name).await.unwrap();
    desk.enter().await.unwrap();
    desk.sees(&word("customers.panel_identity")).await.unwrap();
}

/// A day's work: creates, edits, tags, imports, searches, exports. What the export says.
async fn work(desk: &Desk, folder: &Path, steps: &mut Steps) -> Vec<Row> {
    desk.add_customer(&[("name", NEW), ("mobile", "13700137000"), ("email", "feng@example.com")])
        .await
        .unwrap();
    desk.add_tag(TAG).await.unwrap();
    steps.done("made a customer and a tag");
    open(desk, OLD).await;
    desk.edit_customer(&[("mobile", "13900139000"), ("occupation", "退休教师")]).await.unwrap();
    steps.done("changed a customer");
    desk.put_tag(TAG).await.unwrap();
    steps.done("put the tag on");
    let list = folder.join("名单.csv");
    std::fs::write(&list, customers()).unwrap();
    desk.check_file(&list).await.unwrap();
    desk.run_import(IMPORTED).await.unwrap();
    steps.done("brought a list in");
    open(desk, "客户甲07").await;
    assert_eq!(desk.fact(LEVEL).await.unwrap(), "7 级");
    let rows = exported(desk, &folder.join("before.csv")).await;
    let old = rows.iter().find(|row| row["姓名"] == OLD).unwrap();
    let is = |column: &str| old[column].as_str();
    assert_eq!((is("手机"), is("职业"), is("标签")), ("139****9000", "退休教师", TAG));
    rows
}

/// A list with a column of its own.
fn customers() -> String {
    let row = |number: u32| format!("客户甲{number:02},135{number:08},{number} 级\n");
    format!("姓名,手机,{LEVEL}\n{}", (1..=IMPORTED).map(row).collect::<String>())
}

async fn exported(desk: &Desk, file: &Path) -> Vec<Row> {
    desk.export_all_columns(file, "核对").await.unwrap();
    sorted(file)
}

fn with_employer(mut rows: Vec<Row>) -> Vec<Row> {
    let old = rows.iter_mut().find(|row| row["姓名"] == OLD).unwrap();
    old.insert("工作单位".to_owned(), "某某大学".to_owned());
    rows.sort();
    rows
}

/// What an export masks or leaves out has arrived as well, and nothing waits.
async fn assert_other_device(device: &Device) {
    assert_eq!(device.all().await.len(), 22);
    assert_eq!(device.whole(OLD, Field::Mobile).await, "13900139000");
    assert_eq!(device.whole(NEW, Field::Email).await, "feng@example.com");
    for number in 1..=IMPORTED {
        let name = format!("客户甲{number:02}");
        assert_eq!(
            device.one(&name).await.extra,
            BTreeMap::from([(LEVEL.to_owned(), format!("{number} 级"))])
        );
        assert_eq!(device.whole(&name, Field::Mobile).await, format!("135{number:08}"));
    }
    let tags = device.client.tags_list(()).await.unwrap();
    assert_eq!(tags.iter().map(|tag| (tag.name.as_str(), tag.customers)).collect::<Vec<_>>(), [(TAG, 1)]);
    let state = device.client.sync_state(()).await.unwrap();
    assert_eq!((state.pending, state.conflicts, state.refused), (0, 0, 0));
}
