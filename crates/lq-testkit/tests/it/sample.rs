//! The sample branch is right by the rules, repeats itself, and gives nothing twice.

use lq_domain::clock::Clock;
use lq_domain::customers::{Field, read};
use lq_domain::feature::Feature;
use lq_domain::ids::CustomerId;
use lq_domain::record::Record;
use lq_domain::values::AccountKind;
use lq_testkit::clock::{FixedClock, PRESENT};
use lq_testkit::random::SeededRandom;
use lq_testkit::sample::{Sample, TAGS};
use std::collections::BTreeSet;

fn sample() -> Sample {
    Sample::new(7, FixedClock::default().today())
}

#[test]
fn every_customer_passes_the_rules_of_the_form() {
    let (sample, random) = (sample(), SeededRandom::new(1));
    for customer in sample.customers(3_000) {
        let blank = Record::new(Feature::Customers, CustomerId::new(PRESENT, &random).0, PRESENT);
        let read = read(&blank, &customer.values, sample.today);
        assert!(read.is_ok(), "{}: {:?}", customer.index, read.err());
    }
}

#[test]
fn a_small_branch_is_the_beginning_of_a_large_one() {
    let (small, large): (Vec<_>, Vec<_>) =
        (sample().customers(50).collect(), sample().customers(500).collect());
    assert_eq!(small, large[..50]);
    assert_ne!(small[0], Sample::new(8, sample().today).customer(0));
}

#[test]
fn no_number_is_given_twice() {
    for field in [Field::Mobile, Field::DocumentNumber, Field::Uscc] {
        let all: Vec<String> =
            sample().customers(40_000).filter_map(|customer| customer.values.get(&field).cloned()).collect();
        let distinct: BTreeSet<&String> = all.iter().collect();
        assert_eq!(distinct.len(), all.len(), "{field:?}");
    }
}

#[test]
fn the_resident_id_agrees_with_birthday_and_gender() {
    for customer in sample().customers(500) {
        let Some(number) = customer.values.get(&Field::DocumentNumber) else { continue };
        let birth = customer.values[&Field::BirthDate].replace('-', "");
        assert_eq!(number[6..14], birth);
        let odd = number[16..17].parse::<u32>().unwrap() % 2 == 1;
        assert_eq!(customer.values[&Field::Gender] == "male", odd);
    }
}

#[test]
fn tags_are_those_of_the_branch_and_all_occur() {
    let used: BTreeSet<&str> = sample().customers(2_000).flat_map(|customer| customer.tags).collect();
    let known: BTreeSet<&str> = TAGS.iter().map(|(name, _)| *name).collect();
    assert_eq!(used, known);
}

#[test]
fn two_years_of_transactions_add_up_and_never_overdraw() {
    let sample = sample();
    let mut references = BTreeSet::new();
    for customer in sample.customers(100) {
        let (accounts, transactions) = sample.holdings(&customer);
        let current = &accounts[0];
        assert_eq!(current.kind, AccountKind::Current);
        let mut balance = current.opening;
        for transaction in &transactions {
            assert!(references.insert(transaction.reference.clone()));
            if transaction.account == current.number {
                balance += transaction.amount;
                assert!(balance >= 0, "customer {}", customer.index);
            }
        }
        assert_eq!(balance, current.balance);
        assert!(transactions.is_sorted_by_key(|transaction| transaction.at));
        let months: BTreeSet<String> =
            transactions.iter().map(|one| one.at.china_day().format("%Y-%m").to_string()).collect();
        assert_eq!(months.len(), 24);
        assert!(accounts.iter().all(|account| account.number.len() == 19));
    }
}
