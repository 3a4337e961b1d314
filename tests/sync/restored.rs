//! The server's database is lost and brought back to a moment before: from a copy that was made while it worked and the archived
//! log of writes. docs/server.md has the same steps for operators.

use crate::bank::{Bank, Device};
use lq_domain::customers::Field;
use lq_domain::ids::CustomerId;
use lq_server::verify_audits;
use lq_testkit::postgres::{Cluster, app_at};
use lq_testkit::random::SeededRandom;
use sqlx::{Connection as _, PgConnection};
use std::sync::Arc;
use std::time::Duration;

async fn ask(url: &str, question: &str) -> String {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar(sqlx::AssertSqlSafe(question.to_owned())).fetch_one(&mut connection).await.unwrap()
}

/// Waits until the database answers a question as it should.
async fn until(url: &str, question: &str, answer: &str) {
    let waiting = async {
        while ask(url, question).await != answer {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap();
}

async fn added(device: &Device, name: &str) -> CustomerId {
    let id = device.add(&[(Field::Name, name)]).await;
    device.sync().await.unwrap();
    id
}

#[tokio::test]
async fn s7_3_a_server_that_is_brought_back_to_a_moment_gets_the_rest_from_its_devices() {
    let folder = tempfile::tempdir().unwrap();
    // The database's user reads and writes in it.
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let (archive, copy) = (folder.path().join("archive"), folder.path().join("copy"));
    std::fs::create_dir(&archive).unwrap();
    let cluster = Cluster::archiving(&archive).unwrap();
    let url = cluster.create_database().await.unwrap();
    let mut bank = Bank::at(&url).await;
    let (a, b) = (bank.device("desk", 2).await, bank.device("laptop", 3).await);
    let first = added(&a, "客户一").await;
    cluster.back_up(&copy).unwrap();
    added(&a, "客户二").await;
    b.sync().await.unwrap();
    let moment = ask(&url, "SELECT clock_timestamp()::text").await;
    // What is in no backup and in no log that is played back.
    let late = added(&b, "客户三").await;
    a.edit(first, &[(Field::Occupation, "教师")]).await;
    a.sync().await.unwrap();
    let last = ask(&url, "SELECT pg_walfile_name(pg_switch_wal())").await;
    until(&url, &format!("SELECT (last_archived_wal >= '{last}')::text FROM pg_stat_archiver"), "true").await;
    let epoch = bank.app.db().epoch().await.unwrap();
    bank.kill().await;
    // Made on top of what the server is about to forget.
    b.edit(late, &[(Field::Occupation, "医生")]).await;
    bank.app.db().close().await;
    drop(cluster);

    let cluster = Cluster::restored(&copy, &archive, &moment).unwrap();
    let url = cluster.url(url.split('?').next().unwrap().rsplit('/').next().unwrap());
    until(&url, "SELECT pg_is_in_recovery()::text", "false").await;
    let count = "SELECT count(*)::text FROM records WHERE entity = 'customers'";
    assert_eq!(ask(&url, count).await, "2", "the third came after the moment");
    let app = app_at(&url, bank.clock.clone(), Arc::new(SeededRandom::new(77))).await.unwrap();
    assert_ne!(app.db().renew_epoch(app.clock(), app.random()).await.unwrap(), epoch);
    bank.app = app;
    bank.come_back().await;
    for device in [&a, &b, &a, &b] {
        device.sync().await.unwrap();
    }
    assert_eq!(ask(&url, count).await, "3", "nothing lost, nothing doubled");
    for device in [&a, &b] {
        assert_eq!(device.names("客户").await, ["客户一", "客户三", "客户二"]);
        assert_eq!(device.value(first, Field::Occupation).await.as_deref(), Some("教师"));
        assert_eq!(device.get(late).await.revision, 2);
        assert_eq!(device.value(late, Field::Occupation).await.as_deref(), Some("医生"));
        let state = device.state().await;
        assert_eq!((state.pending, state.conflicts, state.refused), (0, 0, 0));
    }
    assert_eq!(verify_audits(bank.app.db(), bank.branch).await.unwrap(), None);
}
