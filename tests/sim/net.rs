//! The way between one machine and the server. What goes wrong on it follows from the seed.

use crate::plant::Plant;
use lq_domain::feeds::FeedId;
use lq_domain::ids::DeviceId;
use lq_protocol::access::{LookupReply, LookupRequest};
use lq_protocol::audit::{AuditQuery, AuditView, AuditsReply, AuditsRequest};
use lq_protocol::change::{ChangeResult, Outcome};
use lq_protocol::devices::DeviceView;
use lq_protocol::error::ErrorCode;
use lq_protocol::session::{
    ParametersReply, ParametersRequest, PasswordRequest, RefreshRequest, ServerInfo, SessionReply,
    SignInRequest,
};
use lq_protocol::sync::{PullReply, PullRequest, PushReply, PushRequest};
use lq_sync::{HttpTransport, News, Reply, SyncError, Transport};
use lq_testkit::random::Seeded;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use uuid::Uuid;

/// Old requests that the wire may bring up again.
const REMEMBERED: usize = 4;

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Arrives,
    /// The cable is out.
    Cut,
    /// It gets lost on its way there.
    Lost,
    /// It does its work, and the answer gets lost.
    AnswerLost,
    /// It arrives long after the device gave up.
    Late,
    /// It arrives twice.
    Twice,
    /// An older one arrives before it, once more.
    AfterAnOldOne,
}

/// A push on its way, with the token it was sent with.
type Sent = (String, PushRequest);

struct Weather {
    dice: Seeded,
    /// Nothing goes wrong.
    calm: bool,
    cut: bool,
    /// Requests until the machine dies in the middle of its work.
    dies_after: Option<u32>,
    sent: VecDeque<Sent>,
    late: VecDeque<Sent>,
    /// Feeds ever followed, and the first epoch heard of: for planted bugs.
    followed: BTreeSet<FeedId>,
    epoch: Option<Uuid>,
    /// What was answered before it was committed.
    owed: Option<Sent>,
    log: Vec<String>,
}

/// The way of one machine.
pub(crate) struct Net {
    http: HttpTransport,
    plant: Option<Plant>,
    weather: Mutex<Weather>,
    /// Whether answers to pushes wait.
    held: watch::Sender<bool>,
    /// Whether a push was answered while answers wait.
    answered: watch::Sender<bool>,
}

impl std::fmt::Debug for Net {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Net")
    }
}

impl Net {
    pub(crate) fn new(http: HttpTransport, plant: Option<Plant>, seed: u64) -> Self {
        let weather = Weather {
            dice: Seeded::new(seed),
            calm: false,
            cut: false,
            dies_after: None,
            sent: VecDeque::new(),
            late: VecDeque::new(),
            followed: BTreeSet::new(),
            epoch: None,
            owed: None,
            log: Vec::new(),
        };
        Self {
            http,
            plant,
            weather: Mutex::new(weather),
            held: watch::Sender::new(false),
            answered: watch::Sender::new(false),
        }
    }

    fn weather(&self) -> MutexGuard<'_, Weather> {
        self.weather.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn calm(&self, calm: bool) {
        let mut weather = self.weather();
        weather.calm = calm;
        weather.dies_after = None;
    }

    pub(crate) fn cut(&self, cut: bool) {
        self.weather().cut = cut;
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.weather().cut
    }

    /// After so many more requests none gets through any more, until [`Net::revive`].
    pub(crate) fn die_after(&self, requests: u32) {
        self.weather().dies_after = Some(requests);
    }

    pub(crate) fn revive(&self) {
        self.weather().dies_after = None;
    }

    /// Makes answers to pushes wait, or lets them go.
    pub(crate) fn hold(&self, held: bool) {
        self.answered.send_replace(false);
        self.held.send_replace(held);
    }

    pub(crate) fn answered(&self) -> bool {
        *self.answered.borrow()
    }

    pub(crate) fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut self.weather().log)
    }

    /// Delivers what is late. The answers reach nobody.
    pub(crate) async fn deliver_late(&self) -> u32 {
        let late = std::mem::take(&mut self.weather().late);
        let mut delivered = 0;
        for (token, request) in late {
            let answer = self.http.push(&token, &request).await;
            self.note(format!("late push of {}: {}", request.changes.len(), word(&answer)));
            delivered += 1;
        }
        delivered
    }

    fn note(&self, line: String) {
        self.weather().log.push(line);
    }

    /// What becomes of the next request; `ways` are the fates it may meet besides the common ones.
    fn fate(&self, what: &str, ways: &[Fate]) -> Fate {
        let mut weather = self.weather();
        let dead = match &mut weather.dies_after {
            Some(0) => true,
            Some(left) => {
                *left -= 1;
                false
            }
            None => false,
        };
        let fate = if weather.cut || dead {
            Fate::Cut
        } else if weather.calm {
            Fate::Arrives
        } else {
            match weather.dice.below(100) {
                0..6 => Fate::Lost,
                6..14 => Fate::AnswerLost,
                14..34 if !ways.is_empty() => weather.dice.pick(ways),
                _ => Fate::Arrives,
            }
        };
        if fate != Fate::Arrives {
            weather.log.push(format!("{what}: {fate:?}"));
        }
        fate
    }

    async fn push_through(&self, token: &str, request: &PushRequest) -> Result<PushReply, SyncError> {
        let fate = self.fate("push", &[Fate::Late, Fate::Twice, Fate::AfterAnOldOne]);
        let sent = (token.to_owned(), request.clone());
        match fate {
            Fate::Cut | Fate::Lost => return Err(SyncError::Unreachable),
            Fate::Late => {
                self.weather().late.push_back(sent);
                return Err(SyncError::Unreachable);
            }
            Fate::AfterAnOldOne => {
                let old = {
                    let mut weather = self.weather();
                    let count = weather.sent.len() as u64;
                    let at = usize::try_from(weather.dice.below(count)).unwrap_or_default();
                    weather.sent.get(at).cloned()
                };
                if let Some((token, old)) = old {
                    let answer = self.http.push(&token, &old).await;
                    self.note(format!("old push of {}: {}", old.changes.len(), word(&answer)));
                }
            }
            Fate::Twice => {
                let first = self.http.push(token, request).await;
                self.note(format!("first push: {}", word(&first)));
            }
            Fate::Arrives | Fate::AnswerLost => {}
        }
        {
            let mut weather = self.weather();
            weather.sent.push_back(sent);
            if weather.sent.len() > REMEMBERED {
                weather.sent.pop_front();
            }
        }
        let answer = self.answer(token, request).await;
        self.answered.send_replace(true);
        // The sender lives as long as the way.
        let _ = self.held.subscribe().wait_for(|held| !held).await;
        if fate == Fate::AnswerLost { Err(SyncError::Unreachable) } else { answer }
    }

    /// The server's answer to a push, with what the planted bug makes of it.
    async fn answer(&self, token: &str, request: &PushRequest) -> Result<PushReply, SyncError> {
        match self.plant {
            Some(Plant::AnsweredBeforeCommit) => self.answer_early(token, request).await,
            Some(Plant::RewoundTakenForKnown) => match self.http.push(token, request).await {
                Err(SyncError::Told(error)) if error.code == ErrorCode::SequenceRewound => {
                    Ok(all_taken(request))
                }
                other => other,
            },
            Some(Plant::RefusalSwallowed) => {
                let mut reply = self.http.push(token, request).await?;
                for outcome in &mut reply.outcomes {
                    if matches!(outcome.result, ChangeResult::Refused { .. }) {
                        outcome.result = ChangeResult::Applied;
                    }
                }
                Ok(reply)
            }
            _ => self.http.push(token, request).await,
        }
    }

    /// Answers at once and commits with the next push, unless a crash comes between.
    async fn answer_early(&self, token: &str, request: &PushRequest) -> Result<PushReply, SyncError> {
        let (owed, crash) = {
            let mut weather = self.weather();
            let crash = weather.dice.chance(30);
            (weather.owed.take(), crash)
        };
        if let Some((token, request)) = owed {
            let _ = self.http.push(&token, &request).await;
        }
        if crash {
            self.note("a crash after the answer".to_owned());
        } else {
            self.weather().owed = Some((token.to_owned(), request.clone()));
        }
        Ok(all_taken(request))
    }

    /// Commits what was answered before.
    pub(crate) async fn settle_debts(&self) {
        let owed = self.weather().owed.take();
        if let Some((token, request)) = owed {
            let _ = self.http.push(&token, &request).await;
        }
    }

    async fn pull_through(&self, token: &str, request: &PullRequest) -> Result<PullReply, SyncError> {
        match self.fate("pull", &[Fate::Twice]) {
            Fate::Arrives => self.news(token, request).await,
            Fate::Twice => {
                let _ = self.http.pull(token, request).await;
                self.news(token, request).await
            }
            Fate::AnswerLost => {
                let _ = self.http.pull(token, request).await;
                Err(SyncError::Unreachable)
            }
            _ => Err(SyncError::Unreachable),
        }
    }

    async fn news(&self, token: &str, request: &PullRequest) -> Result<PullReply, SyncError> {
        match self.plant {
            Some(Plant::EpochHidden) => {
                // The server would see through the old epoch, so it is asked with its own.
                let mut asked = request.clone();
                if asked.epoch.is_some() {
                    asked.epoch = Some(self.http.pull(token, request).await?.epoch);
                }
                let mut reply = self.http.pull(token, &asked).await?;
                reply.epoch = *self.weather().epoch.get_or_insert(reply.epoch);
                Ok(reply)
            }
            Some(Plant::FeedKept) => {
                let mut reply = self.http.pull(token, request).await?;
                let mut weather = self.weather();
                weather.followed.extend(reply.subscriptions.iter().cloned());
                reply.subscriptions = weather.followed.iter().cloned().collect();
                Ok(reply)
            }
            _ => self.http.pull(token, request).await,
        }
    }

    /// A small request: it is asked or not, and its answer arrives or not.
    async fn small<T>(
        &self,
        what: &str,
        call: impl Future<Output = Result<T, SyncError>> + Send,
    ) -> Result<T, SyncError> {
        match self.fate(what, &[]) {
            Fate::Arrives => call.await,
            Fate::AnswerLost => {
                let _ = call.await;
                Err(SyncError::Unreachable)
            }
            _ => Err(SyncError::Unreachable),
        }
    }
}

/// The answer that claims everything.
fn all_taken(request: &PushRequest) -> PushReply {
    let taken = |change: &lq_protocol::change::Change| Outcome {
        change: change.id,
        result: ChangeResult::Applied,
        record: None,
    };
    PushReply { epoch: Uuid::nil(), outcomes: request.changes.iter().map(taken).collect() }
}

fn word<T>(answer: &Result<T, SyncError>) -> &'static str {
    match answer {
        Ok(_) => "taken",
        Err(error) => error.code().as_str(),
    }
}

impl Transport for Net {
    fn server(&self) -> Reply<'_, ServerInfo> {
        Box::pin(self.small("server", self.http.server()))
    }

    fn parameters<'a>(&'a self, request: &'a ParametersRequest) -> Reply<'a, ParametersReply> {
        Box::pin(self.small("parameters", self.http.parameters(request)))
    }

    fn sign_in<'a>(&'a self, request: &'a SignInRequest) -> Reply<'a, SessionReply> {
        Box::pin(self.small("sign-in", self.http.sign_in(request)))
    }

    fn refresh<'a>(&'a self, request: &'a RefreshRequest) -> Reply<'a, SessionReply> {
        Box::pin(self.small("refresh", self.http.refresh(request)))
    }

    fn password<'a>(&'a self, token: &'a str, request: &'a PasswordRequest) -> Reply<'a, SessionReply> {
        Box::pin(self.small("password", self.http.password(token, request)))
    }

    fn push<'a>(&'a self, token: &'a str, request: &'a PushRequest) -> Reply<'a, PushReply> {
        Box::pin(self.push_through(token, request))
    }

    fn pull<'a>(&'a self, token: &'a str, request: &'a PullRequest) -> Reply<'a, PullReply> {
        Box::pin(self.pull_through(token, request))
    }

    fn wiped<'a>(&'a self, request: &'a RefreshRequest) -> Reply<'a, ()> {
        Box::pin(self.small("wiped", self.http.wiped(request)))
    }

    fn devices<'a>(&'a self, token: &'a str) -> Reply<'a, Vec<DeviceView>> {
        Box::pin(self.small("devices", self.http.devices(token)))
    }

    fn revoke<'a>(&'a self, token: &'a str, device: DeviceId) -> Reply<'a, ()> {
        Box::pin(self.small("revoke", self.http.revoke(token, device)))
    }

    fn lookup<'a>(&'a self, token: &'a str, request: &'a LookupRequest) -> Reply<'a, LookupReply> {
        Box::pin(self.small("lookup", self.http.lookup(token, request)))
    }

    fn audits<'a>(&'a self, token: &'a str, request: &'a AuditsRequest) -> Reply<'a, AuditsReply> {
        Box::pin(self.small("audits", self.http.audits(token, request)))
    }

    fn find_audits<'a>(&'a self, token: &'a str, query: &'a AuditQuery) -> Reply<'a, Vec<AuditView>> {
        Box::pin(self.small("find-audits", self.http.find_audits(token, query)))
    }

    /// Machines of the simulation run their rounds when the seed says so; they listen to nothing.
    fn events<'a>(&'a self, _token: &'a str) -> Reply<'a, Box<dyn News>> {
        Box::pin(async { Err(SyncError::Unreachable) })
    }
}
