//! Who may do what on the device: every command of the contract, called by somebody of every role, about a customer of
//! one's own, of a colleague at the same branch, and of another branch.
//!
//! A new command needs a line in [`table`]; without one the first test fails and prints the line to fill in.
//!
//! Lists show what the device holds. What it holds is what the server let it have: whoever loses a customer loses it by
//! the next exchange (see the tests across crates), not by a filter in a list.

use crate::desk::{Desk, PASSWORD};
use lq_client::Client;
use lq_client::contract::files::JobState;
use lq_client::contract::session::Phase;
use lq_client::events::Event;
use lq_domain::access::Role;
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_domain::feeds::FeedId;
use lq_domain::ids::{BranchId, ChangeId, UserId};
use lq_domain::record::{Conflict, FieldChange, FieldChanges, Record};
use lq_protocol::change::{ChangeResult, Channel, Outcome};
use lq_protocol::error::ErrorCode;
use lq_protocol::sync::{FeedEntry, FeedPage};
use lq_store::facts::Owner;
use lq_store::{NewChange, Store};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use uuid::Uuid;

const COLLEAGUE: UserId = UserId(Uuid::from_u128(50));
const STRANGER: UserId = UserId(Uuid::from_u128(51));
const OTHER_BRANCH: BranchId = BranchId(Uuid::from_u128(60));
/// Customers about whom a change waits, was refused, or met another; one for each place.
const EDITED: u128 = 9_000;
const REFUSED: u128 = 9_010;
const MET: u128 = 9_020;
/// A mobile as it was, and as the author of the change that met another wants it.
const BASE: &str = "13812345678";
const MINE: &str = "13912345678";

/// The answers to somebody of each role, in the order of [`Role::ALL`].
type Answers = [&'static str; 5];

/// The command is done.
const OK: &str = "ok";
/// The command is done, and the answer names the customer.
const THERE: &str = "there";
const NO: &str = "not_allowed";
const NONE: &str = "not_found";

struct Line {
    command: &'static str,
    input: fn(&Cell) -> Value,
    /// About a customer of one's own, of a colleague, of another branch; one of them when it makes no difference.
    places: Vec<Answers>,
}

/// One call: about which customer, and what else there is to name.
struct Cell {
    number: u128,
    place: usize,
    customer: Uuid,
    /// Changes of this place's customers.
    refused: ChangeId,
    met: ChangeId,
    /// The newest ones; nil when there is none.
    view: Uuid,
    import: Uuid,
    job: Uuid,
    folder: PathBuf,
}

/// A command that is about no customer.
fn alike(command: &'static str, input: fn(&Cell) -> Value, all: Answers) -> Line {
    Line { command, input, places: vec![all] }
}

fn line(
    command: &'static str,
    input: fn(&Cell) -> Value,
    own: Answers,
    colleague: Answers,
    other: Answers,
) -> Line {
    Line { command, input, places: vec![own, colleague, other] }
}

fn nothing(_: &Cell) -> Value {
    Value::Null
}

fn audits(_: &Cell) -> Value {
    json!({ "user": null, "action": null, "record": null, "device": null, "from": null, "to": null, "after": null })
}

fn customer(cell: &Cell) -> Value {
    json!({ "id": cell.customer })
}

const fn all(answer: &'static str) -> Answers {
    [answer; 5]
}

/// What only whoever works with customers may do.
const WORKS: Answers = [NO, OK, OK, NO, NO];
/// The same about a customer, of oneself and of a colleague.
const WORKS_OWN: Answers = [NO, THERE, THERE, NO, NONE];
const WORKS_COLLEAGUE: Answers = [NO, NONE, THERE, NO, NONE];
const QUIET_OWN: Answers = [NO, OK, OK, NO, NONE];
const QUIET_COLLEAGUE: Answers = [NO, NONE, OK, NO, NONE];
/// What only whoever works on cases may do.
const ON_CASES: Answers = [NO, NO, NO, OK, NO];
const ON_CASES_OF: Answers = [NO, NO, NO, THERE, NO];
const READS: Answers = [THERE, THERE, THERE, THERE, NO];

/// What is expected, by command: staff, relationship manager, manager, risk officer, administrator.
fn table() -> Vec<Line> {
    let mut all = about_records();
    all.extend(about_work());
    all
}

#[rustfmt::skip]
fn about_records() -> Vec<Line> {
    vec![
        alike("session_state", nothing, all(OK)),
        alike("session_probe", |_| json!({ "server": "http://192.0.2.1" }), all("server_address")),
        alike("session_create", create_store, all("store_exists")),
        alike("session_sign_in", sign_in, all(OK)),
        alike("session_lock", nothing, all(OK)),
        alike("session_sign_out", nothing, all(OK)),
        alike("session_join", join, all("server_address")),
        alike("session_change_password", |_| json!({ "old": PASSWORD, "new": "kurz" }), all("password_short")),
        alike("settings_get", nothing, all(OK)),
        alike("settings_set", settings, all(OK)),
        alike("customers_fields", nothing, [OK, OK, OK, OK, NO]),
        line("customers_page", page, READS, READS, READS),
        line("customers_find", |cell| json!({ "text": name(cell.number), "limit": 50 }), READS, READS, READS),
        line("customers_get", customer, [THERE, THERE, THERE, THERE, NONE], [THERE, NONE, THERE, THERE, NONE], all(NONE)),
        line("customers_history", customer, [OK, OK, OK, OK, NONE], [OK, NONE, OK, OK, NONE], all(NONE)),
        alike("customers_check", |_| json!({ "id": null, "values": { "name": "新客户" } }), WORKS),
        line("customers_check", values, QUIET_OWN, QUIET_COLLEAGUE, all(NONE)),
        alike("customers_create", create, WORKS),
        line("customers_update", values, WORKS_OWN, WORKS_COLLEAGUE, all(NONE)),
        line("customers_update", give, [NO, "field_readonly", THERE, NO, NONE], WORKS_COLLEAGUE, all(NONE)),
        line("customers_delete", customers, [NO, THERE, THERE, NO, NO], [NO, NONE, THERE, NO, NO], [NO, NONE, NONE, NO, NO]),
        line("customers_tag", tag_customers, [NO, THERE, THERE, NO, NO], [NO, NONE, THERE, NO, NO], [NO, NONE, NONE, NO, NO]),
        line("customers_undo", |cell| json!({ "undo": numbered(EDITED, cell.place) }), QUIET_OWN, QUIET_COLLEAGUE, all(NONE)),
        line("customers_reveal", reveal, [NO, OK, OK, OK, NONE], [NO, NONE, OK, OK, NONE], all(NONE)),
        line("accounts_list", customer, [OK, OK, OK, OK, NONE], [OK, NONE, OK, OK, NONE], all(NONE)),
        line("accounts_curve", |cell| json!({ "customer": cell.customer, "months": 6 }), [OK, OK, OK, OK, NONE], [OK, NONE, OK, OK, NONE],
             all(NONE)),
        line("transactions_page", booked, [OK, OK, OK, OK, NONE], [OK, NONE, OK, OK, NONE], all(NONE)),
        alike("tags_list", nothing, all(OK)),
        alike("tags_create", |cell| json!({ "name": format!("标签{}", cell.number), "colour": "blue" }), WORKS),
        alike("tags_update", |cell| json!({ "id": tag(1), "name": format!("新{}", cell.number), "colour": "red" }), WORKS),
        alike("tags_delete", |_| json!({ "id": tag(1) }), WORKS),
        alike("cases_list", nothing, ON_CASES),
        line("cases_open", |cell| json!({ "customer": cell.customer, "narrative": "分散转入" }), ON_CASES_OF, ON_CASES_OF, [NO, NO, NO, NONE, NO]),
        alike("cases_update", update_case, [NO, NO, NO, NONE, NO]),
        alike("views_list", nothing, all(OK)),
        alike("views_save", save_view, all(OK)),
        alike("views_delete", |cell| json!({ "id": cell.view }), all(OK)),
        alike("divisions_list", |_| json!({ "parent": null }), all(OK)),
        alike("users_list", nothing, all(OK)),
        alike("branches_list", nothing, all(OK)),
        alike("audits_page", audits, [NO, NO, "not_joined", "not_joined", NO]),
        alike("access_overview", nothing, all(OK)),
        line("access_customer", customer, [OK, OK, OK, OK, NONE], [OK, NONE, OK, OK, NONE], all(NONE)),
        // What the device still holds beyond the scope is not spoken of.
        line("access_lookup", |cell| json!({ "text": name(cell.number) }), [THERE, THERE, THERE, THERE, OK], [THERE, OK, THERE, THERE, OK],
             all(OK)),
        alike("devices_list", nothing, [NO, NO, NO, NO, "not_joined"]),
        alike("devices_revoke", |cell| json!({ "id": cell.customer }), [NO, NO, NO, NO, "not_joined"]),
    ]
}

/// Files, jobs, backups and the exchange.
#[rustfmt::skip]
fn about_work() -> Vec<Line> {
    vec![
        alike("imports_inspect", |cell| json!({ "path": file(cell), "options": null }), WORKS),
        alike("imports_start", |cell| start_import(cell, true), WORKS),
        alike("imports_save_errors", save_errors, WORKS),
        alike("imports_start", |cell| start_import(cell, false), WORKS),
        alike("imports_list", nothing, all(OK)),
        alike("imports_undo", |cell| json!({ "id": cell.import }), WORKS),
        alike("exports_suggest", |_| json!({ "name": "客户.csv" }), all(OK)),
        alike("exports_start", export, [NO, OK, OK, OK, NO]),
        alike("jobs_list", nothing, all(OK)),
        alike("jobs_cancel", |cell| json!({ "id": cell.job }), [NONE, OK, OK, OK, NONE]),
        // Whoever has a store may keep it.
        alike("backups_state", nothing, all(OK)),
        alike("backups_schedule", |cell| json!({ "every": "off", "folder": cell.folder, "keep": 3 }), all(OK)),
        alike("backups_create", nothing, all(OK)),
        alike("backups_verify", |cell| json!({ "path": cell.folder.join("nichts"), "password": null }), all("file_unreadable")),
        alike("backups_restore", |cell| json!({ "path": cell.folder.join("nichts"), "password": PASSWORD }), all("file_unreadable")),
        alike("sync_state", nothing, all(OK)),
        alike("sync_run", nothing, all("not_joined")),
        alike("sync_queue", nothing, all(OK)),
        alike("sync_rounds", nothing, all(OK)),
        line("sync_settle", settle, QUIET_OWN, QUIET_COLLEAGUE, all(NONE)),
        line("sync_retry", |cell| json!({ "change": cell.refused }), QUIET_OWN, QUIET_COLLEAGUE, all(NONE)),
        // Whoever may no longer send a change may still give it up: only its author has it.
        line("sync_discard", |cell| json!({ "change": cell.refused }), [OK, NONE, NONE, OK, OK], [OK, OK, NONE, OK, OK], all(OK)),
        // Everybody's store is the own one.
        alike("session_rekey", |_| json!({ "password": PASSWORD }), all(OK)),
    ]
}

fn create_store(_: &Cell) -> Value {
    json!({ "name": "李雷", "login": crate::desk::LOGIN, "password": "Langqiao-2026-other" })
}

fn sign_in(_: &Cell) -> Value {
    json!({ "login": crate::desk::LOGIN, "password": PASSWORD, "server": null })
}

fn join(_: &Cell) -> Value {
    json!({ "server": "http://192.0.2.1", "login": "wangfang", "password": PASSWORD })
}

fn settings(_: &Cell) -> Value {
    json!({
        "language": "en", "theme": "dark", "density": "compact", "font_scale": 100, "lock_minutes": 5,
        "market_colour": "red_up", "single_keys": true, "keys": {}, "seen": [],
    })
}

fn query() -> Value {
    json!(lq_domain::customers::query::CustomerQuery::default())
}

fn booked(cell: &Cell) -> Value {
    json!({ "query": { "customer": cell.customer }, "offset": 0, "limit": 50 })
}

fn page(_: &Cell) -> Value {
    json!({ "query": query(), "columns": ["name"], "offset": 0, "limit": 500 })
}

fn values(cell: &Cell) -> Value {
    json!({ "id": cell.customer, "revision": 1, "values": { "notes": "记一笔" }, "reason": null })
}

fn give(cell: &Cell) -> Value {
    // The colleague's customer goes to another colleague.
    let to = if cell.place == 1 { STRANGER } else { COLLEAGUE };
    json!({ "id": cell.customer, "revision": 1, "values": { "owner": to }, "reason": null })
}

fn create(cell: &Cell) -> Value {
    json!({ "values": { "name": "新客户" }, "key": cell.number.to_string() })
}

fn customers(cell: &Cell) -> Value {
    json!({ "ids": [cell.customer] })
}

fn tag_customers(cell: &Cell) -> Value {
    json!({ "ids": [cell.customer], "add": [tag(0)], "remove": [] })
}

fn update_case(cell: &Cell) -> Value {
    json!({ "id": cell.customer, "revision": 1, "narrative": "分散转入", "state": "open", "conclusion": "" })
}

fn reveal(cell: &Cell) -> Value {
    json!({ "id": cell.customer, "field": "mobile", "reason": "回访" })
}

fn save_view(cell: &Cell) -> Value {
    let columns = json!([{ "column": "name", "width": 100 }]);
    json!({ "id": null, "name": format!("视图{}", cell.number), "query": query(), "columns": columns })
}

fn file(cell: &Cell) -> PathBuf {
    cell.folder.join("客户.csv")
}

fn start_import(cell: &Cell, dry_run: bool) -> Value {
    let field = |field: &str| json!({ "kind": "field", "field": field });
    json!({
        "path": file(cell), "mapping": [field("name"), field("mobile")], "mode": "add_only", "dry_run": dry_run,
        "options": { "encoding": "utf8", "delimiter": ",", "sheet": null, "header": true },
    })
}

fn save_errors(cell: &Cell) -> Value {
    json!({ "job": cell.job, "path": cell.folder.join("错误.csv") })
}

fn export(cell: &Cell) -> Value {
    json!({
        "query": query(), "ids": [cell.customer], "columns": ["name"], "format": "csv", "reason": "季度盘点",
        "path": cell.folder.join(format!("{}.csv", cell.number)), "replace": false, "language": "zh-CN",
    })
}

fn settle(cell: &Cell) -> Value {
    json!({ "change": cell.met, "choices": { "mobile": { "kind": "mine" } } })
}

const fn numbered(from: u128, place: usize) -> Uuid {
    Uuid::from_u128(from + place as u128)
}

const fn tag(number: usize) -> Uuid {
    numbered(70, number)
}

fn name(number: u128) -> String {
    format!("客户{number}")
}

fn record(entity: Feature, id: Uuid, fields: &[(&str, &str)]) -> FeedEntry {
    let mut record = Record::new(entity, id, Timestamp(1_000));
    record.revision = 1;
    for (field, value) in fields {
        record.set(field, Some((*value).to_owned()));
    }
    FeedEntry { position: 0, entity, record_id: id, record: Some(record) }
}

fn change(fields: (&str, Option<&str>, &str), id: Uuid, actor: UserId) -> NewChange {
    let (field, base, new) = fields;
    let fields = FieldChange { base: base.map(str::to_owned), new: Some(new.to_owned()) };
    NewChange {
        entity: Feature::Customers,
        record_id: id,
        fields: FieldChanges::from([(field.to_owned(), fields)]),
        actor,
        channel: Channel::Form,
        reason: None,
        // So that an undo can name it.
        group: Some(id),
    }
}

/// What is on the device: customers of three owners, colleagues, branches, tags; changes refused and met.
async fn furnish(store: &Store, role: Role, customers: u128) -> [(ChangeId, ChangeId); 3] {
    let mut owner: Owner = store.owner().await.unwrap().unwrap();
    owner.profile.role = role;
    store.set_owner(&owner).await.unwrap();
    let (me, home) = (owner.profile.id, owner.profile.branch.to_string());
    let away = OTHER_BRANCH.to_string();
    let mut entries = vec![
        record(Feature::Users, COLLEAGUE.0, &[("name", "李明"), ("branch", &home)]),
        record(Feature::Users, STRANGER.0, &[("name", "赵强"), ("branch", &away)]),
        record(Feature::Branches, OTHER_BRANCH.0, &[("name", "城西支行")]),
        record(Feature::Tags, tag(0), &[("name", "VIP")]),
        record(Feature::Tags, tag(1), &[("name", "老客户")]),
    ];
    let places = [(me.to_string(), &home), (COLLEAGUE.to_string(), &home), (STRANGER.to_string(), &away)];
    let special = [EDITED, REFUSED, MET].into_iter().flat_map(|from| from..from + 3);
    for number in (1_000..1_000 + customers).chain(special) {
        let place = if number >= EDITED { number % 10 } else { (number - 1_000) % 3 };
        let (owner, branch) = &places[usize::try_from(place).unwrap()];
        let fields = [
            ("kind", "personal"),
            ("name", &name(number)),
            ("mobile", BASE),
            ("owner", owner),
            ("branch", branch),
        ];
        entries.push(record(Feature::Customers, Uuid::from_u128(number), &fields));
    }
    for (position, entry) in (1..).zip(&mut entries) {
        entry.position = position;
    }
    let next = entries.len() as u64;
    let canonical = |id: Uuid| entries.iter().find(|entry| entry.record_id == id).unwrap().record.clone();
    let canon = [0, 1, 2].map(|place| [REFUSED, MET].map(|from| canonical(numbered(from, place)).unwrap()));
    store.apply(&FeedPage { feed: FeedId::Bank, entries, next, head: next, resync: false }).await.unwrap();
    let [own, colleague, other] = canon;
    [
        answered_with(store, me, 0, own).await,
        answered_with(store, me, 1, colleague).await,
        answered_with(store, me, 2, other).await,
    ]
}

/// Changes of a place's customers: one waits, one was refused, one met another. The latter two.
async fn answered_with(
    store: &Store,
    me: UserId,
    place: usize,
    [refused, met]: [Record; 2],
) -> (ChangeId, ChangeId) {
    let mut tx = store.write().await.unwrap();
    tx.change(change(("notes", None, "旧"), numbered(EDITED, place), me)).await.unwrap();
    let refusal = tx.change(change(("notes", None, "旧"), refused.id, me)).await.unwrap().change;
    let mobile = ("mobile", Some(BASE), MINE);
    let meeting = tx.change(change(mobile, met.id, me)).await.unwrap().change;
    tx.commit().await.unwrap();
    let conflict = Conflict {
        field: "mobile".to_owned(),
        base: Some(BASE.to_owned()),
        mine: Some(MINE.to_owned()),
        theirs: Some("13712345678".to_owned()),
        theirs_by: None,
        theirs_at: None,
    };
    let refusing = ChangeResult::Refused { code: ErrorCode::NotAllowed, field: None };
    let conflicting = ChangeResult::Conflict { conflicts: vec![conflict] };
    let outcomes = [
        Outcome { change: refusal, result: refusing, record: Some(refused) },
        Outcome { change: meeting, result: conflicting, record: Some(met) },
    ];
    store.settle(&outcomes).await.unwrap();
    (refusal, meeting)
}

/// The newest of a list that has ids, by its newest time.
async fn newest(client: &Client, command: &str, last: bool) -> Uuid {
    let list = client.dispatch(command, Value::Null).await.unwrap();
    let list = list.as_array().unwrap();
    let one = if last { list.last() } else { list.first() };
    one.map_or(Uuid::nil(), |one| serde_json::from_value(one["id"].clone()).unwrap())
}

/// What came of a call, as [`table`] writes it. A job is waited for.
async fn answer(client: &Client, line: &Line, cell: &Cell) -> String {
    let mut events = client.events();
    let value = match client.dispatch(line.command, (line.input)(cell)).await {
        Ok(value) => value,
        Err(error) => return error.code.as_str().to_owned(),
    };
    if line.command.ends_with("_start")
        || ["imports_undo", "backups_create", "session_rekey"].contains(&line.command)
    {
        loop {
            match events.recv().await.unwrap() {
                Event::Job { job } if json!(job.id) == value["id"] && job.state != JobState::Running => {
                    return if job.state == JobState::Done {
                        OK.to_owned()
                    } else {
                        format!("{:?}", job.error)
                    };
                }
                _ => {}
            }
        }
    }
    let there = value.to_string().contains(&cell.customer.to_string());
    if there { THERE } else { OK }.to_owned()
}

/// What a refused command must leave as it was.
async fn state(client: &Client) -> (Value, Value, Value) {
    let ask = async |command| client.dispatch(command, Value::Null).await.unwrap();
    (ask("sync_queue").await, ask("tags_list").await, ask("imports_list").await)
}

async fn work_as(role: Role, column: usize, wrong: &mut Vec<String>) -> usize {
    let desk = Desk::new().await;
    let lines = table();
    let total = u128::try_from(lines.len() * 3).unwrap();
    let changes = desk.behind(async |store: &Store| furnish(store, role, total).await).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("客户.csv"), "姓名,手机\n新客户,13612345678\n,1\n").unwrap();
    let client = &desk.client;
    let mut asked = 0;
    for (at, line) in lines.iter().enumerate() {
        for (place, expected) in line.places.iter().enumerate() {
            desk.clock.advance(1_000);
            let number = 1_000 + u128::try_from(at * 3 + place).unwrap();
            let cell = Cell {
                number,
                place,
                customer: Uuid::from_u128(number),
                refused: changes[place].0,
                met: changes[place].1,
                view: newest(client, "views_list", true).await,
                import: newest(client, "imports_list", false).await,
                job: newest(client, "jobs_list", false).await,
                folder: folder.path().to_owned(),
            };
            let before = state(client).await;
            let got = answer(client, line, &cell).await;
            asked += 1;
            if got != expected[column] {
                let place = ["own", "colleague", "other"][place];
                let command = line.command;
                wrong.push(format!("{command} {} {place}: {got}, not {}", role.as_str(), expected[column]));
            }
            if client.session_state(()).await.unwrap().phase != Phase::Unlocked {
                client.dispatch("session_sign_in", sign_in(&cell)).await.unwrap();
            }
            if ![OK, THERE].contains(&got.as_str()) {
                assert_eq!(state(client).await, before, "a refusal changes nothing: {}", line.command);
            }
        }
    }
    asked
}

#[test]
fn s7_1_every_command_of_the_contract_says_whom_it_serves() {
    macro_rules! names {
        ($($name:ident($input:ty) -> $output:ty;)*) => { [$(stringify!($name)),*] };
    }
    let commands = BTreeSet::from(lq_client::commands!(names));
    let lines = table();
    let listed: BTreeSet<_> = lines.iter().map(|line| line.command).collect();
    let missing: Vec<_> =
        commands.difference(&listed).map(|name| format!("alike(\"{name}\", nothing, all(OK)),")).collect();
    assert!(missing.is_empty(), "lines to add to the table in rights.rs:\n{}", missing.join("\n"));
    let gone: Vec<_> = listed.difference(&commands).collect();
    assert!(gone.is_empty(), "no longer in the contract: {gone:?}");
}

#[tokio::test]
async fn s7_1_f4_2_every_command_answers_every_role_as_its_rights_are() {
    let mut wrong = Vec::new();
    let mut asked = 0;
    for (column, role) in Role::ALL.into_iter().enumerate() {
        asked += work_as(role, column, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{} of {asked} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
    let each: usize = table().iter().map(|line| line.places.len()).sum();
    assert_eq!(asked, each * Role::ALL.len());
}
