//! One message of each kind, with every field that it can have.

use lq_domain::access::{Role, Rule, Scope};
use lq_domain::clock::{Stamp, Timestamp};
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::ids::{BranchId, ChangeId, CustomerId, DeviceId, UserId};
use lq_domain::record::{Conflict, FieldChange, Record};
use lq_protocol::access::{LookupReply, LookupRequest, SeenCustomer};
use lq_protocol::change::{Change, ChangeResult, Channel, Outcome};
use lq_protocol::error::{ApiError, ErrorCode, FieldError};
use lq_protocol::secret::KdfParams;
use lq_protocol::session::{
    ParametersReply, ParametersRequest, PasswordRequest, RefreshRequest, ServerInfo, SessionReply,
    SignInRequest,
};
use lq_protocol::staff::UserProfile;
use lq_protocol::sync::{
    Cursor, FeedEntry, FeedEvent, FeedPage, PullReply, PullRequest, PushReply, PushRequest,
};
use std::collections::BTreeMap;
use uuid::Uuid;

const AT: Timestamp = Timestamp(1_795_485_600_000);

const fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0000 + number)
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn kdf() -> KdfParams {
    KdfParams { salt: text("BwcHBwcHBwcHBwcHBwcHBw=="), memory_kib: 65_536, passes: 3, lanes: 1 }
}

fn stamp() -> Stamp {
    Stamp { wall: AT, counter: 2, device: DeviceId(id(4)) }
}

fn record() -> Record {
    let mut record = Record::new(Feature::Customers, id(10), AT);
    record.revision = 7;
    record.set("name", some("张㐂"));
    record.set("mobile", some("13812345678"));
    record.stamps.insert(text("mobile"), stamp());
    record.updated_at = AT.plus_millis(1);
    record
}

pub(crate) fn server_info() -> ServerInfo {
    ServerInfo {
        product: text("langqiao"),
        name: text("示例银行"),
        version: text("0.1.0"),
        schema_oldest: 1,
        schema: 1,
        sample: true,
    }
}

pub(crate) fn parameters_request() -> ParametersRequest {
    ParametersRequest { login: text("li.na") }
}

pub(crate) fn parameters_reply() -> ParametersReply {
    ParametersReply { kdf: kdf() }
}

pub(crate) fn sign_in_request() -> SignInRequest {
    SignInRequest {
        login: text("li.na"),
        secret: text("c2VjcmV0"),
        device: DeviceId(id(4)),
        device_name: text("柜台电脑"),
    }
}

pub(crate) fn refresh_request() -> RefreshRequest {
    RefreshRequest { device: DeviceId(id(4)), refresh_token: text("cmVmcmVzaA") }
}

pub(crate) fn password_request() -> PasswordRequest {
    PasswordRequest { old_secret: text("b2xk"), new_secret: text("bmV3"), kdf: kdf() }
}

pub(crate) fn session_reply() -> SessionReply {
    let (branch, below) = (BranchId(id(2)), BranchId(id(3)));
    SessionReply {
        access_token: text("YWNjZXNz"),
        expires_at: AT.0 + 900_000,
        refresh_token: text("cmVmcmVzaA"),
        epoch: id(1),
        server_name: text("示例银行"),
        user: UserProfile {
            id: UserId(id(5)),
            login: text("li.na"),
            name: text("李娜"),
            role: Role::RelationshipManager,
            branch,
            branch_name: text("东城支行"),
            branches: vec![branch, below],
        },
        password_expired: true,
        offline_days: 30,
        sample: true,
        recovery: None,
    }
}

fn change(sequence: u64, channel: Channel) -> Change {
    let field = |base, new| FieldChange { base, new };
    Change {
        id: ChangeId(id(20 + u128::from(sequence))),
        sequence,
        entity: Feature::Customers,
        record_id: id(10),
        base_revision: 6,
        seen: None,
        fields: BTreeMap::from([
            (text("mobile"), field(some("13811111111"), some("13812345678"))),
            (text("email"), field(some("li@example.com"), None)),
            (text("occupation"), field(None, some("教师"))),
        ]),
        made_at: stamp(),
        actor: UserId(id(5)),
        schema: 1,
        reason: None,
        channel,
    }
}

pub(crate) fn push_request() -> PushRequest {
    let channels = [Channel::Form, Channel::Import, Channel::Undo, Channel::Settle, Channel::Api];
    let mut changes: Vec<Change> =
        (1..).zip(channels).map(|(number, channel)| change(number, channel)).collect();
    changes[0].reason = some("客户来电");
    changes[1].entity = Feature::Tags;
    PushRequest { device: DeviceId(id(4)), incarnation: id(6), epoch: None, changes }
}

pub(crate) fn push_request_epoch() -> PushRequest {
    let mut request = PushRequest { epoch: Some(id(5)), ..push_request() };
    request.changes[2].seen = Some(u64::MAX);
    request
}

pub(crate) fn push_reply() -> PushReply {
    let conflict = Conflict {
        field: text("mobile"),
        base: some("13811111111"),
        mine: some("13812345678"),
        theirs: None,
        theirs_by: Some(UserId(id(7))),
        theirs_at: Some(AT),
    };
    let results = [
        (ChangeResult::Applied, Some(record())),
        (ChangeResult::Merged { fields: vec![text("occupation")] }, Some(record())),
        (ChangeResult::Conflict { conflicts: vec![conflict] }, Some(record())),
        (ChangeResult::Refused { code: ErrorCode::MobilePrefix, field: some("mobile") }, None),
        (ChangeResult::Refused { code: ErrorCode::NotAllowed, field: None }, None),
    ];
    let outcomes = (21..)
        .zip(results)
        .map(|(number, (result, record))| Outcome { change: ChangeId(id(number)), result, record })
        .collect();
    PushReply { epoch: id(1), outcomes }
}

fn feeds() -> Vec<FeedId> {
    let (branch, user) = (BranchId(id(2)), UserId(id(5)));
    vec![FeedId::Bank, FeedId::Branch(branch), FeedId::Portfolio(branch, user)]
}

pub(crate) fn pull_request() -> PullRequest {
    let cursors = (40..).zip(feeds()).map(|(after, feed)| Cursor { feed, after, anew: 12 }).collect();
    PullRequest {
        device: DeviceId(id(4)),
        epoch: Some(id(1)),
        cursors,
        limit: 2_000,
        schema: 2,
        held: Some(1_200),
    }
}

pub(crate) fn pull_request_first() -> PullRequest {
    PullRequest {
        device: DeviceId(id(4)),
        epoch: None,
        cursors: Vec::new(),
        limit: 500,
        schema: 1,
        held: None,
    }
}

pub(crate) fn pull_reply() -> PullReply {
    let entry =
        |position, record_id, record| FeedEntry { position, entity: Feature::Customers, record_id, record };
    let page = FeedPage {
        feed: feeds().remove(2),
        entries: vec![entry(41, id(10), Some(record())), entry(44, id(11), None)],
        next: 44,
        head: 90,
        resync: true,
    };
    PullReply { epoch: id(1), server_time: AT.0, subscriptions: feeds(), pages: vec![page], more: true }
}

pub(crate) fn feed_event() -> FeedEvent {
    FeedEvent { feed: feeds().remove(1), head: 91 }
}

pub(crate) fn lookup_request() -> LookupRequest {
    LookupRequest { text: text("张㐂") }
}

pub(crate) fn lookup_reply() -> LookupReply {
    LookupReply {
        seen: vec![SeenCustomer { id: CustomerId(id(10)), name: text("张㐂"), rule: Rule::OwnCustomer }],
        beyond: Some(Rule::OthersCustomer),
        scope: Scope::Own,
    }
}

pub(crate) fn api_error() -> ApiError {
    let max = BTreeMap::from([(text("max"), text("100"))]);
    let field = |field: &str, code, params| FieldError { field: text(field), code, params };
    ApiError {
        code: ErrorCode::TextLength,
        field: some("name"),
        params: max.clone(),
        trace_id: text("0193-trace"),
        fields: vec![
            field("name", ErrorCode::TextLength, max),
            field("mobile", ErrorCode::MobilePrefix, BTreeMap::new()),
        ],
    }
}

pub(crate) fn api_error_bare() -> ApiError {
    ApiError::new(ErrorCode::SignedOut)
}

/// Every code. A new one is added to the file; a word that was there once stays.
pub(crate) fn error_codes() -> Vec<ErrorCode> {
    ErrorCode::ALL.to_vec()
}
