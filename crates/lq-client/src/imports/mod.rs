//! Bringing in files of customers: looking at a file, mapping its columns, counting, importing, taking back.
//!
//! An import is there whole, or not at all: it is written in parts, so that nobody waits for it, and taken back unless the
//! last part is in. A row that can't be taken stops no other; its cause and its cells go into a file that can be mended and
//! imported again.

mod columns;
mod door;
mod file;
mod named;
mod names;
mod packed;
mod physical;
mod report;
mod rows;
mod run;
mod table;
mod text;
mod undo;

pub(crate) use file::Inspected;

use crate::Client;
use crate::contract::files::{
    FileColumn, FileView, ImportMode, ImportRef, ImportView, InspectFile, JobKind, JobStep, JobView,
    PathView, SaveImportErrors, StartImport, Target,
};
use crate::error::ClientError;
use file::Seen;
use lq_domain::access::Permission;
use lq_domain::customers::Field;
use lq_protocol::error::{ApiError, ErrorCode};
use report::BadRows;
use std::collections::BTreeSet;
use std::path::PathBuf;

impl Client {
    /// Looks at a file: how it is read, which columns it has, and which fields they seem to be.
    ///
    /// # Errors
    /// [`ErrorCode::FileUnreadable`], [`ErrorCode::FileSize`], [`ErrorCode::FileKind`], [`ErrorCode::FileEncoding`],
    /// [`ErrorCode::FileEmpty`].
    pub async fn imports_inspect(&self, input: InspectFile) -> Result<FileView, ClientError> {
        let open = self.open()?;
        open.may(Permission::CustomersImport)?;
        let InspectFile { path, options } = input;
        let read = {
            let path = path.clone();
            move || {
                let bytes = file::read(&path)?;
                let understood = columns::understand(&bytes, options.as_ref())?;
                let seen = Seen::new(&bytes, understood.rows);
                Ok::<_, ClientError>((understood, seen))
            }
        };
        let (understood, seen) = blocking(read).await?;
        let remembered = if understood.options.header {
            let mapping = open.store.mapping(&file::fingerprint(&understood.names)).await?;
            mapping.and_then(|mapping| file::remembered(&understood.names, &mapping))
        } else {
            None
        };
        self.inner().imports.note(&path, seen);
        let is_remembered = remembered.is_some();
        let targets = remembered.unwrap_or_else(|| {
            columns::guess(
                &understood.names,
                understood.options.header,
                &understood.sample,
                self.clock().today(),
            )
        });
        let named = understood.names.into_iter().zip(targets);
        Ok(FileView {
            name: file::name(&path),
            format: understood.format.as_str().to_owned(),
            options: understood.options,
            sheets: understood.sheets,
            columns: named.map(|(name, target)| FileColumn { name, target }).collect(),
            sample: understood.sample,
            rows: understood.rows,
            remembered: is_remembered,
        })
    }

    /// Counts what an import would do, or does it, as a job.
    ///
    /// # Errors
    /// [`ErrorCode::MappingName`], [`ErrorCode::MappingTwice`], [`ErrorCode::ImportRunning`], and
    /// [`ErrorCode::FileChanged`] for a file that was not looked at.
    #[expect(clippy::unused_async, reason = "commands are alike")]
    pub async fn imports_start(&self, input: StartImport) -> Result<JobView, ClientError> {
        let open = self.open()?;
        open.may(Permission::CustomersImport)?;
        open.may(Permission::CustomersCreate)?;
        self.no_rekey()?;
        if input.mode == ImportMode::Update {
            open.may(Permission::CustomersEdit)?;
        }
        check_mapping(&input.mapping)?;
        let seen = self.inner().imports.get(&input.path).ok_or(ErrorCode::FileChanged)?;
        let name = file::name(&input.path);
        let kind = if input.dry_run { JobKind::ImportCheck } else { JobKind::Import };
        // What the first has written may yet be taken back: the second must not count on it.
        if kind == JobKind::Import && self.jobs().running(JobKind::Import) {
            return Err(ErrorCode::ImportRunning.into());
        }
        let task = run::Task {
            open,
            clock: self.inner().config.clock.clone(),
            random: self.inner().config.random.clone(),
            input,
            seen,
            name: name.clone(),
        };
        Ok(self.jobs().start(kind, &name, JobStep::Reading, |job| run::run(task, job)))
    }

    /// The imports of the past, newest first.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`].
    pub async fn imports_list(&self, (): ()) -> Result<Vec<ImportView>, ClientError> {
        let imports = self.open()?.store.imports().await?;
        let view = |import: lq_store::imports::Import| ImportView {
            id: import.id,
            name: import.name,
            at: import.at,
            counts: serde_json::from_str(&import.counts).unwrap_or_default(),
            undone_at: import.undone_at,
        };
        Ok(imports.into_iter().map(view).collect())
    }

    /// Takes an import back, as a job: customers it brought in are removed, customers it changed are set back. What was
    /// changed since stays.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`], [`ErrorCode::UndoGone`] when it is undone already.
    pub async fn imports_undo(&self, input: ImportRef) -> Result<JobView, ClientError> {
        let open = self.open()?;
        open.may(Permission::CustomersImport)?;
        open.may(Permission::CustomersDelete)?;
        self.no_rekey()?;
        let imports = open.store.imports().await?;
        let import = imports.into_iter().find(|import| import.id == input.id).ok_or(ErrorCode::NotFound)?;
        if import.undone_at.is_some() {
            return Err(ErrorCode::UndoGone.into());
        }
        let task = undo::Task {
            open,
            clock: self.inner().config.clock.clone(),
            random: self.inner().config.random.clone(),
            import: import.id,
            name: import.name.clone(),
        };
        Ok(self.jobs().start(JobKind::ImportUndo, &import.name, JobStep::Reading, |job| undo::run(task, job)))
    }

    /// Writes the rows that could not be taken, with row number and cause.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when the job is gone, [`ErrorCode::FileUnwritable`], [`ErrorCode::DiskFull`].
    pub async fn imports_save_errors(&self, input: SaveImportErrors) -> Result<PathView, ClientError> {
        self.open()?.may(Permission::CustomersImport)?;
        let bad = self.jobs().attached::<BadRows>(input.job).ok_or(ErrorCode::NotFound)?;
        let chinese = self.inner().settings.settings().language != "en";
        let path = PathBuf::from(&input.path);
        blocking(move || report::write(&path, &bad, chinese)).await?;
        Ok(PathView { path: input.path })
    }
}

fn check_mapping(mapping: &[Target]) -> Result<(), ClientError> {
    let mut fields = BTreeSet::new();
    for target in mapping {
        let Target::Field { field } = target else { continue };
        if !fields.insert(*field) {
            return Err(ApiError::new(ErrorCode::MappingTwice).in_field(field.as_str()).into());
        }
    }
    if fields.contains(&Field::Name) { Ok(()) } else { Err(ErrorCode::MappingName.into()) }
}

/// Reading and writing files and parsing their cells keep a thread busy; it is not one that commands wait for.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ClientError> + Send + 'static,
) -> Result<T, ClientError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ClientError::Internal("a file job ended early"))?
}

/// Reads bytes as a file is looked at and run: twice, with the same rows.
#[cfg(any(test, feature = "fuzz"))]
pub(crate) fn examine(bytes: &[u8], today: chrono::NaiveDate) {
    let Ok(understood) = columns::understand(bytes, None) else { return };
    let header = understood.options.header;
    let targets = columns::guess(&understood.names, header, &understood.sample, today);
    assert_eq!(targets.len(), understood.names.len(), "a target for each column");
    let _ = columns::names_of(bytes, &understood.options);
    let (mut rows, mut last) = (0, 0);
    let read = table::each_row(bytes, &understood.options, &mut |line| {
        assert!(line.row >= last || understood.format == table::Format::Xlsx, "rows are counted upwards");
        (rows, last) = (rows + 1, line.row);
        Ok(())
    });
    assert!(read.is_ok(), "what was read once is read again");
    assert_eq!(rows, understood.rows + u32::from(header), "as many rows again");
}

/// Hands out every cell of a file.
#[cfg(test)]
pub(crate) fn each_cell(bytes: &[u8], take: &mut dyn FnMut(&str)) -> Result<u32, ClientError> {
    let open =
        crate::contract::files::FileOptions { encoding: None, delimiter: None, sheet: None, header: true };
    let mut rows = 0;
    table::each_row(bytes, &table::settle(bytes, &open)?, &mut |line| {
        rows += 1;
        line.cells.iter().for_each(|cell| take(cell));
        Ok(())
    })?;
    Ok(rows)
}

/// How many rows a file has.
#[cfg(test)]
pub(crate) fn rows_of(bytes: &[u8]) -> Result<u32, ClientError> {
    each_cell(bytes, &mut |_| ())
}
