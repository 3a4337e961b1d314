//! E-mail addresses.

use super::{problem::ValueProblem, text_value, typed};
use serde::{Deserialize, Serialize};

/// An e-mail address that mail can be sent to: one `@`, a local part, and a domain with a dot. The domain is in lower
/// case, the local part as typed (only its own server may say that case does not matter).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct Email(String);

text_value!(Email, Email::parse);

/// RFC 5321 section 4.5.3.1, and its erratum 1690 for the whole.
const MAX_LOCAL: usize = 64;
const MAX_WHOLE: usize = 254;
const MAX_LABEL: usize = 63;

impl Email {
    /// Reads an address as people write it. Quoted local parts and addresses of bare machines are refused: no
    /// customer has one, typing errors look like them.
    ///
    /// # Errors
    /// [`ValueProblem::EmailForm`].
    pub fn parse(typed: &str) -> Result<Self, ValueProblem> {
        let plain = typed::plain(typed);
        let address = plain.strip_prefix("mailto:").unwrap_or(&plain);
        let (local, domain) = address.rsplit_once('@').ok_or(ValueProblem::EmailForm)?;
        // The ideographic full stop that a Chinese keyboard gives; domain names treat it as a dot (RFC 3490).
        let domain = domain.replace('。', ".").to_lowercase();
        if local_is_right(local) && domain_is_right(&domain) && local.len() + 1 + domain.len() <= MAX_WHOLE {
            Ok(Self(format!("{local}@{domain}")))
        } else {
            Err(ValueProblem::EmailForm)
        }
    }
}

fn local_is_right(local: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local.len() <= MAX_LOCAL && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(allowed))
}

fn domain_is_right(domain: &str) -> bool {
    let label_is_right = |label: &str| {
        (1..=MAX_LABEL).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let Some((_, top)) = domain.rsplit_once('.') else { return false };
    let top_is_right = top.chars().count() >= 2 && !top.bytes().all(|b| b.is_ascii_digit());
    top_is_right && domain.split('.').all(label_is_right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_the_domain_is_lowered() {
        for (typed, stored) in [
            ("a@x.com", "a@x.com"),
            (" Li.Ming+bank@Example.COM.CN ", "Li.Ming+bank@example.com.cn"),
            ("ｚｈａｎｇ＠ｑｑ．ｃｏｍ", "zhang@qq.com"),
            ("zhang@qq。com", "zhang@qq.com"),
            ("用户@例子.中国", "用户@例子.中国"),
        ] {
            assert_eq!(Email::parse(typed).map(String::from), Ok(stored.to_owned()), "{typed}");
        }
    }

    #[test]
    fn what_no_mail_reaches_is_refused() {
        for typed in [
            "",
            "a",
            "@x.com",
            "a@",
            "a@x",
            "a@@x.com",
            "a b@x.com",
            ".a@x.com",
            "a..b@x.com",
            "a.@x.com",
            "a@x..com",
            "a@-x.com",
            "a@x-.com",
            "a@x.c",
            "a@127.0.0.1",
            "a@x_y.com",
            "a@b@c.com",
            "<a@x.com>",
        ] {
            assert_eq!(Email::parse(typed), Err(ValueProblem::EmailForm), "{typed}");
        }
        assert!(Email::parse(&format!("{}@x.com", "a".repeat(65))).is_err());
        assert!(Email::parse(&format!("a@{}.com", "x".repeat(64))).is_err());
    }
}
