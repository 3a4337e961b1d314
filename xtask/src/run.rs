//! Starting programs, and ending all that they started.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};

/// Every process below this program carries it, however far it moved away from its parent (a database server starts a
/// session of its own, a browser driver outlives the one that started it). By it they are found again.
const MARKER: &str = "LQ_XTASK_RUN";

/// How long a program may take to end itself after Ctrl+C, and then after being told to end.
const PATIENCE: [(&str, Duration); 3] =
    [("INT", Duration::from_secs(20)), ("TERM", Duration::from_secs(5)), ("KILL", Duration::from_secs(2))];

/// A program to start: no standard input, and nothing of the environment that `cargo run` made for this program.
pub(crate) fn program(name: &str) -> Command {
    let windows_script = cfg!(windows) && (name == "npm" || name == "npx");
    let mut command = if windows_script { Command::new(format!("{name}.cmd")) } else { Command::new(name) };
    for (key, _) in std::env::vars_os() {
        let key = key.to_string_lossy();
        if key.starts_with("CARGO_PKG_") || key.starts_with("CARGO_MANIFEST_") {
            command.env_remove(key.as_ref());
        }
    }
    command.stdin(Stdio::null());
    command
}

/// The cargo that runs this program, in a folder.
pub(crate) fn cargo(folder: &Path) -> Command {
    let mut command = program(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.current_dir(folder);
    command
}

/// What a program prints, when it succeeds.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command.output().map_err(|e| format!("{name}: {e}"))?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        return Err(format!("{name}: {}: {}", done.status, said.trim()));
    }
    String::from_utf8(done.stdout).map_err(|_| format!("{name} printed something else than UTF-8"))
}

/// Whether a program is found on the search path.
pub(crate) fn exists(name: &str) -> bool {
    let Some(path) = std::env::var_os("PATH") else { return false };
    std::env::split_paths(&path).any(|folder| {
        folder.join(name).is_file() || (cfg!(windows) && folder.join(format!("{name}.exe")).is_file())
    })
}

/// Runs programs and waits for them; Ctrl+C ends the running one with all that it started.
pub(crate) struct Runner {
    interrupted: Arc<AtomicBool>,
    mark: String,
}

impl Runner {
    /// Takes over Ctrl+C and requests to end.
    pub(crate) fn new() -> Result<Self, String> {
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&interrupted))
                .map_err(|e| format!("signals: {e}"))?;
        }
        #[cfg(unix)]
        signal_hook::flag::register(signal_hook::consts::SIGHUP, Arc::clone(&interrupted))
            .map_err(|e| format!("signals: {e}"))?;
        Ok(Self { interrupted, mark: std::process::id().to_string() })
    }

    /// Whether Ctrl+C was pressed.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Runs a program to its end. Nothing that it started outlives it.
    pub(crate) fn run(&self, command: &mut Command) -> Result<(), String> {
        let name = command.get_program().to_string_lossy().into_owned();
        if self.is_interrupted() {
            return Err("interrupted".to_owned());
        }
        command.env(MARKER, &self.mark);
        own_group(command);
        let mut child = command.spawn().map_err(|e| format!("{name}: {e}"))?;
        let status = self.wait(&mut child);
        self.end_leftovers();
        match status {
            Ok(_) if self.is_interrupted() => Err("interrupted".to_owned()),
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("{name}: {status}")),
            Err(e) => Err(format!("{name}: {e}")),
        }
    }

    /// Waits for a program; after Ctrl+C asks it to end, ever less politely.
    fn wait(&self, child: &mut Child) -> std::io::Result<ExitStatus> {
        while !self.is_interrupted() {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        for (signal, patience) in PATIENCE {
            send(signal, &[format!("-{}", child.id())]);
            let asked = Instant::now();
            while asked.elapsed() < patience {
                if let Some(status) = child.try_wait()? {
                    return Ok(status);
                }
                std::thread::sleep(Duration::from_millis(30));
            }
        }
        child.kill()?;
        child.wait()
    }

    /// What still runs. A process that is just becoming another program shows no environment for that moment, so
    /// that nothing is believed only when it is seen twice.
    fn left(&self) -> Vec<String> {
        let left = marked(&self.mark);
        if !left.is_empty() {
            return left;
        }
        std::thread::sleep(Duration::from_millis(50));
        marked(&self.mark)
    }

    /// Ends whatever the last program left running.
    fn end_leftovers(&self) {
        for (signal, patience) in PATIENCE.iter().skip(1) {
            let left = self.left();
            if left.is_empty() {
                return;
            }
            send(signal, &left);
            let asked = Instant::now();
            while asked.elapsed() < *patience && !self.left().is_empty() {
                std::thread::sleep(Duration::from_millis(30));
            }
        }
    }
}

/// The program gets a group of its own, so that Ctrl+C reaches it through us, once, and its children can be told too.
fn own_group(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

/// Sends a signal to processes, or to groups when the number is negative. Those that are gone already do not matter.
fn send(signal: &str, whom: &[String]) {
    if cfg!(unix) {
        let words = format!("kill -s {signal} -- {}", whom.join(" "));
        let _ = Command::new("sh").args(["-c", &words]).stderr(Stdio::null()).status();
    }
}

/// The running processes whose environment carries this mark. Where there is no `/proc`, none are found.
fn marked(mark: &str) -> Vec<String> {
    let wanted = format!("{MARKER}={mark}");
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    processes
        .flatten()
        .map(|process| process.file_name().to_string_lossy().into_owned())
        .filter(|id| id.bytes().all(|b| b.is_ascii_digit()))
        .filter(|id| {
            let variables = std::fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
            variables.split(|b| *b == 0).any(|variable| variable == wanted.as_bytes())
        })
        .collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn runner(mark: &str) -> Runner {
        Runner {
            interrupted: Arc::new(AtomicBool::new(false)),
            mark: format!("{mark}-{}", std::process::id()),
        }
    }

    #[test]
    fn a_program_left_behind_in_a_session_of_its_own_is_ended() {
        let runner = runner("left");
        runner.run(program("sh").args(["-c", "setsid sleep 600 & setsid sleep 600 &"])).unwrap();
        assert!(marked(&runner.mark).is_empty());
    }

    #[test]
    fn a_failing_program_fails_the_run() {
        let failed = runner("fails").run(program("sh").args(["-c", "exit 3"]));
        assert_eq!(failed.unwrap_err(), "sh: exit status: 3");
    }

    #[test]
    fn ctrl_c_reaches_the_program_and_its_children() {
        let runner = runner("ctrl-c");
        let interrupted = Arc::clone(&runner.interrupted);
        let pressing = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            interrupted.store(true, Ordering::Relaxed);
        });
        let began = Instant::now();
        let script = "trap 'exit 0' INT; sleep 600 & wait";
        assert_eq!(runner.run(program("sh").args(["-c", script])).unwrap_err(), "interrupted");
        pressing.join().unwrap();
        assert!(began.elapsed() < Duration::from_secs(15), "ended by asking, not by patience");
        assert!(marked(&runner.mark).is_empty());
        assert_eq!(runner.run(&mut program("true")).unwrap_err(), "interrupted");
    }
}
