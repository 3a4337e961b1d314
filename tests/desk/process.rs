//! The browser driver that stands between a test and the window, and the processes below it.

use super::Problem;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = "WebKitWebDriver";
const PATIENCE: Duration = Duration::from_secs(20);
/// By it the processes of one desk are told from those of another.
const HOME: &str = "LANGQIAO_HOME";

/// The driver, in a group of its own: ending it alone would leave the window, and a window left keeps the port.
#[derive(Debug)]
pub(super) struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    pub(super) async fn start(home: &Path) -> Result<Self, Problem> {
        let displays = ["DISPLAY", "WAYLAND_DISPLAY"];
        if displays.iter().all(|name| std::env::var_os(name).is_none_or(|value| value.is_empty())) {
            return Err("there is no display: run it below xvfb-run, as cargo xtask does".into());
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut command = Command::new(PROGRAM);
        command.args([format!("--port={port}"), "--host=127.0.0.1".to_owned()]);
        command.env(HOME, home).env("TAURI_WEBVIEW_AUTOMATION", "true").env("GDK_BACKEND", "x11");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn().map_err(|problem| format!("{PROGRAM}: {problem}"))?;
        let driver = Self { child, port };
        driver.answers().await?;
        Ok(driver)
    }

    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    async fn answers(&self) -> Result<(), Problem> {
        let began = Instant::now();
        while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.is_err() {
            if began.elapsed() > PATIENCE {
                return Err(format!("{PROGRAM} does not answer").into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        signal("KILL", &format!("-{}", self.child.id()));
        let _ = self.child.wait();
    }
}

/// Kills the application that works over a folder, and only it.
pub(super) fn kill_application(home: &Path) -> Result<(), Problem> {
    let mark = format!("{HOME}={}", home.display());
    let runs = |id: &str| {
        let program = std::fs::read_link(format!("/proc/{id}/exe"));
        let variables = std::fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        program.is_ok_and(|path| path.ends_with("langqiao"))
            && variables.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
    };
    let processes = std::fs::read_dir("/proc")?.flatten();
    let ids = processes.map(|process| process.file_name().to_string_lossy().into_owned());
    let found: Vec<String> =
        ids.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()) && runs(id)).collect();
    if found.is_empty() {
        return Err("the application does not run".into());
    }
    found.iter().for_each(|id| signal("KILL", id));
    let began = Instant::now();
    while found.iter().any(|id| runs(id)) && began.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Those that are gone already do not matter.
fn signal(name: &str, whom: &str) {
    let words = ["-s", name, "--", whom];
    let _ = Command::new("kill").args(words).stderr(Stdio::null()).status();
}
