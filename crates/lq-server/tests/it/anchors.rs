//! The audit's signed ends: whatever is done to the audit in the database is found.

use crate::bank::{Bank, Device, ask};
use crate::process::Process;
use lq_domain::feature::Feature;
use lq_server::audits::anchors::{Anchor, AnchorKey, Anchoring, anchor};
use lq_server::audits::verify::{Against, Fault, Report, verify};
use lq_testkit::random::SeededRandom;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;
use uuid::Uuid;

/// Computes the hash of an entry as the server does, in the database: what somebody does who has nothing else.
const REBUILD: &str = r#"
CREATE FUNCTION pg_temp.word(j text) RETURNS text LANGUAGE sql AS $$ SELECT coalesce(j, 'null') $$;
CREATE FUNCTION pg_temp.entry_hash(a audits, was bytea) RETURNS bytea LANGUAGE sql AS $$
  SELECT sha256(was || convert_to('["' || a.branch_id || '",' || a.position || ',{"at":' || a.at || ',"made_at":' || a.made_at
    || ',"user":' || pg_temp.word(to_json(a.user_id)::text) || ',"device":' || pg_temp.word(to_json(a.device_id)::text)
    || ',"action":' || to_json(a.action)::text || ',"entity":' || pg_temp.word(to_json(a.entity)::text)
    || ',"record":' || pg_temp.word(to_json(a.record_id)::text) || ',"change":' || pg_temp.word(to_json(a.change_id)::text)
    || ',"fields":' || (SELECT '{' || coalesce(string_agg(to_json(key)::text || ':' || replace(value::text, ', ', ','), ',' ORDER BY key COLLATE "C"), '') || '}'
                          FROM jsonb_each(a.fields))
    || ',"reason":' || pg_temp.word(to_json(a.reason)::text) || '}]', 'UTF8')) $$;
DO $$
DECLARE one audits; was bytea := ''; place bigint := 0; own bytea;
BEGIN
  FOR one IN SELECT * FROM audits WHERE branch_id = '{branch}' ORDER BY position LOOP
    place := place + 1;
    UPDATE audits SET position = place, previous = was WHERE branch_id = one.branch_id AND position = one.position;
    one.position := place;
    own := pg_temp.entry_hash(one, was);
    UPDATE audits SET hash = own WHERE branch_id = one.branch_id AND position = place;
    was := own;
  END LOOP;
  UPDATE audit_heads SET position = place, hash = was WHERE branch_id = '{branch}';
END $$;
"#;

/// A bank whose east branch has an audit of some entries, anchored twice.
struct Anchored {
    bank: Bank,
    folder: tempfile::TempDir,
    anchoring: Anchoring,
    device: Device,
    /// Positions that are anchored in the east branch's chain.
    places: [u64; 2],
}

impl Anchored {
    async fn new() -> Self {
        let bank = Bank::open().await;
        let folder = tempfile::tempdir().unwrap();
        let key = AnchorKey::make(&folder.path().join("key.pem"), &SeededRandom::new(1)).unwrap();
        let file = folder.path().join("anchors.jsonl");
        let anchoring = Anchoring { key, file, every: Duration::from_secs(3_600) };
        let device = bank.device("rm.east", 1).await;
        let mut anchored = Self { bank, folder, anchoring, device, places: [0; 2] };
        for (place, first) in [(0, 1), (1, 5)] {
            anchored.write(first..first + 4).await;
            assert_eq!(
                anchored.anchor().await,
                1 + usize::from(place == 0),
                "the bank's own chain has not grown"
            );
            anchored.places[place] = anchored.head().await;
        }
        anchored.write(20..22).await;
        assert_eq!(anchored.faults().await, Vec::new(), "before anything is done to it");
        anchored
    }

    /// New customers, each with an entry of the audit.
    async fn write(&mut self, records: std::ops::Range<u128>) {
        for record in records {
            let made = self.device.new_customer(record, &[("notes", "老客户")]);
            self.device.applied(made).await;
        }
    }

    async fn anchor(&self) -> usize {
        anchor(self.bank.server.app(), &self.anchoring).await.unwrap()
    }

    async fn head(&self) -> u64 {
        let mut connection = PgConnection::connect(&self.bank.url).await.unwrap();
        let head: i64 = sqlx::query_scalar("SELECT position FROM audit_heads WHERE branch_id = $1")
            .bind(self.bank.east.0)
            .fetch_one(&mut connection)
            .await
            .unwrap();
        head.unsigned_abs()
    }

    /// Does something to the database, past everything that guards it; `{branch}` is the east branch.
    async fn strike(&self, words: &str) {
        let mut connection = PgConnection::connect(&self.bank.url).await.unwrap();
        let open = "ALTER TABLE audits DISABLE TRIGGER ALL; ALTER TABLE audit_anchors DISABLE TRIGGER ALL;";
        let words = format!("{open}{}", words.replace("{branch}", &self.bank.east.to_string()));
        sqlx::raw_sql(AssertSqlSafe(words)).execute(&mut connection).await.unwrap();
    }

    fn against(&self) -> Against {
        Against {
            branch: None,
            keys: vec![self.anchoring.key.public()],
            files: vec![self.anchoring.file.clone()],
        }
    }

    async fn report(&self) -> Report {
        verify(self.bank.server.app().db(), &self.against()).await.unwrap()
    }

    /// What is found in the east branch's chain.
    async fn faults(&self) -> Vec<(u64, Fault)> {
        let east = |branch| assert_eq!(branch, Some(self.bank.east.0), "the other chains hold");
        let findings = self.report().await.findings.into_iter();
        findings
            .inspect(|found| east(found.branch))
            .map(|found| (found.position.unwrap(), found.fault))
            .collect()
    }

    fn lines(&self) -> Vec<String> {
        std::fs::read_to_string(&self.anchoring.file).unwrap().lines().map(str::to_owned).collect()
    }

    fn write_lines(&self, lines: &[String]) {
        std::fs::write(&self.anchoring.file, lines.join("\n") + "\n").unwrap();
    }

    /// The number of the line that anchors a position of the east branch.
    fn line_of(&self, position: u64) -> usize {
        let is = |line: &String| {
            let anchor: Anchor = serde_json::from_str(line).unwrap();
            (anchor.branch, anchor.position) == (self.bank.east.0, position)
        };
        self.lines().iter().position(is).unwrap()
    }
}

const EAST: &str = "branch_id = '{branch}'";

#[tokio::test]
async fn x36_an_entry_that_was_changed_is_found_with_its_place() {
    let anchored = Anchored::new().await;
    anchored.strike(&format!("UPDATE audits SET action = 'update' WHERE {EAST} AND position = 4")).await;
    assert_eq!(anchored.faults().await, [(4, Fault::Changed)]);
    anchored
        .strike(&format!(
            "UPDATE audits SET user_id = gen_random_uuid(), hash = sha256('x') WHERE {EAST} AND position = 6"
        ))
        .await;
    assert_eq!(anchored.faults().await, [(4, Fault::Changed), (6, Fault::Changed)]);
}

#[tokio::test]
async fn x36_entries_that_were_removed_in_the_middle_are_found_with_their_place() {
    let anchored = Anchored::new().await;
    anchored.strike(&format!("DELETE FROM audits WHERE {EAST} AND position IN (3, 4)")).await;
    assert_eq!(anchored.faults().await, [(3, Fault::Removed)]);
    anchored.strike(&format!("DELETE FROM audits WHERE {EAST} AND position = 1")).await;
    assert_eq!(anchored.faults().await, [(1, Fault::Removed), (3, Fault::Removed)], "also the first");
}

#[tokio::test]
async fn x36_a_tail_that_was_removed_is_found_also_when_the_chains_end_was_set_back() {
    let anchored = Anchored::new().await;
    let last = anchored.places[1];
    anchored.strike(&format!("DELETE FROM audits WHERE {EAST} AND position >= {last}")).await;
    assert_eq!(anchored.faults().await, [(last, Fault::Truncated)]);
    let back = "UPDATE audit_heads h SET position = a.position, hash = a.hash FROM audits a
                 WHERE a.branch_id = h.branch_id AND h.branch_id = '{branch}' AND a.position = ";
    anchored.strike(&format!("{back}{}", last - 1)).await;
    assert_eq!(
        lq_server::verify_audits(anchored.bank.server.app().db(), anchored.bank.east).await.unwrap(),
        None
    );
    assert_eq!(anchored.faults().await, [(last, Fault::Truncated)], "the chain fits, its anchor does not");
    assert_eq!(anchored.anchor().await, 0, "what ends before its anchor is not signed");
    anchored.strike(&format!("DELETE FROM audits WHERE {EAST}; DELETE FROM audit_heads WHERE {EAST}")).await;
    anchored.strike(&format!("DELETE FROM audit_anchors WHERE {EAST}")).await;
    assert_eq!(
        anchored.faults().await,
        [(1, Fault::Truncated)],
        "the file alone knows that there was a chain"
    );
}

#[tokio::test]
async fn x36_entries_in_another_order_are_found_with_their_places() {
    let anchored = Anchored::new().await;
    let swap = format!(
        "UPDATE audits SET position = -1 WHERE {EAST} AND position = 2;
         UPDATE audits SET position = 2 WHERE {EAST} AND position = 4;
         UPDATE audits SET position = 4 WHERE {EAST} AND position = -1"
    );
    anchored.strike(&swap).await;
    // Anchored entries with hashes of other places would be called rebuilt; these are not anchored.
    assert!(!anchored.places.contains(&2) && !anchored.places.contains(&4), "{:?}", anchored.places);
    assert_eq!(anchored.faults().await, [(2, Fault::Reordered), (4, Fault::Reordered)]);
    anchored.strike(&swap).await;
    assert_eq!(anchored.faults().await, Vec::new());
    let content = format!(
        "UPDATE audits a SET action = b.action, record_id = b.record_id, change_id = b.change_id, fields = b.fields,
                             at = b.at, made_at = b.made_at, user_id = b.user_id, device_id = b.device_id,
                             entity = b.entity, reason = b.reason
           FROM audits b
          WHERE a.{EAST} AND b.branch_id = a.branch_id AND a.position + b.position = 6 AND a.position IN (2, 4)"
    );
    anchored.strike(&content).await;
    assert_eq!(
        anchored.faults().await,
        [(2, Fault::Reordered), (4, Fault::Reordered)],
        "with the hashes left in place"
    );
}

#[tokio::test]
async fn x36_a_chain_that_was_written_anew_with_new_hashes_is_found_by_its_anchors() {
    let anchored = Anchored::new().await;
    anchored.strike(REBUILD).await;
    assert_eq!(
        anchored.faults().await,
        Vec::new(),
        "the same entries have the same hashes: the test rebuilds rightly"
    );
    let [first, second] = anchored.places;
    anchored
        .strike(&format!(
            "UPDATE audits SET action = 'update' WHERE {EAST} AND position = {};{REBUILD}",
            first + 1
        ))
        .await;
    let db = anchored.bank.server.app().db();
    assert_eq!(lq_server::verify_audits(db, anchored.bank.east).await.unwrap(), None, "no walk finds it");
    assert_eq!(anchored.faults().await, [(second, Fault::Rebuilt)]);
    anchored.strike(&format!("DELETE FROM audits WHERE {EAST} AND position = 1;{REBUILD}")).await;
    assert_eq!(lq_server::verify_audits(db, anchored.bank.east).await.unwrap(), None);
    assert_eq!(anchored.faults().await, [(first, Fault::Rebuilt)], "from its beginning");
}

#[tokio::test]
async fn x36_an_anchor_that_was_changed_or_that_somebody_else_signed_is_found() {
    let anchored = Anchored::new().await;
    let [first, second] = anchored.places;
    anchored
        .strike(&format!("UPDATE audit_anchors SET hash = sha256('x') WHERE {EAST} AND position = {first}"))
        .await;
    assert_eq!(anchored.faults().await, [(first, Fault::AnchorForged)]);
    let lines = anchored.lines();
    let mut other = lines.clone();
    let at = anchored.line_of(second);
    let mut line: Value = serde_json::from_str(&lines[at]).unwrap();
    line["position"] = (second - 1).into();
    other[at] = line.to_string();
    anchored.write_lines(&other);
    let forged: Vec<_> = anchored
        .report()
        .await
        .findings
        .into_iter()
        .map(|found| (found.position, found.fault, found.line))
        .collect();
    let place = |line: usize| Some(format!("anchors.jsonl:{}", line + 1));
    assert!(forged.contains(&(Some(second - 1), Fault::AnchorForged, place(at))), "{forged:?}");
    assert!(forged.contains(&(Some(second), Fault::AnchorMissing, None)), "{forged:?}");
    let foreign =
        AnchorKey::make(&anchored.folder.path().join("foreign.pem"), &SeededRandom::new(2)).unwrap();
    let own: Anchor = serde_json::from_str(&lines[at]).unwrap();
    other[at] = serde_json::to_string(&foreign.sign(own.branch, own.position, own.hash, own.at)).unwrap();
    anchored.write_lines(&other);
    let found = anchored.report().await.findings;
    let by_other = found.iter().any(|found| (found.fault, &found.line) == (Fault::AnchorForged, &place(at)));
    assert!(by_other, "a good signature of another key: {found:?}");
}

#[tokio::test]
async fn x36_a_line_that_is_gone_from_the_file_is_found_and_one_that_is_torn() {
    let anchored = Anchored::new().await;
    let second = anchored.places[1];
    let lines = anchored.lines();
    let mut fewer = lines.clone();
    fewer.remove(anchored.line_of(second));
    anchored.write_lines(&fewer);
    assert_eq!(anchored.faults().await, [(second, Fault::AnchorMissing)]);
    // As a process leaves it that ends in the middle of a line.
    std::fs::write(&anchored.anchoring.file, lines.join("\n") + "\n{\"branch\":").unwrap();
    let mut anchored = anchored;
    anchored.write(30..31).await;
    assert_eq!(anchored.anchor().await, 1);
    let found = anchored.report().await.findings;
    assert_eq!(found.len(), 1, "the line behind the torn one reads: {found:?}");
    let place = format!("anchors.jsonl:{}", lines.len() + 1);
    assert_eq!((found[0].fault, found[0].line.as_ref()), (Fault::AnchorUnreadable, Some(&place)));
    let blind = Against { keys: Vec::new(), ..anchored.against() };
    verify(anchored.bank.server.app().db(), &blind)
        .await
        .expect_err("anchors that nobody can verify are no proof");
}

#[tokio::test]
async fn processes_that_anchor_at_once_add_each_end_once_and_tear_no_line() {
    const ROUNDS: u128 = 12;
    let mut anchored = Anchored::new().await;
    let before = anchored.lines().len();
    let clock = anchored.bank.clock.clone();
    let random = std::sync::Arc::new(SeededRandom::new(9));
    let other = lq_testkit::postgres::app_at(&anchored.bank.url, clock, random).await.unwrap();
    let mut told = 0;
    for round in 0..ROUNDS {
        anchored.write(100 + round..101 + round).await;
        let apps = [anchored.bank.server.app(), &other, &other, anchored.bank.server.app()];
        for done in futures_util::future::join_all(apps.map(|app| anchor(app, &anchored.anchoring))).await {
            told += done.unwrap();
        }
    }
    let anchors: Vec<Anchor> =
        anchored.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let places: BTreeSet<(Uuid, u64)> =
        anchors.iter().map(|anchor| (anchor.branch, anchor.position)).collect();
    assert_eq!(places.len(), anchors.len(), "each once");
    assert_eq!((anchors.len() - before, told), (12, 12));
    assert_eq!(anchored.faults().await, Vec::new());
}

/// Runs the program; whether it ended well, and what it printed.
async fn run(url: &str, words: &[&str]) -> (bool, Value, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lq-server"));
    command.args(words).env_clear().env("LQ_DATABASE_URL", url).kill_on_drop(true);
    let done = command.output().await.unwrap();
    let printed = serde_json::from_slice(&done.stdout).unwrap_or_default();
    (done.status.success(), printed, String::from_utf8(done.stderr).unwrap())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test]
async fn x36_the_program_anchors_what_it_wrote_when_it_stops_and_tells_what_was_done_since() {
    let bank = Bank::open().await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    let (key, file) = (path("key.pem"), path("anchors.jsonl"));
    let (well, made, _) = run(&bank.url, &["audit-key-make", text(&key)]).await;
    assert!(well);
    let public = made["public_key"].as_str().unwrap().to_owned();
    assert!(!run(&bank.url, &["audit-key-make", text(&key)]).await.0, "no key is overwritten");
    let words = ["--audit-key", text(&key), "--audit-anchors", text(&file)];
    // Others may read it: nobody is served.
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    let (well, _, log) = run(&bank.url, &[&["serve", "--listen", "127.0.0.1:0"][..], &words].concat()).await;
    assert!(!well && log.contains("0600"), "{log}");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();

    let process =
        Process::serve(&bank.url, "warn,lq_server=info", &[&words[..], &["--drain-seconds", "0"]].concat())
            .await;
    let mut device = bank.device_at(process.address, "rm.east", 1).await;
    let made = device.new_customer(1, &[]);
    device.applied(made).await;
    let edit = device.change(Feature::Customers, 1, 1, &[("notes", None, Some("回访"))]);
    device.applied(edit).await;
    let (status, _) = ask(process.address, "GET", "/v1/health", None, None).await;
    assert_eq!(status, 200);
    process.terminate().await;
    let (status, log) = process.ended().await;
    assert!(status.success(), "{log}");
    let verify = ["audit-verify", "--public-key", &public, "--anchors", text(&file)];
    let (well, report, log) = run(&bank.url, &verify).await;
    assert!(
        well && report["anchors"].as_u64() >= Some(2) && report["findings"] == serde_json::json!([]),
        "{report} {log}"
    );

    let mut connection = PgConnection::connect(&bank.url).await.unwrap();
    sqlx::raw_sql("ALTER TABLE audits DISABLE TRIGGER ALL").execute(&mut connection).await.unwrap();
    let last = "DELETE FROM audits WHERE branch_id = $1 AND action = 'update'";
    assert_eq!(
        sqlx::query(last).bind(bank.east.0).execute(&mut connection).await.unwrap().rows_affected(),
        1
    );
    let (well, report, _) = run(&bank.url, &verify).await;
    assert!(!well);
    assert_eq!(
        report["findings"][0]["fault"], "truncated",
        "the last entry was anchored as the server stopped: {report}"
    );
    assert_eq!(report["findings"][0]["branch"], bank.east.to_string());
}
