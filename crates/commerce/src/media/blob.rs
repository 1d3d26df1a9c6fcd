//! Files without names: bytes kept under the hash of what they are.
//!
//! Because a key says what the bytes are, a blob never changes, writing one twice is harmless, and whatever serves it
//! may be cached for ever.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Where the bytes of pictures and attachments are kept.
#[async_trait]
pub trait BlobStore: fmt::Debug + Send + Sync {
    /// Keeps the bytes and returns their key. When it returns, they survive a power cut.
    async fn put(&self, bytes: &[u8]) -> Result<BlobKey, BlobError>;

    /// The bytes, or `None` when there is no such blob.
    async fn get(&self, key: &BlobKey) -> Result<Option<Vec<u8>>, BlobError>;

    /// Whether the blob is there.
    async fn exists(&self, key: &BlobKey) -> Result<bool, BlobError>;

    /// Forgets the blob. Deleting one that is not there is no error.
    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError>;
}

/// The name of a blob: the SHA-256 of its bytes in 64 lower-case hexadecimal digits. Safe in paths and URLs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BlobKey(String);

impl BlobKey {
    /// The key of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        use std::fmt::Write as _;

        Sha256::digest(bytes)
            .iter()
            .fold(Self(String::with_capacity(64)), |mut key, byte| {
                write!(key.0, "{byte:02x}").expect("writing to a string cannot fail");
                key
            })
    }

    /// Reads a key back, for example from a URL; `None` for anything that is not exactly a key.
    pub fn parse(key: &str) -> Option<Self> {
        let is_hex = key.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        (key.len() == 64 && is_hex).then(|| Self(key.to_owned()))
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for BlobKey {
    type Error = NotAKey;

    fn try_from(key: String) -> Result<Self, NotAKey> {
        Self::parse(&key).ok_or(NotAKey)
    }
}

impl From<BlobKey> for String {
    fn from(key: BlobKey) -> Self {
        key.0
    }
}

/// A string that is not a blob's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a blob's key is 64 hexadecimal digits")]
pub struct NotAKey;

/// The store failed. Whether it may work later is not known; the caller tries again or gives up.
#[derive(Debug, thiserror::Error)]
#[error("the file store failed to {action}: {cause}")]
pub struct BlobError {
    /// What was tried, as a verb with its object.
    pub action: &'static str,
    /// The store's own error.
    #[source]
    pub cause: std::io::Error,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_hash_of_the_bytes() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(BlobKey::of(b"").as_str(), empty);
    }

    #[test]
    fn only_keys_are_read_as_keys() {
        let key = BlobKey::of(b"mug");
        assert_eq!(BlobKey::parse(key.as_str()), Some(key));
        for wrong in [
            "",
            "../../etc/passwd",
            &"A".repeat(64),
            &"a".repeat(63),
            &"é".repeat(32),
        ] {
            assert_eq!(BlobKey::parse(wrong), None, "{wrong}");
        }
    }
}
