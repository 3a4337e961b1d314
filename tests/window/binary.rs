//! What the built program is, before it runs.

use std::process::Command;

#[cfg(target_os = "linux")]
#[test]
fn s1_4_no_symbol_of_the_encrypted_database_leaves_the_program() {
    let program = lq_tests::desk::built("langqiao").unwrap();
    let listed = Command::new("nm").args(["--dynamic", "--defined-only"]).arg(&program).output().unwrap();
    assert!(listed.status.success(), "nm: {}", listed.status);
    let names = String::from_utf8(listed.stdout).unwrap();
    assert!(!names.contains("sqlite3_"), "the web view would bind to the encrypted database");
}
