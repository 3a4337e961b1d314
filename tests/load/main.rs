//! A bank's morning: `cargo xtask load`. Many registered devices, many of them listening, and pushes at a fixed pace, against the
//! real program on a PostgreSQL that waits for its disk. It prints what the devices saw beside what is promised.
#![expect(clippy::print_stdout, reason = "printing is this program's work")]
#![cfg_attr(not(unix), expect(unused, reason = "the database of its own needs Unix"))]

#[cfg(unix)]
mod device;
#[cfg(unix)]
mod ears;
#[cfg(unix)]
mod program;
#[cfg(unix)]
mod report;
#[cfg(unix)]
mod run;

/// What ends a run before its time.
type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "lq-load [--registered N] [--connected N] [--pushes-per-second N] [--minutes M]";

/// How much of everything.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    registered: u32,
    connected: u32,
    pushes_per_second: u32,
    minutes: f64,
}

impl Wanted {
    /// The usual load, changed by the words.
    fn read(words: &[String]) -> Option<Self> {
        let mut wanted = Self { registered: 30_000, connected: 2_000, pushes_per_second: 200, minutes: 10.0 };
        for pair in words.chunks(2) {
            let [name, value] = pair else { return None };
            match name.as_str() {
                "--registered" => wanted.registered = value.parse().ok()?,
                "--connected" => wanted.connected = value.parse().ok()?,
                "--pushes-per-second" => wanted.pushes_per_second = value.parse().ok()?,
                "--minutes" => wanted.minutes = value.parse().ok()?,
                _ => return None,
            }
        }
        let sound = wanted.connected >= 4
            && wanted.registered >= wanted.connected
            && wanted.pushes_per_second > 0
            && wanted.minutes.is_finite()
            && wanted.minutes > 0.0;
        sound.then_some(wanted)
    }
}

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let wanted = Wanted::read(&words).ok_or(USAGE)?;
    #[cfg(unix)]
    return tokio::runtime::Runtime::new()?.block_on(run::run(wanted));
    #[cfg(not(unix))]
    Err("only on Unix".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Option<Wanted> {
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        Wanted::read(&words)
    }

    #[test]
    fn the_usual_load_is_what_is_promised_and_words_change_it() {
        let usual = read("").unwrap();
        assert_eq!((usual.registered, usual.connected, usual.pushes_per_second), (30_000, 2_000, 200));
        let less = read("--connected 40 --registered 100 --minutes 0.1").unwrap();
        assert_eq!((less.registered, less.connected, less.pushes_per_second), (100, 40, 200));
        for wrong in ["--connected", "--connected x", "--often 3", "--minutes 0", "--registered 10"] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }
}
