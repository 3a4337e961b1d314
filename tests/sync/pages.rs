//! The order of requests and writes while several pages come in, with a server that follows a script.

use lq_domain::clock::{Clock as _, Timestamp};
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::ids::{BranchId, DeviceId, UserId};
use lq_domain::record::Record;
use lq_protocol::access::{LookupReply, LookupRequest};
use lq_protocol::audit::{AuditQuery, AuditView, AuditsReply, AuditsRequest};
use lq_protocol::devices::DeviceView;
use lq_protocol::session::{
    ParametersReply, ParametersRequest, PasswordRequest, RefreshRequest, ServerInfo, SessionReply,
    SignInRequest,
};
use lq_protocol::sync::{FeedEntry, FeedPage, PullReply, PullRequest, PushReply, PushRequest};
use lq_store::Store;
use lq_store::facts::Membership;
use lq_store::key::DataKey;
use lq_sync::{Credentials, Engine, News, Parts, Reply, SyncError, Transport};
use lq_testkit::clock::FixedClock;
use lq_testkit::random::SeededRandom;
use lq_testkit::staff::manager;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::Notify;
use uuid::Uuid;

const EPOCH: Uuid = Uuid::from_u128(5);
/// Longer than any write of these tests takes.
const LONG: Duration = Duration::from_secs(20);

fn feed() -> FeedId {
    FeedId::Portfolio(BranchId(Uuid::from_u128(3)), UserId(Uuid::from_u128(4)))
}

/// One answer of the script: what becomes of a customer at this position, of so many.
fn answer(position: u64, customer: u128, there: bool, of: u64) -> PullReply {
    let record_id = Uuid::from_u128(customer);
    let mut record = Record::new(Feature::Customers, record_id, Timestamp(1));
    record.revision = 1;
    record.set("name", Some(format!("客户{customer}")));
    let entry =
        FeedEntry { position, entity: Feature::Customers, record_id, record: there.then_some(record) };
    let page = FeedPage { feed: feed(), entries: vec![entry], next: position, head: of, resync: false };
    reply(vec![page], position < of)
}

fn reply(pages: Vec<FeedPage>, more: bool) -> PullReply {
    let server_time = FixedClock::default().now().0;
    PullReply { epoch: EPOCH, server_time, subscriptions: vec![feed()], pages, more }
}

/// What happens to the one writer of the store before an answer.
#[derive(Clone, Copy)]
enum Hold {
    /// It is taken before the first answer, until the next request arrives.
    UntilAsked,
    /// It is taken for a while before each answer.
    ForAWhile,
}

/// A server that answers as the script says and is gone when that is at its end, and notes how many customers the device held when
/// it was asked. Whatever has left the device has left its files by then.
struct Script {
    store: Arc<Store>,
    hold: Hold,
    answers: Mutex<VecDeque<PullReply>>,
    held: Mutex<Vec<(u64, u64)>>,
    asked: Arc<Notify>,
}

impl Script {
    async fn pulled(&self, request: &PullRequest) -> Result<PullReply, SyncError> {
        self.asked.notify_waiters();
        let after = request.cursors.iter().map(|cursor| cursor.after).sum();
        let held = self.store.held().await?;
        assert!(!self.store.is_scrub_due().await?, "the positions are a receipt");
        self.held.lock().unwrap().push((after, held));
        let next = self.answers.lock().unwrap().pop_front().ok_or(SyncError::Unreachable)?;
        if !next.pages.is_empty() && (after == 0 || matches!(self.hold, Hold::ForAWhile)) {
            self.take_writer().await;
        }
        Ok(next)
    }

    /// Whoever wants to write waits from here on.
    async fn take_writer(&self) {
        let (taken, store, asked, hold) =
            (Arc::new(Notify::new()), self.store.clone(), self.asked.clone(), self.hold);
        let ready = taken.clone();
        tokio::spawn(async move {
            let writing = store.write().await.unwrap();
            let asked = asked.notified();
            ready.notify_one();
            match hold {
                Hold::UntilAsked => asked.await,
                Hold::ForAWhile => tokio::time::sleep(Duration::from_millis(300)).await,
            }
            drop(writing);
        });
        taken.notified().await;
    }
}

fn nobody<'a, T: Send + 'a>() -> Reply<'a, T> {
    Box::pin(async { Err(SyncError::Unreachable) })
}

impl Transport for Script {
    fn pull<'a>(&'a self, _: &'a str, request: &'a PullRequest) -> Reply<'a, PullReply> {
        Box::pin(self.pulled(request))
    }
    fn server(&self) -> Reply<'_, ServerInfo> {
        nobody()
    }
    fn parameters<'a>(&'a self, _: &'a ParametersRequest) -> Reply<'a, ParametersReply> {
        nobody()
    }
    fn sign_in<'a>(&'a self, _: &'a SignInRequest) -> Reply<'a, SessionReply> {
        nobody()
    }
    fn refresh<'a>(&'a self, _: &'a RefreshRequest) -> Reply<'a, SessionReply> {
        nobody()
    }
    fn password<'a>(&'a self, _: &'a str, _: &'a PasswordRequest) -> Reply<'a, SessionReply> {
        nobody()
    }
    fn push<'a>(&'a self, _: &'a str, _: &'a PushRequest) -> Reply<'a, PushReply> {
        nobody()
    }
    fn wiped<'a>(&'a self, _: &'a RefreshRequest) -> Reply<'a, ()> {
        nobody()
    }
    fn devices<'a>(&'a self, _: &'a str) -> Reply<'a, Vec<DeviceView>> {
        nobody()
    }
    fn revoke<'a>(&'a self, _: &'a str, _: DeviceId) -> Reply<'a, ()> {
        nobody()
    }
    fn lookup<'a>(&'a self, _: &'a str, _: &'a LookupRequest) -> Reply<'a, LookupReply> {
        nobody()
    }
    fn audits<'a>(&'a self, _: &'a str, _: &'a AuditsRequest) -> Reply<'a, AuditsReply> {
        nobody()
    }
    fn find_audits<'a>(&'a self, _: &'a str, _: &'a AuditQuery) -> Reply<'a, Vec<AuditView>> {
        nobody()
    }
    fn events<'a>(&'a self, _: &'a str) -> Reply<'a, Box<dyn News>> {
        nobody()
    }
}

/// A session of the user whose feed it is.
fn session() -> SessionReply {
    let branch = BranchId(Uuid::from_u128(3));
    SessionReply {
        access_token: "token".to_owned(),
        expires_at: i64::MAX,
        refresh_token: "refresh".to_owned(),
        epoch: EPOCH,
        server_name: "示例银行".to_owned(),
        user: manager(UserId(Uuid::from_u128(4)), branch),
        password_expired: false,
        offline_days: 30,
        sample: false,
        recovery: None,
    }
}

/// A device at a server that answers so.
struct Desk {
    engine: Engine,
    store: Arc<Store>,
    script: Arc<Script>,
    _folder: TempDir,
}

impl Desk {
    async fn round(&self) -> Result<(), SyncError> {
        let round = tokio::time::timeout(LONG, self.engine.round()).await;
        // Nothing waits for ever.
        round.unwrap().map(drop)
    }

    /// Where it asked from, and what it held then.
    fn asked(&self) -> Vec<(u64, u64)> {
        self.script.held.lock().unwrap().clone()
    }
}

async fn desk(hold: Hold, answers: Vec<PullReply>) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let (clock, random) = (Arc::new(FixedClock::default()), Arc::new(SeededRandom::new(1)));
    let (device, key) = (DeviceId(Uuid::from_u128(9)), DataKey::new(random.as_ref()));
    let path = folder.path().join("store.db");
    let store = Arc::new(Store::create(&path, &key, device, clock.clone(), random.clone()).await.unwrap());
    let membership = Membership {
        server: "http://127.0.0.1".to_owned(),
        name: "示例银行".to_owned(),
        refresh_token: "refresh".to_owned(),
        epoch: Some(EPOCH),
        last_contact: clock.now(),
        offline_days: 30,
    };
    store.set_membership(&membership).await.unwrap();
    let script = Arc::new(Script {
        store: store.clone(),
        hold,
        answers: Mutex::new(answers.into()),
        held: Mutex::new(Vec::new()),
        asked: Arc::new(Notify::new()),
    });
    let engine = Engine::new(Parts {
        store: store.clone(),
        transport: script.clone(),
        clock,
        random,
        device,
        credentials: Credentials {
            login: "wangfang".to_owned(),
            device_name: "desk".to_owned(),
            secret: String::new().into(),
        },
    });
    engine.adopt(session()).await.unwrap();
    Desk { engine, store, script, _folder: folder }
}

#[tokio::test]
async fn the_next_page_is_asked_for_before_one_is_written() {
    let answers = (1..=3).map(|position| answer(position, u128::from(position), true, 3)).collect();
    let desk = desk(Hold::UntilAsked, answers).await;
    desk.round().await.unwrap();
    assert_eq!(desk.asked()[..2], [(0, 0), (1, 0)]);
    assert_eq!(desk.store.held().await.unwrap(), 3);
    assert_eq!(desk.store.cursors().await.unwrap()[0].after, 3);
}

#[tokio::test]
async fn s7_1_nothing_is_asked_for_behind_a_removal_before_the_customer_has_left() {
    let nothing = reply(Vec::new(), false);
    let answers = vec![
        answer(1, 1, true, 4),
        answer(2, 2, true, 4),
        answer(3, 1, false, 4),
        answer(4, 3, true, 4),
        nothing,
    ];
    let desk = desk(Hold::ForAWhile, answers).await;
    desk.round().await.unwrap();
    let asked = desk.asked();
    let (_, behind) = asked.iter().find(|(after, _)| *after == 3).unwrap();
    assert_eq!(*behind, 1, "customer 1 has left when the device says that it has read so far");
    assert_eq!(asked.last(), Some(&(4, 2)), "and the last request is the receipt of all");
    assert_eq!(desk.store.held().await.unwrap(), 2);
}

#[tokio::test]
async fn s7_1_a_round_that_was_cut_off_behind_a_removal_leaves_the_overwriting_to_the_next() {
    let answers = vec![answer(1, 1, true, 3), answer(2, 1, false, 2)];
    let desk = desk(Hold::UntilAsked, answers).await;
    assert!(matches!(desk.round().await, Err(SyncError::Unreachable)), "the receipt reached nobody");
    // As if the process had ended before it was overwritten.
    let FeedPage { entries, .. } = answer(3, 2, true, 3).pages.remove(0);
    let put = FeedPage { feed: feed(), entries, next: 3, head: 3, resync: false };
    desk.store.apply(&put).await.unwrap();
    let gone = FeedPage { next: 4, head: 4, ..answer(4, 2, false, 4).pages.remove(0) };
    desk.store.apply(&gone).await.unwrap();
    assert!(desk.store.is_scrub_due().await.unwrap());
    desk.script.answers.lock().unwrap().push_back(reply(Vec::new(), false));
    desk.round().await.unwrap();
    assert!(!desk.store.is_scrub_due().await.unwrap());
    assert_eq!(desk.asked().last(), Some(&(4, 0)));
}
