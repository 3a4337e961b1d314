//! From a list's query to SQL. Texts of people only ever travel as bound values.

use crate::records::mark_number;
use crate::search;
use lq_domain::customers::query::{CustomerFilter, CustomerQuery, CustomerSort, SortKey};
use lq_domain::customers::{Field, Shape};
use std::fmt::Write as _;

/// A value to bind.
#[derive(Debug, Clone)]
pub(crate) enum Bound {
    Text(String),
    Number(i64),
    Bytes(Vec<u8>),
}

/// Conditions with their values.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    pub(crate) sql: String,
    pub(crate) bound: Vec<Bound>,
}

impl Conditions {
    fn and(&mut self, condition: &str) {
        let _ = write!(self.sql, " AND {condition}");
    }

    fn bind(&mut self, value: Bound) -> String {
        self.bound.push(value);
        format!("?{}", self.bound.len())
    }

    fn list(&mut self, values: impl IntoIterator<Item = String>) -> String {
        let json = serde_json::to_string(&values.into_iter().collect::<Vec<_>>()).unwrap_or_default();
        let place = self.bind(Bound::Text(json));
        format!("(SELECT value FROM json_each({place}))")
    }
}

/// The conditions of a query, over the table `customers`.
pub(crate) fn conditions(query: &CustomerQuery, today: chrono::NaiveDate) -> Conditions {
    let mut conditions = Conditions { sql: "deleted IS NULL".to_owned(), bound: Vec::new() };
    for word in search::words(&query.text) {
        text(&mut conditions, &word);
    }
    for filter in &query.filters {
        one(&mut conditions, filter, today);
    }
    conditions
}

fn text(conditions: &mut Conditions, word: &str) {
    let tail = search::long_tail(word);
    let matched = match tail {
        Some(tail) => format!("({}) OR ({})", search::prefix("whole", word), search::exact("part", tail)),
        None => search::prefix("{whole part}", word),
    };
    let place = conditions.bind(Bound::Text(matched));
    conditions.and(&format!(
        "customer_row IN (SELECT rowid FROM customers_search WHERE customers_search MATCH {place})"
    ));
    if tail.is_some() {
        let place = conditions.bind(Bound::Text(format!("%{}%", word.to_uppercase())));
        conditions.and(&format!(
            "(mobile LIKE {place} OR document_number LIKE {place} OR uscc LIKE {place}
              OR replace(phones, '-', '') LIKE {place} OR name LIKE {place})"
        ));
    }
}

fn one(conditions: &mut Conditions, filter: &CustomerFilter, today: chrono::NaiveDate) {
    match filter {
        CustomerFilter::OneOf { field, values } => one_of(conditions, *field, values),
        CustomerFilter::Between { field, from, to } => {
            between(conditions, *field, ">=", from.as_ref());
            between(conditions, *field, "<=", to.as_ref());
        }
        CustomerFilter::Age { from, to } => age(conditions, *from, *to, today),
        CustomerFilter::Tags { tags } => {
            let list = conditions.list(tags.iter().map(ToString::to_string));
            conditions.and(&format!(
                "customer_row IN (SELECT customer_row FROM customer_tags WHERE tag_id IN {list})"
            ));
        }
        CustomerFilter::Division { code } => {
            let from = conditions.bind(Bound::Text(code.clone()));
            let to = conditions.bind(Bound::Text(format!("{code}:")));
            conditions.and(&format!("division >= {from} AND division < {to}"));
        }
        CustomerFilter::Sync { states } => {
            let marks: Vec<String> = states.iter().map(|state| mark_number(*state).to_string()).collect();
            conditions.and(&format!("sync_mark IN ({})", marks.join(", ")));
        }
        CustomerFilter::Import { import } => {
            let place = conditions.bind(Bound::Bytes(import.0.as_bytes().to_vec()));
            conditions.and(&format!("import_id = {place}"));
        }
    }
}

fn one_of(conditions: &mut Conditions, field: Field, values: &[String]) {
    let column = field.as_str();
    let list = conditions.list(values.iter().filter(|value| !value.is_empty()).cloned());
    let empty =
        if values.iter().any(String::is_empty) { format!(" OR {column} IS NULL") } else { String::new() };
    conditions.and(&format!("({column} IN {list}{empty})"));
}

fn between(conditions: &mut Conditions, field: Field, comparison: &str, limit: Option<&String>) {
    let Some(limit) = limit else { return };
    let bound = match field.spec().shape {
        Shape::Money => limit.parse().map_or(Bound::Text(String::new()), Bound::Number),
        _ => Bound::Text(limit.clone()),
    };
    let place = conditions.bind(bound);
    conditions.and(&format!("{} {comparison} {place}", field.as_str()));
}

/// Somebody is `n` years old from the day of the n-th birthday until the day before the next one.
fn age(conditions: &mut Conditions, from: Option<u32>, to: Option<u32>, today: chrono::NaiveDate) {
    let years_ago = |years: u32| today.checked_sub_months(chrono::Months::new(years.min(300) * 12));
    if let Some(latest) = from.and_then(years_ago) {
        // Who was born on 29 February turns older on 28 February in common years.
        let latest = if latest.format("%m-%d").to_string() == "02-28"
            && today.format("%m-%d").to_string() == "02-28"
        {
            latest.succ_opt().filter(|day| day.format("%m-%d").to_string() == "02-29").unwrap_or(latest)
        } else {
            latest
        };
        let place = conditions.bind(Bound::Text(latest.to_string()));
        conditions.and(&format!("birth_date <= {place}"));
    }
    if let Some(earliest) = to.and_then(|to| years_ago(to + 1)) {
        let place = conditions.bind(Bound::Text(earliest.to_string()));
        conditions.and(&format!("birth_date > {place}"));
    }
}

/// The order of a query. Rows without the value come last in either direction.
pub(crate) fn order(sort: Option<CustomerSort>) -> String {
    let (by, descending) = sort.map_or((SortKey::Name, false), |sort| (sort.by, sort.descending));
    let column = match by {
        SortKey::Name => "sort_name",
        SortKey::BirthDate => "birth_date",
        SortKey::Income => "income",
        SortKey::Assets => "assets",
        SortKey::RiskGrade => "risk_grade",
        SortKey::CreatedAt => "created_at",
        SortKey::UpdatedAt => "updated_at",
    };
    let never_empty = matches!(by, SortKey::Name | SortKey::CreatedAt | SortKey::UpdatedAt);
    match (descending, never_empty) {
        (true, _) => format!("{column} DESC, customer_row DESC"),
        (false, true) => format!("{column}, customer_row"),
        (false, false) => format!("{column} ASC NULLS LAST, customer_row"),
    }
}
