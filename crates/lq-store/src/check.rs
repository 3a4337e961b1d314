//! Whether a store is sound: for the tests that kill whoever writes into it.

use crate::customers::rows;
use crate::error::StoreError;
use crate::facts;
use crate::open::Store;
use crate::search::Tokens;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};

/// Faults that are told, at most; more say nothing new.
const TOLD: usize = 20;

/// What must be empty, and what it would mean if it were not.
const NEVER: [(&str, &str); 6] = [
    ("PRAGMA foreign_key_check", "a row refers to none"),
    (
        "SELECT 1 FROM customers
          WHERE (sync_mark = 0) = EXISTS (SELECT 1 FROM changes WHERE record_id = customer_id AND state = 0)
            AND NOT EXISTS (SELECT 1 FROM changes WHERE record_id = customer_id AND state IN (2, 3))",
        "a customer is marked as waiting and nothing waits, or the other way round",
    ),
    (
        "SELECT 1 FROM customers WHERE revision = 0 AND NOT EXISTS (SELECT 1 FROM changes WHERE record_id = customer_id)",
        "a customer that no server knows has no change that made it",
    ),
    ("SELECT 1 FROM imports WHERE running = 1", "an import still runs"),
    (
        "SELECT 1 FROM customers WHERE import_id IS NOT NULL AND import_id NOT IN (SELECT import_id FROM imports)",
        "a customer is of an import that is not there",
    ),
    (
        "SELECT 1 FROM customer_tags JOIN customers USING (customer_row)
          WHERE instr(' ' || coalesce(tags, '') || ' ', ' ' || tag_id || ' ') = 0",
        "a tag leads to a customer that does not have it",
    ),
];

impl Store {
    /// What is wrong with the file, its rows, its index and its numbering, in words that hold no data; nothing in a sound store at
    /// which nobody works. For tests: the product opens a store without reading all of it.
    ///
    /// # Errors
    /// [`StoreError`].
    #[doc(hidden)]
    pub async fn faults(&self) -> Result<Vec<String>, StoreError> {
        let mut connection = self.writer().await?;
        // The pages' seals are those of the file, not of the log.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *connection).await?;
        let mut faults: Vec<String> =
            sqlx::query_scalar("PRAGMA cipher_integrity_check").fetch_all(&mut *connection).await?;
        let told: Vec<String> =
            sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *connection).await?;
        faults.extend(told.into_iter().filter(|line| line != "ok"));
        for (sql, meaning) in NEVER {
            let rows = sqlx::query(sql).fetch_all(&mut *connection).await?.len();
            if rows > 0 {
                faults.push(format!("{meaning}: {rows} times"));
            }
        }
        numbers(&mut connection, &mut faults).await?;
        index(&mut connection, &mut faults).await?;
        faults.truncate(TOLD);
        Ok(faults)
    }
}

/// What waits has the last numbers that were given, without holes.
async fn numbers(connection: &mut SqliteConnection, faults: &mut Vec<String>) -> Result<(), StoreError> {
    let waiting: Vec<i64> =
        sqlx::query_scalar("SELECT sequence FROM changes WHERE state = 0 ORDER BY sequence")
            .fetch_all(&mut *connection)
            .await?;
    let last = i64::try_from(facts::sequence(&mut *connection).await?).unwrap_or(i64::MAX);
    let count = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    if !waiting.into_iter().eq(last - count + 1..=last) {
        faults.push(format!("{count} changes wait, and they do not end at {last} without holes"));
    }
    Ok(())
}

/// The words of the index by row: each says whether it is of the part column.
type Words = BTreeMap<i64, BTreeSet<(bool, String)>>;

/// The index holds what the rows say, and nothing else.
async fn index(connection: &mut SqliteConnection, faults: &mut Vec<String>) -> Result<(), StoreError> {
    // What was taken out is only marked until parts of the index are merged; the list of words shows it still.
    sqlx::query("INSERT INTO customers_search (customers_search) VALUES ('optimize')")
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.searched USING fts5vocab('main', 'customers_search', 'instance')",
    )
    .execute(&mut *connection)
    .await?;
    let mut found = Words::new();
    for row in
        sqlx::query("SELECT doc, col = 'part', term FROM temp.searched").fetch_all(&mut *connection).await?
    {
        found.entry(row.try_get(0)?).or_default().insert((row.try_get(1)?, row.try_get(2)?));
    }
    let sql = format!("SELECT customer_row, {} FROM customers WHERE deleted IS NULL", rows::record_columns());
    let mut wanted = Words::new();
    for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *connection).await? {
        let tokens = Tokens::of(&rows::record(&row)?);
        let words = |part: bool, text: &str| -> Vec<(bool, String)> {
            text.split_whitespace().map(|word| (part, word.to_ascii_lowercase())).collect()
        };
        let both = [words(false, &tokens.whole), words(true, &tokens.part)].concat();
        wanted.insert(row.try_get(0)?, both.into_iter().collect());
    }
    let rows: BTreeSet<i64> = found.keys().chain(wanted.keys()).copied().collect();
    for row in rows.into_iter().filter(|row| found.get(row) != wanted.get(row)) {
        faults.push(format!("the index of row {row} is not what its customer says"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::DataKey;
    use crate::tx::NewChange;
    use lq_domain::clock::{Clock, Random, Timestamp};
    use lq_domain::feature::Feature;
    use lq_domain::ids::{DeviceId, UserId};
    use lq_domain::record::{FieldChange, FieldChanges};
    use lq_protocol::change::Channel;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU8, Ordering};
    use uuid::Uuid;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp(1_795_485_600_000)
        }
    }

    struct Count(AtomicU8);

    impl Random for Count {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
        }
    }

    async fn store(folder: &tempfile::TempDir) -> Store {
        let random = Arc::new(Count(AtomicU8::new(1)));
        let key = DataKey::new(random.as_ref());
        let path = folder.path().join("store.db");
        let device = DeviceId(Uuid::from_u128(1));
        let store = Store::create(&path, &key, device, Arc::new(Still), random).await.unwrap();
        save(&store, 1, "张三丰").await.unwrap();
        save(&store, 2, "欧阳慕白").await.unwrap();
        store
    }

    async fn save(store: &Store, number: u128, name: &str) -> Result<(), StoreError> {
        let new = |text: &str| FieldChange { base: None, new: Some(text.to_owned()) };
        let mut tx = store.write().await?;
        tx.change(NewChange {
            entity: Feature::Customers,
            record_id: Uuid::from_u128(number),
            fields: FieldChanges::from([
                ("name".to_owned(), new(name)),
                ("kind".to_owned(), new("personal")),
            ]),
            actor: UserId(Uuid::from_u128(9)),
            channel: Channel::Form,
            reason: None,
            group: None,
        })
        .await?;
        tx.commit().await
    }

    async fn limit(store: &Store, pages: i64) {
        let sql = format!("PRAGMA max_page_count = {pages}");
        sqlx::query(AssertSqlSafe(sql)).execute(&store.writer).await.unwrap();
    }

    #[tokio::test]
    async fn s8_3_a_store_that_had_no_room_keeps_what_was_saved_and_takes_the_next_write() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let pages = sqlx::query_scalar("PRAGMA page_count").fetch_one(&store.writer).await.unwrap();
        limit(&store, pages).await;
        let mut number = 3;
        let refused = loop {
            match save(&store, number, "王小二").await {
                Ok(()) => number += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(refused, StoreError::DiskFull), "{refused}");
        limit(&store, i64::from(u32::MAX) - 1).await;
        save(&store, number, "王小二").await.unwrap();
        assert_eq!(store.counts().await.unwrap().pending, u32::try_from(number).unwrap());
        assert_eq!(store.faults().await.unwrap(), [""; 0]);
    }

    #[tokio::test]
    async fn a_sound_store_has_no_faults_and_each_kind_of_damage_is_told() {
        for (damage, told) in [
            ("SELECT 1", None),
            ("DELETE FROM customers_search WHERE rowid = 1", Some("the index of row 1")),
            ("UPDATE customers SET name = '张三' WHERE customer_row = 1", Some("the index of row 1")),
            ("DELETE FROM changes WHERE sequence = 1", Some("nothing waits")),
            ("UPDATE changes SET sequence = 7 WHERE sequence = 1", Some("2 changes wait")),
            ("UPDATE customers SET sync_mark = 0", Some("nothing waits")),
            ("UPDATE customers SET import_id = x'01'", Some("an import that is not there")),
            (
                "INSERT INTO imports (import_id, name, at, counts, running) VALUES (x'01', '', 0, '', 1)",
                Some("an import still runs"),
            ),
            ("INSERT INTO customer_tags VALUES ('t', 1)", Some("a tag leads to")),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let store = store(&folder).await;
            sqlx::query(damage).execute(&store.writer).await.unwrap();
            let faults = store.faults().await.unwrap();
            match told {
                None => assert!(faults.is_empty(), "{faults:?}"),
                Some(told) => {
                    assert!(faults.iter().any(|fault| fault.contains(told)), "{damage}: {faults:?}")
                }
            }
            store.close().await;
        }
    }
}
