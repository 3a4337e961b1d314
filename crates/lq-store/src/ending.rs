//! How a process ends while connections are still being closed.
//!
//! SQLCipher frees its tables by `atexit`, whether or not a connection is still at work; sqlx closes a connection that was dropped
//! on a thread of its own. A process that ended right after dropping a store could therefore die of a use after free.
//! So connections are counted, and the process's end waits for the last one.

use sqlx::sqlite::SqliteConnectOptions;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Stores whose connections are not all closed.
static OPEN: AtomicUsize = AtomicUsize::new(0);
/// The wait at the process's end: so often, each so long. A store that nobody dropped is not waited for longer than three seconds.
const LOOKS: u32 = 1_500;
const PAUSE: Duration = Duration::from_millis(2);

/// Counts while a connection holds it.
struct Held;

impl Held {
    fn new() -> Self {
        OPEN.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Makes the connections of `options` count until SQLite has closed them.
///
/// SQLite drops what belongs to a collation when it has closed the file, which no hook of sqlx tells.
pub(crate) fn counted(options: SqliteConnectOptions) -> SqliteConnectOptions {
    let held = Held::new();
    options.collation("counted", move |one, other| {
        let _ = &held;
        one.cmp(other)
    })
}

/// Makes the end of the process wait. To be called after the first connection, since what is registered last runs first and
/// SQLCipher's teardown is registered by that connection.
pub(crate) fn wait_at_end() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        #[expect(unsafe_code, reason = "a handler of the C library; it only reads a counter and sleeps")]
        // SAFETY: `wait` is a function that lives as long as the process, and it does not unwind. A refusal is harmless: the
        // process then ends as it would have without.
        let _ = unsafe { libc::atexit(wait) };
    });
}

extern "C" fn wait() {
    for _ in 0..LOOKS {
        if OPEN.load(Ordering::SeqCst) == 0 {
            return;
        }
        std::thread::sleep(PAUSE);
    }
}
