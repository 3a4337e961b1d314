//! What fuzzing calls inside this crate; see `lq_testkit::fuzz`.

use crate::http::customers::CustomerChange;
use crate::session::{canonical_login, read_token};
use crate::{admin, events};
use lq_protocol::session::{ParametersRequest, PasswordRequest, RefreshRequest, SignInRequest};
use lq_protocol::sync::PullRequest;
use serde::de::DeserializeOwned;

/// The body of a request to any route, as far as no database is needed. What is pushed is among the messages of
/// `lq_testkit::fuzz`.
pub fn bodies(bytes: &[u8]) {
    if let Some(request) = read::<ParametersRequest>(bytes) {
        let _ = canonical_login(&request.login);
    }
    if let Some(request) = read::<RefreshRequest>(bytes) {
        let _ = read_token(&request.refresh_token);
    }
    if let Some(change) = read::<CustomerChange>(bytes) {
        change.examine();
    }
    let _ = (read::<SignInRequest>(bytes), read::<PasswordRequest>(bytes), read::<PullRequest>(bytes));
    admin::examine(bytes);
}

/// What the database tells, and tokens and logins outside any JSON.
///
/// # Panics
/// When the canonical form of a login has another one.
pub fn told(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = (events::read(text), read_token(text));
    let login = canonical_login(text);
    assert_eq!(canonical_login(&login), login, "another login in its canonical form");
}

/// What other systems deliver: tables, lines with columns at fixed bytes, statements, JSON.
pub fn deliveries(bytes: &[u8]) {
    crate::intake::examine(bytes);
}

pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lq_testkit::fuzz::around;

    #[test]
    fn no_body_makes_the_server_fail() {
        let seeds: [&[u8]; 5] = [
            br#"{"login":"li.na","secret":"AAAA","device":"00000000-0000-0000-0000-000000000001","device_name":"x"}"#,
            br#"{"device":"00000000-0000-0000-0000-000000000001","refresh_token":"AAAAAAAAAAAAAAAAAAAAAAAA"}"#,
            br#"{"revision":1,"fields":{"mobile":"13812345678","notes":""},"reason":null}"#,
            br#"{"login":"wang.wu","name":"x","role":"manager","branch":"00000000-0000-0000-0000-000000000001",
                "password":{"secret":"AAAA","kdf":{"salt":"BwcHBwcHBwcHBwcHBwcHBw==","memory_kib":8192,"passes":1,"lanes":1}}}"#,
            br#"{"name":"x","parent":null,"disabled":true}"#,
        ];
        around(&seeds, 3_000, bodies);
    }

    #[test]
    fn no_delivery_makes_the_server_fail() {
        let seeds: [&[u8]; 5] = [
            "账号,流水号,交易时间,金额,借贷\n6217,1,2026-11-25 09:00,12.50,贷\n".as_bytes(),
            "account|holder|kind|balance\n6217|11010119900307001X|deposit|1e3\n".as_bytes(),
            b"account:1-6,reference:7-10,booked_at:11-18,amount:19-26\n6217  0001202611250000012.50",
            br#"{"rows":[{"account":"6217","reference":"1","booked_at":"2026-11-25","amount":"-0.01"}]}"#,
            br#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id><Othr><Id>6217</Id></Othr></Id></Acct>
                <Ntry><Amt Ccy="CNY">12.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-25</Dt></BookgDt>
                <AcctSvcrRef>1</AcctSvcrRef></Ntry></Stmt></BkToCstmrStmt></Document>"#,
        ];
        around(&seeds, 3_000, deliveries);
    }

    #[test]
    fn nothing_told_makes_the_server_fail() {
        around(
            &[b"branch:00000000-0000-0000-0000-000000000001|7", b"bank|-1", b" \xC4\xB0.Na "],
            5_000,
            told,
        );
    }
}
