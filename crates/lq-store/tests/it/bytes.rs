use crate::Fixture;
use lq_domain::customers::Field;
use std::path::Path;

fn occurrences(folder: &Path, needle: &[u8]) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            bytes.windows(needle.len()).filter(|window| *window == needle).count()
        })
        .sum()
}

#[tokio::test]
async fn s1_4_known_names_phones_and_ids_occur_nowhere_in_the_files() {
    let mut fixture = Fixture::new().await;
    let needles = ["欧阳静雯", "ouyangjingwen", "13812345678", "11010519491231002X", "结婚二十周年"];
    fixture
        .add(&[
            (Field::Name, "欧阳静雯"),
            (Field::Mobile, "13812345678"),
            (Field::DocumentNumber, "11010519491231002X"),
            (Field::Notes, "结婚二十周年"),
        ])
        .await;
    assert_eq!(fixture.find("oyjw").await, ["欧阳静雯"]);
    for phase in ["open", "closed"] {
        for needle in needles {
            assert_eq!(occurrences(fixture.folder.path(), needle.as_bytes()), 0, "{needle} {phase}");
        }
        fixture.reopen().await;
        fixture.store.close().await;
    }
    let head = std::fs::read(fixture.folder.path().join("store.db")).unwrap();
    assert!(!head.starts_with(b"SQLite format 3"));
}
