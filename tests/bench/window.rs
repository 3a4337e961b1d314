//! Windows from outside: when they show something, and how much memory all their processes share among them.

#[expect(dead_code, reason = "only the window tests cut the power")]
#[path = "../desk/process.rs"]
mod process;

use crate::files::Failure as Problem;
use lq_domain::clock::Clock as _;
use lq_testkit::clock::SystemClock;
use process::Driver;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use thirtyfour::common::capabilities::desiredcapabilities::Capabilities;
use thirtyfour::{By, WebDriver};

/// The word by which this program is asked to note the time and become another program.
pub(crate) const LAUNCH: &str = "launch";
/// By it the processes of one window are told from those of another.
const HOME: &str = "LANGQIAO_HOME";
/// The driver is no part of what it drives.
const DRIVER: &str = "WebKitWebDriver";
/// How long a window may take for anything.
const PATIENCE: Duration = Duration::from_secs(60);
const WATCH: &str = include_str!("watch.js");

/// A program with a window.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// The product.
    Langqiao,
    /// A window with an empty page.
    Empty,
}

impl Program {
    fn path(self) -> Result<PathBuf, Problem> {
        match self {
            Self::Langqiao => lq_tests::desk::built("langqiao"),
            Self::Empty => {
                let own = std::env::current_exe()?;
                let empty = own.parent().unwrap_or(Path::new("")).join("examples").join("empty");
                if empty.is_file() { Ok(empty) } else { Err("the example empty was not built".into()) }
            }
        }
    }

    /// What is there once the window can be used: the page's only element, or the field for the password.
    fn first(self) -> &'static str {
        match self {
            Self::Langqiao => "input[type=password]:enabled",
            Self::Empty => "main",
        }
    }
}

/// When something was drawn, in milliseconds since 1970.
pub(crate) struct Seen {
    /// When the watching began and the button was pressed.
    pub(crate) began: f64,
    /// When it was drawn.
    pub(crate) at: f64,
    /// Whether it was drawn before the watching began, so that `at` is too late.
    pub(crate) late: bool,
}

/// An open window.
pub(crate) struct Window {
    session: WebDriver,
    home: PathBuf,
    /// From the start of its process until it could be used, in milliseconds.
    pub(crate) took: f64,
    /// Whether it could be used even before, when nobody looked yet.
    pub(crate) late: bool,
    /// Ends what is left of the processes when it is dropped, and is therefore last.
    _driver: Driver,
}

impl Window {
    /// Starts a program over a folder and waits until it can be used.
    pub(crate) async fn open(program: Program, home: &Path) -> Result<Self, Problem> {
        // Fails only when a provider is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let path = program.path()?;
        let driver = Driver::start(home).await?;
        let stamp = home.join("started");
        let mut wanted = Capabilities::new();
        let args = [LAUNCH.as_ref(), stamp.as_os_str(), path.as_os_str()].map(|word| word.to_string_lossy());
        let options = json!({ "binary": std::env::current_exe()?, "args": args });
        wanted.set("webkitgtk:browserOptions", options)?;
        let session = WebDriver::new(driver.address(), wanted).await?;
        session.set_script_timeout(PATIENCE).await?;
        let mut window = Self { session, home: home.to_owned(), took: 0.0, late: false, _driver: driver };
        let seen = window.watch(program.first(), None).await?;
        let started: f64 = std::fs::read_to_string(stamp)?.parse()?;
        (window.took, window.late) = (seen.at - started, seen.late);
        Ok(window)
    }

    /// Waits until an element is drawn, after pressing another.
    pub(crate) async fn watch(&self, wanted: &str, pressed: Option<&str>) -> Result<Seen, Problem> {
        let answer = self.session.execute_async(WATCH, vec![json!(wanted), json!(pressed)]).await?;
        let answer = answer.json();
        let number = |name: &str| answer[name].as_f64().ok_or_else(|| format!("no {name} in {answer}"));
        Ok(Seen { began: number("began")?, at: number("at")?, late: answer["late"] == Value::Bool(true) })
    }

    /// Types into the field for the password.
    pub(crate) async fn give_password(&self, password: &str) -> Result<(), Problem> {
        let field = self.session.find(By::Css(Program::Langqiao.first())).await?;
        Ok(field.send_keys(password).await?)
    }

    /// The memory of the window's own process, and of all its processes, in MB; what several share counts in shares.
    pub(crate) fn memory(&self) -> Result<(f64, f64), Problem> {
        let mark = format!("{HOME}={}", self.home.display());
        let (mut own, mut all) = (0.0, 0.0);
        for process in std::fs::read_dir("/proc")?.flatten() {
            let folder = process.path();
            let variables = std::fs::read(folder.join("environ")).unwrap_or_default();
            if !variables.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes()) {
                continue;
            }
            // A process that is just ending has neither.
            let Ok(program) = std::fs::read_link(folder.join("exe")) else { continue };
            let Some(share) = share(&folder) else { continue };
            let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name == DRIVER {
                continue;
            }
            if !name.starts_with("WebKit") {
                own += share;
            }
            all += share;
        }
        Ok((own, all))
    }

    /// Closes it as its user does.
    pub(crate) async fn close(self) -> Result<(), Problem> {
        Ok(self.session.quit().await?)
    }
}

/// A process's proportional share of the memory in use, in MB.
fn share(process: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(process.join("smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    Some(line.trim().split(' ').next()?.parse::<f64>().ok()? / 1_024.0)
}

/// Notes the time, in milliseconds since 1970, and becomes the program; answers only when that fails.
pub(crate) fn launch(words: &[String]) -> Problem {
    let [stamp, program, rest @ ..] = words else { return "nothing to launch".into() };
    if let Err(problem) = std::fs::write(stamp, SystemClock.now().0.to_string()) {
        return problem.into();
    }
    std::os::unix::process::CommandExt::exec(Command::new(program).args(rest)).into()
}

/// Makes the machine forget what it read from the disk, as after switching it on. False when it may not.
pub(crate) fn forget_files() -> bool {
    let synced = Command::new("sync").status().is_ok_and(|status| status.success());
    synced && std::fs::write("/proc/sys/vm/drop_caches", "3").is_ok()
}
