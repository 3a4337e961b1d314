//! Whether the tables can be spread over several machines by branch: read from PostgreSQL's own catalogue.

use crate::bank::Bank;
use sqlx::{Connection as _, PgConnection};
use std::collections::BTreeSet;

/// The column by which tables on the way of a change to the feeds are spread.
const COLUMN: &str = "branch_id";

/// Tables that are spread by branch.
const SPREAD: &[&str] = &[
    "audit_anchors",
    "audit_heads",
    "audits",
    "changes",
    "customer_keys",
    "feed_entries",
    "feeds",
    "pushes",
    "records",
    "tag_names",
    "transactions",
];

/// Tables of which each machine has the whole: small, and seldom written.
const COPIED: &[&str] = &["keys", "server", "users"];

/// Tables that stay on the machine that requests come to first: sessions and devices, which no record refers to.
const FRONT: &[&str] = &["device_audits", "device_feeds", "devices", "sessions", "sign_ins"];

async fn connect(bank: &Bank) -> PgConnection {
    PgConnection::connect(&bank.url).await.unwrap()
}

/// What breaks the rules, in words.
async fn broken(connection: &mut PgConnection) -> Vec<String> {
    let mut broken = Vec::new();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
          WHERE nspname = 'public' AND relkind IN ('r', 'p') AND relname <> '_sqlx_migrations' ORDER BY 1",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    let known: BTreeSet<&str> = [SPREAD, COPIED, FRONT].concat().into_iter().collect();
    for table in &tables {
        if !known.contains(table.as_str()) {
            broken.push(format!("{table}: nobody says where it lies"));
        }
    }
    for table in known.iter().filter(|table| !tables.iter().any(|there| there == *table)) {
        broken.push(format!("{table}: is not there"));
    }
    // A key without the column could not be watched over by one machine.
    let keys: Vec<(String, String, bool)> = sqlx::query_as(
        "SELECT c.relname::text, i.relname::text, EXISTS (
                  SELECT FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attname = $2 AND a.attnotnull AND a.attnum = ANY(x.indkey::int2[]))
           FROM pg_index x
           JOIN pg_class c ON c.oid = x.indrelid
           JOIN pg_class i ON i.oid = x.indexrelid
          WHERE x.indisunique AND c.relname = ANY($1) ORDER BY 1, 2",
    )
    .bind(SPREAD)
    .bind(COLUMN)
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    let there = SPREAD.iter().filter(|table| tables.iter().any(|there| there == *table));
    for table in there.filter(|table| !keys.iter().any(|(of, ..)| of == *table)) {
        broken.push(format!("{table}: has no key"));
    }
    for (table, key, _) in keys.iter().filter(|(.., has)| !has) {
        broken.push(format!("{table}: the key {key} is without {COLUMN}"));
    }
    broken.extend(references(connection).await);
    broken
}

/// References that would reach from one machine to another.
async fn references(connection: &mut PgConnection) -> Vec<String> {
    // Whether the column stands at the same place on both sides.
    let references: Vec<(String, String, String, bool)> = sqlx::query_as(
        "SELECT f.conname::text, c.relname::text, t.relname::text, EXISTS (
                  SELECT FROM unnest(f.conkey, f.confkey) AS k (here, there)
                    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.here
                    JOIN pg_attribute b ON b.attrelid = t.oid AND b.attnum = k.there
                   WHERE a.attname = $1 AND b.attname = $1)
           FROM pg_constraint f
           JOIN pg_class c ON c.oid = f.conrelid
           JOIN pg_class t ON t.oid = f.confrelid
          WHERE f.contype = 'f' ORDER BY 1",
    )
    .bind(COLUMN)
    .fetch_all(connection)
    .await
    .unwrap();
    let spread = |table: &str| SPREAD.contains(&table);
    let copied = |table: &str| COPIED.contains(&table);
    references
        .into_iter()
        .filter(|(_, from, to, joined)| match (spread(from), spread(to)) {
            (true, true) => !joined,
            (true, false) => !copied(to),
            (false, true) => true,
            (false, false) => copied(from) && !copied(to),
        })
        .map(|(name, from, to, _)| format!("{name}: {from} refers to {to}, which may lie elsewhere"))
        .collect()
}

#[tokio::test]
async fn every_table_of_the_feeds_is_spread_by_branch_and_no_key_breaks_it() {
    let bank = Bank::open().await;
    let mut connection = connect(&bank).await;
    assert_eq!(broken(&mut connection).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_would_break_the_spread_is_found() {
    for (sql, expected) in [
        ("CREATE TABLE stray (id uuid)", "stray: nobody says where it lies"),
        ("CREATE UNIQUE INDEX one ON records (record_id)", "records: the key one is without branch_id"),
        ("ALTER TABLE feeds DROP CONSTRAINT feeds_pkey", "feeds: has no key"),
        ("DROP TABLE tag_names", "tag_names: is not there"),
        (
            "ALTER TABLE records DROP CONSTRAINT records_pkey, ALTER branch_id DROP NOT NULL,
             ADD CONSTRAINT records_unique UNIQUE (branch_id, record_id)",
            "records: the key records_unique is without branch_id",
        ),
        (
            "ALTER TABLE customer_keys ADD CONSTRAINT whose FOREIGN KEY (customer_id) REFERENCES devices (device_id)",
            "whose: customer_keys refers to devices, which may lie elsewhere",
        ),
        (
            "CREATE UNIQUE INDEX crossed ON changes (change_id, branch_id);
             ALTER TABLE pushes ADD CONSTRAINT crossing FOREIGN KEY (branch_id, change_id) REFERENCES changes (change_id, branch_id)",
            "crossing: pushes refers to changes, which may lie elsewhere",
        ),
        (
            "ALTER TABLE devices ADD CONSTRAINT back FOREIGN KEY (device_id, user_id) REFERENCES changes (branch_id, change_id)",
            "back: devices refers to changes, which may lie elsewhere",
        ),
    ] {
        let bank = Bank::open().await;
        let mut connection = connect(&bank).await;
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        assert_eq!(broken(&mut connection).await, [expected], "{sql}");
    }
}
