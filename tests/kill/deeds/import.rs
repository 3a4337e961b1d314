//! A file of customers is imported and taken back, while forms are saved.

use crate::Failure;
use crate::deed::Deed;
use crate::desk::{Desk, Row, ended, password, rows, sign_in};
use crate::found::Found;
use crate::hunt::Trial;
use crate::look::{Saves, pending};
use crate::plant::Plant;
use crate::said::{Said, Step};
use crate::worker::{FILE, Order, SAVED, import};
use lq_client::Client;
use lq_client::contract::files::ImportRef;
use lq_domain::clock::Clock as _;
use lq_testkit::files::{Encoding, List};
use lq_testkit::sample::Sample;
use std::path::{Path, PathBuf};

/// Customers that are there before.
const BEFORE: u64 = 60;
/// Of those, how many the file changes.
const CHANGED: u64 = 40;
/// Rows of the file: several of an import's batches.
const ROWS: u64 = 2_400;
/// The column that the file changes.
const EMPLOYER: &str = "工作单位";

/// Customers but those from forms, as they are told apart: without ids, which every import gives anew.
type Content = Vec<(String, String, String)>;

fn content(rows: &[Row]) -> Content {
    let others = rows.iter().filter(|row| !row.name.starts_with(SAVED));
    let mut content: Content =
        others.map(|row| (row.name.clone(), row.mobile.clone(), row.employer.clone())).collect();
    content.sort();
    content
}

/// A store that works alone, a file, and what the store holds with and without it.
pub(crate) struct Importing {
    desk: Desk,
    saves: Saves,
    files: Vec<PathBuf>,
    without: Content,
    with: Content,
    /// Whether the file is in.
    is_in: bool,
}

impl Importing {
    pub(crate) async fn new(within: &Path, seed: u64, plant: Option<Plant>) -> Result<Self, Failure> {
        let mut desk = Desk::alone(within, seed).await?;
        let folder = desk.folder.path().to_owned();
        let sample = Sample::new(seed, desk.clock.today());
        let before = folder.join("before.csv");
        List { sample, from: 0, rows: BEFORE, bad: 0, encoding: Encoding::Utf8 }.write(&before)?;
        let file = folder.join("file.csv");
        List { sample, from: 0, rows: ROWS, bad: 0, encoding: Encoding::Utf8 }.write(&file)?;
        let files = spoil(&file, plant == Some(Plant::ImportInHalves))?;
        let client = desk.client();
        sign_in(&client, &password(0)).await.map_err(|code| code.as_str())?;
        import(&client, &before).await?;
        let held = async |client: &Client| {
            rows(client).await.map(|rows| content(&rows)).map_err(|code| code.as_str())
        };
        let without = held(&client).await?;
        for file in &files {
            import(&client, file).await?;
        }
        let with = held(&client).await?;
        take_back(&client).await?;
        let after = held(&client).await?;
        if after != without || with.len() <= without.len() {
            let (before, with, after) = (without.len(), with.len(), after.len());
            return Err(format!("an import that was taken back: {before}, {with}, {after} customers").into());
        }
        client.session_lock(()).await?;
        Ok(Self { desk, saves: Saves::default(), files, without, with, is_in: false })
    }
}

/// Takes the file's import back.
async fn take_back(client: &Client) -> Result<(), Failure> {
    let imports = client.imports_list(()).await?;
    for import in imports.into_iter().filter(|import| import.name.starts_with(FILE)) {
        let mut events = client.events();
        let started = client.imports_undo(ImportRef { id: import.id }).await?;
        ended(&mut events, &started).await?.map_err(|error| error.code.as_str())?;
    }
    Ok(())
}

/// Leaves out some of the customers that are there and gives the others another employer; the file, or its two halves.
fn spoil(file: &Path, halves: bool) -> Result<Vec<PathBuf>, Failure> {
    let mut reader = csv::ReaderBuilder::new().from_path(file)?;
    let headers = reader.headers()?.clone();
    let at = headers.iter().position(|name| name == EMPLOYER).ok_or("no such column")?;
    let mut lines = Vec::new();
    for (number, record) in (0_u64..).zip(reader.records()) {
        let mut cells: Vec<String> = record?.iter().map(str::to_owned).collect();
        if number < CHANGED
            && let Some(cell) = cells.get_mut(at)
        {
            cell.push_str("总部");
        }
        if !(CHANGED..BEFORE).contains(&number) {
            lines.push(cells);
        }
    }
    let parts = if halves { lines.len().div_ceil(2) } else { lines.len() };
    let mut files = Vec::new();
    for (number, part) in lines.chunks(parts).enumerate() {
        let path = file.with_file_name(format!("{FILE}{number}.csv"));
        let mut writer = csv::Writer::from_path(&path)?;
        writer.write_record(&headers)?;
        for cells in part {
            writer.write_record(cells)?;
        }
        writer.flush()?;
        files.push(path);
    }
    Ok(files)
}

impl Trial for Importing {
    const DEED: Deed = Deed::Import;

    fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }

    fn prepare(&mut self, order: &mut Order) {
        order.files.clone_from(&self.files);
    }

    async fn look(&mut self, heard: &[Said], found: &mut Found) -> Result<(), Failure> {
        for said in heard {
            self.saves.hear(said);
            match said {
                Said::Done(Step::Import) => self.is_in = true,
                Said::Done(Step::Undo) => self.is_in = false,
                _ => {}
            }
        }
        let open = pending(heard);
        let Some(seen) = self.saves.look(&mut self.desk, &password(0), &open, found).await? else {
            return Ok(());
        };
        let content = content(&seen.rows);
        let may_differ = open.iter().any(|step| matches!(step, Step::Import | Step::Undo));
        let (is, other) = if self.is_in { (&self.with, &self.without) } else { (&self.without, &self.with) };
        if content == *other && may_differ {
            self.is_in = !self.is_in;
        } else if content != *is {
            let (rows, with, without) = (content.len(), self.with.len(), self.without.len());
            found.half(format!(
                "{rows} customers, neither the {without} without the file nor the {with} with it"
            ));
        }
        Ok(())
    }
}
