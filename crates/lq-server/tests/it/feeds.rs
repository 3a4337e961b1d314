//! What devices hear of.

use crate::bank::{Bank, Device};
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_protocol::sync::{Cursor, FeedPage, PULL_MAX, PullReply};
use lq_server::{App, Config, admin, start};
use lq_testkit::postgres::app_at;
use lq_testkit::random::SeededRandom;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

fn page<'a>(reply: &'a PullReply, feed: &FeedId) -> &'a FeedPage {
    reply.pages.iter().find(|page| page.feed == *feed).unwrap()
}

/// Ids of the customers that a device would hold after an answer to its first pull.
fn customers(reply: &PullReply) -> BTreeSet<u128> {
    let entries = reply.pages.iter().flat_map(|page| &page.entries);
    let kept = entries.filter(|entry| entry.entity == Feature::Customers && entry.record.is_some());
    kept.map(|entry| entry.record_id.as_u128()).collect()
}

pub(crate) fn cursors(reply: &PullReply) -> Vec<Cursor> {
    reply.pages.iter().map(|page| Cursor { feed: page.feed.clone(), after: page.next, anew: 0 }).collect()
}

#[tokio::test]
async fn f4_2_each_role_gets_the_customers_of_its_scope() {
    let bank = Bank::open().await;
    let mut rm = bank.device("rm.east", 1).await;
    let mut below = bank.device("rm.below", 2).await;
    let mut west = bank.device("rm.west", 3).await;
    for (device, id) in [(&mut rm, 1), (&mut below, 2), (&mut west, 3)] {
        let made = device.new_customer(id, &[]);
        device.applied(made).await;
    }
    for (number, (login, expected)) in [
        ("rm.east", BTreeSet::from([1])),
        ("rm2.east", BTreeSet::new()),
        ("staff.east", BTreeSet::from([1, 2])),
        ("head.east", BTreeSet::from([1, 2])),
        ("risk.east", BTreeSet::from([1, 2])),
        ("head.west", BTreeSet::from([3])),
        ("admin", BTreeSet::new()),
    ]
    .into_iter()
    .enumerate()
    {
        let device = bank.device(login, 10 + number as u128).await;
        assert_eq!(customers(&device.pull_all().await), expected, "{login}");
    }
}

#[tokio::test]
async fn the_banks_feed_names_colleagues_and_branches() {
    let bank = Bank::open().await;
    let device = bank.device("rm.east", 1).await;
    let reply = device.pull_all().await;
    assert!(!reply.more);
    let bank_page = page(&reply, &FeedId::Bank);
    let named = |entity: Feature| bank_page.entries.iter().filter(|entry| entry.entity == entity).count();
    assert_eq!((named(Feature::Branches), named(Feature::Users)), (3, 9));
    let below = bank_page.entries.iter().find(|entry| entry.record_id == bank.below_east.0).unwrap();
    assert_eq!(below.record.as_ref().unwrap().get("parent"), Some(bank.east.to_string().as_str()));
    let again = device.pull(cursors(&reply), PULL_MAX).await;
    assert!(again.pages.is_empty() && !again.more, "nothing new, nothing sent");
}

#[tokio::test]
async fn a_customer_that_is_given_away_leaves_one_portfolio_and_enters_the_other() {
    let bank = Bank::open().await;
    let mut rm = bank.device("rm.east", 1).await;
    let below = bank.device("rm.below", 2).await;
    let mut head = bank.device("head.east", 3).await;
    let made = rm.new_customer(1, &[]);
    rm.applied(made).await;
    let before = rm.pull_all().await;
    let (old, new) = (rm.session.user.id.to_string(), below.session.user.id.to_string());
    let give = head.change(Feature::Customers, 1, 1, &[("owner", Some(&old), Some(&new))]);
    let record = head.applied(give).await;
    assert_eq!(
        record.get("branch"),
        Some(bank.below_east.to_string().as_str()),
        "the branch follows the owner"
    );
    let news = rm.pull(cursors(&before), PULL_MAX).await;
    let portfolio = page(&news, &FeedId::Portfolio(bank.east, rm.session.user.id));
    assert_eq!(portfolio.entries.len(), 1);
    assert_eq!(portfolio.entries[0].record, None, "removed, without a byte of it");
    assert_eq!(customers(&below.pull_all().await), BTreeSet::from([1]));
    assert_eq!(customers(&head.pull_all().await), BTreeSet::from([1]));
}

#[tokio::test]
async fn x33_who_was_away_for_longer_than_removals_are_remembered_takes_the_feed_anew() {
    const DAY: i64 = 24 * 60 * 60 * 1_000;
    let bank = Bank::open().await;
    let mut rm = bank.device("rm.east", 1).await;
    let below = bank.device("rm.below", 2).await;
    let mut head = bank.device("head.east", 3).await;
    for id in 1..=3 {
        let made = rm.new_customer(id, &[]);
        rm.applied(made).await;
    }
    let before = rm.pull_all().await;
    let (old, new) = (rm.session.user.id.to_string(), below.session.user.id.to_string());
    let give = head.change(Feature::Customers, 1, 1, &[("owner", Some(&old), Some(&new))]);
    head.applied(give).await;
    let app = bank.server.app();
    assert_eq!(admin::feeds_compact(app, 180).await.unwrap(), 0, "it is remembered for a while");
    bank.clock.advance(181 * DAY);
    assert_eq!(admin::feeds_compact(app, 180).await.unwrap(), 2, "from the portfolio and from the branch");
    let rm = bank.device("rm.east", 1).await;
    let portfolio = FeedId::Portfolio(bank.east, rm.session.user.id);
    let mut known = cursors(&before);
    let mut told = BTreeSet::new();
    for first in [true, false, false] {
        let reply = rm.pull(known.clone(), 2).await;
        told.extend(customers(&reply));
        if let Some(page) = reply.pages.iter().find(|page| page.feed == portfolio) {
            assert_eq!(page.resync, first, "begun anew once, however many pages it has");
            known.retain(|cursor| cursor.feed != portfolio);
            known.push(Cursor { feed: portfolio.clone(), after: page.next, anew: page.head });
        }
    }
    assert_eq!(told, BTreeSet::from([2, 3]));
    let news = bank.device("rm.below", 2).await.pull_all().await;
    assert!(news.pages.iter().all(|page| !page.resync), "who has nothing has nothing to let go of");
}

#[tokio::test]
async fn f1_3_a_first_pull_comes_in_pages_that_can_be_resumed() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    let batch: Vec<_> = (1..=25).map(|id| device.new_customer(id, &[])).collect();
    device.push(&batch).await;
    let mut known: Vec<Cursor> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut pages = 0;
    loop {
        let reply = device.pull(known.clone(), 7).await;
        seen.extend(customers(&reply));
        pages += 1;
        known = cursors(&reply);
        if !reply.more {
            break;
        }
    }
    assert_eq!(seen.len(), 25);
    assert!(pages >= 5, "{pages}");
}

#[tokio::test]
async fn a_new_epoch_makes_devices_take_everything_anew() {
    let bank = Bank::open().await;
    let mut device = bank.device("rm.east", 1).await;
    let made = device.new_customer(1, &[]);
    device.applied(made).await;
    let before = device.pull_all().await;
    let app = bank.server.app();
    app.db().renew_epoch(app.clock(), app.random()).await.unwrap();
    let after = device.pull(cursors(&before), PULL_MAX).await;
    assert_ne!(after.epoch, before.epoch);
    assert_eq!(customers(&after), BTreeSet::from([1]));
}

/// Reads a feed beside its writers, and notes every record that it came by.
async fn follow(device: &Device, expected: usize) -> BTreeSet<u128> {
    let mut known = Vec::new();
    let mut seen = BTreeSet::new();
    while seen.len() < expected {
        let reply = device.pull(known.clone(), 5).await;
        seen.extend(customers(&reply));
        for cursor in cursors(&reply) {
            known.retain(|old: &Cursor| old.feed != cursor.feed);
            known.push(cursor);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    seen
}

#[tokio::test]
async fn x33_a_reader_beside_many_writers_skips_nothing() {
    const WRITERS: u128 = 4;
    const EACH: u128 = 15;
    let bank = Bank::open().await;
    let head = bank.device("head.east", 1).await;
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let mut device = bank.device("rm.east", 100 + number).await;
        writers.push(async move {
            for id in 0..EACH {
                let made = device.new_customer(1_000 * (number + 1) + id, &[]);
                device.push(&[made]).await;
            }
        });
    }
    let total = usize::try_from(WRITERS * EACH).unwrap();
    let reading = tokio::time::timeout(Duration::from_secs(60), follow(&head, total));
    let (seen, _) = tokio::join!(reading, futures_util::future::join_all(writers));
    assert_eq!(seen.expect("something was skipped").len(), total);
}

/// Opens an event stream.
pub(crate) async fn listen(address: std::net::SocketAddr, device: &Device) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let token = &device.session.access_token;
    let head = format!("GET /v1/sync/events HTTP/1.1\r\nhost: bank\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    BufReader::new(stream)
}

/// Waits for an event that names a feed at a position.
pub(crate) async fn heard(reader: &mut BufReader<TcpStream>, wanted: &str) {
    let waiting = async {
        loop {
            let mut line = String::new();
            assert_ne!(reader.read_line(&mut line).await.unwrap(), 0, "the stream ended");
            if line.starts_with("data:") && line.contains(wanted) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("nothing heard");
}

#[tokio::test]
async fn a_device_at_another_process_hears_of_news() {
    let bank = Bank::open().await;
    let app: App = app_at(&bank.url, bank.clock.clone(), Arc::new(SeededRandom::new(8))).await.unwrap();
    let other = start(app, &Config::local()).await.unwrap();
    let head = bank.device("head.east", 1).await;
    let mut reader = listen(other.address(), &head).await;
    let feed = FeedId::Branch(bank.east).to_string();
    heard(&mut reader, &format!("\"feed\":\"{feed}\",\"head\":0")).await;
    let mut rm = bank.device("rm.east", 2).await;
    let made = rm.new_customer(1, &[]);
    rm.applied(made).await;
    heard(&mut reader, &format!("\"feed\":\"{feed}\",\"head\":1")).await;
    other.stop().await.unwrap();
}
