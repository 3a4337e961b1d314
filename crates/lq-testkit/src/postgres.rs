//! A private PostgreSQL: one cluster per process, one database per test. It ends with the process, however that ends.

use lq_domain::clock::{Clock, Random};
use lq_server::{App, Db, ServerError};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Makes the cluster, serves it, and ends it when standard input closes, that is when the process that holds the other
/// end is gone. As root it works as the user `postgres`, because PostgreSQL refuses to be run by root.
const KEEPER: &str = r#"
folder=$1
bin=$2
care=$3
shift 3
as=
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as="setpriv --reuid=postgres --regid=postgres --init-groups --"
fi
cd "$folder"
[ -d data ] || $as "${bin}initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$folder/log" 2>&1 </dev/null
$as "${bin}postgres" -D "$folder/data" -k "$folder" -h '' -c max_connections=100 \
  $care "$@" >>"$folder/log" 2>&1 </dev/null &
server=$!
read -r _
kill -QUIT $server 2>/dev/null
wait $server
cd /
rm -rf "$folder"
"#;

/// For databases that nobody will miss: nothing waits for the disk.
const CARELESS: &str =
    "-F -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off -c shared_buffers=32MB";
/// As PostgreSQL is by itself.
const CAREFUL: &str = "";
/// Where distributions put PostgreSQL's programs when they are not on the search path.
const DEBIAN: &str = "/usr/lib/postgresql";
/// How long a cluster may take to begin; other work may be running on the machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Tells clusters of one process apart, and databases of one cluster.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    keeper: Mutex<Child>,
}

impl Cluster {
    /// Starts a cluster in a folder of its own.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub fn start() -> io::Result<Self> {
        Self::begin(new_folder()?, CARELESS, &[])
    }

    /// The same for measurements: it waits for its disk and cleans up after itself, as a bank's would.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn start_careful() -> io::Result<Self> {
        Self::begin(new_folder()?, CAREFUL, &[])
    }

    /// The same with its log of writes archived into a folder, so that it can be brought back to any moment.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn archiving(archive: &Path) -> io::Result<Self> {
        give(archive)?;
        let command = format!("archive_command=cp %p {}/%f", archive.display());
        Self::begin(new_folder()?, CAREFUL, &["wal_level=replica", "archive_mode=on", &command])
    }

    /// Starts what [`Cluster::back_up`] kept, with what was archived since, up to a moment as PostgreSQL writes it.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn restored(backup: &Path, archive: &Path, moment: &str) -> io::Result<Self> {
        let folder = new_folder()?;
        let signal = backup.join("recovery.signal");
        std::fs::write(&signal, "")?;
        give(&signal)?;
        std::fs::rename(backup, folder.join("data"))?;
        let command = format!("restore_command=cp {}/%f %p", archive.display());
        let target = format!("recovery_target_time={moment}");
        Self::begin(folder, CAREFUL, &[&command, &target, "recovery_target_action=promote"])
    }

    /// Keeps a copy of the whole cluster while it works, in a folder that is made for it.
    ///
    /// # Errors
    /// When the copy can't be made.
    pub fn back_up(&self, to: &Path) -> io::Result<()> {
        // PostgreSQL starts from no folder that others may read.
        std::fs::DirBuilder::new().mode(0o700).create(to)?;
        give(to)?;
        let mut command = as_postgres(&format!("{}pg_basebackup", programs()?));
        command
            .args(["-U", "postgres", "-c", "fast", "-X", "stream", "-h"])
            .arg(&self.folder)
            .arg("-D")
            .arg(to);
        let done = command.current_dir("/").stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        if done.success() { Ok(()) } else { Err(io::Error::other("pg_basebackup failed")) }
    }

    /// A database as SQL that makes it again.
    ///
    /// # Errors
    /// When `pg_dump` fails.
    pub fn dump(&self, url: &str) -> io::Result<String> {
        let mut command = as_postgres(&format!("{}pg_dump", programs()?));
        command.args(["--inserts", "--rows-per-insert=200", "--no-owner", "--no-privileges", "-d", url]);
        let done = command.current_dir("/").stderr(Stdio::null()).output()?;
        if !done.status.success() {
            return Err(io::Error::other("pg_dump failed"));
        }
        let text = String::from_utf8(done.stdout).map_err(io::Error::other)?;
        // Words to psql, which other readers do not know.
        Ok(text
            .lines()
            .filter(|line| !line.starts_with('\\'))
            .fold(String::new(), |text, line| text + line + "\n"))
    }

    fn begin(folder: PathBuf, care: &str, settings: &[&str]) -> io::Result<Self> {
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(&folder)
            .arg(programs()?)
            .arg(care)
            .args(settings.iter().flat_map(|setting| ["-c", setting]))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own: what ends the tests must not end the one that cleans up after them.
            .process_group(0)
            .spawn()?;
        let mut cluster = Self { folder, keeper: Mutex::new(keeper) };
        cluster.wait()?;
        Ok(cluster)
    }

    /// The cluster of this process.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn shared() -> io::Result<&'static Self> {
        static SHARED: OnceLock<Result<Cluster, io::ErrorKind>> = OnceLock::new();
        let started = SHARED.get_or_init(|| Self::start().map_err(|error| error.kind()));
        started.as_ref().map_err(|kind| io::Error::from(*kind))
    }

    /// The address of a database.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.folder.display())
    }

    /// Makes an empty database; its address.
    ///
    /// # Errors
    /// What the database says.
    pub async fn create_database(&self) -> Result<String, ServerError> {
        let name = format!("langqiao_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&self.url("postgres")).await?;
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await?;
        connection.close().await?;
        Ok(self.url(&name))
    }

    fn wait(&mut self) -> io::Result<()> {
        let socket = self.folder.join(".s.PGSQL.5432.lock");
        let began = Instant::now();
        // The last line of the file says that the server is ready.
        while !std::fs::read_to_string(self.folder.join("data/postmaster.pid"))
            .is_ok_and(|text| socket.exists() && text.contains("ready"))
        {
            if began.elapsed() > PATIENCE {
                return Err(io::Error::from(io::ErrorKind::TimedOut));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let keeper = self.keeper.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(keeper.stdin.take());
        // It removes the folder; there is nobody to tell if it can't.
        let _ = keeper.wait();
    }
}

fn new_folder() -> io::Result<PathBuf> {
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("lq-postgres-{}-{number}", std::process::id()));
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            // A machine that was switched off left it, and the number of its process has come round again.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// Whether the process works as root, whom PostgreSQL refuses.
fn is_root() -> bool {
    std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|text| text.lines().any(|line| line.starts_with("Uid:\t0\t")))
}

/// Gives a file or folder to the user that PostgreSQL works as.
fn give(path: &Path) -> io::Result<()> {
    if is_root() && !Command::new("chown").arg("postgres").arg(path).status()?.success() {
        return Err(io::Error::other("chown failed"));
    }
    Ok(())
}

/// A program of PostgreSQL, as the user that it works as.
fn as_postgres(program: &str) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--", program]);
    command
}

/// The folder of PostgreSQL's programs, with its slash; empty when they are on the search path.
fn programs() -> io::Result<String> {
    let on_path = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join("initdb").is_file()));
    if on_path {
        return Ok(String::new());
    }
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(Path::new(DEBIAN))?
        .filter_map(|entry| {
            let folder = entry.ok()?.path().join("bin");
            let version = folder.parent()?.file_name()?.to_str()?.parse().ok()?;
            folder.join("initdb").is_file().then_some((version, folder))
        })
        .collect();
    versions.sort();
    let newest = versions.pop().ok_or(io::Error::from(io::ErrorKind::NotFound))?;
    Ok(format!("{}/", newest.1.display()))
}

/// A server's application over a fresh database of this process's cluster.
///
/// # Errors
/// When PostgreSQL does not start, or what the database says.
pub async fn app(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<App, ServerError> {
    let url = Cluster::shared()?.create_database().await?;
    app_at(&url, clock, random).await
}

/// The same for a server whose customers are invented.
///
/// # Errors
/// As [`app`].
pub async fn sample_app(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<App, ServerError> {
    let url = Cluster::shared()?.create_database().await?;
    let db = Db::connect(&url).await?;
    db.migrate("示例银行", clock.as_ref(), random.as_ref()).await?;
    db.mark_sample().await?;
    App::new(db, clock, random).await
}

/// Another application over a database that is there: a second process of the same server, or one after a restart.
///
/// # Errors
/// What the database says.
pub async fn app_at(url: &str, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<App, ServerError> {
    let db = Db::connect(url).await?;
    db.migrate("示例银行", clock.as_ref(), random.as_ref()).await?;
    App::new(db, clock, random).await
}
