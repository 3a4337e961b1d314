//! Anchors: ends of the audit's chains, signed with a key that does not lie in the database, and kept outside of it, too.
//!
//! Whoever writes into the database can write a whole chain anew. He can't sign its end, nor take an anchor out of a file that was
//! copied to where nothing is overwritten.

use crate::app::App;
use crate::db::audits_anchors;
use crate::error::ServerError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lq_domain::clock::{Random, Timestamp};
use lq_protocol::audit::hex;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval, timeout};
use uuid::Uuid;
use zeroize::Zeroizing;

/// What comes before the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410, section 7).
const PKCS8: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
/// How long the last anchoring of a server that stops may take.
const LAST: Duration = Duration::from_secs(10);

/// The end of a chain, signed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Whose chain; the nil id is the bank's own.
    pub branch: Uuid,
    /// The position of its last entry.
    pub position: u64,
    /// The hash of that entry.
    #[serde(with = "base64_text")]
    pub hash: Vec<u8>,
    /// When it was signed, UTC milliseconds.
    pub at: Timestamp,
    /// The public key.
    #[serde(with = "base64_text")]
    pub key: Vec<u8>,
    /// Ed25519 over all of it.
    #[serde(with = "base64_text")]
    pub signature: Vec<u8>,
}

impl Anchor {
    /// What is signed: begins with what it is, so that no signature over anything else can be taken for it.
    fn text(&self) -> String {
        let Self { branch, position, hash, at, .. } = self;
        format!("langqiao audit anchor 1\n{branch}\n{position}\n{}\n{}\n", hex(hash), at.0)
    }

    /// Whether one of these keys signed it.
    pub(crate) fn holds(&self, keys: &[PublicKey]) -> bool {
        keys.iter().any(|key| key.0 == self.key)
            && UnparsedPublicKey::new(&ED25519, &self.key)
                .verify(self.text().as_bytes(), &self.signature)
                .is_ok()
    }
}

mod base64_text {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD.decode(text).map_err(|_| de::Error::custom("not base64"))
    }
}

/// The key that verifies anchors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(Vec<u8>);

impl PublicKey {
    /// Reads base64 text of 32 bytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        STANDARD.decode(text.trim()).ok().filter(|bytes| bytes.len() == 32).map(Self)
    }
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&STANDARD.encode(&self.0))
    }
}

/// The key that signs anchors.
#[derive(Clone)]
pub struct AnchorKey(Arc<Ed25519KeyPair>);

impl std::fmt::Debug for AnchorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AnchorKey(…)")
    }
}

impl AnchorKey {
    /// Makes a key and writes it into a new file, which its owner alone may read: PKCS#8 in PEM.
    ///
    /// # Errors
    /// [`ServerError::Io`] when the file is there already, or can't be written.
    pub fn make(file: &Path, random: &dyn Random) -> Result<Self, ServerError> {
        let mut der = Zeroizing::new([0_u8; 48]);
        let (head, seed) = der.split_at_mut(PKCS8.len());
        head.copy_from_slice(&PKCS8);
        random.fill(seed);
        let key = Self::from_der(der.as_ref())?;
        let pem =
            Zeroizing::new(format!("{BEGIN}\n{}\n{END}\n", *Zeroizing::new(STANDARD.encode(der.as_ref()))));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(file)?;
        file.write_all(pem.as_bytes())?;
        file.sync_all()?;
        Ok(key)
    }

    /// Reads a key's file.
    ///
    /// # Errors
    /// [`ServerError::AuditKey`] when others than its owner may read it, or it holds no such key.
    pub fn read(path: &Path) -> Result<Self, ServerError> {
        let mut file = File::open(path)?;
        #[cfg(unix)]
        if std::os::unix::fs::PermissionsExt::mode(&file.metadata()?.permissions()) & 0o077 != 0 {
            return Err(ServerError::AuditKey("others may use its file, which should have mode 0600"));
        }
        let mut pem = Zeroizing::new(String::new());
        file.read_to_string(&mut pem)?;
        let no_key = ServerError::AuditKey("its file holds no Ed25519 key (PKCS#8 in PEM)");
        let Some(text) = pem.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END)) else {
            return Err(no_key);
        };
        let text: Zeroizing<String> = Zeroizing::new(text.split_ascii_whitespace().collect());
        let der = Zeroizing::new(STANDARD.decode(text.as_bytes()).map_err(|_| no_key)?);
        Self::from_der(&der)
    }

    fn from_der(der: &[u8]) -> Result<Self, ServerError> {
        // Other programs add the public key, which makes another version of the format.
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der)
            .map_err(|_| ServerError::AuditKey("its file holds no Ed25519 key (PKCS#8 in PEM)"))?;
        Ok(Self(Arc::new(pair)))
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.public_key().as_ref().to_vec())
    }

    /// Signs the end of a chain.
    #[must_use]
    pub fn sign(&self, branch: Uuid, position: u64, hash: Vec<u8>, at: Timestamp) -> Anchor {
        let mut anchor = Anchor { branch, position, hash, at, key: self.public().0, signature: Vec::new() };
        anchor.signature = self.0.sign(anchor.text().as_bytes()).as_ref().to_vec();
        anchor
    }
}

/// With which key, into which file, and how often the ends of chains are anchored.
#[derive(Debug, Clone)]
pub struct Anchoring {
    /// The key.
    pub key: AnchorKey,
    /// One line of JSON for each anchor; only added to. Several processes may share it.
    pub file: PathBuf,
    /// How often.
    pub every: Duration,
}

/// Signs the end of each chain that has grown since it was anchored last; how many. The file has it before the table: of what is in the table only,
/// one may say that it was taken out of the file.
///
/// # Errors
/// [`ServerError::Io`] when the file can't be written, or what the database says: then nothing is in the table.
pub async fn anchor(app: &App, anchoring: &Anchoring) -> Result<usize, ServerError> {
    let mut tx = app.db().begin().await?;
    audits_anchors::lock(&mut tx).await?;
    let (behind, grown): (Vec<_>, Vec<_>) =
        audits_anchors::changed(&mut tx).await?.into_iter().partition(|head| head.behind);
    for head in behind {
        // To sign it would make true what somebody did to it.
        tracing::error!(branch = %head.branch, position = head.position, "the audit ends before its last anchor");
    }
    if grown.is_empty() {
        return Ok(0);
    }
    let now = app.now();
    let anchors: Vec<Anchor> = grown
        .into_iter()
        .map(|head| anchoring.key.sign(head.branch, head.position, head.hash, now))
        .collect();
    let (file, lines) = (anchoring.file.clone(), lines(&anchors)?);
    tokio::task::spawn_blocking(move || append(&file, &lines)).await.map_err(std::io::Error::other)??;
    for anchor in &anchors {
        audits_anchors::insert(&mut tx, anchor).await?;
    }
    tx.commit().await?;
    Ok(anchors.len())
}

fn lines(anchors: &[Anchor]) -> Result<Vec<u8>, ServerError> {
    let mut lines = Vec::new();
    for anchor in anchors {
        serde_json::to_writer(&mut lines, anchor).map_err(std::io::Error::other)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

/// Adds lines to the file, in one piece, and waits until the disk has them.
fn append(path: &Path, lines: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    // Let go when the file closes.
    file.lock()?;
    let mut text = Vec::with_capacity(lines.len() + 1);
    if file.metadata()?.len() > 0 {
        file.seek(SeekFrom::End(-1))?;
        let mut end = [0];
        file.read_exact(&mut end)?;
        if end != *b"\n" {
            // A process ended in the middle of a line: it must not spoil the next.
            text.push(b'\n');
        }
    }
    text.extend_from_slice(lines);
    file.write_all(&text)?;
    file.sync_data()
}

/// Anchors now and then, until it is dropped.
pub(crate) async fn keep(app: App, anchoring: Anchoring) {
    let mut turns = interval(anchoring.every);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        tell(anchor(&app, &anchoring).await);
    }
}

/// Anchors what is there when a server stops.
pub(crate) async fn last(app: &App, anchoring: &Anchoring) {
    let done = timeout(LAST, anchor(app, anchoring)).await;
    tell(done.unwrap_or_else(|_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into())));
}

fn tell(done: Result<usize, ServerError>) {
    match done {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "ends of the audit anchored"),
        Err(error) => tracing::error!(%error, "the ends of the audit could not be anchored"),
    }
}
