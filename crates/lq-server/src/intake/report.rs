//! What became of a delivery.

use lq_domain::columns::CellProblem;
use lq_protocol::error::{ApiError, ErrorCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Bad lines that are listed; all are counted.
const LISTED: usize = 1_000;

/// A line that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BadLine {
    /// Where it begins in the delivery, from 1; of JSON the row's number, from 1.
    pub line: u64,
    /// Why, with the column as `field`.
    #[serde(flatten)]
    pub error: ApiError,
}

/// What became of a delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Lines read.
    pub read: u64,
    /// Lines that were new and were taken.
    pub taken: u64,
    /// Lines that changed an account that was there.
    pub changed: u64,
    /// Lines that were there already.
    pub repeated: u64,
    /// Entries of a statement that are not booked yet.
    pub pending: u64,
    /// Lines that are wrong.
    pub bad: u64,
    /// The first thousand of them.
    pub problems: Vec<BadLine>,
    /// Whether nothing was kept, because the delivery was to be taken as a whole.
    pub refused: bool,
}

impl Report {
    /// Notes a bad line.
    pub(super) fn wrong(&mut self, line: u64, error: impl Into<ApiError>) {
        self.bad += 1;
        if self.problems.len() < LISTED {
            self.problems.push(BadLine { line, error: error.into() });
        }
    }

    /// Adds what came of the next lines.
    pub(super) fn add(&mut self, next: Self) {
        self.read += next.read;
        self.taken += next.taken;
        self.changed += next.changed;
        self.repeated += next.repeated;
        self.pending += next.pending;
        self.bad += next.bad;
        let room = LISTED.saturating_sub(self.problems.len());
        self.problems.extend(next.problems.into_iter().take(room));
        self.refused |= next.refused;
    }

    /// Notes that nothing was kept.
    pub(super) fn refuse(&mut self) {
        (self.taken, self.changed, self.refused) = (0, 0, true);
    }

    /// The counts by name.
    pub(super) const fn counts(&self) -> [(&'static str, u64); 6] {
        [
            ("read", self.read),
            ("taken", self.taken),
            ("changed", self.changed),
            ("repeated", self.repeated),
            ("pending", self.pending),
            ("bad", self.bad),
        ]
    }
}

/// What is wrong with a cell.
pub(super) fn cell(problem: CellProblem) -> ApiError {
    let code = ErrorCode::parse(problem.problem.code()).unwrap_or(ErrorCode::RequestForm);
    let params = problem.problem.params();
    params
        .into_iter()
        .fold(ApiError::new(code).in_field(problem.column), |error, (name, value)| error.with(name, value))
}
