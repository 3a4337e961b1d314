//! What is on the disk while the application works, and after it was cut off.

use crate::alone::{PASSWORD, begun};
use lq_tests::desk::Desk;
use std::path::{Path, PathBuf};

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
