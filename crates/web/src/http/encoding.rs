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

impl Encoding {
    /// The best the browser says it reads. A name with `q=0` is a refusal.
    pub fn wanted(headers: &HeaderMap) -> Self {
        let Some(accepted) = headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
        else {
            return Self::Identity;
        };
        let reads = |name: &str| {
            accepted.split(',').any(|part| {
                let mut words = part.split(';').map(str::trim);
                words.next().is_some_and(|n| n.eq_ignore_ascii_case(name))
                    && !words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
            })
        };
        if reads("br") {
            Self::Brotli
        } else if reads("gzip") {
            Self::Gzip
        } else {
            Self::Identity
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
