//! How much investment risk a customer may take (features.md X18, R24).

super::choice::choice! {
    /// Risk tolerance of a customer, from the questionnaire; C1 the lowest. Ordered.
    RiskGrade {
        /// 保守型
        C1 => "C1" | "c1" | "保守型" | "谨慎型" | "c1保守型" | "1",
        /// 稳健型
        C2 => "C2" | "c2" | "稳健型" | "c2稳健型" | "2",
        /// 平衡型
        C3 => "C3" | "c3" | "平衡型" | "c3平衡型" | "3",
        /// 成长型
        C4 => "C4" | "c4" | "成长型" | "积极型" | "c4成长型" | "4",
        /// 进取型
        C5 => "C5" | "c5" | "进取型" | "激进型" | "c5进取型" | "5",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_are_read_and_ordered() {
        assert_eq!(RiskGrade::parse("c3"), Ok(RiskGrade::C3));
        assert_eq!(RiskGrade::parse("Ｃ５"), Ok(RiskGrade::C5));
        assert_eq!(RiskGrade::parse("稳健型"), Ok(RiskGrade::C2));
        assert!(RiskGrade::parse("C6").is_err());
        assert!(RiskGrade::C1 < RiskGrade::C5);
        assert_eq!(RiskGrade::ALL.iter().map(|g| g.as_str()).collect::<String>(), "C1C2C3C4C5");
        assert_eq!(serde_json::to_string(&RiskGrade::C4).unwrap(), "\"C4\"");
    }
}
