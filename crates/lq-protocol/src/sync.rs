//! Push, pull and events.

use crate::change::{Change, Outcome};
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::ids::DeviceId;
use lq_domain::record::Record;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

/// Most changes in one push.
pub const PUSH_MAX: usize = 500;
/// Most entries in one page of a pull.
pub const PULL_MAX: u32 = 2_000;

/// `POST /v1/sync/push`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushRequest {
    /// The device that made the changes.
    pub device: DeviceId,
    /// Names one life of the device's store; a restored or copied store takes a new one.
    pub incarnation: Uuid,
    /// The life of the server's database that the device knows. In another one nothing is taken: what that has forgotten comes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Uuid>,
    /// The changes, in order of their sequence.
    pub changes: Vec<Change>,
}

/// The answer to a push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushReply {
    /// The life of the server's database.
    pub epoch: Uuid,
    /// One outcome per change, in the same order.
    pub outcomes: Vec<Outcome>,
}

/// Where a device stands in a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The feed.
    pub feed: FeedId,
    /// The last position the device has; 0 for none.
    pub after: u64,
    /// The feed's head when the device began to read it from its start.
    #[serde(default, skip_serializing_if = "is_none")]
    pub anew: u64,
}

impl Cursor {
    /// Where a device stands in a feed once it has a page of it.
    #[must_use]
    pub fn with(before: Option<&Self>, page: &FeedPage) -> Self {
        let anew = match before {
            Some(before) if before.after > 0 && !page.resync => before.anew,
            // It reads the feed from its start.
            _ => page.head,
        };
        Self { feed: page.feed.clone(), after: page.next, anew }
    }
}

/// Devices of the release before do not tell it, and need not.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over so")]
const fn is_none(position: &u64) -> bool {
    *position == 0
}

const fn first() -> u16 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over so")]
const fn is_first(schema: &u16) -> bool {
    *schema == 1
}

/// The features whose records a wire shape knows. A device gets no others: it could not read them.
#[must_use]
pub fn entities(schema: u16) -> Vec<Feature> {
    let mut known = vec![Feature::Customers, Feature::Tags, Feature::Users, Feature::Branches];
    if schema >= 2 {
        known.extend([Feature::Accounts, Feature::Transactions]);
    }
    if schema >= 3 {
        known.push(Feature::Cases);
    }
    known
}

/// Whether a wire shape knows a feed. A device is told of no others: it could not read their names.
#[must_use]
pub const fn knows(schema: u16, feed: &FeedId) -> bool {
    schema >= 3 || !matches!(feed, FeedId::Restricted(..))
}

/// `POST /v1/sync/pull`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    /// The asking device.
    pub device: DeviceId,
    /// The epoch that the cursors belong to; none before the first pull.
    pub epoch: Option<Uuid>,
    /// Where the device stands. Feeds it does not name start at 0.
    pub cursors: Vec<Cursor>,
    /// Most entries wanted, at most [`PULL_MAX`].
    pub limit: u32,
    /// The wire shape that the device reads; releases before the second did not tell.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub schema: u16,
    /// How many customers the device holds, when it has counted them since it last told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
}

/// The answer to a pull.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullReply {
    /// The life of the server's database. When it differs from the request's, all cursors start over.
    pub epoch: Uuid,
    /// The server's time, UTC milliseconds.
    pub server_time: i64,
    /// The feeds the user follows now; a device drops what came from others.
    pub subscriptions: Vec<FeedId>,
    /// News, feed by feed.
    pub pages: Vec<FeedPage>,
    /// Whether there is more to fetch at once.
    pub more: bool,
}

/// News of one feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedPage {
    /// The feed.
    pub feed: FeedId,
    /// The last state of each record that changed, in order of position.
    pub entries: Vec<FeedEntry>,
    /// The position to ask after next time.
    pub next: u64,
    /// The feed's newest position, for progress.
    pub head: u64,
    /// The server has forgotten what left the feed since the device was here: the feed begins anew with this page, and what it does
    /// not tell of until its head has left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resync: bool,
}

/// `GET /v1/sync/events`: who listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoParams)]
pub struct EventsQuery {
    /// The wire shape that the device reads; releases before the third did not tell.
    #[serde(default = "first")]
    pub schema: u16,
}

/// The last state of one record in a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedEntry {
    /// Position in the feed.
    pub position: u64,
    /// The record's feature.
    pub entity: Feature,
    /// The record.
    pub record_id: Uuid,
    /// The record's values, or nothing when it left the feed.
    pub record: Option<Record>,
}

/// One server-sent event of `GET /v1/sync/events`: a feed has news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedEvent {
    /// The feed.
    pub feed: FeedId,
    /// Its newest position.
    pub head: u64,
}
