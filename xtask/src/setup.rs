//! Installing what a machine lacks that has only Rust, Node and, on Debian and Ubuntu, apt.

use crate::repo::Repo;
use crate::run::{Runner, exists, output, program};
use crate::suite::npm;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the machine is wanted for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Building, and showing the window.
    Demo,
    /// The same, and everything that tests look through.
    Test,
}

/// To build, to run the database server, and to show and picture a window in Chinese, with no display too.
/// perl and make build the store's cipher; xauth is what xvfb-run asks for without depending on it.
const DEMO: &[&str] = &[
    "pkg-config",
    "perl",
    "make",
    "libwebkit2gtk-4.1-dev",
    "librsvg2-dev",
    "fonts-noto-cjk",
    "postgresql",
    "xvfb",
    "xauth",
    "dbus",
    "dbus-x11",
    "webkit2gtk-driver",
    "imagemagick",
];

/// What the tests look through besides: a browser, the plain sqlite3 program, a spreadsheet, and what makes certificates.
const TEST: &[&str] = &["sqlite3", "libreoffice-calc-nogui", "openssl"];

/// Debian's browser. Ubuntu's package of this name is a snap, which does not run in a container.
const BROWSER: &str = "chromium";

const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The oldest Node that the screens' tools run on.
const NODE: (u32, u32) = (20, 19);

/// While it stands, installing PostgreSQL makes no cluster that starts by itself; ours are private ones.
const NO_CLUSTER: &str = "/etc/postgresql-common/createcluster.d/langqiao.conf";

/// Installs what is missing and gives the last line.
pub(crate) fn setup(repo: &Repo, runner: &Runner, needs: Needs) -> Result<String, String> {
    check_node()?;
    if Path::new("/usr/bin/apt-get").is_file() {
        install(runner, needs)?;
    } else {
        let missing = missing_programs(needs, &|name| exists(name) || standard_place(name));
        if !missing.is_empty() {
            return Err(format!("install by hand, then try again:\n  {}", missing.join("\n  ")));
        }
    }
    if modules_are_old(repo) {
        println!("installing the screens' packages");
        runner.run(npm(repo).args(["ci", "--no-audit", "--no-fund"]))?;
    }
    Ok("setup: everything is there".to_owned())
}

/// The browser for the screens' tests: the one that `CHROMIUM` names, or the first that is found.
pub(crate) fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Some(PathBuf::from(named));
    }
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    BROWSERS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}

fn check_node() -> Result<(), String> {
    let wanted = format!("Node {}.{} or later is needed", NODE.0, NODE.1);
    let said = output(program("node").arg("--version")).map_err(|_| wanted.clone())?;
    if node_suffices(&said) { Ok(()) } else { Err(format!("{wanted}, here is {}", said.trim())) }
}

fn node_suffices(version: &str) -> bool {
    let mut numbers = version.trim().trim_start_matches('v').split('.').map_while(|part| part.parse().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= NODE
}

/// Installs Debian packages, as root or through sudo.
fn install(runner: &Runner, needs: Needs) -> Result<(), String> {
    let mut wanted: Vec<&str> = DEMO.to_vec();
    if needs == Needs::Test {
        wanted.extend(TEST);
        if chromium().is_none() {
            wanted.push(browser_package()?);
        }
    }
    let missing = missing_packages(&wanted)?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("installing {}", missing.join(" "));
    let admin = Admin::find(&missing)?;
    admin.apt(runner, &["update"])?;
    let quiet = missing.contains(&"postgresql") && !Path::new("/usr/share/postgresql-common").exists();
    if quiet {
        admin.script(
            runner,
            &format!("mkdir -p $(dirname {NO_CLUSTER}) && echo 'create_main_cluster = false' > {NO_CLUSTER}"),
        )?;
    }
    let mut words = vec!["install", "--yes", "--no-install-recommends"];
    words.extend(&missing);
    let done = admin.apt(runner, &words);
    if quiet {
        admin.script(runner, &format!("rm -f {NO_CLUSTER}"))?;
    }
    done
}

fn browser_package() -> Result<&'static str, String> {
    let system = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    if system.lines().any(|line| line == "ID=ubuntu") {
        return Err("install Chrome or Chromium (not as a snap), or name one in CHROMIUM".to_owned());
    }
    Ok(BROWSER)
}

/// Those packages that are not installed.
fn missing_packages<'a>(wanted: &[&'a str]) -> Result<Vec<&'a str>, String> {
    // It fails when one is unknown and names the others all the same.
    let asked = program("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status} ${Package}\n"])
        .args(wanted)
        .output();
    let said = asked.map_err(|e| format!("dpkg-query: {e}"))?.stdout;
    Ok(not_installed(wanted, &String::from_utf8_lossy(&said)))
}

fn not_installed<'a>(wanted: &[&'a str], said: &str) -> Vec<&'a str> {
    let installed = |name: &str| said.lines().any(|line| line.strip_prefix("installed ") == Some(name));
    wanted.iter().copied().filter(|name| !installed(name)).collect()
}

/// How this machine may be changed.
struct Admin {
    sudo: bool,
}

impl Admin {
    fn find(missing: &[&str]) -> Result<Self, String> {
        let root = output(program("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
        let can_ask = exists("sudo") && {
            let silently = program("sudo").args(["-n", "true"]).stderr(Stdio::null()).status();
            silently.is_ok_and(|status| status.success())
                || std::io::IsTerminal::is_terminal(&std::io::stdin())
        };
        if root || can_ask {
            return Ok(Self { sudo: !root });
        }
        Err(format!("as root: apt-get install --no-install-recommends {}", missing.join(" ")))
    }

    fn apt(&self, runner: &Runner, words: &[&str]) -> Result<(), String> {
        let mut all = vec!["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"];
        // A package manager at work beside us is waited for.
        all.extend(["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]);
        all.extend(words);
        self.run(runner, "env", &all)
    }

    fn script(&self, runner: &Runner, text: &str) -> Result<(), String> {
        self.run(runner, "sh", &["-c", text])
    }

    fn run(&self, runner: &Runner, name: &str, words: &[&str]) -> Result<(), String> {
        if !self.sudo {
            return runner.run(program(name).args(words));
        }
        // Not in a group of its own: sudo asks for the password on this terminal.
        let status = Command::new("sudo").arg(name).args(words).status().map_err(|e| format!("sudo: {e}"))?;
        if status.success() { Ok(()) } else { Err(format!("sudo {name}: {status}")) }
    }
}

/// Where there is no apt: what to install, each with the reason.
fn missing_programs(needs: Needs, is_there: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut wanted = vec![
        ("perl", "Perl (Windows: Strawberry Perl): builds the store's cipher"),
        ("postgres", "PostgreSQL 15 or later, with its bin folder on the search path: the server's database"),
    ];
    match std::env::consts::OS {
        "windows" => wanted.push((
            "nmake",
            "Visual Studio Build Tools with C++, in their command prompt: links Rust and builds the cipher",
        )),
        "macos" => wanted.push(("make", "Xcode command line tools (xcode-select --install)")),
        _ => wanted.extend([
            ("make", "make and a C compiler"),
            ("pkg-config", "pkg-config, and the development files of WebKitGTK 4.1 and librsvg"),
            ("xvfb-run", "Xvfb with xvfb-run: windows without a display"),
            ("dbus-run-session", "D-Bus"),
            ("WebKitWebDriver", "WebKitWebDriver of WebKitGTK: drives the window"),
        ]),
    }
    if needs == Needs::Test {
        wanted.push((
            "chromium",
            "Chrome or Chromium, named by the variable CHROMIUM if it is not found: the screens' tests",
        ));
        wanted.push(("sqlite3", "sqlite3, the program: looks at the store from outside"));
        wanted.push(("soffice", "LibreOffice: opens exported sheets"));
        wanted.push(("openssl", "OpenSSL 3, the program: makes the certificates of tests"));
    }
    wanted.into_iter().filter(|(name, _)| !is_there(name)).map(|(_, text)| text.to_owned()).collect()
}

/// Programs that their installers leave off the search path.
fn standard_place(name: &str) -> bool {
    let places: &[&str] = match name {
        "chromium" => &[
            "/Applications/Google Chrome.app",
            "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
            "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
        ],
        "soffice" => {
            &["/Applications/LibreOffice.app", "C:\\Program Files\\LibreOffice\\program\\soffice.exe"]
        }
        _ => &[],
    };
    (name == "chromium" && chromium().is_some()) || places.iter().any(|place| Path::new(place).exists())
}

/// Whether `npm ci` has to run: never ran, or the list of packages is newer.
fn modules_are_old(repo: &Repo) -> bool {
    let written = |place: &str| std::fs::metadata(repo.path(place)).and_then(|data| data.modified()).ok();
    match (written("ui/package-lock.json"), written("ui/node_modules/.package-lock.json")) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(list), Some(installed)) => list > installed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::fixture::tree;

    #[test]
    fn only_what_is_not_installed_is_missing() {
        let said = "installed perl\nnot-installed xvfb\nconfig-files make\n";
        assert_eq!(
            not_installed(&["perl", "xvfb", "make", "unheard-of"], said),
            ["xvfb", "make", "unheard-of"]
        );
    }

    #[test]
    fn node_is_old_or_not() {
        assert!(node_suffices("v20.19.0\n") && node_suffices("v24.1.0"));
        assert!(!node_suffices("v20.18.3") && !node_suffices("v18.20.0") && !node_suffices("what"));
    }

    #[test]
    fn machines_without_apt_are_told_names() {
        let all = missing_programs(Needs::Test, &|_| false);
        assert!(
            all.iter().any(|line| line.contains("PostgreSQL"))
                && all.iter().any(|line| line.contains("LibreOffice"))
        );
        let demo = missing_programs(Needs::Demo, &|_| false);
        assert!(demo.len() < all.len() && !demo.iter().any(|line| line.contains("LibreOffice")));
        assert!(missing_programs(Needs::Test, &|_| true).is_empty());
    }

    #[test]
    fn packages_are_installed_when_never_or_before_the_list() {
        assert!(!modules_are_old(&tree(&[]).1));
        let (_kept, repo) = tree(&[("ui/package-lock.json", "{}")]);
        assert!(modules_are_old(&repo));
        std::fs::create_dir_all(repo.path("ui/node_modules")).unwrap();
        std::fs::write(repo.path("ui/node_modules/.package-lock.json"), "{}").unwrap();
        let list = std::fs::File::options().write(true).open(repo.path("ui/package-lock.json")).unwrap();
        let installed =
            std::fs::metadata(repo.path("ui/node_modules/.package-lock.json")).unwrap().modified().unwrap();
        list.set_modified(installed - std::time::Duration::from_secs(9)).unwrap();
        assert!(!modules_are_old(&repo));
        list.set_modified(installed + std::time::Duration::from_secs(9)).unwrap();
        assert!(modules_are_old(&repo));
    }
}
