use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use wares_commerce::search::Found;

use super::memory::{Key, Shows, Stored};
use crate::{
    app::App,
    http::{Accepts, CachePolicy, Encoding, Error},
    templates::Page,
};

/// What of a request a public page's answer depends on, beside its address.
#[derive(Debug)]
pub struct PublicRequest {
    accepts: Accepts,
    encoding: Encoding,
    known: Option<HeaderValue>,
    /// The browser fetches it in case somebody follows the link.
    is_ahead: bool,
}

impl<S: Sync> FromRequestParts<S> for PublicRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self {
            accepts: Accepts::of(&parts.headers),
            encoding: Encoding::wanted(&parts.headers),
            known: parts.headers.get(header::IF_NONE_MATCH).cloned(),
            is_ahead: parts
                .headers
                .get("sec-purpose")
                .is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch")),
        })
    }
}

impl PublicRequest {
    /// Whether somebody opens the page: not a script that replaces a part of one, nor a browser that fetches ahead.
    pub fn is_opened(&self) -> bool {
        self.accepts == Accepts::Page && !self.is_ahead
    }

    /// The page known as `address`, from memory or made by `make`.
    pub async fn answer<P: Page>(
        &self,
        app: &App,
        address: String,
        make: impl Future<Output = Result<(P, Shows), Error>> + Send,
    ) -> Result<Response, Error> {
        self.answer_read(app, address, app.pages.n_changes(), make).await
    }

    /// The same where what the page is made of was read before; by then [`super::PageMemory::n_changes`] was `begun`.
    pub async fn answer_read<P: Page>(
        &self,
        app: &App,
        address: String,
        begun: u64,
        make: impl Future<Output = Result<(P, Shows), Error>> + Send,
    ) -> Result<Response, Error> {
        let page = app
            .pages
            .get(self.key(address), app.now(), begun, async {
                let frame = app.frame().await?;
                let (page, shows) = make.await?;
                let html = match self.accepts {
                    Accepts::Page => app.templates.page(&frame, &page)?,
                    Accepts::Fragment => app.templates.fragment(&frame, &page)?,
                };
                Ok(Stored::new(&html, shows))
            })
            .await?;
        Ok(self.respond(app, &page))
    }

    /// The results of a search from memory, with what was found.
    pub fn answer_found(&self, app: &App, address: &str) -> Option<(Response, Found)> {
        let page = app.pages.find(&self.key(address.to_owned()), app.now())?;
        let found = page.found()?;
        Some((self.respond(app, &page), found))
    }

    fn key(&self, address: String) -> Key {
        Key {
            address,
            accepts: self.accepts,
        }
    }

    fn respond(&self, app: &App, page: &Arc<Stored>) -> Response {
        let tag = page.tag(self.encoding);
        let mut response = if self.knows(&tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = page.encoded(self.encoding).into_response();
            self.encoding.apply(response.headers_mut());
            response.headers_mut().insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            );
            response
        };
        let headers = response.headers_mut();
        CachePolicy::ShortShared.apply(headers);
        // The fragment of a page has the page's own address, so caches have to look at what was asked for.
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, accept"));
        headers.insert(header::ETAG, HeaderValue::from_str(&tag).expect("base64 is plain text"));
        headers.insert("speculation-rules", app.speculation_rules.clone());
        response
    }

    fn knows(&self, tag: &str) -> bool {
        let Some(known) = self.known.as_ref().and_then(|known| known.to_str().ok()) else {
            return false;
        };
        known
            .split(',')
            .map(|known| known.trim().trim_start_matches("W/"))
            .any(|known| known == tag || known == "*")
    }
}
