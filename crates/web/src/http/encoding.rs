use axum::http::{HeaderMap, HeaderValue, header};

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Brotli.
    Brotli,
    /// Gzip.
    Gzip,
    /// Not at all.
    Identity,
}

/// What a browser says it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reads {
    /// Brotli.
    pub brotli: bool,
    /// Gzip.
    pub gzip: bool,
}

impl Reads {
    /// What the headers of a request say. A name with `q=0` is a refusal.
    pub fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT_ENCODING);
        let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let reads = |name: &str| {
            accepted.split(',').any(|part| {
                let mut words = part.split(';').map(str::trim);
                words.next().is_some_and(|n| n.eq_ignore_ascii_case(name))
                    && !words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
            })
        };
        Self {
            brotli: reads("br"),
            gzip: reads("gzip"),
        }
    }
}

impl Encoding {
    /// The best the browser says it reads.
    pub fn wanted(headers: &HeaderMap) -> Self {
        match Reads::of(headers) {
            Reads { brotli: true, .. } => Self::Brotli,
            Reads { gzip: true, .. } => Self::Gzip,
            _ => Self::Identity,
        }
    }

    /// Writes the header, if there is one to write.
    pub fn apply(self, headers: &mut HeaderMap) {
        let name = match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => return,
        };
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_encoding_the_browser_reads_is_taken() {
        let check = |accepted: &str, expected| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, accepted.parse().unwrap());
            assert_eq!(Encoding::wanted(&headers), expected, "{accepted}");
        };
        check("gzip, deflate, br, zstd", Encoding::Brotli);
        check("gzip;q=1.0, br;q=0", Encoding::Gzip);
        check("deflate", Encoding::Identity);
        check("", Encoding::Identity);
        check("brotli", Encoding::Identity);
    }
}
