//! Words of the command line.

use crate::audit;
use crate::machine;
use clap::{Args, Parser, Subcommand};
use lq_domain::access::{KeyScope, Role};
use lq_domain::ids::{BranchId, DeviceId};
use lq_machine::{SystemClock, SystemRandom};
use lq_protocol::error::ErrorCode;
use lq_protocol::secret::{KdfParams, WeakPassword, check_password};
use lq_server::admin::{self, NewBranch, NewSecret, NewUser, UserChange};
use lq_server::intake::{self, Delivery, Format};
use lq_server::{App, Config, Db, ServerError, Tls, devices, keys, recovery, serve_metrics, start};
use serde::Serialize;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Langqiao's server.
#[derive(Parser)]
#[command(name = "lq-server", version)]
pub(crate) struct Arguments {
    /// The database, for example postgres://langqiao@/langqiao?host=/run/postgresql
    #[arg(long, env = "LQ_DATABASE_URL", hide_env_values = true, global = true, default_value = "")]
    database_url: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until told to stop.
    Serve(Serve),
    /// Bring the database's schema up to date; a new database begins its life.
    Migrate {
        /// What the bank calls this server; counts for a new database.
        #[arg(long, env = "LQ_NAME", default_value = "Langqiao")]
        name: String,
        /// The customers will be invented, to try things on. Only before there are users; it can't be taken back.
        #[arg(long, env = "LQ_SAMPLE")]
        sample: bool,
    },
    /// Begin a new life of the database, after it was restored from a backup: devices take everything anew.
    EpochRenew,
    /// Make a branch.
    BranchAdd {
        /// The name.
        name: String,
        /// The branch above.
        #[arg(long, value_parser = branch)]
        parent: Option<BranchId>,
    },
    /// List branches.
    BranchList,
    /// Make a user. The password comes from LQ_PASSWORD or, without it, as a line from standard input.
    UserAdd {
        /// The login name.
        login: String,
        /// The name colleagues see.
        #[arg(long)]
        name: String,
        /// staff, relationship_manager, manager, risk_officer or administrator.
        #[arg(long, value_parser = role)]
        role: Role,
        /// The branch.
        #[arg(long, value_parser = branch)]
        branch: BranchId,
    },
    /// List users.
    UserList,
    /// Change a user.
    UserSet(UserSet),
    /// List devices.
    DeviceList,
    /// Lock a device for good; it wipes what it holds.
    DeviceRevoke {
        /// The device.
        #[arg(value_parser = device)]
        device: DeviceId,
    },
    /// Show which devices held a record that has left one of their feeds, and when each told that it is gone.
    Removals {
        /// The record, for example a customer.
        record: uuid::Uuid,
    },
    /// Forget which records left their feeds long ago; to be run now and then. Prints how many entries went.
    FeedsCompact {
        /// Days that a device may be away without having to take its feeds anew.
        #[arg(long, default_value_t = 180)]
        days: u32,
    },
    /// Make a key with which another system delivers. It is printed once.
    KeyAdd {
        /// What the system is called.
        name: String,
        /// accounts, transactions, or both with a comma between.
        #[arg(long, value_parser = scope, value_delimiter = ',', required = true)]
        scope: Vec<KeyScope>,
    },
    /// List keys.
    KeyList,
    /// End a key for good.
    KeyRevoke {
        /// What the system is called.
        name: String,
    },
    /// Tell devices the bank's recovery key, the public half that `lq-rescue keygen` prints; they seal their data keys to it.
    RecoverySet {
        /// The public half.
        key: String,
    },
    /// Show the recovery key that devices are told, with its fingerprint.
    RecoveryShow,
    /// Tell devices no recovery key any more; they drop what they sealed.
    RecoveryClear,
    /// Take in a file of accounts or transactions; prints what became of it.
    TakeIn(TakeIn),
    /// Make the key that signs the ends of the audit, in a new file that its owner alone may read. Prints the public key.
    AuditKeyMake {
        /// The file.
        file: PathBuf,
    },
    /// Check every chain of the audit and its anchors; prints what is wrong, and fails when something is.
    AuditVerify(audit::Verify),
    /// Look for entries of the audit in all branches, newest first, a hundred at a time.
    AuditSearch(audit::Search),
    /// Print the description of the API.
    Openapi,
}

#[derive(Args)]
struct Serve {
    /// The address. Plain HTTP is served on loopback only.
    #[arg(long, env = "LQ_LISTEN", default_value = "127.0.0.1:8443")]
    listen: SocketAddr,
    /// PEM file of the certificate and those between it and the authority.
    #[arg(long, env = "LQ_TLS_CERTIFICATE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// PEM file of the certificate's key.
    #[arg(long, env = "LQ_TLS_KEY", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// An address for figures in Prometheus' format, at /metrics. Plain HTTP on loopback, with the certificate elsewhere.
    #[arg(long, env = "LQ_METRICS_LISTEN")]
    metrics_listen: Option<SocketAddr>,
    #[command(flatten)]
    anchors: audit::Anchors,
    /// Seconds between being told to stop and the end of serving: balancers need them to see it. Told again, it ends at once.
    #[arg(long, env = "LQ_DRAIN_SECONDS", default_value_t = 5)]
    drain_seconds: u64,
}

#[derive(Args)]
struct TakeIn {
    /// What is in it: accounts or transactions.
    #[arg(value_parser = scope)]
    what: KeyScope,
    /// The file.
    file: PathBuf,
    /// csv, fixed, camt053 or json; by the ending of the file's name when it is not said.
    #[arg(long)]
    format: Option<String>,
    /// Where the columns of a fixed file lie: account:1-19,reference:20-39
    #[arg(long)]
    layout: Option<String>,
    /// Take all of it or, when a line is bad, nothing.
    #[arg(long)]
    strict: bool,
}

impl TakeIn {
    fn format(&self) -> Result<Format, ServerError> {
        let ending = self.file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match (self.format.as_deref().unwrap_or(ending), &self.layout) {
            ("csv" | "tsv", None) => Ok(Format::Csv),
            ("xml" | "camt053", None) => Ok(Format::Camt053),
            ("json", None) => Ok(Format::Json),
            ("fixed" | "txt" | "dat", Some(layout)) => Ok(Format::Fixed { layout: layout.clone() }),
            _ => Err(ErrorCode::FileKind.into()),
        }
    }
}

#[derive(Args)]
struct UserSet {
    /// The login name.
    login: String,
    /// The name colleagues see.
    #[arg(long)]
    name: Option<String>,
    /// The role.
    #[arg(long, value_parser = role)]
    role: Option<Role>,
    /// The branch.
    #[arg(long, value_parser = branch)]
    branch: Option<BranchId>,
    /// Whether the user may not sign in.
    #[arg(long)]
    disabled: Option<bool>,
    /// Give a new password, from LQ_PASSWORD or a line of standard input.
    #[arg(long)]
    password: bool,
}

fn role(word: &str) -> Result<Role, String> {
    Role::parse(word).ok_or_else(|| "no such role".to_owned())
}

pub(crate) fn branch(text: &str) -> Result<BranchId, String> {
    BranchId::parse(text).ok_or_else(|| "not the id of a branch".to_owned())
}

fn scope(word: &str) -> Result<KeyScope, String> {
    KeyScope::parse(word).ok_or_else(|| "neither accounts nor transactions".to_owned())
}

fn device(text: &str) -> Result<DeviceId, String> {
    DeviceId::parse(text).ok_or_else(|| "not the id of a device".to_owned())
}

/// Does what the words say.
pub(crate) async fn run(arguments: Arguments) -> Result<(), ServerError> {
    let random = SystemRandom::default();
    match &arguments.command {
        Command::Openapi => return print(&lq_server::openapi()),
        Command::AuditKeyMake { file } => return audit::make_key(file, &random),
        _ => {}
    }
    let db = Db::connect(&arguments.database_url).await?;
    match &arguments.command {
        Command::Migrate { name, sample } => {
            db.migrate(name, &SystemClock, &random).await?;
            return if *sample { db.mark_sample().await } else { Ok(()) };
        }
        Command::EpochRenew => return print(&db.renew_epoch(&SystemClock, &random).await?),
        Command::AuditVerify(words) => return audit::verify(&db, words).await,
        _ => {}
    }
    let app = App::new(db, Arc::new(SystemClock), Arc::new(random)).await?;
    match arguments.command {
        Command::Serve(words) => serve(app, words).await,
        command => administer(&app, command).await,
    }
}

async fn serve(app: App, words: Serve) -> Result<(), ServerError> {
    let tls = words.tls_certificate.zip(words.tls_key).map(|(certificate, key)| Tls { certificate, key });
    let mut stops = Stops::new()?;
    // Held until the end: what happens while the server stops is counted too.
    let _measured = match words.metrics_listen {
        Some(listen) => {
            let measured = serve_metrics(&app, &Config { listen, tls: tls.clone() }).await?;
            tracing::info!(url = measured.url(), "serving figures");
            Some(measured)
        }
        None => None,
    };
    // What is wrong with the key is told before anybody is served.
    let anchoring = words.anchors.read()?;
    let mut running = start(app, &Config { listen: words.listen, tls }).await?;
    match anchoring {
        Some(anchoring) => running.anchor(anchoring),
        None => tracing::warn!("the ends of the audit are not anchored: give a key and a file"),
    }
    tracing::info!(url = running.url(), files = machine::allow_files(), "serving");
    stops.next().await;
    running.drain();
    tracing::info!(seconds = words.drain_seconds, "stopping: not ready any more");
    // Told a second time, it waits no longer.
    let _ = tokio::time::timeout(Duration::from_secs(words.drain_seconds), stops.next()).await;
    tracing::info!("stopping: running requests finish");
    running.stop().await?;
    tracing::info!("stopped");
    Ok(())
}

/// Ctrl+C, and what the system's service manager sends. Whatever comes from the first moment on is kept.
#[cfg(unix)]
struct Stops(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(unix)]
impl Stops {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self(signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?))
    }

    /// Waits until the program is told to stop.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

/// Ctrl+C.
#[cfg(windows)]
struct Stops(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Stops {
    fn new() -> std::io::Result<Self> {
        Ok(Self(tokio::signal::windows::ctrl_c()?))
    }

    /// Waits until the program is told to stop.
    async fn next(&mut self) {
        let _ = self.0.recv().await;
    }
}

async fn administer(app: &App, command: Command) -> Result<(), ServerError> {
    match command {
        Command::BranchAdd { name, parent } => {
            print(&admin::branch_add(app, None, NewBranch { name, parent }).await?)
        }
        Command::BranchList => print(&admin::branch_list(app).await?),
        Command::UserAdd { login, name, role, branch } => {
            let password = given_password(app, &login)?;
            print(&admin::user_add(app, None, NewUser { login, name, role, branch, password }).await?)
        }
        Command::UserList => print(&admin::user_list(app).await?),
        Command::UserSet(words) => {
            let user = admin::user_by_login(app, &words.login).await?.user;
            let password = if words.password { Some(given_password(app, &user.login)?) } else { None };
            let change = UserChange {
                name: words.name,
                role: words.role,
                branch: words.branch,
                disabled: words.disabled,
                password,
            };
            print(&admin::user_set(app, None, user.id, change).await?)
        }
        Command::FeedsCompact { days } => print(&admin::feeds_compact(app, days).await?),
        Command::KeyAdd { name, scope } => print(&keys::add(app, &name, scope).await?),
        Command::KeyList => print(&keys::list(app).await?),
        Command::KeyRevoke { name } => keys::revoke(app, &name).await,
        Command::RecoverySet { key } => print(&recovery::set(app, Some(&key)).await?),
        Command::RecoveryShow => print(&recovery::show(app).await?),
        Command::RecoveryClear => print(&recovery::set(app, None).await?),
        Command::AuditSearch(words) => audit::search(app, words).await,
        Command::TakeIn(words) => take_in(app, &words).await,
        Command::DeviceList => print(&devices::list(app).await?),
        Command::DeviceRevoke { device } => devices::revoke(app, None, device).await,
        Command::Removals { record } => print(&devices::removals(app, record).await?),
        // Done before: they need no application.
        Command::Serve(_)
        | Command::Migrate { .. }
        | Command::EpochRenew
        | Command::AuditKeyMake { .. }
        | Command::AuditVerify(_)
        | Command::Openapi => Ok(()),
    }
}

async fn take_in(app: &App, words: &TakeIn) -> Result<(), ServerError> {
    let format = words.format()?;
    let bytes = tokio::fs::read(&words.file).await?;
    let delivery = Delivery { format: &format, bytes: &bytes, strict: words.strict, key: None };
    print(&intake::take_in(app, words.what, &delivery).await?)
}

/// A password that is not on the command line, where other users of the machine would see it.
fn given_password(app: &App, login: &str) -> Result<NewSecret, ServerError> {
    let password = match std::env::var("LQ_PASSWORD") {
        Ok(password) => password,
        Err(_) => {
            let mut line = String::new();
            std::io::stdin().read_line(&mut line)?;
            line.trim_end_matches(['\r', '\n']).to_owned()
        }
    };
    check_password(&password, login).map_err(|weak| match weak {
        WeakPassword::Short => ErrorCode::PasswordShort,
        WeakPassword::Uniform => ErrorCode::PasswordUniform,
        WeakPassword::Common => ErrorCode::PasswordCommon,
    })?;
    let mut salt = [0; 16];
    app.random().fill(&mut salt);
    NewSecret::of_password(&password, KdfParams::standard(&salt), true)
}

/// Writes an answer to standard output.
pub(crate) fn print<T: Serialize>(value: &T) -> Result<(), ServerError> {
    let text = serde_json::to_string_pretty(value).map_err(std::io::Error::other)?;
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}
