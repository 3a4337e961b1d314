//! Every message is what its file says, and the file reads as the message. A message that lost, renamed or retyped a field fails
//! here: devices of the last release are still out there.

use crate::messages;
use lq_protocol::error::ErrorCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// The file of a message.
pub(crate) fn golden(name: &str) -> String {
    let path = folder().join(format!("{name}.json"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a failing comparison leaves to look at.
fn leave(name: &str, text: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
    std::fs::write(&place, text).unwrap();
    place
}

fn agrees<T: Serialize + DeserializeOwned + PartialEq>(name: &str, message: &T) {
    let text = format!("{}\n", serde_json::to_string_pretty(message).unwrap());
    let place = leave(name, &text);
    assert!(
        golden(name) == text,
        "the shape of {name} changed: compare {} with the golden file",
        place.display()
    );
    assert!(serde_json::from_str::<T>(&golden(name)).unwrap() == *message, "{name} does not read back");
}

macro_rules! goldens {
    ($($name:ident,)*) => {
        /// The names of all messages.
        const NAMES: &[&str] = &[$(stringify!($name),)*];

        $(#[test]
        fn $name() {
            agrees(stringify!($name), &messages::$name());
        })*
    };
}

goldens! {
    server_info,
    parameters_request,
    parameters_reply,
    sign_in_request,
    refresh_request,
    password_request,
    session_reply,
    push_request,
    push_request_epoch,
    push_reply,
    pull_request,
    pull_request_first,
    pull_reply,
    feed_event,
    lookup_request,
    lookup_reply,
    api_error,
    api_error_bare,
    error_codes,
}

#[test]
fn every_golden_file_has_its_message() {
    let files: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let names: BTreeSet<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(files, names);
}

#[test]
fn a_code_s_word_is_what_crosses_the_wire() {
    for code in ErrorCode::ALL {
        assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
    }
}
