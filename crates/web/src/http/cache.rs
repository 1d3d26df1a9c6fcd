use axum::http::{HeaderMap, HeaderValue, header};

/// Who may keep a response, as an intention. No handler writes the header itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CachePolicy {
    /// About one person, or different each time: nobody keeps it.
    Private,
    /// The same for everybody: shared caches keep it a few seconds, browsers ask whether it changed.
    ShortShared,
    /// Named by its content: never asked for again.
    Forever,
}

impl CachePolicy {
    /// Writes the header.
    pub fn apply(self, headers: &mut HeaderMap) {
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(match self {
                Self::Private => "no-store",
                Self::ShortShared => "public, max-age=0, s-maxage=2, must-revalidate",
                Self::Forever => "public, max-age=31536000, immutable",
            }),
        );
    }
}
