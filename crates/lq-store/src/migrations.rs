//! The schema's history. Forward only: add before removing, so that one release can run beside the next.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use std::borrow::Cow;

macro_rules! migrations {
    ($($version:literal $name:literal),* $(,)?) => {
        pub(crate) const LIST: &[(i64, &str, &str)] = &[
            $(($version, $name, include_str!(concat!("../../../migrations/client/", $version, "_", $name, ".sql"))),)*
        ];
    };
}

migrations! {
    20261124090000 "customers_create",
    20261124090100 "tags_create",
    20261124090200 "users_create",
    20261124090300 "branches_create",
    20261124090400 "sync_create",
    20261124090500 "session_create",
    20261124090600 "views_create",
    20261124090700 "imports_create",
    20261124090800 "audits_create",
    20261127090000 "imports_run",
    20261127100000 "sync_again",
    20261128090000 "accounts_create",
    20261128090100 "transactions_create",
    20261128093000 "backups_create",
    20261128110000 "sync_stale",
    20261128150000 "sync_seen",
    20261128150100 "cases_create",
}

/// The newest schema, by the number of its last step.
pub(crate) fn schema() -> i64 {
    LIST.last().map_or(0, |(version, ..)| *version)
}

pub(crate) fn migrator() -> Migrator {
    migrator_to(schema())
}

/// The steps up to a schema, for what an older release wrote.
pub(crate) fn migrator_to(schema: i64) -> Migrator {
    let migrations = LIST.iter().filter(|(version, ..)| *version <= schema).map(|(version, name, sql)| {
        Migration::new(*version, Cow::Borrowed(name), MigrationType::Simple, (*sql).into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_is_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/client");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let listed: Vec<String> =
            super::LIST.iter().map(|(version, name, _)| format!("{version}_{name}.sql")).collect();
        assert_eq!(files, listed);
    }
}
