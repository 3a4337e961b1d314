//! What of a failure goes into the log. PostgreSQL quotes values in some of its messages, and so does whatever parses a row:
//! a customer's name must not reach the log that way.

use sqlx::migrate::MigrateError;

/// Classes of PostgreSQL's codes (its manual, appendix A) whose messages speak of connections, rights, resources and names in the
/// schema, never of what a row holds.
const CLASSES: [&str; 12] = ["08", "25", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58"];

/// A failure of the database, without values.
pub(crate) fn describe(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(told) => {
            let code = told.code().unwrap_or_default();
            let message = CLASSES.iter().any(|class| code.starts_with(class)).then(|| told.message());
            let place = told.constraint().or_else(|| told.table());
            let words = message.or(place).unwrap_or("refused");
            format!("{code}: {words}")
        }
        sqlx::Error::ColumnDecode { index, .. } => format!("column {index} does not parse"),
        sqlx::Error::Decode(_) => "a value does not parse".to_owned(),
        sqlx::Error::Encode(_) | sqlx::Error::InvalidArgument(_) => "a value can't be sent".to_owned(),
        sqlx::Error::Protocol(_) => "the database's answer makes no sense".to_owned(),
        sqlx::Error::Migrate(error) => describe_migration(error),
        // How the connection is made, or a misuse: no value of a row is near.
        other => other.to_string(),
    }
}

/// A failure to bring the schema up to date, without values.
pub(crate) fn describe_migration(error: &MigrateError) -> String {
    match error {
        MigrateError::Execute(error) => describe(error),
        MigrateError::ExecuteMigration(error, version) => format!("{version}: {}", describe(error)),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_parse_is_named_and_not_shown() {
        let source = serde_json::from_str::<u32>("\"张三\"").unwrap_err();
        assert!(source.to_string().contains("张三"), "the parser quotes it");
        let error = sqlx::Error::ColumnDecode { index: "\"fields\"".to_owned(), source: source.into() };
        assert_eq!(describe(&error), "column \"fields\" does not parse");
        let error = sqlx::Error::Protocol("张三".to_owned());
        assert!(!describe(&error).contains('张'));
    }

    #[test]
    fn what_an_operator_can_mend_is_told() {
        let gone = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        assert!(describe(&gone.into()).contains("refused"));
        assert!(describe(&sqlx::Error::PoolTimedOut).contains("timed out"));
        assert!(describe_migration(&MigrateError::VersionMismatch(7)).contains('7'));
    }
}
