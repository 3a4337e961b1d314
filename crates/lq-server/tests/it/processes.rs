//! Several processes on one database, one of which is killed.

use crate::bank::{Bank, Device, try_ask};
use crate::feeds::{heard, listen};
use crate::process::{PATIENCE, Process};
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::ids::BranchId;
use lq_domain::record::Record;
use lq_protocol::change::{Change, ChangeResult};
use lq_protocol::sync::PushReply;
use lq_server::verify_audits;
use sqlx::{Connection as _, PgConnection};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use uuid::Uuid;

const CLIENTS: u128 = 6;
/// Changes of a client.
const EACH: u64 = 40;
/// The last of them, which it keeps until one of the processes is gone.
const LATE: u64 = 4;
const FILTER: &str = "warn,lq_server=info";

/// What a client knows at the end.
struct Believed {
    changes: Vec<Uuid>,
    record: Record,
    /// Requests that failed, each of which was made again.
    failures: u64,
}

/// A client that makes one customer and edits it, each time at the other process, and asks the other one when one fails.
async fn work(
    mut device: Device,
    servers: [SocketAddr; 2],
    told: mpsc::UnboundedSender<SocketAddr>,
    mut killed: watch::Receiver<bool>,
) -> Believed {
    let id = device.id.0.as_u128() << 8;
    let mut changes = Vec::new();
    let mut record: Option<Record> = None;
    let mut failures = 0;
    for step in 1..=EACH {
        if step + LATE > EACH {
            killed.wait_for(|killed| *killed).await.unwrap();
        }
        let change = match &record {
            None => device.new_customer(id, &[("notes", "1")]),
            Some(record) => {
                let new = step.to_string();
                let notes = [("notes", record.get("notes"), Some(new.as_str()))];
                device.change(Feature::Customers, id, record.revision, &notes)
            }
        };
        changes.push(change.id.0);
        loop {
            let at = servers[usize::try_from((step + failures) % 2).unwrap()];
            match push(&device, at, &change).await {
                Some(after) => {
                    record = Some(after);
                    told.send(at).unwrap();
                    break;
                }
                None => failures += 1,
            }
        }
    }
    Believed { changes, record: record.unwrap(), failures }
}

/// The record after a change that is taken; nothing when the server fails.
async fn push(device: &Device, at: SocketAddr, change: &Change) -> Option<Record> {
    let body = device.push_body(std::slice::from_ref(change));
    let (status, reply) = try_ask(at, "POST", "/v1/sync/push", device.token(), Some(&body)).await.ok()?;
    if status == 503 {
        return None;
    }
    assert_eq!(status, 200, "{reply}");
    let reply: PushReply = serde_json::from_value(reply).unwrap();
    let outcome = reply.outcomes.into_iter().next().unwrap();
    assert_eq!(outcome.result, ChangeResult::Applied);
    outcome.record
}

/// Each change is in the ledger, the numbering, the audit and the feed, once.
async fn settled_once(bank: &Bank, changes: &BTreeSet<Uuid>) {
    let mut beside = PgConnection::connect(&bank.url).await.unwrap();
    let mut list = async |words: &'static str| -> Vec<Uuid> {
        sqlx::query_scalar(words).fetch_all(&mut beside).await.unwrap()
    };
    for (place, words) in [
        ("ledger", "SELECT change_id FROM changes"),
        ("numbering", "SELECT change_id FROM pushes"),
        ("audit", "SELECT change_id FROM audits WHERE change_id IS NOT NULL"),
    ] {
        let there = list(words).await;
        assert_eq!(there.len(), changes.len(), "{place}");
        assert_eq!(&there.into_iter().collect::<BTreeSet<_>>(), changes, "{place}");
    }
    let head: i64 = sqlx::query_scalar("SELECT head FROM feeds WHERE feed = $1")
        .bind(FeedId::Branch(bank.east).to_string())
        .fetch_one(&mut beside)
        .await
        .unwrap();
    assert_eq!(usize::try_from(head).unwrap(), changes.len(), "each change moved the feed once");
    for branch in [bank.east, BranchId(Uuid::nil())] {
        assert_eq!(verify_audits(bank.server.app().db(), branch).await.unwrap(), None);
    }
}

#[tokio::test]
async fn x33_a_process_killed_under_load_loses_and_doubles_nothing_and_the_other_tells_what_it_wrote() {
    let bank = Bank::open().await;
    let mut doomed = Process::serve(&bank.url, FILTER, &[]).await;
    let survivor = Process::serve(&bank.url, FILTER, &[]).await;
    let servers = [doomed.address, survivor.address];
    let manager = bank.device_at(survivor.address, "head.east", 1_000).await;
    let feed = FeedId::Branch(bank.east);
    let event = |head: usize| format!("\"feed\":\"{feed}\",\"head\":{head}}}");
    let mut events = listen(survivor.address, &manager).await;
    heard(&mut events, &event(0)).await;

    let mut first = bank.device_at(doomed.address, "rm.east", 2_000).await;
    let made = first.new_customer(1, &[]);
    let mut changes = BTreeSet::from([made.id.0]);
    let mut records = BTreeMap::from([(Uuid::from_u128(1), first.applied(made).await)]);
    heard(&mut events, &event(1)).await;

    let (told, mut acknowledged) = mpsc::unbounded_channel();
    let (kill, killed) = watch::channel(false);
    let mut clients = Vec::new();
    for number in 1..=CLIENTS {
        let login = if number % 2 == 0 { "rm.east" } else { "rm2.east" };
        let at = servers[usize::try_from(number % 2).unwrap()];
        let device = bank.device_at(at, login, number).await;
        clients.push(tokio::spawn(work(device, servers, told.clone(), killed.clone())));
    }
    drop(told);
    // A third is done, at both; the clients go on while the process dies.
    let third = usize::try_from(CLIENTS).unwrap() * usize::try_from(EACH).unwrap() / 3;
    let mut served = Vec::new();
    while served.len() < third {
        served.push(timeout(PATIENCE, acknowledged.recv()).await.expect("no progress").unwrap());
    }
    assert!(servers.iter().all(|server| served.contains(server)), "both served");
    doomed.kill().await;
    kill.send(true).unwrap();

    for client in clients {
        let believed = timeout(PATIENCE, client).await.expect("an error that no retry cures").unwrap();
        assert!(believed.failures >= LATE / 2, "it met the dead process");
        assert_eq!(believed.record.revision, EACH);
        changes.extend(believed.changes);
        records.insert(believed.record.id, believed.record);
    }
    settled_once(&bank, &changes).await;
    heard(&mut events, &event(changes.len())).await;
    let pulled = manager.pull_all().await;
    let entries = pulled.pages.into_iter().flat_map(|page| page.entries);
    let there: BTreeMap<Uuid, Record> = entries
        .filter_map(|entry| entry.record)
        .filter(|record| record.entity == Feature::Customers)
        .map(|record| (record.id, record))
        .collect();
    assert_eq!(there, records, "every record is what its client believes");
}
