//! A bank with two branches, one of them with a branch below, and somebody of each role.

use lq_domain::access::Role;
use lq_domain::clock::{Clock as _, Stamp};
use lq_domain::feature::Feature;
use lq_domain::ids::{BranchId, ChangeId, DeviceId};
use lq_domain::record::{FieldChange, FieldChanges, Record};
use lq_protocol::SCHEMA;
use lq_protocol::change::{Change, ChangeResult, Channel, Outcome};
use lq_protocol::secret::KdfParams;
use lq_protocol::session::SessionReply;
use lq_protocol::sync::{Cursor, PULL_MAX, PullReply, PullRequest, PushReply, PushRequest};
use lq_server::admin::{self, NewBranch, NewSecret, NewUser};
use lq_server::{Config, Running, start};
use lq_testkit::clock::FixedClock;
use lq_testkit::postgres::{Cluster, app_at};
use lq_testkit::random::SeededRandom;
use lq_testkit::staff::light_kdf;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use uuid::Uuid;

/// Everybody's password.
pub(crate) const PASSWORD: &str = "Langqiao-2026";

/// A cheap way to derive secrets, so that tests are fast.
pub(crate) fn kdf() -> KdfParams {
    light_kdf(&[7; 16])
}

pub(crate) fn secret(password: &str) -> NewSecret {
    NewSecret::of_password(password, kdf(), false).unwrap()
}

pub(crate) struct Bank {
    pub(crate) server: Running,
    pub(crate) url: String,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) east: BranchId,
    pub(crate) below_east: BranchId,
    pub(crate) west: BranchId,
}

impl Bank {
    pub(crate) async fn open() -> Self {
        let clock = Arc::new(FixedClock::default());
        let url = Cluster::shared().unwrap().create_database().await.unwrap();
        let app = app_at(&url, clock.clone(), Arc::new(SeededRandom::new(7))).await.unwrap();
        let branch = async |name: &str, parent| {
            let new = NewBranch { name: name.to_owned(), parent };
            admin::branch_add(&app, None, new).await.unwrap().id
        };
        let east = branch("城东支行", None).await;
        let below_east = branch("城东网点", Some(east)).await;
        let west = branch("城西支行", None).await;
        for (login, role, branch) in [
            ("staff.east", Role::Staff, east),
            ("rm.east", Role::RelationshipManager, east),
            ("rm2.east", Role::RelationshipManager, east),
            ("rm.below", Role::RelationshipManager, below_east),
            ("head.east", Role::Manager, east),
            ("risk.east", Role::RiskOfficer, east),
            ("rm.west", Role::RelationshipManager, west),
            ("head.west", Role::Manager, west),
            ("admin", Role::Administrator, east),
        ] {
            let new = NewUser {
                login: login.to_owned(),
                name: format!("员工{login}"),
                role,
                branch,
                password: secret(PASSWORD),
            };
            admin::user_add(&app, None, new).await.unwrap();
        }
        let server = start(app, &Config::local()).await.unwrap();
        Self { server, url, clock, east, below_east, west }
    }

    /// The audit's fields, as they lie in the database.
    pub(crate) async fn audit_text(&self) -> String {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let rows: Vec<String> =
            sqlx::query_scalar("SELECT fields::text FROM audits").fetch_all(&mut connection).await.unwrap();
        rows.join("\n")
    }

    /// How often something was done, by the audit.
    pub(crate) async fn audited(&self, action: &str) -> i64 {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let count = sqlx::query_scalar("SELECT count(*) FROM audits WHERE action = $1").bind(action);
        count.fetch_one(&mut connection).await.unwrap()
    }

    /// How often something was done that led to a record, by the audit.
    pub(crate) async fn audited_about(&self, action: &str) -> i64 {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let count = "SELECT count(*) FROM audits WHERE action = $1 AND record_id IS NOT NULL";
        sqlx::query_scalar(count).bind(action).fetch_one(&mut connection).await.unwrap()
    }

    /// Counts everything that is written but the audit: two equal answers mean that nothing changed between them.
    pub(crate) async fn written(&self) -> Vec<i64> {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let counts = "SELECT ARRAY[(SELECT count(*) FROM records), (SELECT sum(revision)::bigint FROM records),
                                   (SELECT count(revoked_at) FROM devices), (SELECT sum(head)::bigint FROM feeds)]";
        sqlx::query_scalar(counts).fetch_one(&mut connection).await.unwrap()
    }

    /// Changes an old entry of the east branch's audit, past everything that guards it.
    pub(crate) async fn damage_audit(&self) {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let change = "UPDATE audits SET action = 'update' WHERE action = 'create' AND branch_id = $1";
        sqlx::query(change).bind(self.east.0).execute(&mut connection).await.unwrap_err();
        sqlx::raw_sql("ALTER TABLE audits DISABLE TRIGGER ALL").execute(&mut connection).await.unwrap();
        sqlx::query(change).bind(self.east.0).execute(&mut connection).await.unwrap();
    }

    /// Asks; status and JSON of the answer.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> (u16, Value) {
        ask(self.server.address(), method, path, token, body).await
    }

    pub(crate) async fn sign_in_with(&self, login: &str, password: &str, device: u128) -> (u16, Value) {
        sign_in_at(self.server.address(), login, password, device).await
    }

    /// A device on which a user has signed in.
    pub(crate) async fn device(&self, login: &str, number: u128) -> Device {
        self.device_at(self.server.address(), login, number).await
    }

    /// The same at another process of the bank.
    pub(crate) async fn device_at(&self, address: SocketAddr, login: &str, number: u128) -> Device {
        let (status, reply) = sign_in_at(address, login, PASSWORD, number).await;
        assert_eq!(status, 200, "{reply}");
        let session: SessionReply = serde_json::from_value(reply).unwrap();
        Device {
            address,
            wall: self.clock.now().0,
            id: DeviceId(Uuid::from_u128(number)),
            incarnation: Uuid::from_u128(number << 8),
            sequence: 0,
            session,
        }
    }
}

async fn sign_in_at(address: SocketAddr, login: &str, password: &str, device: u128) -> (u16, Value) {
    let body = json!({
        "login": login,
        "secret": secret(password).secret,
        "device": Uuid::from_u128(device),
        "device_name": "柜台电脑",
    });
    ask(address, "POST", "/v1/sessions", None, Some(&body)).await
}

pub(crate) struct Device {
    pub(crate) address: SocketAddr,
    pub(crate) wall: i64,
    pub(crate) id: DeviceId,
    pub(crate) incarnation: Uuid,
    pub(crate) sequence: u64,
    pub(crate) session: SessionReply,
}

impl Device {
    pub(crate) fn token(&self) -> Option<&str> {
        Some(&self.session.access_token)
    }

    /// The device's next change. Each has the values `(field, base, new)`.
    pub(crate) fn change(
        &mut self,
        entity: Feature,
        record: u128,
        base_revision: u64,
        fields: &[(&str, Option<&str>, Option<&str>)],
    ) -> Change {
        self.sequence += 1;
        self.wall += 1;
        let text = |text: Option<&str>| text.map(str::to_owned);
        Change {
            id: ChangeId(Uuid::from_u128(self.id.0.as_u128() << 64 | u128::from(self.sequence))),
            sequence: self.sequence,
            entity,
            record_id: Uuid::from_u128(record),
            base_revision,
            seen: None,
            fields: fields
                .iter()
                .map(|(name, base, new)| {
                    ((*name).to_owned(), FieldChange { base: text(*base), new: text(*new) })
                })
                .collect::<FieldChanges>(),
            made_at: Stamp { wall: lq_domain::clock::Timestamp(self.wall), counter: 0, device: self.id },
            actor: self.session.user.id,
            schema: SCHEMA,
            reason: None,
            channel: Channel::Form,
        }
    }

    /// A change that makes a customer.
    pub(crate) fn new_customer(&mut self, record: u128, fields: &[(&str, &str)]) -> Change {
        let mut all = vec![("kind", None, Some("personal")), ("name", None, Some("张三"))];
        all.retain(|(name, ..)| fields.iter().all(|(given, _)| given != name));
        all.extend(fields.iter().map(|(name, value)| (*name, None, Some(*value))));
        self.change(Feature::Customers, record, 0, &all)
    }

    /// What a push of changes sends.
    pub(crate) fn push_body(&self, changes: &[Change]) -> Value {
        let request = PushRequest {
            device: self.id,
            incarnation: self.incarnation,
            epoch: None,
            changes: changes.to_vec(),
        };
        serde_json::to_value(request).unwrap()
    }

    pub(crate) async fn push_raw(&self, changes: &[Change]) -> (u16, Value) {
        let body = self.push_body(changes);
        ask(self.address, "POST", "/v1/sync/push", self.token(), Some(&body)).await
    }

    pub(crate) async fn push(&self, changes: &[Change]) -> Vec<Outcome> {
        let (status, reply) = self.push_raw(changes).await;
        assert_eq!(status, 200, "{reply}");
        let reply: PushReply = serde_json::from_value(reply).unwrap();
        reply.outcomes
    }

    /// Sends one change that is taken; the record afterwards.
    pub(crate) async fn applied(&self, change: Change) -> Record {
        let outcome = self.push(&[change]).await.remove(0);
        assert_eq!(outcome.result, ChangeResult::Applied);
        outcome.record.unwrap()
    }

    pub(crate) async fn pull(&self, cursors: Vec<Cursor>, limit: u32) -> PullReply {
        let request = PullRequest {
            device: self.id,
            epoch: Some(self.session.epoch),
            cursors,
            limit,
            schema: SCHEMA,
            held: None,
        };
        let body = serde_json::to_value(request).unwrap();
        let (status, reply) = ask(self.address, "POST", "/v1/sync/pull", self.token(), Some(&body)).await;
        assert_eq!(status, 200, "{reply}");
        serde_json::from_value(reply).unwrap()
    }

    pub(crate) async fn pull_all(&self) -> PullReply {
        self.pull(Vec::new(), PULL_MAX).await
    }
}

/// One request on a connection of its own.
pub(crate) async fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> (u16, Value) {
    try_ask(address, method, path, token, body).await.unwrap()
}

/// The same, of a server that may be gone before it has answered.
pub(crate) async fn try_ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> io::Result<(u16, Value)> {
    let mut stream = TcpStream::connect(address).await?;
    let body = body.map(Value::to_string).unwrap_or_default();
    stream.write_all(head(method, path, token, body.len()).as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let (status, body) = answer(&mut stream).await?;
    Ok((status, serde_json::from_str(&body).unwrap_or(Value::Null)))
}

/// The head of a request.
pub(crate) fn head(method: &str, path: &str, token: Option<&str>, length: usize) -> String {
    let authorization = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: bank\r\nconnection: close\r\n{authorization}content-type: application/json\r\n\
         content-length: {length}\r\n\r\n"
    )
}

/// Status and body of the answer; a part of one is none.
pub(crate) async fn answer(stream: &mut TcpStream) -> io::Result<(u16, String)> {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let answer = String::from_utf8(answer).map_err(|_| cut())?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    if length.is_some_and(|length: usize| length != body.len()) {
        return Err(cut());
    }
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
    Ok((status, body.to_owned()))
}
