//! One round: what was changed here goes out, what was changed elsewhere comes in.

use crate::engine::{Engine, Reach, Status};
use crate::error::SyncError;
use lq_domain::clock::Timestamp;
use lq_protocol::SCHEMA;
use lq_protocol::audit::{AUDITS_MAX, AuditsRequest, hex};
use lq_protocol::change::{Change, ChangeResult, Outcome};
use lq_protocol::error::ErrorCode;
use lq_protocol::sync::{Cursor, PULL_MAX, PUSH_MAX, PullReply, PullRequest, PushRequest};
use lq_store::facts::Membership;
use lq_store::rounds::Round;
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// Renumberings within one round; more of them mean that something else is wrong.
const RENUMBERINGS: u32 = 3;
/// New lives of the server's database within one round; more of them mean that something else is wrong.
const EPOCHS: u32 = 3;
/// Progress is told while at least this many entries are missing.
const MANY: u64 = 500;
/// How often it is noted that the server was there; the days without it are counted.
const CONTACT_MILLIS: i64 = 60 * 1000;
/// How often a round that moved nothing is noted after another: a day of them would push what happened out of the log, and cost a write
/// each. Until then the engine knows when it last succeeded.
const QUIET_MILLIS: i64 = 10 * 60 * 1000;
/// A clock that differs by less is right enough.
const CLOCK_MILLIS: i64 = 2 * 60 * 1000;

/// What a round moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Changes sent and answered.
    pub pushed: u32,
    /// Entries received.
    pub pulled: u32,
}

/// Whether an answer takes a record from the device.
fn removes(reply: &PullReply) -> bool {
    reply.pages.iter().flat_map(|page| &page.entries).any(|entry| entry.record.is_none())
}

/// Whether an answer takes a whole feed from the device.
fn ends_feed(reply: &PullReply, cursors: &[Cursor]) -> bool {
    cursors.iter().any(|cursor| !reply.subscriptions.contains(&cursor.feed))
}

/// An answer with what was asked.
struct Asked {
    epoch: Option<Uuid>,
    cursors: Vec<Cursor>,
    reply: PullReply,
}

/// Where the device stands once it has taken an answer.
fn read_on(cursors: &[Cursor], reply: &PullReply) -> Vec<Cursor> {
    let mut then = cursors.to_vec();
    for page in &reply.pages {
        match then.iter_mut().find(|cursor| cursor.feed == page.feed) {
            Some(cursor) => *cursor = Cursor::with(Some(cursor), page),
            None => then.push(Cursor::with(None, page)),
        }
    }
    then
}

/// How a pull ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pulled {
    /// Everything there is was taken.
    All,
    /// The server's database began a new life: what it may have forgotten has to be sent before anything is taken.
    NewEpoch,
}

impl Engine {
    /// Runs one round, after the one that runs already.
    ///
    /// # Errors
    /// [`SyncError`]; what was exchanged before the error stays.
    pub async fn round(&self) -> Result<Totals, SyncError> {
        let _one = self.one_round.lock().await;
        let began = self.now();
        self.status.send_modify(|status| status.running = true);
        let mut totals = Totals::default();
        let result = tokio::select! {
            () = self.until_stopped() => Err(SyncError::Stopped),
            result = self.exchange(&mut totals) => result,
        };
        let error = result.as_ref().err().map(SyncError::code);
        if !matches!(result, Err(SyncError::Stopped)) {
            self.note(began, totals, error).await;
        }
        let now = self.now();
        self.status.send_modify(|status| end(status, &result, now));
        result.map(|()| totals)
    }

    async fn note(&self, began: Timestamp, totals: Totals, error: Option<ErrorCode>) {
        let quiet = error.is_none() && totals == Totals::default();
        let mut noted = self.quiet.lock().await;
        let since = noted.map(|noted| began.0.saturating_sub(noted.0));
        if quiet && since.is_some_and(|since| (0..QUIET_MILLIS).contains(&since)) {
            return;
        }
        *noted = quiet.then_some(began);
        let took_ms = u32::try_from(self.now().0.saturating_sub(began.0)).unwrap_or_default();
        let round = Round { at: began, took_ms, pushed: totals.pushed, pulled: totals.pulled, error };
        if let Err(error) = self.parts.store.add_round(&round).await {
            tracing::warn!(%error, "a round was not noted");
        }
    }

    async fn exchange(&self, totals: &mut Totals) -> Result<(), SyncError> {
        for _ in 0..EPOCHS {
            self.push(totals).await?;
            self.deliver_audits().await?;
            if self.pull(totals).await? == Pulled::All {
                return Ok(());
            }
        }
        Err(SyncError::Foreign)
    }

    async fn push(&self, totals: &mut Totals) -> Result<(), SyncError> {
        let mut renumbered = 0;
        let mut most = PUSH_MAX;
        loop {
            let limit = u32::try_from(most).unwrap_or(u32::MAX);
            let (incarnation, changes) = self.parts.store.outbox(limit).await?;
            let Some(first) = changes.first().map(|change| change.id) else { return Ok(()) };
            let count = changes.len();
            let outcomes = match self.send(incarnation, changes).await {
                Ok(outcomes) if outcomes.iter().all(|outcome| outcome.change != first) => {
                    return Err(SyncError::Foreign);
                }
                Ok(outcomes) => outcomes,
                Err(SyncError::Told(error)) => match error.code {
                    // What waits was made on top of what the server has forgotten: the pull finds that out.
                    ErrorCode::EpochChanged => return Ok(()),
                    ErrorCode::SequenceRewound | ErrorCode::SequenceGap if renumbered < RENUMBERINGS => {
                        renumbered += 1;
                        self.parts.store.take_incarnation().await?;
                        continue;
                    }
                    ErrorCode::RequestSize if count > 1 => {
                        most = count / 2;
                        continue;
                    }
                    // Too large by itself: its author is told, and those behind it go on.
                    ErrorCode::RequestSize => vec![Outcome {
                        change: first,
                        result: ChangeResult::Refused { code: error.code, field: None },
                        record: None,
                    }],
                    _ => return Err(SyncError::Told(error)),
                },
                Err(error) => return Err(error),
            };
            self.parts.store.settle(&outcomes).await?;
            totals.pushed += u32::try_from(outcomes.len()).unwrap_or_default();
        }
    }

    /// Delivers what was looked at and taken out. A server of the release before takes none; it will, later.
    async fn deliver_audits(&self) -> Result<(), SyncError> {
        let store = &self.parts.store;
        while let Some(unsent) = store.unsent_audits(AUDITS_MAX).await? {
            let request = AuditsRequest {
                device: self.parts.device,
                before: hex(&unsent.before),
                entries: unsent.entries,
                last: hex(&unsent.last),
            };
            let request = std::sync::Arc::new(request);
            let reply = self
                .authorised(move |transport, token| {
                    let request = request.clone();
                    Box::pin(async move { transport.audits(&token, &request).await })
                })
                .await;
            match reply {
                Ok(_) => store.audits_sent(unsent.to).await?,
                Err(SyncError::Told(error)) if error.code == ErrorCode::NotFound => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn send(&self, incarnation: Uuid, changes: Vec<Change>) -> Result<Vec<Outcome>, SyncError> {
        let epoch = self.membership().await?.epoch;
        let request = PushRequest { device: self.parts.device, incarnation, epoch, changes };
        let request = std::sync::Arc::new(request);
        let reply = self
            .authorised(move |transport, token| {
                let request = request.clone();
                Box::pin(async move { transport.push(&token, &request).await })
            })
            .await?;
        Ok(reply.outcomes)
    }

    async fn pull(&self, totals: &mut Totals) -> Result<Pulled, SyncError> {
        let store = &self.parts.store;
        // Whether the server has to hear that something has left this device.
        let mut owed = false;
        let mut ahead = None;
        loop {
            let Asked { epoch, cursors, reply } = match ahead.take() {
                Some(asked) => asked,
                None => self.ask_from_here().await?,
            };
            if epoch.is_some_and(|epoch| epoch != reply.epoch) {
                // Cut short between the two, it is begun once more.
                store.begin_epoch().await?;
                self.note_contact(reply.epoch).await?;
                return Ok(Pulled::NewEpoch);
            }
            owed |= removes(&reply) || ends_feed(&reply, &cursors);
            let then = read_on(&cursors, &reply);
            if then == cursors && (reply.more || removes(&reply)) {
                // More, but nothing of it: asking again would never end.
                return Err(SyncError::Foreign);
            }
            if reply.more && !owed {
                // The next page is on its way while this one is written. Not behind a removal: where a request reads on, what had
                // to leave before has left.
                let (taken, asked) = tokio::join!(self.take(&reply), self.ask(Some(reply.epoch), then, None));
                totals.pulled += taken?;
                ahead = Some(asked?);
                continue;
            }
            totals.pulled += self.take(&reply).await?;
            if reply.more {
                continue;
            }
            owed |= store.finish_reading().await? || store.is_scrub_due().await?;
            if !owed {
                self.status.send_modify(|status| status.progress = None);
                return Ok(Pulled::All);
            }
            // The positions of the next request are the receipt.
            owed = false;
        }
    }

    /// Asks for what comes behind what the device has. The positions that it tells are a receipt of what had to leave before them,
    /// and so it has to have left the files, too, also when an earlier round was cut off before that.
    async fn ask_from_here(&self) -> Result<Asked, SyncError> {
        let store = &self.parts.store;
        if store.is_scrub_due().await? {
            store.scrub().await?;
        }
        let held = self.uncounted().await?;
        let asked = self.ask(self.membership().await?.epoch, store.cursors().await?, held).await?;
        self.counted.fetch_or(held.is_some(), Ordering::Relaxed);
        Ok(asked)
    }

    /// Asks for what comes behind these positions.
    async fn ask(
        &self,
        epoch: Option<Uuid>,
        cursors: Vec<Cursor>,
        held: Option<u64>,
    ) -> Result<Asked, SyncError> {
        let request = PullRequest {
            device: self.parts.device,
            epoch,
            cursors: cursors.clone(),
            limit: PULL_MAX,
            schema: SCHEMA,
            held,
        };
        let request = std::sync::Arc::new(request);
        let asked = self.now();
        let reply = self
            .authorised(move |transport, token| {
                let request = request.clone();
                Box::pin(async move { transport.pull(&token, &request).await })
            })
            .await?;
        self.compare_clocks(asked, &reply);
        Ok(Asked { epoch, cursors, reply })
    }

    /// Takes the pages of one answer, each with its cursor.
    async fn take(&self, reply: &PullReply) -> Result<u32, SyncError> {
        let store = &self.parts.store;
        self.note_contact(reply.epoch).await?;
        let mut taken = 0;
        for page in &reply.pages {
            store.apply(page).await?;
            self.counted.store(false, Ordering::Relaxed);
            taken += u32::try_from(page.entries.len()).unwrap_or_default();
            let (done, total) = store.feed_progress().await?;
            let number = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
            let many = total.saturating_sub(done) >= MANY;
            self.status.send_modify(|status| {
                if many || status.progress.is_some() {
                    status.progress = Some((number(done), number(total)));
                }
            });
        }
        if !reply.more {
            // Only now: a record that comes by another feed, too, stays with its history.
            store.unsubscribe_from_others(&reply.subscriptions).await?;
        }
        Ok(taken)
    }

    /// How many customers the device holds, unless nothing came or went since it was told.
    async fn uncounted(&self) -> Result<Option<u64>, SyncError> {
        if self.counted.load(Ordering::Relaxed) {
            return Ok(None);
        }
        Ok(Some(self.parts.store.held().await?))
    }

    async fn note_contact(&self, epoch: Uuid) -> Result<(), SyncError> {
        // A session that is renewed meanwhile writes the same fact.
        let _token = self.token.lock().await;
        let before = self.membership().await?;
        let since = self.now().0.saturating_sub(before.last_contact.0);
        if before.epoch == Some(epoch) && (0..CONTACT_MILLIS).contains(&since) {
            return Ok(());
        }
        let contact = Membership { epoch: Some(epoch), last_contact: self.now(), ..before };
        Ok(self.parts.store.set_membership(&contact).await?)
    }

    fn compare_clocks(&self, asked: Timestamp, reply: &PullReply) {
        let answered = self.now();
        let ahead = answered.0.midpoint(asked.0) - reply.server_time;
        let wrong = (ahead.abs() > CLOCK_MILLIS).then_some(ahead);
        self.status.send_modify(|status| status.clock_ahead_ms = wrong);
    }
}

fn end(status: &mut Status, result: &Result<(), SyncError>, now: Timestamp) {
    status.running = false;
    status.progress = None;
    status.rounds += 1;
    if result.is_ok() {
        status.last_success = Some(now);
    }
    status.error = result.as_ref().err().map(SyncError::code);
    status.reach = match result {
        Ok(()) => Reach::Online,
        Err(SyncError::Told(error)) if error.code == ErrorCode::SignedOut => Reach::SignInNeeded,
        Err(SyncError::Told(_) | SyncError::Store(_)) => Reach::Online,
        Err(SyncError::Stopped) => status.reach,
        Err(_) => Reach::Offline,
    };
}
