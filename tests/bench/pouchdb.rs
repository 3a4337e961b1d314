//! The exchange against PouchDB with the same records, over the loopback in the same run. PouchDB keeps LevelDB, neither encrypted nor
//! indexed; ours ends encrypted and searchable.

use crate::exchange::{Bench, EDITS, blank, edit, engine, furnish};
use crate::files::Failure;
use crate::measure::{Figure, RUNS, median, millis, print};
use lq_domain::record::Record;
use serde::Deserialize;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Where PouchDB lies once `npm ci` has brought it there.
const FOLDER: &str = "tests/bench/pouchdb";

/// What PouchDB took, in milliseconds.
#[derive(Deserialize)]
struct Peer {
    pull: f64,
    push: f64,
    empty: f64,
}

/// Measures both with so many customers.
pub(crate) async fn run(bench: &Bench<'_>, customers: u64) -> Result<(), Failure> {
    let bank = furnish(bench, customers, 0, &mut Vec::new()).await?;
    let url = bank.running.url();
    let (mut pulls, mut empties, mut pushes) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..RUNS {
        let number = run as u128 + 1;
        let (store, _) = blank(bench, &format!("{run}.db"), number).await?;
        let device = engine(bench, &bank, &store, number, &url).await?;
        let began = Instant::now();
        let pulled = device.round().await?.pulled;
        pulls.push(millis(began.elapsed()));
        if u64::from(pulled) < customers {
            return Err(format!("{pulled} of {customers} customers came").into());
        }
        let began = Instant::now();
        device.round().await?;
        empties.push(millis(began.elapsed()));
        edit(bench, &store, run).await?;
        let began = Instant::now();
        device.round().await?;
        pushes.push(millis(began.elapsed()));
        store.close().await;
    }
    let peer = peer(bench.folder, &bank.records)?;
    let against = |name: String, ours, theirs, times: f64| Figure {
        name,
        ours: median(ours),
        unit: "ms",
        against: Some(("PouchDB from express-pouchdb".to_owned(), theirs)),
        goal: Some(1.0 / times),
    };
    let figures = [
        against(format!("first exchange of {customers} customers"), pulls, peer.pull, 3.0),
        against(format!("{EDITS} edits sent, answered and pulled"), pushes, peer.push, 8.0),
        against("exchange with nothing new".to_owned(), empties, peer.empty, 8.0),
    ];
    print(&format!("exchange against PouchDB, {customers} customers"), &figures);
    Ok(())
}

/// The same records as PouchDB is given them.
fn peer(folder: &Path, records: &[Record]) -> Result<Peer, Failure> {
    let list = folder.join("records.jsonl");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&list)?);
    for record in records {
        let mut fields = serde_json::to_value(&record.fields)?;
        fields["_id"] = record.id.to_string().into();
        writeln!(file, "{fields}")?;
    }
    file.flush()?;
    let script = Path::new(FOLDER).join("peer.mjs");
    let done =
        Command::new("node").arg(script).arg(list).args([RUNS, EDITS].map(|n| n.to_string())).output()?;
    if !done.status.success() {
        return Err(format!("PouchDB: {}", String::from_utf8_lossy(&done.stderr)).into());
    }
    Ok(serde_json::from_slice(&done.stdout)?)
}
