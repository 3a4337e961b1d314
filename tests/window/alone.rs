//! A relationship manager alone at a desk, without a network.

use lq_testkit::files::write_churn_list;
use lq_tests::desk::{Desk, word};
use tempfile::TempDir;
use thirtyfour::Key;

pub(crate) const PASSWORD: &str = "Langqiao-2026-desk";

/// The application at its first run, and somebody who began to work with it.
pub(crate) async fn begun() -> (TempDir, Desk) {
    let home = tempfile::tempdir().unwrap();
    let desk = Desk::open(home.path()).await.unwrap();
    desk.begin_alone("林晓燕", "linxiaoyan", PASSWORD).await.unwrap();
    (home, desk)
}

#[tokio::test]
async fn s8_1_the_lock_opens_by_the_right_password_only_and_leads_back() {
    let (_home, desk) = begun().await;
    desk.add_customer(&[("name", "欧阳慕白"), ("mobile", "138 0013 8000")]).await.unwrap();
    desk.press(&[Key::Control], 'l').await.unwrap();
    desk.sees(&word("session.locked_title")).await.unwrap();
    assert!(!desk.shows("欧阳慕白").await.unwrap(), "the lock covers everything");
    desk.give_password("not the password").await.unwrap();
    desk.sees(&word("errors.sign_in_failed")).await.unwrap();
    desk.give_password(PASSWORD).await.unwrap();
    desk.sees("欧阳慕白").await.unwrap();
    desk.close().await.unwrap();
}

#[tokio::test]
async fn x16_a_customer_is_found_by_initials_from_anywhere() {
    let (_home, desk) = begun().await;
    desk.add_customer(&[("name", "欧阳慕白")]).await.unwrap();
    desk.go("nav.settings").await.unwrap();
    desk.search("oymb", "欧阳慕白").await.unwrap();
    desk.enter().await.unwrap();
    desk.sees(&word("customers.panel_identity")).await.unwrap();
    desk.close().await.unwrap();
}

#[tokio::test]
async fn x1_seven_thousand_rows_come_in_and_f2_2_go_out() {
    let (home, desk) = begun().await;
    let (list, out) = (home.path().join("churn.csv"), home.path().join("out.csv"));
    write_churn_list(&list, 7, 7_000).unwrap();
    desk.check_file(&list).await.unwrap();
    desk.run_import(7_000).await.unwrap();
    desk.export(&out, "季度回访").await.unwrap();
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.starts_with('\u{feff}'), "spreadsheets take it for Chinese");
    assert_eq!(text.lines().count(), 7_001);
    desk.close().await.unwrap();
}
