//! What headers and choices are called in files, and the way back.

use lq_domain::customers::Field;

/// The language of a file's headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The language with this tag.
    pub(crate) fn parse(tag: &str) -> Option<Self> {
        match tag {
            "zh-CN" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    const fn of(self, words: (&'static str, &'static str)) -> &'static str {
        match self {
            Self::Chinese => words.0,
            Self::English => words.1,
        }
    }
}

const ID: (&str, &str) = ("客户编号", "Customer ID");

const fn header_words(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::Kind => ("客户类型", "Kind"),
        Field::Name => ("姓名", "Name"),
        Field::Gender => ("性别", "Gender"),
        Field::BirthDate => ("出生日期", "Date of birth"),
        Field::DocumentType => ("证件类型", "Document"),
        Field::DocumentNumber => ("证件号码", "Document number"),
        Field::DocumentExpiry => ("证件有效期", "Document valid until"),
        Field::Uscc => ("统一社会信用代码", "Social credit code"),
        Field::Mobile => ("手机", "Mobile"),
        Field::Phones => ("其他电话", "Other phones"),
        Field::Email => ("邮箱", "E-mail"),
        Field::Division => ("所在地区", "Area"),
        Field::Address => ("详细地址", "Address"),
        Field::Occupation => ("职业", "Occupation"),
        Field::Employer => ("工作单位", "Employer"),
        Field::Income => ("年收入", "Income a year"),
        Field::Assets => ("资产", "Assets"),
        Field::RiskGrade => ("风险等级", "Risk grade"),
        Field::Source => ("客户来源", "Source"),
        Field::Owner => ("管户经理", "Manager"),
        Field::Branch => ("所属机构", "Branch"),
        Field::Tags => ("标签", "Tags"),
        Field::Notes => ("备注", "Notes"),
        Field::Extra => ("其他信息", "Other information"),
    }
}

/// The words of choices; those of a risk grade are its code in both languages.
const CHOICES: &[(Field, &str, (&str, &str))] = &[
    (Field::Kind, "personal", ("个人", "Person")),
    (Field::Kind, "corporate", ("企业", "Company")),
    (Field::Gender, "male", ("男", "Male")),
    (Field::Gender, "female", ("女", "Female")),
    (Field::DocumentType, "resident_id", ("居民身份证", "Resident ID")),
    (Field::DocumentType, "passport", ("护照", "Passport")),
    (Field::DocumentType, "hk_macao_permit", ("港澳居民来往内地通行证", "Hong Kong and Macao permit")),
    (Field::DocumentType, "taiwan_permit", ("台湾居民来往大陆通行证", "Taiwan permit")),
    (
        Field::DocumentType,
        "foreign_permanent_residence",
        ("外国人永久居留身份证", "Foreign permanent resident ID"),
    ),
    (Field::DocumentType, "household_register", ("户口簿", "Household register")),
    (Field::DocumentType, "military", ("军人证件", "Military document")),
    (Field::DocumentType, "business_licence", ("营业执照", "Business licence")),
    (Field::DocumentType, "other", ("其他证件", "Other document")),
    (Field::DocumentExpiry, "long_term", ("长期", "Long-term")),
    (Field::Source, "counter", ("网点到访", "Counter")),
    (Field::Source, "referral", ("老客户介绍", "Referral")),
    (Field::Source, "campaign", ("营销活动", "Campaign")),
    (Field::Source, "online", ("线上申请", "Online")),
    (Field::Source, "visit", ("上门拜访", "Visit")),
    (Field::Source, "payroll", ("代发工资", "Payroll")),
    (Field::Source, "import", ("批量导入", "Import")),
    (Field::Source, "other", ("其他", "Other")),
];

/// The header of a field's column.
pub(crate) const fn header(field: Field, language: Language) -> &'static str {
    language.of(header_words(field))
}

/// The header of the column with the customers' ids.
pub(crate) const fn id_header(language: Language) -> &'static str {
    language.of(ID)
}

/// The field that a header of our own exports names, in either language. The importer tries it first.
pub(crate) fn field_of(name: &str) -> Option<Field> {
    let name = name.trim();
    let named = |field: &&Field| {
        let (chinese, english) = header_words(**field);
        name == chinese || name.eq_ignore_ascii_case(english)
    };
    Field::ALL.iter().find(named).copied()
}

/// Whether a header of our own exports names the column with the customers' ids. A row with the id of a customer that
/// exists is that customer's.
pub(crate) fn is_id(name: &str) -> bool {
    let name = name.trim();
    name == ID.0 || name.eq_ignore_ascii_case(ID.1)
}

/// How a choice's word is written.
pub(crate) fn choice(field: Field, word: &str, language: Language) -> Option<&'static str> {
    let written = CHOICES.iter().find(|(of, known, _)| *of == field && *known == word);
    written.map(|(_, _, words)| language.of(*words))
}

/// The word of a choice as our own exports write it, in either language.
pub(crate) fn word_of(field: Field, written: &str) -> Option<&'static str> {
    let written = written.trim();
    let fits = |words: (&str, &str)| words.0 == written || words.1.eq_ignore_ascii_case(written);
    CHOICES.iter().find(|(of, _, words)| *of == field && fits(*words)).map(|(_, word, _)| *word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lq_domain::customers::choices;

    #[test]
    fn f2_2_every_header_and_choice_reads_back_in_both_languages() {
        for language in [Language::Chinese, Language::English] {
            assert!(is_id(id_header(language)));
            for &field in Field::ALL {
                assert_eq!(field_of(header(field, language)), Some(field));
                assert!(!is_id(header(field, language)));
                for word in choices(field).iter().filter(|_| field != Field::RiskGrade) {
                    let written = choice(field, word, language);
                    assert_eq!(written.and_then(|text| word_of(field, text)), Some(*word), "{word}");
                }
            }
        }
        assert_eq!(field_of("客户经理手记"), None);
    }

    #[test]
    fn f2_2_files_and_screens_use_the_same_words() {
        for (tag, language) in [("zh-CN", Language::Chinese), ("en", Language::English)] {
            let path = format!("{}/../../ui/locales/{tag}.json", env!("CARGO_MANIFEST_DIR"));
            let words: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            let words = &words["customers"];
            for field in Field::ALL {
                assert_eq!(words["fields"][field.as_str()], header(*field, language));
            }
            for (field, word, written) in CHOICES.iter().filter(|(field, ..)| *field != Field::DocumentExpiry)
            {
                assert_eq!(words[format!("word_{}", field.as_str())][word], language.of(*written), "{word}");
            }
        }
    }
}
