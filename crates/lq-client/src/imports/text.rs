//! Which encoding a file is in, and reading it as UTF-8.

use crate::contract::files::Encoding;
use encoding_rs::{Decoder, DecoderResult};
use std::io::{BufReader, Read};

/// Bytes looked at to tell UTF-16 without byte order mark from other text.
const HEAD: usize = 4096;

/// The encoding: by its byte order mark, else UTF-8 when all of it is valid, else GB18030 when all of it is valid.
pub(super) fn detect(bytes: &[u8]) -> Option<Encoding> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => return Some(Encoding::Utf8),
        [0xFF, 0xFE, ..] => return Some(Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => return Some(Encoding::Utf16Be),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    // Line ends, digits and delimiters have one zero byte in UTF-16; no other text has any.
    let candidates: &[Encoding] = match () {
        () if low > high => &[Encoding::Utf16Le],
        () if high > low => &[Encoding::Utf16Be],
        () => &[Encoding::Utf8, Encoding::Gb18030],
    };
    candidates.iter().copied().find(|encoding| is_valid(bytes, *encoding))
}

fn is_valid(bytes: &[u8], encoding: Encoding) -> bool {
    if encoding == Encoding::Utf8 {
        return std::str::from_utf8(bytes).is_ok();
    }
    std::io::copy(&mut reader(bytes, encoding), &mut std::io::sink()).is_ok()
}

/// Reads bytes in an encoding as UTF-8, without byte order mark. A byte that does not belong is an error of kind
/// [`std::io::ErrorKind::InvalidData`].
pub(super) fn reader(bytes: &[u8], encoding: Encoding) -> BufReader<Decoding<'_>> {
    let encoding = match encoding {
        Encoding::Utf8 => encoding_rs::UTF_8,
        Encoding::Utf16Le => encoding_rs::UTF_16LE,
        Encoding::Utf16Be => encoding_rs::UTF_16BE,
        Encoding::Gb18030 => encoding_rs::GB18030,
    };
    let decoding = Decoding { decoder: encoding.new_decoder_with_bom_removal(), rest: bytes, ended: false };
    BufReader::with_capacity(64 * 1024, decoding)
}

/// Text being decoded.
pub(super) struct Decoding<'a> {
    decoder: Decoder,
    rest: &'a [u8],
    ended: bool,
}

impl Read for Decoding<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(self.rest, buffer, true);
        self.rest = &self.rest[read..];
        match result {
            DecoderResult::InputEmpty => self.ended = true,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => return Err(std::io::ErrorKind::InvalidData.into()),
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Option<(Encoding, String)> {
        let encoding = detect(bytes)?;
        let mut text = String::new();
        reader(bytes, encoding).read_to_string(&mut text).ok()?;
        Some((encoding, text))
    }

    #[test]
    fn x1_each_encoding_is_told_by_its_bytes() {
        let text = "姓名,手机号\n张三,13812345678\n";
        let units = || text.encode_utf16();
        let cases = [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), Encoding::Utf8),
            (encoding_rs::GB18030.encode(text).0.into_owned(), Encoding::Gb18030),
            (units().flat_map(u16::to_le_bytes).collect(), Encoding::Utf16Le),
            (units().flat_map(u16::to_be_bytes).collect(), Encoding::Utf16Be),
        ];
        for (bytes, encoding) in cases {
            let (found, read) = decoded(&bytes).unwrap();
            assert!(found == encoding && read == text, "{}", encoding as u8);
        }
    }

    #[test]
    fn bytes_that_are_no_text_have_no_encoding() {
        assert!(detect(&[0xFF, 0xFF, 0x80, 0x81, 0xFF]).is_none());
    }
}
