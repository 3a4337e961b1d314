//! Quick search: hits with what matched in each.

use super::Names;
use super::names::assigned;
use crate::Client;
use crate::contract::customers::{CustomerHit, FindCustomers, Matched};
use crate::error::ClientError;
use lq_domain::access::Permission;
use lq_domain::customers::{Customer, Field, Kind, shown};
use lq_domain::pinyin::{initials, normalise, search_keys};
use lq_domain::record::Record;

/// The most hits of one search.
const HITS_MAX: u32 = 50;

impl Client {
    /// The best hits for a typed text.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn customers_find(&self, input: FindCustomers) -> Result<Vec<CustomerHit>, ClientError> {
        let open = self.open()?;
        open.may(Permission::CustomersRead)?;
        let hits = open.store.find(&input.text, input.limit.min(HITS_MAX)).await?;
        let names = Names::covering(&open, hits.iter().flat_map(|hit| assigned(&hit.record))).await?;
        Ok(hits.iter().map(|hit| hit_view(&hit.record, &input.text, &names)).collect())
    }
}

fn hit_view(record: &Record, text: &str, names: &Names) -> CustomerHit {
    let customer = Customer(record);
    let document = customer.value(Field::DocumentType);
    let masked = |field| customer.value(field).map(|value| shown(field, value, document));
    let corporate = customer.kind() == Kind::Corporate;
    let number = if corporate { masked(Field::Uscc) } else { None };
    CustomerHit {
        id: customer.id(),
        kind: if corporate { "corporate" } else { "personal" }.to_owned(),
        name: customer.name().to_owned(),
        mobile: masked(Field::Mobile),
        number: number.or_else(|| masked(Field::DocumentNumber)),
        owner: customer.owner().and_then(|owner| names.user(owner)),
        matched: matched(customer, text),
    }
}

/// What the text matched: as a whole, else its first word that matches anything.
fn matched(customer: Customer<'_>, text: &str) -> Matched {
    let words = text.split_whitespace().map(normalise);
    std::iter::once(normalise(text))
        .chain(words)
        .find_map(|word| matched_word(customer, &word))
        .unwrap_or(Matched::Name)
}

fn matched_word(customer: Customer<'_>, word: &str) -> Option<Matched> {
    let keys = search_keys(customer.name());
    if keys.name.contains(word) {
        return Some(Matched::Name);
    }
    let readings = keys.readings();
    let begins =
        |reading: &Vec<String>| (0..reading.len()).any(|at| reading[at..].concat().starts_with(word));
    if readings.iter().any(begins) {
        return Some(Matched::Pinyin);
    }
    if readings.iter().any(|reading| initials(reading).contains(word)) {
        return Some(Matched::Initials);
    }
    let at_an_end = |number: &str| number.starts_with(word) || number.ends_with(word);
    let phones = [Field::Mobile, Field::Phones].into_iter().filter_map(|field| customer.value(field));
    let digits = |phone: &str| phone.chars().filter(char::is_ascii_digit).collect::<String>();
    if phones.flat_map(|phones| phones.split(' ')).any(|phone| at_an_end(&digits(phone))) {
        return Some(Matched::Phone);
    }
    let numbers = [Field::DocumentNumber, Field::Uscc].into_iter().filter_map(|field| customer.value(field));
    numbers.map(normalise).any(|number| at_an_end(&number)).then_some(Matched::Number)
}
