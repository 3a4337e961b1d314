//! What is on the disk while the application works, and after it was cut off.

use crate::alone::{PASSWORD, begun};
use lq_tests::desk::Desk;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const NAME: &str = "欧阳慕白";
const MOBILE: &str = "13800138000";
const NUMBER: &str = "11010519491231002X";

#[tokio::test]
async fn s1_4_no_file_of_the_application_nor_of_its_web_view_tells_about_a_customer() {
    let (home, desk) = begun().await;
    desk.add_customer(&[("name", NAME), ("document_number", NUMBER), ("mobile", MOBILE)]).await.unwrap();
    desk.search("oymb", NAME).await.unwrap();
    let files = files(home.path());
    assert!(files.iter().any(|file| file.components().any(|part| part.as_os_str() == "webview")));
    for file in files {
        let bytes = std::fs::read(&file).unwrap_or_default();
        for known in [NAME, MOBILE, NUMBER, PASSWORD] {
            let wide: Vec<u8> = known.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for form in [known.as_bytes(), &wide] {
                assert!(!bytes.windows(form.len()).any(|part| part == form), "{}", file.display());
            }
        }
    }
    desk.close().await.unwrap();
}

#[tokio::test]
async fn s8_3_what_was_saved_is_there_after_the_power_was_cut() {
    let (home, desk) = begun().await;
    desk.add_customer(&[("name", NAME), ("mobile", MOBILE)]).await.unwrap();
    desk.cut().unwrap();
    let desk = Desk::open(home.path()).await.unwrap();
    desk.give_password(PASSWORD).await.unwrap();
    desk.sees(NAME).await.unwrap();
    desk.close().await.unwrap();
}

#[tokio::test]
async fn s1_4_the_sqlite3_program_takes_no_file_of_the_store_for_a_database() {
    let (home, desk) = begun().await;
    desk.add_customer(&[("name", NAME), ("mobile", MOBILE)]).await.unwrap();
    let copies = tempfile::tempdir().unwrap();
    // A database's log lies beside it, and sqlite3 would read both as one, so they are copied with their names.
    let stored = files(&home.path().join("stores"));
    for file in &stored {
        std::fs::copy(file, copies.path().join(file.file_name().unwrap())).unwrap();
    }
    desk.close().await.unwrap();
    let mut looked_at = Vec::new();
    // Empty files are databases without tables.
    for file in files(copies.path()).into_iter().filter(|file| file.metadata().unwrap().len() > 0) {
        let said = sqlite3(&file, "SELECT count(*) FROM sqlite_master");
        let told = String::from_utf8_lossy(&said.stderr);
        assert!(!said.status.success() && said.stdout.is_empty(), "{}", file.display());
        assert!(told.contains("file is not a database"), "{}: {told}", file.display());
        looked_at.push(file.file_name().unwrap().to_string_lossy().into_owned());
    }
    assert!(looked_at.iter().any(|name| name.ends_with(".db")), "{looked_at:?}");
    let plain =
        sqlite3(&copies.path().join("plain.db"), "CREATE TABLE t (c); SELECT count(*) FROM sqlite_master");
    assert_eq!(
        String::from_utf8_lossy(&plain.stdout).trim(),
        "1",
        "what the program says about a plain database"
    );
}

fn sqlite3(file: &Path, statements: &str) -> Output {
    Command::new("sqlite3").arg(file).arg(statements).output().unwrap()
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}
