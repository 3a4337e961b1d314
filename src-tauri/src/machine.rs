//! How this computer is called.

/// How this computer is called in the server's list of devices.
pub(crate) fn name() -> String {
    let told = ["COMPUTERNAME", "HOSTNAME"].iter().find_map(|name| std::env::var(name).ok());
    let kept = || std::fs::read_to_string("/etc/hostname").ok();
    told.or_else(kept)
        .map(|name| name.trim().chars().take(64).collect::<String>())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| std::env::consts::OS.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_computer_has_a_name() {
        assert!(!name().is_empty());
    }
}
