//! A server's address as a person types it.

use crate::error::SyncError;
use reqwest::Url;
use std::net::IpAddr;

/// The canonical form of a typed address: scheme, host, port, and a path if there is one; no slash at the end.
///
/// Without a scheme it is HTTPS, on this machine itself HTTP.
///
/// # Errors
/// [`SyncError::Address`] when it is no address, holds a password or a query, or is plain HTTP to another machine.
pub fn canonical(typed: &str) -> Result<String, SyncError> {
    let typed = typed.trim();
    let url = if typed.contains("://") {
        Url::parse(typed).map_err(|_| SyncError::Address)?
    } else {
        let secure = Url::parse(&format!("https://{typed}")).map_err(|_| SyncError::Address)?;
        if is_loopback(&secure) {
            Url::parse(&format!("http://{typed}")).map_err(|_| SyncError::Address)?
        } else {
            secure
        }
    };
    let plain = !url.username().is_empty() || url.password().is_some() || url.query().is_some();
    match url.scheme() {
        _ if plain || url.host_str().is_none() || url.fragment().is_some() => Err(SyncError::Address),
        "https" => Ok(trimmed(&url)),
        "http" if is_loopback(&url) => Ok(trimmed(&url)),
        _ => Err(SyncError::Address),
    }
}

fn trimmed(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// Whether the address never leaves this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f4_1_plain_http_stays_on_this_machine() {
        assert_eq!(canonical(" crm.bank.example:8443/ ").unwrap(), "https://crm.bank.example:8443");
        assert_eq!(canonical("127.0.0.1:7400").unwrap(), "http://127.0.0.1:7400");
        assert_eq!(canonical("http://[::1]:7400").unwrap(), "http://[::1]:7400");
        assert_eq!(canonical("https://crm.bank.example/lq/").unwrap(), "https://crm.bank.example/lq");
        for wrong in [
            "http://crm.bank.example",
            "http://127.0.0.1.evil.example",
            "ftp://localhost",
            "https://user:word@crm.bank.example",
            "crm bank",
            "",
        ] {
            assert_eq!(canonical(wrong).unwrap_err().code().as_str(), "server_address", "{wrong}");
        }
    }
}
