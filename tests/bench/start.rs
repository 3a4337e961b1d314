//! Starting the window, and the memory it holds at rest, against an empty window of the same build.

use crate::files::{Failure, PASSWORD, owned};
use crate::measure::{Figure, median, millis, print};
use crate::window::{Program, Window, forget_files};
use lq_client::Client;
use lq_protocol::secret::{KdfParams, derive};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Runs of each figure.
const RUNS: usize = 5;
/// From the field for the password to the press on "sign in": nobody types a password in less.
const TYPING: Duration = Duration::from_secs(1);
/// Until nothing moves any more: the screens that are read ahead are read by then.
const REST: Duration = Duration::from_secs(10);
const SUBMIT: &str = "form button[type=submit]";

/// A folder with a store of so many customers, and one for the empty window.
pub(crate) struct Homes {
    ours: PathBuf,
    empty: PathBuf,
    rows: u64,
}

/// The parts of one start, in milliseconds.
struct Start {
    /// From the process's start to the field for the password.
    asked: f64,
    /// From the press on "sign in" to the first rows of the list.
    listed: f64,
    /// Argon2id alone.
    derived: f64,
    late: bool,
}

impl Start {
    /// What a start takes when the key is derived already.
    fn usable(&self) -> f64 {
        self.asked + self.listed - self.derived
    }
}

impl Homes {
    /// Imports the customers in `file`, and leaves the store closed.
    pub(crate) async fn new(folder: &Path, file: &Path, rows: u64) -> Result<Self, Failure> {
        let homes = Self { ours: folder.join("ours"), empty: folder.join("empty"), rows };
        std::fs::create_dir_all(&homes.empty)?;
        let client: Client = owned(&homes.ours, 1).await?;
        crate::files::import(&client, file).await?;
        client.session_lock(()).await?;
        Ok(homes)
    }

    fn home(&self, program: Program) -> &Path {
        match program {
            Program::Langqiao => &self.ours,
            Program::Empty => &self.empty,
        }
    }

    /// The first row, once the list knows how many there are.
    fn first_row(&self) -> String {
        let rows = self.rows + 1;
        format!("[role=grid][aria-rowcount=\"{rows}\"] [role=row][aria-rowindex=\"2\"]:not([aria-busy])")
    }

    async fn sign_in(&self, window: &Window) -> Result<f64, Failure> {
        window.give_password(PASSWORD).await?;
        tokio::time::sleep(TYPING).await;
        let seen = window.watch(&self.first_row(), Some(SUBMIT)).await?;
        Ok(seen.at - seen.began)
    }

    async fn start(&self) -> Result<Start, Failure> {
        let began = Instant::now();
        std::hint::black_box(derive(PASSWORD, &KdfParams::standard(&[7; 16]))?);
        let derived = millis(began.elapsed());
        let window = Window::open(Program::Langqiao, self.home(Program::Langqiao)).await?;
        let listed = self.sign_in(&window).await?;
        let start = Start { asked: window.took, listed, derived, late: window.late };
        window.close().await?;
        Ok(start)
    }

    async fn start_empty(&self) -> Result<f64, Failure> {
        let window = Window::open(Program::Empty, self.home(Program::Empty)).await?;
        let took = window.took;
        window.close().await?;
        Ok(took)
    }
}

/// Measures starts, warm, and cold where this user may empty the machine's cache of files.
pub(crate) async fn start(homes: &Homes) -> Result<(), Failure> {
    // The first start makes what every later one finds.
    homes.start_empty().await?;
    homes.start().await?;
    let mut figures = starts(homes, "warm", 600.0, || true).await?;
    if forget_files() {
        figures.extend(starts(homes, "cold", 1_200.0, forget_files).await?);
    } else {
        println!("cold starts: not measured, only root may empty the machine's cache of files");
    }
    print(&format!("start, {} customers", homes.rows), &figures);
    Ok(())
}

/// One kind of start, ours and the empty window in turns.
async fn starts(
    homes: &Homes,
    kind: &str,
    limit: f64,
    prepare: impl Fn() -> bool,
) -> Result<Vec<Figure>, Failure> {
    let (mut ours, mut empty) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        prepare();
        empty.push(homes.start_empty().await?);
        prepare();
        ours.push(homes.start().await?);
    }
    let late = ours.iter().filter(|start| start.late).count();
    if late > 0 {
        println!(
            "{kind}: in {late} of {RUNS} runs the sign-in stood before it was looked for; it is told too late"
        );
    }
    let middle = |part: fn(&Start) -> f64| median(ours.iter().map(part).collect());
    let told = |name: &str, ours: f64| Figure::told(format!("{kind}: {name}"), ours, "ms");
    let usable = middle(Start::usable);
    Ok(vec![
        told("process start to the sign-in", middle(|start| start.asked)),
        told("press on sign-in to the first rows, all in", middle(|start| start.listed)),
        told("of it Argon2id, measured apart", middle(|start| start.derived)),
        Figure {
            name: format!("{kind}: start to a usable list, key derived"),
            ours: usable,
            unit: "ms",
            against: None,
            goal: Some(limit),
        },
        Figure {
            name: format!("{kind}: start to a usable list, key derived"),
            ours: usable,
            unit: "ms",
            against: Some(("an empty window".to_owned(), median(empty))),
            goal: Some(1.5),
        },
    ])
}

/// Measures the memory of all processes of a window at rest.
pub(crate) async fn memory(homes: &Homes) -> Result<(), Failure> {
    let (mut own, mut all, mut empty_own, mut empty) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let window = Window::open(Program::Empty, homes.home(Program::Empty)).await?;
        tokio::time::sleep(REST).await;
        let held = window.memory()?;
        empty_own.push(held.0);
        empty.push(held.1);
        window.close().await?;
        let window = Window::open(Program::Langqiao, homes.home(Program::Langqiao)).await?;
        homes.sign_in(&window).await?;
        tokio::time::sleep(REST).await;
        let held = window.memory()?;
        own.push(held.0);
        all.push(held.1);
        window.close().await?;
    }
    let own = median(own);
    print(
        &format!("memory at rest, {} customers", homes.rows),
        &[
            Figure {
                name: "our own process".to_owned(),
                ours: own,
                unit: "MB",
                against: None,
                goal: Some(90.0),
            },
            Figure {
                name: "our own process".to_owned(),
                ours: own,
                unit: "MB",
                against: Some(("an empty window's".to_owned(), median(empty_own))),
                goal: None,
            },
            Figure {
                name: "all processes of the window".to_owned(),
                ours: median(all),
                unit: "MB",
                against: Some(("an empty window".to_owned(), median(empty))),
                goal: Some(1.15),
            },
        ],
    );
    Ok(())
}
