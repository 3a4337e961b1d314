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

/// Measures import and export of the customers in `file`, a CSV in UTF-8.
pub(crate) async fn run(file: &Path, folder: &Path, rows: u64) -> Result<(), Failure> {
    let text = std::fs::read_to_string(file)?;
    let schema = peer_schema(text.lines().next().unwrap_or_default());
    drop(text);
    let (mut ours, mut peer, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    let mut last: Option<Client> = None;
    for run in 0..RUNS {
        // One store at a time: the caches of another would count as memory.
        if let Some(earlier) = last.take() {
            earlier.session_sign_out(()).await?;
        }
        let client = owned(&folder.join(format!("client-{run}")), run as u64).await?;
        let before = held_memory();
        ours.push(import(&client, file).await?);
        memory.push(peak_memory() - before);
        last = Some(client);
        let database = folder.join(format!("peer-{run}.db"));
        let commands = format!("{schema}.import --csv --skip 1 '{}' customers\n", file.display());
        peer.push(sqlite3(&database, &commands)?.1);
    }
    let client = last.ok_or("no client")?;
    let (mut csv, mut xlsx, mut dumped) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        csv.push(export(&client, ExportFormat::Csv, &folder.join("out.csv")).await?);
        xlsx.push(export(&client, ExportFormat::Xlsx, &folder.join("out.xlsx")).await?);
        let out = folder.join("peer.csv");
        let commands =
            format!(".mode csv\n.headers on\n.output '{}'\nSELECT * FROM customers;\n", out.display());
        dumped.push(sqlite3(&folder.join("peer-0.db"), &commands)?.1);
    }
    let memory = memory.into_iter().fold(0.0, f64::max);
    let (import, csv, xlsx) = (median(ours), median(csv), median(xlsx));
    print(
        &format!("files, {rows} customers"),
        &[
            Figure {
                name: "import, all in".to_owned(),
                ours: import,
                unit: "s",
                against: None,
                goal: Some(15.0),
            },
            Figure {
                name: "import".to_owned(),
                ours: import,
                unit: "s",
                against: Some(("sqlite3 .import, ten indexes".to_owned(), median(peer))),
                goal: Some(4.0),
            },
            Figure {
                name: "memory that an import adds, the worst".to_owned(),
                ours: memory,
                unit: "MB",
                against: None,
                goal: Some(200.0),
            },
            Figure { name: "export to CSV".to_owned(), ours: csv, unit: "s", against: None, goal: Some(1.5) },
            Figure {
                name: "export to CSV".to_owned(),
                ours: csv,
                unit: "s",
                against: Some(("sqlite3 -csv of the same rows".to_owned(), median(dumped))),
                goal: Some(2.0),
            },
            Figure {
                name: "export to XLSX".to_owned(),
                ours: xlsx,
                unit: "s",
                against: None,
                goal: Some(6.0),
            },
        ],
    );
    Ok(())
}
