//! One program for all targets: libFuzzer's own loop over the target that `LQ_FUZZ` names.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

type Target = fn(&[u8]);

/// Every target by its name, as `cargo xtask fuzz --list` shows them.
const TARGETS: &[(&str, Target)] = &[
    ("messages", lq_testkit::fuzz::messages),
    ("merge", lq_testkit::fuzz::merge),
    ("feeds", lq_testkit::fuzz::feeds),
    ("form", lq_testkit::fuzz::form),
    ("pinyin", lq_testkit::fuzz::pinyin),
    ("divisions", lq_testkit::fuzz::divisions),
    ("events", lq_sync::fuzz::events),
    ("address", lq_sync::fuzz::address),
    ("search", lq_store::fuzz::search),
    ("vault", lq_store::fuzz::vault),
    ("backup", lq_store::fuzz::backup),
    ("csv", lq_client::fuzz::csv),
    ("xlsx", lq_client::fuzz::xlsx),
    ("exported", lq_client::fuzz::exported),
    ("bodies", lq_server::fuzz::bodies),
    ("deliveries", lq_server::fuzz::deliveries),
    ("told", lq_server::fuzz::told),
];

fn chosen() -> Target {
    static CHOSEN: OnceLock<Target> = OnceLock::new();
    *CHOSEN.get_or_init(|| {
        let name = std::env::var("LQ_FUZZ").unwrap_or_default();
        let target = TARGETS.iter().find(|(known, _)| *known == name);
        target.unwrap_or_else(|| panic!("LQ_FUZZ names no target: {name}")).1
    })
}

fuzz_target!(|bytes: &[u8]| chosen()(bytes));
