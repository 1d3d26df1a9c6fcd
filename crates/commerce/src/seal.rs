//! Secrets that must be kept and read again: gateway keys, the password of the mail server, the token of an order's link.
//!
//! They are sealed (`XChaCha20-Poly1305`) under a key that is given at start-up and never in the database, so that a copied
//! database opens nothing. Each is bound to its place: moved elsewhere, it does not open.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use wares_kernel::{Random, Token};

/// The length of a nonce in bytes; long enough to be drawn at random.
const NONCE: usize = 24;

/// The key, ready for use. Cheap to clone; shows nothing of itself.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

struct Keys {
    cipher: XChaCha20Poly1305,
    hashing: [u8; 32],
}

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
        Self(Arc::new(Keys {
            cipher: XChaCha20Poly1305::new(&Key::from(key)),
            hashing: keyed_hash(&key, "hashing", &[]),
        }))
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
            .cipher
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
        self.0
            .cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| SealError)
    }

    /// What tells one thing from another for `place` without saying which it is: the same every time, for nobody without the key.
    pub fn fingerprint(&self, place: &str, of: &[u8]) -> [u8; 32] {
        keyed_hash(&self.0.hashing, place, of)
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

fn keyed_hash(key: &[u8; 32], place: &str, of: &[u8]) -> [u8; 32] {
    let mut hash = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    hash.update(place.as_bytes());
    hash.update(&[0]);
    hash.update(of);
    hash.finalize().into_bytes().into()
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
    fn a_fingerprint_is_the_same_for_the_same_thing_under_the_same_key_in_the_same_place() {
        let vault = Vault::new([7; 32]);
        let print = vault.fingerprint("reviews.votes", b"ann");
        assert_eq!(print, vault.fingerprint("reviews.votes", b"ann"));
        assert_ne!(print, vault.fingerprint("reviews.votes", b"bob"));
        assert_ne!(print, vault.fingerprint("elsewhere", b"ann"));
        assert_ne!(print, Vault::new([8; 32]).fingerprint("reviews.votes", b"ann"));
    }

    #[test]
    fn a_token_survives_being_sealed() {
        let (vault, token) = (Vault::new([7; 32]), SystemRandom.token());
        let sealed = vault.seal_token(&SystemRandom, "orders.token", &token);
        assert_eq!(vault.open_token("orders.token", &sealed), Ok(token));
    }
}
