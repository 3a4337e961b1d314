//! Looking for entries of the audit.

use crate::db::{signed, unsigned};
use crate::error::ServerError;
use lq_domain::ids::BranchId;
use lq_protocol::audit::{AUDITS_PAGE, AuditQuery, AuditView};
use sqlx::postgres::{PgRow, Postgres};
use sqlx::types::Json;
use sqlx::{PgConnection, QueryBuilder, Row};
use uuid::Uuid;

/// The newest entries that match, in these branches' chains.
pub(crate) async fn find(
    connection: &mut PgConnection,
    branches: &[BranchId],
    query: &AuditQuery,
) -> Result<Vec<AuditView>, ServerError> {
    // PostgreSQL takes no text with this character, so that asking for it would be a fault and not an answer.
    if query.action.as_ref().is_some_and(|action| action.contains('\0')) {
        return Ok(Vec::new());
    }
    let rows = question("", branches, query).build().fetch_all(connection).await?;
    rows.iter().map(view).collect()
}

/// The question. It says nothing of what does not narrow it, so that the planner sees which index serves the rest.
fn question(before: &str, branches: &[BranchId], query: &AuditQuery) -> QueryBuilder<Postgres> {
    let ids: Vec<Uuid> = branches.iter().map(|branch| branch.0).collect();
    let mut words = QueryBuilder::new(before);
    words.push("SELECT e.*, d.name AS device_name FROM (");
    if query.record.is_some() || query.user.is_some() || query.device.is_some() {
        // Few entries, which an index finds; their branch is looked at afterwards.
        words.push("SELECT a.* FROM audits a WHERE a.branch_id = ANY(").push_bind(ids).push(")");
        narrow(&mut words, query);
    } else {
        // The newest of each branch, out of an index that has them in this order; of those the newest.
        words.push("SELECT a.* FROM unnest(").push_bind(ids);
        words.push(
            "::uuid[]) AS b (id) CROSS JOIN LATERAL (SELECT a.* FROM audits a WHERE a.branch_id = b.id",
        );
        narrow(&mut words, query);
        words
            .push(" ORDER BY a.at DESC, a.position DESC LIMIT ")
            .push_bind(i64::from(AUDITS_PAGE))
            .push(") a");
    }
    words.push(" ORDER BY a.at DESC, a.position DESC, a.branch_id DESC LIMIT ");
    words.push_bind(i64::from(AUDITS_PAGE));
    words.push(") e LEFT JOIN devices d ON d.device_id = e.device_id ORDER BY e.at DESC, e.position DESC, e.branch_id DESC");
    words
}

fn narrow(words: &mut QueryBuilder<Postgres>, query: &AuditQuery) {
    if let Some(record) = query.record {
        words.push(" AND a.record_id = ").push_bind(record);
    }
    if let Some(user) = query.user {
        words.push(" AND a.user_id = ").push_bind(user);
    }
    if let Some(device) = query.device {
        words.push(" AND a.device_id = ").push_bind(device);
    }
    if let Some(action) = &query.action {
        words.push(" AND a.action = ").push_bind(action.clone());
    }
    if let Some(from) = query.from {
        words.push(" AND a.at >= ").push_bind(from);
    }
    if let Some(to) = query.to {
        words.push(" AND a.at <= ").push_bind(to);
    }
    if let Some(at) = query.before_at {
        let position = query.before_position.map_or(0, signed);
        words.push(" AND a.at <= ").push_bind(at);
        words.push(" AND (a.at, a.position, a.branch_id) < (").push_bind(at).push(", ").push_bind(position);
        words.push(", coalesce(").push_bind(query.before_branch).push(", a.branch_id))");
    }
}

fn view(row: &PgRow) -> Result<AuditView, ServerError> {
    Ok(AuditView {
        branch: row.try_get("branch_id")?,
        chain: None,
        position: unsigned(row, "position")?,
        at: row.try_get("at")?,
        made_at: row.try_get("made_at")?,
        user: row.try_get("user_id")?,
        device: row.try_get("device_id")?,
        device_name: row.try_get("device_name")?,
        action: row.try_get("action")?,
        entity: row.try_get("entity")?,
        record: row.try_get("record_id")?,
        change: row.try_get("change_id")?,
        fields: row.try_get::<Json<serde_json::Value>, _>("fields")?.0,
        reason: row.try_get("reason")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Db;
    use lq_testkit::clock::FixedClock;
    use lq_testkit::postgres::Cluster;
    use lq_testkit::random::SeededRandom;
    use sqlx::Connection as _;

    /// Entries of twenty branches, with as many records, people and devices as it takes for each to be rare.
    const FILL: &str = "
        INSERT INTO audits (branch_id, position, at, made_at, user_id, device_id, action, entity, record_id, change_id,
                            fields, reason, previous, hash)
        SELECT lpad(to_hex(i % 20 + 1), 32, '0')::uuid, i / 20 + 1, i, i, lpad(to_hex(i % 997 + 1), 32, '0')::uuid,
               lpad(to_hex(i % 991 + 1), 32, '0')::uuid, CASE WHEN i % 983 = 0 THEN 'customers_export' ELSE 'update' END, 'customers',
               lpad(to_hex(i % 4999 + 1), 32, '0')::uuid, NULL, '{}', NULL, sha256('x'), sha256('x')
          FROM generate_series(1, 60000) AS i;
        ANALYZE audits;";

    #[tokio::test]
    async fn x36_an_index_serves_whatever_is_looked_for() {
        let url = Cluster::shared().unwrap().create_database().await.unwrap();
        let db = Db::connect(&url).await.unwrap();
        db.migrate("示例银行", &FixedClock::default(), &SeededRandom::new(1)).await.unwrap();
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(FILL).execute(&mut connection).await.unwrap();
        let branches: Vec<BranchId> = (1..=20).map(|number| BranchId(Uuid::from_u128(number))).collect();
        let some = Some(Uuid::from_u128(7));
        let days = AuditQuery { from: Some(20_000), to: Some(50_000), ..AuditQuery::default() };
        for (index, query) in [
            ("audits_by_record", AuditQuery { record: some, ..days.clone() }),
            ("audits_by_user", AuditQuery { user: some, ..days.clone() }),
            ("audits_by_device", AuditQuery { device: some, ..days.clone() }),
            ("audits_by_action", AuditQuery { action: Some("customers_export".to_owned()), ..days.clone() }),
            ("audits_by_time", days.clone()),
            (
                "audits_by_time",
                AuditQuery { before_at: Some(30_000), before_position: Some(5), before_branch: some, ..days },
            ),
        ] {
            let mut words = question("EXPLAIN ", &branches, &query);
            let plan: Vec<String> = words.build_query_scalar().fetch_all(&mut connection).await.unwrap();
            let plan = plan.join("\n");
            assert!(plan.contains(index) && !plan.contains("Seq Scan on audits"), "{query:?}\n{plan}");
            assert!(!find(&mut connection, &branches, &query).await.unwrap().is_empty(), "{query:?}");
        }
    }
}
