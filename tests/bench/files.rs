//! Import and export through the use cases, against the sqlite3 program.

use crate::measure::{Figure, RUNS, held_memory, median, peak_memory, print};
use lq_client::contract::files::{
    ExportFormat, ImportMode, InspectFile, JobState, JobView, StartExport, StartImport, Target,
};
use lq_client::contract::session::CreateStore;
use lq_client::{Client, ClientError, Config};
use lq_domain::customers::Field;
use lq_domain::customers::query::CustomerQuery;
use lq_testkit::clock::FixedClock;
use lq_testkit::random::SeededRandom;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What can go wrong here: a use case, a file, or a program.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The password of every store that is made here.
pub(crate) const PASSWORD: &str = "Bridge-2026";

/// A client with an empty open store of its own in a folder.
pub(crate) async fn owned(folder: &Path, seed: u64) -> Result<Client, ClientError> {
    let client = Client::new(Config {
        folder: folder.to_owned(),
        clock: Arc::new(FixedClock::default()),
        random: Arc::new(SeededRandom::new(seed)),
        device_name: "bench".to_owned(),
        version: "bench".to_owned(),
        authority: None,
    });
    let owner =
        CreateStore { name: "bench".to_owned(), login: "bench".to_owned(), password: PASSWORD.to_owned() };
    client.session_create(owner).await?;
    Ok(client)
}

/// Waits for a job to end, and gives its last view.
async fn ended(client: &Client, job: JobView) -> Result<JobView, ClientError> {
    loop {
        if let Some(view) = client.jobs_list(()).await?.into_iter().find(|view| view.id == job.id)
            && view.state != JobState::Running
        {
            return Ok(view);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Imports `file` into the open store once; seconds.
pub(crate) async fn import(client: &Client, file: &Path) -> Result<f64, Failure> {
    let path = file.display().to_string();
    let began = Instant::now();
    let seen = client.imports_inspect(InspectFile { path: path.clone(), options: None }).await?;
    let mapping: Vec<Target> = seen.columns.into_iter().map(|column| column.target).collect();
    let start =
        StartImport { path, options: seen.options, mapping, mode: ImportMode::AddOnly, dry_run: false };
    let view = ended(client, client.imports_start(start).await?).await?;
    if view.state != JobState::Done {
        return Err("the import did not end well".into());
    }
    Ok(began.elapsed().as_secs_f64())
}

async fn export(client: &Client, format: ExportFormat, path: &Path) -> Result<f64, Failure> {
    let start = StartExport {
        query: CustomerQuery::default(),
        ids: None,
        columns: Field::ALL.to_vec(),
        format,
        path: path.display().to_string(),
        replace: true,
        reason: "benchmark".to_owned(),
        language: "zh-CN".to_owned(),
    };
    let began = Instant::now();
    let view = ended(client, client.exports_start(start).await?).await?;
    if view.state != JobState::Done {
        return Err("the export did not end well".into());
    }
    Ok(began.elapsed().as_secs_f64())
}

/// Runs the sqlite3 program over a database with these commands; what it printed, and seconds.
pub(crate) fn sqlite3(database: &Path, commands: &str) -> Result<(String, f64), Failure> {
    let began = Instant::now();
    let mut child =
        Command::new("sqlite3").arg(database).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    // Dropped at once, which ends its input; it prints little, so that reading it afterwards is in time.
    child.stdin.take().ok_or("no way in")?.write_all(commands.as_bytes())?;
    let mut printed = String::new();
    child.stdout.take().ok_or("no way out")?.read_to_string(&mut printed)?;
    if !child.wait()?.success() {
        return Err("sqlite3 failed".into());
    }
    Ok((printed, began.elapsed().as_secs_f64()))
}

/// A table of the file's columns with as many indexes as ours has.
fn peer_schema(header: &str) -> String {
    let names: Vec<&str> = header.trim_start_matches('\u{feff}').trim().split(',').collect();
    let columns: Vec<String> = names.iter().map(|name| format!("\"{name}\" TEXT")).collect();
    let indexes: String = (0..10)
        .map(|index| format!("CREATE INDEX i{index} ON customers (\"{}\");\n", names[index % names.len()]))
        .collect();
    format!("PRAGMA journal_mode = WAL;\nCREATE TABLE customers ({});\n{indexes}", columns.join(", "))
}

/// What each run took.
#[derive(Default)]
struct Runs {
    import: Vec<f64>,
    memory: Vec<f64>,
    import_peer: Vec<f64>,
    csv: Vec<f64>,
    xlsx: Vec<f64>,
    csv_peer: Vec<f64>,
}

/// Measures import and export of the customers in `file`, a CSV in UTF-8.
pub(crate) async fn run(file: &Path, folder: &Path, rows: u64) -> Result<(), Failure> {
    let mut runs = Runs::default();
    let client = imports(&mut runs, file, folder).await?;
    for _ in 0..RUNS {
        runs.csv.push(export(&client, ExportFormat::Csv, &folder.join("out.csv")).await?);
        runs.xlsx.push(export(&client, ExportFormat::Xlsx, &folder.join("out.xlsx")).await?);
        let out = folder.join("peer.csv");
        let commands =
            format!(".mode csv\n.headers on\n.output '{}'\nSELECT * FROM customers;\n", out.display());
        runs.csv_peer.push(sqlite3(&folder.join("peer-0.db"), &commands)?.1);
    }
    print(&format!("files, {rows} customers"), &figures(runs));
    Ok(())
}

/// Imports the file into one empty store after another, and into the peer's; the last store, which is full.
async fn imports(runs: &mut Runs, file: &Path, folder: &Path) -> Result<Client, Failure> {
    let text = std::fs::read_to_string(file)?;
    let schema = peer_schema(text.lines().next().unwrap_or_default());
    drop(text);
    let mut last: Option<Client> = None;
    for run in 0..RUNS {
        // One store at a time: the caches of another would count as memory.
        if let Some(earlier) = last.take() {
            earlier.session_sign_out(()).await?;
        }
        let client = owned(&folder.join(format!("client-{run}")), run as u64).await?;
        let before = held_memory();
        runs.import.push(import(&client, file).await?);
        runs.memory.push(peak_memory() - before);
        last = Some(client);
        let database = folder.join(format!("peer-{run}.db"));
        let commands = format!("{schema}.import --csv --skip 1 '{}' customers\n", file.display());
        runs.import_peer.push(sqlite3(&database, &commands)?.1);
    }
    Ok(last.ok_or("no client")?)
}

fn figures(runs: Runs) -> Vec<Figure> {
    let memory = runs.memory.into_iter().fold(0.0, f64::max);
    let (import, csv) = (median(runs.import), median(runs.csv));
    let figure = |name: &str, ours, unit, against: Option<(&str, f64)>, goal| Figure {
        name: name.to_owned(),
        ours,
        unit,
        against: against.map(|(peer, value)| (peer.to_owned(), value)),
        goal: Some(goal),
    };
    let (import_peer, csv_peer) = (median(runs.import_peer), median(runs.csv_peer));
    vec![
        figure("import, all in", import, "s", None, 15.0),
        figure("import", import, "s", Some(("sqlite3 .import, ten indexes", import_peer)), 4.0),
        figure("memory that an import adds, the worst", memory, "MB", None, 200.0),
        figure("export to CSV", csv, "s", None, 1.5),
        figure("export to CSV", csv, "s", Some(("sqlite3 -csv of the same rows", csv_peer)), 2.0),
        figure("export to XLSX", median(runs.xlsx), "s", None, 6.0),
    ]
}
