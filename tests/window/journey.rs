//! A relationship manager's first day, alone and without a network.

use lq_tests::desk::{Desk, word};

#[tokio::test]
async fn first() {
    let home = tempfile::tempdir().unwrap();
    let desk = Desk::open(home.path()).await.unwrap();
    desk.sees(&word("session.welcome_title")).await.unwrap();
    desk.click(&word("session.way_alone")).await.unwrap();
    desk.fill(&word("session.name"), "林晓燕").await.unwrap();
    desk.fill(&word("session.login"), "lxy").await.unwrap();
    desk.picture(std::path::Path::new("/tmp/first.png")).await.unwrap();
    assert_eq!(desk.value(&word("session.name")).await.unwrap(), "林晓燕");
    desk.close().await.unwrap();
}
