use std::sync::{
    OnceLock,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use axum::body::Bytes;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::shows::Shows;
use crate::{
    assets::{GZIP_AT_ONCE, brotli, gzip},
    http::{Encoding, Reads},
};

/// For all after them: within a tenth of the best there is.
const BROTLI_QUALITY: u32 = 5;

/// Whoever reads nothing that is compressed.
#[cfg(test)]
pub(super) const PLAIN: Reads = Reads {
    brotli: false,
    gzip: false,
};

/// A finished page. It is kept compressed, as nearly every browser asks for it, in a quarter of the memory: at once in the quickest way, and
/// well when it is asked for again. Most pages of a shop are looked at once before something they show changes.
#[derive(Debug)]
pub(super) struct Stored {
    gzip: Bytes,
    brotli: OnceLock<Bytes>,
    size: usize,
    tag: String,
    shows: Shows,
    used: AtomicU64,
    is_wanted: AtomicBool,
}

impl Stored {
    pub(super) fn new(html: &str, shows: Shows) -> Self {
        Self {
            tag: URL_SAFE_NO_PAD.encode(&Sha256::digest(html)[..12]),
            gzip: gzip(html.as_bytes(), GZIP_AT_ONCE),
            brotli: OnceLock::new(),
            size: html.len(),
            shows,
            used: AtomicU64::new(0),
            is_wanted: AtomicBool::new(false),
        }
    }

    /// What it depends on.
    pub(super) const fn shows(&self) -> &Shows {
        &self.shows
    }

    /// When it was used last, by the memory's own count.
    pub(super) fn used_at(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// It is used now.
    pub(super) fn use_at(&self, at: u64) {
        self.used.store(at, Ordering::Relaxed);
    }

    /// Whether it was asked for again after it was made.
    pub(super) fn is_wanted(&self) -> bool {
        self.is_wanted.load(Ordering::Relaxed)
    }

    /// It is asked for again.
    pub(super) fn want(&self) {
        self.is_wanted.store(true, Ordering::Relaxed);
    }

    /// The page as it serves a browser best, and how that is encoded.
    pub(super) fn encoded(&self, reads: Reads) -> (Bytes, Encoding) {
        if reads.brotli && (self.is_wanted() || !reads.gzip) {
            let packed = self.brotli.get_or_init(|| brotli(&self.plain(), BROTLI_QUALITY));
            (packed.clone(), Encoding::Brotli)
        } else if reads.gzip {
            (self.gzip.clone(), Encoding::Gzip)
        } else {
            (self.plain().into(), Encoding::Identity)
        }
    }

    fn plain(&self) -> Vec<u8> {
        let mut plain = Vec::with_capacity(self.size);
        let mut unpack = flate2::read::GzDecoder::new(&self.gzip[..]);
        std::io::Read::read_to_end(&mut unpack, &mut plain).expect("it was compressed by us, into memory");
        plain
    }

    /// The `ETag` of the page in an encoding.
    pub(super) fn tag(&self, encoding: Encoding) -> String {
        let how = match encoding {
            Encoding::Brotli => "-b",
            Encoding::Gzip => "-g",
            Encoding::Identity => "",
        };
        format!("\"{}{how}\"", self.tag)
    }

    /// Whether an `ETag` is that of this page, in whichever encoding: what a browser has of it is as good as any other.
    pub(super) fn is_tagged(&self, tag: &str) -> bool {
        let inner = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        let how = inner.and_then(|inner| inner.strip_prefix(self.tag.as_str()));
        how.is_some_and(|how| matches!(how, "" | "-b" | "-g"))
    }

    /// About the bytes it occupies, with the other compressed form that may be asked for.
    pub(super) fn weight(&self) -> usize {
        self.gzip.len() * 7 / 4 + 1024
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Reads = Reads {
        brotli: true,
        gzip: true,
    };

    fn unpacked((packed, encoding): (Bytes, Encoding)) -> String {
        let mut text = Vec::new();
        match encoding {
            Encoding::Brotli => brotli::BrotliDecompress(&mut &packed[..], &mut text).unwrap(),
            Encoding::Gzip => {
                let mut unpack = flate2::read::GzDecoder::new(&packed[..]);
                std::io::Read::read_to_end(&mut unpack, &mut text).unwrap();
            }
            Encoding::Identity => text.extend_from_slice(&packed),
        }
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn compressed_bytes_are_the_page() {
        let html = "<p>tea</p>".repeat(500);
        let page = Stored::new(&html, Shows::default());
        let one = |brotli, gzip| Reads { brotli, gzip };
        for reads in [BOTH, one(true, false), one(false, true), PLAIN] {
            assert_eq!(unpacked(page.encoded(reads)), html, "{reads:?}");
        }
    }

    #[test]
    fn a_page_is_compressed_well_when_it_is_asked_for_again() {
        let page = Stored::new("<p>tea</p>", Shows::default());
        assert_eq!(page.encoded(BOTH).1, Encoding::Gzip);
        page.want();
        assert_eq!(page.encoded(BOTH).1, Encoding::Brotli);
        assert_eq!(unpacked(page.encoded(BOTH)), "<p>tea</p>");
    }

    #[test]
    fn a_page_is_known_by_its_tag_in_whichever_encoding() {
        let page = Stored::new("<p>tea</p>", Shows::default());
        for encoding in [Encoding::Brotli, Encoding::Gzip, Encoding::Identity] {
            assert!(page.is_tagged(&page.tag(encoding)));
        }
        let other = Stored::new("<p>coffee</p>", Shows::default());
        assert!(!page.is_tagged(&other.tag(Encoding::Brotli)));
        assert!(!page.is_tagged("\"\"") && !page.is_tagged("*") && !page.is_tagged(""));
    }
}
