//! Bytes to text: a byte order mark, else strict UTF-8, else GB18030, as files of banks are written.

use encoding_rs::{Encoding, GB18030, UTF_8};
use lq_protocol::error::{ApiError, ErrorCode};
use std::borrow::Cow;

/// The encoding of a file.
pub(super) fn encoding_of(bytes: &[u8]) -> &'static Encoding {
    match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => GB18030,
    }
}

/// The text of a file.
///
/// # Errors
/// [`ErrorCode::FileEncoding`], [`ErrorCode::FileEmpty`].
pub(super) fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, ApiError> {
    let (text, _, wrong) = encoding_of(bytes).decode(bytes);
    if wrong {
        return Err(ErrorCode::FileEncoding.into());
    }
    if text.trim().is_empty() { Err(ErrorCode::FileEmpty.into()) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_banks_are_read_whatever_their_encoding() {
        let (gb, ..) = GB18030.encode("账号,金额");
        for bytes in ["账号,金额".as_bytes(), &gb, "\u{feff}账号,金额".as_bytes()] {
            assert_eq!(text_of(bytes).unwrap(), "账号,金额");
        }
        assert_eq!(text_of(&[0x81, 0x20, 0xff]).unwrap_err().code, ErrorCode::FileEncoding);
        assert_eq!(text_of(b" \n").unwrap_err().code, ErrorCode::FileEmpty);
    }
}
