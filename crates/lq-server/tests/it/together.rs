//! Changes that are pushed together are settled as they would have been one by one.

use crate::bank::{Bank, Device};
use lq_domain::feature::Feature;
use lq_protocol::change::{Change, ChangeResult, Outcome};
use lq_protocol::sync::PUSH_MAX;
use lq_testkit::random::Seeded;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::collections::BTreeSet;

/// Changes of one run: several transactions' worth.
const CHANGES: u64 = 130;
/// Few records, so that changes meet.
const CUSTOMERS: u64 = 9;
const TAGS: u64 = 4;
const NUMBERS: [&str; 2] = ["110105199003010014", "110105199003010030"];
const NAMES: [&str; 3] = ["养老金客户", "VIP", "代发工资"];

/// What is the same whether changes came together or one by one. Positions of feeds are not: of several changes of a record the last
/// one counts.
const SAME: [&str; 6] = [
    "SELECT r::text FROM records r ORDER BY 1",
    "SELECT k::text FROM customer_keys k ORDER BY 1",
    "SELECT n::text FROM tag_names n ORDER BY 1",
    "SELECT (change_id, record_id, fields, made_at, result, branch_id)::text FROM changes ORDER BY 1",
    "SELECT p::text FROM pushes p ORDER BY 1",
    "SELECT (branch_id, feed, entity, record_id, present)::text FROM feed_entries ORDER BY 1",
];
/// The audit but for sign-ins, whose session ids differ.
const AUDIT: &str = "SELECT (branch_id, action, record_id, change_id, fields, made_at)::text FROM audits
                      WHERE change_id IS NOT NULL OR action = 'refused' ORDER BY branch_id, position";

/// A device that makes something of everything, and sometimes what nobody may.
struct Author {
    device: Device,
    dice: Seeded,
    owners: [String; 3],
}

impl Author {
    async fn new(bank: &Bank, seed: u64) -> Self {
        let mut owners = Vec::new();
        for (number, login) in (50..).zip(["rm.east", "rm2.east", "rm.below"]) {
            owners.push(bank.device(login, number).await.session.user.id.to_string());
        }
        let device = bank.device("head.east", 1).await;
        Self { device, dice: Seeded::new(seed), owners: owners.try_into().unwrap() }
    }

    fn next(&mut self) -> Change {
        let customer = u128::from(1 + self.dice.below(CUSTOMERS));
        let (tag, revision) = (901 + u128::from(self.dice.below(TAGS)), self.dice.below(5));
        let number = NUMBERS[usize::try_from(self.dice.below(2)).unwrap()];
        let name = NAMES[usize::try_from(self.dice.below(3)).unwrap()];
        let owner = self.owners[usize::try_from(self.dice.below(3)).unwrap()].clone();
        let notes = format!("第{}次", self.dice.below(9));
        let tags = uuid::Uuid::from_u128(tag).to_string();
        let (device, choice) = (&mut self.device, self.dice.below(10));
        let mut set = |field: &str, new: Option<&str>| {
            device.change(Feature::Customers, customer, revision, &[(field, None, new)])
        };
        match choice {
            0 | 1 => device.new_customer(customer, &[("owner", &owner)]),
            2 => device.new_customer(
                customer,
                &[("document_type", "resident_id"), ("document_number", number), ("owner", &owner)],
            ),
            3 => set("notes", Some(&notes)),
            4 => set("owner", Some(&owner)),
            5 => set("tags", Some(&tags)),
            6 => set("deleted", (revision % 2 == 0).then_some("1")),
            7 => set("nonsense", Some("1")),
            _ => device.change(
                Feature::Tags,
                tag,
                0,
                &[("name", None, Some(name)), ("colour", None, Some("teal"))],
            ),
        }
    }
}

/// Everything that must be the same.
async fn state(bank: &Bank) -> Vec<Vec<String>> {
    let mut connection = PgConnection::connect(&bank.url).await.unwrap();
    let mut state = Vec::new();
    for sql in SAME.into_iter().chain([AUDIT]) {
        state.push(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap());
    }
    state
}

/// The words of what became of changes.
fn kinds(outcomes: &[Outcome]) -> BTreeSet<String> {
    let word = |outcome: &Outcome| match &outcome.result {
        ChangeResult::Refused { code, .. } => code.as_str().to_owned(),
        ChangeResult::Applied => "applied".to_owned(),
        ChangeResult::Merged { .. } => "merged".to_owned(),
        ChangeResult::Conflict { .. } => "conflict".to_owned(),
    };
    outcomes.iter().map(word).collect()
}

#[tokio::test]
async fn x33_changes_that_come_together_are_settled_as_one_by_one() {
    assert!(usize::try_from(CHANGES).unwrap() <= PUSH_MAX);
    let mut seen = BTreeSet::new();
    for seed in 1..=3 {
        let (one, other) = (Bank::open().await, Bank::open().await);
        let mut author = Author::new(&one, seed).await;
        let changes: Vec<Change> = (0..CHANGES).map(|_| author.next()).collect();
        let together = author.device.push(&changes).await;
        let author = Author::new(&other, seed).await;
        let mut singly = Vec::new();
        for change in &changes {
            singly.extend(author.device.push(std::slice::from_ref(change)).await);
        }
        for ((change, one), other) in changes.iter().zip(&together).zip(&singly) {
            assert_eq!(one, other, "seed {seed}: {change:?}");
        }
        for (one, other) in state(&one).await.iter().zip(&state(&other).await) {
            assert_eq!(one, other, "seed {seed}");
        }
        seen.extend(kinds(&together));
    }
    for kind in
        ["applied", "merged", "conflict", "duplicate_exists", "name_taken", "field_unknown", "not_found"]
    {
        assert!(seen.contains(kind), "{kind} was not met: {seen:?}");
    }
}
