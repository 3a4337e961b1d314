//! What fuzzing calls inside this crate; see `lq_testkit::fuzz`.

use crate::address::{canonical, is_loopback};
use crate::http::event;
use reqwest::Url;

/// Lines of an event stream.
pub fn events(bytes: &[u8]) {
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let _ = event(line);
    }
}

/// An address that was accepted is its own canonical form, and plain HTTP stays on the machine.
///
/// # Panics
/// When it is not, or does not.
pub fn address(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(address) = canonical(text) else { return };
    assert_eq!(canonical(&address).ok().as_ref(), Some(&address), "the canonical form has another one");
    let local = Url::parse(&address).is_ok_and(|url| is_loopback(&url));
    assert!(address.starts_with("https://") || local, "plain HTTP to another machine");
    let plain = |url: Url| url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    assert!(Url::parse(&address).is_ok_and(plain), "a name, a password or a fragment");
}

#[cfg(test)]
mod tests {
    use super::*;
    use lq_testkit::fuzz::around;

    #[test]
    fn no_event_stream_makes_the_reader_fail() {
        let event =
            b"data: {\"feed\":\"branch:00000000-0000-0000-0000-000000000001\",\"head\":7}\n\n: alive\n";
        around(&[event, b"data:{\"feed\":\"bank\",\"head\":1}\ndata: \n"], 5_000, events);
    }

    #[test]
    fn no_typed_address_leads_elsewhere() {
        let seeds: [&[u8]; 5] = [
            b"https://crm.bank.example:8443/lq/",
            b"127.0.0.1:7400",
            b"http://[::1]:7400",
            b"http://localhost@bank.example",
            "\u{94f6}\u{884c}.cn/\u{ff0e}\u{ff0e}/".as_bytes(),
        ];
        around(&seeds, 5_000, address);
    }
}
