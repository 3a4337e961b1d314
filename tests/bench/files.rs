//! Import and export through the use cases, against the sqlite3 program.

use crate::measure::{Figure, median, peak_memory, print};
use lq_client::contract::files::{
    ExportFormat, ImportMode, InspectFile, JobState, JobView, StartExport, StartImport, Target,
};
use lq_client::{Client, ClientError};
use lq_domain::customers::Field;
use lq_domain::customers::query::CustomerQuery;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What can go wrong here: a use case, a file, or a program.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs of each figure.
const RUNS: usize = 3;

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

/// Runs the sqlite3 program over a database with these commands; seconds.
fn sqlite3(database: &Path, commands: &str) -> Result<f64, Failure> {
    let began = Instant::now();
    let mut child =
        Command::new("sqlite3").arg(database).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    child.stdin.take().ok_or("no way in")?.write_all(commands.as_bytes())?;
    if !child.wait()?.success() {
        return Err("sqlite3 failed".into());
    }
    Ok(began.elapsed().as_secs_f64())
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

/// Measures import and export of the customers in `file`, a CSV in UTF-8. Each client of `clients` is an empty open store.
pub(crate) async fn run(clients: &[Client], file: &Path, folder: &Path, rows: u64) -> Result<(), Failure> {
    let text = std::fs::read_to_string(file)?;
    let schema = peer_schema(text.lines().next().unwrap_or_default());
    let before = peak_memory();
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    for (run, client) in clients.iter().enumerate().take(RUNS) {
        ours.push(import(client, file).await?);
        let database = folder.join(format!("peer-{run}.db"));
        let commands = format!("{schema}.import --csv --skip 1 '{}' customers\n", file.display());
        peer.push(sqlite3(&database, &commands)?);
    }
    let memory = peak_memory() - before;
    let client = clients.first().ok_or("no client")?;
    let (mut csv, mut xlsx, mut dumped) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        csv.push(export(client, ExportFormat::Csv, &folder.join("out.csv")).await?);
        xlsx.push(export(client, ExportFormat::Xlsx, &folder.join("out.xlsx")).await?);
        let out = folder.join("peer.csv");
        let commands =
            format!(".mode csv\n.headers on\n.output '{}'\nSELECT * FROM customers;\n", out.display());
        dumped.push(sqlite3(&folder.join("peer-0.db"), &commands)?);
    }
    let (import, csv, xlsx) = (median(ours), median(csv), median(xlsx));
    print(
        &format!("files, {rows} customers"),
        &[
            Figure { name: "import, all in".to_owned(), ours: import, unit: "s", against: None, goal: 15.0 },
            Figure {
                name: "import".to_owned(),
                ours: import,
                unit: "s",
                against: Some(("sqlite3 .import, ten indexes".to_owned(), median(peer))),
                goal: 4.0,
            },
            Figure {
                name: "memory that imports add at most".to_owned(),
                ours: memory,
                unit: "MB",
                against: None,
                goal: 200.0,
            },
            Figure { name: "export to CSV".to_owned(), ours: csv, unit: "s", against: None, goal: 1.5 },
            Figure {
                name: "export to CSV".to_owned(),
                ours: csv,
                unit: "s",
                against: Some(("sqlite3 -csv of the same rows".to_owned(), median(dumped))),
                goal: 2.0,
            },
            Figure { name: "export to XLSX".to_owned(), ours: xlsx, unit: "s", against: None, goal: 6.0 },
        ],
    );
    Ok(())
}
