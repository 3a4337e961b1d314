//! An import whose process is killed, at any point, is there whole or not at all.

use crate::desk::{Desk, LOGIN, PASSWORD};
use crate::imports::{import, list};
use lq_client::contract::customers::{CustomersPage, FindCustomers};
use lq_client::contract::files::ImportMode;
use lq_client::contract::session::SignIn;
use lq_client::{Client, Config};
use lq_domain::clock::Clock as _;
use lq_domain::customers::Field;
use lq_domain::customers::query::CustomerQuery;
use lq_protocol::secret::derive;
use lq_store::Store;
use lq_store::key::Workstation;
use lq_testkit::clock::FixedClock;
use lq_testkit::files::{Encoding, List};
use lq_testkit::random::{Seeded, SeededRandom};
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

const ROWS: u64 = 20_000;
/// Kills of an import that holds still at a row, and of one that runs and writes.
const AT_ROWS: u64 = 15;
const WHILE_WRITING: u64 = 6;
const SEED: u64 = 2_026;
const SIGKILL: i32 = 9;

/// The process that imports.
struct Importer {
    child: Child,
    lines: Receiver<String>,
}

impl Importer {
    /// Starts the import; it holds before its `hold`th draw of unpredictable bytes.
    fn start(folder: &Path, file: &Path, seed: u64, hold: u64) -> Self {
        let program = std::env::current_exe().unwrap();
        let program = program.ancestors().nth(2).unwrap().join("examples/import_until");
        let mut child = Command::new(&program)
            .args([folder.as_os_str(), LOGIN.as_ref(), PASSWORD.as_ref(), file.as_os_str()])
            .args([seed.to_string(), hold.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{} (an example; cargo builds it with all tests): {error}", program.display())
            });
        let (sender, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines() {
                let Ok(()) = sender.send(line.unwrap()) else { return };
            }
        });
        Self { child, lines }
    }

    /// The number in the next line, which begins with `word`.
    fn says(&self, word: &str) -> u64 {
        number(&self.lines.recv().unwrap(), word)
    }

    /// Waits until the log has so many bytes, or the import is kept.
    fn logged(&self, log: &Path, bytes: u64) {
        while length(log) < bytes {
            match self.lines.try_recv() {
                Ok(line) => {
                    number(&line, "kept");
                    return;
                }
                Err(TryRecvError::Empty) => std::thread::yield_now(),
                Err(TryRecvError::Disconnected) => panic!("the import ended"),
            }
        }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        assert_eq!(self.child.wait().unwrap().signal(), Some(SIGKILL));
    }
}

fn number(line: &str, word: &str) -> u64 {
    line.strip_prefix(word).unwrap_or_else(|| panic!("{line}, not {word}")).trim().parse().unwrap()
}

fn length(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |data| data.len())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, place) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &place);
        } else {
            std::fs::copy(path, place).unwrap();
        }
    }
}

/// The store of 王芳 in a folder.
fn database(folder: &Path) -> PathBuf {
    Workstation::new(&folder.join("stores")).find(LOGIN).unwrap().unwrap().database()
}

/// Its write-ahead log.
fn log(folder: &Path) -> PathBuf {
    let mut path = database(folder).into_os_string();
    path.push("-wal");
    PathBuf::from(path)
}

/// What an import leaves in a store.
#[derive(Debug, PartialEq, Eq)]
struct Held {
    customers: u32,
    imports: usize,
    waiting: usize,
    /// Whether search finds the file's first customer, and its last one.
    found: [bool; 2],
}

impl Held {
    /// Opens the store as the user does, and looks.
    async fn of(folder: &Path, ends: &[String; 2]) -> Self {
        let clock = Arc::new(FixedClock::default());
        let client = Client::new(Config {
            folder: folder.to_owned(),
            clock: clock.clone(),
            random: Arc::new(SeededRandom::new(12)),
            device_name: "desk".to_owned(),
            version: "0.1.0".to_owned(),
            authority: None,
        });
        let sign_in = SignIn { login: LOGIN.to_owned(), password: PASSWORD.to_owned(), server: None };
        client.session_sign_in(sign_in).await.unwrap();
        let page = CustomersPage {
            query: CustomerQuery::default(),
            columns: vec![Field::Name],
            offset: 0,
            limit: 1,
        };
        let customers = client.customers_page(page).await.unwrap().total;
        let imports = client.imports_list(()).await.unwrap().len();
        let mut found = [false; 2];
        for (found, mobile) in found.iter_mut().zip(ends) {
            let input = FindCustomers { text: mobile.clone(), limit: 5 };
            *found = !client.customers_find(input).await.unwrap().is_empty();
        }
        client.session_lock(()).await.unwrap();
        let mut vault = Workstation::new(&folder.join("stores")).find(LOGIN).unwrap().unwrap();
        let key = vault.attempt(&derive(PASSWORD, vault.kdf()).unwrap().key, clock.now()).unwrap();
        let random = Arc::new(SeededRandom::new(13));
        let store = Store::open(&vault.database(), &key, vault.device(), clock, random).await.unwrap();
        let waiting = store.outbox(1_000_000).await.unwrap().1.len();
        store.close().await;
        Self { customers, imports, waiting, found }
    }
}

/// The mobiles of the file's first customer and of its last.
fn ends(file: &Path) -> [String; 2] {
    let text = std::fs::read_to_string(file).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mobiles: Vec<String> = reader.records().map(|record| record.unwrap()[5].to_owned()).collect();
    assert_eq!(mobiles.len() as u64, ROWS);
    [mobiles[0].clone(), mobiles[mobiles.len() - 1].clone()]
}

/// What the test kills imports of.
struct Bench {
    desk: Desk,
    place: tempfile::TempDir,
    file: PathBuf,
    ends: [String; 2],
    none: Held,
    all: Held,
}

impl Bench {
    /// A locked store with one customer, and a file.
    async fn new() -> Self {
        let desk = Desk::new().await;
        desk.add(&[(Field::Name, "王小二")]).await;
        desk.client.session_lock(()).await.unwrap();
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("many.csv");
        List { encoding: Encoding::Utf8, ..list(ROWS, 0) }.write(&file).unwrap();
        let ends = ends(&file);
        let none = Held { customers: 1, imports: 0, waiting: 1, found: [false; 2] };
        let all = Held { customers: 20_001, imports: 1, waiting: 20_001, found: [true; 2] };
        let bench = Self { desk, place, file, ends, none, all };
        assert_eq!(bench.held(bench.desk.folder.path()).await, bench.none);
        bench
    }

    /// A copy of the store's folder.
    fn copied(&self, name: &str) -> PathBuf {
        let folder = self.place.path().join(name);
        copy(self.desk.folder.path(), &folder);
        folder
    }

    async fn held(&self, folder: &Path) -> Held {
        Held::of(folder, &self.ends).await
    }

    /// An import that is killed when it has been told as kept, and is: its draws, and the bytes of its log.
    async fn whole(&self) -> (u64, u64) {
        let folder = self.copied("whole");
        let importer = Importer::start(&folder, &self.file, SEED, 0);
        let (draws, bytes) = (importer.says("kept"), length(&log(&folder)));
        importer.kill();
        assert_eq!(self.held(&folder).await, self.all);
        assert!(draws >= ROWS, "every row draws");
        (draws, bytes)
    }
}

#[tokio::test]
async fn x1_an_import_that_is_killed_is_there_whole_or_not_at_all_and_can_be_run_again() {
    let bench = Bench::new().await;
    let (draws, bytes) = bench.whole().await;
    let mut chance = Seeded::new(SEED);
    for number in 0..WHILE_WRITING {
        let folder = bench.copied(&format!("writing-{number}"));
        let importer = Importer::start(&folder, &bench.file, SEED + 1 + number, 0);
        let part = bytes / WHILE_WRITING;
        importer.logged(&log(&folder), part * number + chance.below(part));
        importer.kill();
        let held = bench.held(&folder).await;
        assert!(held == bench.none || held == bench.all, "killed while it was writing: {held:?}");
    }
    // The same store again and again: each kill leaves it as it was, and the next import begins.
    let between: Vec<u64> = (4..AT_ROWS).map(|_| 1 + chance.below(draws)).collect();
    let store = bench.desk.folder.path();
    for (number, draw) in (100..).zip([1, 2, 3, draws].into_iter().chain(between)) {
        let importer = Importer::start(store, &bench.file, SEED + number, draw);
        assert_eq!(importer.says("draw"), draw);
        importer.kill();
        assert_eq!(bench.held(store).await, bench.none, "killed at draw {draw} of {draws}");
    }
    let sign_in = SignIn { login: LOGIN.to_owned(), password: PASSWORD.to_owned(), server: None };
    bench.desk.client.session_sign_in(sign_in).await.unwrap();
    let again = import(&bench.desk, &bench.file, ImportMode::AddOnly).await;
    assert_eq!(u64::from(again.counts.new), ROWS);
    bench.desk.client.session_lock(()).await.unwrap();
    assert_eq!(bench.held(store).await, bench.all);
}
