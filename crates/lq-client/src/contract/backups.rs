//! Backups as the screen sees them.

use super::{Input, View};
use lq_domain::backups::Every;
use lq_domain::clock::Timestamp;
use lq_protocol::error::ErrorCode;

Input! {
    /// When this device is backed up by itself, and where to.
    #[derive(PartialEq, Eq)]
    pub struct BackupSchedule {
        /// How often.
        pub every: Every,
        /// The folder.
        pub folder: String,
        /// How many backups of this device stay there.
        pub keep: u32,
    }
}

View! {
    /// How the backups of this device stand.
    pub struct BackupsView {
        /// When there is one, and where.
        pub schedule: BackupSchedule,
        /// When the last good one was made.
        pub last: Option<Timestamp>,
        /// When the next one is due.
        pub next: Option<Timestamp>,
        /// Whether one is missing that should be there.
        pub missed: bool,
        /// When an attempt failed after the last good one.
        pub failed_at: Option<Timestamp>,
        /// Why it failed.
        pub failed: Option<ErrorCode>,
        /// The backups in the folder, newest first.
        pub files: Vec<BackupFile>,
        /// Why the folder can't be read.
        pub folder_error: Option<ErrorCode>,
    }
}

View! {
    /// A backup in the folder.
    pub struct BackupFile {
        /// Where it is.
        pub path: String,
        /// Its name.
        pub name: String,
        /// When it was made; unknown of a file that can't be read.
        pub made_at: Option<Timestamp>,
        /// Its length.
        pub bytes: f64,
        /// Customers in it.
        pub customers: u32,
        /// Whether it was made on this device.
        pub own: bool,
        /// Whether it can be verified without a password.
        pub known: bool,
        /// When it was last proven.
        pub verified_at: Option<Timestamp>,
        /// Why it can't be used.
        pub error: Option<ErrorCode>,
    }
}

Input! {
    /// Proves a backup.
    pub struct VerifyBackup {
        /// Where it is.
        pub path: String,
        /// The password of when it was made, when that is not known here.
        pub password: Option<String>,
    }
}

Input! {
    /// Brings a backup back in place of the open store.
    pub struct RestoreBackup {
        /// Where it is.
        pub path: String,
        /// The password of when it was made.
        pub password: String,
    }
}
