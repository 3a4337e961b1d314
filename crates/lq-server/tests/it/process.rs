//! The server's program as a process that serves.

use serde_json::Value;
use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStderr, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long a process may take for a step; other work may be running on the machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A process that serves. It is killed when this is dropped.
pub(crate) struct Process {
    pub(crate) address: SocketAddr,
    /// The address of the figures, when they are served.
    pub(crate) metrics: Option<SocketAddr>,
    child: Child,
    log: JoinHandle<String>,
}

impl Process {
    /// Serves a database on a free port. `filter` is what the log holds, `words` are more of the command line.
    pub(crate) async fn serve(database: &str, filter: &str, words: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lq-server"));
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(words);
        command.env_clear().env("LQ_DATABASE_URL", database).env("RUST_LOG", filter).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut log = String::new();
        let (address, metrics) = timeout(PATIENCE, begun(&mut lines, &mut log)).await.unwrap();
        let log = tokio::spawn(async move {
            while let Some(line) = lines.next_line().await.unwrap() {
                log.push_str(&line);
                log.push('\n');
            }
            log
        });
        Self { address, metrics, child, log }
    }

    /// Tells the process to stop.
    pub(crate) async fn terminate(&self) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    }

    /// Ends the process between one instruction and the next.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Waits until the process takes no connections any more.
    pub(crate) async fn closed(&self) {
        let closing = async {
            while TcpStream::connect(self.address).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, closing).await.expect("it still listens");
    }

    /// Waits for the end of the process; how it ended, and all it logged.
    pub(crate) async fn ended(mut self) -> (ExitStatus, String) {
        let status = timeout(PATIENCE, self.child.wait()).await.expect("it does not end").unwrap();
        (status, self.log.await.unwrap())
    }
}

/// Reads the log until the process serves; where, and where its figures are.
async fn begun(
    lines: &mut Lines<BufReader<ChildStderr>>,
    log: &mut String,
) -> (SocketAddr, Option<SocketAddr>) {
    let mut metrics = None;
    loop {
        let line = lines.next_line().await.unwrap().unwrap_or_else(|| panic!("it ended: {log}"));
        log.push_str(&line);
        log.push('\n');
        let line: Value = serde_json::from_str(&line).unwrap();
        let fields = &line["fields"];
        let address = || {
            let url = fields["url"].as_str().unwrap().trim_start_matches("http://");
            url.trim_end_matches("/metrics").parse().unwrap()
        };
        match fields["message"].as_str() {
            Some("serving figures") => metrics = Some(address()),
            Some("serving") => return (address(), metrics),
            _ => {}
        }
    }
}
