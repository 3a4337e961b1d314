//! The sample branch: invented customers of any number, each following from the seed and its place alone, so that a
//! thousand of them are the first thousand of a million.
//!
//! Names, numbers and addresses are put together by chance. They are right by the rules, so that nothing refuses them,
//! and belong to nobody we know; no message may ever be sent to them.

mod accounts;
mod identity;
mod words;

pub use accounts::{Account, Transaction};

use crate::random::Seeded;
use chrono::NaiveDate;
use identity::Identity;
use lq_domain::customers::Field;
use std::collections::BTreeMap;

/// The tags of the sample branch, with their colours.
pub const TAGS: [(&str, &str); 6] = [
    ("代发工资", "blue"),
    ("理财客户", "green"),
    ("房贷客户", "orange"),
    ("私行潜客", "purple"),
    ("流失预警", "red"),
    ("老年客户", "grey"),
];

/// A sample branch.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// What everything follows from.
    pub seed: u64,
    /// The day on which the branch is looked at.
    pub today: NaiveDate,
}

/// One customer of the sample branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleCustomer {
    /// The place in the branch, from 0.
    pub index: u64,
    /// What a colleague would type, by field.
    pub values: BTreeMap<Field, String>,
    /// Names of [`TAGS`].
    pub tags: Vec<&'static str>,
}

impl Sample {
    /// The branch that a seed makes, looked at on a day.
    #[must_use]
    pub const fn new(seed: u64, today: NaiveDate) -> Self {
        Self { seed, today }
    }

    /// The first `count` customers.
    pub fn customers(self, count: u64) -> impl Iterator<Item = SampleCustomer> {
        (0..count).map(move |index| self.customer(index))
    }

    /// One customer.
    #[must_use]
    pub fn customer(self, index: u64) -> SampleCustomer {
        let mut chance = Seeded::of_item(self.seed, index);
        let identity = Identity::of(index, self.today, &mut chance);
        // Every twentieth is a company.
        let (mut values, tags) = if index % 20 == 19 {
            (self.company(index, &mut chance), Vec::new())
        } else {
            self.person(&identity, &mut chance)
        };
        values.insert(Field::Mobile, identity::mobile(index, &mut chance));
        let (division, address) = words::address(&mut chance);
        values.insert(Field::Division, division);
        values.insert(Field::Address, address);
        values.insert(Field::Source, chance.pick(lq_domain::customers::choices(Field::Source)).to_owned());
        SampleCustomer { index, values, tags }
    }

    fn person(
        self,
        identity: &Identity,
        chance: &mut Seeded,
    ) -> (BTreeMap<Field, String>, Vec<&'static str>) {
        let age = lq_domain::values::age_on(identity.birth, self.today);
        let (occupation, employer) = if age >= 60 {
            ("退休人员".to_owned(), String::new())
        } else {
            (words::occupation(chance), words::employer(chance))
        };
        // Thousands of yuan a year, most of them modest, a few of them large.
        let income = chance.between(36, 180) * if chance.chance(6) { 6 } else { 1 };
        let assets = chance.between(5, 400) * if chance.chance(8) { 20 } else { 1 };
        let tags = tags(age, income, assets, chance);
        let values = BTreeMap::from([
            (Field::Kind, "personal".to_owned()),
            (Field::Name, words::person(identity.male, chance)),
            (Field::Gender, if identity.male { "male" } else { "female" }.to_owned()),
            (Field::BirthDate, identity.birth.to_string()),
            (Field::DocumentType, "resident_id".to_owned()),
            (Field::DocumentNumber, identity.number.clone()),
            (Field::DocumentExpiry, self.expiry(age, chance)),
            (Field::Email, identity::email(&identity.number, chance)),
            (Field::Occupation, occupation),
            (Field::Employer, employer),
            (Field::Income, yuan(income)),
            (Field::Assets, yuan(assets)),
            (Field::RiskGrade, format!("C{}", chance.between(1, 5))),
        ]);
        (values.into_iter().filter(|(_, text)| !text.is_empty()).collect(), tags)
    }

    fn company(self, index: u64, chance: &mut Seeded) -> BTreeMap<Field, String> {
        BTreeMap::from([
            (Field::Kind, "corporate".to_owned()),
            (Field::Name, words::employer(chance)),
            (Field::Uscc, identity::uscc(index)),
            (Field::Assets, yuan(chance.between(500, 90_000))),
        ])
    }

    fn expiry(self, age: u32, chance: &mut Seeded) -> String {
        if age >= 46 && chance.chance(70) {
            return "long_term".to_owned();
        }
        let days = chance.below(365 * 15);
        (self.today + chrono::Days::new(days)).to_string()
    }
}

/// Whole thousands of yuan as people type them.
fn yuan(thousands: i64) -> String {
    format!("{}", thousands * 1000)
}

fn tags(age: u32, income: i64, assets: i64, chance: &mut Seeded) -> Vec<&'static str> {
    let [(payroll, _), (wealth, _), (mortgage, _), (private, _), (leaving, _), (old, _)] = TAGS;
    let due = [
        (payroll, age < 60 && chance.chance(40)),
        (wealth, assets >= 200),
        (mortgage, age < 50 && chance.chance(20)),
        (private, assets >= 2000 || income >= 500),
        (leaving, chance.chance(7)),
        (old, age >= 60),
    ];
    due.into_iter().filter(|(_, holds)| *holds).map(|(tag, _)| tag).collect()
}
