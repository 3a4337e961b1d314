//! What an account is (features.md X5).

super::choice::choice! {
    /// What a customer holds with the bank, or owes it.
    AccountKind {
        /// 活期: money that can be taken out at any time.
        Current => "current" | "活期" | "活期存款" | "活期账户",
        /// 定期: money put away until a day.
        Term => "term" | "定期" | "定期存款" | "大额存单",
        /// 理财: a wealth product.
        Wealth => "wealth" | "理财" | "理财产品",
        /// 基金: a fund.
        Fund => "fund" | "基金",
        /// 保险: an insurance policy, by its cash value.
        Insurance => "insurance" | "保险",
        /// 贷款: money owed; its balance is negative.
        Loan => "loan" | "贷款",
        /// 信用卡: a credit card; what is owed on it is negative.
        Card => "card" | "信用卡" | "贷记卡",
    }
}

impl AccountKind {
    /// Whether the account is an asset of its customer that counts into AUM. What is owed does not.
    #[must_use]
    pub const fn is_asset(self) -> bool {
        !matches!(self, AccountKind::Loan | AccountKind::Card)
    }

    /// Whether its balance is what it is worth by the market, so that it changes without anything being booked.
    #[must_use]
    pub const fn is_valued(self) -> bool {
        matches!(self, AccountKind::Wealth | AccountKind::Fund | AccountKind::Insurance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_by_code_and_by_the_banks_words() {
        assert_eq!(AccountKind::parse("活期存款"), Ok(AccountKind::Current));
        assert_eq!(AccountKind::parse("Loan"), Ok(AccountKind::Loan));
        assert!(AccountKind::parse("存折").is_err());
    }

    #[test]
    fn x5_what_is_owed_is_no_asset() {
        let assets: Vec<&str> =
            AccountKind::ALL.iter().filter(|kind| kind.is_asset()).map(|kind| kind.as_str()).collect();
        assert_eq!(assets, ["current", "term", "wealth", "fund", "insurance"]);
    }
}
