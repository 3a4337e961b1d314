use crate::{Fixture, journals};
use lq_domain::customers::Field;
use std::path::Path;
use uuid::Uuid;

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

/// The same store without encryption, so that its bytes tell what is still in it.
#[tokio::test]
async fn x10_of_what_has_left_the_device_no_byte_stays_even_under_the_encryption() {
    let fixture = Fixture::plain().await;
    let id = Uuid::from_u128(50);
    let needles = [
        "欧阳静雯",
        "ouyang",
        "13812345678",
        "11010519491231002X",
        "结婚二十周年",
        "6222021000000000017",
        "某某装修公司",
    ];
    let all = journals::customer(id);
    journals::tell(
        &fixture,
        1,
        all.iter().map(|record| (record.entity, record.id, Some(record.clone()))).collect(),
    )
    .await;
    assert_eq!(fixture.find("oyjw").await, ["欧阳静雯"]);
    fixture.store.close().await;
    for needle in needles {
        assert_ne!(occurrences(fixture.folder.path(), needle.as_bytes()), 0, "{needle} was there");
    }
    let fixture = fixture.opened_plain().await;
    journals::tell(&fixture, 2, all.iter().map(|record| (record.entity, record.id, None)).collect()).await;
    assert!(fixture.find("oyjw").await.is_empty());
    fixture.store.scrub().await.unwrap();
    for phase in ["open", "closed"] {
        for needle in needles {
            assert_eq!(occurrences(fixture.folder.path(), needle.as_bytes()), 0, "{needle} {phase}");
        }
        fixture.store.close().await;
    }
}
