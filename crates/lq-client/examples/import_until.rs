//! Brings a file of customers into a store and holds still where it is told to: for the tests that kill it there.
//!
//! `import_until FOLDER LOGIN PASSWORD FILE SEED HOLD` holds before the import takes its HOLDth unpredictable bytes, of which
//! every row takes some for its ids; with 0 it runs to the end. It says `draw N` where it holds and `kept N` when the import is
//! kept, and waits then. It ends by itself when its standard input does.

use lq_client::contract::files::{ImportMode, InspectFile, JobState, JobView, StartImport};
use lq_client::contract::session::SignIn;
use lq_client::events::Event;
use lq_client::{Client, Config};
use lq_domain::clock::Random;
use lq_testkit::clock::FixedClock;
use lq_testkit::random::SeededRandom;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

type Problem = Box<dyn std::error::Error>;

/// Bytes that are counted, and where somebody waits.
struct Counted {
    bytes: SeededRandom,
    drawn: AtomicU64,
    hold: AtomicU64,
}

impl Random for Counted {
    fn fill(&self, bytes: &mut [u8]) {
        let draw = self.drawn.fetch_add(1, Ordering::SeqCst) + 1;
        if draw == self.hold.load(Ordering::SeqCst) {
            say_and_wait(&format!("draw {draw}"));
        }
        self.bytes.fill(bytes);
    }
}

/// Says a line and holds the calling thread until nobody is there any more.
fn say_and_wait(line: &str) -> ! {
    let mut out = std::io::stdout();
    let said = writeln!(out, "{line}").and_then(|()| out.flush());
    let mut rest = Vec::new();
    let ended = said.and_then(|()| std::io::stdin().read_to_end(&mut rest));
    std::process::exit(i32::from(ended.is_err()))
}

#[tokio::main]
async fn main() -> Result<(), Problem> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, login, password, file, seed, hold] = words.as_slice() else {
        return Err("FOLDER LOGIN PASSWORD FILE SEED HOLD".into());
    };
    let random = Arc::new(Counted {
        bytes: SeededRandom::new(seed.parse()?),
        drawn: AtomicU64::new(0),
        hold: AtomicU64::new(0),
    });
    let client = Client::new(Config {
        folder: PathBuf::from(folder),
        clock: Arc::new(FixedClock::default()),
        random: random.clone(),
        device_name: "desk".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        authority: None,
    });
    let sign_in = SignIn { login: login.clone(), password: password.clone(), server: None };
    client.session_sign_in(sign_in).await?;
    let view = client.imports_inspect(InspectFile { path: file.clone(), options: None }).await?;
    let order = StartImport {
        path: file.clone(),
        options: view.options,
        mapping: view.columns.into_iter().map(|column| column.target).collect(),
        mode: ImportMode::AddOnly,
        dry_run: false,
    };
    let mut events = client.events();
    random.drawn.store(0, Ordering::SeqCst);
    random.hold.store(hold.parse()?, Ordering::SeqCst);
    let started = client.imports_start(order).await?;
    loop {
        match events.recv().await? {
            Event::Job { job: JobView { id, state, .. } }
                if id == started.id && state != JobState::Running =>
            {
                if state != JobState::Done {
                    return Err("the import failed".into());
                }
                say_and_wait(&format!("kept {}", random.drawn.load(Ordering::SeqCst)));
            }
            _ => {}
        }
    }
}
