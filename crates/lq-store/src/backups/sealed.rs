//! Content in sealed chunks: AES-256-GCM, each chunk under its number and whether it is the last (the STREAM construction of
//! Hoang, Reyhanitabar, Rogaway and Vizár, 2015), so that none can be changed, left out, moved or cut off unseen.

use super::BackupKey;
use crate::error::StoreError;
use crate::key::cipher;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce};
use ring::hkdf::{HKDF_SHA256, Salt};
use std::io::{self, ErrorKind, Read, Write};
use zeroize::{Zeroize, Zeroizing};

/// Bytes of content in a chunk; only the last one has fewer.
const CHUNK: usize = 64 * 1024;

/// Seals or opens one chunk after the other.
struct Chunks {
    key: LessSafeKey,
    /// The header's hash.
    bound_to: [u8; 32],
    number: u64,
}

impl Chunks {
    fn new(key: &BackupKey, salt: &[u8], bound_to: [u8; 32]) -> Result<Self, StoreError> {
        let mut own = Zeroizing::new([0; 32]);
        Salt::new(HKDF_SHA256, salt)
            .extract(&key.0)
            .expand(&[b"langqiao backup 1"], HKDF_SHA256)
            .and_then(|okm| okm.fill(own.as_mut()))
            .map_err(|_| StoreError::BackupDamaged)?;
        Ok(Self { key: cipher(&own)?, bound_to, number: 0 })
    }

    /// The nonce is the chunk's number with the mark of the last one: the key is used for one file only.
    fn nonce(&mut self, last: bool) -> Nonce {
        let mut bytes = [0; NONCE_LEN];
        bytes[3..11].copy_from_slice(&self.number.to_be_bytes());
        bytes[11] = u8::from(last);
        self.number += 1;
        Nonce::assume_unique_for_key(bytes)
    }

    fn seal(&mut self, chunk: &mut Vec<u8>, last: bool) -> io::Result<()> {
        let nonce = self.nonce(last);
        self.key
            .seal_in_place_append_tag(nonce, Aad::from(self.bound_to), chunk)
            .map_err(|_| ErrorKind::InvalidData.into())
    }

    /// How many bytes of content the chunk has; they stand at its beginning.
    fn open(&mut self, chunk: &mut [u8], last: bool) -> io::Result<usize> {
        let nonce = self.nonce(last);
        let opened = self.key.open_in_place(nonce, Aad::from(self.bound_to), chunk);
        opened.map(|content| content.len()).map_err(|_| ErrorKind::InvalidData.into())
    }
}

/// Seals what is written to it. What [`SealedWriter::finish`] has not ended can't be read back.
pub(super) struct SealedWriter<W: Write> {
    inner: W,
    chunks: Chunks,
    waiting: Vec<u8>,
}

impl<W: Write> SealedWriter<W> {
    pub(super) fn new(
        inner: W,
        key: &BackupKey,
        salt: &[u8],
        bound_to: [u8; 32],
    ) -> Result<Self, StoreError> {
        let waiting = Vec::with_capacity(CHUNK + AES_256_GCM.tag_len());
        Ok(Self { inner, chunks: Chunks::new(key, salt, bound_to)?, waiting })
    }

    /// Writes the last chunk.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.put(true)?;
        Ok(self.inner)
    }

    fn put(&mut self, last: bool) -> io::Result<()> {
        self.chunks.seal(&mut self.waiting, last)?;
        self.inner.write_all(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits until something follows it: only then it is not the last.
        if self.waiting.len() == CHUNK {
            self.put(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.waiting.len());
        self.waiting.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Opens what a [`SealedWriter`] wrote. [`ErrorKind::InvalidData`] for anything else.
pub(super) struct SealedReader<R: Read> {
    inner: R,
    chunks: Chunks,
    /// The sealed bytes that were read ahead.
    ahead: Vec<u8>,
    content: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> SealedReader<R> {
    pub(super) fn new(
        inner: R,
        key: &BackupKey,
        salt: &[u8],
        bound_to: [u8; 32],
    ) -> Result<Self, StoreError> {
        let chunks = Chunks::new(key, salt, bound_to)?;
        Ok(Self { inner, chunks, ahead: Vec::new(), content: Vec::new(), at: 0, ended: false })
    }

    fn next(&mut self) -> io::Result<()> {
        // One byte more than a chunk tells whether another one follows.
        let whole = CHUNK + AES_256_GCM.tag_len();
        let mut sealed = std::mem::take(&mut self.ahead);
        let missing = (whole + 1).saturating_sub(sealed.len()) as u64;
        self.inner.by_ref().take(missing).read_to_end(&mut sealed)?;
        self.ended = sealed.len() <= whole;
        if !self.ended {
            self.ahead = sealed.split_off(whole);
        }
        let length = self.chunks.open(&mut sealed, self.ended)?;
        sealed.truncate(length);
        self.content.zeroize();
        self.content = sealed;
        self.at = 0;
        Ok(())
    }
}

impl<R: Read> Read for SealedReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.at == self.content.len() {
            if self.ended {
                return Ok(0);
            }
            self.next()?;
        }
        let given = bytes.len().min(self.content.len() - self.at);
        bytes[..given].copy_from_slice(&self.content[self.at..self.at + given]);
        self.at += given;
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: [u8; 32] = [3; 32];

    fn sealed(content: &[u8]) -> Vec<u8> {
        let mut writer = SealedWriter::new(Vec::new(), &BackupKey::from([1; 32]), &SALT, [2; 32]).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap()
    }

    fn opened(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut reader = SealedReader::new(bytes, &BackupKey::from([1; 32]), &SALT, [2; 32]).unwrap();
        let mut content = Vec::new();
        reader.read_to_end(&mut content).map(|_| content)
    }

    #[test]
    fn content_of_any_length_comes_back() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let content: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
            assert_eq!(opened(&sealed(&content)).unwrap(), content, "{length}");
        }
    }

    #[test]
    fn s7_3_chunks_that_are_cut_moved_or_repeated_are_found() {
        let whole = CHUNK + AES_256_GCM.tag_len();
        let bytes = sealed(&[7; 3 * CHUNK]);
        let chunk = |number: usize| &bytes[number * whole..(number + 1) * whole];
        for wrong in [
            [chunk(0), chunk(1)].concat(),
            [chunk(1), chunk(0), chunk(2)].concat(),
            [chunk(0), chunk(1), chunk(1), chunk(2)].concat(),
            [&bytes[..], chunk(2)].concat(),
            [&bytes[..], &[0]].concat(),
            bytes[..bytes.len() - 1].to_vec(),
            Vec::new(),
        ] {
            assert_eq!(opened(&wrong).unwrap_err().kind(), ErrorKind::InvalidData, "{}", wrong.len());
        }
    }
}
