//! Files of customers: CSV and XLSX, masked as on the screen, for a reason that is kept.
//!
//! A file is written beside its place and moved there when it is whole, so that a job that was cancelled or that failed
//! leaves nothing. The last column is the customer's id; by it, [`labels`] and [`cells::read_back`] an import of our own
//! export changes nothing.

mod beside;
pub(crate) mod cells;
mod folder;
pub(crate) mod labels;
mod run;
mod sheet;

use crate::Client;
use crate::contract::files::{JobKind, JobStep, JobView, PathView, StartExport, SuggestPath};
use crate::customers;
use crate::error::ClientError;
use labels::Language;
use lq_domain::access::Permission;
use lq_domain::customers::Field;
use lq_protocol::error::{ApiError, ErrorCode};
use std::path::{Path, PathBuf};

/// An export that may begin.
struct Order {
    input: StartExport,
    columns: Vec<Field>,
    path: PathBuf,
    language: Language,
    reason: String,
}

impl Client {
    /// A place for a file of this name: the user's folder for downloads or documents, with a name that is free.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`], [`ErrorCode::RequestForm`] when nothing of the name can be used.
    #[expect(clippy::unused_async, reason = "commands are alike")]
    pub async fn exports_suggest(&self, input: SuggestPath) -> Result<PathView, ClientError> {
        self.open()?;
        let name = folder::file_name(&input.name).ok_or(ErrorCode::RequestForm)?;
        let folder = folder::for_files(&self.inner().config.folder);
        let path = folder::free(&folder, &name);
        Ok(PathView { path: path.to_string_lossy().into_owned() })
    }

    /// Begins an export.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`], [`ErrorCode::ReasonMissing`], [`ErrorCode::FileExists`],
    /// [`ErrorCode::FileUnwritable`], [`ErrorCode::RequestForm`].
    #[expect(clippy::unused_async, reason = "commands are alike")]
    pub async fn exports_start(&self, input: StartExport) -> Result<JobView, ClientError> {
        let open = self.open()?;
        open.may(Permission::CustomersExport)?;
        self.no_rekey()?;
        let order = order(input)?;
        let title = order.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let client = self.clone();
        Ok(self.jobs().start(JobKind::Export, &title, JobStep::Saving, move |job| async move {
            run::export(&client, &open, order, &job).await
        }))
    }
}

fn order(input: StartExport) -> Result<Order, ApiError> {
    let wrong = |field: &str| ApiError::new(ErrorCode::RequestForm).in_field(field);
    let reason = customers::reason(&input.reason)?;
    let language = Language::parse(&input.language).ok_or_else(|| wrong("language"))?;
    let mut columns: Vec<Field> = Vec::new();
    for column in &input.columns {
        if !columns.contains(column) {
            columns.push(*column);
        }
    }
    if columns.is_empty() {
        return Err(wrong("columns"));
    }
    let path = PathBuf::from(&input.path);
    if !path.is_absolute() || path.file_name().is_none() {
        return Err(wrong("path"));
    }
    if path.is_dir() || !path.parent().is_some_and(Path::is_dir) {
        return Err(ApiError::new(ErrorCode::FileUnwritable).in_field("path"));
    }
    if path.exists() && !input.replace {
        return Err(ApiError::new(ErrorCode::FileExists).in_field("path"));
    }
    Ok(Order { input, columns, path, language, reason })
}
