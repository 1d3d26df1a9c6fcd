use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

/// What the browser wants back: a page, or only the region a script will replace in the page it is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Accepts {
    /// A whole page.
    Page,
    /// A fragment: the request says `Accept: text/html; fragment`.
    Fragment,
}

impl Accepts {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let wants_fragment = headers
            .get(header::ACCEPT)
            .is_some_and(|accept| accept.as_bytes() == b"text/html; fragment");
        if wants_fragment { Self::Fragment } else { Self::Page }
    }
}

impl<S: Sync> FromRequestParts<S> for Accepts {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}
