use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use wares_commerce::search::Found;

use super::{memory::Key, shows::Shows, stored::Stored};
use crate::{
    app::App,
    http::{Accepts, CachePolicy, Encoding, Error, Reads},
    templates::Page,
};

/// What of a request a public page's answer depends on, beside its address.
#[derive(Debug)]
pub struct PublicRequest {
    accepts: Accepts,
    reads: Reads,
    known: Option<HeaderValue>,
    /// The browser fetches it in case somebody follows the link.
    is_ahead: bool,
}

impl<S: Sync> FromRequestParts<S> for PublicRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self {
            accepts: Accepts::of(&parts.headers),
            reads: Reads::of(&parts.headers),
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
        let found = page.shows().found?;
        Some((self.respond(app, &page), found))
    }

    fn key(&self, address: String) -> Key {
        Key {
            address,
            accepts: self.accepts,
        }
    }

    fn respond(&self, app: &App, page: &Arc<Stored>) -> Response {
        let (mut response, tag) = match self.known_tag(page) {
            Some(tag) => (StatusCode::NOT_MODIFIED.into_response(), tag),
            None => {
                let (body, encoding) = page.encoded(self.reads);
                let mut response = body.into_response();
                encoding.apply(response.headers_mut());
                response.headers_mut().insert(
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/html; charset=utf-8"),
                );
                (response, page.tag(encoding))
            }
        };
        let headers = response.headers_mut();
        CachePolicy::ShortShared.apply(headers);
        // The fragment of a page has the page's own address, so caches have to look at what was asked for.
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, accept"));
        headers.insert(header::ETAG, HeaderValue::from_str(&tag).expect("base64 is plain text"));
        headers.insert("speculation-rules", app.speculation_rules.clone());
        response
    }

    /// The tag by which the browser has the page already.
    fn known_tag(&self, page: &Stored) -> Option<String> {
        let known = self.known.as_ref()?.to_str().ok()?;
        let mut tags = known.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
        let of_page = |tag: &str| match tag {
            "*" => Some(page.tag(Encoding::Identity)),
            tag => page.is_tagged(tag).then(|| tag.to_owned()),
        };
        tags.find_map(of_page)
    }
}
