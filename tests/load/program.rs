//! The server's program, and the bank in its database.

use crate::{Failure, Wanted};
use lq_domain::access::Role;
use lq_domain::clock::Clock as _;
use lq_testkit::clock::SystemClock;
use lq_testkit::fleet::{self, Member};
use lq_testkit::postgres::{Cluster, app_at};
use lq_testkit::random::SeededRandom;
use lq_testkit::staff::First;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long the program may take to begin.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long sessions last beyond the load.
const SPARE_MILLIS: i64 = 60 * 60 * 1_000;
const ADMINISTRATOR: &str = "admin";

/// A server that runs over a bank of its own. It ends with this.
pub(crate) struct Program {
    /// Where it serves.
    pub(crate) url: String,
    /// The users whose devices are connected.
    pub(crate) members: Vec<Member>,
    child: Child,
    // After the child: they must outlive it.
    _log: TempDir,
    _cluster: Cluster,
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program {
    /// Makes the bank and serves it.
    pub(crate) async fn start(wanted: Wanted) -> Result<Self, Failure> {
        let cluster = Cluster::start_careful()?;
        let database = cluster.create_database().await?;
        found(&database).await?;
        let now = SystemClock.now();
        let until = now.plus_millis((wanted.minutes * 60_000.0) as i64 + SPARE_MILLIS);
        fleet::enrol(&database, ADMINISTRATOR, wanted.registered, (now, until)).await?;
        let members = fleet::members(&database, wanted.registered, wanted.connected / 2).await?;
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("log");
        let mut command = Command::new(beside("lq-server")?);
        command.args(["serve", "--listen", "127.0.0.1:0"]).env("LQ_DATABASE_URL", &database);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(std::fs::File::create(&log)?);
        let child = command.spawn()?;
        let mut this = Self { url: String::new(), members, child, _log: folder, _cluster: cluster };
        this.url = this.served(&log).await?;
        Ok(this)
    }

    /// Waits until the log says where it serves.
    async fn served(&mut self, log: &std::path::Path) -> Result<String, Failure> {
        let began = Instant::now();
        loop {
            let text = std::fs::read_to_string(log)?;
            let lines = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
            let mut urls = lines.filter_map(|line| line["fields"]["url"].as_str().map(str::to_owned));
            if let Some(url) = urls.next() {
                return Ok(url);
            }
            if self.child.try_wait()?.is_some() || began.elapsed() > PATIENCE {
                return Err(format!("the server does not begin: {text}").into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The memory that the server holds, in MB.
    pub(crate) fn memory(&self) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let kib =
            text.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().split(' ').next()?.parse().ok());
        kib.unwrap_or(0.0_f64) / 1_024.0
    }
}

/// A program that was built with this one.
fn beside(name: &str) -> Result<PathBuf, Failure> {
    let path = std::env::current_exe()?.with_file_name(name);
    if path.is_file() { Ok(path) } else { Err(format!("{} is not built", path.display()).into()) }
}

/// A bank with an administrator, whom the fleet's users resemble.
async fn found(database: &str) -> Result<(), Failure> {
    let app = app_at(database, Arc::new(SystemClock), Arc::new(SeededRandom::new(1))).await?;
    let first = First {
        login: ADMINISTRATOR,
        name: "管理员",
        password: "Langqiao-2026-load",
        role: Role::Administrator,
        branch: "总行",
    };
    first.work_at(&app).await?;
    app.db().close().await;
    Ok(())
}
