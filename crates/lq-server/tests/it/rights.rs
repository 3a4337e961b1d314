//! Who may do what: every route that is served, asked by somebody of every role about something of the own branch, of the
//! branch below it and of another branch.
//!
//! A new route needs a line in [`table`]; without one the first test fails and prints the line to fill in.

use crate::bank::{Bank, Device, PASSWORD, kdf, secret};
use crate::served::OPEN;
use lq_domain::access::Role;
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::ids::{BranchId, UserId};
use lq_protocol::change::Change;
use lq_protocol::sync::{FeedEvent, PULL_MAX, PushRequest};
use lq_server::admin::{self, UserChange};
use lq_server::devices;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use uuid::Uuid;

/// Who asks, in the order of [`Role::ALL`]. All work at the east branch.
const ASKERS: [&str; 5] = ["staff.east", "rm.east", "head.east", "risk.east", "admin"];

/// The answers to somebody of each role, in the order of [`Role::ALL`].
type Answers = [&'static str; 5];

/// How long news may take; a server that tells nothing would be waited for for ever.
const PATIENCE: Duration = Duration::from_secs(60);

const NO: &str = "403 not_allowed";
const NONE: &str = "404 not_found";
const OUT: &str = "401 signed_out";

/// One way to ask a route, and what each role is answered.
struct Line {
    method: &'static str,
    path: &'static str,
    body: fn(&mut Cell) -> Value,
    /// About something of the own branch, of the one below it, of another; one of them when it makes no difference.
    places: Vec<Answers>,
}

/// One question: who asks, and about what.
struct Cell {
    asker: Device,
    login: &'static str,
    /// Tells the cells apart.
    number: u128,
    /// A customer that has the first revision.
    customer: Uuid,
    /// Its owner, a device of theirs, and their branch.
    owner: UserId,
    device: Uuid,
    branch: BranchId,
    /// Somebody else whom it could be given to.
    taker: UserId,
}

/// A route that is about no branch.
fn alike(method: &'static str, path: &'static str, body: fn(&mut Cell) -> Value, all: Answers) -> Line {
    Line { method, path, body, places: vec![all] }
}

fn line(
    (method, path): (&'static str, &'static str),
    body: fn(&mut Cell) -> Value,
    own: Answers,
    below: Answers,
    other: Answers,
) -> Line {
    Line { method, path, body, places: vec![own, below, other] }
}

fn nothing(_: &mut Cell) -> Value {
    Value::Null
}

/// An answer that is the same for every role.
const fn all(answer: &'static str) -> Answers {
    [answer; 5]
}

/// What is expected, by route: the status, the code of a refusal, what became of a change, whether a reply holds the
/// customer. A route may have several lines.
#[rustfmt::skip]
fn table() -> Vec<Line> {
    const GET: (&str, &str) = ("get", "/v1/customers/{id}");
    const PUT: (&str, &str) = ("put", "/v1/customers/{id}");
    const DELETE: (&str, &str) = ("delete", "/v1/customers/{id}");
    const PUSH: (&str, &str) = ("post", "/v1/sync/push");
    const TAKEN: &str = "200 applied";
    const REFUSED: &str = "200 refused not_allowed";
    const UNKNOWN: &str = "200 refused not_found";
    const THERE: &str = "200 there";
    const HEARD: &str = "200 heard";
    vec![
        // Anybody.
        alike("get", "/v1/health", nothing, all("200")),
        alike("get", "/v1/health/live", nothing, all("200")),
        alike("get", "/v1/server", nothing, all("200")),
        alike("get", "/v1/openapi.json", nothing, all("200")),
        alike("post", "/v1/sessions/parameters", |cell| json!({ "login": cell.login }), all("200")),
        alike("post", "/v1/sessions", sign_in, all("200")),
        alike("post", "/v1/sessions/refresh", refresh, all("200")),
        // Whoever signed in.
        alike("post", "/v1/sessions/password", same_password, all("422 password_same")),
        // Customers: staff, relationship manager, manager, risk officer, administrator.
        line(GET, nothing, ["200", "200", "200", "200", NONE], ["200", NONE, "200", "200", NONE], all(NONE)),
        line(PUT, note, [NO, "200", "200", NO, NONE], [NO, NONE, "200", NO, NONE], all(NONE)),
        line(PUT, give, [NO, "403 not_allowed", "200", NO, NONE], [NO, NONE, "200", NO, NONE], all(NONE)),
        line(DELETE, nothing, [NO, "204", "204", NO, NONE], [NO, NONE, "204", NO, NONE], all(NONE)),
        line(PUSH, push_create, [REFUSED, TAKEN, TAKEN, REFUSED, REFUSED], [REFUSED, TAKEN, TAKEN, REFUSED, REFUSED],
             [REFUSED, TAKEN, REFUSED, REFUSED, REFUSED]),
        line(PUSH, push_edit, [REFUSED, TAKEN, TAKEN, REFUSED, UNKNOWN], [REFUSED, UNKNOWN, TAKEN, REFUSED, UNKNOWN],
             all(UNKNOWN)),
        line(PUSH, push_give, [REFUSED, REFUSED, TAKEN, REFUSED, UNKNOWN], [REFUSED, UNKNOWN, TAKEN, REFUSED, UNKNOWN],
             all(UNKNOWN)),
        line(PUSH, push_delete, [REFUSED, TAKEN, TAKEN, REFUSED, UNKNOWN], [REFUSED, UNKNOWN, TAKEN, REFUSED, UNKNOWN],
             all(UNKNOWN)),
        alike("post", "/v1/sync/push", push_tag, [REFUSED, TAKEN, TAKEN, REFUSED, REFUSED]),
        alike("post", "/v1/sync/push", push_user, all(REFUSED)),
        alike("post", "/v1/sync/push", push_of_another_device, all(NO)),
        line(("post", "/v1/sync/pull"), pull, [THERE, THERE, THERE, THERE, "200"], [THERE, "200", THERE, THERE, "200"],
             all("200")),
        alike("post", "/v1/sync/pull", pull_of_another_device, all(NO)),
        line(("get", "/v1/sync/events"), nothing, [HEARD, HEARD, HEARD, HEARD, "200"], [HEARD, "200", HEARD, HEARD, "200"],
             all("200")),
        // By a name that only the cell's customer has: an answer that names nobody is the same for everybody.
        line(("post", "/v1/access"), by_name, [THERE, THERE, THERE, THERE, "200"], [THERE, "200", THERE, THERE, "200"], all("200")),
        // By its number, which a relationship manager of the same branch could not add once more.
        line(("post", "/v1/access"), by_number, [THERE, THERE, THERE, THERE, "200"], [THERE, "200", THERE, THERE, "200"], all("200")),
        // Administration.
        alike("get", "/v1/users", nothing, [NO, NO, NO, NO, "200"]),
        alike("post", "/v1/users", new_user, [NO, NO, NO, NO, "201"]),
        alike("patch", "/v1/users/{id}", |_| json!({ "name": "改名" }), [NO, NO, NO, NO, "200"]),
        alike("get", "/v1/branches", nothing, [NO, NO, NO, NO, "200"]),
        alike("post", "/v1/branches", |_| json!({ "name": "新网点" }), [NO, NO, NO, NO, "201"]),
        alike("get", "/v1/devices", nothing, [NO, NO, NO, NO, "200"]),
        alike("get", "/v1/devices/removals/{id}", nothing, [NO, NO, NO, NO, "200"]),
        alike("post", "/v1/devices/{id}/revoke", nothing, [NO, NO, NO, NO, "204"]),
        alike("post", "/v1/devices/wiped", refresh, all(NO)),
        alike("post", "/v1/sync/audits", audits_of_this_device, all("200")),
        alike("post", "/v1/sync/audits", audits_of_another_device, all(NO)),
        alike("get", "/v1/audits", nothing, [NO, NO, "200", "200", NO]),
        // Other systems, by their keys: nobody's session is one.
        alike("post", "/v1/accounts", |_| json!({ "rows": [] }), all(OUT)),
        alike("post", "/v1/transactions", |_| json!({ "rows": [] }), all(OUT)),
    ]
}

fn sign_in(cell: &mut Cell) -> Value {
    let device = Uuid::from_u128(cell.number << 32);
    json!({ "login": cell.login, "secret": secret(PASSWORD).secret, "device": device, "device_name": "另一台" })
}

fn refresh(cell: &mut Cell) -> Value {
    json!({ "device": cell.asker.id, "refresh_token": cell.asker.session.refresh_token })
}

fn same_password(_: &mut Cell) -> Value {
    let same = secret(PASSWORD).secret;
    json!({ "old_secret": same, "new_secret": same, "kdf": kdf() })
}

fn note(_: &mut Cell) -> Value {
    json!({ "fields": { "notes": "记一笔" } })
}

fn give(cell: &mut Cell) -> Value {
    json!({ "fields": { "owner": cell.taker } })
}

fn new_user(cell: &mut Cell) -> Value {
    let password = secret(PASSWORD);
    json!({
        "login": format!("new.{}", cell.number), "name": "新人", "role": "staff", "branch": cell.branch,
        "password": { "secret": password.secret, "kdf": password.kdf },
    })
}

fn push(cell: &Cell, change: Change) -> Value {
    let (device, incarnation) = (cell.asker.id, cell.asker.incarnation);
    serde_json::to_value(PushRequest { device, incarnation, epoch: None, changes: vec![change] }).unwrap()
}

/// The author names who the customer is to belong to; only who may give customers away has a say in it.
fn push_create(cell: &mut Cell) -> Value {
    let (owner, branch) = (cell.owner.to_string(), cell.branch.to_string());
    let fields = [("owner", owner.as_str()), ("branch", branch.as_str())];
    let change = cell.asker.new_customer(cell.number << 32, &fields);
    push(cell, change)
}

fn push_customer(cell: &mut Cell, field: (&str, Option<&str>, Option<&str>)) -> Value {
    let change = cell.asker.change(Feature::Customers, cell.customer.as_u128(), 1, &[field]);
    push(cell, change)
}

fn push_edit(cell: &mut Cell) -> Value {
    push_customer(cell, ("notes", None, Some("记一笔")))
}

fn push_give(cell: &mut Cell) -> Value {
    let (owner, taker) = (cell.owner.to_string(), cell.taker.to_string());
    push_customer(cell, ("owner", Some(&owner), Some(&taker)))
}

fn push_delete(cell: &mut Cell) -> Value {
    push_customer(cell, ("deleted", None, Some("1")))
}

fn push_tag(cell: &mut Cell) -> Value {
    let name = format!("标签{}", cell.number);
    let change = cell.asker.change(Feature::Tags, cell.number << 32, 0, &[("name", None, Some(&name))]);
    push(cell, change)
}

/// Whoever could push users could make themselves administrators.
fn push_user(cell: &mut Cell) -> Value {
    let me = cell.asker.session.user.id.0.as_u128();
    let change = cell.asker.change(Feature::Users, me, 1, &[("role", None, Some("manager"))]);
    push(cell, change)
}

fn push_of_another_device(cell: &mut Cell) -> Value {
    let mut request = push_edit(cell);
    request["device"] = json!(cell.device);
    // What is refused as a whole does not count.
    cell.asker.sequence -= 1;
    request
}

fn audits_of_this_device(cell: &mut Cell) -> Value {
    json!({ "device": cell.asker.id, "before": "", "entries": [], "last": "" })
}

fn audits_of_another_device(cell: &mut Cell) -> Value {
    json!({ "device": cell.device, "before": "", "entries": [], "last": "" })
}

fn pull(cell: &mut Cell) -> Value {
    json!({ "device": cell.asker.id, "epoch": null, "cursors": [], "limit": PULL_MAX })
}

fn by_name(cell: &mut Cell) -> Value {
    json!({ "text": named(cell.number) })
}

fn by_number(cell: &mut Cell) -> Value {
    json!({ "text": passport(cell.number) })
}

fn pull_of_another_device(cell: &mut Cell) -> Value {
    let mut request = pull(cell);
    request["device"] = json!(cell.device);
    request
}

/// What the cell's customer is called, and no other.
fn named(number: u128) -> String {
    format!("客户{number}")
}

fn passport(number: u128) -> String {
    format!("E{number:08}")
}

/// The colleagues whose customers the questions are about, each with a device that asks nothing.
struct Places {
    owners: [Device; 3],
    /// Those who ask, by their place in [`ASKERS`]; nobody while a question is put together.
    askers: Vec<Option<Device>>,
    taker: UserId,
    asked: u128,
}

impl Places {
    async fn open(bank: &Bank) -> Self {
        let owners = [
            bank.device("rm.east", 1).await,
            bank.device("rm.below", 2).await,
            bank.device("rm.west", 3).await,
        ];
        let taker = bank.device("rm2.east", 4).await.session.user.id;
        let mut askers = Vec::new();
        for (login, number) in ASKERS.into_iter().zip(50..) {
            askers.push(Some(bank.device(login, number).await));
        }
        Self { owners, askers, taker, asked: 100 }
    }

    /// A question about a new customer of a place.
    async fn cell(&mut self, place: usize, role: usize) -> Cell {
        self.asked += 1;
        let owner = &mut self.owners[place];
        let (name, number) = (named(self.asked), passport(self.asked));
        let fields = [("name", name.as_str()), ("document_type", "passport"), ("document_number", &number)];
        let customer = owner.new_customer(self.asked, &fields);
        let (profile, device) = (owner.session.user.clone(), owner.id.0);
        owner.applied(customer).await;
        Cell {
            asker: self.askers[role].take().unwrap(),
            login: ASKERS[role],
            number: self.asked,
            customer: Uuid::from_u128(self.asked),
            owner: profile.id,
            device: Uuid::from_u128(device.as_u128() << 32),
            branch: profile.branch,
            taker: self.taker,
        }
    }

    /// Changes the customer, and then something that everybody hears of.
    async fn make_news(&mut self, place: usize, customer: Uuid) -> u64 {
        let owner = &mut self.owners[place];
        let name = format!("标签{}", customer.as_u128());
        let edit = owner.change(Feature::Customers, customer.as_u128(), 1, &[("notes", None, Some("新"))]);
        let id = customer.as_u128() << 40;
        let tag = owner.change(Feature::Tags, id, 0, &[("name", None, Some(&name))]);
        owner.push(&[edit, tag]).await;
        let reply = owner.pull_all().await;
        reply.pages.iter().find(|page| page.feed == FeedId::Bank).unwrap().head
    }
}

/// A path about the cell's customer, or about its owner and their device.
fn filled(path: &str, cell: &Cell) -> String {
    let id = match path.split('/').nth(2) {
        Some("customers") => cell.customer,
        Some("users") => cell.owner.0,
        Some("devices") => cell.device,
        _ => Uuid::nil(),
    };
    path.replace("{id}", &id.to_string())
}

/// What was answered, as [`table`] writes it.
fn answered(status: u16, reply: &Value, customer: Uuid) -> String {
    let result = &reply["outcomes"][0]["result"];
    let words = [&reply["code"], &result["kind"], &result["code"]].into_iter().filter_map(Value::as_str);
    let listed = [&reply["pages"], &reply["seen"]];
    let there = listed.iter().any(|list| list.to_string().contains(&customer.to_string())).then_some("there");
    let status = status.to_string();
    std::iter::once(status.as_str()).chain(words).chain(there).collect::<Vec<_>>().join(" ")
}

/// Listens until something that everybody hears of has come; whether news of the customer came too.
async fn listen(bank: &Bank, places: &mut Places, place: usize, cell: &Cell) -> String {
    let mut stream = BufReader::new(TcpStream::connect(bank.server.address()).await.unwrap());
    let head = format!(
        "GET /v1/sync/events HTTP/1.1\r\nhost: bank\r\nauthorization: Bearer {}\r\n\r\n",
        cell.asker.session.access_token
    );
    stream.get_mut().write_all(head.as_bytes()).await.unwrap();
    let (mut status, mut heard, mut last) = (String::new(), false, u64::MAX);
    loop {
        let mut line = String::new();
        let read = tokio::time::timeout(PATIENCE, stream.read_line(&mut line)).await;
        assert_ne!(read.expect("nothing heard").unwrap(), 0, "the stream ended");
        if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
            status = rest[..3].to_owned();
        }
        let Some(data) = line.strip_prefix("data:") else { continue };
        let event: FeedEvent = serde_json::from_str(data.trim()).unwrap();
        let of_branch = FeedId::Branch(cell.branch);
        let of_owner = FeedId::Portfolio(cell.branch, cell.owner);
        heard |= event.feed == of_branch || event.feed == of_owner;
        if event.feed == FeedId::Bank {
            if last == u64::MAX {
                last = places.make_news(place, cell.customer).await;
            } else if event.head >= last {
                return if heard { format!("{status} heard") } else { status };
            }
        }
    }
}

async fn answer(bank: &Bank, places: &mut Places, place: usize, line: &Line, role: usize) -> String {
    let mut cell = places.cell(place, role).await;
    let answer = if line.path == "/v1/sync/events" {
        listen(bank, places, place, &cell).await
    } else {
        answer_to(bank, line, &mut cell).await
    };
    let renewed = line.path.starts_with("/v1/sessions");
    let (login, number) = (cell.login, cell.number);
    places.askers[role] = Some(if renewed { bank.device(login, number).await } else { cell.asker });
    answer
}

async fn answer_to(bank: &Bank, line: &Line, cell: &mut Cell) -> String {
    let body = (line.body)(cell);
    let path = filled(line.path, cell);
    let body = Some(&body).filter(|body| !body.is_null());
    let before = bank.written().await;
    let (status, reply) = bank.ask(&line.method.to_uppercase(), &path, cell.asker.token(), body).await;
    let answer = answered(status, &reply, cell.customer);
    if status >= 400 || answer.contains("refused") {
        assert_eq!(
            bank.written().await,
            before,
            "a refusal changes nothing: {} {} {path}",
            cell.login,
            line.method
        );
    }
    answer
}

#[test]
fn s7_1_every_route_that_is_served_says_whom_it_answers() {
    let lines = table();
    let listed: BTreeSet<_> = lines.iter().map(|line| (line.method, line.path)).collect();
    let served: BTreeSet<_> = lq_server::served().into_iter().collect();
    let missing: Vec<String> = served
        .difference(&listed)
        .map(|(method, path)| format!("alike(\"{method}\", \"{path}\", nothing, all(\"?\")),"))
        .collect();
    assert!(missing.is_empty(), "lines to add to the table in rights.rs:\n{}", missing.join("\n"));
    let gone: Vec<_> = listed.difference(&served).collect();
    assert!(gone.is_empty(), "no longer served: {gone:?}");
}

#[tokio::test]
async fn s7_1_f4_2_every_route_answers_every_role_as_its_rights_are() {
    let bank = Bank::open().await;
    let mut places = Places::open(&bank).await;
    for owner in ["rm.east", "rm.below", "rm.west"].into_iter().zip(1_u128..) {
        bank.device(owner.0, owner.1 << 32).await;
    }
    let mut wrong = Vec::new();
    let mut asked = 0;
    for line in &table() {
        for (place, expected) in line.places.iter().enumerate() {
            for (role, expected) in expected.iter().enumerate() {
                let answer = answer(&bank, &mut places, place, line, role).await;
                asked += 1;
                if answer != *expected {
                    let (login, place) = (ASKERS[role], ["own", "below", "other"][place]);
                    wrong.push(format!(
                        "{} {} {login} {place}: {answer}, not {expected}",
                        line.method, line.path
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
    let each: usize = table().iter().map(|line| line.places.len()).sum();
    assert_eq!(asked, each * Role::ALL.len());
}

/// Whether a route asks for a session: not one that anybody may ask, nor one for the bank's other systems.
fn is_for_people(line: &Line) -> bool {
    !OPEN.contains(&line.path) && line.places != [all(OUT)]
}

#[tokio::test]
async fn s7_1_f4_2_who_is_no_longer_trusted_is_refused_by_every_route() {
    let bank = Bank::open().await;
    let mut places = Places::open(&bank).await;
    let mut revoked = places.cell(0, 2).await;
    let mut disabled = places.cell(0, 3).await;
    let mut expired = places.cell(0, 4).await;
    let app = bank.server.app();
    devices::revoke(app, None, revoked.asker.id).await.unwrap();
    let change = UserChange { disabled: Some(true), ..UserChange::default() };
    admin::user_set(app, None, disabled.asker.session.user.id, change).await.unwrap();
    for line in table().iter().filter(|line| is_for_people(line)) {
        for (cell, expected) in [(&mut revoked, "403 device_revoked"), (&mut disabled, "401 signed_out")] {
            let body = (line.body)(cell);
            let body = Some(&body).filter(|body| !body.is_null());
            let (method, path) = (line.method.to_uppercase(), filled(line.path, cell));
            let (status, reply) = bank.ask(&method, &path, cell.asker.token(), body).await;
            assert_eq!(answered(status, &reply, cell.customer), expected, "{method} {path}");
        }
    }
    bank.clock.advance(15 * 60 * 1_000);
    let own = bank.device("rm.east", 1).await;
    for line in table().iter().filter(|line| is_for_people(line)) {
        let body = (line.body)(&mut expired);
        let body = Some(&body).filter(|body| !body.is_null());
        let (method, path) = (line.method.to_uppercase(), filled(line.path, &expired));
        for token in [expired.asker.token(), own.token().map(|token| &token[1..]), Some("x"), Some(""), None]
        {
            let (status, reply) = bank.ask(&method, &path, token, body).await;
            assert_eq!(answered(status, &reply, expired.customer), "401 signed_out", "{method} {path}");
        }
    }
}
