//! Preferences of this workstation, and who last signed in on it: one small file that holds nothing about customers.

use crate::Client;
use crate::contract::backups::BackupSchedule;
use crate::contract::sync::Settings;
use crate::error::ClientError;
use crate::events::Event;
use lq_domain::feature::Feature;
use lq_protocol::error::{ApiError, ErrorCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most keys that a user can change, and most guides that can be seen: far more than there are.
const ENTRIES_MAX: usize = 500;
/// Longest name of an action, a key or a guide.
const NAME_MAX: usize = 80;

/// What the file holds.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Kept {
    #[serde(default)]
    settings: Value,
    #[serde(default)]
    login: Option<String>,
    #[serde(default)]
    server: Option<String>,
    #[serde(default)]
    backups: Option<BackupSchedule>,
}

/// The file, read when it is first asked for.
pub(crate) struct SettingsFile {
    path: PathBuf,
    kept: Mutex<Option<Kept>>,
}

impl SettingsFile {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { path: folder.join("settings.json"), kept: Mutex::default() }
    }

    /// The settings; what is missing or out of bounds is as a new user finds it.
    pub(crate) fn settings(&self) -> Settings {
        let (_guard, kept) = self.read();
        let mut whole = serde_json::to_value(defaults()).unwrap_or_default();
        if let (Value::Object(whole), Value::Object(kept)) = (&mut whole, kept.settings) {
            whole.extend(kept);
        }
        serde_json::from_value(whole).ok().filter(|settings| check(settings).is_ok()).unwrap_or_else(defaults)
    }

    fn set_settings(&self, settings: &Settings) -> Result<(), ClientError> {
        let value = serde_json::to_value(settings).map_err(|_| ClientError::Internal("settings"))?;
        self.write(|kept| kept.settings = value)
    }

    /// The login name last used, and the server last used.
    pub(crate) fn last(&self) -> (Option<String>, Option<String>) {
        let (_guard, kept) = self.read();
        (kept.login, kept.server)
    }

    /// When and where to back up, when that was set.
    pub(crate) fn backups(&self) -> Option<BackupSchedule> {
        self.read().1.backups
    }

    /// Keeps when and where to back up.
    pub(crate) fn set_backups(&self, schedule: &BackupSchedule) -> Result<(), ClientError> {
        self.write(|kept| kept.backups = Some(schedule.clone()))
    }

    /// Remembers who signed in.
    pub(crate) fn set_last(&self, login: &str, server: Option<&str>) -> Result<(), ClientError> {
        self.write(|kept| {
            kept.login = Some(login.to_owned());
            if let Some(server) = server {
                kept.server = Some(server.to_owned());
            }
        })
    }

    fn read(&self) -> (MutexGuard<'_, Option<Kept>>, Kept) {
        let mut guard = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = guard
            .get_or_insert_with(|| {
                // A file that can't be read costs preferences, never the way in.
                fs::read(&self.path)
                    .ok()
                    .and_then(|bytes| serde_json::from_slice(&bytes).ok())
                    .unwrap_or_default()
            })
            .clone();
        (guard, kept)
    }

    /// Written beside, flushed, renamed: the file is always whole.
    fn write(&self, set: impl FnOnce(&mut Kept)) -> Result<(), ClientError> {
        let (mut guard, mut kept) = self.read();
        set(&mut kept);
        let text = serde_json::to_vec_pretty(&kept).map_err(|_| ClientError::Internal("settings"))?;
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let beside = self.path.with_extension("json.new");
        let mut file = fs::File::create(&beside)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        *guard = Some(kept);
        Ok(())
    }
}

fn defaults() -> Settings {
    Settings {
        language: "zh-CN".to_owned(),
        theme: "system".to_owned(),
        density: "standard".to_owned(),
        font_scale: 100,
        lock_minutes: 5,
        market_colour: "red_up".to_owned(),
        single_keys: true,
        keys: BTreeMap::new(),
        seen: Vec::new(),
    }
}

fn check(settings: &Settings) -> Result<(), ApiError> {
    let short = |text: &String| text.chars().count() <= NAME_MAX;
    let rules = [
        ("language", ["zh-CN", "en"].contains(&settings.language.as_str())),
        ("theme", ["light", "dark", "system"].contains(&settings.theme.as_str())),
        ("density", ["compact", "standard", "comfortable"].contains(&settings.density.as_str())),
        ("font_scale", (100..=200).contains(&settings.font_scale)),
        ("lock_minutes", (1..=60).contains(&settings.lock_minutes)),
        ("market_colour", ["red_up", "green_up"].contains(&settings.market_colour.as_str())),
        (
            "keys",
            settings.keys.len() <= ENTRIES_MAX
                && settings.keys.iter().all(|(action, key)| short(action) && short(key)),
        ),
        ("seen", settings.seen.len() <= ENTRIES_MAX && settings.seen.iter().all(short)),
    ];
    match rules.iter().find(|(_, holds)| !holds) {
        Some((field, _)) => Err(ApiError::new(ErrorCode::ChoiceUnknown).in_field(field)),
        None => Ok(()),
    }
}

impl Client {
    /// The preferences. They are there before anybody has signed in.
    ///
    /// # Errors
    /// None; commands are alike.
    #[expect(clippy::unused_async, reason = "commands are alike")]
    pub async fn settings_get(&self, (): ()) -> Result<Settings, ClientError> {
        Ok(self.inner().settings.settings())
    }

    /// Keeps the preferences.
    ///
    /// # Errors
    /// [`ErrorCode::ChoiceUnknown`] for a value that is not allowed; [`ErrorCode::FileUnwritable`].
    #[expect(clippy::unused_async, reason = "commands are alike")]
    pub async fn settings_set(&self, settings: Settings) -> Result<Settings, ClientError> {
        check(&settings)?;
        self.inner().settings.set_settings(&settings)?;
        self.tell(Event::Changed { features: vec![Feature::Settings] });
        Ok(settings)
    }
}
