//! A bank with tens of thousands of devices, put into a database by a few statements: to sign each of them in would take an hour of
//! deriving keys, and prove nothing. Only a database that is thrown away may look like this: the tokens follow from a number.

use lq_domain::clock::Timestamp;
use lq_domain::ids::{BranchId, DeviceId, UserId};
use sqlx::{Connection as _, PgConnection, Row as _};
use uuid::Uuid;

/// Users of a branch; the first of them is its manager, the others are relationship managers.
const STAFF: i64 = 100;

/// A user with two devices, each in a session of its own.
#[derive(Debug, Clone)]
pub struct Member {
    /// The user.
    pub user: UserId,
    /// The branch.
    pub branch: BranchId,
    /// Whether the user follows the branch and not a portfolio.
    pub manager: bool,
    /// The devices with their access tokens.
    pub devices: [(DeviceId, String); 2],
}

/// What makes an id and a token from a number, for this connection only; the bank itself is nobody's branch.
const MAKERS: &str = "
    CREATE FUNCTION pg_temp.made_id(kind text, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
      $$ SELECT (kind || '0000000-0000-4000-8000-' || lpad(to_hex(number), 12, '0'))::uuid $$;
    CREATE FUNCTION pg_temp.made_token(kind text, number bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
      $$ SELECT translate(encode(uuid_send(pg_temp.made_id('e', number))
                                 || sha256(convert_to(kind || number, 'UTF8')), 'base64'), '+/', '-_') $$;
    CREATE FUNCTION pg_temp.nobody() RETURNS uuid LANGUAGE sql IMMUTABLE AS
      $$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $$;";

/// Branches and users are the bank's own records, and stand in its feed. `$1` is the number of users, `$2` the instant, `$3` the
/// users of a branch.
const RECORDS: &str = "
    WITH made AS (
      SELECT 'branches' AS entity, pg_temp.made_id('b', n) AS id, jsonb_build_object('name', '支行' || n) AS fields
        FROM generate_series(0, ($1 - 1) / $3) n
       UNION ALL
      SELECT 'users', pg_temp.made_id('c', n),
             jsonb_build_object('name', '员工' || n, 'branch', pg_temp.made_id('b', n / $3),
                                'role', CASE WHEN n % $3 = 0 THEN 'manager' ELSE 'relationship_manager' END)
        FROM generate_series(0, $1 - 1) n
    ), kept AS (
      INSERT INTO records (branch_id, entity, record_id, revision, fields, stamps, created_at, updated_at)
      SELECT pg_temp.nobody(), entity, id, 1, fields, '{}', $2, $2 FROM made
    ), head AS (
      INSERT INTO feeds AS f (branch_id, feed, head) SELECT pg_temp.nobody(), 'bank', count(*) FROM made
      ON CONFLICT (branch_id, feed) DO UPDATE SET head = f.head + excluded.head
      RETURNING head
    )
    INSERT INTO feed_entries (branch_id, feed, entity, record_id, position, present)
    SELECT pg_temp.nobody(), 'bank', entity, id, head - row_number() OVER (ORDER BY entity, id) + 1, true FROM made, head";

/// Puts a bank with so many devices, two to a user, into a migrated database. Its users sign in like the one whose login is given.
/// The sessions last until an instant.
///
/// # Errors
/// What the database says.
pub async fn enrol(
    url: &str,
    like: &str,
    devices: u32,
    (now, until): (Timestamp, Timestamp),
) -> Result<(), sqlx::Error> {
    let users = i64::from(devices / 2);
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(MAKERS).execute(&mut connection).await?;
    sqlx::query(RECORDS).bind(users).bind(now.0).bind(STAFF).execute(&mut connection).await?;
    sqlx::query(
        "INSERT INTO users (user_id, login, secret_salt, secret_hash, kdf, password_expired)
         SELECT pg_temp.made_id('c', n), 'user.' || n, secret_salt, secret_hash, kdf, false
           FROM users, generate_series(0, $1 - 1) n
          WHERE login = $2",
    )
    .bind(users)
    .bind(like)
    .execute(&mut connection)
    .await?;
    sqlx::query(
        "INSERT INTO devices (device_id, user_id, name, registered_at, seen_at)
         SELECT pg_temp.made_id('d', n), pg_temp.made_id('c', n / 2), 'device ' || n, $2, $2
           FROM generate_series(0, 2 * $1 - 1) n",
    )
    .bind(users)
    .bind(now.0)
    .execute(&mut connection)
    .await?;
    sqlx::query(
        "INSERT INTO sessions (session_id, user_id, device_id, access_hash, access_until, access_used, refresh_hash,
                               refresh_until)
         SELECT pg_temp.made_id('e', n), pg_temp.made_id('c', n / 2), pg_temp.made_id('d', n),
                sha256(convert_to(pg_temp.made_token('access', n), 'UTF8')), $2, false,
                sha256(convert_to(pg_temp.made_token('refresh', n), 'UTF8')), $2
           FROM generate_series(0, 2 * $1 - 1) n",
    )
    .bind(users)
    .bind(until.0)
    .execute(&mut connection)
    .await?;
    // Only what was filled: of an empty table the planner would remember that it is empty.
    sqlx::raw_sql("ANALYZE users, devices, sessions, records, feeds, feed_entries")
        .execute(&mut connection)
        .await?;
    connection.close().await
}

/// So many users of a bank that [`enrol`] made with so many devices, spread over all its branches.
///
/// # Errors
/// What the database says.
pub async fn members(url: &str, devices: u32, count: u32) -> Result<Vec<Member>, sqlx::Error> {
    let users = i64::from(devices / 2);
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(MAKERS).execute(&mut connection).await?;
    let rows = sqlx::query(
        "SELECT pg_temp.made_id('c', n) AS user_id, pg_temp.made_id('b', n / $3) AS branch_id, n % $3 = 0 AS manager,
                pg_temp.made_id('d', 2 * n) AS desk, pg_temp.made_token('access', 2 * n) AS desk_token,
                pg_temp.made_id('d', 2 * n + 1) AS laptop, pg_temp.made_token('access', 2 * n + 1) AS laptop_token
           FROM generate_series(0, $2 - 1) i, LATERAL (SELECT i * $1 / $2) AS chosen (n)",
    )
    .bind(users)
    .bind(i64::from(count))
    .bind(STAFF)
    .fetch_all(&mut connection)
    .await?;
    let id = |row: &sqlx::postgres::PgRow, column| row.try_get::<Uuid, _>(column);
    rows.iter()
        .map(|row| {
            Ok(Member {
                user: UserId(id(row, "user_id")?),
                branch: BranchId(id(row, "branch_id")?),
                manager: row.try_get("manager")?,
                devices: [
                    (DeviceId(id(row, "desk")?), row.try_get("desk_token")?),
                    (DeviceId(id(row, "laptop")?), row.try_get("laptop_token")?),
                ],
            })
        })
        .collect()
}
