//! What people really type and paste where a number or a code belongs.

use unicode_normalization::UnicodeNormalization;

/// `typed` in plain characters: full-width letters, digits and signs become ordinary ones (NFKC), dashes of every kind
/// become `-`, white space of every kind becomes one kind, and the invisible marks that come along when a number is
/// copied out of a contact list or a web page are dropped. Both ends are trimmed.
pub(super) fn plain(typed: &str) -> String {
    let kept: String = typed.nfkc().filter(|c| !is_invisible(*c)).map(plain_char).collect();
    let trimmed = kept.trim();
    if trimmed.len() == kept.len() { kept } else { trimmed.to_owned() }
}

/// [`plain`] without any white space or `-`, and in capitals: for codes that people group as they like.
pub(super) fn code(typed: &str) -> String {
    plain(typed).chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase).collect()
}

/// Whether the character shows nothing and takes no room.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

fn plain_char(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_dashes_and_hidden_marks_become_plain() {
        assert_eq!(plain("\u{202D}１３８\u{3000}1234—5678\u{202C} "), "138 1234-5678");
        assert_eq!(code(" 1101 0519-4912 3100 2ｘ"), "11010519491231002X");
    }
}
