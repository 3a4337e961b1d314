//! An export at work: one side reads customers, the other writes the file.

use super::Order;
use super::beside::Beside;
use super::cells::{Cell, Writing};
use super::sheet::Sheet;
use crate::Client;
use crate::client::Open;
use crate::contract::files::{JobResult, JobStep};
use crate::customers::audit;
use crate::error::ClientError;
use crate::jobs::JobHandle;
use lq_domain::customers::Field;
use lq_domain::ids::CustomerId;
use lq_store::customers::Row;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

/// Customers read at a time.
const BATCH: usize = 2_000;
/// Batches that may wait for the writing side.
const WAITING: usize = 2;

/// Writes the file. The audit has its entry before the file stands in its place.
pub(super) async fn export(
    client: &Client,
    open: &Open,
    order: Order,
    job: &JobHandle,
) -> Result<JobResult, ClientError> {
    let ids = chosen(client, open, &order).await?;
    job.step(JobStep::Saving, u32::try_from(ids.len()).unwrap_or(u32::MAX));
    let writing = Writing::new(open, order.language).await?;
    let mut columns = order.columns.clone();
    // How a document's number is masked depends on the document.
    if columns.contains(&Field::DocumentNumber) && !columns.contains(&Field::DocumentType) {
        columns.push(Field::DocumentType);
    }
    let (sender, receiver) = mpsc::channel(WAITING);
    let written = spawn_writer(&order, job, writing, receiver)?;
    let sent = send_rows(open, &ids, &columns, job, sender).await;
    // Whatever stopped the writing side is the better reason.
    let (sheet, rows) = ended(written.await)?;
    sent?;
    let beside = ended(spawn_blocking(move || sheet.finish()).await)?;
    job.check()?;
    note(client, open, &order, rows).await?;
    keep(beside, &order).await?;
    Ok(JobResult::Export { path: order.input.path, rows })
}

async fn chosen(client: &Client, open: &Open, order: &Order) -> Result<Vec<CustomerId>, ClientError> {
    match &order.input.ids {
        Some(ids) => Ok(ids.clone()),
        None => Ok(open.store.ids(&order.input.query, client.clock().today()).await?),
    }
}

type Writer = JoinHandle<Result<(Sheet, u32), ClientError>>;

fn spawn_writer(
    order: &Order,
    job: &JobHandle,
    mut writing: Writing,
    mut receiver: mpsc::Receiver<Vec<Row>>,
) -> Result<Writer, ClientError> {
    let headers = writing.headers(&order.columns);
    let mut sheet = Sheet::begin(order.input.format, &order.path, &job.id().to_string(), &headers)?;
    let (columns, job) = (order.columns.clone(), job.clone());
    Ok(spawn_blocking(move || {
        let mut rows = 0;
        while let Some(batch) = receiver.blocking_recv() {
            for row in &batch {
                sheet.row(&cells(&mut writing, row, &columns))?;
                rows += 1;
            }
            job.done(rows);
        }
        Ok((sheet, rows))
    }))
}

fn cells(writing: &mut Writing, row: &Row, columns: &[Field]) -> Vec<Cell> {
    let document = row.values.get(&Field::DocumentType).map(String::as_str);
    let mut cells: Vec<Cell> = columns
        .iter()
        .map(|field| row.values.get(field).map_or(Cell::Empty, |value| writing.cell(*field, value, document)))
        .collect();
    cells.push(Cell::Text(row.id.to_string()));
    cells
}

async fn send_rows(
    open: &Open,
    ids: &[CustomerId],
    columns: &[Field],
    job: &JobHandle,
    sender: mpsc::Sender<Vec<Row>>,
) -> Result<(), ClientError> {
    for batch in ids.chunks(BATCH) {
        job.check()?;
        let rows = open.store.rows(batch, columns).await?;
        if sender.send(rows).await.is_err() {
            return Err(ClientError::Internal("export writer gone"));
        }
    }
    job.check()
}

/// What a blocking task came to.
fn ended<T>(outcome: Result<Result<T, ClientError>, tokio::task::JoinError>) -> Result<T, ClientError> {
    outcome.map_err(|_| ClientError::Internal("export writer"))?
}

async fn note(client: &Client, open: &Open, order: &Order, rows: u32) -> Result<(), ClientError> {
    let columns: Vec<&str> = order.columns.iter().map(|field| field.as_str()).collect();
    let detail = serde_json::json!({
        "rows": rows,
        "columns": columns,
        "format": order.input.format,
        "reason": order.reason,
    });
    audit(open, client.clock().now(), "customers_export", None, &detail).await
}

async fn keep(beside: Beside, order: &Order) -> Result<(), ClientError> {
    let (target, replace) = (order.path.clone(), order.input.replace);
    ended(spawn_blocking(move || beside.keep(&target, replace)).await)
}
