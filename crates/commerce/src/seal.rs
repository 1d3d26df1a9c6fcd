//! Secrets that must be kept and read again: gateway keys, the password of the mail server, the token of an order's link.
//!
//! They are sealed (`XChaCha20-Poly1305`) under a key that is given at start-up and never in the database, so that a copied
//! database opens nothing. Each is bound to its place: moved elsewhere, it does not open.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use wares_kernel::{Random, Token};

/// The length of a nonce in bytes; long enough to be drawn at random.
const NONCE: usize = 24;

/// The key, ready for use. Cheap to clone; shows nothing of itself.
#[derive(Clone)]
pub struct Vault(Arc<XChaCha20Poly1305>);

/// A sealed text as settings keep it, in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    sealed: String,
}

/// The bytes were not sealed here, or not under this key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored secret does not open: it was sealed under another key or for another place")]
pub struct SealError;

impl Vault {
    /// A vault that locks with these 32 bytes.
    pub fn new(key: [u8; 32]) -> Self {
        Self(Arc::new(XChaCha20Poly1305::new(&Key::from(key))))
    }

    /// Seals `secret` for `place`, a fixed word such as `orders.token`.
    pub fn seal(&self, random: &dyn Random, place: &str, secret: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce);
        let payload = Payload {
            msg: secret,
            aad: place.as_bytes(),
        };
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), payload)
            .expect("encryption fails only for messages of many gigabytes");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what was sealed for `place`.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(SealError)?;
        let payload = Payload {
            msg: body,
            aad: place.as_bytes(),
        };
        self.0.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError)
    }

    /// Seals a text for a document.
    pub fn seal_text(&self, random: &dyn Random, place: &str, secret: &str) -> Sealed {
        let sealed = BASE64.encode(self.seal(random, place, secret.as_bytes()));
        Sealed { sealed }
    }

    /// Opens a text of a document.
    pub fn open_text(&self, place: &str, sealed: &Sealed) -> Result<String, SealError> {
        let bytes = BASE64.decode(&sealed.sealed).map_err(|_| SealError)?;
        String::from_utf8(self.open(place, &bytes)?).map_err(|_| SealError)
    }

    /// Seals the token of a link, so that later mails can carry the same link.
    pub fn seal_token(&self, random: &dyn Random, place: &str, token: &Token) -> Vec<u8> {
        self.seal(random, place, token.reveal().as_bytes())
    }

    /// Opens the token of a link.
    pub fn open_token(&self, place: &str, sealed: &[u8]) -> Result<Token, SealError> {
        let text = String::from_utf8(self.open(place, sealed)?).map_err(|_| SealError)?;
        text.parse().map_err(|_| SealError)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

#[cfg(test)]
mod tests {
    use wares_kernel::SystemRandom;

    use super::*;

    #[test]
    fn what_was_sealed_opens_only_under_its_key_and_in_its_place() {
        let vault = Vault::new([7; 32]);
        let sealed = vault.seal(&SystemRandom, "settings.mail", b"hunter2");
        assert_eq!(vault.open("settings.mail", &sealed), Ok(b"hunter2".to_vec()));
        assert_eq!(vault.open("orders.token", &sealed), Err(SealError));
        assert_eq!(Vault::new([8; 32]).open("settings.mail", &sealed), Err(SealError));
    }

    #[test]
    fn damaged_bytes_do_not_open() {
        let vault = Vault::new([7; 32]);
        let mut sealed = vault.seal(&SystemRandom, "x", b"secret");
        let last = sealed.len() - 1;
        sealed[last] ^= 1;
        assert_eq!(vault.open("x", &sealed), Err(SealError));
        assert_eq!(vault.open("x", &sealed[..10]), Err(SealError));
    }

    #[test]
    fn the_same_secret_looks_different_each_time() {
        let vault = Vault::new([7; 32]);
        assert_ne!(
            vault.seal_text(&SystemRandom, "x", "secret"),
            vault.seal_text(&SystemRandom, "x", "secret")
        );
    }

    #[test]
    fn a_token_survives_being_sealed() {
        let (vault, token) = (Vault::new([7; 32]), SystemRandom.token());
        let sealed = vault.seal_token(&SystemRandom, "orders.token", &token);
        assert_eq!(vault.open_token("orders.token", &sealed), Ok(token));
    }
}
