//! HTTPS with certificates of the bank's own authority, made anew for each test by the openssl program.

use crate::bank::{Bank, Device, LOGIN, PASSWORD};
use lq_client::contract::session::{Phase, ProbeServer, SignIn};
use lq_domain::customers::Field;
use lq_protocol::error::ErrorCode;
use lq_server::Tls;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// For whom a certificate is: the address that the tests serve on.
const HERE: &str = "IP:127.0.0.1";

/// A certificate authority in a folder.
struct Authority(TempDir);

fn openssl(folder: &Path, words: &str) {
    let done = Command::new("openssl").current_dir(folder).args(words.split(' ')).output();
    let done = done.unwrap_or_else(|error| panic!("openssl (cargo xtask setup installs it): {error}"));
    assert!(done.status.success(), "openssl {words}: {}", String::from_utf8_lossy(&done.stderr));
}

impl Authority {
    fn new() -> Self {
        let authority = Self(tempfile::tempdir().unwrap());
        authority.extensions(
            "authority",
            "[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n",
        );
        openssl(
            authority.0.path(),
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -config authority.cnf -extensions ca -days 2 \
             -keyout authority.key -out authority.pem",
        );
        authority
    }

    /// Its own certificate, as the bank hands it out.
    fn pem(&self) -> PathBuf {
        self.0.path().join("authority.pem")
    }

    /// A certificate for a server.
    fn certify(&self, subject: &str) -> Tls {
        let name = subject.replace([':', '.'], "-");
        let usage = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth";
        self.extensions(&name, &format!("[server]\n{usage}\nsubjectAltName={subject}\n"));
        openssl(
            self.0.path(),
            &format!(
                "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -config {name}.cnf -keyout {name}.key -out {name}.csr"
            ),
        );
        openssl(
            self.0.path(),
            &format!(
                "x509 -req -in {name}.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -out {name}.pem \
                 -extfile {name}.cnf -extensions server"
            ),
        );
        let file = |kind: &str| self.0.path().join(format!("{name}.{kind}"));
        Tls { certificate: file("pem"), key: file("key") }
    }

    /// The machine's own openssl.cnf would add extensions of its own, so that ours stands alone.
    fn extensions(&self, name: &str, extensions: &str) {
        let text =
            format!("[req]\nprompt=no\ndistinguished_name=who\n[who]\nCN=Langqiao {name}\n{extensions}");
        std::fs::write(self.0.path().join(format!("{name}.cnf")), text).unwrap();
    }
}

/// What a client that trusts `authority` says to the bank's server, and that it keeps nothing of a server it refused.
async fn refused(bank: &Bank, authority: Option<PathBuf>) -> ErrorCode {
    let device = Device::trusting(bank, "desk", 9, authority);
    let probe = device.client.session_probe(ProbeServer { server: bank.url() }).await;
    let sign_in = SignIn { login: LOGIN.to_owned(), password: PASSWORD.to_owned(), server: Some(bank.url()) };
    let refused = device.client.session_sign_in(sign_in).await.unwrap_err().code();
    assert_eq!(probe.map(|server| server.name).unwrap_err().code(), refused);
    assert_eq!(device.client.session_state(()).await.unwrap().phase, Phase::FirstRun);
    refused
}

#[tokio::test]
async fn f4_1_the_authority_that_the_bank_handed_out_is_trusted_and_no_other() {
    let authority = Authority::new();
    let bank = Bank::secure(authority.certify(HERE)).await;
    assert!(bank.url().starts_with("https://"));
    let device = Device::trusting(&bank, "desk", 2, Some(authority.pem()));
    let server = device.client.session_probe(ProbeServer { server: bank.url() }).await.unwrap();
    assert_eq!(server.name, "示例银行");
    let sign_in = SignIn { login: LOGIN.to_owned(), password: PASSWORD.to_owned(), server: Some(bank.url()) };
    device.client.session_sign_in(sign_in).await.unwrap();
    device.add(&[(Field::Name, "张三")]).await;
    device.sync().await.unwrap();
    assert_eq!(device.state().await.pending, 0);

    assert_eq!(refused(&bank, None).await, ErrorCode::ServerCertificate);
    let other = Authority::new();
    assert_eq!(refused(&bank, Some(other.pem())).await, ErrorCode::ServerCertificate);
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("authority.pem");
    std::fs::write(&empty, "no certificate\n").unwrap();
    assert_eq!(refused(&bank, Some(empty)).await, ErrorCode::ServerCertificate);
}

#[tokio::test]
async fn f4_1_a_certificate_for_another_name_is_refused() {
    let authority = Authority::new();
    let bank = Bank::secure(authority.certify("DNS:crm.bank.example")).await;
    assert_eq!(refused(&bank, Some(authority.pem())).await, ErrorCode::ServerCertificate);
}

#[tokio::test]
async fn f4_1_another_authority_behind_the_same_address_stops_the_exchange_and_loses_nothing() {
    let authority = Authority::new();
    let right = authority.certify(HERE);
    let mut bank = Bank::secure(right.clone()).await;
    let device = Device::trusting(&bank, "desk", 2, Some(authority.pem()));
    let sign_in = SignIn { login: LOGIN.to_owned(), password: PASSWORD.to_owned(), server: Some(bank.url()) };
    device.client.session_sign_in(sign_in).await.unwrap();
    device.sync().await.unwrap();

    bank.kill().await;
    let other = Authority::new();
    bank.certify(other.certify(HERE));
    bank.come_back().await;
    device.add(&[(Field::Name, "张三")]).await;
    assert_eq!(device.sync().await.unwrap_err().code(), ErrorCode::ServerCertificate);
    let state = device.state().await;
    assert_eq!((state.error, state.pending), (Some(ErrorCode::ServerCertificate), 1));

    bank.kill().await;
    bank.certify(right);
    bank.come_back().await;
    device.sync().await.unwrap();
    assert_eq!(device.state().await.pending, 0);
}
