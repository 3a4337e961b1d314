//! What fuzzing calls inside this crate; see `lq_testkit::fuzz`.

use crate::search::{Tokens, exact, joined, long_tail, prefix, words};
use crate::vault::examine;
use lq_domain::clock::Timestamp;
use lq_domain::feature::Feature;
use lq_domain::record::Record;
use uuid::Uuid;

/// A typed text becomes a query that holds nothing but its own tokens, and a name becomes tokens.
///
/// # Panics
/// When a token could end its quotes.
pub fn search(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for token in words(&text).into_iter().chain([joined(&text)]) {
        let plain = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric();
        assert!(token.chars().all(plain), "a token with a sign in it");
        let _ = (prefix("whole", &token), exact("part", &token), long_tail(&token));
    }
    let mut record = Record::new(Feature::Customers, Uuid::nil(), Timestamp(0));
    for (field, value) in ["name", "mobile", "phones", "document_number", "uscc"].iter().zip(text.split('\n'))
    {
        record.set(field, Some(value.to_owned()));
    }
    let tokens = Tokens::of(&record);
    assert!(!tokens.whole.contains('"') && !tokens.part.contains('"'), "a quote in the index");
}

/// The file beside a store that says how its key is wrapped.
pub fn vault(bytes: &[u8]) {
    examine(bytes);
}

/// A backup, from the file's first bytes to the content that it holds.
pub fn backup(bytes: &[u8]) {
    crate::backups::examine(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use lq_testkit::fuzz::around;

    #[test]
    fn no_typed_text_ends_its_quotes() {
        let seeds: [&[u8]; 4] = [
            "\u{5355}\u{4e09}\u{4e30}\n13812345678\n010-12345678 0571-87654321".as_bytes(),
            b"zhang san\" OR whole : \"*",
            b"NEAR(a b, 3) AND NOT {whole part}: ^x",
            "=1+1\u{3000}\u{ff21}".as_bytes(),
        ];
        around(&seeds, 3_000, search);
    }

    #[test]
    fn no_damaged_backup_makes_the_reader_fail() {
        let header = br#"{"product":"langqiao","user":"00000000-0000-0000-0000-000000000001","device":"00000000-0000-0000-0000-000000000002",
            "schema":20261124090000,"made_at":0,"rows":{"customers":18446744073709551615,"tags":1},"kdf":{"salt":"BwcHBwcHBwcHBwcHBwcHBw==",
            "memory_kib":8192,"passes":1,"lanes":1},"wrapped":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","salt":"AAAA"}"#;
        let frames: &[u8] =
            b"\x01\x0C\0\0\0[\"tags\",[\"a\"]\x02\x09\0\0\0\x01\0\0\0\0\0\0\0\0\x03\x02\0\0\0{}";
        let file = framed(header);
        around(&[header, frames, &file, b"LQBACKUP\x01\0\0\0\xFF\xFF\0\0"], 5_000, backup);
    }

    fn framed(json: &[u8]) -> Vec<u8> {
        [&b"LQBACKUP\x01\0\0\0"[..], &u32::try_from(json.len()).unwrap().to_le_bytes(), json].concat()
    }

    #[test]
    fn no_damaged_vault_makes_the_reader_fail() {
        let whole = br#"{"version":1,"device":"00000000-0000-0000-0000-000000000001","kdf":{"salt":"BwcHBwcHBwcHBwcHBwcHBw==",
            "memory_kib":65536,"passes":3,"lanes":1},"wrapped":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","server":null,
            "failures":4294967295,"locks":4294967295,"locked_at":-9223372036854775808,"locked_until":9223372036854775807}"#;
        around(&[whole], 5_000, vault);
    }
}
