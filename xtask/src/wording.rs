//! Words that people read: the same keys in both languages, every one of them used, none missing.

use crate::locales::{self, Words};
use crate::repo::{Repo, Verdict};
use regex_lite::Regex;
use std::collections::BTreeSet;

const FOLDERS: &[&str] = &["ui/locales", "ui/locales/help"];
const CHINESE: &str = "zh-CN.json";
const ENGLISH: &str = "en.json";

/// Texts of the Chinese file that are no Chinese and need not be: names of their own.
const SAME_IN_CHINESE: &[&str] = &[
    "English",
    "CSV",
    "XLSX",
    "Excel",
    "UTF-8",
    "UTF-16",
    "GB18030",
    "Ctrl",
    "USCC",
    "UTF-16 LE",
    "UTF-16 BE",
    "https://",
];

/// Texts of the English file that may hold Chinese characters: a language is named in itself.
const CHINESE_IN_ENGLISH: &[&str] = &["简体中文"];

/// Parts of a guide that are not read as prose: search words typed on a keyboard, and names of other topics.
const NOT_PROSE: &[&str] = &["aliases", "related"];

/// Places of the screen's side where Chinese characters are data, not words: the stand-in, and what reads typed text.
const CHINESE_DATA: &[&str] = &["ui/src/ipc/fake/", "ui/src/kit/format/", "ui/src/kit/dates/"];

/// Checks the words files, and the code against them.
pub(crate) fn check(repo: &Repo) -> Result<Verdict, String> {
    let mut problems = Vec::new();
    let mut texts = 0;
    for folder in FOLDERS {
        if !repo.path(&format!("{folder}/{CHINESE}")).is_file() {
            continue;
        }
        let chinese = locales::read(repo, &format!("{folder}/{CHINESE}"))?;
        let english = locales::read(repo, &format!("{folder}/{ENGLISH}"))?;
        texts += chinese.texts.len();
        problems.extend(differences(folder, &chinese, &english));
        problems.extend(wrong_language(folder, &chinese, &english));
    }
    if repo.path("ui/locales").join(CHINESE).is_file() {
        let chinese = locales::read(repo, &format!("ui/locales/{CHINESE}"))?;
        problems.extend(codes_without_words(repo, &chinese)?);
        problems.extend(against_code(repo, &chinese)?);
    }
    problems.extend(literals(repo)?);
    Ok(Verdict {
        problems,
        summary: format!("{texts} texts in Chinese and English, each used, none missing"),
    })
}

/// Keys and placeholders that one language has and the other has not.
fn differences(folder: &str, chinese: &Words, english: &Words) -> Vec<String> {
    let mut problems = Vec::new();
    let (zh, en) = (chinese.keys(), english.keys());
    problems.extend(zh.difference(&en).map(|key| format!("{folder}/{ENGLISH}: {key} is missing")));
    problems.extend(en.difference(&zh).map(|key| format!("{folder}/{CHINESE}: {key} is missing")));
    for key in zh.intersection(&en) {
        let (in_zh, in_en) = (chinese.placeholders(key), english.placeholders(key));
        if in_zh != in_en {
            problems
                .push(format!("{folder}: {key} has placeholders {in_zh:?} in Chinese, {in_en:?} in English"));
        }
    }
    problems
}

/// Texts in the other language's file.
fn wrong_language(folder: &str, chinese: &Words, english: &Words) -> Vec<String> {
    let guide = folder.ends_with("help");
    let mut problems = Vec::new();
    for (key, text) in &chinese.texts {
        let prose = !(guide && key.split('.').any(|part| NOT_PROSE.contains(&part)));
        let latin = without_placeholders(text).chars().any(|c| c.is_ascii_alphabetic());
        if prose && latin && !has_chinese(text) && !SAME_IN_CHINESE.contains(&text.as_str()) {
            problems.push(format!("{folder}/{CHINESE}: {key} is not in Chinese: {text}"));
        }
    }
    for (key, text) in &english.texts {
        // Guides quote what to type for a Chinese name.
        if !guide && has_chinese(text) && !CHINESE_IN_ENGLISH.contains(&text.as_str()) {
            problems.push(format!("{folder}/{ENGLISH}: {key} is not in English: {text}"));
        }
    }
    problems
}

/// Error codes of the contract that nobody worded, and worded codes that do not exist.
fn codes_without_words(repo: &Repo, words: &Words) -> Result<Vec<String>, String> {
    let place = "ui/src/ipc/bindings.ts";
    let Ok(bindings) = repo.read(place) else { return Ok(Vec::new()) };
    let union = Regex::new(r"export type ErrorCode\s*=\s*([^;]+);").map_err(|e| e.to_string())?;
    let Some(found) = union.captures(&bindings) else { return Err(format!("{place}: no ErrorCode")) };
    let codes: BTreeSet<&str> = found[1]
        .split('|')
        .map(|code| code.trim().trim_matches('"'))
        .filter(|code| !code.is_empty())
        .collect();
    let keys = words.keys();
    let worded: BTreeSet<&str> = keys.iter().filter_map(|key| key.strip_prefix("errors.")).collect();
    let missing =
        codes.difference(&worded).map(|code| format!("errors.{code} is missing: the contract has the code"));
    let left = worded.difference(&codes).map(|code| format!("errors.{code}: the contract has no such code"));
    Ok(missing.chain(left).collect())
}

/// Keys that code asks for and no file has, and keys that no code asks for.
fn against_code(repo: &Repo, words: &Words) -> Result<Vec<String>, String> {
    let code = source(repo)?;
    let keys = words.keys();
    let asked = Regex::new(r#"\bt\(\s*["']([^"']+)["']"#).map_err(|e| e.to_string())?;
    let unknown: BTreeSet<String> = asked
        .captures_iter(&code)
        .map(|found| found[1].to_owned())
        .filter(|key| key.contains('.') && !keys.contains(locales::base(base_of_context(key))))
        .collect();
    let used = Used::of(&code)?;
    let mut problems: Vec<String> =
        unknown.into_iter().map(|key| format!("{key} is used and in no words file")).collect();
    problems.extend(keys.iter().filter(|key| !used.has(key)).map(|key| format!("{key} is used nowhere")));
    Ok(problems)
}

/// What code writes as text: whole keys, and keys put together at run time.
struct Used {
    whole: BTreeSet<String>,
    /// Beginning and end around the part known at run time. The section is always written out.
    parts: Vec<(String, String)>,
}

impl Used {
    fn of(code: &str) -> Result<Self, String> {
        let literal = Regex::new(r#"["'`]([a-z]\w*(?:\.[\w|-]+)+)["'`]"#).map_err(|e| e.to_string())?;
        let pieced = Regex::new(r"`([a-z]\w*\.[\w.]*)\$\{[^`]*\}([\w.|]*)`").map_err(|e| e.to_string())?;
        Ok(Self {
            whole: literal.captures_iter(code).map(|found| locales::base(&found[1]).to_owned()).collect(),
            parts: pieced
                .captures_iter(code)
                .map(|found| (found[1].to_owned(), found[2].to_owned()))
                .collect(),
        })
    }

    fn has(&self, key: &str) -> bool {
        let pieced =
            |(start, end): &(String, String)| key.starts_with(start.as_str()) && key.ends_with(end.as_str());
        self.whole.contains(key) || self.whole.contains(base_of_context(key)) || self.parts.iter().any(pieced)
    }
}

/// A key without its context: `toast.undone|import` is a form of `toast.undone`.
fn base_of_context(key: &str) -> &str {
    key.split_once('|').map_or(key, |(base, _)| base)
}

/// All code that may ask for words: the screens, and the crates that word files and windows.
fn source(repo: &Repo) -> Result<String, String> {
    let mut all = String::new();
    for place in repo.files("ui/src", &[".ts", ".tsx"]) {
        if !is_test(&place) && !place.ends_with("bindings.ts") {
            all.push_str(&repo.read(&place)?);
        }
    }
    for folder in ["crates/lq-client/src", "src-tauri/src"] {
        for place in repo.files(folder, &[".rs"]) {
            all.push_str(&repo.read(&place)?);
        }
    }
    Ok(all)
}

/// Chinese characters in components: words belong into the words files.
fn literals(repo: &Repo) -> Result<Vec<String>, String> {
    let comment = Regex::new(r"(?s)/\*.*?\*/|//[^\n]*").map_err(|e| e.to_string())?;
    let mut problems = Vec::new();
    for place in repo.files("ui/src", &[".tsx"]) {
        if is_test(&place) || CHINESE_DATA.iter().any(|folder| place.starts_with(folder)) {
            continue;
        }
        let text = repo.read(&place)?;
        let code = comment.replace_all(&text, "");
        for line in code.lines().filter(|line| has_chinese(line)) {
            problems.push(format!("{place}: words in code: {}", line.trim()));
        }
    }
    Ok(problems)
}

fn is_test(place: &str) -> bool {
    place.ends_with(".test.ts") || place.ends_with(".test.tsx")
}

fn has_chinese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}'))
}

fn without_placeholders(text: &str) -> String {
    let mut kept = text.to_owned();
    for name in locales::placeholders(text) {
        kept = kept.replace(&format!("{{{{{name}}}}}"), "");
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::fixture::tree;

    const ZH: &str =
        r#"{"common": {"save": "保存", "count_other": "{{count}} 项"}, "errors": {"not_found": "没有找到"}}"#;
    const EN: &str = r#"{"common": {"save": "Save", "count_one": "{{count}} item", "count_other": "{{count}} items"}, "errors": {"not_found": "Not found"}}"#;
    const CODE: &str = "t(\"common.save\"); t(\"common.count\", { count }); t(`errors.${code}`);";
    const BINDINGS: &str = "export type ErrorCode = \"not_found\";";

    fn problems(zh: &str, en: &str, code: &str, bindings: &str) -> Vec<String> {
        let (_kept, repo) = tree(&[
            ("ui/locales/zh-CN.json", zh),
            ("ui/locales/en.json", en),
            ("ui/src/app/A.tsx", code),
            ("ui/src/ipc/bindings.ts", bindings),
        ]);
        check(&repo).unwrap().problems
    }

    #[test]
    fn words_that_agree_pass_with_their_plurals() {
        assert_eq!(problems(ZH, EN, CODE, BINDINGS), [] as [&str; 0]);
    }

    #[test]
    fn a_key_in_one_language_only_fails() {
        let en = EN.replace("\"save\": \"Save\", ", "");
        assert_eq!(problems(ZH, &en, CODE, BINDINGS), ["ui/locales/en.json: common.save is missing"]);
    }

    #[test]
    fn another_placeholder_fails() {
        let en = EN.replace("{{count}}", "{{number}}");
        let found = problems(ZH, &en, CODE, BINDINGS);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("ui/locales: common.count has placeholders"));
    }

    #[test]
    fn an_error_code_without_words_fails_and_so_do_words_without_a_code() {
        let bindings = "export type ErrorCode = \"not_found\" | \"not_allowed\";";
        assert_eq!(
            problems(ZH, EN, CODE, bindings),
            ["errors.not_allowed is missing: the contract has the code"]
        );
        let (zh, en) = (ZH.replace("not_found", "lost"), EN.replace("not_found", "lost"));
        assert_eq!(problems(&zh, &en, CODE, BINDINGS).len(), 2);
    }

    #[test]
    fn the_other_languages_text_fails() {
        assert_eq!(problems(&ZH.replace("保存", "Save it"), EN, CODE, BINDINGS).len(), 1);
        assert_eq!(problems(ZH, &EN.replace("Save", "保存"), CODE, BINDINGS).len(), 1);
        assert!(problems(&ZH.replace("保存", "XLSX"), EN, CODE, BINDINGS).is_empty());
    }

    #[test]
    fn a_key_that_nothing_uses_or_nobody_wrote_fails() {
        assert_eq!(
            problems(ZH, EN, &CODE.replace("common.save", "common.count"), BINDINGS),
            ["common.save is used nowhere"]
        );
        let code = format!("{CODE} t(\"common.delete\");");
        assert_eq!(problems(ZH, EN, &code, BINDINGS), ["common.delete is used and in no words file"]);
    }

    #[test]
    fn words_in_code_fail_but_not_in_comments() {
        let code = format!("{CODE}\n<b>保存</b>");
        assert_eq!(problems(ZH, EN, &code, BINDINGS), ["ui/src/app/A.tsx: words in code: <b>保存</b>"]);
        assert!(problems(ZH, EN, &format!("{CODE} // 保存\n/* 保存 */"), BINDINGS).is_empty());
    }

    #[test]
    fn guides_have_the_same_parts_in_both_languages() {
        let (_kept, repo) = tree(&[
            (
                "ui/locales/help/zh-CN.json",
                r#"{"login": {"title": "登录", "aliases": "denglu", "body": [{"p": "一"}]}}"#,
            ),
            (
                "ui/locales/help/en.json",
                r#"{"login": {"title": "Sign in", "aliases": "login", "body": [{"h": "One"}]}}"#,
            ),
        ]);
        assert_eq!(check(&repo).unwrap().problems.len(), 2);
    }
}
