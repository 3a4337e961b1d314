//! Where the time of a long test goes. It is told, and decides nothing.

use std::io::Write;
use std::time::Instant;

/// The steps of a test.
pub(crate) struct Steps(Instant);

impl Steps {
    pub(crate) fn begin() -> Self {
        Self(Instant::now())
    }

    /// Tells how long the step took that ends here.
    pub(crate) fn done(&mut self, step: &str) {
        // With nobody to read it there is nothing to do about it.
        let _ = writeln!(std::io::stderr(), "{:7.1} s  {step}", self.0.elapsed().as_secs_f64());
        self.0 = Instant::now();
    }
}
