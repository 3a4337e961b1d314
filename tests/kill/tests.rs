//! A share of the kills, every planted bug, and a full disk; `cargo xtask kill` does the whole.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that can't prepare has failed")]

use std::process::Command;

/// What the program says, and whether it was content.
fn kill(words: &[&str]) -> (String, bool) {
    let done = Command::new(env!("CARGO_BIN_EXE_lq-kill")).args(words).output().unwrap();
    (String::from_utf8(done.stdout).unwrap(), done.status.success())
}

#[test]
fn s8_3_who_is_killed_at_any_moment_has_lost_nothing_that_was_called_done() {
    let (said, good) = kill(&["--runs", "28", "--seed", "1"]);
    assert!(good, "{said}");
    let last = said.lines().last().unwrap();
    assert!(last.starts_with("28 kills: 0 corrupt, 0 lost, 0 half-done"), "{last}");
}

#[test]
fn every_planted_bug_is_found() {
    let (said, good) = kill(&["--planted"]);
    assert!(good, "{said}");
}

#[test]
fn s8_3_a_full_disk_is_told_and_leaves_nothing_half_saved() {
    full("write");
}

#[test]
fn x1_a_full_disk_is_told_and_leaves_nothing_half_imported() {
    full("import");
}

#[test]
fn x33_a_full_disk_is_told_and_no_change_is_lost_between_device_and_server() {
    full("sync");
}

#[test]
fn s7_3_a_full_disk_is_told_and_leaves_no_half_backup() {
    full("backup");
}

#[test]
fn s7_3_a_full_disk_is_told_and_leaves_the_store_that_was_to_be_replaced() {
    full("restore");
}

#[test]
fn s8_1_a_full_disk_is_told_and_leaves_the_old_password() {
    full("password");
}

#[test]
fn f4_1_a_full_disk_is_told_and_leaves_the_old_data_key() {
    full("rekey");
}

fn full(deed: &str) {
    let (said, good) = kill(&["--full", deed]);
    assert!(good, "{said}");
}
