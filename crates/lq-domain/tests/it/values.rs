//! Values against naughty strings: whatever is typed is kept as it is or refused with a reason, and nothing panics.

use crate::shared;
use chrono::NaiveDate;
use lq_domain::values::{
    BirthDate, DocumentExpiry, DocumentNumber, DocumentType, Email, FreeText, Gender, Mobile, Money, Name,
    Phone, ResidentId, RiskGrade, Uscc, ValueProblem,
};
use lq_domain::{divisions, masking, pinyin};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

fn naughty() -> Vec<String> {
    let text = std::fs::read_to_string(shared("badinput/blns.json")).unwrap();
    let strings: Vec<String> = serde_json::from_str(&text).unwrap();
    assert!(strings.len() > 400, "{}", strings.len());
    strings
}

#[test]
fn s1_1_a_naughty_name_is_kept_as_typed() {
    let mut kept = 0;
    for typed in naughty() {
        match Name::parse(&typed) {
            Ok(name) => {
                assert_eq!(name.as_str(), typed.trim());
                assert_eq!(
                    serde_json::from_str::<Name>(&serde_json::to_string(&name).unwrap()).unwrap(),
                    name
                );
                kept += 1;
            }
            Err(ValueProblem::TextLength { max }) => assert!(typed.trim().chars().count() > max),
            Err(problem) => {
                let is_blank = !typed.chars().any(|c| c.is_alphanumeric() || c.is_ascii_graphic());
                assert!(problem == ValueProblem::TextBlank && is_blank, "{typed:?} {problem}");
            }
        }
    }
    assert!(kept > 450, "{kept}");
}

#[test]
fn s1_1_a_naughty_note_is_untouched() {
    for typed in naughty() {
        assert_eq!(FreeText::parse(&typed).unwrap().as_str(), typed);
    }
}

#[test]
fn s1_1_no_string_makes_a_parser_panic_or_a_wrong_canonical_form() {
    for typed in naughty() {
        if let Ok(mobile) = Mobile::parse(&typed) {
            assert_eq!(Mobile::parse(mobile.as_str()), Ok(mobile));
        }
        if let Ok(phone) = Phone::parse(&typed) {
            assert_eq!(Phone::parse(phone.as_str()), Ok(phone));
        }
        if let Ok(email) = Email::parse(&typed) {
            assert_eq!(Email::parse(email.as_str()), Ok(email));
        }
        if let Ok(money) = Money::parse(&typed) {
            assert_eq!(Money::parse(&money.canonical()), Ok(money));
        }
        if let Ok(birth) = BirthDate::parse(&typed, today()) {
            assert_eq!(BirthDate::parse(&birth.canonical(), today()), Ok(birth));
        }
        for kind in DocumentType::ALL {
            if let Ok(number) = DocumentNumber::parse(*kind, &typed, today()) {
                assert_eq!(DocumentNumber::parse(*kind, number.as_str(), today()), Ok(number));
            }
        }
        let refused = [
            ResidentId::parse(&typed, today()).is_err(),
            Uscc::parse(&typed).is_err(),
            DocumentExpiry::parse(&typed).is_err(),
            DocumentType::parse(&typed).is_err(),
        ];
        assert_eq!(refused, [true; 4], "{typed:?}");
        // These words are in use for choices too; reading one must only not fail badly.
        let _ = (Gender::parse(&typed), RiskGrade::parse(&typed));
    }
}

#[test]
fn x16_every_naughty_name_has_keys_and_masks() {
    for typed in naughty() {
        let keys = pinyin::search_keys(&typed);
        assert_eq!(pinyin::normalise(&keys.name), keys.name, "{typed:?}");
        assert!(keys.readings().len() <= 8);
        assert_eq!(divisions::find(&typed), None, "{typed:?}");
        for masked in [masking::mobile(&typed), masking::document_number(&typed), masking::email(&typed)] {
            let shows_all = masked == typed && typed.chars().any(char::is_alphanumeric);
            assert!(!shows_all, "{typed:?}");
        }
    }
}
