//! What crosses a wire, in both directions.

use lq_domain::clock::{Stamp, Timestamp};
use lq_domain::feeds::feeds_of;
use lq_domain::ids::DeviceId;
use lq_domain::record::Record;
use lq_protocol::change::{Change, Outcome};
use lq_protocol::error::ApiError;
use lq_protocol::session::{
    ParametersReply, ParametersRequest, PasswordRequest, RefreshRequest, ServerInfo, SessionReply,
    SignInRequest,
};
use lq_protocol::sync::{FeedEvent, PullReply, PullRequest, PushReply, PushRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use uuid::Uuid;

/// Whatever reads as a message is written and read again as the same one.
///
/// # Panics
/// When it is not.
pub fn messages(bytes: &[u8]) {
    again::<PushReply>(bytes);
    again::<PullRequest>(bytes);
    again::<PullReply>(bytes);
    again::<Outcome>(bytes);
    again::<ApiError>(bytes);
    again::<FeedEvent>(bytes);
    again::<ServerInfo>(bytes);
    again::<ParametersRequest>(bytes);
    again::<ParametersReply>(bytes);
    again::<SessionReply>(bytes);
    for secret in [
        again::<SignInRequest>(bytes).map(|request| (format!("{request:?}"), request.secret)),
        again::<RefreshRequest>(bytes).map(|request| (format!("{request:?}"), request.refresh_token)),
        again::<PasswordRequest>(bytes).map(|request| (format!("{request:?}"), request.old_secret)),
    ]
    .into_iter()
    .flatten()
    {
        let (shown, secret) = secret;
        // Shorter ones may be part of the type's name or of the device's id.
        assert!(secret.len() <= 40 || !shown.contains(&secret), "a message shows its secret");
    }
    if let Some(record) = again::<Record>(bytes) {
        let _ = feeds_of(&record);
        let _ = record.stamp_against("deleted");
    }
    if let Some(request) = again::<PushRequest>(bytes) {
        request.changes.iter().for_each(stamped);
    }
    if let Some(change) = again::<Change>(bytes) {
        stamped(&change);
    }
    if let Some(stamp) = again::<Stamp>(bytes) {
        follows(stamp);
    }
}

fn stamped(change: &Change) {
    follows(change.made_at);
    let mut record = Record::new(change.entity, change.record_id, change.made_at.wall);
    record.overlay(&change.fields, change.made_at);
    let wanted = change.fields.iter().map(|(field, change)| (field.clone(), change.new.clone())).collect();
    assert!(record.diff(&wanted).is_empty(), "an edit is what its author wanted");
}

/// What comes after a stamp is later, whatever the clock says, and a bound bounds.
fn follows(stamp: Stamp) {
    for now in [i64::MIN, 0, 1_764_000_000_000, i64::MAX] {
        let next = Stamp::next(Some(stamp), Timestamp(now), DeviceId(Uuid::nil()));
        // There is nothing later than the end of time.
        if stamp.wall.0 < i64::MAX {
            assert!((next.wall, next.counter) > (stamp.wall, stamp.counter), "a stamp goes back");
        }
        assert!(stamp.clamped(Timestamp(now)).wall.0 <= now.max(stamp.wall.0.min(now)), "beyond its bound");
        let _ = stamp.wall.plus_millis(now).china_day();
    }
}

fn again<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) -> Option<T> {
    let message: T = serde_json::from_slice(bytes).ok()?;
    let _ = format!("{message:?}");
    let written = serde_json::to_vec(&message).unwrap_or_default();
    let read: T = match serde_json::from_slice(&written) {
        Ok(read) => read,
        Err(error) => panic!("{} is written so that nobody reads it: {error}", std::any::type_name::<T>()),
    };
    assert!(read == message, "{} is not what was written", std::any::type_name::<T>());
    Some(message)
}
