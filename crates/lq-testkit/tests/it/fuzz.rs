//! A small share of fuzzing, so that its targets stay alive. `cargo xtask fuzz` does the rest.

use lq_testkit::fuzz::{around, divisions, feeds, form, merge, messages, pinyin};
use std::path::Path;

fn golden() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lq-protocol/tests/golden");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

#[test]
fn no_message_makes_its_reader_fail() {
    let golden = golden();
    assert!(golden.len() > 10);
    let seeds: Vec<&[u8]> = golden.iter().map(Vec::as_slice).collect();
    around(&seeds, 3_000, messages);
    let stamp = br#"{"wall":9223372036854775806,"counter":4294967295,"device":"00000000-0000-0000-0000-000000000001"}"#;
    around(&[stamp], 2_000, messages);
}

#[test]
fn s1_2_an_edit_that_is_merged_twice_is_merged_once() {
    let edits = b"\x02\x03\x02\x04\x01\x03\x05\x06\x01\x02\x03\x04\x01old\n\x02\x06\x01\x02\x01\x05\x03\x02";
    around(&[edits, &[3; 200], b"\x01\x04\x03\x02\x06\x01a b c\n\x03\x04\x05\x06"], 20_000, merge);
}

#[test]
fn s1_1_what_the_form_takes_the_server_takes() {
    let seeds: [&[u8]; 6] = [
        b"\x03\x00\xE5\xBC\xA0\xE4\xB8\x89\n\x05+86 138-1234-5678\n\x06110105194912310021\n\x01",
        b"\x01\x0A1234.56\n\x0B010-12345678 ext 9\n",
        b"\x02\x07 2026-02-29\n\x08\xEF\xBC\x91\xEF\xBC\x92\n\x09a@b.cn\n",
        b"\x02\x01corporate\n\x0C91350211M000100Y43\n\x02x\n",
        b"\x04\x0D330106\n\x0E\xE9\x95\xBF\xE6\x9C\x9F\n\x0F99999999999999999999\n\x10\n",
        &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18],
    ];
    around(&seeds, 10_000, form);
}

#[test]
fn x16_no_name_has_too_many_sounds() {
    let many = "单曾朴解重行乐长".repeat(10);
    let seeds = [many.as_bytes(), "欧阳  Ｚhāng·李\u{200b}".as_bytes(), b"zhang san", "㐂𠮷".as_bytes()];
    around(&seeds, 3_000, pinyin);
}

#[test]
fn no_text_finds_a_place_without_a_name() {
    let seeds = [
        "浙江省杭州市西湖区文三路1号".as_bytes(),
        "中国北京".as_bytes(),
        b"330106",
        b"33",
        "吉林 吉林".as_bytes(),
    ];
    around(&seeds, 3_000, divisions);
}

#[test]
fn no_feeds_name_is_read_as_another() {
    let ids = "00000000-0000-0000-0000-000000000001";
    let portfolio = format!("portfolio:{ids}:{ids}");
    around(&[b"bank", portfolio.as_bytes(), &portfolio.as_bytes()[..46], b"branch:{}"], 10_000, feeds);
}
