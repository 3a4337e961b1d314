//! Many writers on one feed while a reader follows it: nothing may be skipped.

use crate::files::Failure;
use crate::measure::{Figure, print};
use lq_domain::access::Role;
use lq_domain::clock::{Clock, Random, Stamp};
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::ids::{BranchId, ChangeId, DeviceId, UserId};
use lq_domain::record::{FieldChange, FieldChanges};
use lq_protocol::SCHEMA;
use lq_protocol::change::{Change, ChangeResult, Channel};
use lq_protocol::error::ErrorCode;
use lq_protocol::session::{SessionReply, SignInRequest};
use lq_protocol::sync::{Cursor, PULL_MAX, PUSH_MAX, PullRequest, PushRequest};
use lq_server::admin::{NewBranch, NewSecret, NewUser, branch_add, user_add};
use lq_server::{App, Config, start};
use lq_sync::{HttpTransport, Transport as _};
use lq_testkit::postgres::{Cluster, app_at};
use lq_testkit::random::Seeded;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The secret of every user, as it crosses the wire.
const SECRET: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
/// Devices that write at the same time.
const WRITERS: u64 = 8;
/// The reader waits so long when there was nothing new.
const PAUSE: Duration = Duration::from_millis(5);
/// How long the reader may look for the last entries.
const PATIENCE: Duration = Duration::from_secs(60);

/// Writes so many entries into a branch's feed, and follows it.
pub(crate) async fn run(clock: Arc<dyn Clock>, random: Arc<dyn Random>, entries: u64) -> Result<(), Failure> {
    let cluster = Cluster::start_careful()?;
    let url = cluster.create_database().await?;
    let app = app_at(&url, clock.clone(), random).await?;
    let branch = branch_add(&app, None, NewBranch { name: "示例支行".to_owned(), parent: None }).await?.id;
    for number in 0..WRITERS {
        add(&app, branch, &format!("writer{number}"), Role::RelationshipManager).await?;
    }
    add(&app, branch, "reader", Role::Manager).await?;
    let server = start(app, &Config::local()).await?;
    let url = server.url();
    let written = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let share = entries / WRITERS + u64::from(number < entries % WRITERS);
        let writer = Writer::new(&url, clock.clone(), number).await?;
        writers.push(tokio::spawn(writer.write(share, written.clone())));
    }
    let reader =
        tokio::spawn(follow(url, FeedId::Branch(branch), written.clone(), usize::try_from(entries)?));
    for writer in writers {
        writer.await??;
    }
    let took = began.elapsed();
    let (seen, disordered) = reader.await??;
    tell(entries, took, seen, disordered);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts to be read by people")]
fn tell(entries: u64, took: Duration, seen: usize, disordered: usize) {
    let none = |name: &str, ours: f64| Figure {
        name: name.to_owned(),
        ours,
        unit: "entries",
        against: None,
        goal: Some(0.0),
    };
    let figures = [
        none("entries that the reader skipped", entries as f64 - seen as f64),
        none("entries that came out of order, or twice at one position", disordered as f64),
        Figure::told(
            format!("written by {WRITERS} devices and read beside them"),
            entries as f64 / took.as_secs_f64(),
            "entries/s",
        ),
    ];
    print(&format!("feeds, {entries} entries"), &figures);
}

async fn add(app: &App, branch: BranchId, login: &str, role: Role) -> Result<(), Failure> {
    let kdf = lq_protocol::secret::KdfParams::standard(&[7; 16]);
    let password = NewSecret { secret: SECRET.to_owned(), kdf, expired: false };
    let user = NewUser { login: login.to_owned(), name: "王芳".to_owned(), role, branch, password };
    user_add(app, None, user).await?;
    Ok(())
}

async fn sign_in(http: &HttpTransport, login: &str, device: DeviceId) -> Result<SessionReply, Failure> {
    let request = SignInRequest {
        login: login.to_owned(),
        secret: SECRET.to_owned(),
        device,
        device_name: login.to_owned(),
    };
    Ok(http.sign_in(&request).await?)
}

struct Writer {
    http: HttpTransport,
    clock: Arc<dyn Clock>,
    number: u64,
    token: String,
    user: UserId,
}

impl Writer {
    async fn new(url: &str, clock: Arc<dyn Clock>, number: u64) -> Result<Self, Failure> {
        let http = HttpTransport::new(url, None)?;
        let reply = sign_in(&http, &format!("writer{number}"), Self::device(number)).await?;
        Ok(Self { http, clock, number, token: reply.access_token, user: reply.user.id })
    }

    fn device(number: u64) -> DeviceId {
        DeviceId(Uuid::from_u128(u128::from(number) + 1))
    }

    /// Makes so many customers in pushes of every size.
    async fn write(mut self, share: u64, written: Arc<AtomicUsize>) -> Result<(), Failure> {
        let mut dice = Seeded::of_item(1, self.number);
        let mut done = 0;
        while done < share {
            let size = (1 + dice.below(PUSH_MAX as u64)).min(share - done);
            let changes: Vec<Change> =
                (done + 1..=done + size).map(|sequence| self.customer(sequence)).collect();
            let request = PushRequest {
                device: Self::device(self.number),
                incarnation: Uuid::from_u128(u128::from(self.number) + 1),
                epoch: None,
                changes,
            };
            let reply = match self.http.push(&self.token, &request).await {
                Err(error) if error.code() == ErrorCode::SignedOut => {
                    let login = format!("writer{}", self.number);
                    self.token = sign_in(&self.http, &login, request.device).await?.access_token;
                    self.http.push(&self.token, &request).await?
                }
                reply => reply?,
            };
            if reply.outcomes.iter().any(|outcome| outcome.result != ChangeResult::Applied) {
                return Err("a customer was not taken".into());
            }
            done += size;
            written.fetch_add(usize::try_from(size)?, Ordering::SeqCst);
        }
        Ok(())
    }

    fn customer(&self, sequence: u64) -> Change {
        let device = Self::device(self.number);
        let id = Uuid::from_u128(u128::from(self.number + 1) << 64 | u128::from(sequence));
        let name = FieldChange { base: None, new: Some(format!("客户{sequence}")) };
        Change {
            id: ChangeId(id),
            sequence,
            entity: Feature::Customers,
            record_id: id,
            base_revision: 0,
            seen: None,
            fields: FieldChanges::from([("name".to_owned(), name)]),
            made_at: Stamp { wall: self.clock.now(), counter: 0, device },
            actor: self.user,
            schema: SCHEMA,
            reason: None,
            channel: Channel::Form,
        }
    }
}

/// Follows a feed until it has seen everything, or nothing more comes after everything was written. How many records it saw, and how
/// many entries did not stand behind the one before.
async fn follow(
    url: String,
    feed: FeedId,
    written: Arc<AtomicUsize>,
    total: usize,
) -> Result<(usize, usize), Failure> {
    let http = HttpTransport::new(&url, None)?;
    let device = DeviceId(Uuid::from_u128(1_000));
    let mut session = sign_in(&http, "reader", device).await?;
    let (mut seen, mut disordered, mut after) = (HashSet::with_capacity(total), 0, 0);
    let mut end = None;
    while seen.len() < total && end.is_none_or(|end| Instant::now() < end) {
        if written.load(Ordering::SeqCst) == total {
            end.get_or_insert_with(|| Instant::now() + PATIENCE);
        }
        let request = PullRequest {
            device,
            epoch: Some(session.epoch),
            cursors: vec![Cursor { feed: feed.clone(), after, anew: 0 }],
            limit: PULL_MAX,
            schema: SCHEMA,
            held: None,
        };
        let reply = match http.pull(&session.access_token, &request).await {
            Err(error) if error.code() == ErrorCode::SignedOut => {
                session = sign_in(&http, "reader", device).await?;
                continue;
            }
            reply => reply?,
        };
        let before = after;
        for page in reply.pages.into_iter().filter(|page| page.feed == feed) {
            for entry in page.entries {
                disordered += usize::from(entry.position <= after);
                after = after.max(entry.position);
                seen.insert(entry.record_id);
            }
            after = after.max(page.next);
        }
        if after == before {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok((seen.len(), disordered))
}
