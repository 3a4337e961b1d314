//! The search index: how names and numbers become tokens, and how a typed text becomes a query.

use lq_domain::customers::{Customer, Field};
use lq_domain::pinyin::{initials, normalise, search_keys};
use lq_domain::record::Record;

/// The longest name whose every end is indexed, in characters; of a longer one the first ends are.
const ENDS_MAX: usize = 24;
/// Digits of the tail that a number is found by.
pub(crate) const TAIL: usize = 4;

/// The tokens of one customer, as the index takes them: words separated by spaces.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tokens {
    /// What the customer is called, from its beginning.
    pub(crate) whole: String,
    /// The ends of it.
    pub(crate) part: String,
}

impl Tokens {
    /// The fields that the tokens are made of.
    pub(crate) const FIELDS: [Field; 5] =
        [Field::Name, Field::Mobile, Field::DocumentNumber, Field::Uscc, Field::Phones];

    pub(crate) fn of(record: &Record) -> Self {
        let customer = Customer(record);
        let mut tokens = Self::default();
        let keys = search_keys(customer.name());
        push(&mut tokens.whole, &keys.name);
        for (at, _) in keys.name.char_indices().skip(1).take(ENDS_MAX) {
            push(&mut tokens.part, &keys.name[at..]);
        }
        for syllables in keys.readings() {
            push(&mut tokens.whole, &syllables.concat());
            push(&mut tokens.whole, &initials(&syllables));
            for at in 1..syllables.len().min(ENDS_MAX) {
                push(&mut tokens.part, &syllables[at..].concat());
                push(&mut tokens.part, &initials(&syllables[at..]));
            }
        }
        for field in [Field::Mobile, Field::DocumentNumber, Field::Uscc] {
            if let Some(number) = customer.value(field) {
                tokens.number(&normalise(number));
            }
        }
        for phone in
            customer.value(Field::Phones).unwrap_or_default().split(' ').filter(|phone| !phone.is_empty())
        {
            let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
            tokens.number(&digits);
        }
        tokens
    }

    fn number(&mut self, number: &str) {
        push(&mut self.whole, number);
        let count = number.chars().count();
        if let Some((at, _)) = number.char_indices().nth(count.saturating_sub(TAIL)).filter(|_| count > TAIL)
        {
            push(&mut self.part, &number[at..]);
        }
    }
}

fn push(tokens: &mut String, text: &str) {
    if text.is_empty() {
        return;
    }
    if !tokens.is_empty() {
        tokens.push(' ');
    }
    tokens.extend(text.chars().map(token_char));
}

/// The index splits at ASCII punctuation, but a name may be made of it: such characters move to a private-use block.
fn token_char(c: char) -> char {
    match c {
        c if c.is_ascii_alphanumeric() => c,
        c if c.is_ascii() => char::from_u32(0xE000 + u32::from(c)).unwrap_or(c),
        c => c,
    }
}

/// A word as the index knows it.
pub(crate) fn token(word: &str) -> String {
    normalise(word).chars().map(token_char).collect()
}

/// The words of a typed text. White space separates words, except in pinyin as an input method shows it.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(token).filter(|word| !word.is_empty()).collect()
}

/// The whole of a typed text as one word: `zhang san`, as it stands while composing.
pub(crate) fn joined(text: &str) -> String {
    token(text)
}

/// Matches a token from its beginning.
pub(crate) fn prefix(column: &str, token: &str) -> String {
    format!("{column} : \"{token}\" *")
}

/// Matches a token as a whole.
pub(crate) fn exact(column: &str, token: &str) -> String {
    format!("{column} : \"{token}\"")
}

/// Whether a word is the tail of a number longer than [`TAIL`].
pub(crate) fn long_tail(token: &str) -> Option<&str> {
    let is_number = token.len() > TAIL && token.bytes().all(|b| b.is_ascii_digit() || b == b'x');
    is_number.then(|| &token[token.len() - TAIL..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use lq_domain::clock::Timestamp;
    use lq_domain::feature::Feature;
    use uuid::Uuid;

    #[test]
    fn x16_a_name_gives_its_characters_pinyin_initials_and_ends() {
        let mut record = Record::new(Feature::Customers, Uuid::nil(), Timestamp(0));
        record.set("name", Some("单三丰".to_owned()));
        record.set("mobile", Some("13812345678".to_owned()));
        let tokens = Tokens::of(&record);
        let whole: Vec<_> = tokens.whole.split(' ').collect();
        assert_eq!(whole, ["单三丰", "shansanfeng", "ssf", "dansanfeng", "dsf", "13812345678"]);
        for part in ["三丰", "丰", "sanfeng", "feng", "sf", "5678"] {
            assert!(tokens.part.split(' ').any(|token| token == part), "{part}");
        }
    }

    #[test]
    fn a_name_of_punctuation_has_a_token_too() {
        assert_eq!(token("=1+1").chars().count(), 4);
        assert!(token("=1+1").chars().all(|c| c.is_ascii_alphanumeric() || u32::from(c) >= 0xE000));
    }
}
