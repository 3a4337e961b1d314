//! Import, export and the jobs that run them, as the screen sees them.

use super::{Input, View};
use lq_domain::clock::Timestamp;
use lq_domain::customers::Field;
use lq_domain::customers::query::CustomerQuery;
use lq_domain::ids::{CustomerId, ImportId, JobId};
use lq_protocol::error::{ApiError, ErrorCode};
use std::collections::BTreeMap;

Input! {
    /// Looks at a file before it is imported.
    pub struct InspectFile {
        /// Where it is.
        pub path: String,
        /// Reads it so instead of finding out.
        pub options: Option<FileOptions>,
    }
}

Input! {
    /// How to read a file.
    #[derive(PartialEq, Eq)]
    pub struct FileOptions {
        /// Text encoding, of a CSV file.
        pub encoding: Option<Encoding>,
        /// The character between cells, of a CSV file.
        pub delimiter: Option<String>,
        /// The sheet, of an XLSX file.
        pub sheet: Option<String>,
        /// Whether the first row names the columns.
        pub header: bool,
    }
}

Input! {
    /// A text encoding.
    #[derive(Copy, PartialEq, Eq)]
    pub enum Encoding {
        /// UTF-8, with or without byte order mark.
        Utf8,
        /// UTF-16, little endian.
        Utf16Le,
        /// UTF-16, big endian.
        Utf16Be,
        /// GB18030, which contains GBK and GB2312.
        Gb18030,
    }
}

View! {
    /// A file as it was understood.
    pub struct FileView {
        /// The file's name, without its folder.
        pub name: String,
        /// `csv` or `xlsx`.
        pub format: String,
        /// How it is read.
        pub options: FileOptions,
        /// Sheets, of an XLSX file.
        pub sheets: Vec<String>,
        /// Columns in order.
        pub columns: Vec<FileColumn>,
        /// The first rows, at most 20.
        pub sample: Vec<Vec<String>>,
        /// How many rows there are, without the header.
        pub rows: u32,
        /// Whether the mapping is that of an earlier import with the same header.
        pub remembered: bool,
    }
}

View! {
    /// A column and the field it seems to be.
    pub struct FileColumn {
        /// Its name.
        pub name: String,
        /// Where it goes.
        pub target: Target,
    }
}

Input! {
    /// Where a column goes.
    #[derive(PartialEq, Eq)]
    #[serde(tag = "kind")]
    pub enum Target {
        /// Into a field.
        Field {
            /// The field.
            field: Field,
        },
        /// Kept under its own name.
        Extra,
        /// Nowhere.
        Skip,
    }
}

Input! {
    /// What to do with rows of customers that exist.
    #[derive(Copy, PartialEq, Eq)]
    pub enum ImportMode {
        /// Leave them as they are and count them as duplicates.
        AddOnly,
        /// Fill and change their fields; empty cells change nothing.
        Update,
    }
}

Input! {
    /// An import: checked first (`dry_run`), then run.
    pub struct StartImport {
        /// Where the file is.
        pub path: String,
        /// How to read it.
        pub options: FileOptions,
        /// Where each column goes, in the order of the columns.
        pub mapping: Vec<Target>,
        /// What to do with customers that exist.
        pub mode: ImportMode,
        /// Only count, change nothing.
        pub dry_run: bool,
    }
}

View! {
    /// The counts of an import.
    #[derive(Copy, Default, PartialEq, Eq)]
    pub struct ImportCounts {
        /// Rows read.
        pub rows: u32,
        /// New customers.
        pub new: u32,
        /// Customers changed.
        pub updated: u32,
        /// Rows of customers that exist and stay as they are.
        pub duplicates: u32,
        /// Rows that could not be taken.
        pub errors: u32,
    }
}

View! {
    /// A row that could not be taken.
    pub struct RowError {
        /// The row's number in the file, counting the header, from 1.
        pub row: u32,
        /// The column's name.
        pub column: Option<String>,
        /// What is wrong.
        pub code: ErrorCode,
        /// Figures for the wording.
        pub params: BTreeMap<String, String>,
    }
}

View! {
    /// An import of the past.
    pub struct ImportView {
        /// The import.
        pub id: ImportId,
        /// The file's name.
        pub name: String,
        /// When it ran.
        pub at: Timestamp,
        /// Its counts.
        pub counts: ImportCounts,
        /// When it was undone.
        pub undone_at: Option<Timestamp>,
    }
}

Input! {
    /// Names an import.
    pub struct ImportRef {
        /// The import.
        pub id: ImportId,
    }
}

Input! {
    /// Writes the rows that could not be taken, with row number and cause, as a file that can be imported again.
    pub struct SaveImportErrors {
        /// The job of the dry run or of the import.
        pub job: JobId,
        /// Where to write it.
        pub path: String,
    }
}

Input! {
    /// A file of customers.
    pub struct StartExport {
        /// Which customers.
        pub query: CustomerQuery,
        /// Only these, when some are selected.
        pub ids: Option<Vec<CustomerId>>,
        /// The columns, in order.
        pub columns: Vec<Field>,
        /// The file's format.
        pub format: ExportFormat,
        /// Where to write it; an existing file is replaced only when `replace` says so.
        pub path: String,
        /// Replace an existing file.
        pub replace: bool,
        /// Why; kept in the audit.
        pub reason: String,
        /// Language of the headers, `zh-CN` or `en`.
        pub language: String,
    }
}

Input! {
    /// The format of an exported file.
    #[derive(Copy, PartialEq, Eq)]
    pub enum ExportFormat {
        /// CSV in UTF-8 with byte order mark.
        Csv,
        /// CSV in GB18030, for old programs.
        CsvGb18030,
        /// Excel workbook.
        Xlsx,
    }
}

Input! {
    /// Asks for a place to write an export to.
    pub struct SuggestPath {
        /// The file's name without folder.
        pub name: String,
    }
}

View! {
    /// A place in the file system.
    pub struct PathView {
        /// The full path.
        pub path: String,
    }
}

View! {
    /// Work that runs beside the screen.
    pub struct JobView {
        /// The job.
        pub id: JobId,
        /// What it does.
        pub kind: JobKind,
        /// What it works on, for example a file's name.
        pub title: String,
        /// How it stands.
        pub state: JobState,
        /// What it does now.
        pub step: JobStep,
        /// How much is done.
        pub done: u32,
        /// How much there is; 0 while unknown.
        pub total: u32,
        /// When it began.
        pub started_at: Timestamp,
        /// When it ended.
        pub ended_at: Option<Timestamp>,
        /// Milliseconds that remain, when they can be told.
        pub remaining_ms: Option<u32>,
        /// What came of it.
        pub result: Option<JobResult>,
        /// Why it failed.
        pub error: Option<ApiError>,
    }
}

View! {
    /// What a job does.
    #[derive(Copy, PartialEq, Eq)]
    pub enum JobKind {
        /// Counts what an import would do.
        ImportCheck,
        /// Imports.
        Import,
        /// Takes an import back.
        ImportUndo,
        /// Exports.
        Export,
        /// Backs up.
        Backup,
        /// Proves a backup.
        BackupCheck,
        /// Brings a backup back.
        Restore,
        /// Gives the store a new data key.
        Rekey,
    }
}

View! {
    /// How a job stands.
    #[derive(Copy, PartialEq, Eq)]
    pub enum JobState {
        /// Running.
        Running,
        /// Ended well.
        Done,
        /// Stopped by the user; nothing was changed.
        Cancelled,
        /// Stopped by an error; nothing was changed.
        Failed,
    }
}

View! {
    /// A step of a job.
    #[derive(Copy, PartialEq, Eq)]
    pub enum JobStep {
        /// Reading the file.
        Reading,
        /// Checking the rows.
        Checking,
        /// Writing customers.
        Writing,
        /// Writing the file.
        Saving,
    }
}

View! {
    /// What came of a job.
    #[serde(tag = "kind")]
    pub enum JobResult {
        /// Of an import or its check.
        Import {
            /// The import; none after a check.
            import: Option<ImportId>,
            /// The counts.
            counts: ImportCounts,
            /// The first errors, at most 100.
            errors: Vec<RowError>,
        },
        /// Of undoing an import.
        ImportUndo {
            /// Customers removed.
            removed: u32,
            /// Customers set back.
            restored: u32,
            /// Customers that stay because they were changed since.
            kept: u32,
        },
        /// Of an export.
        Export {
            /// The file.
            path: String,
            /// Rows written.
            rows: u32,
        },
        /// Of backing up.
        Backup {
            /// The file.
            path: String,
            /// Its length.
            bytes: f64,
            /// Older backups that were removed.
            removed: u32,
        },
        /// Of proving a backup.
        BackupCheck {
            /// The file.
            path: String,
            /// Rows compared.
            rows: u32,
        },
        /// Of bringing a backup back.
        Restore {
            /// When the backup was made.
            made_at: Timestamp,
            /// Changes made since that were taken over.
            taken: u32,
        },
        /// Of a new data key.
        Rekey {
            /// Rows that were encrypted anew.
            rows: u32,
        },
    }
}

Input! {
    /// Names a job.
    pub struct JobRef {
        /// The job.
        pub id: JobId,
    }
}
