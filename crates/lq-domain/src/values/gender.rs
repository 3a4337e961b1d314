//! Gender (性别), as on the identity document.

super::choice::choice! {
    /// The gender on a person's identity document.
    Gender {
        /// 男
        Male => "male" | "m" | "男" | "男性" | "先生" | "man" | "1",
        /// 女
        Female => "female" | "f" | "女" | "女性" | "女士" | "woman" | "2",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::ValueProblem;

    #[test]
    fn codes_and_the_usual_words_are_read() {
        for typed in ["male", "Male", "男", " 男 ", "Ｍ", "1"] {
            assert_eq!(Gender::parse(typed), Ok(Gender::Male), "{typed}");
        }
        assert_eq!(Gender::parse("女"), Ok(Gender::Female));
        assert_eq!(Gender::parse("未知"), Err(ValueProblem::ChoiceUnknown));
        assert_eq!(serde_json::to_string(&Gender::Female).unwrap(), "\"female\"");
    }
}
