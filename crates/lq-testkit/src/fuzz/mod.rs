//! Bytes that nobody would send: the targets of fuzzing that need no inside of a crate, and inputs for normal tests.
//!
//! A target takes any bytes and returns; when it finds that something does not hold it panics. `cargo xtask fuzz` calls the
//! targets with coverage-guided inputs; normal tests call them through [`around`], so that they stay alive.

mod forms;
mod merging;
mod messages;

pub use forms::{divisions, feeds, form, pinyin};
pub use merging::merge;
pub use messages::messages;

use crate::random::Seeded;

/// Pieces that parsers like to stumble over.
const PIECES: [&[u8]; 20] = [
    b"",
    b"\0",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xFE\xFF",
    b"\x81\x30\x81\x30",
    b"\xE5\xBC\xA0",
    b"\xF0\x9F\x98\x80",
    b"\r\n",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"-1",
    b"18446744073709551615",
    b"-9223372036854775808",
    b"4294967295",
    b"1e400",
    b"null",
    b"[[[[[[[[",
    b"\xE2\x80\xAE",
];

/// Calls a target with each seed as it is, and then `count` times with one that was damaged; the same inputs each time.
pub fn around(seeds: &[&[u8]], count: u32, target: impl Fn(&[u8])) {
    for seed in seeds {
        target(seed);
    }
    for item in 0..count {
        target(&damaged(seeds, u64::from(item)));
    }
}

fn damaged(seeds: &[&[u8]], item: u64) -> Vec<u8> {
    let mut chance = Seeded::of_item(2_026, item);
    let mut bytes = chance.pick(seeds).to_vec();
    for _ in 0..=chance.below(6) {
        damage(&mut bytes, seeds, &mut chance);
    }
    bytes
}

fn damage(bytes: &mut Vec<u8>, seeds: &[&[u8]], chance: &mut Seeded) {
    let (one, other) = (place(chance, bytes.len()), place(chance, bytes.len()));
    let (from, to) = (one.min(other), one.max(other));
    match chance.below(7) {
        0 => bytes.truncate(from),
        1 => drop(bytes.drain(from..to)),
        2 => {
            let again = bytes[from..to].to_vec();
            bytes.splice(to..to, again);
        }
        3 => {
            let piece = chance.pick(&PIECES);
            bytes.splice(from..from, piece.iter().copied());
        }
        4 => {
            let piece = chance.pick(&PIECES);
            bytes.splice(from..to.min(from + 20), piece.iter().copied());
        }
        5 => {
            let donor = chance.pick(seeds);
            let at = place(chance, donor.len());
            bytes.splice(from.., donor[at..].iter().copied());
        }
        _ => {
            let number = chance.next().to_le_bytes();
            if let Some(byte) = bytes.get_mut(from) {
                *byte ^= number[0];
            }
        }
    }
    bytes.truncate(1 << 16);
}

fn place(chance: &mut Seeded, length: usize) -> usize {
    usize::try_from(chance.below(length as u64 + 1)).unwrap_or_default()
}

/// Reads values off the front of a target's bytes; when they are used up it gives zeros.
struct Draw<'a>(&'a [u8]);

impl<'a> Draw<'a> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::from(self.byte()) % limit
    }

    /// A text up to the next line end.
    fn text(&mut self) -> String {
        let end = self.0.iter().position(|byte| *byte == b'\n');
        let (text, rest) = end.map_or((self.0, &[][..]), |end| (&self.0[..end], &self.0[end + 1..]));
        self.0 = rest;
        String::from_utf8_lossy(text).into_owned()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
