//! What only the server writes: accounts and blocks of transactions.

use crate::Fixture;
use chrono::NaiveDate;
use lq_domain::accounts::{self, Account};
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::ids::{AccountId, CustomerId};
use lq_domain::record::Record;
use lq_domain::transactions::{self, Direction, Transaction, TransactionQuery, block_id, write_rows};
use lq_domain::values::Money;
use lq_protocol::sync::{FeedEntry, FeedPage};
use uuid::Uuid;

const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(50));
const ACCOUNT: AccountId = AccountId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0051));

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn account(revision: u64, balance: i64, count: u64) -> Record {
    let mut record = accounts::new_record(ACCOUNT, Timestamp(crate::NOW));
    record.revision = revision;
    for (field, value) in [
        (accounts::CUSTOMER, CUSTOMER.to_string()),
        (accounts::KIND, "current".to_owned()),
        (accounts::NUMBER, "6222021000000000017".to_owned()),
        (accounts::OPENING, "100000".to_owned()),
        (accounts::BALANCE, balance.to_string()),
        (accounts::COUNT, count.to_string()),
    ] {
        record.set(field, Some(value));
    }
    record
}

fn booked(reference: &str, on: u32, minor: i64, purpose: &str, other: Option<&str>) -> Transaction {
    Transaction {
        reference: reference.to_owned(),
        at: Timestamp::of_china_day(day(on)).plus_millis(3_600_000),
        amount: Money::from_minor(minor).unwrap(),
        purpose: purpose.to_owned(),
        counterparty: other.map(str::to_owned),
        merchant: Some(5812),
    }
}

fn block(revision: u64, rows: &[Transaction]) -> Record {
    let mut record = Record::new(Feature::Transactions, block_id(ACCOUNT, 0), Timestamp(crate::NOW));
    record.revision = revision;
    record.set(transactions::ACCOUNT, Some(ACCOUNT.to_string()));
    record.set(accounts::CUSTOMER, Some(CUSTOMER.to_string()));
    record.set(transactions::ROWS, Some(write_rows(rows)));
    record
}

fn rows() -> Vec<Transaction> {
    vec![
        booked("LQ1", 9, 30_000, "代发工资", Some("某\"公司\"")),
        booked("LQ2", 10, -2_560, "消费", Some("面馆")),
        booked("LQ3", 12, -100, "消费", None),
    ]
}

/// One page of the portfolio; a record that is none has left it.
pub(crate) async fn tell(fixture: &Fixture, position: u64, told: Vec<(Feature, Uuid, Option<Record>)>) {
    let entry = |(entity, record_id, record)| FeedEntry { position, entity, record_id, record };
    let page = FeedPage {
        feed: FeedId::Bank,
        entries: told.into_iter().map(entry).collect(),
        next: position,
        head: position,
        resync: false,
    };
    fixture.store.apply(&page).await.unwrap();
}

/// A customer with an account and what was booked on it.
pub(crate) fn customer(id: Uuid) -> Vec<Record> {
    let mut record = Record::new(Feature::Customers, id, Timestamp(crate::NOW));
    record.revision = 1;
    for (field, value) in [
        ("kind", "personal"),
        ("name", "欧阳静雯"),
        ("mobile", "13812345678"),
        ("document_type", "resident_id"),
        ("document_number", "11010519491231002X"),
        ("notes", "结婚二十周年"),
    ] {
        record.set(field, Some(value.to_owned()));
    }
    vec![record, account(1, 1, 1), block(1, &[booked("LQ1", 9, 1, "转出", Some("某某装修公司"))])]
}

async fn told() -> Fixture {
    let fixture = Fixture::new().await;
    let (account, block) = (account(1, 127_340, 3), block(1, &rows()));
    tell(
        &fixture,
        1,
        vec![(Feature::Transactions, block.id, Some(block)), (Feature::Accounts, account.id, Some(account))],
    )
    .await;
    fixture
}

async fn references(fixture: &Fixture, query: &TransactionQuery) -> Vec<String> {
    let rows = fixture.store.transactions(query, 0, 50).await.unwrap();
    rows.into_iter().map(|row| row.transaction.reference).collect()
}

#[tokio::test]
async fn x5_a_block_is_rows_that_can_be_asked_for_newest_first() {
    let fixture = told().await;
    let all = TransactionQuery::of(CUSTOMER);
    let read = fixture.store.transactions(&all, 0, 50).await.unwrap();
    let mut told = rows();
    told.reverse();
    assert_eq!(read.iter().map(|row| row.transaction.clone()).collect::<Vec<_>>(), told);
    assert!(read.iter().all(|row| row.account == ACCOUNT));
    let found = fixture.store.accounts(CUSTOMER).await.unwrap();
    assert_eq!(
        (Account(&found[0]).number(), Account(&found[0]).balance().minor()),
        ("6222021000000000017", 127_340)
    );
    for (query, expected) in [
        (TransactionQuery { direction: Some(Direction::Out), ..all.clone() }, vec!["LQ3", "LQ2"]),
        (TransactionQuery { direction: Some(Direction::In), ..all.clone() }, vec!["LQ1"]),
        (TransactionQuery { from: Some(day(10)), to: Some(day(10)), ..all.clone() }, vec!["LQ2"]),
        (
            TransactionQuery { least: Some(Money::from_minor(2_560).unwrap()), ..all.clone() },
            vec!["LQ2", "LQ1"],
        ),
        (TransactionQuery { text: " 面馆 ".to_owned(), ..all.clone() }, vec!["LQ2"]),
        (TransactionQuery { text: "lq3".to_owned(), ..all.clone() }, vec!["LQ3"]),
        (TransactionQuery { text: "%".to_owned(), ..all.clone() }, vec![]),
        (TransactionQuery { account: Some(AccountId(Uuid::nil())), ..all.clone() }, vec![]),
        (TransactionQuery::of(CustomerId(Uuid::nil())), vec![]),
    ] {
        assert_eq!(references(&fixture, &query).await, expected, "{query:?}");
    }
    assert_eq!(fixture.store.transactions(&all, 1, 1).await.unwrap()[0].transaction.reference, "LQ2");
    let turnover = fixture.store.turnover(&all).await.unwrap();
    assert_eq!((turnover[0].count, turnover[0].came.minor(), turnover[0].went.minor()), (3, 30_000, -2_660));
    let mut valued = rows();
    valued.push(Transaction::valuation(Timestamp(crate::NOW), Money::from_minor(999).unwrap()));
    tell(&fixture, 2, vec![(Feature::Transactions, block_id(ACCOUNT, 0), Some(block(2, &valued)))]).await;
    let turnover = fixture.store.turnover(&all).await.unwrap();
    assert_eq!((turnover[0].count, turnover[0].came.minor()), (4, 30_000), "a price is no payment");
    let moves = fixture.store.moves(CUSTOMER, day(10)).await.unwrap();
    assert_eq!(
        moves[&ACCOUNT].iter().map(|(day, sum)| (day.to_string(), *sum)).collect::<Vec<_>>(),
        [("2026-11-10".to_owned(), -2_560), ("2026-11-12".to_owned(), -100), ("2026-11-24".to_owned(), 999)]
    );
}

#[tokio::test]
async fn a_block_that_grew_replaces_what_was_and_an_older_answer_changes_nothing() {
    let fixture = told().await;
    let mut more = rows();
    more.push(booked("LQ4", 13, 500, "利息", None));
    let id = block_id(ACCOUNT, 0);
    tell(&fixture, 2, vec![(Feature::Transactions, id, Some(block(2, &more)))]).await;
    tell(&fixture, 3, vec![(Feature::Transactions, id, Some(block(1, &rows())))]).await;
    let all = TransactionQuery::of(CUSTOMER);
    assert_eq!(references(&fixture, &all).await, ["LQ4", "LQ3", "LQ2", "LQ1"]);
    tell(&fixture, 4, vec![(Feature::Accounts, ACCOUNT.0, Some(account(3, 1, 4)))]).await;
    tell(&fixture, 5, vec![(Feature::Accounts, ACCOUNT.0, Some(account(2, 2, 4)))]).await;
    let found = fixture.store.accounts(CUSTOMER).await.unwrap();
    assert_eq!((found.len(), Account(&found[0]).balance().minor()), (1, 1));
}

#[tokio::test]
async fn x10_what_leaves_the_feed_leaves_the_device() {
    let fixture = told().await;
    tell(
        &fixture,
        2,
        vec![(Feature::Transactions, block_id(ACCOUNT, 0), None), (Feature::Accounts, ACCOUNT.0, None)],
    )
    .await;
    assert_eq!(references(&fixture, &TransactionQuery::of(CUSTOMER)).await, [] as [&str; 0]);
    assert!(fixture.store.accounts(CUSTOMER).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_restored_server_is_believed_and_what_it_has_forgotten_leaves() {
    let fixture = told().await;
    let id = block_id(ACCOUNT, 0);
    tell(&fixture, 2, vec![(Feature::Transactions, id, Some(block(7, &rows())))]).await;
    fixture.store.begin_epoch().await.unwrap();
    tell(&fixture, 1, vec![(Feature::Transactions, id, Some(block(1, &rows()[..1])))]).await;
    fixture.store.finish_reading().await.unwrap();
    assert_eq!(references(&fixture, &TransactionQuery::of(CUSTOMER)).await, ["LQ1"]);
    assert!(fixture.store.accounts(CUSTOMER).await.unwrap().is_empty(), "no feed told of it");
}

#[tokio::test]
async fn a_block_that_is_none_is_refused_as_a_whole_page() {
    let fixture = told().await;
    let mut broken = block(2, &[]);
    broken.set(transactions::ROWS, Some("[[1]]".to_owned()));
    let entry =
        FeedEntry { position: 2, entity: Feature::Transactions, record_id: broken.id, record: Some(broken) };
    let page = FeedPage { feed: FeedId::Bank, entries: vec![entry], next: 2, head: 2, resync: false };
    assert!(fixture.store.apply(&page).await.is_err());
    assert_eq!(references(&fixture, &TransactionQuery::of(CUSTOMER)).await.len(), 3);
    assert_eq!(fixture.store.cursors().await.unwrap()[0].after, 1);
}
